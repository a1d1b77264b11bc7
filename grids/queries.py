"""What grid workers ask of the data: who is in charge where, what comes back, figures of a grid. Today's list: grids.today."""

from datetime import datetime, time, timedelta

from django.db.models import (
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
)
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.queries import holders_at
from accounts.roles import roles_with
from concerns.models import Concern
from fedhub.areas.enums import AreaStatus
from fedhub.areas.models import Area, Building
from fedhub.core.dated import edge_of, held_at
from fedhub.core.lookups import AnyOf
from fedhub.core.prepared import Given, prepared
from fedhub.reference.periods import month_after
from grids.enums import Review
from grids.models import Duty, Envelope, Visit, VisitChange, VisitDoubt
from households.contact import may_contact
from households.enums import ContactChannel, MembershipKind, ResidentState
from households.models import Consent, Household, Membership, Resident, SafeContact

WEEKDAYS = "一二三四五六日"
# A promised visit that was never made is forgotten after this.
LAPSES = timedelta(days=60)
# What became of a change is told to its visitor so long, and of so many.
TOLD_FOR, SHOWN_DECIDED = timedelta(days=7), 10
# Interval in days up to which a visit is called so (handbook 2.4: weekly, monthly, quarterly, twice a year).
RHYTHMS = [
    (10, "每周走访"),
    (20, "每两周走访"),
    (45, "每月走访"),
    (75, "每两月走访"),
    (120, "每季走访"),
    (270, "半年走访"),
]


@prepared
def _codes_held():
    held = held_at(Given("day", DateField()), Given("edge", DateTimeField()))
    rows = Duty.objects.filter(held, person_id=Given("person", IntegerField()))
    return rows.order_by("area__code").values_list("area__code", flat=True).distinct()


def my_places(user, day):
    """{id: Place} of what my_areas says, from the places that `user` has in hand; one query."""
    codes = tuple(code for (code,) in _codes_held.rows(day=day, edge=edge_of(day), person=user.pk))
    if not codes:
        return {}
    status = AreaStatus.ACTIVE.value
    return {pk: place for pk, place in user.places.items() if place.status == status and place.code.startswith(codes)}


def my_areas(user, day=None):
    """Areas `user` is in charge of on `day` (her duties, with what lies below), by code."""
    held = Duty.objects.in_force(day).filter(person=user).values_list("area__code", flat=True)
    codes = sorted(set(held))
    if not codes:
        return Area.objects.none()
    below = Q()
    for code in codes:
        below |= Q(code__startswith=code)
    return Area.objects.active().filter(below).order_by("code")


def rhythm(days):
    """每月走访 and the like for an interval in days."""
    return next((label for limit, label in RHYTHMS if days <= limit), "每年走访")


@prepared
def _minded():
    """Who lives in some families and said something of how she may be visited."""
    living = Membership.objects.filter(AnyOf("household_id", Given("ids")), kind=MembershipKind.LIVES, valid_to=None)
    agreed = Exists(SafeContact.objects.filter(resident=OuterRef("resident")))
    taken_back = Exists(Consent.objects.filter(resident=OuterRef("resident"), withdrawn_on__isnull=False))
    return living.filter(agreed | taken_back).values_list("resident_id", "household_id")


def home_hints(ids, at=None):
    """{household id: sentence} for families where somebody agreed how she may be visited (security design 4.13).

    The sentence is the same whatever was agreed; what it is stands on the visit form of those who go there.
    """
    homes = dict(_minded.rows(ids=ids))
    if not homes:
        return {}
    people = Resident.objects.active().filter(pk__in=homes).select_related("safe_contact").prefetch_related("consents")
    found = {}
    for person in people:
        verdict = may_contact(person, ContactChannel.HOME, at)
        if not verdict.ok or verdict.neutral:
            found[homes[person.pk]] = "上门前先看约定"
    return found


@prepared
def _sent_back(scoped, on_duty):
    """One row when there can be something in returned_to: mostly there is nothing. Of all that was sent back the places
    are looked up, not of all places the visits."""
    here = Household.objects.filter(pk=OuterRef("household_id"))
    rows = Visit.objects.kept().filter(review=Review.RETURNED)
    hers = Q(visitor_id=Given("user", IntegerField()))
    if on_duty:
        hers |= Exists(here.filter(AnyOf("area_id", Given("mine"))))
    if scoped:
        rows = rows.filter(Exists(here.in_areas(Given("areas"))))
    return rows.filter(hers).order_by().values_list("pk")[:1]


def returned_to(user, mine=()):
    """Visits sent back to be corrected, the oldest first: those of `user`, and in the areas `mine` (ids) that she is in
    charge of also those of somebody who handed over and may not correct them any more."""
    scope = user.scope("grids.change_visit")
    if not _sent_back.rows(scope is not None, bool(mine), areas=scope, mine=mine, user=user.pk):
        return Visit.objects.none()
    rows = Visit.objects.in_areas(scope).kept().filter(review=Review.RETURNED)
    hers = Q(visitor=user)
    if mine:
        hers |= Q(household__area__in=mine) & ~Exists(_still_may_change())
    return rows.filter(hers).select_related("household", "visitor").order_by("visited_on", "pk")


def _still_may_change():
    """Grants with which the visitor of the outer visit may change it today."""
    lies_in = ExpressionWrapper(OuterRef("household__area__code"), output_field=CharField())
    rows = RoleGrant.objects.in_force().filter(user=OuterRef("visitor"), user__is_active=True)
    return (
        rows.filter(role__in=roles_with("grids.change_visit")).alias(at=lies_in).filter(at__startswith=F("area__code"))
    )


def _hers(areas):
    """The visit of the outer row when it is the user's own: asked row by row, since of what is open or was decided in a
    week there are some, of her visits thousands."""
    own = Visit.objects.in_areas(areas).filter(visitor_id=Given("user", IntegerField()))
    return Exists(own.filter(pk=OuterRef("visit_id")))


@prepared
def _asked_of(scoped):
    rows = VisitDoubt.objects.asked().filter(_hers(Given("areas") if scoped else None))
    return rows.order_by().values_list("pk")[:1]


def doubted(user):
    """[(Visit, [labels])] of the visits of `user` about which she was asked something, the oldest first; one query, two
    when there are some."""
    scope = user.scope("grids.change_visit")
    if not _asked_of.rows(scope is not None, areas=scope, user=user.pk):
        return []
    rows = VisitDoubt.objects.visible_to(user, "grids.change_visit").asked().filter(visit__visitor=user)
    found = {}
    for doubt in rows.select_related("visit__household").order_by("visit_id", "pk"):
        found.setdefault(doubt.visit_id, (doubt.visit, []))[1].append(doubt.get_kind_display())
    return list(found.values())


def duties_of(area, day=None):
    """People in charge of `area` (its own and its grid's or community's duties above it), most special first."""
    codes = [area.code[:length] for length in (17, 15, 12) if len(area.code) >= length]
    return Duty.objects.in_force(day).filter(area__code__in=codes).for_list().order_by("-area__code", "role", "pk")


def grid_figures(place, user, day=None):
    """Figures of a grid or community on `day`, as far as `user` may see its families (handbook 2.6)."""
    day = day or timezone.localdate()
    homes = Household.objects.visible_to(user).active().filter(area__code__startswith=place.code)
    counts = homes.aggregate(
        homes=Count("pk"),
        overdue=Count("pk", filter=Q(next_due_on__lt=day)),
        visited=Count("pk", filter=Q(last_visit_on__gte=day.replace(day=1))),
    )
    concerns = Concern.objects.visible_to(user).open().filter(area__code__startswith=place.code)
    return counts | {"concerns": concerns.count()}


def homes_under(areas, user):
    """Families on the books in `areas` and below them, as far as `user` may see them."""
    under = Q(pk=None)
    for area in areas:
        under |= Q(area__code__startswith=area.code)
    return Household.objects.visible_to(user).active().filter(under)


def homes_of_each(areas, user, **conditions):
    """`{area id: number of families in it and below}` that `user` may see, of those that meet `conditions`; one query."""
    counts = dict(
        homes_under(areas, user).filter(**conditions).order_by().values_list("area__code").annotate(n=Count("pk"))
    )
    return {area.pk: sum(n for code, n in counts.items() if code.startswith(area.code)) for area in areas}


def receivers(person, duties, user):
    """Accounts that may take over `duties` (a list) from `person`: those who work in the same communities, and those
    without a role yet, as far as `user` may give them a duty."""
    codes = sorted({duty.area.community_code for duty in duties})
    near = Q(grants=None)
    for code in codes:
        near |= Q(grants__area__code__startswith=code)
    rows = User.objects.visible_to(user, "grids.change_duty").filter(near, is_active=True).exclude(pk=person.pk)
    return rows.order_by("name", "pk").distinct()


def people_of_packs(user):
    """Accounts whose hand-over sheet `user` may open: her own, and of those whose duties she arranges."""
    if user.has_perm("grids.change_duty"):
        return User.objects.visible_to(user, "grids.change_duty")
    return User.objects.filter(pk=user.pk)


def duties_held(person, user, since, until):
    """Duties of `person` that held on some day from the month of `since` to that of `until`, as far as `user` sees them;
    one's own all."""
    rows = Duty.objects.filter(person=person)
    rows = rows if person.pk == user.pk else rows.visible_to(user, "grids.view_duty")
    held = rows.filter(Q(valid_to=None) | Q(valid_to__gte=since), valid_from__lt=month_after(until))
    return held.for_list().order_by("valid_from", "pk")


def people_at_home(household, visit=None):
    """People on the books who live in `household`, and those met at `visit`, as a queryset."""
    living = Q(
        state=ResidentState.ACTIVE,
        memberships__household=household,
        memberships__kind=MembershipKind.LIVES,
        memberships__valid_to=None,
    )
    rows = Resident.objects.filter(living | Q(visits=visit) if visit is not None else living)
    return rows.select_related("safe_contact").prefetch_related("consents").distinct().order_by("pk")


def visiting_agreements(people, at=None):
    """[(name, sentence)] of those of `people` who agreed how they may be visited (security design 4.13)."""
    verdicts = [(person.name, may_contact(person, ContactChannel.HOME, at)) for person in people]
    return [(name, verdict.why) for name, verdict in verdicts if not verdict.ok or verdict.neutral]


def colleagues(area, keep=()):
    """Accounts that may visit families of `area` today and can be named as visitors; with those of ids `keep`."""
    return holders_at("grids.add_visit", area, keep)


def waiting_changes(user):
    """How many changes found on visits wait for `user` to confirm."""
    return VisitChange.objects.visible_to(user, "grids.confirm_visitchange").waiting().count()


@prepared
def _decided(scoped):
    rows = VisitChange.objects.filter(decided_at__gte=Given("since", DateTimeField()))
    rows = rows.filter(_hers(Given("areas") if scoped else None)).exclude(decided_by_id=Given("user", IntegerField()))
    return rows.order_by("-decided_at", "-pk").values_list("pk")[:SHOWN_DECIDED]


def decided_changes(user, day=None):
    """What became in the last days of the changes that `user` found on her visits, the newest first; not what she decided
    herself."""
    day, scope = day or timezone.localdate(), user.scope("grids.view_visit")
    since = timezone.make_aware(datetime.combine(day - TOLD_FOR, time()))
    found = _decided.rows(scope is not None, areas=scope, user=user.pk, since=since)
    if not found:
        return []
    return list(VisitChange.objects.filter(pk__in=[pk for (pk,) in found]).for_list().order_by("-decided_at", "-pk"))


def waiting_envelopes(user):
    """How many visits that came late from phones wait in the tray of `user`."""
    return Envelope.objects.visible_to(user, "grids.review_visit").waiting().count()


def homes_by_building(grid):
    """[(label, [household ids], [building ids])] of a grid, as the families' addresses write it; registered
    buildings without families are included."""
    found = {}
    rows = Household.objects.active().filter(area__code__startswith=grid.code)
    for pk, *key in rows.order_by("pk").values_list("pk", "compound", "building"):
        found.setdefault(tuple(key), ([], []))[0].append(pk)
    for pk, *key in Building.objects.filter(area__code__startswith=grid.code).values_list("pk", "compound", "name"):
        found.setdefault(tuple(key), ([], []))[1].append(pk)
    return [("".join(key) or "地址没有写楼栋的家庭", *ids) for key, ids in sorted(found.items())]
