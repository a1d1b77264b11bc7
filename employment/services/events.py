"""Planning events: from a draft to its end (handbook 8.4)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from employment.enums import EmployerState
from employment.event_enums import EventKind, EventState, SignupState
from employment.flow import event_flow, signup_flow
from employment.models import Attendance, CourseCertificate, Event, Post, Session, Signup, StallPost
from employment.services.courses import lock, pass_on
from employment.services.watching import CALLED_OFF
from employment.wording import check_texts
from fedhub.core import audit
from fedhub.core.versions import save_version

OVER = (EventState.ENDED, EventState.CANCELLED)
MOST_SESSIONS = 100


@transaction.atomic
def create_event(event, *, by):
    """Write an event down as a draft; whoever writes it keeps it. Raises ValidationError."""
    event.keeper = by
    event.full_clean()
    event.save()
    audit.record("employment.event.create", event, by=by)
    return event


@transaction.atomic
def change_event(event, fields, *, base_version, by):
    """Save changed `fields`. More seats go to those who wait. Raises StaleVersion, ValidationError for fewer seats than are
    held."""
    standing = lock(event)
    if standing.state in OVER:
        raise ValidationError(f"活动{standing.get_state_display()}，不能改。")
    if event.capacity is not None and event.capacity < standing.taken:
        raise ValidationError({"capacity": f"已经占了 {standing.taken} 个名额，不能少于这个数。"})
    if standing.state == EventState.OPEN:
        _check_words(event)
    event.taken = standing.taken
    event.full_clean()
    save_version(event, sorted(fields), base_version=base_version)
    audit.record("employment.event.change", event, by=by, fields=sorted(fields))
    pass_on(lock(event))
    return event


def _check_words(event):
    """A fair or a course may not turn anybody away for what the law forbids (妇女权益保障法 art. 43)."""
    texts = {"名称": event.title, "内容": event.about}
    stops = [one for one in check_texts(texts, women_reason="妇联活动") if one.stops]
    if stops:
        raise ValidationError([f"{one.field}里的“{one.words}”：{one.why}（{one.law}）。" for one in stops])


@transaction.atomic
def publish_event(event, *, by):
    """Show it to residents. Raises FlowError, ValidationError: no session, all over, words that may not stand in it."""
    if event.last_on is None:
        raise ValidationError("还没有场次，先排好时间再发布。")
    if event.last_on < timezone.localdate():
        raise ValidationError("场次都过去了，改好时间再发布。")
    if event.kind == EventKind.COURSE and event.capacity is None:
        raise ValidationError("培训要写名额。")
    _check_words(event)
    event_flow.walk(event, "publish", base_version=event.version)
    audit.record("employment.event.publish", event, by=by)
    return event


@transaction.atomic
def end_event(event, *, by):
    """It is over: who waits, waits no more. Raises FlowError, ValidationError before its last session began."""
    if event.last_on and event.last_on > timezone.localdate():
        raise ValidationError(f"最后一场在 {event.last_on:%Y-%m-%d}，还没有结束。")
    event = lock(event)
    event_flow.walk(event, "end", ended_on=timezone.localdate())
    waiting = Signup.objects.filter(event=event, state=SignupState.WAITING)
    signup_flow.walk_many(waiting, "cancel", by=by, cancelled_why="没有轮到，活动已结束")
    offered = Signup.objects.filter(event=event, state=SignupState.OFFERED)
    freed = len(signup_flow.walk_many(offered, "lapse", by=by))
    if freed:
        Event.objects.filter(pk=event.pk).update(taken=event.taken - freed)
    audit.record("employment.event.end", event, by=by)
    return event


@transaction.atomic
def reopen_event(event, *, by):
    """It was ended by mistake. Raises FlowError, ValidationError once a certificate was given."""
    if CourseCertificate.objects.filter(signup__event=event).exists():
        raise ValidationError("已经发过证书，不能撤销结束。")
    event_flow.walk(event, "reopen", ended_on=None)
    audit.record("employment.event.reopen", event, by=by)
    return event


@transaction.atomic
def cancel_event(event, *, why, by):
    """It does not take place: all sign-ups end, and whoever had or waited for a seat is told by the
    worker (services.watching). Raises FlowError."""
    event = lock(event)
    shown = event.state == EventState.OPEN
    event_flow.walk(event, "cancel", cancelled_why=why, telling=0 if shown else None)
    signup_flow.walk_many(Signup.objects.filter(event=event).live(), "cancel", by=by, cancelled_why=CALLED_OFF)
    Event.objects.filter(pk=event.pk).update(taken=0)
    audit.record("employment.event.cancel", event, by=by)
    return event


# --- sessions -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_session(session, *, by):
    """Add a session. Raises ValidationError for an event that is over, and at the same time as another one."""
    event = lock(session.event)
    if event.state in OVER:
        raise ValidationError(f"活动{event.get_state_display()}，不能加场次。")
    if event.sessions.count() >= MOST_SESSIONS:
        raise ValidationError(f"最多 {MOST_SESSIONS} 场。")
    session.full_clean()
    session.save()
    _put_days(event)
    audit.record("employment.event.session_add", event, by=by)
    return session


@transaction.atomic
def drop_session(session, *, by):
    """Take a session out at which nobody was. Raises ValidationError."""
    event = lock(session.event)
    if event.state in OVER:
        raise ValidationError(f"活动{event.get_state_display()}，不能删场次。")
    if Attendance.objects.filter(session=session).exists():
        raise ValidationError("这场有人签到，不能删。")
    if event.state == EventState.OPEN and event.sessions.count() == 1:
        raise ValidationError("已发布的活动至少要有一场。")
    Session.objects.filter(pk=session.pk).delete()
    _put_days(event)
    audit.record("employment.event.session_drop", event, by=by)
    return event


def _put_days(event):
    days = Session.objects.filter(event=event).aggregate(first=Min("on"), last=Max("on"))
    Event.objects.filter(pk=event.pk).update(first_on=days["first"], last_on=days["last"])


# --- stalls of a fair ---------------------------------------------------------------------------------------------------
@transaction.atomic
def add_stall(stall, posts, *, by):
    """Give a checked employer a stall with `posts` [(Post, wanted)]. Raises ValidationError."""
    event = lock(stall.event)
    if event.kind != EventKind.FAIR:
        raise ValidationError("只有招聘会有展位。")
    if event.state in OVER:
        raise ValidationError(f"活动{event.get_state_display()}，不能加展位。")
    if stall.employer.state != EmployerState.CHECKED:
        raise ValidationError({"employer": f"用人单位{stall.employer.get_state_display()}，核验以后才能参加。"})
    stall.full_clean()
    stall.save()
    for post, wanted in posts:
        put_on_stall(StallPost(stall=stall, post=post, wanted=wanted))
    audit.record("employment.event.stall_add", event, by=by)
    return stall


def put_on_stall(stall_post):
    """Offer a post at its employer's stall. Raises ValidationError for a post of others, and one that is not alive."""
    post, stall = stall_post.post, stall_post.stall
    if post.employer_id != stall.employer_id:
        raise ValidationError({"post": "这个岗位不是这个单位的。"})
    if not Post.objects.alive().filter(pk=post.pk).exists():
        raise ValidationError({"post": "这个岗位已经招满、到期或者暂停。"})
    stall_post.full_clean()
    stall_post.save()
    return stall_post


@transaction.atomic
def drop_stall(stall, *, by):
    """The employer does not come. Raises ValidationError once somebody has an intention there."""
    if stall.event.state in OVER:
        raise ValidationError("活动已经结束，展位留作记录。")
    if StallPost.objects.filter(stall=stall, intentions__isnull=False).exists():
        raise ValidationError("这个展位已经登记过意向，不能删。")
    StallPost.objects.filter(stall=stall).delete()
    type(stall).objects.filter(pk=stall.pk).delete()
    audit.record("employment.event.stall_drop", stall.event, by=by)
    return stall.event


@transaction.atomic
def note_intention(intention, *, by):
    """Write down how far somebody came with a post at a fair; a later word takes the place of the earlier one. Raises
    ValidationError for people and posts of another fair."""
    if intention.signup.event_id != intention.stall_post.stall.event_id:
        raise ValidationError("这个人没有到这场招聘会。")
    standing = type(intention).objects.filter(stall_post=intention.stall_post, signup=intention.signup).first()
    if standing is not None:
        standing.kind, standing.note = intention.kind, intention.note
        intention = standing
    intention.recorded_by = by
    intention.full_clean()
    intention.save()
    audit.record("employment.event.intention", intention.stall_post.stall.event, by=by)
    return intention
