"""What the pages of groups ask for."""

from collections import Counter
from datetime import datetime, time, timedelta

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from fedhub.core.prepared import Given, prepared
from groups.enums import MemberState, Present, ServiceState
from groups.hours import half_hours
from groups.models import Attendance, Coming, Member, Offer, Service, Shift, Volunteer
from groups.need_enums import OfferState

ON_THE_SPOT = 100


def waiting_members(user):
    """Requests to join and to leave that `user` may answer."""
    return Member.objects.visible_to(user, "groups.change_member").waiting()


@prepared
def _waiting(scoped, most):
    # Found first among the members alone, where an index has them; joined then.
    rows = Member.objects.filter(pk__in=Member.objects.waiting().values("pk"))
    rows = rows.in_areas(Given("areas") if scoped else None).order_by("asked_on", "pk")
    return rows.values("group_id", "group__name", "resident__name", "leave_asked_on")[:most]


def waiting_lines(user, most):
    """`[{group_id, group__name, resident__name, leave_asked_on}]`: the oldest `most` of the requests that `user` may answer."""
    ids = user.scope("groups.change_member")
    return _waiting.dicts(ids is not None, most, areas=ids)


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


# --- who is there -----------------------------------------------------------------------------------------------------
def halves_of_day(volunteers, day, now=None):
    """`{volunteer id: half hours}` of what stands and began on `day`, who is not signed out yet until `now`. One query."""
    now, zone = now or timezone.now(), timezone.get_current_timezone()
    begin = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    rows = Service.objects.standing().filter(volunteer__in=volunteers, started_at__gte=begin, started_at__lt=end)
    sums = Counter()
    for pk, start, stop, halves in rows.values_list("volunteer_id", "started_at", "ended_at", "half_hours"):
        sums[pk] += halves if stop else half_hours(start, now)
    return sums


def shift_services(shift):
    """What stands in a shift, who is there now first."""
    rows = shift.services.standing().select_related("volunteer").order_by("started_at", "pk")
    return sorted(rows, key=lambda row: row.state != ServiceState.OPEN)


def services_on_the_spot(user):
    """What belongs to the shifts in which `user` may sign people in and out."""
    return Service.objects.filter(shift__in=Shift.objects.visible_to(user, "groups.add_service").values("pk"))


def not_there(shift, services, user, words=""):
    """`([Volunteer], more)`: who may be signed in, of those that `user` sees, narrowed by `words` of name or number; the first of
    them."""
    there = [row.volunteer_id for row in services if row.state == ServiceState.OPEN]
    rows = Volunteer.objects.visible_to(user).active().filter(area=shift.area_id).exclude(pk__in=there)
    if shift.need_id:
        # What was agreed with a family is for whoever it was agreed with.
        rows = rows.filter(offers__in=Offer.objects.filter(need=shift.need_id, state=OfferState.AGREED))
    if words:
        rows = rows.filter(name__contains=words) | rows.filter(number=words.upper())
    found = list(rows.order_by("name", "pk")[: ON_THE_SPOT + 1])
    return found[:ON_THE_SPOT], len(found) > ON_THE_SPOT


def shifts_of_today(user):
    """`[{pk, what}]`: where volunteers serve today, as far as `user` may see it."""
    rows = Shift.objects.visible_to(user).filter(on=timezone.localdate(), off_on=None)
    return list(rows.order_by("pk").values("pk", "what"))


def shift_by_key(key):
    """The Shift behind a picture, None for what is none."""
    return Shift.objects.filter(key=key).first()


def coming_to(shift, user):
    """Who said that she comes to a shift, as far as `user` sees it, by name."""
    rows = Coming.objects.visible_to(user).standing().filter(shift=shift).select_related("volunteer")
    return list(rows.order_by("volunteer__name", "pk"))


# --- columns of lists -------------------------------------------------------------------------------------------------
# How many are in a group; how many agreed to serve a need.
_there = Member.objects.filter(group=OuterRef("pk"), state=MemberState.ACTIVE).order_by()
SIZE = Coalesce(Subquery(_there.values("group").annotate(n=Count("pk")).values("n")), 0)
_agreed = Offer.objects.filter(need=OuterRef("pk"), state__in=[OfferState.AGREED, OfferState.DONE]).order_by()
TAKEN = Coalesce(Subquery(_agreed.values("need").annotate(n=Count("pk")).values("n")), 0)
