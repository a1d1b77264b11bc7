"""A matter in another office's hands: handing over, what the other side says, and the list of those that wait."""

from django.urls import reverse

from concerns.enums import ApprovalKind, ReferralStatus
from concerns.flow import OPEN, referral_flow
from concerns.forms.referrals import (
    AcceptedForm,
    AgencyAnswerForm,
    OfferForm,
    ReferralFilterForm,
    RefusedForm,
    TakeBackForm,
)
from concerns.models import Approval, Referral
from concerns.queries import due_chip, waiting_kinds
from concerns.services.approvals import pass_up
from concerns.services.clocks import warns_from
from concerns.services.referrals import (
    offer_concern,
    referral_accepted,
    referral_answered,
    referral_refused,
    take_referral_back,
)
from concerns.views.clocks import ASKED
from concerns.views.concern import crumb
from concerns.views.steps import ConcernStepForm, too_late
from fedhub.core.views import FormView, ScopedListView

CHIPS = {
    ReferralStatus.OFFERED: "warn", ReferralStatus.ACCEPTED: "info", ReferralStatus.REFUSED: "bad",
    ReferralStatus.ANSWERED: "ok", ReferralStatus.TAKEN_BACK: "quiet",
}  # fmt: skip


class ConcernOffer(ConcernStepForm):
    """转办: across to another office. The officer keeps following it."""

    permission = "concerns.route_concern"
    verb = title = "转办"
    form_class = OfferForm
    submit_label = "转办"
    success_message = "已转办，到期前请催一催。"
    up = False

    def opens(self, concern):
        return concern.status in OPEN

    def get_form_kwargs(self):
        return {"concern": self.get_row(), "up": self.up}

    def save(self, form):
        data = form.cleaned_data
        return offer_concern(
            self.get_row(), agency=data["agency"], matter=data["matter"], due_on=data["due_on"], by=self.request.user
        )


class ConcernPassUp(ConcernOffer):
    """上报: to the next level; the chair may have to allow it."""

    verb = title = "上报"
    submit_label = "上报"
    success_message = "已上报。"
    up = True

    def opens(self, concern):
        return super().opens(concern) and ApprovalKind.PASS_UP not in waiting_kinds(concern)

    def save(self, form):
        data = form.cleaned_data
        made = pass_up(
            self.get_row(), agency=data["agency"], matter=data["matter"], due_on=data["due_on"], by=self.request.user
        )
        if isinstance(made, Approval):
            self.success_message = ASKED
        return made


class ReferralForm(FormView):
    """Base: what the other side says, written down by us; opens only from the states its step starts from."""

    permission = "concerns.answer_concern"
    model = Referral
    step = ""
    service = None

    def get_rows(self):
        return super().get_rows().select_related("concern", "agency")

    def get(self, request, *args, **kwargs):
        referral = self.get_row()
        if referral.status not in referral_flow.steps[self.step].sources:
            return too_late(request, referral, self.title)
        return super().get(request, *args, **kwargs)

    def get_title(self):
        return f"{self.title}：{self.get_row().agency}"

    def get_form_kwargs(self):
        return {"version": self.get_row().version}

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_crumbs(self):
        concern = self.get_row().concern
        return [crumb(), (concern.number, concern.get_absolute_url())]

    def save(self, form):
        data = {name: value for name, value in form.cleaned_data.items() if name not in form.CARRIED}
        return type(self).service(
            self.get_row(), base_version=form.cleaned_data["version"], by=self.request.user, **data
        )


class ReferralAccept(ReferralForm):
    step, title = "accept", "登记接收"
    service = referral_accepted
    form_class = AcceptedForm
    success_message = "已登记对方接收。"


class ReferralRefuse(ReferralForm):
    step, title = "refuse", "登记退回"
    service = referral_refused
    form_class = RefusedForm
    success_message = "已登记对方退回，请另想办法。"


class ReferralAnswer(ReferralForm):
    step, title = "answer", "登记回复"
    service = referral_answered
    form_class = AgencyAnswerForm
    success_message = "已登记对方回复，请写办理结果。"


class ReferralTakeBack(ReferralForm):
    permission = "concerns.route_concern"
    step, title = "take_back", "收回转办"
    form_class = TakeBackForm
    submit_label = "收回"
    success_message = "已收回。"

    def get_form_kwargs(self):
        return {}

    def save(self, form):
        return take_referral_back(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)


class ReferralList(ScopedListView):
    """转办催办: what lies with other offices, by the day they were asked to answer."""

    permission = "concerns.answer_concern"
    model = Referral
    title = "转办催办"
    filter_class = ReferralFilterForm
    sorts = {"due": ("due_on", "先到期的在前"), "new": ("-id", "最近转出的在前")}
    results_template = "concerns/referral_list/_results.html"
    unit = "件"

    def get_list(self):
        return (
            self.get_rows().select_related("concern__area", "concern__assigned_to", "agency").defer("matter", "reply")
        )

    def page_rows(self, items):
        soon = warns_from()
        return [
            {
                "id": referral.pk,
                "referral": referral,
                "chip": CHIPS[referral.status],
                "due": due_chip(referral.due_on, soon) if referral.ended_on is None else None,
                "answer_url": reverse("concerns:referral_answer", args=[referral.pk])
                if referral.ended_on is None
                else "",
            }
            for referral in items
        ]

    def get_crumbs(self):
        return [crumb()]
