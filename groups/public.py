"""What residents see: groups that meet, and of what is kept about volunteers and members only her own."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from fedhub.reference.lookup import rule
from groups.enums import FreeTime, GroupState, MemberRole, MemberState, ServiceKind, ServiceState, VolunteerState
from groups.hours import stars, to_next_star, words
from groups.models import Certificate, Coming, Group, Member, Offer, Service, Shift, Volunteer
from groups.need_enums import OfferState

SHOWN = 50


def public_groups(person=None):
    """Groups that meet, with `size` and `leader` (None where the group does not show the name): those of her community for
    `person`, all for whoever is not in."""
    leaders = Member.objects.active().filter(group=OuterRef("pk"), role=MemberRole.LEADER, group__shows_leader=True)
    rows = Group.objects.filter(state=GroupState.ACTIVE).with_size()
    rows = rows.annotate(leader=Subquery(leaders.order_by("pk").values("resident__name")[:1]))
    if person is not None:
        rows = rows.filter(area__code=person.area.community_code)
    return rows.order_by("name", "pk")


def group_for(person, pk):
    """The Group `pk` as she sees it: one that meets in her community, or one in which she has a place; None otherwise."""
    group = public_groups(person).filter(pk=pk).first()
    if group is None and person is not None:
        group = (
            Group.objects.with_size().filter(Exists(live_places(person).filter(group=OuterRef("pk"))), pk=pk).first()
        )
    return group


def own_places(person):
    """Her places in groups and what became of her requests, those of today first; a change of her role is no leaving."""
    order = {MemberState.ACTIVE: 0, MemberState.ASKED: 1}
    rows = Member.objects.filter(resident=person).select_related("group").order_by("-pk")
    found = {}
    for place in sorted(rows, key=lambda m: order.get(m.state, 2)):
        found.setdefault(place.group_id, place)
    return list(found.values())[:SHOWN]


def live_places(person):
    """Where she is in, or waits for an answer."""
    return Member.objects.filter(resident=person, state__in=[MemberState.ACTIVE, MemberState.ASKED])


def latest_place(person, group):
    """Her latest place in the group with this id, None without one."""
    rows = Member.objects.filter(resident=person, group=group).select_related("group__area")
    return rows.order_by("-pk").first()


def place_words(place):
    """What she reads of a place."""
    if place.state == MemberState.ACTIVE and place.leave_asked_on:
        return f"{place.leave_asked_on:%Y-%m-%d} 申请退出，等社区妇联确认；在确认以前可以收回。"
    return {
        MemberState.ACTIVE: f"{place.get_role_display()}，{place.valid_from or place.asked_on:%Y-%m-%d} 加入。",
        MemberState.ASKED: f"{place.asked_on:%Y-%m-%d} 申请加入，等社区妇联答复。",
        MemberState.REFUSED: f"没有同意：{place.ended_why}",
        MemberState.WITHDRAWN: "您撤回了申请。",
        MemberState.LEFT: f"{place.valid_to:%Y-%m-%d} 退出。" if place.valid_to else "已退出。",
    }[place.state]


# --- volunteering -------------------------------------------------------------------------------------------------------
VOLUNTEER_WORDS = {
    VolunteerState.PENDING: "已经收到，等社区妇联审核。",
    VolunteerState.ACTIVE: "审核通过，可以参加服务。",
    VolunteerState.PAUSED: "暂停服务。",
    VolunteerState.LEFT: "已退出，记过的时长还在。",
    VolunteerState.REFUSED: "没有通过。",
}


def own_volunteer(person):
    """Her record as a volunteer: the one that runs, else the latest; None when she never registered."""
    rows = list(Volunteer.objects.filter(resident=person).order_by("-pk"))
    over = (VolunteerState.LEFT, VolunteerState.REFUSED)
    return next((one for one in rows if one.state not in over), rows[0] if rows else None)


def can_register(volunteer):
    """True for whoever has no record that runs."""
    return volunteer is None or volunteer.state in (VolunteerState.LEFT, VolunteerState.REFUSED)


def own_services(person):
    """What she did, the newest first; what was put right names the record that took its place."""
    rows = Service.objects.filter(volunteer__resident=person).select_related("corrects", "corrected_by")
    return rows.order_by("-started_at", "-pk")


def own_certificates(person):
    """Her certificates, the newest first."""
    return Certificate.objects.filter(volunteer__resident=person).select_related("volunteer").order_by("-pk")


def hours_of(person, day=None):
    """`{counted, this_year, waiting}` of her hours in words, `stars` and `to_next` (None with all stars). One query."""
    day = day or timezone.localdate()
    new_year = datetime(day.year, 1, 1, tzinfo=timezone.get_current_timezone())
    counted = Q(state=ServiceState.COUNTED)
    sums = Service.objects.filter(volunteer__resident=person).aggregate(
        counted=Sum("half_hours", filter=counted, default=0),
        this_year=Sum("half_hours", filter=counted & Q(started_at__gte=new_year), default=0),
        waiting=Sum(
            "half_hours", filter=Q(state__in=[ServiceState.RECORDED, ServiceState.CONFIRMED]), default=0
        ),
    )  # fmt: skip
    steps = rule("volunteer_stars")
    missing = to_next_star(sums["counted"], steps)
    return {name: words(halves) for name, halves in sums.items()} | {
        "stars": stars(sums["counted"], steps), "to_next": words(missing) if missing else "",
    }  # fmt: skip


def labels(choices, codes):
    """What she ticked, in words."""
    known = dict(choices)
    return "、".join(known[code] for code in codes if code in known)


def offer_words(volunteer):
    """`(what she can do, when she has time)`."""
    return labels(ServiceKind.choices, volunteer.kinds), labels(FreeTime.choices, volunteer.times)


def shifts_open_to(volunteer):
    """Shifts where `volunteer` serves; those of a service need when she agreed to it, or had said that she comes."""
    agreed = Offer.objects.filter(need=OuterRef("need"), volunteer=volunteer, state=OfferState.AGREED)
    hers = Coming.objects.standing().filter(shift=OuterRef("pk"), volunteer=volunteer)
    return Shift.objects.filter(Q(need=None) | Exists(agreed) | Exists(hers), area=volunteer.area_id)


def shifts_ahead(volunteer):
    """`[(Shift, her Coming or None)]` of what lies ahead where she is an active volunteer, called off or not, the next first: of
    what a family agreed to with somebody, her own alone; two queries."""
    if volunteer is None or volunteer.state != VolunteerState.ACTIVE:
        return []
    rows = list(shifts_open_to(volunteer).filter(on__gte=timezone.localdate()).order_by("on", "pk")[:SHOWN])
    hers = {one.shift_id: one for one in Coming.objects.standing().filter(volunteer=volunteer, shift__in=rows)}
    return [(one, hers.get(one.pk)) for one in rows if one.off_on is None or one.pk in hers]


def shift_for(volunteer, pk):
    """The Shift `pk` where `volunteer` serves, None otherwise."""
    return None if volunteer is None else shifts_open_to(volunteer).filter(pk=pk).first()
