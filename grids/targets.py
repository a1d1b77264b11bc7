"""How many visits somebody is to make in a month, and how many she made: "16 of 20" (rules visit_target_*)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import DateField, IntegerField
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import Role
from fedhub.core.prepared import Given, prepared
from fedhub.reference.lookup import rule
from grids.models import Visit

RULES = {Role.GRID_WORKER: "visit_target_worker", Role.COMMITTEE: "visit_target_committee"}


@dataclass
class Target:
    """One person's month: visits that count, of how many, families reached; and the visits of the month before."""

    person: object
    role: str
    wanted: int
    done: int = 0
    homes: int = 0
    before: int = 0
    place: str = ""
    month: str = ""
    month_before: str = ""

    @property
    def missing(self):
        """How many are still to be made."""
        return max(self.wanted - self.done, 0)

    @property
    def url(self):
        """The list of just these visits."""
        return _list_of(self.person.pk, self.month)

    @property
    def before_url(self):
        return _list_of(self.person.pk, self.month_before)


def _list_of(person, month):
    return f"{reverse('grids:visit_list')}?person={person}&month={month}&counted=yes"


def months(day=None):
    """The first days of the month of `day`, of the one before, and of the one after."""
    start = (day or timezone.localdate()).replace(day=1)
    return start, (start - timedelta(days=1)).replace(day=1), (start + timedelta(days=32)).replace(day=1)


def target_of(user, day=None):
    """The Target of `user` herself; None for who has none (grid workers and committee members have one). One query."""
    role = next((role for role in RULES if user.has_role(role)), None)
    if role is None:
        return None
    start, before, after = months(day)
    scope = user.scope("grids.view_visit")
    rows = _own_visits.rows(scope is not None, areas=scope, user=user.pk, since=before, until=after)
    now = [home for _, home, on in rows if on >= start]
    return _target(user, role, start, before, done=len(now), homes=len(set(now)), earlier=len(rows) - len(now))


@prepared
def _own_visits(scoped):
    """Visits that count, each once: two questions in one, each with an index of its own."""
    user, since, until = (Given("user", IntegerField()), *(Given(name, DateField()) for name in ("since", "until")))
    rows = Visit.objects.in_areas(Given("areas") if scoped else None).counting().order_by()
    rows = rows.filter(visited_on__gte=since, visited_on__lt=until).values_list("pk", "household_id", "visited_on")
    return rows.filter(visitor_id=user).union(rows.filter(partner_id=user))


def targets(user, day=None):
    """Targets of the grid workers and committee members in the scope of `user`, by name: visits to families there."""
    start, before, after = months(day)
    people, places = _people(user)
    figures = defaultdict(lambda: [0, set(), 0])
    visits = Visit.objects.visible_to(user, "grids.review_visit").counting()
    visits = visits.filter(visited_on__gte=before, visited_on__lt=after)
    for visitor, partner, home, on in visits.values_list("visitor_id", "partner_id", "household_id", "visited_on"):
        for pk in {visitor, partner} & people.keys():
            if on >= start:
                figures[pk][0] += 1
                figures[pk][1].add(home)
            else:
                figures[pk][2] += 1
    rows = []
    for person in User.objects.filter(pk__in=people).order_by("name", "pk"):
        done, homes, earlier = figures[person.pk]
        target = _target(person, people[person.pk], start, before, done=done, homes=len(homes), earlier=earlier)
        target.place = "、".join(places[person.pk][:2]) + ("等" if len(places[person.pk]) > 2 else "")
        rows.append(target)
    return rows


def _people(user):
    """({person id: role}, {person id: [names of her places]}) of those who have a target in the scope of `user`."""
    grants = RoleGrant.objects.in_force().filter(role__in=RULES, user__is_active=True).order_by("area__code", "pk")
    scope, people, places = user.scope("grids.review_visit"), {}, defaultdict(list)
    for pk, role, area_id, name in grants.values_list("user_id", "role", "area_id", "area__name"):
        if scope is None or area_id in scope:
            # Who is both has the target that comes first in RULES.
            people[pk] = next(one for one in RULES if one in (role, people.get(pk)))
            places[pk] += [name] if name not in places[pk] else []
    return people, places


def _target(person, role, start, before, *, done, homes, earlier):
    return Target(
        person=person, role=Role(role).label, wanted=rule(RULES[role]), done=done, homes=homes,
        before=earlier, month=f"{start:%Y-%m}", month_before=f"{before:%Y-%m}",
    )  # fmt: skip
