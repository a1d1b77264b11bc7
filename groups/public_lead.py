"""What the leader of a group reads on her own page: her group alone, the names of who is in it, and numbers of those alone who
agreed that she has them."""

from django.utils import timezone

from groups.activity_enums import ActivityState, EntryState
from groups.enums import GroupState, MemberRole
from groups.models import Activity, Entry, Group, Meeting, Member
from groups.rhythm import next_moment
from households.contact import numbers_held
from households.enums import PhoneOwner
from households.models import Phone

MEETINGS = 5


def led_group(person, pk):
    """The Group `pk` that `person` leads today and that is not dissolved; None otherwise."""
    leads = Member.objects.active().filter(resident=person, role=MemberRole.LEADER).values("group")
    return Group.objects.exclude(state=GroupState.ENDED).select_related("area").filter(pk__in=leads, pk=pk).first()


def members_of(group):
    """`[(Member, number or '')]`: the leader first, then by name."""
    order = list(MemberRole)
    rows = list(group.members.active().select_related("resident"))
    shown = {member.resident_id for member in rows if member.shows_phone}
    shown -= numbers_held(shown) if shown else set()
    numbers = {}
    if shown:
        phones = Phone.objects.filter(resident__in=shown, usable=True, shared=False, owner_kind=PhoneOwner.SELF)
        for phone in phones.order_by("-position", "-pk"):
            numbers[phone.resident_id] = phone.number
    rows.sort(key=lambda member: (order.index(member.role), member.resident.name_sort, member.pk))
    return [(member, numbers.get(member.resident_id, "")) for member in rows]


def next_of(group):
    """`(the Activity that comes next or None, the moment that the rhythm names or None)`."""
    now = timezone.localtime()
    rows = Activity.objects.filter(group=group, state=ActivityState.OPEN, ends_at__gt=now)
    found = rows.order_by("starts_at", "pk").first()
    return found, None if found else next_moment(group.rhythm, now.replace(tzinfo=None))


def activity_today(group):
    """The open Activity of today of `group`, None without one."""
    rows = Activity.objects.filter(group=group, state=ActivityState.OPEN, starts_at__date=timezone.localdate())
    return rows.order_by("starts_at", "pk").first()


def _names(activity):
    """Names of an activity who are in its group today: whom she leads, and nobody else."""
    members = Member.objects.active().filter(group=activity.group_id)
    return Entry.objects.filter(activity=activity, resident__in=members.values("resident"))


def names_on(activity):
    """The list of an activity, of members alone, who comes first; who waits or does not come stands last."""
    order = [EntryState.IN, EntryState.CAME, EntryState.WAITING, EntryState.CANCELLED]
    rows = _names(activity).select_related("resident")
    return sorted(rows, key=lambda one: (order.index(one.state) > 1, one.resident.name_sort, one.pk))


def name_today(group, pk):
    """The name `pk` on the list of today's activity of `group`, None otherwise."""
    activity = activity_today(group)
    return activity and _names(activity).filter(pk=pk).select_related("resident").first()


def past_meetings(group):
    """The last meetings."""
    return list(Meeting.objects.filter(group=group).order_by("-on", "-pk")[:MEETINGS])
