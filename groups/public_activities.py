"""What residents see of activities: those that come, her own ones, pictures that may be shown. Nobody learns who else is on a
list."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from fedhub.core.files import attachments_by_owner, attachments_of
from groups.activity_enums import ActivityState, EntryState
from groups.models import Activity, ActivityPhoto, Entry, Member

SHOWN = 50
OVER = (ActivityState.HELD, ActivityState.SUMMED)
# A group's own rehearsals are seen by who is in the group; everything else by everybody of the community.
FOR_ALL = Q(members_only=False)


def _near(person):
    """What is shown to `person`, to anybody when it is None."""
    rows = Activity.objects.exclude(state=ActivityState.PLANNED).select_related("group")
    if person is None:
        return rows.filter(FOR_ALL)
    groups = Member.objects.active().filter(resident=person).values("group")
    return rows.filter(FOR_ALL | Q(group__in=groups), area__code=person.area.community_code)


def coming(person=None):
    """Activities that take names and are not over, the next first."""
    rows = _near(person).filter(state=ActivityState.OPEN, ends_at__gt=timezone.now())
    return rows.order_by("starts_at", "pk")


def activity_for(person, pk):
    """The Activity `pk` as she sees it: one that comes, one with pictures that may be shown, or one on whose list she is or
    was; None otherwise."""
    # Called off while it was still a plan of the office it was never to be seen.
    opened = Activity.history.filter(id=OuterRef("pk"), state=ActivityState.OPEN)
    shown = _near(person).filter(
        Q(state=ActivityState.OPEN)
        | Q(state__in=OVER, photos__published=True)
        | Q(Exists(opened), state=ActivityState.CANCELLED)
    )
    found = shown.filter(pk=pk).distinct().first()
    if found is None and person is not None:
        hers = Entry.objects.filter(resident=person).values("activity")
        found = Activity.objects.filter(pk__in=hers).select_related("group").filter(pk=pk).first()
    return found


def own_entry(person, activity):
    """Her name on the list, None when she never was on it."""
    if person is None:
        return None
    return Entry.objects.filter(resident=person, activity=activity).select_related("activity").first()


def own_entries(person):
    """Where she is or was on the list: what comes first, then what is over, the newest first."""
    rows = (
        Entry.objects.filter(resident=person)
        .select_related("activity")
        .order_by("-activity__starts_at", "-pk")[:SHOWN]
    )
    now = timezone.now()
    ahead = [one for one in rows if one.activity.ends_at > now]
    return ahead[::-1] + [one for one in rows if one.activity.ends_at <= now]


def to_rate(person):
    """Entries whose activity she was at and has not said how it was."""
    rows = Entry.objects.filter(resident=person, state=EntryState.CAME, rated=False)
    return rows.exclude(activity__state=ActivityState.CANCELLED)


def places_in_line(entries):
    """`{entry id: place}` of those of `entries` that wait, 1 is next. One query, none when nobody waits."""
    waiting = {one.activity_id for one in entries if one.state == EntryState.WAITING}
    if not waiting:
        return {}
    rows = Entry.objects.filter(activity__in=waiting, state=EntryState.WAITING).order_by("activity", "queued_at", "pk")
    found, counts = {}, {}
    for pk, activity in rows.values_list("pk", "activity"):
        counts[activity] = found[pk] = counts.get(activity, 0) + 1
    return found


def words_of(entry, place=None):
    """What she reads of her name on a list."""
    activity = entry.activity
    if activity.state == ActivityState.CANCELLED:
        return f"活动取消了：{activity.cancelled_why}"
    if entry.state == EntryState.CAME:
        return "您参加了，谢谢。"
    if activity.state != ActivityState.OPEN or activity.ends_at <= timezone.now():
        return "活动已经办过了。"
    return {
        EntryState.IN: "到时候请来；来不了请取消，让给别人。",
        EntryState.WAITING: f"候补第 {place} 位。有人不来就轮到您，名额直接给您留上，您会收到消息。",
        EntryState.CANCELLED: "您取消了报名。",
    }[EntryState(entry.state)]


def shown_photos(activity):
    """`[(ActivityPhoto, uuid of the picture)]` of what may be shown, the oldest first."""
    rows = list(ActivityPhoto.objects.filter(activity=activity, published=True).order_by("pk"))
    files = attachments_by_owner(rows)
    return [(one, files[one.pk][0].uuid) for one in rows if files[one.pk]]


def shown_picture(activity, uuid):
    """The Attachment of a picture that may be shown, None otherwise: the moment a consent is gone, so is the picture."""
    for photo in ActivityPhoto.objects.filter(activity=activity, published=True):
        if row := attachments_of(photo).filter(uuid=uuid).first():
            return row
    return None
