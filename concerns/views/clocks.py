"""Clocks of a concern, and what the chair has to allow."""

from django.contrib import messages
from django.urls import reverse

from concerns.enums import ApprovalKind, ApprovalStatus
from concerns.flow import IN_WORK
from concerns.forms.clocks import ApprovalFilterForm, AskNotPossibleForm, ExtendForm, PauseForm, ReturnForm
from concerns.models import Approval
from concerns.queries import waiting_kinds, what_is_asked
from concerns.services.answers import needs_approval
from concerns.services.approvals import ask_extension, ask_not_possible, drop_approval, grant_approval, return_approval
from concerns.services.clocks import pause_concern
from concerns.services.together import resume_concern
from concerns.views.concern import crumb
from concerns.views.steps import ConcernStep, ConcernStepForm, too_late
from fedhub.core.views import FormView, ScopedListView, StepView
from fedhub.reference.lookup import rule

ASKED = "已报主席审批，同意以后才作数。"


class ConcernPause(ConcernStepForm):
    permission = "concerns.answer_concern"
    verb = title = "停表"
    form_class = PauseForm
    submit_label = "停表"
    success_message = "已停表，恢复以后期限顺延。"

    def opens(self, concern):
        return concern.status in IN_WORK and concern.paused_on is None

    def save(self, form):
        data = form.cleaned_data
        pause_concern(self.get_row(), reason=data["reason"], note=data["note"], by=self.request.user)
        return self.get_row()


class ConcernResume(ConcernStep):
    permission = "concerns.answer_concern"
    service = resume_concern
    success_message = "已恢复计时，期限已经顺延。"


class ConcernExtend(ConcernStepForm):
    """Moves the day at once, or asks the chair where a rule says so."""

    permission = "concerns.answer_concern"
    verb = title = "延期"
    form_class = ExtendForm
    template_name = "concerns/extend.html"

    @property
    def must_ask(self):
        needed = rule("concern_approve_extend")
        return bool(needed) and not self.request.user.has_perm("concerns.approve_concern", self.get_row())

    @property
    def submit_label(self):
        return "申请延期" if self.must_ask else "延期"

    def opens(self, concern):
        left = concern.extensions < rule("concern_extend_times")
        return concern.is_open and left and ApprovalKind.EXTEND not in waiting_kinds(concern)

    def get_form_kwargs(self):
        return {"concern": self.get_row(), "version": self.get_row().version}

    def get_context_data(self, **kwargs):
        return super().get_context_data(must_ask=self.must_ask, concern=self.get_row(), **kwargs)

    def save(self, form):
        self.check_version(form)
        data = form.cleaned_data
        made = ask_extension(self.get_row(), after=data["after"], reason=data["reason"], by=self.request.user)
        self.success_message = ASKED if isinstance(made, Approval) else "已延期。"
        return self.get_row()


class ConcernNotPossible(ConcernStepForm):
    permission = "concerns.answer_concern"
    verb = title = "申请按无法办理答复"
    form_class = AskNotPossibleForm
    submit_label = "报主席审批"
    success_message = ASKED

    def opens(self, concern):
        kind = ApprovalKind.NOT_POSSIBLE
        asked = kind in waiting_kinds(concern)
        return concern.is_open and not asked and needs_approval(concern, kind, self.request.user)

    def save(self, form):
        return ask_not_possible(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)


# --- the chair ----------------------------------------------------------------------------------------------------
class ApprovalList(ScopedListView):
    """待审批."""

    permission = "concerns.approve_concern"
    model = Approval
    title = "待审批"
    filter_class = ApprovalFilterForm
    sorts = {"new": ("-id", "最近的在前"), "old": ("id", "最早的在前")}
    results_template = "concerns/approval_list/_results.html"
    unit = "件"

    def get_list(self):
        return self.get_rows().select_related("concern__area", "asked_by", "decided_by")

    def page_rows(self, items):
        words = what_is_asked(items)
        return [
            {
                "id": approval.pk,
                "approval": approval,
                "words": words[approval.pk],
                "waits": approval.status == ApprovalStatus.ASKED,
                "own": approval.asked_by_id == self.request.user.pk,
            }
            for approval in items
        ]

    def get_crumbs(self):
        return [crumb()]


class ApprovalStep(StepView):
    """Base of the steps of a request; leads back to where it was taken, the list or the concern."""

    model = Approval

    def get_rows(self):
        return super().get_rows().select_related("concern", "asked_by")

    def get_success_url(self):
        if "from_list" in self.request.POST:
            return reverse("concerns:approval_list")
        return self.get_row().get_absolute_url()


class ApprovalGrant(ApprovalStep):
    permission = "concerns.approve_concern"
    service = grant_approval
    success_message = "已同意。"

    def act(self, row):
        super().act(row)
        if row.kind == ApprovalKind.NOT_POSSIBLE:
            messages.info(self.request, "承办人可以按无法办理答复她了。")


class ApprovalDrop(ApprovalStep):
    permission = "concerns.answer_concern"
    service = drop_approval
    success_message = "已取消申请。"


class ApprovalReturn(FormView):
    permission = "concerns.approve_concern"
    model = Approval
    title = "退回申请"
    form_class = ReturnForm
    submit_label = "退回"
    success_message = "已退回。"

    def get_rows(self):
        return super().get_rows().select_related("concern", "asked_by")

    def get(self, request, *args, **kwargs):
        if self.get_row().status != ApprovalStatus.ASKED:
            return too_late(request, self.get_row(), self.title)
        return super().get(request, *args, **kwargs)

    def get_title(self):
        return f"退回{self.get_row().get_kind_display()}的申请：{self.get_row().concern.title}"

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_crumbs(self):
        return [("待审批", reverse("concerns:approval_list"))]

    def save(self, form):
        return return_approval(self.get_row(), note=form.cleaned_data["note"], by=self.request.user)
