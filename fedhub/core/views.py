"""Generic staff views: scope, permission, paging, once-key, version and conflict page come from here.

Every view declares `permission`; rows come from `visible_to(user, permission)`, so a row outside the user's areas is
a 404 with the same page as a row that does not exist.
"""

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import CharField
from django.http import Http404
from django.shortcuts import redirect, render
from django.views import View
from django.views.generic import TemplateView
from django.views.generic.base import ContextMixin

from fedhub.core import audit, once
from fedhub.core.conflict import conflict_rows
from fedhub.core.flow import FlowError
from fedhub.core.lookups import AnyOf
from fedhub.core.paging import capped_count, hits_of, keyset_page
from fedhub.core.prepared import Given, Prepared
from fedhub.core.privacy import Level, privacy_of
from fedhub.core.saved import saved_for
from fedhub.core.sought import MARK, Expired, names_a_number, opened_query, sealed_query
from fedhub.core.text import row_key, row_keys
from fedhub.core.versions import StaleVersion

# What htmx swaps in a list: the kept filters and the results.
FOUND = "generic/_found.html"


def chosen_rows(request, rows, filter_class):
    """Those of `rows` that a list was left with: ticked (`ids` in the address), or all that its filters leave (`all`).

    Raises Http404 when what was searched for is not kept any more.
    """
    try:
        data = opened_query(request.GET, request.user)
    except Expired:
        raise Http404 from None
    if data.get("all"):
        return filter_class(data, user=request.user).apply(rows)
    return rows.filter(pk__in=row_keys(data.getlist("ids")))


class StaffView(ContextMixin, View):
    """Base: a declared permission, a title, crumbs, and the row rule."""

    permission = None
    model = None
    title = ""
    crumbs = ()
    template_name = None

    def get_rows(self):
        """Rows this user may work on here."""
        return self.model.objects.visible_to(self.request.user, self.permission)

    def get_row(self):
        """The row of the address; 404 when it is missing or out of scope. Fetched once a request."""
        if not hasattr(self, "object"):
            self.object = self.get_rows().filter(pk=self.kwargs["pk"]).first()
            if self.object is None:
                raise Http404
        return self.object

    def get_title(self):
        """The heading of the page; it may name the record."""
        return self.title

    def named_row(self, name, rows):
        """The one of `rows` that `?name=` of the address names, None when it names none; 404 for one out of sight."""
        text = self.request.GET.get(name, "")
        found = rows.filter(pk=row_key(text)).first() if row_key(text) else None
        if text and found is None:
            raise Http404
        return found

    def get_page_title(self):
        """What the browser keeps in tabs, history and the names of printed files: the kind of page, never who it is about."""
        return self.title or (self.model._meta.verbose_name if self.model else "")

    def get_crumbs(self):
        """`[(label, url)]` of the pages above this one."""
        return self.crumbs

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=self.get_title(), page_title=self.get_page_title(), crumbs=self.get_crumbs(), **kwargs
        )

    def render(self, template=None, status=200, **context):
        """A page of this view."""
        return render(self.request, template or self.template_name, self.get_context_data(**context), status=status)


class StaffPage(StaffView, TemplateView):
    """A page without a row."""

    def get(self, request, *args, **kwargs):
        return self.render()


class SearchView(StaffView):
    """A page that shows what its address asks for. What is typed is posted, so that no number of a person ever stands in
    an address (core.sought): htmx gets the answer and the address to show, a browser without script is sent there.

    Subclasses give `show()` and read `self.query`, the words as they were typed; links are made of `request.GET`.
    """

    def get_words(self):
        """Names of the inputs for free text."""
        return {"q"}

    def get(self, request, *args, **kwargs):
        if names_a_number(request.GET, self.get_words()):
            return redirect(f"{request.path}?{sealed_query(request.GET, request.user, self.get_words()).urlencode()}")
        try:
            self.query = opened_query(request.GET, request.user)
        except Expired:
            messages.info(request, "上次搜的号码只保留半小时，请再输一次。")
            kept = [(k, v) for k, vs in request.GET.lists() for v in vs if v and not v.startswith(MARK)]
            return redirect(f"{request.path}?{urlencode(kept)}")
        return self.show()

    def post(self, request, *args, **kwargs):
        query = sealed_query(request.POST, request.user, self.get_words())
        address = f"{request.path}?{query.urlencode()}"
        if not request.htmx or request.htmx.boosted:
            return redirect(address)
        request.GET = query
        answer = self.get(request, *args, **kwargs)
        answer.headers["HX-Push-Url"] = address
        return answer

    def show(self):
        raise NotImplementedError


class FilteredView(SearchView):
    """Rows with filters in the address, shown with `answer(...)`: htmx gets the results part alone."""

    filter_class = None
    sorts = {}
    sort_name = ""
    template_name = "generic/list.html"
    results_template = None
    create_url = None
    export_url = None
    # False where what somebody looks for would itself tell something (the sealed compartment).
    keeps_filters = True

    def get_words(self):
        fields = self.filter_class.base_fields.items() if self.filter_class else ()
        return {name for name, field in fields if isinstance(field, CharField)}

    def filtered(self, rows):
        """`rows` narrowed by the filters of the address."""
        self.filter_form = self.filter_class(self.query, user=self.request.user) if self.filter_class else None
        return rows if self.filter_form is None else self.filter_form.apply(rows)

    def answer(self, **context):
        htmx = self.request.htmx
        return self.render(FOUND if htmx and not htmx.boosted else self.template_name, **context)

    def get_saved(self):
        """What the user kept for this list, None where nothing is kept."""
        if self.filter_class is None or not self.keeps_filters or self.kwargs:
            return None
        return saved_for(self.request.user, self.list_name, self.request.GET.urlencode())

    @property
    def list_name(self):
        """The name of this list's address."""
        return self.request.resolver_match.view_name

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            filter_form=self.filter_form,
            saved=self.get_saved(),
            list_name=self.list_name,
            results_template=self.results_template,
            create_url=self.get_create_url(),
            export_url=self.get_export_url(),
            sort=self.sort_name,
            sorts=[(key, label) for key, (_, label) in self.sorts.items()],
            filter_query=urlencode([(k, v) for k, vs in self.request.GET.lists() for v in vs if v]),
            **kwargs,
        )

    def get_create_url(self):
        return self.create_url

    def get_export_url(self):
        """Where the list is exported, '' for whoever may not; its conditions go along in the address."""
        return self.export_url


class ShortListView(FilteredView):
    """A list of one page. `read(rows)` gives the context of the results from the filtered rows."""

    keeps_filters = False

    def show(self):
        return self.answer(**self.read(self.filtered(self.get_rows())))

    def read(self, rows):
        raise NotImplementedError


class ScopedListView(FilteredView):
    """A list: filters in the address, keyset pages, one query for the rows and one capped count.

    `sorts` maps the name in the address to (order, label); the first is the default. `read(rows)` may turn the filtered
    rows into what one page reads (`.values(...)`, keeping "id" and `self.sort_field`); `page_rows(items)` gives what the
    template unpacks, by default `row(item)` of each.
    """

    sorts = {"updated": ("-updated_at", "最近更新")}
    page_size = 50
    unit = "条"
    # Filters that few rows pass, which no index has in the order of the list: as a search, they are found before they are joined.
    searched = ()
    # True where what `read` asks for depends on the sort field alone: the page is then found by ids and read by a query
    # that is built once a process.
    reads_alike = False

    def get_list(self):
        """Rows of the list with what the template needs joined in."""
        rows = self.get_rows()
        return rows.for_list() if hasattr(rows, "for_list") else rows

    def read(self, rows):
        return rows

    def reads_values(self):
        """True when `read` says by itself what a page reads, whatever `get_list` joined."""
        return type(self).read is not ScopedListView.read

    def page_rows(self, items):
        return [self.row(item) for item in items]

    def row(self, item):
        return item

    def show(self):
        request = self.request
        rows = self.filtered(self.get_list())
        name = request.GET.get("sort")
        self.sort_name = name if name in self.sorts else next(iter(self.sorts))
        order = self.get_order()
        self.sort_field = order.lstrip("-")
        self.sought = self.reads_values() and any(self.query.get(name) for name in {*self.get_words(), *self.searched})
        self.hits = self.get_hits(rows) if self.sought and self.reads_alike else None
        page = self.get_page(
            rows,
            size=self.page_size,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
            unit=self.unit,
            total=self.get_total(rows) if self.hits is None else len(self.hits),
            read=self.read,
            reader=self.get_reader(),
            hits=self.hits,
        )
        page.next_url = self.page_url("after", page.next_cursor)
        page.previous_url = self.page_url("before", page.previous_cursor)
        page.rows = self.page_rows(page.rows)
        return self.answer(page=page)

    def get_page(self, rows, **asked):
        """The page of `rows` that is asked for (arguments of keyset_page)."""
        return keyset_page(rows, sort=self.get_order(), sought=self.sought, **asked)

    def get_reader(self):
        """What reads the rows of a page by their ids, None where `read` does it with the finding."""
        if not self.reads_alike:
            return None
        kind, field = type(self), self.sort_field
        if kind not in _readers:
            _readers[kind] = Prepared(partial(_rows_by_id, kind))
        return lambda ids: _readers[kind].dicts(field, ids=ids)

    def get_order(self):
        """The field that the list is sorted by, "-" in front where the greatest comes first; filters are known."""
        return self.sorts[self.sort_name][0]

    def get_hits(self, rows):
        """The ids of what was searched for, in the order of the list; None where they are more than are counted."""
        order, sign = self.get_order(), "-" if self.get_order().startswith("-") else ""
        return hits_of(rows.order_by(order, f"{sign}pk").values_list("pk", flat=True), self.what_is_asked())

    def get_total(self, rows):
        """How many `rows` there are, counted no further than lists count."""
        return capped_count(rows, self.what_is_asked())

    def what_is_asked(self):
        """Who sees which list under which conditions, whatever page of it."""
        asked = ((k, tuple(vs)) for k, vs in self.query.lists() if k not in {"after", "before", "sort"})
        return type(self), self.request.user.pk, tuple(asked)

    def page_url(self, name, cursor):
        """Address of a neighbouring page, filters kept; '' without a cursor."""
        if not cursor:
            return ""
        query = [(k, v) for k, vs in self.request.GET.lists() for v in vs if k not in {"after", "before"} and v]
        return f"?{urlencode([*query, (name, cursor)])}"


# What lists that read alike have built, by their class.
_readers = {}


def _rows_by_id(kind, sort_field):
    """What the list `kind` reads of Given "ids": asked of a view without a request, for it may know nothing of one."""
    view = kind()
    view.sort_field = sort_field
    return view.read(kind.model._base_manager.filter(AnyOf("pk", Given("ids"))))


class ScopedDetailView(StaffView):
    """One record. Opening a page with personal data is logged (the only GET that writes)."""

    template_name = "generic/detail.html"
    log_reading = True

    def get(self, request, *args, **kwargs):
        row = self.get_row()
        if self.log_reading and privacy_of(self.model).level >= Level.PERSONAL:
            audit.record_read(row, by=request.user)
        return self.render(object=row)


class FormView(StaffView):
    """A saving form. Subclasses give `form_class` and `save(form)`, which returns the saved record or its URL.

    A submission without a once-key is shown again with a new one and saves nothing: sent twice it would be saved twice.
    `once = False` is for forms that change nothing when they come twice.
    """

    form_class = None
    once = True
    template_name = "generic/form.html"
    submit_label = "保存"
    success_message = "已保存。"
    # False where a row of OnceKey (who, when, which page) would itself betray what was done.
    keeps_once_key = True

    def get_form(self, data=None, files=None):
        return self.form_class(data, files, user=self.request.user, **self.get_form_kwargs())

    def get_form_kwargs(self):
        return {"initial": self.get_initial()}

    def get_initial(self):
        return {}

    def save(self, form):
        raise NotImplementedError

    def get_back_url(self):
        return ""

    def dispatch(self, request, *args, **kwargs):
        # A record out of scope is a 404 before a form about it says anything, valid or not.
        if "pk" in kwargs and self.model is not None:
            self.get_row()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        return self.show(self.get_form())

    def show(self, form, status=200):
        return self.render(form=form, back_url=self.get_back_url(), submit_label=self.submit_label, status=status)

    def post(self, request, *args, **kwargs):
        key = once.parse_key(request.POST.get("once_key"))
        kept = key if self.keeps_once_key else None
        if kept is not None and (earlier := once.earlier_result(request.user, kept)):
            return redirect(earlier)
        data = once.with_key(self.posted()) if self.once else self.posted()
        if getattr(request, "upload_too_large", False):
            return self.refuse(
                self.get_form(data), "文件太大，超过 15 MB，没有收下。其他内容还在，请换小一点的文件再保存。"
            )
        form = self.get_form(data, request.FILES)
        if self.once and key is None:
            return self.refuse(form, f"为了不重复登记，这次没有保存。内容都在，请再点一次“{self.submit_label}”。")
        if not form.is_valid():
            return self.show(form)
        try:
            with transaction.atomic():
                claimed = once.claim(request.user, kept, request.resolver_match.view_name) if kept else None
                saved = self.save(form)
                url = saved if isinstance(saved, str) else saved.get_absolute_url()
                if claimed:
                    once.settle(claimed, url)
        except once.Repeated as repeated:
            return redirect(repeated.url)
        except StaleVersion as stale:
            return self.stale(form, stale.current)
        except ValidationError as error:
            put_errors(form, error)
            return self.show(form)
        if self.success_message:
            messages.success(request, self.success_message)
        return redirect(url)

    def posted(self):
        """Posted data. From the page of a clash: where "theirs" was chosen, what stands now takes the place of the typed."""
        data = self.request.POST
        if "resolving" not in data:
            return data
        data, blank = data.copy(), self.get_form()
        for name in blank.fields:
            if data.get(f"take_{name}") == "theirs":
                value = blank[name].value()
                data.setlist(name, value if isinstance(value, (list, tuple)) else ["" if value is None else value])
        return data

    def refuse(self, form, sentence):
        """The filled form again with `sentence` above it."""
        form.is_valid()
        form.add_error(None, sentence)
        return self.show(form)

    def stale(self, form, current):
        """Somebody else saved first: both texts side by side. `current` is the row that stands."""
        if not {"version", "versions"} & form.fields.keys():
            form.add_error(None, "这条记录刚被别人改过，请重新打开再填。")
            return self.show(form)
        self.object = self.get_rows().filter(pk=self.kwargs["pk"]).first() or self.object
        blank = self.get_form()
        return self.render(
            "generic/conflict.html",
            fields=conflict_rows(form, blank, current, form.cleaned_data.get("version")),
            version=current.version,
            carried=[blank[name] for name in form.CARRIED if name in blank.fields],
            posted=[(k, v) for k, vs in self.request.POST.lists() for v in vs
                    if k not in form.CARRIED and not k.startswith(("csrf", "take_", "resolving"))],
            back_url=self.get_back_url(),
            status=409,
        )  # fmt: skip


def put_errors(form, error):
    """Show what a service refused: at its field, or above the form when the form has no such field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, found in error.error_dict.items():
        form.add_error(name if name in form.fields else None, found)


class ScopedCreateView(FormView):
    """A new record."""


class ScopedUpdateView(FormView):
    """Change of a record, guarded by its version; a clash shows both texts, nothing is overwritten."""

    def get_form_kwargs(self):
        return {"instance": self.get_row()}

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class StepView(StaffView):
    """One step of a flow: POST only, once-key (`{% once_field %}`), the service walks. A refused step says why and
    changes nothing."""

    service = None
    once = True
    success_message = "已办理。"

    def post(self, request, *args, **kwargs):
        row = self.get_row()
        key = once.parse_key(request.POST.get("once_key")) if self.once else None
        if self.once and key is None:
            messages.error(request, "为了不重复办理，这次没有办。请再点一次。")
            return redirect(self.get_success_url())
        try:
            with transaction.atomic():
                claimed = once.claim(request.user, key, request.resolver_match.view_name) if key else None
                self.act(row)
                if claimed:
                    once.settle(claimed, self.get_success_url())
        except once.Repeated as repeated:
            return redirect(repeated.url)
        except (FlowError, ValidationError) as error:
            messages.error(request, " ".join(error.messages))
            return redirect(self.get_success_url())
        messages.success(request, self.success_message)
        return redirect(self.get_success_url())

    def act(self, row):
        type(self).service(row, by=self.request.user)

    def get_success_url(self):
        return self.get_row().get_absolute_url()
