"""Signing up: the exact last seat, those who wait, an offer with an end (acceptance F6.3).

Whatever touches the seats of an event locks its row first, so that of two at once one comes after the other; the database
refuses a seat too many in any case.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from employment.ages import too_young
from employment.event_enums import EventKind, EventState, SignupSource, SignupState
from employment.event_queries import must_wait, opens_now
from employment.flow import signup_flow
from employment.models import Attendance, Event, Session, Signup
from fedhub.core import audit
from fedhub.core.flow import FlowError
from fedhub.core.versions import save_version
from fedhub.notices.services.outbox import notify
from fedhub.reference.lookup import rule

FROM_PAGE = "“我的报名”或社区服务窗口"


def lock(event):
    """The row of `event` as it stands, locked until the end of the transaction."""
    return Event.objects.select_for_update(of=("self",)).select_related("area").get(pk=event.pk)


@transaction.atomic
def sign_up(event, resident, *, by=None):
    """`(Signup, new)`: a seat, or a place among those who wait. Sent twice it is one. `by`: the member of the staff who signs
    her up, None for herself. Raises ValidationError: not open, over, she is under 16."""
    event = lock(event)
    if standing := Signup.objects.filter(event=event, resident=resident).live().first():
        return standing, False
    if why := stops_sign_up(event, resident, by=by):
        raise ValidationError(why)
    behind = must_wait(resident)
    waiting = Signup.objects.filter(event=event, state=SignupState.WAITING, behind=False).exists()
    gets_one = not behind and not waiting and _take_seat(event)
    signup = Signup.objects.create(
        event=event, resident=resident, state=SignupState.IN if gets_one else SignupState.WAITING, behind=behind,
        source=SignupSource.STAFF if by else SignupSource.SELF, signed_by=by,
    )  # fmt: skip
    audit.record("employment.signup.create", signup, by=by)
    return signup, True


def stops_sign_up(event, resident, *, by=None):
    """Why `resident` cannot sign up now, '' when she can. The staff may sign up before and after the days of sign-up."""
    today = timezone.localdate()
    if event.state != EventState.OPEN:
        return f"活动{event.get_state_display()}，不能报名。"
    if by is None and not resident.area.code.startswith(event.area.code):
        return "这是别的社区的活动，请问问自己社区。"
    if by is None and not opens_now(event):
        if today < event.signup_from:
            return f"{event.signup_from:%m月%d日}开始报名。"
        return "报名已经截止。想来请联系社区。"
    if event.last_on and event.last_on < today:
        return "活动已经结束。"
    # 禁止使用童工规定 art. 2: nobody leads a person under 16 to work; a lecture does not.
    if event.kind != EventKind.LECTURE and (why := too_young(resident.birth, today)):
        return why if by else "满 16 周岁才能报名。出生日期没有登记的，请到社区登记。"
    return ""


def _take_seat(event):
    """True when one more seat of the locked `event` was taken; False when none is left."""
    rows = Event.objects.filter(pk=event.pk)
    if event.capacity is not None:
        rows = rows.filter(taken__lt=F("capacity"))
    if not rows.update(taken=F("taken") + 1):
        return False
    event.taken += 1
    return True


def _give_back(event):
    Event.objects.filter(pk=event.pk, taken__gt=0).update(taken=F("taken") - 1)
    event.taken = max(event.taken - 1, 0)


def first_moment(event):
    """When the first session begins; None without any."""
    first = Session.objects.filter(event=event).first()
    if first is None:
        return None
    return datetime.combine(first.on, first.starts, tzinfo=timezone.get_current_timezone())


def pass_on(event):
    """Offer the free seats of the locked `event` to those who wait, in their order; who stayed away too often gets one when the
    days of sign-up are over. An offer ends after the hours of rule "event_offer_hours", at the latest when it begins. Returns
    how many were offered."""
    now, begins, offered = timezone.now(), first_moment(event), 0
    if event.state != EventState.OPEN or begins is None or begins <= now:
        return 0
    rows = Signup.objects.filter(event=event, state=SignupState.WAITING).order_by("behind", "pk")
    if event.signup_until >= timezone.localdate():
        rows = rows.filter(behind=False)
    until = min(now + timedelta(hours=rule("event_offer_hours")), begins)
    for signup in rows.select_related("resident"):
        if not _take_seat(event):
            break
        signup_flow.walk(signup, "offer", offered_at=now, offer_until=until)
        audit.record("employment.signup.offer", signup)
        tell = {"what": f"{event.title[:30]}有名额了，给您留着", "until": f"{timezone.localtime(until):%m月%d日%H:%M}"}
        notify(signup.resident, "service", tell | {"where": FROM_PAGE}, about=signup)
        offered += 1
    return offered


@transaction.atomic
def accept(signup, *, by=None):
    """She takes the seat that was kept for her. Raises FlowError, also when its time is over by the clock."""
    event = lock(signup.event)
    if event.state != EventState.OPEN:
        raise FlowError(f"活动{event.get_state_display()}。")
    if signup.offer_until and signup.offer_until <= timezone.now():
        raise FlowError("已经过了确认的时间，名额给了下一位。")
    signup_flow.walk(signup, "accept")
    audit.record("employment.signup.accept", signup, by=by)
    return signup


@transaction.atomic
def cancel(signup, *, why="", by=None):
    """She does not come; her seat is offered on at once. Raises FlowError, ValidationError once she was there."""
    event = lock(signup.event)
    if Attendance.objects.filter(signup=signup).exists():
        raise ValidationError("已经签过到，不能取消报名。")
    if event.state != EventState.OPEN:
        raise ValidationError(f"活动{event.get_state_display()}，不能取消报名。")
    signup.refresh_from_db()
    held = signup.holds_seat
    signup_flow.walk(signup, "cancel", cancelled_why=why or ("" if by else "本人取消"))
    if held:
        _give_back(event)
        pass_on(event)
    audit.record("employment.signup.cancel", signup, by=by)
    return signup


@transaction.atomic
def admit(signup, *, by):
    """Somebody who waits stands at the door and a seat is free. Raises ValidationError when none is."""
    event = lock(signup.event)
    if not _take_seat(event):
        raise ValidationError("没有空位了，候补的进不来。")
    signup_flow.walk(signup, "admit")
    audit.record("employment.signup.admit", signup, by=by)
    return signup


@transaction.atomic
def excuse(signup, *, why, by):
    """Note why she could not come, so that it does not count against her."""
    if Attendance.objects.filter(signup=signup).exists():
        raise ValidationError("她来过，不用登记没来的原因。")
    if signup.state != SignupState.IN:
        raise ValidationError("她没有报名。")
    signup.excused = why
    save_version(signup, ["excused"], base_version=signup.version)
    audit.record("employment.signup.excuse", signup, by=by)
    return signup


@transaction.atomic
def rate(signup, *, score, words=""):
    """Her own word on what she was at, once. Raises ValidationError."""
    if not Attendance.objects.filter(signup=signup).exists():
        raise ValidationError("参加过才能评价。")
    standing = Signup.objects.select_for_update(of=("self",)).get(pk=signup.pk)
    if standing.score is not None:
        raise ValidationError("您已经评价过了，谢谢。")
    standing.score, standing.score_words = score, words
    save_version(standing, ["score", "score_words"], base_version=standing.version)
    audit.record("employment.signup.rate", standing)
    return standing


def pass_on_seats():
    """Every minute: an offer whose time is over goes to the next one; seats that stayed free until the end of the sign-up go
    to who had to wait. Returns how many offers were made."""
    now, today = timezone.now(), timezone.localdate()
    late = Signup.objects.filter(state=SignupState.OFFERED, offer_until__lte=now).values_list("event", flat=True)
    waiting = Signup.objects.filter(
        state=SignupState.WAITING, event__state=EventState.OPEN, event__signup_until__lt=today,
        event__first_on__gte=today,
    )  # fmt: skip
    free = waiting.filter(event__taken__lt=F("event__capacity")).values_list("event", flat=True)
    return sum(_pass_on_of(pk, now) for pk in sorted({*late, *free}))


@transaction.atomic
def _pass_on_of(pk, now):
    event = Event.objects.select_for_update(of=("self",)).get(pk=pk)
    rows = Signup.objects.filter(event=event, state=SignupState.OFFERED, offer_until__lte=now)
    for _ in signup_flow.walk_many(rows, "lapse", by=None):
        _give_back(event)
    return pass_on(event)
