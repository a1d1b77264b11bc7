"""Telling her: how it stands, the answer, one woman after another; what she thinks of it; opening again."""

from django.db.models import Q
from django.urls import reverse

from concerns.enums import ApprovalKind, Status, Told
from concerns.flow import OPEN
from concerns.forms.answers import AnswerForm, RateForm, ReopenForm, TellForm, WorksheetFilterForm
from concerns.forms.told import wished
from concerns.models import Concern
from concerns.queries import rated_reply
from concerns.services.answers import answer_concern, needs_approval, rate_concern, reopen_concern, tell_progress
from concerns.views.concern import crumb
from concerns.views.parts import rows_for_answering, worksheet_rows
from concerns.views.steps import ConcernStepForm
from fedhub.core.views import ScopedListView
from fedhub.reference.lookup import rule


class ConcernTell(ConcernStepForm):
    permission = "concerns.answer_concern"
    verb = title = "告知过程"
    leads_only = False
    form_class = TellForm
    submit_label = "记下"
    success_message = "已记下告知。"

    def opens(self, concern):
        return concern.status in (*OPEN, Status.DONE)

    def get_form_kwargs(self):
        concern = self.get_row()
        return {"concern": concern, "initial": {"told": wished(concern)}}

    def save(self, form):
        data = form.cleaned_data
        tell_progress(
            self.get_row(), text=data["text"], told=data["told"], told_at=data["told_at"], heard=data["heard"],
            proof=data["proof"], by=self.request.user,
        )  # fmt: skip
        return self.get_row()


class ConcernAnswer(ConcernStepForm):
    """Opens with what was answered before, else with the lead's answer where the user works on it, else with the result."""

    permission = "concerns.answer_concern"
    step = "answer"
    leads_only = False
    form_class = AnswerForm
    submit_label = "答复"
    success_message = "答复已记下。"

    def get_form_kwargs(self):
        concern = self.get_row()
        must_ask = needs_approval(concern, ApprovalKind.NOT_POSSIBLE, self.request.user)
        return {
            "concern": concern, "must_ask": must_ask, "initial": self.opens_with(concern), "version": concern.version,
        }  # fmt: skip

    def opens_with(self, concern):
        """Initial values of the form."""
        if concern.status == Status.ANSWERED:
            told = "" if concern.told == Told.NOT_YET else concern.told
            return {"outcome": concern.outcome, "answer": concern.answer, "told": told or wished(concern)}
        lead = concern.lead
        if lead is not None and lead.answer and self.get_rows().filter(pk=lead.pk).exists():
            return {"outcome": lead.outcome, "answer": lead.answer, "told": wished(concern)}
        return {"answer": concern.result, "told": wished(concern)}

    def save(self, form):
        data, concern = form.cleaned_data, self.get_row()
        answer_concern(
            concern, answer=data["answer"], told=data["told"], outcome=data["outcome"], told_at=data["told_at"],
            heard=data["heard"], proof=data["proof"], base_version=data["version"], by=self.request.user,
        )  # fmt: skip
        return self.worksheet_of(concern) or concern

    def worksheet_of(self, concern):
        """Address of the worksheet on which other women wait for this answer; '' when nobody does."""
        lead = concern.lead_id or concern.pk
        seen = self.get_rows().filter(Q(pk=lead) | Q(lead=lead))
        others = seen.exclude(pk=concern.pk).filter(told__in=["", Told.NOT_YET]).exclude(status=Status.CLOSED)
        if not seen.filter(pk=lead).exists() or not (left := others.count()):
            return ""
        self.success_message = f"答复已记下，一起办的还有 {left} 人没有告诉。"
        return reverse("concerns:concern_worksheet", args=[lead])


class ConcernRate(ConcernStepForm):
    permission = "concerns.answer_concern"
    verb = title = "评价"
    leads_only = False
    form_class = RateForm
    submit_label = "记下评价"
    success_message = "评价已记下。"

    def opens(self, concern):
        return rated_reply(concern) is not None

    def get_form_kwargs(self):
        concern = self.get_row()
        return {"initial": {"given_by": concern.told if concern.told not in ("", Told.NOT_YET) else Told.PHONE}}

    def save(self, form):
        data, concern = form.cleaned_data, self.get_row()
        rate_concern(
            concern, score=data["score"], words=data["words"], given_by=data["given_by"], by=self.request.user
        )
        if data["score"] <= rule("concern_low_score"):
            self.success_message = "评价已记下，已经照她的话重新办理。"
        return concern


class ConcernReopen(ConcernStepForm):
    permission = "concerns.answer_concern"
    step = "reopen"
    leads_only = False
    form_class = ReopenForm
    submit_label = "重新办理"
    success_message = "已重新办理，期限从今天重新算。"

    def save(self, form):
        return reopen_concern(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)


class Worksheet(ScopedListView):
    """逐人答复: a lead and all that follow it, one line a woman."""

    permission = "concerns.answer_concern"
    model = Concern
    title = "逐人答复"
    filter_class = WorksheetFilterForm
    sorts = {"raised": ("raised_on", "提出日期")}
    results_template = "concerns/worksheet/_results.html"
    keeps_filters = False
    unit = "人"

    def dispatch(self, request, *args, **kwargs):
        self.get_row()
        return super().dispatch(request, *args, **kwargs)

    def get_list(self):
        lead = self.get_row()
        return rows_for_answering(self.get_rows().filter(Q(pk=lead.pk) | Q(lead=lead)))

    def page_rows(self, items):
        return worksheet_rows(items)

    def get_title(self):
        return f"逐人答复：{self.get_row().title}"

    def get_crumbs(self):
        return [crumb(), (self.get_row().number, self.get_row().get_absolute_url())]
