"""届与名册: terms of the federation and their members."""

from django.contrib import messages
from django.http import Http404
from django.urls import reverse

from fedhub.core import once
from fedhub.core.views import FormView, ScopedCreateView, ScopedDetailView, ScopedListView, ScopedUpdateView
from grids.enums import TermRole
from grids.forms.term import RenewForm, TermForm, TermMemberForm
from grids.models import Term, TermMember
from grids.services.term import add_member, change_member, change_term, next_exists, open_term, renew_term


def crumb():
    return ("届与名册", reverse("grids:term_list"))


def by_rank(term):
    """Members of `term`, the chair first."""
    rank = {role: number for number, role in enumerate(TermRole.values)}
    return sorted(term.members.select_related("user"), key=lambda m: (rank[m.role], m.pk))


class TermList(ScopedListView):
    permission = "grids.view_term"
    model = Term
    title = "届与名册"
    sorts = {"start": ("-starts_on", "起始日期")}
    results_template = "grids/term_list/_results.html"
    unit = "届"

    def get_list(self):
        return self.get_rows().select_related("area").prefetch_related("members")

    def get_create_url(self):
        return reverse("grids:term_create") if self.request.user.has_perm("grids.add_term") else ""


class TermDetail(ScopedDetailView):
    permission = "grids.view_term"
    model = Term
    template_name = "grids/term_detail.html"

    def get_rows(self):
        return super().get_rows().select_related("area")

    def get_title(self):
        term = self.get_row()
        return f"{term.area} {term.name}"

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        term, user = self.get_row(), self.request.user
        members = by_rank(term)
        may_change = user.has_perm("grids.change_term", term)
        return super().get_context_data(
            members=[m for m in members if m.ends_on is None],
            former=[m for m in members if m.ends_on is not None],
            may_change=may_change,
            may_hand_over=user.has_perm("grids.change_duty", term),
            may_renew=may_change and user.has_perm("grids.change_duty", term) and not next_exists(term),
            **kwargs,
        )


class TermCreate(ScopedCreateView):
    permission = "grids.add_term"
    model = Term
    title = "新建届"
    form_class = TermForm

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return reverse("grids:term_list")

    def get_crumbs(self):
        return [crumb()]

    def save(self, form):
        return open_term(form.instance, by=self.request.user)


class TermUpdate(ScopedUpdateView):
    permission = "grids.change_term"
    model = Term
    title = "修改届"
    form_class = TermForm

    def get_crumbs(self):
        return [crumb(), (self.get_row().name, self.get_row().get_absolute_url())]

    def save(self, form):
        change_term(
            form.instance, list(form.proposed()), base_version=form.cleaned_data["version"], by=self.request.user
        )
        return form.instance


class MemberCreate(ScopedCreateView):
    permission = "grids.change_term"
    model = Term
    title = "添加成员"
    form_class = TermMemberForm

    def get_form_kwargs(self):
        return {"initial": {"starts_on": self.get_row().starts_on}}

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_crumbs(self):
        return [crumb(), (self.get_row().name, self.get_row().get_absolute_url())]

    def save(self, form):
        form.instance.term = self.get_row()
        add_member(form.instance, by=self.request.user)
        return self.get_row().get_absolute_url()


class MemberUpdate(ScopedUpdateView):
    permission = "grids.change_term"
    model = TermMember
    title = "修改成员"
    form_class = TermMemberForm

    def get_rows(self):
        return super().get_rows().select_related("term__area")

    def get_back_url(self):
        return self.get_row().term.get_absolute_url()

    def get_crumbs(self):
        return [crumb(), (self.get_row().term.name, self.get_back_url())]

    def save(self, form):
        change_member(
            form.instance, list(form.proposed()), base_version=form.cleaned_data["version"], by=self.request.user
        )
        return form.instance.term.get_absolute_url()


class TermRenew(FormView):
    """换届: the next term with those who go on; the duties of the others end. 404 once there is a later term."""

    permission = "grids.change_duty"
    model = Term
    title = "换届"
    form_class = RenewForm
    template_name = "grids/term_renew.html"
    submit_label = "换届"

    def get_rows(self):
        return super().get_rows().select_related("area")

    def get_row(self):
        fresh = not hasattr(self, "object")
        term = super().get_row()
        if fresh and not self.request.user.has_perm("grids.add_term", term):
            raise Http404
        return term

    def get(self, request, *args, **kwargs):
        if next_exists(self.get_row()):
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_title(self):
        return f"{self.get_row().area} {self.get_row()}换届"

    def get_crumbs(self):
        return [crumb(), (self.get_row().name, self.get_back_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_form_kwargs(self):
        members = [member for member in by_rank(self.get_row()) if member.ends_on is None]
        return {"term": self.get_row(), "members": members}

    def post(self, request, *args, **kwargs):
        """What would happen is counted and shown first; only the second click with the same numbers acts."""
        key = once.parse_key(request.POST.get("once_key"))
        if key is None or once.earlier_result(request.user, key) is None:
            form = self.get_form(request.POST)
            if form.is_valid() and form.told:
                return self.show(form)
        return super().post(request, *args, **kwargs)

    def save(self, form):
        data, seats = form.cleaned_data, form.seats()
        new = Term(name=data["name"], starts_on=data["starts_on"], ends_on=data["ends_on"])
        new, given = renew_term(self.get_row(), new, seats, workers=data["workers"], by=self.request.user)
        ended = sum(row.duties for row in given)
        self.success_message = f"{new.name}已经开始，名册 {sum(bool(role) for _, role in seats)} 人。"
        if ended:
            names = "、".join(row.from_person.name for row in given)
            messages.info(self.request, f"{names}的 {ended} 项包保已结束，当天可以在“交接记录”里撤销。")
        return new
