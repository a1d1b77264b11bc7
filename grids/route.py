"""The way from door to door: families by compound, building, stair, floor and room, and what comes after a visit."""

from dataclasses import dataclass, field
from itertools import groupby

from django.urls import reverse

from concerns.models import Concern
from fedhub.areas.enums import CODE_LENGTH, AreaKind
from fedhub.core.addresses import url_for
from fedhub.core.lookups import AnyOf
from fedhub.core.prepared import Given, prepared
from grids.enums import Met
from grids.field import Asked, Field
from grids.models import Visit
from grids.queries import rhythm
from grids.today import CONCERN, HOME, MOST, PROMISE, REGULAR, Reason, again, door_list, left_in_peace
from households.addresses import building_label, natural

DOOR = ("compound", "building", "stair", "floor", "room")


def door_key(home):
    """Where a family lives, in the order in which one walks. `home`: a dict with the parts of the address."""
    parts = [natural(home[name] or "") for name in DOOR]
    # A room says its floor (301); the floor alone stands on few records.
    return (*parts[:3], parts[4], home["id"])


@dataclass
class Stop:
    """One door of the route: the line of today's list, or (`done`) what came of going there today."""

    home: dict
    title: str
    url: str
    entry: object = None
    done: str = ""


@dataclass
class Building:
    """The stops of one building."""

    label: str
    stops: list = field(default_factory=list)

    @property
    def left(self):
        """Doors where nobody was today."""
        return sum(not stop.done for stop in self.stops)


def route(work, *, kind="", shown=MOST):
    """The Buildings with the families of today's list (at most `shown` of a group) and those where `work.user` was today,
    in the order in which one walks."""
    entries = door_list(work, kind=kind, shown=shown)
    stops = {entry.home["id"]: Stop(entry.home, entry.title, entry.url, entry) for entry in entries}
    done = _done(work)
    missing = [pk for pk in done if pk not in stops]
    known = work.ask(_doors, ids_done=missing) if missing else []
    page = url_for("grids:visit_create")
    for row in known:
        home = dict(zip(HOME, row, strict=True))
        called = home["head_name"] or home["first_name"] or home["number"]
        stops[home["id"]] = Stop(home, called, page(home["id"]))
    for pk, words in done.items():
        if pk in stops:
            stops[pk].done = words
    rows = sorted(stops.values(), key=lambda stop: door_key(stop.home))
    return [
        Building(building_label(*key) or "地址没有写楼栋的家庭", list(part))
        for key, part in groupby(rows, key=lambda stop: (stop.home["compound"], stop.home["building"]))
    ]


def _done(work):
    """{household id: what came of it} of today's visits of `work.user`, met or not."""
    rows = sorted(work.ask(_made_today))
    return {pk: "已走访" if met == Met.MET else Met(met).label for _, pk, met in rows}


@prepared
def _made_today(shape):
    work = Asked(shape)
    rows = Visit.objects.in_areas(work.reach).kept().filter(visited_on=work.day).order_by()
    rows = rows.values_list("pk", "household_id", "met")
    return rows.filter(visitor_id=work.user).union(rows.filter(partner_id=work.user))


@prepared
def _doors(shape):
    return Asked(shape).reachable().filter(AnyOf("pk", Given("ids_done"))).values_list(*HOME)


def open_reasons(household, user, day=None):
    """Reasons (today.Reason) for which somebody still has to do something for `household`, as `user` may see them: a
    regular visit that is due, tasks begun, a promise, and open concerns with their own address."""
    work = Field(user, day)
    reasons = [
        Reason(task.kind, task.why, task.due_on, task.latest_on)
        for task in work.tasks().filter(household=household).order_by("due_on", "pk")
    ]
    regular = work.regular_day(household.pk, household.next_due_on)
    if regular is not None and regular <= work.week_end:
        reasons.append(Reason(REGULAR, rhythm(household.visit_every), regular))
    if household.pk in work.peace:
        reasons.append(left_in_peace(work.peace[household.pk][0]))
    else:
        promised = work.promises(work.week_end).filter(household=household).values_list("next_on", "met")
        reasons += [Reason(PROMISE, again(met), on) for on, met in promised]
    concerns = Concern.objects.visible_to(user).open().filter(household=household).order_by("due_on", "pk")
    return reasons + [
        Reason(CONCERN, f"诉求“{one.title}”{one.get_status_display()}", one.acts_on, None, one.get_absolute_url())
        for one in concerns
    ]


def next_home(household, user, day=None):
    """The Stop that comes after `household` on today's route of `user` through its grid and is not done yet (behind the
    last door the first one), or None when nothing is left there."""
    grid = household.area.code[: CODE_LENGTH[AreaKind.GRID]]
    here = door_key({name: getattr(household, name) for name in (*DOOR, "id")})
    stops = [stop for building in route(Field(user, day, grid)) for stop in building.stops]
    left = [stop for stop in stops if not stop.done and stop.home["id"] != household.pk]
    return next((stop for stop in left if door_key(stop.home) > here), left[0] if left else None)


def after_visit(visit, user):
    """What the page of a visit shows to its visitor on the day itself: `reasons` still open at that door, and the `next`
    Stop. {} for anybody else, and later."""
    work = Field(user)
    if user.pk not in (visit.visitor_id, visit.partner_id) or visit.visited_on != work.day or visit.withdrawn_at:
        return {}
    household = visit.household
    return {
        "reasons": open_reasons(household, user),
        "next": next_home(household, user),
        "route_url": f"{reverse('grids:today')}?view=route",
    }
