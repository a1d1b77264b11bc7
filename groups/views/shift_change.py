"""A shift before its day: changed, called off, and who comes to it."""

from django.urls import reverse

from fedhub.core.views import FormView, ScopedUpdateView, StepView
from groups.forms.shift import CallOffForm, ComingForm, ShiftForm
from groups.models import Coming, Shift
from groups.services import coming
from groups.views.shift import ADD, crumb

KEEP = "groups.confirm_service"


class OfShift:
    permission = KEEP
    model = Shift

    def get_rows(self):
        return super().get_rows().select_related("area")

    def get_crumbs(self):
        return [crumb(), (self.get_row().what, self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class ShiftUpdate(OfShift, ScopedUpdateView):
    title = "改服务场次"
    form_class = ShiftForm
    success_message = "已保存。地点、日期变了的，要来的人会收到消息。"

    def save(self, form):
        version = form.cleaned_data["version"]
        return coming.change_shift(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


class ShiftCallOff(OfShift, FormView):
    title = "取消服务场次"
    form_class = CallOffForm
    submit_label = "取消这一场"
    success_message = "已取消，要来的人会收到消息。"

    def get_form_kwargs(self):
        return {"version": self.get_row().version}

    def save(self, form):
        data = form.cleaned_data
        return coming.call_off(self.get_row(), why=data["why"], base_version=data["version"], by=self.request.user)


class ComingAdd(OfShift, FormView):
    permission = ADD
    title = "登记要来的人"
    form_class = ComingForm
    success_message = "已登记。"

    def get_form_kwargs(self):
        return {"shift": self.get_row()}

    def save(self, form):
        coming.come(self.get_row(), form.cleaned_data["volunteer"], by=self.request.user)
        return self.get_back_url()


class ComingDrop(StepView):
    permission = ADD
    model = Coming
    service = coming.drop
    success_message = "已登记不来了。"

    def get_rows(self):
        return super().get_rows().select_related("shift__area", "volunteer")

    def get_success_url(self):
        return reverse("groups:shift_detail", args=[self.get_row().shift_id])
