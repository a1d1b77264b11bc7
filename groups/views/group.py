"""Pages of groups: the list, one group, joining and leaving, meetings with who came."""

from django.http import Http404
from django.urls import reverse

from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    StepView,
)
from groups.enums import GroupState, MemberRole, MemberState
from groups.flow import group_flow
from groups.forms.group import (
    GroupFilterForm,
    GroupForm,
    LeaveForm,
    MeetingForm,
    RoleForm,
    TakeInForm,
    ToldWhyForm,
    WhyForm,
)
from groups.models import Group, Meeting, Member
from groups.queries import SIZE, attendance_of, waiting_lines
from groups.services import groups as services
from groups.services import leaving
from groups.states import GROUP_TONES, MEMBER_TONES, PRESENT_TONES
from groups.views.lines import GROUP_VALUES, group_lines

SHOWN = 20
STEPS = {"rest": services.rest_group, "resume": services.resume_group, "revive": services.revive_group}


def crumb():
    return ("队伍", reverse("groups:group_list"))


class GroupList(ScopedListView):
    permission = "groups.view_group"
    model = Group
    title = "队伍"
    unit = "支"
    filter_class = GroupFilterForm
    results_template = "groups/group_list/_results.html"

    reads_alike = True

    def read(self, rows):
        return rows.annotate(size=SIZE).values(*GROUP_VALUES, "size")

    def page_rows(self, items):
        return group_lines(items)

    def get_create_url(self):
        return reverse("groups:group_create") if self.request.user.has_perm("groups.add_group") else ""

    def get_context_data(self, **kwargs):
        waiting = waiting_lines(self.request.user, SHOWN)
        return super().get_context_data(waiting=waiting, create_label="登记队伍", **kwargs)


class GroupCreate(ScopedCreateView):
    permission = "groups.add_group"
    model = Group
    title = "登记队伍"
    form_class = GroupForm

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("groups:group_list")

    def save(self, form):
        return services.found_group(form.save(commit=False), by=self.request.user)


class GroupUpdate(ScopedUpdateView):
    permission = "groups.change_group"
    model = Group
    title = "改队伍"
    form_class = GroupForm

    def get_crumbs(self):
        return [crumb(), (self.get_row().name, self.get_row().get_absolute_url())]

    def save(self, form):
        version = form.cleaned_data["version"]
        return services.change_group(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


class GroupDetail(ScopedDetailView):
    permission = "groups.view_group"
    model = Group
    title = "队伍"
    template_name = "groups/group_detail.html"

    def get_title(self):
        return self.get_row().name

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        group, user = self.get_row(), self.request.user
        may_place = user.has_perm("groups.change_member", group)
        came = attendance_of(group)
        rows = group.members.select_related("resident").order_by("-valid_from", "-pk")
        order = list(MemberRole)
        active = sorted((m for m in rows if m.state == MemberState.ACTIVE), key=lambda m: order.index(m.role))
        return super().get_context_data(
            chips=[(GROUP_TONES[group.state], group.get_state_display())],
            meta=[group.number, group.get_kind_display(), group.area.name],
            members=[(m, came.get(m.pk)) for m in active],
            asked=[m for m in rows if m.state == MemberState.ASKED] if may_place else [],
            leaving=[m for m in active if m.leave_asked_on] if may_place else [],
            gone=[(m, MEMBER_TONES[m.state]) for m in rows if m.state == MemberState.LEFT][:SHOWN],
            meetings=list(group.meetings.order_by("-on", "-pk")[:SHOWN]),
            steps=[s for s in group_flow.open_steps(group, user) if s.name in STEPS],
            may_end=user.has_perm("groups.change_group", group) and group.state != GroupState.ENDED,
            may_change=user.has_perm("groups.change_group", group),
            may_place=may_place and group.state == GroupState.ACTIVE,
            may_meet=user.has_perm("groups.add_meeting", group) and group.state == GroupState.ACTIVE,
            **kwargs,
        )


class GroupStep(StepView):
    """Resting, resuming, founding anew."""

    permission = "groups.change_group"
    model = Group

    def act(self, row):
        service = STEPS.get(self.kwargs["step"])
        if service is None:
            raise Http404
        service(row, by=self.request.user)


class OfGroup:
    """A form about one group."""

    permission = "groups.change_member"
    model = Group

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb(), (self.get_row().name, self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class GroupEnd(OfGroup, FormView):
    permission = "groups.change_group"
    title = "解散队伍"
    form_class = WhyForm
    submit_label = "解散"
    success_message = "已解散，队员都已退出。"

    def save(self, form):
        return services.end_group(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


class TakeIn(OfGroup, FormView):
    title = "登记队员"
    form_class = TakeInForm
    success_message = "已登记。"

    def save(self, form):
        data = form.cleaned_data
        services.take_in(
            self.get_row(), data["resident"], role=data["role"], since=data["valid_from"], by=self.request.user
        )
        return self.get_back_url()


class MeetingCreate(OfGroup, FormView):
    permission = "groups.add_meeting"
    title = "记一次活动"
    form_class = MeetingForm
    template_name = "groups/meeting_form.html"

    def get_form_kwargs(self):
        group = self.get_row()
        members = group.members.active().select_related("resident").order_by("pk")
        return {"group": group, "members": members}

    def save(self, form):
        meeting = form.save(commit=False)
        meeting.group = self.get_row()
        return services.hold_meeting(meeting, form.presents(), by=self.request.user)


class MeetingDetail(ScopedDetailView):
    permission = "groups.view_group"
    model = Meeting
    title = "活动记录"
    template_name = "groups/meeting_detail.html"

    def get_rows(self):
        return super().get_rows().select_related("group__area")

    def get_title(self):
        return self.get_row().topic

    def get_crumbs(self):
        group = self.get_row().group
        return [crumb(), (group.name, group.get_absolute_url())]

    def get_context_data(self, **kwargs):
        meeting = self.get_row()
        rows = meeting.attendances.select_related("member__resident").order_by("pk")
        return super().get_context_data(
            people=[(row, PRESENT_TONES[row.present]) for row in rows], meta=[f"{meeting.on:%Y-%m-%d}"], **kwargs
        )


class OfMember:
    """A form or a step about one place."""

    permission = "groups.change_member"
    model = Member

    def get_rows(self):
        return super().get_rows().select_related("group__area", "resident")

    def get_form_kwargs(self):
        return {}

    def get_title(self):
        return f"{self.title}：{self.get_row().resident.name}"

    def get_crumbs(self):
        group = self.get_row().group
        return [crumb(), (group.name, group.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().group.get_absolute_url()

    get_success_url = get_back_url


class MemberAccept(OfMember, StepView):
    service = services.accept_member
    success_message = "已同意，她今天起在队。"


class MemberRefuse(OfMember, FormView):
    title = "不同意加入"
    form_class = ToldWhyForm
    submit_label = "不同意"
    success_message = "已答复，她在自己的页面上看得到。"

    def save(self, form):
        services.refuse_member(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)
        return self.get_back_url()


class MemberLeave(OfMember, FormView):
    title = "退出"
    form_class = LeaveForm
    submit_label = "登记退出"
    success_message = "已退出。"

    def save(self, form):
        data = form.cleaned_data
        services.leave_group(self.get_row(), why=data["why"], on=data["on"], by=self.request.user)
        return self.get_back_url()


class MemberLetGo(OfMember, StepView):
    """What she asked for herself: from today she is not in the group any more."""

    service = leaving.let_go
    success_message = "已确认，她今天退出。"


class MemberRoleChange(OfMember, FormView):
    title = "换角色"
    form_class = RoleForm

    def get_form_kwargs(self):
        return {"initial": {"role": self.get_row().role}}

    def save(self, form):
        services.give_role(self.get_row(), form.cleaned_data["role"], by=self.request.user)
        return self.get_back_url()
