"""Pages of follow-ups."""

from django.urls import reverse

from employment.after import FollowUpState
from employment.forms.followup import PAY_LABELS, FollowUpFilterForm, FollowUpForm
from employment.kept import ask_url, file_of
from employment.models import FollowUp
from employment.services import followups
from employment.states import FOLLOW_UP_TONES
from employment.views.followup_lines import FOLLOW_UP_VALUES, follow_up_lines
from employment.views.seeker import CHANGE, VIEW
from fedhub.core.views import FormView, ScopedDetailView, ScopedListView, StepView


class FollowUpList(ScopedListView):
    permission = VIEW
    model = FollowUp
    title = "就业回访"
    filter_class = FollowUpFilterForm
    unit = "次"
    results_template = "employment/followup_list/_results.html"
    sorts = {"due": ("due_on", "先到期的在前"), "latest": ("-due_on", "后到期的在前")}

    def read(self, rows):
        return rows.values(*FOLLOW_UP_VALUES)

    def page_rows(self, items):
        return follow_up_lines(items)


class OfFollowUp:
    permission = CHANGE
    model = FollowUp

    def get_rows(self):
        return super().get_rows().select_related(
            "seeker__resident__area__parent", "seeker__lead", "application__post__employer", "startup", "done_by"
        )  # fmt: skip

    def get_crumbs(self):
        seeker = self.get_row().seeker
        return [("就业回访", reverse("employment:followup_list")), (seeker.resident.name, seeker.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class FollowUpDetail(OfFollowUp, ScopedDetailView):
    permission = VIEW
    title = "就业回访"
    template_name = "employment/followup_detail.html"

    def get_title(self):
        return str(self.get_row())

    def get_context_data(self, **kwargs):
        one, user = self.get_row(), self.request.user
        resident = one.seeker.resident
        file = file_of(resident, user) if one.is_kept else None
        concern = one.concern if one.concern_id and user.has_perm("concerns.view_concern", one.concern) else None
        return super().get_context_data(
            chips=[(FOLLOW_UP_TONES[one.state], one.get_state_display())], meta=[one.work_words[1]],
            may_record=one.state == FollowUpState.DUE and user.has_perm(CHANGE, resident), file=file, concern=concern,
            ask_url=ask_url(file, user) if file else "", pay_label=PAY_LABELS[bool(one.startup_id)], **kwargs,
        )  # fmt: skip


class FollowUpRecord(OfFollowUp, FormView):
    title = "登记回访"
    form_class = FollowUpForm
    success_message = "已登记。"

    def get_form_kwargs(self):
        one = self.get_row()
        return {"area": one.seeker.resident.area, "business": one.startup_id is not None}

    def save(self, form):
        return followups.record_follow_up(self.get_row(), by=self.request.user, **form.told())


class FollowUpDrop(OfFollowUp, StepView):
    service = followups.drop_follow_up
    success_message = "这次不用再问。"
