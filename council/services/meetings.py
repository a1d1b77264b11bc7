"""A meeting from its plan to its end: agenda that fills itself, notice, slips, sign-in, speeches."""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from council.enums import UNFINISHED, ItemKind, MeetingStatus, MotionStatus, ProxyRule, SignIn, Slip, Status
from council.flow import meeting_flow, topic_flow
from council.models import Action, AgendaItem, Attendance, Council, Meeting, Motion, Topic
from fedhub.core import audit
from fedhub.core.flow import FlowError
from fedhub.core.models.numbers import take_numbers
from fedhub.core.versions import save_version

# No signs that look alike, so that the code can be read from a wall: no 1, I, 0, O.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
AHEAD = (MeetingStatus.PLANNED, MeetingStatus.NOTIFIED)


def new_code():
    """Six signs for signing in."""
    return "".join(secrets.choice(SIGNS) for _ in range(6))


@transaction.atomic
def plan_meeting(meeting, *, by):
    """Save a new meeting with its agenda: what became of the last one, unfinished topics, overdue actions. Returns it."""
    council = Council.objects.select_for_update().get(pk=meeting.council_id)
    meeting.area = council.area
    meeting.ordinal = take_numbers(f"council-meeting:{council.pk}")
    meeting.title = meeting.title or f"{council.name}第{meeting.ordinal}次会议"
    meeting.created_by = by
    meeting.full_clean(exclude=["area", "council"])
    meeting.save()
    seat_everybody(meeting)
    fill_agenda(meeting, by=by)
    audit.record("council.meeting.plan", meeting, by=by)
    return meeting


def seat_everybody(meeting):
    """A row of attendance for each member who has a seat on the day."""
    known = set(meeting.attendances.values_list("member", flat=True))
    seated = meeting.council.members.seated(meeting.day).exclude(pk__in=known)
    Attendance.objects.bulk_create([Attendance(meeting=meeting, member=member) for member in seated])


def waiting_topics(council):
    """Topics that the next meeting has to hear, oldest first; those that another one has on its agenda are not among them."""
    return Topic.objects.filter(area=council.area, status__in=UNFINISHED).order_by("raised_on", "pk")


def late_actions(council):
    """Overdue actions of the council's community that no meeting ahead has on its agenda."""
    planned = AgendaItem.objects.filter(meeting__status__in=AHEAD, meeting__council=council).exclude(action=None)
    return Action.objects.overdue().filter(area=council.area).exclude(pk__in=planned.values("action"))


@transaction.atomic
def fill_agenda(meeting, *, by):
    """Put on the agenda what belongs there by itself and is not on it yet. Returns how many items are new."""
    if not meeting.is_ahead:
        raise FlowError("会议已经开始或取消，不能再加议程。")
    have = list(meeting.items.values_list("kind", "topic_id", "action_id"))
    new = []
    earlier = Meeting.objects.held().filter(council=meeting.council).exists()
    if earlier and not any(kind == ItemKind.LAST for kind, _, _ in have):
        new.append(AgendaItem(kind=ItemKind.LAST, title=ItemKind.LAST.label, minutes=15))
    topics, actions = {topic for _, topic, _ in have}, {action for _, _, action in have}
    for action in late_actions(meeting.council).exclude(pk__in=actions - {None}):
        new.append(AgendaItem(kind=ItemKind.OVERDUE, title=f"逾期：{action.content}"[:80], action=action, minutes=10))
    for topic in waiting_topics(meeting.council).exclude(pk__in=topics - {None}):
        topic_flow.walk(topic, "schedule")
        new.append(AgendaItem(kind=ItemKind.TOPIC, title=topic.title, topic=topic))
    last = meeting.items.aggregate(last=Max("order"))["last"] or 0
    for order, item in enumerate(new, start=last + 1):
        item.meeting, item.order = meeting, order
    AgendaItem.objects.bulk_create(new)
    if new:
        audit.record("council.meeting.fill", meeting, by=by, items=len(new))
    return len(new)


@transaction.atomic
def change_meeting(meeting, fields, *, base_version, by):
    """Save changed `fields` while the meeting lies ahead. Raises StaleVersion, FlowError."""
    if not meeting.is_ahead:
        raise FlowError("会议已经开始或取消，不能再改安排。")
    save_version(meeting, fields, base_version=base_version)
    audit.record("council.meeting.change", meeting, by=by, fields=sorted(fields))
    return meeting


# --- agenda -------------------------------------------------------------------------------------------------------
def _locked(meeting):
    """The meeting as it is now; nobody opens, ends or cancels it before this is over."""
    return Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)


@transaction.atomic
def leave_out(item, *, by):
    """Not this time: a topic goes back and comes up at the next meeting by itself. Raises FlowError."""
    rows = AgendaItem.objects.filter(pk=item.pk, left_out_by=None)
    if not _locked(item.meeting).is_ahead or not rows.update(left_out_by=by):
        raise FlowError("这项已经移出，或者会议已经开始。")
    if item.topic_id:
        topic_flow.walk(item.topic, "leave_out")
    audit.record("council.meeting.leave_out", item.meeting, by=by, item=item.pk)
    return item


@transaction.atomic
def bring_back(item, *, by):
    """On the agenda again. Raises FlowError when another meeting has taken the topic meanwhile."""
    rows = AgendaItem.objects.filter(pk=item.pk).exclude(left_out_by=None)
    if not _locked(item.meeting).is_ahead or not rows.update(left_out_by=None):
        raise FlowError("这项已经在议程上，或者会议已经开始。")
    if item.topic_id:
        topic_flow.walk(item.topic, "schedule")
    audit.record("council.meeting.bring_back", item.meeting, by=by, item=item.pk)
    return item


@transaction.atomic
def move_item(item, *, up, by):
    """Change places with the neighbour above or below; at the end nothing happens."""
    rows = list(AgendaItem.objects.select_for_update().filter(meeting=item.meeting).order_by("order", "pk"))
    here = next(place for place, row in enumerate(rows) if row.pk == item.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    for order, row in enumerate(rows, start=1):
        AgendaItem.objects.filter(pk=row.pk).exclude(order=order).update(order=order)
    audit.record("council.meeting.change", item.meeting, by=by, fields=["order"])


@transaction.atomic
def add_item(item, *, by):
    """One more thing to hear that is no topic. Returns the AgendaItem."""
    if item.meeting.status not in (*AHEAD, MeetingStatus.OPEN):
        raise FlowError("会议已经结束或取消，不能再加议程。")
    item.kind = ItemKind.OTHER
    item.order = (item.meeting.items.aggregate(last=Max("order"))["last"] or 0) + 1
    item.save()
    audit.record("council.meeting.add", item.meeting, by=by)
    return item


# --- notice and slips ---------------------------------------------------------------------------------------------
@transaction.atomic
def notify_meeting(meeting, *, short_notice="", by):
    """Send the notice: from now on members answer with their slips. Raises ValidationError when it is later than the charter
    says and no reason is given."""
    days = (meeting.day - timezone.localdate()).days
    if days < 0:
        raise ValidationError("开会时间已经过了，请先改时间。")
    if days < meeting.council.notice_days and not short_notice:
        raise ValidationError(
            {"short_notice": f"章程规定提前 {meeting.council.notice_days} 天通知，请写没有提前的原因。"}
        )
    if not meeting.items.filter(left_out_by=None).exists():
        raise ValidationError("议程是空的，请先加一项议程。")
    year = timezone.localdate().year
    number = meeting.notice_number
    if not number:
        number = f"妇议通〔{year}〕{take_numbers(f'council-notice:{meeting.area_id}:{year}')}号"
    meeting_flow.walk(
        meeting, "notify", notified_on=timezone.localdate(), short_notice=short_notice, notice_number=number,
        code=meeting.code or new_code(),
    )  # fmt: skip
    audit.record("council.meeting.notify", meeting, by=by)
    return meeting


@transaction.atomic
def answer_slip(attendance, *, slip, words="", by):
    """Keep what a member answers to the notice. Raises ValidationError."""
    if not attendance.meeting.is_ahead:
        raise ValidationError("会议已经开始，回执不能再改。")
    if slip == Slip.OPINION and not words.strip():
        raise ValidationError({"words": "请写下书面意见。"})
    attendance.slip, attendance.words = slip, words
    attendance.save(update_fields=["slip", "words"])
    audit.record("council.meeting.slip", attendance.meeting, by=by, slip=slip)
    return attendance


@transaction.atomic
def add_proxy(proxy, *, by):
    """Write down who votes for whom, with the paper. Raises ValidationError when the charter knows no proxies."""
    if proxy.meeting.council.proxies != ProxyRule.VOTE:
        raise ValidationError("章程没有允许委托投票。")
    if proxy.meeting.status not in (*AHEAD, MeetingStatus.OPEN):
        raise ValidationError("会议已经结束，不能再登记委托。")
    if Motion.objects.filter(item__meeting=proxy.meeting, status=MotionStatus.OPEN, frozen=True).exists():
        raise ValidationError("正在表决，结束以后才能登记委托。")
    proxy.made_by = by
    proxy.full_clean()
    proxy.save()
    audit.record("council.meeting.proxy", proxy.meeting, by=by, principal=proxy.principal_id, holder=proxy.holder_id)
    return proxy


# --- the meeting itself -------------------------------------------------------------------------------------------
@transaction.atomic
def open_meeting(meeting, *, by):
    """Begin: who is expected and how many are enough stands from now on. Raises FlowError."""
    seat_everybody(meeting)
    meeting_flow.walk(
        meeting, "open", opened_at=timezone.now(), expected=meeting.attendances.count(), quorum=meeting.council.quorum,
        code=meeting.code or new_code(),
    )  # fmt: skip
    audit.record("council.meeting.open", meeting, by=by, expected=meeting.expected)
    return meeting


@transaction.atomic
def sign_in(meeting, member, *, how, by):
    """A member has come; coming twice changes nothing, whoever left comes in again. Returns the Attendance.

    From an hour before the beginning until the end. Raises FlowError.
    """
    now = timezone.now()
    opens = meeting.status == MeetingStatus.OPEN or (
        meeting.is_ahead and meeting.starts_at - timedelta(hours=1) <= now
    )
    if not opens:
        raise FlowError("现在不能签到：会前一小时起到会议结束可以签到。")
    if not meeting.council.members.seated(meeting.day).filter(pk=member.pk).exists():
        raise FlowError(f"{member.name}不是这次会议的成员。")
    row, _ = Attendance.objects.select_for_update().get_or_create(meeting=meeting, member=member)
    if row.came_at is None:
        row.came_at, row.how = now, how
    row.left_at = None
    row.save(update_fields=["came_at", "how", "left_at"])
    audit.record("council.meeting.sign_in", meeting, by=by, member=member.pk, how=how)
    return row


def sign_in_by_code(user, code, *, how=SignIn.CODE):
    """Sign `user` in to the meeting whose code this is, however it was typed. Raises ValidationError."""
    text = "".join(code.upper().split()).replace("-", "")
    meetings = (
        Meeting.objects.filter(code=text, status__in=[*AHEAD, MeetingStatus.OPEN]) if text else Meeting.objects.none()
    )
    for meeting in meetings.select_related("council"):
        member = meeting.council.members.seated(meeting.day).filter(user=user).first()
        if member is not None:
            return sign_in(meeting, member, how=how, by=user)
    raise ValidationError({"code": "没有这个签到码，或者您不是这次会议的成员。"})


@transaction.atomic
def sign_out(attendance, *, by):
    """A member has left before the end. Raises FlowError."""
    rows = Attendance.objects.filter(pk=attendance.pk, left_at=None).exclude(came_at=None)
    if attendance.meeting.status != MeetingStatus.OPEN or not rows.update(left_at=timezone.now()):
        raise FlowError("她不在会上，或者会议已经结束。")
    attendance.refresh_from_db()
    audit.record("council.meeting.sign_out", attendance.meeting, by=by, member=attendance.member_id)
    return attendance


@transaction.atomic
def undo_sign_in(attendance, *, by):
    """Ticked by mistake: she did not come. Raises FlowError once the meeting is over or she has voted in it."""
    meeting = attendance.meeting
    voted = Motion.objects.filter(item__meeting=meeting).filter(
        votes__member=attendance.member
    ) | Motion.objects.filter(item__meeting=meeting, roll__member=attendance.member)
    if meeting.status == MeetingStatus.HELD or voted.exists():
        raise FlowError("会议已经结束，或者她已经投过票，签到不能撤销。")
    Attendance.objects.filter(pk=attendance.pk).update(came_at=None, left_at=None, how="")
    audit.record("council.meeting.undo", meeting, by=by, member=attendance.member_id)
    return attendance


@transaction.atomic
def add_speech(speech, *, by):
    """Write down who said what. Returns the Speech. Raises FlowError before the meeting and once minutes are final."""
    _must_be_on(speech.item.meeting)
    speech.full_clean()
    speech.save()
    audit.record("council.meeting.speech", speech.item.meeting, by=by, item=speech.item_id)
    return speech


def _must_be_on(meeting):
    status = Meeting.objects.values_list("status", flat=True).get(pk=meeting.pk)
    if status != MeetingStatus.OPEN:
        raise FlowError(f"会议“{MeetingStatus(status).label}”，只有开会时才能记。")


@transaction.atomic
def hear_item(item, *, summary, by):
    """The item has been heard; a topic then waits for its resolution. Raises FlowError."""
    _must_be_on(item.meeting)
    if item.left_out_by_id:
        raise FlowError("这项本次不议。")
    if item.topic_id and item.topic.status == Status.SCHEDULED:
        topic_flow.walk(item.topic, "discuss")
    item.heard_at, item.summary = item.heard_at or timezone.now(), summary
    item.save(update_fields=["heard_at", "summary"])
    audit.record("council.meeting.hear", item.meeting, by=by, item=item.pk)
    return item


@transaction.atomic
def end_meeting(meeting, *, by):
    """Close the meeting. What was not heard comes up next time by itself. Raises FlowError while a vote is open."""
    _locked(meeting)
    if Motion.objects.filter(item__meeting=meeting, status=MotionStatus.OPEN).exists():
        raise FlowError("还有表决没有结束，请先结束表决。")
    meeting_flow.walk(meeting, "end", ended_at=timezone.now())
    _let_topics_go(meeting)
    audit.record("council.meeting.end", meeting, by=by)
    return meeting


@transaction.atomic
def cancel_meeting(meeting, *, why, by):
    """The meeting does not take place; its topics come up at the next one. Raises FlowError."""
    meeting_flow.walk(meeting, "cancel", cancelled_why=why)
    _let_topics_go(meeting)
    audit.record("council.meeting.cancel", meeting, by=by, reason=why)
    return meeting


def _let_topics_go(meeting):
    items = meeting.items.filter(left_out_by=None, topic__status=Status.SCHEDULED).select_related("topic")
    for item in items:
        topic_flow.walk(item.topic, "leave_out")


@transaction.atomic
def invite(guest, *, by):
    """One more guest. Raises FlowError once the meeting is over."""
    if guest.meeting.status not in (*AHEAD, MeetingStatus.OPEN):
        raise FlowError("会议已经结束或取消。")
    guest.save()
    audit.record("council.meeting.invite", guest.meeting, by=by)
    return guest


@transaction.atomic
def guest_came(guest, *, by):
    """Turn "came" on or off for a guest. Raises FlowError once the meeting is over."""
    if _locked(guest.meeting).status not in (*AHEAD, MeetingStatus.OPEN):
        raise FlowError("会议已经结束或取消。")
    guest.came = not guest.came
    guest.save(update_fields=["came"])
    audit.record("council.meeting.guest", guest.meeting, by=by)
    return guest
