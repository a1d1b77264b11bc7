"""诉求: page, and one address a step."""

from django.http import Http404
from django.urls import reverse

from concerns.enums import Status
from concerns.flow import concern_flow
from concerns.forms.steps import AnswerForm, AssignForm, FinishForm, SettleForm, WithdrawForm
from concerns.models import Concern
from concerns.queries import status_chip, steps_for, timeline_of
from concerns.routing import routes
from concerns.services.answers import answer_concern, settle_on_spot
from concerns.services.handling import accept_concern, assign_concern, close_concern, finish_concern, withdraw_concern
from fedhub.core.views import FormView, ScopedDetailView, StepView
from fedhub.reference.lookup import label

# The life of a concern on its page.
LIFE = [Status.NEW, Status.ACCEPTED, Status.ASSIGNED, Status.DONE, Status.ANSWERED, Status.CLOSED]


def crumb():
    return ("诉求", reverse("concerns:concern_list"))


class ConcernDetail(ScopedDetailView):
    permission = "concerns.view_concern"
    model = Concern
    template_name = "concerns/concern_detail.html"

    def get_rows(self):
        return super().get_rows().select_related("area", "household", "resident", "assigned_to", "lead")

    def get_title(self):
        return self.get_row().title

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        concern, user = self.get_row(), self.request.user
        cases = [
            (route.label, case)
            for route in routes
            if route.permission is None or user.has_perm(route.permission)
            for case in route.cases(concern)
        ]
        return super().get_context_data(
            chip=status_chip(concern),
            topic=label("survey_topic", concern.topic),
            steps=steps_for(concern, user),
            life=life_of(concern),
            entries=timeline_of(concern),
            receptions=concern.receptions.order_by("pk") if user.has_perm("concerns.view_reception", concern) else [],
            cases=cases,
            **kwargs,
        )


def life_of(concern):
    """Items for the steps bar; a closed concern shows how it ended."""
    here = LIFE.index(concern.status)
    items = []
    for number, status in enumerate(LIFE):
        state = "done" if number < here or concern.status == Status.CLOSED else "now" if number == here else ""
        items.append({"label": status.label, "state": state})
    return items


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
    """Base of steps with a small form; opens only from the states the step starts from.

    A form that was opened in time and comes too late is shown again with what was typed and the state of today.
    """

    model = Concern
    step = ""

    def get_rows(self):
        return super().get_rows().for_list()

    def get(self, request, *args, **kwargs):
        if self.get_row().status not in concern_flow.steps[self.step].sources:
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_title(self):
        return f"{concern_flow.steps[self.step].label}：{self.get_row().title}"

    def get_form_kwargs(self):
        self.get_row()
        return {}

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_crumbs(self):
        return [crumb(), (self.get_row().number, self.get_row().get_absolute_url())]


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
    permission = "concerns.answer_concern"
    step = "finish"
    form_class = FinishForm
    submit_label = "办理完"
    success_message = "办理结果已记下，请答复本人。"

    def save(self, form):
        return finish_concern(self.get_row(), result=form.cleaned_data["result"], by=self.request.user)


class ConcernAnswer(ConcernStepForm):
    permission = "concerns.answer_concern"
    step = "answer"
    form_class = AnswerForm
    submit_label = "答复"
    success_message = "答复已记下。"

    def get_form_kwargs(self):
        concern = self.get_row()
        again = {"outcome": concern.outcome, "answer": concern.answer, "told": concern.told}
        first = {"answer": concern.result}
        return {"initial": again if concern.status == Status.ANSWERED else first, "version": concern.version}

    def save(self, form):
        data = form.cleaned_data
        return answer_concern(
            self.get_row(), answer=data["answer"], told=data["told"], outcome=data["outcome"],
            base_version=data["version"], by=self.request.user,
        )  # fmt: skip


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
    form_class = WithdrawForm
    submit_label = "撤回"
    success_message = "已撤回。"

    def save(self, form):
        return withdraw_concern(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)
