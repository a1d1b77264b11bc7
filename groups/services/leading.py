"""What the leader of a group does on her own telephone, without an account: who came; and a member's word on her number."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core import audit
from groups.enums import GroupState, MemberRole, MemberState
from groups.models import Group, Meeting, Member
from groups.services import names
from groups.services.groups import hold_meeting

WRITTEN = "今天已经记过，要改请找社区妇联。"
NOT_LEADER = "您现在不是这支队伍的队长。"


def _lead(group, person):
    """The group, locked, that `person` leads at this moment. Raises ValidationError."""
    group = Group.objects.select_for_update(of=("self",)).select_related("area").get(pk=group.pk)
    leads = Member.objects.active().filter(group=group, resident=person, role=MemberRole.LEADER).exists()
    if not leads or group.state == GroupState.ENDED:
        raise ValidationError(NOT_LEADER)
    return group


@transaction.atomic
def write_meeting(group, person, *, topic, presents):
    """What her group did today and who came. Sent twice it is one: the same day, words and ticks are found again.
    Returns the Meeting. Raises ValidationError: of the day something else is written down."""
    group = _lead(group, person)
    today, topic = timezone.localdate(), topic.strip()
    standing = Meeting.objects.filter(group=group, on=today, topic=topic).first()
    if standing is not None:
        if dict(standing.attendances.values_list("member", "present")) != presents:
            raise ValidationError(WRITTEN)
        return standing
    return hold_meeting(Meeting(group=group, on=today, topic=topic, venue=group.venue), presents, by=None)


@transaction.atomic
def mark_name(group, person, entry, step):
    """She ticks a name of an activity of her group. Tapped twice it is once. Raises ValidationError, FlowError."""
    _lead(group, person)
    entry.refresh_from_db()
    if (step, entry.state) in (("tick", "came"), ("untick", "in")):
        return entry
    return names.mark(entry, step, by=None)


@transaction.atomic
def show_phone(member, shows):
    """She agrees that the leader of her group has her number, or takes it back. Raises ValidationError when she is not in."""
    Group.objects.select_for_update().get(pk=member.group_id)
    member = Member.objects.select_related("group__area", "resident").get(pk=member.pk)
    if member.state != MemberState.ACTIVE:
        raise ValidationError("您现在不在这支队伍里。")
    if member.shows_phone != shows:
        Member.objects.filter(pk=member.pk).update(
            shows_phone=shows, version=F("version") + 1, updated_at=timezone.now()
        )
        word = "show" if shows else "hide"
        audit.record(f"groups.member.phone_{word}", member, by=None, area=member.group.area)
    return member
