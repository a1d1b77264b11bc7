"""届与名册: terms of the federation and their members."""

from django.urls import reverse

from fedhub.core.views import ScopedCreateView, ScopedDetailView, ScopedListView, ScopedUpdateView
from grids.enums import TermRole
from grids.forms.term import TermForm, TermMemberForm
from grids.models import Term, TermMember
from grids.services.term import add_member, change_member, change_term, open_term


def crumb():
    return ("届与名册", reverse("grids:term_list"))


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
        term = self.get_row()
        rank = {role: number for number, role in enumerate(TermRole.values)}
        members = sorted(term.members.select_related("user"), key=lambda m: (rank[m.role], m.pk))
        return super().get_context_data(
            members=[m for m in members if m.ends_on is None],
            former=[m for m in members if m.ends_on is not None],
            may_change=self.request.user.has_perm("grids.change_term", term),
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
