"""The staff's side of what women ask of what is kept of them: the list with its days, the answer, the copy."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

from fedhub.core import audit
from fedhub.core.views import FormView, ScopedDetailView, ScopedListView
from households.minors import may_open_minor, note_opening
from households.models import Resident
from portal.copy import copy_of
from portal.enums import RequestState, Right
from portal.forms import AnswerForm, RightFilterForm, StaffRightForm
from portal.models import RightsRequest
from portal.services.rights import answer_right, ask_right

VIEW, ADD, CHANGE = (f"portal.{verb}_rightsrequest" for verb in ("view", "add", "change"))
TONES = {
    RequestState.OPEN: "warn", RequestState.DONE: "ok", RequestState.REFUSED: "bad", RequestState.WITHDRAWN: "quiet",
}  # fmt: skip


def crumb():
    return "个人信息请求", reverse("portal:rights_list")


class RightsList(ScopedListView):
    permission = VIEW
    model = RightsRequest
    title = "个人信息请求"
    unit = "件"
    filter_class = RightFilterForm
    sorts = {"due": ("due_on", "先到期的在前"), "made": ("-made_on", "最近提出")}
    results_template = "portal/rights_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("resident__area")

    def row(self, item):
        return item, TONES[item.state]


class RightsDetail(ScopedDetailView):
    permission = VIEW
    model = RightsRequest
    title = "个人信息请求"
    template_name = "portal/rights_detail.html"

    def get_rows(self):
        return super().get_rows().select_related("resident__area", "taken_by", "answered_by", "guardian")

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        asked, user = self.get_row(), self.request.user
        return super().get_context_data(
            chips=[(TONES[asked.state], asked.get_state_display())],
            may_answer=asked.state == RequestState.OPEN and user.has_perm(CHANGE, asked),
            is_copy=asked.kind == Right.COPY and asked.state in (RequestState.OPEN, RequestState.DONE)
            and user.has_perm(CHANGE, asked), **kwargs,
        )  # fmt: skip


class RightsAnswer(FormView):
    permission = CHANGE
    model = RightsRequest
    form_class = AnswerForm
    title = "答复个人信息请求"
    submit_label = "答复"
    success_message = "已答复，她在居民端看得到。"

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def save(self, form):
        data = form.cleaned_data
        answer_right(self.get_row(), done=data["done"], answer=data["answer"], by=self.request.user)
        return self.get_back_url()


class RightsCreate(FormView):
    """Written down for a resident who came in person."""

    permission = ADD
    model = Resident
    form_class = StaffRightForm
    title = "登记个人信息请求"
    submit_label = "登记"
    success_message = "已登记。"

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [(self.get_row().name, self.get_back_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def save(self, form):
        data = form.cleaned_data
        return ask_right(
            self.get_row(), kind=data["kind"], words=data["words"], proof=data["proof"], by=self.request.user
        )


class RightsCopy(ScopedDetailView):
    """The copy, to be printed and handed to her in person; printing it is noted."""

    permission = CHANGE
    model = RightsRequest
    title = "个人信息副本"
    template_name = "portal/rights_copy.html"
    log_reading = False

    def get_rows(self):
        return (
            super()
            .get_rows()
            .filter(kind=Right.COPY)
            .filter(state__in=[RequestState.OPEN, RequestState.DONE])
            .select_related("resident__area", "guardian__child")
        )

    def get(self, request, *args, **kwargs):
        person = self.get_row().resident
        basis = may_open_minor(request.user, person)
        if basis is None:
            messages.error(request, "她未成年，要先申请查阅，批准以后才能打印副本。")
            return redirect(person.get_absolute_url())
        note_opening(request.user, person, basis)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        asked = self.get_row()
        audit.record_read(asked.resident, by=self.request.user, action="portal.rightsrequest.copy")
        return super().get_context_data(
            person=asked.resident,
            copy=copy_of(asked.resident, self.request.user, asked.guardian),
            back_url=asked.get_absolute_url(),
            **kwargs,
        )
