"""Activities: planned, opened, held with who came, summed up; photos and the consent to publish them (handbook 9.1)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit, files
from fedhub.core.models.numbers import take_numbers
from fedhub.core.versions import save_version
from groups.activity_enums import AHEAD, ActivityKind, ActivityState, EntryState
from groups.enums import GroupState, MemberState, Present
from groups.flow import activity_flow
from groups.models import Activity, ActivityPhoto, Entry, Group, Meeting
from groups.rhythm import next_moment
from groups.services.groups import hold_meeting, members_on
from groups.services.names import lock, pass_on

USUAL = timedelta(hours=2)
MOST_PHOTOS = 30
NOBODY_AND = "“认不出人”和照片上的人只能选一样。"


@transaction.atomic
def plan_activity(activity, *, by):
    """Write down an activity (unsaved); whoever writes it keeps it. Returns it with its number. Raises ValidationError."""
    activity.keeper = activity.created_by = by
    if activity.group_id and activity.group.area_id != activity.area_id:
        raise ValidationError({"group": "这支队伍不在这个社区。"})
    year = f"{timezone.localdate():%Y}"
    activity.number = f"HD{year}-{take_numbers(f'activity:{year}'):03d}"
    activity.full_clean()
    activity.save()
    audit.record("groups.activity.plan", activity, by=by, kind=activity.kind)
    return activity


@transaction.atomic
def change_activity(activity, fields, *, base_version, by):
    """Save changed `fields` of one that is not over; more places go to those who wait. Raises ValidationError, StaleVersion."""
    standing = lock(activity)
    if standing.state not in AHEAD:
        raise ValidationError(f"活动{standing.get_state_display()}，不能改。")
    activity.taken = standing.taken
    activity.full_clean()
    save_version(activity, sorted(fields), base_version=base_version)
    audit.record("groups.activity.change", activity, by=by, fields=sorted(fields))
    pass_on(lock(activity))
    return activity


@transaction.atomic
def rehearse(group, *, by):
    """The next rehearsal, by the rhythm of `group`, open, with all its members on the list. Returns the Activity. Raises
    ValidationError."""
    group = Group.objects.select_for_update(of=("self",)).select_related("area").get(pk=group.pk)
    if group.state != GroupState.ACTIVE:
        raise ValidationError("队伍暂停或者解散了，不能安排。")
    now = timezone.localtime().replace(tzinfo=None)
    moment = next_moment(group.rhythm, now)
    if moment is None:
        raise ValidationError("先把队伍的活动时间写成“每周四 19:00”这样，再一键安排。")
    starts = timezone.make_aware(moment)
    if not group.venue:
        raise ValidationError("先写队伍的活动地点，再一键安排。")
    activity = Activity(
        area=group.area, title=f"{group.name}排练", kind=ActivityKind.REHEARSAL, group=group, starts_at=starts,
        ends_at=starts + USUAL, place=group.venue, members_only=True,
    )  # fmt: skip
    plan_activity(activity, by=by)
    people = [member.resident for member in group.members.active().select_related("resident").order_by("pk")]
    Entry.objects.bulk_create([Entry(activity=activity, resident=person) for person in people])
    activity_flow.walk(activity, "open", taken=len(people))
    return lock(activity)


@transaction.atomic
def open_activity(activity, *, by):
    """Names are taken from now on. Raises FlowError."""
    activity_flow.walk(activity, "open")
    audit.record("groups.activity.open", activity, by=by)
    return activity


@transaction.atomic
def cancel_activity(activity, *, why, by):
    """It does not take place; those on the list are told by the worker (services.names). Raises ValidationError,
    FlowError."""
    why = why.strip()[:100]
    if not why:
        raise ValidationError({"why": "请写为什么取消。"})
    shown = lock(activity).state == ActivityState.OPEN
    activity_flow.walk(activity, "cancel", cancelled_why=why, telling=0 if shown else None)
    audit.record("groups.activity.cancel", activity, by=by)
    return activity


@transaction.atomic
def hold_activity(activity, *, by):
    """It took place. What a group did stands among its meetings too, with who of its members came. Raises FlowError,
    ValidationError before its day."""
    activity = lock(activity)
    if timezone.localdate(activity.starts_at) > timezone.localdate():
        raise ValidationError("还没有到活动那天。")
    activity_flow.walk(activity, "hold")
    if activity.group_id:
        _write_meeting(activity, by)
    audit.record("groups.activity.hold", activity, by=by)
    return activity


def _write_meeting(activity, by):
    day = timezone.localdate(activity.starts_at)
    states = dict(activity.entries.exclude(state=EntryState.WAITING).values_list("resident", "state"))
    presents = {
        member.pk: Present.CAME if states.get(member.resident_id) == EntryState.CAME else Present.ABSENT
        for member in members_on(activity.group, day)
        if member.resident_id in states and member.state in (MemberState.ACTIVE, MemberState.LEFT)
    }
    meeting = Meeting(group=activity.group, on=day, topic=activity.title, venue=activity.place)
    hold_meeting(meeting, presents, by=by)


@transaction.atomic
def sum_up(activity, *, summary, news="", spent_fen=None, slips=(0, 0, 0), base_version=None, by):
    """What came of it; `slips` are the counted (满意, 一般, 不满意). Written again it takes the place of what stood. Raises
    FlowError, StaleVersion, ValidationError."""
    if not summary.strip():
        raise ValidationError({"summary": "请写总结。"})
    liked, fair, disliked = slips
    activity_flow.walk(
        activity, "sum_up", base_version=base_version, summary=summary.strip(), news=news.strip(), spent_fen=spent_fen,
        liked=liked, fair=fair, disliked=disliked,
    )  # fmt: skip
    audit.record("groups.activity.sum_up", activity, by=by)
    return activity


# --- photos -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_photo(photo, image, *, by):
    """Keep one cleaned picture (CleanImage) with an activity. Returns the ActivityPhoto. Raises ValidationError."""
    activity = lock(photo.activity)
    if activity.photos.count() >= MOST_PHOTOS:
        raise ValidationError(f"一场活动最多 {MOST_PHOTOS} 张照片。")
    photo.full_clean()
    photo.save()
    files.store(
        image.bytes, owner=photo, kind="photo", by=by, content_type=image.content_type,
        name=f"活动照片.{image.content_type.rsplit('/', 1)[1]}",
    )  # fmt: skip
    audit.record("groups.photo.add", photo, by=by, area=activity.area)
    return photo


@transaction.atomic
def agree_photo(photo, *, nobody, agreed_by, agreed_on, people=(), base_version, by):
    """Write down who is on it and who agreed; without it the picture is not public any more. `people`: Entries of the activity.
    Raises ValidationError, StaleVersion."""
    if nobody and people:
        raise ValidationError({"people": NOBODY_AND})
    lock(photo.activity)
    photo.nobody, photo.agreed_by, photo.agreed_on = nobody, agreed_by.strip()[:100], agreed_on
    photo.people.set(people)
    photo.named = len(people)
    photo.published = photo.published and photo.agreed
    save_version(photo, ["nobody", "agreed_by", "agreed_on", "named", "published"], base_version=base_version)
    audit.record("groups.photo.agree", photo, by=by, area=photo.activity.area)
    return photo


@transaction.atomic
def publish_photo(photo, *, by):
    """It may stand in the news; the same once more takes it out. Raises ValidationError without the consent that
    妇女权益保障法 art. 28 asks for."""
    lock(photo.activity)
    photo = ActivityPhoto.objects.select_for_update(of=("self",)).select_related("activity__area").get(pk=photo.pk)
    if not photo.published and not photo.agreed:
        raise ValidationError("照片上的人没有同意，不能公开（妇女权益保障法第二十八条）。先登记谁同意了。")
    photo.published = not photo.published
    save_version(photo, ["published"], base_version=photo.version)
    word = "publish" if photo.published else "unpublish"
    audit.record(f"groups.photo.{word}", photo, by=by, area=photo.activity.area)
    return photo
