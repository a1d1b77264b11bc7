"""来访来电登记: the register of the front desk and the 12338 line."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

from concerns.forms.reception import ReceptionFilterForm, ReceptionForm, ToConcernForm
from concerns.models import Reception
from concerns.queries import timeline_of
from concerns.services.register import change_reception, register_reception, turn_into_concern
from fedhub.core.views import FormView, ScopedCreateView, ScopedDetailView, ScopedListView, ScopedUpdateView
from fedhub.reference.lookup import label


def crumb():
    return ("来访来电登记", reverse("concerns:reception_list"))


class ReceptionList(ScopedListView):
    permission = "concerns.view_reception"
    model = Reception
    title = "来访来电登记"
    filter_class = ReceptionFilterForm
    sorts = {"received": ("-received_at", "时间")}
    results_template = "concerns/reception_list/_results.html"

    def row(self, reception):
        return {"id": reception.pk, "reception": reception, "topic": label("survey_topic", reception.topic)}

    def get_create_url(self):
        return reverse("concerns:reception_create") if self.request.user.has_perm("concerns.add_reception") else ""

    def get_export_url(self):
        may = self.request.user.has_perm("concerns.export_reception")
        return reverse("ledgers:ledger_export", args=["receptions"]) if may else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="登记来访来电", **kwargs)


class ReceptionDetail(ScopedDetailView):
    permission = "concerns.view_reception"
    model = Reception
    template_name = "concerns/reception_detail.html"

    def get_rows(self):
        return super().get_rows().select_related("area", "handler", "concern", "resident")

    def get_title(self):
        return f"来访来电 {self.get_row().number}"

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        reception, user = self.get_row(), self.request.user
        return super().get_context_data(
            topic=label("survey_topic", reception.topic),
            entries=timeline_of(reception),
            may_change=user.has_perm("concerns.change_reception", reception),
            may_raise=reception.concern is None and user.has_perm("concerns.add_concern", reception),
            may_see_concern=reception.concern is not None
            and user.has_perm("concerns.view_concern", reception.concern),
            **kwargs,
        )


class ReceptionCreate(ScopedCreateView):
    permission = "concerns.add_reception"
    model = Reception
    title = "登记来访来电"
    form_class = ReceptionForm
    template_name = "concerns/reception_form.html"
    success_message = "已登记。"

    def get_form_kwargs(self):
        return {"initial": {"resident": self.request.GET.get("resident")}}

    def get_back_url(self):
        return reverse("concerns:reception_list")

    def get_crumbs(self):
        return [crumb()]

    def save(self, form):
        reception = form.instance
        reception.area = form.cleaned_data["area"]
        return register_reception(reception, concern_title=form.cleaned_data["concern_title"], by=self.request.user)


class ReceptionUpdate(ScopedUpdateView):
    permission = "concerns.change_reception"
    model = Reception
    title = "修改登记"
    form_class = ReceptionForm

    def get_crumbs(self):
        return [crumb(), (self.get_row().number, self.get_row().get_absolute_url())]

    def save(self, form):
        change_reception(
            form.instance, list(form.proposed()), base_version=form.cleaned_data["version"], by=self.request.user
        )
        return form.instance


class ReceptionToConcern(FormView):
    permission = "concerns.add_concern"
    model = Reception
    form_class = ToConcernForm
    title = "转为诉求"
    submit_label = "转为诉求"
    success_message = "已转为诉求。"

    def get_rows(self):
        return super().get_rows().select_related("area", "resident__area")

    def get(self, request, *args, **kwargs):
        if self.get_row().concern_id is not None:
            messages.warning(request, "这条登记已经转为诉求了。")
            return redirect(self.get_row().get_absolute_url())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        self.get_row()
        return {}

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_crumbs(self):
        return [crumb(), (self.get_row().number, self.get_row().get_absolute_url())]

    def save(self, form):
        return turn_into_concern(self.get_row(), title=form.cleaned_data["title"], by=self.request.user)
