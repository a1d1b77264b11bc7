"""The names of an activity: the exact last place, those who wait, who came; her own word on her pictures and on how it was.

Whatever touches the places locks the activity first, so that of two at once one comes after the other; the database
refuses a place too many in any case. Unlike a course, a free place is given at once to who waits longest: nobody loses a working
day over it, and who cannot come gives it back with one press.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.versions import save_version
from fedhub.notices.services import outbox
from fedhub.notices.services.telling import tell_on
from groups.activity_enums import LISTED, SEATED, TICKED, ActivityState, EntryState, Found
from groups.flow import entry_flow
from groups.models import Activity, ActivityPhoto, Entry, Member
from groups.portrait import VERSION
from households.enums import ResidentState

FULL = "名额满了。"
BEGUN = "活动已经开始，请直接到现场。"
NOT_ON_LIST = "您没有报名，或者已经取消了。"


def lock(activity):
    """The row that stands, locked."""
    return Activity.objects.select_for_update(of=("self",)).select_related("area", "group").get(pk=activity.pk)


def _set_taken(activity):
    count = activity.entries.filter(state__in=SEATED).count()
    if activity.capacity is not None and count > activity.capacity:
        raise ValidationError(FULL)
    Activity.objects.filter(pk=activity.pk).update(taken=count)
    activity.taken = count


def stops_sign_up(activity, resident, *, by=None):
    """Why her name cannot be put on the list now, '' when it can. The staff may still sign up at the door."""
    if activity.state != ActivityState.OPEN:
        return f"活动{activity.get_state_display()}，不能报名。"
    if resident.state != ResidentState.ACTIVE:
        return f"她{resident.get_state_display()}，不能报名。"
    if by is not None:
        return ""
    if activity.starts_at <= timezone.now():
        return BEGUN
    if not resident.area.code.startswith(activity.area.code):
        return "这是别的社区的活动，请问问自己社区。"
    if (
        activity.members_only
        and not Member.objects.active().filter(group=activity.group_id, resident=resident).exists()
    ):
        return "这场只给队员参加，先申请加入队伍。"
    return ""


@transaction.atomic
def sign_up(activity, resident, *, portrait=None, by=None):
    """`(Entry, new)`: a place on the list, or one among those who wait. Sent twice it is one. `by` None: she does it herself,
    and says whether pictures of her may be shown (`portrait`). Raises ValidationError: no names are taken, she is not here any
    more, it is not for her."""
    activity = lock(activity)
    entry = Entry.objects.filter(activity=activity, resident=resident).first()
    if entry is not None and entry.state != EntryState.CANCELLED:
        return entry, False
    if why := stops_sign_up(activity, resident, by=by):
        raise ValidationError({"resident": why} if by else why)
    full = activity.capacity is not None and activity.taken >= activity.capacity
    since = timezone.now() if full else None
    if entry is None:
        state = EntryState.WAITING if full else EntryState.IN
        entry = Entry.objects.create(
            activity=activity, resident=resident, state=state, queued_at=since, from_portal=by is None
        )
    else:
        entry_flow.walk(entry, "wait" if full else "back", queued_at=since, from_portal=by is None)
    _set_taken(activity)
    audit.record("groups.entry.sign_up", entry, by=by, area=activity.area)
    if portrait is not None:
        entry = say_portrait(entry, portrait)
    return entry, True


@transaction.atomic
def take_back(entry):
    """She does not come, by her own word; her place goes to who waits. Pressed twice it is done once. Raises ValidationError once
    it has begun or is over."""
    activity = lock(entry.activity)
    entry.refresh_from_db()
    if entry.state == EntryState.CANCELLED:
        return entry
    if activity.state != ActivityState.OPEN:
        raise ValidationError(f"活动{activity.get_state_display()}，不用取消报名。")
    if entry.state == EntryState.CAME or activity.starts_at <= timezone.now():
        raise ValidationError("活动已经开始，不用取消了。")
    entry_flow.walk(entry, "cancel", came_at=None)
    _set_taken(activity)
    pass_on(activity)
    audit.record("groups.entry.take_back", entry, by=None, area=activity.area)
    return entry


def pass_on(activity):
    """Give the free places of the locked `activity` to those who wait, who waits longest first, and tell them. Returns how many
    were given."""
    if activity.state != ActivityState.OPEN or activity.starts_at <= timezone.now():
        return 0
    rows = Entry.objects.filter(
        activity=activity, state=EntryState.WAITING, resident__state=ResidentState.ACTIVE
    ).order_by("queued_at", "pk")
    found = list((rows if activity.left is None else rows[: max(activity.left, 0)]).select_related("resident"))
    for entry in found:
        entry_flow.walk(entry, "admit")
        audit.record("groups.entry.admit", entry, by=None, area=activity.area)
        outbox.notify(entry.resident, "activity_place")
    if found:
        _set_taken(activity)
    return len(found)


@transaction.atomic
def mark(entry, step, *, by):
    """She came, she did not, she says she does not come (`tick`, `untick`, `cancel`). Raises FlowError, ValidationError."""
    activity = lock(Activity(pk=entry.activity_id))
    if activity.state not in TICKED:
        raise ValidationError(f"活动{activity.get_state_display()}，名单不能再改。")
    if step == "tick" and timezone.localdate(activity.starts_at) > timezone.localdate():
        raise ValidationError("还没有到活动那天，不能点名。")
    if step == "cancel" and activity.state != ActivityState.OPEN:
        raise ValidationError("活动已经举办，名单不能再减。")
    if activity.state == ActivityState.HELD and activity.group_id:
        raise ValidationError("队伍的到场已经记入活动记录，不能再改。")
    entry_flow.walk(entry, step, came_at=timezone.now() if step == "tick" else None)
    _set_taken(activity)
    if step == "cancel":
        pass_on(activity)
    audit.record(f"groups.entry.{step}", entry, by=by, area=activity.area)
    return entry


# --- her own word -----------------------------------------------------------------------------------------------------
@transaction.atomic
def say_portrait(entry, agrees):
    """She agrees that pictures of this activity with her on them are shown in public, or takes it back: then those with her on
    them are public no more, at once. Returns the Entry."""
    activity = lock(Activity(pk=entry.activity_id))
    entry = Entry.objects.select_for_update(of=("self",)).select_related("resident").get(pk=entry.pk)
    if entry.portrait == agrees:
        return entry
    entry.portrait, entry.portrait_on = agrees, timezone.localdate()
    entry.portrait_text = VERSION if agrees else entry.portrait_text
    save_version(entry, ["portrait", "portrait_on", "portrait_text"], base_version=entry.version)
    audit.record(f"groups.entry.portrait_{'agree' if agrees else 'withdraw'}", entry, by=None, area=activity.area)
    if not agrees:
        for photo in ActivityPhoto.objects.filter(people=entry, published=True):
            photo.published = False
            save_version(photo, ["published"], base_version=photo.version)
            audit.record("groups.photo.unpublish", photo, by=None, area=activity.area)
    return entry


@transaction.atomic
def rate(entry, found):
    """How she found it, once; only the sum keeps it. Raises ValidationError."""
    activity = lock(Activity(pk=entry.activity_id))
    if found not in Found.values:
        raise ValidationError("请选一个。")
    if entry.state != EntryState.CAME or activity.state == ActivityState.CANCELLED:
        raise ValidationError("参加过才能评价。")
    if not Entry.objects.filter(pk=entry.pk, rated=False).update(rated=True):
        raise ValidationError("您已经评价过了，谢谢。")
    name = f"web_{found}"
    Activity.objects.filter(pk=activity.pk).update(**{name: F(name) + 1})
    audit.record("groups.entry.rate", entry, by=None, area=activity.area)
    return entry


# --- called off -------------------------------------------------------------------------------------------------------
def tell_called_off():
    """Queue the messages of activities that were called off, a slice at a time."""
    return tell_on(Activity.objects.filter(state=ActivityState.CANCELLED), _listed, _tell)


def _listed(activity):
    return Entry.objects.filter(activity=activity, state__in=LISTED).select_related("resident")


def _tell(activity, entry):
    outbox.notify(entry.resident, "activity_off", about=activity)
