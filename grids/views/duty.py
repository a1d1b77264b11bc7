"""包保: who is in charge where; taking and giving up charge."""

from django.urls import reverse

from fedhub.core.views import FormView, ScopedCreateView, ScopedListView
from grids.forms.duty import DutyEndForm, DutyFilterForm, DutyForm
from grids.models import Duty
from grids.services.duty import assign_duty, end_duty


def crumb():
    return ("包保", reverse("grids:duty_list"))


class DutyList(ScopedListView):
    permission = "grids.view_duty"
    model = Duty
    title = "包保"
    filter_class = DutyFilterForm
    sorts = {"from": ("-valid_from", "起始日期")}
    template_name = "grids/duty_list.html"
    results_template = "grids/duty_list/_results.html"
    unit = "项"

    def get_create_url(self):
        return reverse("grids:duty_create") if self.request.user.has_perm("grids.add_duty") else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            create_label="安排包保", may_end=self.request.user.has_perm("grids.change_duty"), **kwargs
        )


class DutyCreate(ScopedCreateView):
    permission = "grids.add_duty"
    model = Duty
    title = "安排包保"
    form_class = DutyForm
    success_message = "已安排，权限从起始日期起生效。"

    def get_form_kwargs(self):
        return {"initial": {"area": self.request.GET.get("area"), "person": self.request.GET.get("person")}}

    def get_back_url(self):
        return reverse("grids:duty_list")

    def get_crumbs(self):
        return [crumb()]

    def save(self, form):
        assign_duty(form.instance, by=self.request.user)
        return reverse("grids:duty_list")


class DutyEnd(FormView):
    permission = "grids.change_duty"
    model = Duty
    form_class = DutyEndForm
    submit_label = "结束包保"
    success_message = "包保已结束，权限同时收回。"

    def get_rows(self):
        return super().get_rows().for_list().select_related("grant").filter(valid_to=None)

    def get_title(self):
        duty = self.get_row()
        return f"结束{duty.person}的包保（{duty.area} {duty.get_role_display()}）"

    def get_back_url(self):
        return reverse("grids:duty_list")

    def get_crumbs(self):
        return [crumb()]

    def save(self, form):
        data = form.cleaned_data
        end_duty(self.get_row(), why=data["why"], on=data["on"], by=self.request.user)
        return reverse("grids:duty_list")
