"""议事会成员与章程, and a member's own page."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from council.enums import SignIn
from council.forms.meeting import CheckInForm, CouncilForm, MemberForm, SlipForm, UnseatForm
from council.models import Council, Meeting, Member
from council.queries import (
    light_chip,
    meeting_chip,
    meetings_ahead,
    member_of,
    motions_for,
    my_actions,
    to_confirm,
    with_own_row,
)
from council.services.councils import change_council, open_council, seat_member, unseat_member
from council.services.meetings import answer_slip, sign_in_by_code
from council.services.votes import papers_of
from council.views.parts import RowForm
from fedhub.core.views import FormView, ScopedDetailView, ScopedListView, ScopedUpdateView, StaffPage

CHANGE, JOIN = "council.change_council", "council.join_meeting"


class CouncilList(ScopedListView):
    permission = "council.view_council"
    model = Council
    title = "议事会成员与章程"
    unit = "届"
    keeps_filters = False
    sorts = {"newest": ("-term_from", "最近的一届在前")}
    results_template = "council/council_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("area")

    def get_create_url(self):
        return reverse("council:council_create") if self.request.user.has_perm("council.add_council") else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="新建一届", **kwargs)


class CouncilCreate(FormView):
    permission = "council.add_council"
    title = "新建议事会"
    form_class = CouncilForm
    success_message = "已新建，接着登记成员。"

    def get_initial(self):
        return {
            "term_from": timezone.localdate(),
            "name": f"{self.request.user.home_office().removesuffix('妇联')}妇女议事会",
        }

    def save(self, form):
        return open_council(form.save(commit=False), by=self.request.user)


class CouncilDetail(ScopedDetailView):
    permission = "council.view_council"
    model = Council
    template_name = "council/council_detail.html"

    def get_title(self):
        return str(self.get_row())

    def get_crumbs(self):
        return [("议事会成员与章程", reverse("council:council_list"))]

    def get_context_data(self, **kwargs):
        council, today = self.get_row(), timezone.localdate()
        members = list(council.members.select_related("user", "resident").order_by("pk"))
        return super().get_context_data(
            seated=[one for one in members if one.since <= today and (one.until is None or one.until >= today)],
            former=[one for one in members if one.until is not None and one.until < today],
            may_change=self.request.user.has_perm(CHANGE, council),
            **kwargs,
        )


class CouncilUpdate(ScopedUpdateView):
    permission = CHANGE
    model = Council
    title = "修改章程"
    form_class = CouncilForm

    def save(self, form):
        return change_council(
            form.instance, list(form.proposed()), base_version=form.cleaned_data["version"], by=self.request.user
        )


class MemberCreate(RowForm):
    permission, model = CHANGE, Council
    title, form_class, success_message = "登记成员", MemberForm, "成员已登记。"

    def get_form_kwargs(self):
        return {"council": self.get_row()}

    def act(self, form, council, user):
        member = form.save(commit=False)
        member.council = council
        seat_member(member, by=user)


class MemberEnd(RowForm):
    permission, model = CHANGE, Member
    title, form_class, submit_label, success_message = "离任", UnseatForm, "离任", "已离任，以前的出席和表决都还在。"

    def opens(self, member):
        return member.until is None

    def act(self, form, member, user):
        unseat_member(member, on=form.cleaned_data["on"], why=form.cleaned_data["why"], by=user)


# --- a member's own page ------------------------------------------------------------------------------------------
class Mine(StaffPage):
    """我的议事会, for the phone: the next meetings, open votes, what to confirm, what to do."""

    permission = JOIN
    title = "我的议事会"
    template_name = "council/mine.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        meetings = [(meeting, meeting_chip(meeting), own) for meeting, own in with_own_row(meetings_ahead(user), user)]
        return super().get_context_data(
            meetings=meetings, motions=[one for one in motions_for(user) if papers_of(user, one)],
            minutes=to_confirm(user), actions=[(one, light_chip(one)) for one in my_actions(user).select_related("topic")[:30]],
            **kwargs,
        )  # fmt: skip


class CheckIn(FormView):
    """Signing in with the six signs on the wall; the QR code brings them along in its address."""

    permission = JOIN
    title = "会议签到"
    form_class = CheckInForm
    template_name = "council/check_in.html"
    submit_label = "签到"
    once = False

    def get_initial(self):
        return {"code": self.request.GET.get("code", "")[:12]}

    def save(self, form):
        how = SignIn.QR if self.request.GET.get("code") else SignIn.CODE
        row = sign_in_by_code(self.request.user, form.cleaned_data["code"], how=how)
        self.success_message = f"已签到：{row.meeting.title}。"
        return reverse("council:mine")


class OwnSlip(RowForm):
    """A member's answer to the notice."""

    permission, model = JOIN, Meeting
    title, form_class, submit_label, success_message = "回执", SlipForm, "回执", "回执已收到。"

    def get_rows(self):
        return Meeting.objects.visible_to(self.request.user).select_related("council", "area")

    def get_own(self):
        member = member_of(self.request.user, self.get_row().council)
        row = self.get_row().attendances.filter(member=member).select_related("meeting").first() if member else None
        if row is None:
            raise Http404
        return row

    def get(self, request, *args, **kwargs):
        self.get_own()
        if not self.get_row().is_ahead:
            messages.info(request, "会议已经开始，回执不能再改。")
            return redirect(self.get_back_url())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        own = self.get_own()
        return {"initial": {"slip": own.slip, "words": own.words}}

    def get_back_url(self):
        return reverse("council:mine")

    def act(self, form, meeting, user):
        answer_slip(self.get_own(), slip=form.cleaned_data["slip"], words=form.cleaned_data["words"], by=user)
