"""变更申请: asked for on the file's page, decided by somebody else."""

from django.http import Http404
from django.urls import reverse

from fedhub.core.views import FormView, ScopedDetailView, ScopedListView, StepView
from hardship.enums import Deed
from hardship.forms.request import FORMS, NoteForm, RequestFilterForm
from hardship.models import ChangeRequest, HardshipFile
from hardship.services.requests import (
    approve_request,
    ask_change,
    is_stale,
    refuse_request,
    withdraw_request,
    words_of,
)
from hardship.states import ASK_TONES


class RequestList(ScopedListView):
    permission = "hardship.view_changerequest"
    model = ChangeRequest
    title = "变更申请"
    filter_class = RequestFilterForm
    unit = "件"
    results_template = "hardship/request_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("household", "resident", "area", "created_by", "decided_by")

    def row(self, item):
        return item, ASK_TONES[item.state]


class RequestCreate(FormView):
    """What should change about a family in care; the address says what kind."""

    permission = "hardship.add_changerequest"
    model = HardshipFile
    success_message = "已提交，等另一个人审批。"
    submit_label = "提交审批"

    def get_rows(self):
        return super().get_rows().in_care().select_related("household__area", "area")

    def get_deed(self):
        if self.kwargs["deed"] not in Deed.values:
            raise Http404
        return Deed(self.kwargs["deed"])

    def get_title(self):
        return f"申请{self.get_deed().label}"

    def get_page_title(self):
        return "变更申请"

    def get_crumbs(self):
        file = self.get_row()
        return [(file.number, file.get_absolute_url())]

    def get_back_url(self):
        return f"{self.get_row().get_absolute_url()}?tab=requests"

    def get_form(self, data=None, files=None):
        return FORMS[self.get_deed()](data, user=self.request.user, file=self.get_row())

    def save(self, form):
        request = ChangeRequest(
            file=self.get_row(), deed=self.get_deed(), resident=form.person(), proposal=form.proposal(),
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
        return ask_change(request, by=self.request.user)


class OfRequest:
    permission = "hardship.decide_changerequest"
    model = ChangeRequest

    def get_rows(self):
        return (
            super()
            .get_rows()
            .select_related("household__area", "resident", "file__household", "created_by", "decided_by")
        )

    def get_crumbs(self):
        return [("变更申请", reverse("hardship:request_list"))]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class RequestDetail(OfRequest, ScopedDetailView):
    permission = "hardship.view_changerequest"
    title = "变更申请"
    template_name = "hardship/request_detail.html"

    def get_title(self):
        row = self.get_row()
        return f"{row.household}：{row.get_deed_display()}"

    def get_context_data(self, **kwargs):
        row, user = self.get_row(), self.request.user
        mine = row.created_by_id == user.pk
        return super().get_context_data(
            chips=[(ASK_TONES[row.state], row.get_state_display())], lines=words_of(row),
            stale=row.state == "open" and bool(is_stale(row)),
            may_decide=row.state == "open" and not mine and user.has_perm("hardship.decide_changerequest", row),
            may_withdraw=row.state == "open" and mine, waits=row.state == "open" and mine, **kwargs,
        )  # fmt: skip


class RequestApprove(OfRequest, FormView):
    title = "同意变更"
    form_class = NoteForm
    submit_label = "同意，现在就改"
    success_message = "已同意，已经改好。"

    def save(self, form):
        return approve_request(self.get_row(), note=form.cleaned_data["note"], by=self.request.user)


class RequestRefuse(OfRequest, FormView):
    title = "不同意变更"
    form_class = NoteForm
    submit_label = "不同意"
    success_message = "已登记，没有改。"

    def save(self, form):
        return refuse_request(self.get_row(), note=form.cleaned_data["note"], by=self.request.user)


class RequestWithdraw(OfRequest, StepView):
    permission = "hardship.add_changerequest"
    service = withdraw_request
    success_message = "已撤回。"
