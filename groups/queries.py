"""What the pages of groups ask for."""

from collections import Counter

from groups.enums import MemberState, Present, ServiceState
from groups.models import Attendance, Member, Service


def waiting_members(user):
    """Requests to join and to leave that `user` may answer."""
    return Member.objects.visible_to(user, "groups.change_member").waiting()


def attendance_of(group):
    """`{member id: (times came or late, times asked)}` over all meetings of a group. One query."""
    came, asked = Counter(), Counter()
    for pk, how in Attendance.objects.filter(meeting__group=group).values_list("member_id", "present"):
        asked[pk] += 1
        came[pk] += how in (Present.CAME, Present.LATE)
    return {pk: (came[pk], n) for pk, n in asked.items()}


def places_of(resident, user):
    """The places of a woman in the groups that `user` may see, those of today first."""
    rows = Member.objects.visible_to(user).filter(resident=resident).select_related("group")
    order = {MemberState.ACTIVE: 0, MemberState.ASKED: 1}
    return sorted(rows, key=lambda m: (order.get(m.state, 2), -m.pk))


def noticed_services(user):
    """Services that stand before the members now, as far as `user` may see them."""
    rows = Service.objects.visible_to(user).filter(state=ServiceState.CONFIRMED)
    return list(rows.select_related("volunteer").order_by("volunteer__name", "started_at", "pk"))


def waiting_services(user):
    """Services that `user` may confirm."""
    return Service.objects.visible_to(user, "groups.confirm_service").filter(state=ServiceState.RECORDED)
