"""The plan of a field: grids, buildings and doors as tiles that say what is overdue, due and done."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, F, Min, Q

from fedhub.areas.enums import CODE_LENGTH, AreaKind
from fedhub.areas.models import Area
from fedhub.core.addresses import url_for
from fedhub.core.lookups import AnyOf
from grids.outline import shapes
from grids.route import door_key
from grids.today import HOME
from households.addresses import building_label, natural

LATE, TODAY, WEEK, DONE, REST = "late", "today", "week", "done", "rest"
# In this order: a tile is called by the first that is there.
STATES = {LATE: "逾期", TODAY: "今天", WEEK: "本周", DONE: "本月走访过", REST: "还没到期"}


@dataclass
class Tile:
    """A grid, a building or a door: its name, where it leads, its families by state, and what a door says below."""

    label: str
    url: str
    counts: dict = field(default_factory=dict)
    note: str = ""
    pk: int = 0

    @property
    def state(self):
        return next((key for key in STATES if self.counts.get(key)), REST)

    @property
    def state_words(self):
        """What the colour of a single door says."""
        return STATES[self.state]

    @property
    def total(self):
        return sum(self.counts.values())

    @property
    def words(self):
        """逾期 3 户，今天 1 户 — what the colour says; the first two states."""
        return "，".join(f"{STATES[key]} {n} 户" for key in STATES if (n := self.counts.get(key)))


def state_of(day, week_end, due, last):
    """The state of a family with first day `due` and last visit `last`."""
    if due is not None and due <= week_end:
        return LATE if due < day else TODAY if due == day else WEEK
    return DONE if last is not None and (last.year, last.month) == (day.year, day.month) else REST


def counts_by(work, rows, *names):
    """{values of the fields `names` of Household: {state: families}} of `rows` (Households), tasks begun counted in; who is
    left in peace is due on the day agreed to."""
    day, week_end, month = work.day, work.week_end, work.day.replace(day=1)
    due, done = Q(next_due_on__lte=week_end), Q(last_visit_on__gte=month)
    grouped = rows.active().order_by().values(*names).annotate(
        n_late=Count("pk", filter=Q(next_due_on__lt=day)), n_today=Count("pk", filter=Q(next_due_on=day)),
        n_week=Count("pk", filter=due & Q(next_due_on__gt=day)),
        n_done=Count("pk", filter=done & (Q(next_due_on__gt=week_end) | Q(next_due_on=None))), n_all=Count("pk"),
    )  # fmt: skip
    found = {}
    for row in grouped:
        counts = Counter({key: row[f"n_{key}"] for key in (LATE, TODAY, WEEK, DONE)})
        counts[REST] = row["n_all"] - sum(counts.values())
        found[tuple(row[name] for name in names)] = counts
    peace = rows.active().filter(AnyOf("pk", work.peace)) if work.peace else rows.none()
    for pk, regular, last, *key in peace.values_list("pk", "next_due_on", "last_visit_on", *names):
        counts = found[tuple(key)]
        counts[state_of(day, week_end, regular, last)] -= 1
        counts[state_of(day, week_end, work.regular_day(pk, regular), last)] += 1
    tasks = work.tasks().filter(household__in=rows.active()).order_by().values("household_id").annotate(
        first=Min("due_on"), due=F("household__next_due_on"), last=F("household__last_visit_on")
    )  # fmt: skip
    for pk, first, due, last, *key in tasks.values_list(
        "household_id", "first", "due", "last", *(f"household__{name}" for name in names)
    ):
        counts, regular = found[tuple(key)], work.regular_day(pk, due)
        counts[state_of(day, week_end, regular, last)] -= 1
        counts[_with_task(day, week_end, regular, last, first)] += 1
    return found


def _with_task(day, week_end, regular, last, first):
    """As state_of, for a family with a task begun: one that is due later stands under this week, as on the list."""
    due = min(d for d in (regular, first) if d is not None)
    return state_of(day, week_end, min(due, week_end), last)


def grid_tiles(work, address):
    """Tiles of the grids in `work`, by code; units count with their grid. `address(code)` says where one leads."""
    places, found = work.user.places, {}
    for (pk,), counts in counts_by(work, work.homes(), "area_id").items():
        code = places[pk].code[: CODE_LENGTH[AreaKind.GRID]]
        found.setdefault(code, Counter()).update(counts)
    by_code = {place.code: (pk, place) for pk, place in places.items()}
    return [
        Tile(by_code[code][1].name, address(code), found[code], pk=by_code[code][0]) for code in sorted(found)
    ]  # fmt: skip


def outlines(tiles):
    """[(Tile, outline.Shape)] of those grids whose outline is on file."""
    by_pk = {tile.pk: tile for tile in tiles}
    rows = Area.objects.filter(pk__in=by_pk, outline__isnull=False).values_list("pk", "outline")
    return [(by_pk[shape.pk], shape) for shape in shapes(dict(rows))]


def building_tiles(work, address):
    """[(compound, tiles of its buildings)]. `address(compound, building)` says where one leads."""
    found = {}
    rows = counts_by(work, work.homes(), "compound", "building")
    for compound, building in sorted(rows, key=lambda key: (natural(key[0]), natural(key[1]))):
        tile = Tile(
            building_label("", building) or "没有写楼栋", address(compound, building), rows[compound, building]
        )
        found.setdefault(compound, []).append(tile)
    return [(compound or "地址没有写小区", tiles) for compound, tiles in found.items()]


def door_tiles(work, compound, building):
    """[(stair, tiles of its doors)] of one building; each door opens the visit of the family there."""
    rows = work.homes().active().filter(compound=compound, building=building)
    homes = sorted(rows.values(*HOME), key=door_key)
    first = dict(
        work.tasks().filter(household__in=rows).order_by().values("household_id").annotate(first=Min("due_on"))
        .values_list("household_id", "first")
    )  # fmt: skip
    url, found = url_for("grids:visit_create"), {}
    for home in homes:
        due = work.regular_day(home["id"], home["next_due_on"])
        days = work.day, work.week_end, due, home["last_visit_on"]
        state = _with_task(*days, first[home["id"]]) if home["id"] in first else state_of(*days)
        called = home["head_name"] or home["first_name"] or home["number"]
        tile = Tile(home["room"] or home["address"] or "—", url(home["id"]), {state: 1}, called)
        found.setdefault(home["stair"], []).append(tile)
    return list(found.items())
