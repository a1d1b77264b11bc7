"""The left-behind and difficult children's ledger."""

from django.urls import reverse

from fedhub.core.text import row_key
from fedhub.core.views import FormView, ScopedCreateView, ScopedListView, ScopedUpdateView
from fedhub.reference.lookup import labels
from households.enums import ChildKind
from households.forms.facts import ChildCloseForm, ChildFileForm, ChildFilterForm
from households.models import ChildFile, Resident
from households.services.child import change_child_file, close_child_file, comes_of_age, open_child_file
from households.views.minor import ChildPage, NeedsBasis
from households.views.tabs import TabbedDetail


def crumb():
    return ("留守（困境）儿童", reverse("households:child_list"))


def kind_labels(child):
    return [ChildKind(kind).label for kind in child.kinds if kind in ChildKind.values]


class ChildList(ScopedListView):
    """Names, ages, kinds of entry, and who keeps contact: what is kept about a child stands on its page alone."""

    permission = "households.view_childfile"
    model = ChildFile
    title = "留守（困境）儿童"
    filter_class = ChildFilterForm
    unit = "人"
    results_template = "households/child_list/_results.html"

    def row(self, item):
        return {
            "url": item.get_absolute_url(),
            "name": item.resident.name,
            "age": item.resident.age(),
            "kinds": kind_labels(item),
            "area": item.resident.area.name,
            "officer": item.officer.name,
            "officer_gone": not item.officer.is_active,
            "every": item.contact_days,
            "closed_on": item.closed_on,
        }

    def get_create_url(self):
        return reverse("households:child_create") if self.request.user.has_perm("households.add_childfile") else ""


class ChildDetail(ChildPage, TabbedDetail):
    permission = "households.view_childfile"
    model = ChildFile
    template_name = "households/child_detail.html"
    own_tabs = [("", "情况")]

    def get_rows(self):
        return super().get_rows().select_related("resident__area", "officer").prefetch_related("resident__phones")

    def get_person(self):
        return self.get_row().resident

    def get_crumbs(self):
        return [crumb()]

    def get_chips(self):
        child = self.get_row()
        closed = [("quiet", "已退出")] if child.closed_on else []
        return closed + [("", label) for label in kind_labels(child)]

    def get_meta(self):
        person = self.get_row().resident
        age = person.age()
        return [f"{age} 岁" if age is not None else "", labels("sex").get(person.sex, ""), person.area.name]

    def tab_context(self, tab):
        child, user = self.get_row(), self.request.user
        return {
            "may_change": child.closed_on is None and user.has_perm("households.change_childfile", child),
            "guardian_relation": labels("relation").get(child.guardian_relation, ""),
            "of_age": comes_of_age(child.resident),
        }


class ChildCreate(ScopedCreateView):
    permission = "households.add_childfile"
    model = ChildFile
    title = "登记儿童"
    form_class = ChildFileForm

    def get_form_kwargs(self):
        chosen = row_key(self.request.GET.get("resident"))
        rows = Resident.objects.visible_to(self.request.user, self.permission).active()
        person = rows.filter(pk=chosen).first() if chosen else None
        return {"initial": {"resident": person.pk} if person else {}}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("households:child_list")

    def save(self, form):
        child = form.save(commit=False)
        child.resident = form.cleaned_data["resident"]
        return open_child_file(child, by=self.request.user)


class ChildUpdate(NeedsBasis, ScopedUpdateView):
    permission = "households.change_childfile"
    model = ChildFile
    title = "改儿童信息"
    form_class = ChildFileForm

    def get_rows(self):
        return super().get_rows().open().select_related("resident__area", "officer")

    def get_people(self):
        return [self.get_row().resident]

    def get_crumbs(self):
        return [crumb(), (str(self.get_row()), self.get_row().get_absolute_url())]

    def save(self, form):
        version = form.cleaned_data["version"]
        return change_child_file(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


class ChildClose(FormView):
    permission = "households.change_childfile"
    model = ChildFile
    title = "退出"
    form_class = ChildCloseForm
    submit_label = "登记退出"

    def get_rows(self):
        return super().get_rows().open().select_related("resident", "resident__area")

    def get_crumbs(self):
        return [crumb(), (str(self.get_row()), self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get(self, request, *args, **kwargs):
        self.get_row()
        return super().get(request, *args, **kwargs)

    def save(self, form):
        data = form.cleaned_data
        return close_child_file(self.get_row(), on=data["on"], why=data["why"], by=self.request.user)
