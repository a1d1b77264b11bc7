"""会议: the calendar, the page of one before, during and after it, and what is done to it."""

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from council.enums import MeetingStatus, SignIn, Slip
from council.flow import meeting_flow
from council.forms.meeting import (
    GuestForm,
    HearForm,
    ItemForm,
    MeetingFilterForm,
    MeetingForm,
    NotifyForm,
    ProxyForm,
    SlipForm,
    SpeechForm,
    WhyForm,
)
from council.listing import meeting_values
from council.models import AgendaItem, Attendance, Guest, Meeting
from council.qr import qr_squares
from council.queries import meeting_chip, member_of, speeches_of
from council.record import Roll
from council.rules import is_quorate, needed
from council.services.meetings import (
    add_item,
    add_proxy,
    add_speech,
    answer_slip,
    bring_back,
    cancel_meeting,
    change_meeting,
    end_meeting,
    fill_agenda,
    guest_came,
    hear_item,
    invite,
    leave_out,
    move_item,
    notify_meeting,
    open_meeting,
    plan_meeting,
    sign_in,
    sign_out,
    undo_sign_in,
)
from council.views.lines import meeting_lines
from council.views.parts import RowForm, RowStep, deed, meeting_crumb
from fedhub.core.views import FormView, ScopedDetailView, ScopedListView, ScopedUpdateView, StaffView

VIEW, CHANGE = "council.view_meeting", "council.change_meeting"


class MeetingList(ScopedListView):
    permission = VIEW
    model = Meeting
    title = "会议"
    unit = "次"
    filter_class = MeetingFilterForm
    sorts = {"newest": ("-starts_at", "最近的在前")}
    template_name = "council/meeting_list.html"
    results_template = "council/meeting_list/_results.html"

    def get_list(self):
        return self.get_rows()

    def read(self, rows):
        return meeting_values(rows)

    def page_rows(self, items):
        return meeting_lines(items)

    def get_create_url(self):
        return reverse("council:meeting_create") if self.request.user.has_perm("council.add_meeting") else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="筹备会议", **kwargs)


class MeetingCreate(FormView):
    permission = "council.add_meeting"
    model = Meeting
    title = "筹备会议"
    form_class = MeetingForm
    template_name = "council/meeting_form.html"
    success_message = "会议已建好：没议完的议题、逾期的事项都已放上议程。"

    def get_crumbs(self):
        return [meeting_crumb()]

    def get_back_url(self):
        return reverse("council:meeting_list")

    def save(self, form):
        return plan_meeting(form.save(commit=False), by=self.request.user)


class OfMeeting:
    model = Meeting

    def get_rows(self):
        return super().get_rows().select_related("area", "council", "chair", "convenor", "recorder")

    def get_crumbs(self):
        meeting = self.get_row()
        return [meeting_crumb(), (meeting.title, meeting.get_absolute_url())]


class MeetingUpdate(OfMeeting, ScopedUpdateView):
    permission = CHANGE
    title = "修改会议安排"
    form_class = MeetingForm

    def save(self, form):
        proposed = list(form.proposed())
        meeting = change_meeting(
            form.instance, proposed, base_version=form.cleaned_data["version"], by=self.request.user
        )
        if meeting.notified_on and {"starts_at", "place"} & set(proposed):
            messages.warning(self.request, "时间或地点改了，已经通知过的成员还不知道：请再发一次通知。")
        return meeting


class MeetingDetail(OfMeeting, ScopedDetailView):
    permission = VIEW
    template_name = "council/meeting_detail.html"

    def get_title(self):
        return self.get_row().title

    def get_crumbs(self):
        return [meeting_crumb()]

    def get_context_data(self, **kwargs):
        meeting, user = self.get_row(), self.request.user
        keeps, member = user.has_perm(CHANGE, meeting), member_of(user, meeting.council)
        main, rest = deeds_of(meeting, user)
        items = meeting.items.select_related("topic", "action", "left_out_by").prefetch_related(
            "motions", "resolutions__actions__owner"
        )
        speeches = speeches_of(meeting)
        roll = Roll(meeting)
        return super().get_context_data(
            chip=meeting_chip(meeting), main=main, rest=rest, keeps=keeps, member=member, roll=roll,
            quorum=quorum_of(meeting, roll), items=list(items), speeches=speeches[:30],
            own=next((row for row in roll.rows if member and row.member_id == member.pk), None),
            guests=meeting.guests.all(), proxies=meeting.proxies.select_related("principal", "holder"),
            is_on=meeting.status == MeetingStatus.OPEN, materials=[one for one in meeting.materials.splitlines() if one],
            balance=user.has_perm("council.balance_council", meeting), **kwargs,
        )  # fmt: skip


class MeetingQuorum(OfMeeting, ScopedDetailView):
    """The live part of the page: who is here, and whether it is enough; asked for again every few seconds."""

    permission = VIEW
    template_name = "council/meeting_detail/_quorum.html"
    log_reading = False

    def get_context_data(self, **kwargs):
        roll = Roll(self.get_row())
        return {"object": self.get_row(), "quorum": quorum_of(self.get_row(), roll), "roll": roll}


def quorum_of(meeting, roll):
    """`{expected, here, leave, absent, line, enough, share}` of a meeting now."""
    expected = meeting.expected if meeting.expected is not None else len(roll.rows)
    share = meeting.quorum or meeting.council.quorum
    here = len(roll.here) if meeting.status == MeetingStatus.OPEN else len(roll.present)
    return {
        "expected": expected, "here": here, "leave": len(roll.leave), "absent": max(expected - here - len(roll.leave), 0),
        "line": needed(share, expected), "enough": is_quorate(share, expected=expected, present=here),
        "slips": f"回执出席 {sum(row.slip == Slip.YES for row in roll.rows)} 人",
        "share": dict(Meeting._meta.get_field("quorum").choices)[share],
    }  # fmt: skip


def deeds_of(meeting, user):
    """`(main, [(label, [Deed])])` of the page of a meeting."""
    steps = {step.name for step in meeting_flow.open_steps(meeting, user)}
    pk, found = meeting.pk, {}
    if "notify" in steps:
        found["notify"] = deed("发通知" if not meeting.notified_on else "再发通知", "meeting_notify", pk)
    if "open" in steps:
        found["open"] = deed("开会", "meeting_open", pk, posts=True)
    if "end" in steps:
        found["end"] = deed("结束会议", "meeting_end", pk, posts=True)
    if meeting.status == MeetingStatus.HELD:
        found["minutes"] = deed("会议纪要", "minutes_detail", pk)
    order = ["end", "minutes"] if meeting.notified_on else ["end", "minutes", "notify"]
    if meeting.day <= timezone.localdate():
        order.append("open")
    main = next((found.pop(name) for name in order if name in found), None)
    groups, more = [], []
    if meeting.is_ahead and user.has_perm(CHANGE, meeting):
        more = [
            deed("修改安排", "meeting_update", pk), deed("补上新的议题", "meeting_fill", pk, posts=True),
            deed("加一项议程", "item_create", pk), deed("邀请列席", "guest_create", pk), deed("登记委托", "proxy_create", pk),
            deed("取消会议", "meeting_cancel", pk, danger=True),
        ]  # fmt: skip
    elif meeting.status == MeetingStatus.OPEN and user.has_perm(CHANGE, meeting):
        more = [
            deed("加一项议程", "item_create", pk),
            deed("登记列席", "guest_create", pk),
            deed("登记委托", "proxy_create", pk),
        ]
    if meeting.code and meeting.status != MeetingStatus.HELD and user.has_perm(CHANGE, meeting):
        more.insert(0, deed("签到码（投屏）", "meeting_code", pk))
    papers = [deed(label, f"{name}_sheet", pk) for label, name in PAPERS]
    papers += [deed(f"{label}（Word）", f"{name}_paper", pk, posts=True) for label, name in PAPERS]
    papers.append(deed("加到日历", "meeting_ics", pk))
    groups = [("办理", list(found.values())), ("会议", more), ("文书", papers)]
    return main, [(label, deeds) for label, deeds in groups if deeds]


PAPERS = [
    ("会议通知", "notice"),
    ("会议议程", "agenda"),
    ("签到表", "signin"),
    ("表决票", "ballot"),
    ("会议记录", "record"),
]


# --- steps --------------------------------------------------------------------------------------------------------
class MeetingAct(OfMeeting, RowForm):
    permission = CHANGE


class MeetingNotify(MeetingAct):
    title, form_class, submit_label = "发通知", NotifyForm, "发通知"
    success_message = "通知已发出，有账号的成员在“我的议事会”里可以看到、回执。"

    def opens(self, meeting):
        return meeting.is_ahead

    def act(self, form, meeting, user):
        notify_meeting(meeting, short_notice=form.cleaned_data["short_notice"], by=user)


class MeetingCancel(MeetingAct):
    title, form_class, submit_label, success_message = "取消会议", WhyForm, "取消会议", "会议已取消，议题下次再议。"

    def opens(self, meeting):
        return meeting.is_ahead

    def act(self, form, meeting, user):
        cancel_meeting(meeting, why=form.cleaned_data["why"], by=user)


class MeetingOpen(OfMeeting, RowStep):
    permission, service, success_message = CHANGE, open_meeting, "会议开始，应到人数和到会线从现在起不变。"


class MeetingEnd(OfMeeting, RowStep):
    permission, service, success_message = CHANGE, end_meeting, "会议已结束。没议到的议题，下次会议会自动列上。"

    def get_success_url(self):
        return self.get_row().get_absolute_url()


class MeetingFill(OfMeeting, RowStep):
    permission, success_message = CHANGE, "议程已补齐。"

    def act(self, meeting):
        count = fill_agenda(meeting, by=self.request.user)
        self.success_message = f"新列上 {count} 项。" if count else "没有新的议题要列。"


# --- agenda -------------------------------------------------------------------------------------------------------
class OfItem:
    permission, model = CHANGE, AgendaItem

    def get_rows(self):
        return super().get_rows().select_related("meeting__council", "meeting__area", "topic")

    def get_success_url(self):
        return self.get_row().meeting.get_absolute_url()

    def get_back_url(self):
        return self.get_success_url()

    def get_crumbs(self):
        meeting = self.get_row().meeting
        return [meeting_crumb(), (meeting.title, meeting.get_absolute_url())]


class ItemLeaveOut(OfItem, RowStep):
    service, success_message = leave_out, "本次不议，下次会议会自动列上。"


class ItemBringBack(OfItem, RowStep):
    service, success_message = bring_back, "已放回议程。"


class ItemUp(OfItem, RowStep):
    success_message = "已上移。"

    def act(self, item):
        move_item(item, up=True, by=self.request.user)


class ItemDown(OfItem, RowStep):
    success_message = "已下移。"

    def act(self, item):
        move_item(item, up=False, by=self.request.user)


class ItemCreate(MeetingAct):
    title, form_class, success_message = "加一项议程", ItemForm, "已加上。"

    def act(self, form, meeting, user):
        item = form.save(commit=False)
        item.meeting = meeting
        add_item(item, by=user)


class ItemHear(OfItem, RowForm):
    title, form_class, submit_label, success_message = "审议情况", HearForm, "记下", "已记下审议情况。"

    def opens(self, item):
        return item.meeting.status == MeetingStatus.OPEN and item.left_out_by_id is None

    def get_form_kwargs(self):
        return {"initial": {"summary": self.get_row().summary}}

    def act(self, form, item, user):
        hear_item(item, summary=form.cleaned_data["summary"], by=user)


class SpeechCreate(OfItem, RowForm):
    title, form_class, submit_label, success_message = "记一条发言", SpeechForm, "记下", "发言已记下。"

    def opens(self, item):
        return item.meeting.status == MeetingStatus.OPEN

    def get_form_kwargs(self):
        return {"item": self.get_row()}

    def act(self, form, item, user):
        add_speech(form.save(commit=False), by=user)


# --- people -------------------------------------------------------------------------------------------------------
class GuestCreate(MeetingAct):
    title, form_class, success_message = "邀请列席", GuestForm, "已登记列席。"

    def act(self, form, meeting, user):
        guest = form.save(commit=False)
        guest.meeting = meeting
        invite(guest, by=user)


class GuestCame(OfItem, RowStep):
    model, service, success_message = Guest, guest_came, "已登记。"

    def get_rows(self):
        return Guest.objects.visible_to(self.request.user, CHANGE).select_related("meeting__area")


class ProxyCreate(MeetingAct):
    title, form_class, success_message = "登记委托", ProxyForm, "委托已登记。"

    def get_form_kwargs(self):
        return {"meeting": self.get_row()}

    def act(self, form, meeting, user):
        add_proxy(form.save(commit=False), by=user)


class OfAttendance(OfItem):
    model = Attendance

    def get_rows(self):
        rows = Attendance.objects.visible_to(self.request.user, CHANGE)
        return rows.select_related("meeting__council", "meeting__area", "member")


class AttendanceTick(OfAttendance, RowStep):
    success_message = "已签到。"

    def act(self, row):
        sign_in(row.meeting, row.member, how=SignIn.TICK, by=self.request.user)


class AttendanceOut(OfAttendance, RowStep):
    service, success_message = sign_out, "已记下她提前离开。"


class AttendanceUndo(OfAttendance, RowStep):
    service, success_message = undo_sign_in, "签到已撤销。"


class AttendanceSlip(OfAttendance, RowForm):
    """A slip that came by phone or on paper."""

    title, form_class, success_message = "登记回执", SlipForm, "回执已登记。"

    def get_title(self):
        return f"回执：{self.get_row().member}"

    def act(self, form, row, user):
        answer_slip(row, slip=form.cleaned_data["slip"], words=form.cleaned_data["words"], by=user)


class MeetingCode(OfMeeting, StaffView):
    """The code for the wall: six large signs and a QR picture that opens the sign-in page with them."""

    permission = CHANGE
    title = "签到码"
    template_name = "council/meeting_code.html"

    def get(self, request, *args, **kwargs):
        meeting = self.get_row()
        if not meeting.code:
            raise Http404
        url = request.build_absolute_uri(f"{reverse('council:check_in')}?code={meeting.code}")
        return self.render(object=meeting, squares=qr_squares(url), back_url=meeting.get_absolute_url())
