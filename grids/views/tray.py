"""The supervisor's tray: visits that came late from a phone and may not simply be saved. Taken over or declined."""

from django.urls import reverse

from fedhub.core import once
from fedhub.core.files import attachments_of
from fedhub.core.views import FormView, ScopedDetailView, ScopedListView
from grids.enums import EnvelopeState
from grids.flow import envelope_flow
from grids.forms.late import said_in
from grids.forms.tray import DeclineForm, TrayFilterForm
from grids.models import Envelope
from grids.services.offline import decline, take_over, two_facts
from grids.services.signature import KIND as SIGNATURE
from grids.views.outbox import DraftForm


def crumb():
    return ("手机后传", reverse("grids:tray_list"))


class TrayList(ScopedListView):
    permission = "grids.review_visit"
    model = Envelope
    title = "手机后传的走访"
    filter_class = TrayFilterForm
    sorts = {"arrived": ("-created_at", "收到时间")}
    template_name = "grids/tray_list.html"
    results_template = "grids/tray_list/_results.html"


class TrayDetail(ScopedDetailView):
    permission = "grids.review_visit"
    model = Envelope
    title = "手机后传的走访"
    template_name = "grids/tray_detail.html"

    def get_rows(self):
        return super().get_rows().select_related("household__area", "user", "device", "visit", "decided_by")

    def get_title(self):
        return f"{self.get_row().household}的走访"

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        row, user = self.get_row(), self.request.user
        steps = {step.name for step in envelope_flow.open_steps(row, user)}
        pictures = [
            (one.kind, {"url": reverse("core:file", args=[one.uuid]), "caption": one.name})
            for one in attachments_of(row).filter(kind__in=["photo", SIGNATURE])
        ]
        return super().get_context_data(
            facts=two_facts(row),
            said=said_in(row),
            photos=[picture for kind, picture in pictures if kind == "photo"],
            signature=next((picture for kind, picture in pictures if kind == SIGNATURE), None),
            may_take="take" in steps,
            may_decline="decline" in steps,
            waits=row.state == EnvelopeState.TRAY,
            **kwargs,
        )


class TrayTake(DraftForm):
    """代为登记: saved as a visit of whoever made it, written down by the supervisor, who may put right what does not pass."""

    permission = "grids.review_visit"
    title = "代为登记"
    submit_label = "代为登记"
    success_message = "已代为登记。走访人是原来的走访人，记录人是您。"

    def get_rows(self):
        return super().get_rows().waiting()

    def get_key(self):
        return once.new_key()

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def save(self, form):
        return take_over(self.get_row(), self.log(form), by=self.request.user)


class TrayDecline(FormView):
    """不采纳: asks for the reason."""

    permission = "grids.review_visit"
    model = Envelope
    form_class = DeclineForm
    title = "不采纳"
    submit_label = "不采纳"
    success_message = "没有采纳，内容和理由都还在；照片已删除。"

    def get_rows(self):
        return super().get_rows().select_related("household__area")

    def get_crumbs(self):
        return [crumb(), (str(self.get_row().household), self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def save(self, form):
        return decline(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)
