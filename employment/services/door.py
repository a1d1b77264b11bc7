"""At the door: ticked by name, by her own telephone, or written down on the spot; what is sent twice is done once
(acceptance F6.4)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from employment.event_enums import CheckedBy, EventState, SignupSource, SignupState
from employment.event_queries import door_is_open
from employment.flow import signup_flow
from employment.models import Attendance, Event, Intention, Signup
from employment.services.courses import accept, admit, lock
from fedhub.core import audit
from fedhub.core.text import normalise
from fedhub.core.versions import save_version

TAKES = (EventState.OPEN, EventState.ENDED)


def _door(session):
    """The locked event of `session`. Raises ValidationError where nobody is let in."""
    event = lock(Event(pk=session.event_id))
    if event.state not in TAKES:
        raise ValidationError(f"活动{event.get_state_display()}，不能签到。")
    if session.on > timezone.localdate():
        raise ValidationError(f"这一场在 {session.on:%Y-%m-%d}，还没有到。")
    return event


def _moment(session, at):
    """`at` as a telephone told it, when that can be: on the day of the session and not later than now."""
    now = timezone.now()
    return at if at is not None and at <= now and timezone.localdate(at) == session.on else now


@transaction.atomic
def check_in(session, signup, *, how=CheckedBy.TICK, at=None, by=None):
    """`(Attendance, new)` of somebody who signed up; who waits comes in when a seat is free. Raises ValidationError."""
    event = _door(session)
    signup = Signup.objects.select_for_update(of=("self",)).select_related("event").get(pk=signup.pk)
    if signup.event_id != event.pk:
        raise ValidationError("她报的不是这个活动。")
    standing = Attendance.objects.filter(session=session, signup=signup).first()
    if standing is not None:
        return standing, False
    if signup.state == SignupState.OFFERED and event.state == EventState.OPEN and signup.offer_until > timezone.now():
        accept(signup, by=by)
    elif signup.state == SignupState.WAITING:
        admit(signup, by=by)
    elif signup.state != SignupState.IN:
        raise ValidationError(f"报名{signup.get_state_display()}，请按现场来的登记。")
    made = Attendance.objects.create(
        signup=signup, session=session, how=how, came_at=_moment(session, at), checked_by=by
    )
    audit.record("employment.signup.check_in", signup, by=by, how=how)
    return made, True


@transaction.atomic
def check_in_herself(session, resident):
    """`(Attendance, new)` of a woman who scanned the picture at the door with her own telephone. Raises ValidationError when the
    door is not open, or she has not signed up."""
    if not door_is_open(session):
        raise ValidationError("现在不是这一场的签到时间：开始前一小时到结束后一小时可以签。")
    signup = Signup.objects.filter(event=session.event_id, resident=resident).live().first()
    if signup is None:
        raise ValidationError("您没有报名。请到工作人员那里登记。")
    return check_in(session, signup, how=CheckedBy.QR)


@transaction.atomic
def walk_in(session, *, name, phone, key, at=None, by):
    """`(Attendance, new)` of somebody who came without signing up; `key` (UUID) makes one of what is sent twice.
    None instead of the Attendance when she was found in the files since."""
    event = _door(session)
    signup = Signup.objects.filter(walk_key=key).first()
    if signup is None:
        name = normalise(name)[:50]
        if not name:
            raise ValidationError({"name": "请写姓名。"})
        signup = Signup.objects.create(
            event=event, walk_name=name, walk_phone=normalise(phone)[:30], walk_key=key, state=SignupState.IN,
            source=SignupSource.DOOR, signed_by=by,
        )  # fmt: skip
        audit.record("employment.signup.walk_in", signup, by=by)
    if signup.event_id != event.pk:
        raise ValidationError("这个编号已经用过。")
    if signup.state == SignupState.MERGED:
        return None, False
    made, new = Attendance.objects.get_or_create(
        signup=signup, session=session,
        defaults={"how": CheckedBy.DOOR, "came_at": _moment(session, at), "checked_by": by},
    )  # fmt: skip
    return made, new


@transaction.atomic
def undo_check_in(attendance, *, by):
    """It was the wrong one. Raises ValidationError once something rests on it."""
    signup = Signup.objects.select_for_update(of=("self",)).select_related("event").get(pk=attendance.signup_id)
    if signup.certificates.filter(void_on=None).exists():
        raise ValidationError("已经发了证书，先作废证书。")
    if signup.score is not None:
        raise ValidationError("她已经评价过，不能撤销签到。")
    Attendance.objects.filter(pk=attendance.pk).delete()
    audit.record("employment.signup.undo_check_in", signup, by=by)
    return signup


@transaction.atomic
def merge_walk_in(signup, resident, *, by):
    """Say who somebody from the street is. Where she had signed up too, what the door wrote down joins that sign-up. Returns the
    Signup that stands. Raises ValidationError."""
    lock(signup.event)
    signup = Signup.objects.select_for_update(of=("self",)).select_related("event").get(pk=signup.pk)
    if signup.resident_id is not None or signup.state != SignupState.IN:
        raise ValidationError("已经对上居民了。")
    standing = Signup.objects.filter(event=signup.event_id, resident=resident).live().first()
    if standing is not None and standing.state == SignupState.WAITING:
        # She did not wait for a seat but came: what counts is that she was there.
        signup_flow.walk(standing, "cancel", cancelled_why="现场来参加了")
        standing = None
    if standing is None:
        signup.resident, signup.walk_name, signup.walk_phone = resident, "", ""
        save_version(signup, ["resident", "walk_name", "walk_phone"], base_version=signup.version)
        audit.record("employment.signup.merge", signup, by=by)
        return signup
    for row in list(signup.attendances.select_related("session")):
        Attendance.objects.filter(pk=row.pk).delete()
        Attendance.objects.get_or_create(
            signup=standing, session=row.session,
            defaults={"how": row.how, "came_at": row.came_at, "checked_by": row.checked_by},
        )  # fmt: skip
    for row in Intention.objects.filter(signup=signup):
        if Intention.objects.filter(signup=standing, stall_post=row.stall_post_id).exists():
            row.delete()
        else:
            Intention.objects.filter(pk=row.pk).update(signup=standing)
    if standing.state == SignupState.OFFERED:
        signup_flow.walk(standing, "accept")
    signup_flow.walk(signup, "merge", walk_name=None, walk_phone=None)
    audit.record("employment.signup.merge", standing, by=by)
    return standing
