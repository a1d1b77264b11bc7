"""妇女联系: coverage by grid and by contact, the women behind each figure, one link, many links, a leaver's links."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString

from accounts.models import User
from fedhub.core.addresses import url_for
from fedhub.core.templatetags.fmt import ago
from fedhub.core.templatetags.ui import chip, link, mute
from fedhub.core.text import row_key
from fedhub.core.views import FormView, ScopedListView, ScopedUpdateView, StaffPage, StepView, chosen_rows
from fedhub.reference.lookup import rule
from households.coverage import SHOWN, Line, adults, by_person, lines_of, links_by_woman, links_left_by, living_in
from households.enums import LinkKind
from households.forms.household import HouseholdFilterForm
from households.forms.link import (
    ALL,
    ContactForm,
    LinkEndForm,
    LinkFilterForm,
    LinkForm,
    LinkHandOverForm,
    LinkManyForm,
    LinkVisitsForm,
)
from households.listing import FOUND, person_values
from households.models import Household, Link, LinkBatch, Resident
from households.models.household import household_title
from households.models.resident import NEVER, age_on
from households.services.link import (
    add_link,
    end_link,
    hand_over_links,
    make_links,
    note_contact,
    plan_gap_visits,
    undo_links,
)
from households.views.lines import area_names
from households.views.resident import OfResident

MOST, SHOWN_ROWS = 3000, 20
# Columns of the coverage that name a gap.
GAPS = ("none", "unlinked", "silent", "never")
COMMUNITY, GRID = 12, 15
SEP = '<span class="wf-sep">·</span>'


def crumb():
    return ("妇女联系", reverse("households:link_coverage"))


# --- one link -------------------------------------------------------------------------------------------------------
class LinkCreate(OfResident, FormView):
    permission = "households.add_link"
    title = "登记联系人"
    form_class = LinkForm

    def get_rows(self):
        return super().get_rows().women(born_by=adults()).select_related("area")

    def get_form_kwargs(self):
        return {"instance": Link(resident=self.get_row())}

    def get_back_url(self):
        return f"{self.get_row().get_absolute_url()}?tab=links"

    def save(self, form):
        return add_link(form.save(commit=False), by=self.request.user)


class OfLink:
    """A form page about one link that holds."""

    permission = "households.change_link"
    model = Link

    def get_rows(self):
        return super().get_rows().open().select_related("resident__area", "person")

    def get_title(self):
        return f"{self.title}：{self.get_row().who}"

    def get_crumbs(self):
        return [(self.get_row().resident.name, self.get_back_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class LinkEnd(OfLink, FormView):
    title = "结束联系人"
    form_class = LinkEndForm
    submit_label = "结束"

    def save(self, form):
        data = form.cleaned_data
        return end_link(self.get_row(), on=data["on"], reason=data["reason"], by=self.request.user)


class LinkContact(OfLink, ScopedUpdateView):
    title = "登记联系"
    form_class = ContactForm

    def get_form_kwargs(self):
        return {"instance": self.get_row(), "initial": {"noted_on": timezone.localdate(), "noted_how": ""}}

    def save(self, form):
        data = form.cleaned_data
        return note_contact(
            form.instance, on=data["noted_on"], how=data["noted_how"], base_version=data["version"],
            by=self.request.user,
        )  # fmt: skip


# --- coverage and the women behind it -------------------------------------------------------------------------------
class LinkCoverage(StaffPage):
    """How many grown women have a named contact and were spoken to lately, by grid or by contact; `?by=person`."""

    permission = "households.view_link"
    title = "妇女联系"
    template_name = "households/link_coverage.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        may_assign = user.has_perm("households.assign_link")
        by = "person" if may_assign and self.request.GET.get("by") == "person" else "grid"
        tabs = [("grid", "按网格"), ("person", "按联系人")] if may_assign else []
        found = lines_of(Resident.objects.visible_to(user, self.permission))
        total = Line()
        for line in found.values():
            total.add(line)
        context = {"people": self.people(user)} if by == "person" else {"rows": self.by_grid(found)}
        return super().get_context_data(
            tabs=[{"label": label, "url": f"?by={key}", "current": key == by} for key, label in tabs],
            sums=self.row("合计", total, {}), days=rule("link_contact_days"), most=rule("contact_women_count"),
            figures=[value for key, value in SHOWN.items() if key != "stranded"], may_assign=may_assign, by=by,
            list_url=reverse("households:link_list"), **context, **kwargs,
        )  # fmt: skip

    def row(self, label, line, query):
        """One line of the table: each figure with its share and its list."""

        def url(**asked):
            return f"{reverse('households:link_list')}?{urlencode(asked | query)}"

        def share(key):
            part = line.counts[key]
            return part, f"{100 * part / line.women:.1f}%" if line.women else "—", url(show=key)

        return {
            "label": label,
            "women": (line.women, url(show=ALL)),
            "shares": [(SHOWN[key][0], share(key)) for key in ("named", "reached")],
            "counts": [(SHOWN[key][0], line.counts[key], url(show=key)) for key in GAPS],
            "kinds": [(kind.label, line.kinds[kind], url(show=ALL, kind=kind.value)) for kind in LinkKind],
        }

    def by_grid(self, found):
        """Lines of grids, their 联户单元 within; women without a grid stand last in their community."""
        places, folded = self.request.user.places, {}
        names = {place.code: place.name for place in places.values()}
        for pk, line in found.items():
            folded.setdefault(places[pk].code[:GRID], Line()).add(line)
        several = len({code[:COMMUNITY] for code in folded}) > 1
        rows = []
        for code in sorted(folded, key=lambda code: (code[:COMMUNITY], len(code) == COMMUNITY, code)):
            query, name = {"area": code}, names[code]
            if len(code) == COMMUNITY:
                query["unplaced"], name = "on", f"{name}（没分到网格）" if several else "没分到网格"
            rows.append(self.row(name, folded[code], query))
        return rows

    def people(self, user):
        """Who has how many women, with the lists: dicts for the table."""
        base = reverse("households:link_list")
        return [
            {
                "pk": pk, "name": name, "active": active,
                "women": (women, f"{base}?{urlencode({'show': ALL, 'person': pk})}"),
                "silent": (silent, f"{base}?{urlencode({'show': 'silent', 'person': pk})}"),
            }
            for pk, name, active, women, silent in by_person(user)
        ]  # fmt: skip


class WomanLine(NamedTuple):
    """The cells of one line of the list, all but `pk` and `name` markup."""

    pk: int
    name: str
    title: str
    age: str
    home: str
    area: str
    contacts: str
    last: str


def woman_lines(items, user):
    """WomanLine of each of `items` (listing.person_values with contacted_on): one query."""
    links, today = links_by_woman([item["id"] for item in items]), timezone.localdate()
    url, home_url, area = (
        url_for("households:resident_detail"),
        url_for("households:household_detail"),
        area_names(user),
    )
    lines = []
    for item in items:
        age, home = age_on(item["birth"], today), mute("没有家庭")
        if item["home_id"]:
            called = household_title(item["head_name"], item["first_name"], item["home_number"])
            home = link(home_url(item["home_id"]), called)
            if item["address"]:
                home += SafeString(f'<small class="wf-block">{escape(item["address"])}</small>')
        contacts = SafeString("".join(_contact(one) for one in links.get(item["id"], ()))) or chip(
            "warn", "没有联系人"
        )
        day = item["contacted_on"]
        last = mute("从没联系过") if day == NEVER else SafeString(f"{day.isoformat()}（{ago(day)}）")
        lines.append(WomanLine(
            item["id"], item["name"], link(f"{url(item['id'])}?tab=links", item["name"]),
            SafeString("—" if age is None else age), home, area(item["area_id"]), contacts, last,
        ))  # fmt: skip
    return lines


def _contact(one):
    gone = SafeString(f" {chip('bad', '账号已停用')}") if one.person_id and not one.person.is_active else ""
    return SafeString(f'<span class="wf-block">{escape(one.who)}{SEP}{mute(one.get_kind_display())}{gone}</span>')


class LinkList(ScopedListView):
    """Grown women and their contacts: the gaps first of all."""

    permission = "households.view_link"
    model = Resident
    title = "妇女联系名单"
    filter_class = LinkFilterForm
    sorts = {
        "silent": ("contacted_on", "最久没联系的在前"),
        "lately": ("-contacted_on", "最近联系的在前"),
        "name": ("name_sort", "姓名"),
        "old": ("birth", "年长的在前"),
    }
    unit = "人"
    template_name = "households/link_list.html"
    results_template = "households/link_list/_results.html"

    def get_list(self):
        return self.get_rows()

    def read(self, rows):
        return person_values(rows, (*FOUND, "contacted_on"), self.sort_field)

    def page_rows(self, items):
        return woman_lines(items, self.request.user)

    def get_crumbs(self):
        return [crumb()]

    def get_export_url(self):
        may = self.request.user.has_perm("households.export_resident")
        return reverse("ledgers:ledger_export", args=["links"]) if may else ""

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            may_assign=user.has_perm("households.assign_link"), may_plan=user.has_perm("households.add_visittask"),
            days=rule("link_contact_days"), **kwargs,
        )  # fmt: skip


# --- many links -----------------------------------------------------------------------------------------------------
class ManyLinks(FormView):
    """Base: the women are counted and shown before anything is done."""

    permission = "households.assign_link"
    template_name = "households/link_many.html"

    def get_women(self):
        """The women it is about, a queryset."""
        raise NotImplementedError

    def get_counts(self):
        """`[(place, number of women)]` by grid, read once."""
        if not hasattr(self, "counts"):
            rows = self.get_women().order_by().values_list("area_id").annotate(n=Count("pk", distinct=True))
            places = self.request.user.places
            found = sorted(rows, key=lambda row: places[row[0]].code)
            self.area_ids = [pk for pk, _ in found]
            self.counts = [(places[pk].name, number) for pk, number in found]
        return self.counts

    def get_total(self):
        return sum(number for _, number in self.get_counts())

    def get_form_kwargs(self):
        return {"total": self.get_total(), "area_ids": self.area_ids}

    def get_context_data(self, **kwargs):
        total = self.get_total()
        first = self.get_women().order_by("name_sort", "pk").select_related("area")[:SHOWN_ROWS]
        return super().get_context_data(
            chosen=first, counts=self.get_counts(), total=total, more=max(total - SHOWN_ROWS, 0), **kwargs
        )

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("households:link_list")


class LinkMany(ManyLinks):
    """The women ticked on the list (`ids`), or all that its filters leave (`all`), up to MOST."""

    model = Resident
    title = "批量指定联系人"
    form_class = LinkManyForm
    submit_label = "指定"

    def get_asked(self):
        """Grown women on the books that were asked for."""
        rows = self.get_rows().women(born_by=adults())
        return chosen_rows(self.request, rows, LinkFilterForm)

    def get_women(self):
        if not hasattr(self, "keys"):
            self.keys = list(self.get_asked().order_by("pk").values_list("pk", flat=True)[: MOST + 1])
            if not self.keys:
                self.none()
        return Resident.objects.visible_to(self.request.user, self.permission).filter(pk__in=self.keys[:MOST])

    def none(self):
        """What was asked for is nobody's of the user's places."""
        raise Http404

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"too_many": len(self.keys) > MOST, "most": MOST}

    def save(self, form):
        data = form.cleaned_data
        batch = make_links(
            self.get_women(), person=data["person"], kind=data["kind"], replace=data["replace"], reason=data["reason"],
            by=self.request.user,
        )  # fmt: skip
        self.success_message = f"已让{batch.person}联系 {batch.total} 名妇女，可以撤销。"
        return reverse("households:link_batches")


class LinkVisits(LinkMany):
    """A visit planned to each of the women ticked, or to all that the filters leave, up to MOST."""

    permission = "households.add_visittask"
    title = "安排走访"
    form_class = LinkVisitsForm
    template_name = "households/link_visits.html"
    submit_label = "安排"

    def save(self, form):
        data = form.cleaned_data
        done = plan_gap_visits(
            self.get_women(), due_on=data["due_on"], assigned_to=data["assigned_to"], by=self.request.user
        )
        left = [
            f"{number} 人{why}" for number, why in ((done.there, "已经安排过"), (done.homeless, "没有家庭，请先登记住在哪里"))
            if number
        ]  # fmt: skip
        self.success_message = "；".join([f"已给 {done.made} 名妇女安排走访", *left]) + "。"
        return reverse("households:link_list")


class LinkHomes(LinkMany):
    """The grown women who live in the households ticked on their list, or in all that its filters leave."""

    model = Household
    title = "给选中家庭的妇女指定联系人"

    def get_asked(self):
        homes = chosen_rows(self.request, self.get_rows().active(), HouseholdFilterForm)
        women = Resident.objects.visible_to(self.request.user, self.permission).women(born_by=adults())
        return women.filter(living_in(homes))

    def none(self):
        """Households without a grown woman are no error: the page says so. Others are not found."""
        if not chosen_rows(self.request, self.get_rows().active(), HouseholdFilterForm).exists():
            raise Http404

    def get_back_url(self):
        return reverse("households:household_list")


class LinkHandOver(ManyLinks):
    """All open links of one person (`from`) to another one."""

    model = Link
    title = "移交联系的妇女"
    form_class = LinkHandOverForm
    template_name = "households/link_hand_over.html"
    submit_label = "移交"

    def get_person(self):
        """Who leaves; 404 when she is not of the user's places."""
        if not hasattr(self, "person"):
            pk = row_key(self.request.GET.get("from"))
            people = User.objects.visible_to(self.request.user, self.permission)
            self.person = people.filter(pk=pk).first() if pk else None
            if self.person is None:
                raise Http404
        return self.person

    def get_links(self):
        return links_left_by(self.get_person(), self.request.user)

    def get_women(self):
        rows = Resident.objects.visible_to(self.request.user, self.permission)
        return rows.filter(pk__in=self.get_links().order_by().values("resident_id"))

    def get_title(self):
        return f"移交{self.get_person().name}联系的妇女"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"leaver": self.get_person()}

    def get_context_data(self, **kwargs):
        return super().get_context_data(person=self.get_person(), **kwargs)

    def save(self, form):
        data = form.cleaned_data
        batch = hand_over_links(
            self.get_links(), person=data["person"], from_person=self.get_person(), reason=data["reason"],
            by=self.request.user,
        )  # fmt: skip
        self.success_message = f"已把{batch.from_person}联系的 {batch.total} 名妇女移交给{batch.person}，可以撤销。"
        return reverse("households:link_batches")


class LinkBatches(ScopedListView):
    permission = "households.assign_link"
    model = LinkBatch
    title = "批量登记联系人的记录"
    sorts = {"new": ("-created_at", "最近的在前")}
    unit = "次"
    results_template = "households/link_batches/_results.html"

    def get_list(self):
        return self.get_rows().select_related("person", "from_person", "created_by").defer("undo")

    def get_crumbs(self):
        return [crumb()]


class LinkBatchUndo(StepView):
    permission = "households.assign_link"
    model = LinkBatch
    success_message = "已撤销这次登记。"

    def act(self, row):
        result = undo_links(row, by=self.request.user)
        if result.refused:
            names = "、".join(one.name for one in result.refused[:10])
            more = f"等 {len(result.refused)} 人" if len(result.refused) > 10 else ""
            messages.warning(self.request, f"这些妇女的联系人之后又改过，没有动，请逐人核对：{names}{more}。")
        if result.away:
            messages.warning(self.request, f"有 {result.away} 名妇女已经不归您管，没有动。")

    def get_success_url(self):
        return reverse("households:link_batches")
