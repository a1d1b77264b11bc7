"""待确认变化: what visitors found, for those who keep the ledger."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.urls import reverse

from fedhub.core.text import mask_phone
from fedhub.core.versions import StaleVersion
from fedhub.core.views import FormView, ScopedListView, StepView
from fedhub.reference.lookup import labels
from grids.enums import ChangeState
from grids.forms.change import ChangeFilterForm, ChangeRefuseForm
from grids.models import VisitChange
from grids.services.ledger import ledger_target
from grids.services.visit import confirm_change, refuse_change
from households.enums import HousingKind

TABLES = {"employment": "employment_status", "health": "health"}


def words(field, value):
    """A stored value as a reader knows it; a phone number stays masked in lists."""
    if not value:
        return ""
    if field == "phone":
        return mask_phone(str(value))
    if field in TABLES:
        return labels(TABLES[field]).get(value, value)
    if field == "housing":
        return dict(HousingKind.choices).get(value, value)
    return str(value)


class ChangeList(ScopedListView):
    permission = "grids.confirm_visitchange"
    model = VisitChange
    title = "待确认变化"
    filter_class = ChangeFilterForm
    sorts = {"new": ("-id", "最新")}
    results_template = "grids/change_list/_results.html"
    unit = "条"

    def row(self, change):
        target = ledger_target(change)
        now = getattr(target, change.field, "") if target is not None and change.field != "phone" else ""
        return {
            "id": change.pk,
            "change": change,
            "new": words(change.field, change.value),
            "now": words(change.field, now),
            "version": target.version if target is not None else "",
            "waits": change.state == ChangeState.PROPOSED,
        }


class ChangeAccept(StepView):
    """采纳. Compare-and-set against the ledger as the person deciding saw it."""

    permission = "grids.confirm_visitchange"
    model = VisitChange
    success_message = "已写入台账。"

    def get_rows(self):
        return super().get_rows().for_list()

    def act(self, change):
        try:
            base = forms.IntegerField(required=False).clean(self.request.POST.get("version"))
            confirm_change(change, base_version=base, by=self.request.user)
        except StaleVersion as stale:
            raise ValidationError("台账刚被别人改过，没有写入。请看一眼现在的内容再决定。") from stale
        if not change.field:
            messages.info(self.request, "这条变化只有文字，请到家庭页手工登记。")

    def get_success_url(self):
        return reverse("grids:change_list")


class ChangeRefuse(FormView):
    permission = "grids.confirm_visitchange"
    model = VisitChange
    form_class = ChangeRefuseForm
    title = "不采纳变化"
    submit_label = "不采纳"
    success_message = "已记下，台账没有改动。"

    def get_rows(self):
        return super().get_rows().for_list()

    def get_back_url(self):
        return reverse("grids:change_list")

    def get_crumbs(self):
        return [("待确认变化", reverse("grids:change_list"))]

    def save(self, form):
        refuse_change(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)
        return reverse("grids:change_list")
