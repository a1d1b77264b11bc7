"""Steps of the work on a concern, one address each: taking in, giving out, finishing, closing, withdrawing."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect

from concerns.enums import ReferralStatus
from concerns.flow import OPEN, concern_flow
from concerns.forms.steps import AssignForm, FinishForm, RouteForm, SettleForm, WithdrawForm
from concerns.models import Concern
from concerns.routing import routes
from concerns.services.answers import settle_on_spot
from concerns.services.handling import (
    accept_concern,
    assign_concern,
    close_concern,
    finish_concern,
    open_routes,
    route_concern,
    withdraw_concern,
)
from concerns.views.concern import crumb
from fedhub.core.versions import StaleVersion
from fedhub.core.views import FormView, StepView


def too_late(request, record, verb):
    """The page of `record` with a sentence, for whoever came by a link that stood on an older page."""
    messages.warning(request, f"现在不能{verb}（{record.get_status_display()}），这里是最新的情况。")
    return redirect(record.get_absolute_url())


class ConcernStep(StepView):
    """Base of steps without a form."""

    model = Concern


class ConcernAccept(ConcernStep):
    permission = "concerns.assign_concern"
    service = accept_concern
    success_message = "已受理。"


class ConcernClose(ConcernStep):
    permission = "concerns.close_concern"
    service = close_concern
    success_message = "已办结。"


class ConcernStepForm(FormView):
    """Base of what is done to a concern by a small form; opens only while it can be done (`opens`), else leads to the
    concern with a sentence.

    A form that was opened in time and comes too late is shown again with what was typed and the state of today.
    """

    model = Concern
    step = ""
    verb = ""
    leads_only = True

    def get_rows(self):
        return super().get_rows().for_list().select_related("area", "household", "resident", "assigned_to", "lead")

    def opens(self, concern):
        """True while this can be done to `concern`."""
        return concern.status in concern_flow.steps[self.step].sources

    def get(self, request, *args, **kwargs):
        concern = self.get_row()
        if not self.opens(concern) or self.leads_only and concern.lead_id is not None:
            return too_late(request, concern, self.get_verb())
        return super().get(request, *args, **kwargs)

    def get_verb(self):
        return self.verb or concern_flow.steps[self.step].label

    def get_title(self):
        return f"{self.get_verb()}：{self.get_row().title}"

    def get_form_kwargs(self):
        self.get_row()
        return {}

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_crumbs(self):
        return [crumb(), (self.get_row().number, self.get_row().get_absolute_url())]

    def check_version(self, form):
        """Raises StaleVersion when the concern is no longer the one that the form was opened with."""
        concern = self.get_row()
        if concern.version != form.cleaned_data["version"]:
            raise StaleVersion(concern)


class ConcernAssign(ConcernStepForm):
    permission = "concerns.assign_concern"
    step = "assign"
    form_class = AssignForm
    submit_label = "交办"
    success_message = "已交办。"

    def get_form_kwargs(self):
        return {"concern": self.get_row(), "version": self.get_row().version}

    def save(self, form):
        data = form.cleaned_data
        return assign_concern(
            self.get_row(), person=data["person"], handle_by=data["handle_by"], base_version=data["version"], by=self.request.user,
        )  # fmt: skip


class ConcernFinish(ConcernStepForm):
    """Opens with what another office answered, when one did."""

    permission = "concerns.answer_concern"
    step = "finish"
    form_class = FinishForm
    submit_label = "办理完"
    success_message = "办理结果已记下，请答复本人。"

    def get_form_kwargs(self):
        answered = self.get_row().referrals.filter(status=ReferralStatus.ANSWERED).select_related("agency")
        last = answered.order_by("-ended_on", "-pk").first()
        return {"initial": {"result": f"{last.agency}回复：{last.reply}" if last else ""}}

    def save(self, form):
        return finish_concern(self.get_row(), result=form.cleaned_data["result"], by=self.request.user)


class ConcernSettle(ConcernStepForm):
    permission = "concerns.add_concern"
    step = "settle"
    form_class = SettleForm
    submit_label = "当场办结"
    success_message = "已当场办结。"

    def save(self, form):
        return settle_on_spot(self.get_row(), answer=form.cleaned_data["answer"], by=self.request.user)


class ConcernWithdraw(ConcernStepForm):
    permission = "concerns.close_concern"
    step = "withdraw"
    leads_only = False
    form_class = WithdrawForm
    submit_label = "撤回"
    success_message = "已撤回。"

    def save(self, form):
        return withdraw_concern(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)


class ConcernRoute(ConcernStepForm):
    """Into a work app, through one of the doors that the user may use; without any there is no such page."""

    permission = "concerns.route_concern"
    verb = title = "转入专项"
    form_class = RouteForm
    submit_label = "转入"
    success_message = "已转入。"

    def get(self, request, *args, **kwargs):
        if not open_routes(request.user, self.get_row()):
            raise Http404
        return super().get(request, *args, **kwargs)

    def opens(self, concern):
        return concern.status in OPEN and open_routes(self.request.user, concern) != []

    def get_form_kwargs(self):
        return {"open_to": open_routes(self.request.user, self.get_row())}

    def save(self, form):
        route_concern(self.get_row(), routes[form.cleaned_data["route"]], by=self.request.user)
        return self.get_row()
