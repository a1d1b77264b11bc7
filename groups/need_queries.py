"""What the pages of service needs ask for."""

from collections import Counter
from functools import cache

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from fedhub.core.lookups import AnyOf
from groups.enums import RISKY, VolunteerState
from groups.matching import Ready, Wanted, ranked
from groups.models import Offer, Service, ServiceNeed, Volunteer
from groups.models.volunteer import is_insured
from groups.need_enums import RUNNING_OFFER, NeedState, OfferSide, OfferState
from households.enums import MembershipKind, ResidentState
from households.minors import born_late
from households.models import Membership

# Columns of a volunteer that count; what is encrypted is not among them.
COUNTS = (
    "number", "name", "state", "sex", "birth", "kinds", "skills", "times", "tongues", "limits", "near", "cap", "guardian_on",
    "guardian_paper", "insured_from", "insured_until", "area__code", "resident__sex", "resident__birth", "resident__state",
    "resident__area__code",
)  # fmt: skip
MOST = 20
GONE = (ResidentState.MOVED, ResidentState.DECEASED)


def speaks_still(prefix=""):
    """Exists of a need (at `prefix`) whose `resident` lives in its family today: who moved out agrees for it no more."""
    lives = Membership.objects.filter(
        resident=OuterRef(f"{prefix}resident"), household=OuterRef(f"{prefix}household"), kind=MembershipKind.LIVES,
        valid_to=None, resident__state=ResidentState.ACTIVE,
    )  # fmt: skip
    return Exists(lives)


def has_speaker(need):
    """True at a place, and while somebody who lives there speaks for the family."""
    return not need.is_at_home or ServiceNeed.objects.filter(speaks_still(), pk=need.pk).exists()


def wanted_of(need):
    """The Wanted of a need; its area is loaded."""
    return Wanted(
        kind=need.kind, until=need.until, skill=need.skill, times=frozenset(need.times), tongues=frozenset(need.tongues),
        strains=frozenset(need.strains), near=need.near, place=need.area.code, home=need.household_id or 0,
        risky=need.risky or need.kind in RISKY, at_night=need.at_night, only_women=need.only_women,
    )  # fmt: skip


def asked_before(offer):
    """Why nobody asks her again for the need of an offer that is over, '' when one may."""
    if offer.state == OfferState.DECLINED:
        return "这件事问过她，她这次不去"
    if offer.state == OfferState.REFUSED or offer.ended_side == OfferSide.SERVED:
        return "这一家没有同意她来"
    return "她收回过这件事" if offer.ended_side == OfferSide.VOLUNTEER else ""


def ready_of(volunteers, need, today=None):
    """Ready of each of `volunteers` (a queryset) for `need`; read as values, for a community may have thousands. Five queries."""
    today = today or timezone.localdate()
    volunteers = list(volunteers.order_by().values_list("pk", "resident_id", *COUNTS, named=True))
    keys, grown = [one.pk for one in volunteers], cache(lambda birth: not born_late(birth, today))
    offers = Offer.objects.filter(AnyOf("volunteer_id", keys))
    load = dict(offers.running().order_by().values("volunteer").annotate(n=Count("pk")).values_list("volunteer", "n"))
    refused = Counter(
        offers.filter(state=OfferState.DECLINED, need__kind=need.kind).values_list("volunteer_id", flat=True)
    )
    own = {one.volunteer_id: asked_before(one) for one in offers.filter(need=need).order_by("pk")}
    services = Service.objects.counted().filter(AnyOf("volunteer_id", keys), kind=need.kind)
    done = dict(services.order_by().values("volunteer").annotate(n=Count("pk")).values_list("volunteer", "n"))
    homes = {}
    people = {one.resident_id: one.pk for one in volunteers if one.resident_id}
    rows = Membership.objects.filter(AnyOf("resident_id", people), valid_to=None)
    for person, home in rows.values_list("resident_id", "household_id") if people else ():
        homes.setdefault(people[person], set()).add(home)
    return [
        Ready(
            key=one.pk, state=one.state,
            grown=all(grown(birth) for birth in known), aged=bool(known),
            guardian=bool(one.guardian_on and one.guardian_paper), sex=one.sex or one.resident__sex or "",
            kinds=frozenset(one.kinds), skills=one.skills, times=frozenset(one.times), tongues=frozenset(one.tongues),
            limits=frozenset(one.limits), near=one.near, place=one.resident__area__code or one.area__code,
            homes=frozenset(homes.get(one.pk, ())),
            covered_until=one.insured_until if is_insured(one.insured_from, one.insured_until, today) else None,
            gone=ResidentState(one.resident__state).label if one.resident__state in GONE else "",
            load=load.get(one.pk, 0), cap=one.cap, done=done.get(one.pk, 0), refused=refused[one.pk],
            asked_before=own.get(one.pk, ""),
        )
        for one in volunteers
        for known in [[birth for birth in (one.birth, one.resident__birth) if birth]]
    ]  # fmt: skip


def volunteers_for(need, user):
    """Volunteers of the community of `need` whom `user` sees and who did not leave, but for those who are asked already."""
    gone = [VolunteerState.LEFT, VolunteerState.REFUSED]
    rows = Volunteer.objects.visible_to(user).filter(area__code=need.area.community_code).exclude(state__in=gone)
    rows = rows.exclude(resident__state__in=GONE)
    return rows.exclude(offers__in=need.offers.filter(state__in=RUNNING_OFFER))


def suggested(need, user):
    """`([(Volunteer, Fit)], [(Volunteer, Fit)])`: who may be asked, the best first, and who must not be, with why."""
    may, stopped = ranked(ready_of(volunteers_for(need, user), need), wanted_of(need))
    shown = may[:MOST], stopped[:MOST]
    rows = Volunteer.objects.only("number", "name").in_bulk([one.key for part in shown for one in part])
    return tuple([(rows[one.key], one) for one in part] for part in shown)


def ready_one(volunteer, need, day=None):
    """The Ready of one volunteer on `day` (default today), read afresh."""
    return ready_of(Volunteer.objects.filter(pk=volunteer.pk), need, day)[0]


def offers_of(need):
    """All offers of a need with the volunteer, those that run first."""
    rows = need.offers.select_related("volunteer", "consent", "pairing").order_by("-pk")
    return sorted(rows, key=lambda one: one.state not in RUNNING_OFFER)


def waiting_needs(user):
    """Needs for which `user` has something to do: nobody is asked, or a family is to be asked whether it agrees."""
    ready = Offer.objects.filter(need=OuterRef("pk"), state=OfferState.ACCEPTED)
    rows = ServiceNeed.objects.visible_to(user, "groups.change_serviceneed")
    return rows.filter(Q(state=NeedState.OPEN) | Exists(ready))


def needs_of_household(household, user):
    """Needs of a family that `user` may see, the newest first."""
    return ServiceNeed.objects.visible_to(user).filter(household=household).with_taken().order_by("-pk")


def agreed_for(file, user):
    """Offers of the needs of a hardship file on which both sides agree today, not paired yet."""
    rows = Offer.objects.visible_to(user).filter(need__file=file, state=OfferState.AGREED, pairing=None)
    rows = rows.select_related("volunteer", "need", "consent").order_by("pk")
    return [one for one in rows if one.consent is not None and one.consent.in_force()]


def of_volunteer(volunteer, user):
    """`(offers that run, records with who wrote them, average of the evaluations or None)` for her page."""
    offers = Offer.objects.visible_to(user).running().filter(volunteer=volunteer).select_related("need__area")
    records = list(volunteer.records.select_related("made_by"))
    points = [one.points for one in records if one.points and not one.void_why]
    return list(offers), records, round(sum(points) / len(points), 1) if points else None
