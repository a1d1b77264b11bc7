"""Today's list: what waits for somebody, by urgency, and what presses most first (handbook 2.4)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from heapq import nsmallest
from typing import NamedTuple

from django.db.models import Count, F, Min, Q
from django.db.models.functions import Coalesce, Least

from concerns.enums import Status
from concerns.models import Concern
from fedhub.core.addresses import url_for
from fedhub.core.lookups import AnyOf
from fedhub.core.prepared import Given, one_row, prepared
from grids.enums import FACE_TO_FACE, Met
from grids.field import Asked, Field, given_day
from grids.models import Visit
from grids.queries import WEEKDAYS, doubted, home_hints, returned_to, rhythm
from grids.score import named_parts, points, score_parts, total
from households.enums import TaskKind
from households.models import Household
from households.plan import fitting, kinds_of
from households.queries import categories_of_household

RETURNED, DOUBT, LATE, TODAY, WEEK, DAY = "returned", "doubt", "late", "today", "week", "day"
LABELS = {RETURNED: "退回要改的", DOUBT: "请看一看", LATE: "已逾期", TODAY: "今天", WEEK: "本周", DAY: ""}
REGULAR, PROMISE, CONCERN = "regular", "promise", "concern"
# What a list may be narrowed to.
KINDS = {
    REGULAR: "定期走访",
    **{kind.value: kind.label for kind in TaskKind},
    PROMISE: "约好回访",
    CONCERN: "诉求",
    RETURNED: "退回修改",
    DOUBT: "请看一看",
}
# Lines of a group on the page; on the page of one group; families that are weighed for a group, of each source.
SHOWN, MOST, WEIGHED, SPARE = 20, 150, 40, 20
# Tasks that are read; of more the database counts.
READ = 1_000
HOME = (
    "id", "number", "head_name", "first_name", "address", "area_id", "last_visit_on", "next_due_on", "visit_every",
    "visit_grace", "visit_weight", "compound", "building", "stair", "floor", "room",
)  # fmt: skip
BEGINNING = date(1900, 1, 1)
# Why one comes back, by what became of the last visit.
AGAIN = {Met.NOBODY: "上次没人在家", Met.REFUSED: "上次不愿见"}


class Reason(NamedTuple):
    """Why somebody goes there: kind (KINDS), words, the day it is due, the last day that is in time, and where the matter
    itself is opened ('' for a visit)."""

    kind: str
    text: str
    due: date
    latest: date | None = None
    url: str = ""
    points: int = 0


@dataclass
class Entry:
    """One line of the list: what, where, why and by when, and how pressing it is."""

    kind: str
    title: str
    place: str
    due: date
    url: str
    mark: str
    reasons: list
    late: int = 0
    latest: date | None = None
    over: bool = False
    hint: str = ""
    promise: str = ""
    last_on: date | None = None
    month_visits: int = 0
    concerns: int = 0
    parts: list = field(default_factory=list)
    home: dict = field(default_factory=dict)
    week: bool = True

    @property
    def score(self):
        return total(self.parts)

    @property
    def reason(self):
        """The reasons in one line."""
        return "、".join(dict.fromkeys(reason.text for reason in self.reasons))

    @property
    def when(self):
        """7 天 (overdue), 今天, the weekday, or the day when it is later than this week."""
        if self.late > 0:
            return f"{self.late} 天"
        if self.late == 0:
            return "今天"
        return f"周{WEEKDAYS[self.due.weekday()]}" if self.week else f"{self.due.month}月{self.due.day}日"


@dataclass
class Group:
    """One part of the list; `total` counts also what is not shown."""

    key: str
    entries: list = field(default_factory=list)
    total: int = 0
    label: str = ""

    def __post_init__(self):
        self.label = self.label or LABELS[self.key]

    @property
    def unit(self):
        """户 while only families are listed, else 件."""
        return "户" if all(entry.kind == "home" for entry in self.entries) else "件"

    @property
    def more(self):
        """How many are not shown."""
        return max(self.total - len(self.entries), 0)


def today_list(user, *, day=None, code="", kind="", only="", shown=SHOWN, work=None):
    """Groups 退回要改的, 请看一看, 已逾期, 今天, 本周 of what waits for `user`: her visits that were sent back or about which
    she was asked something, families due (by the rhythm, a task begun, or a promise) and her own concerns. A family
    stands there once, with all its reasons, on the day of the first; a task begun that is due later than this week stands
    under 本周. A family that refused is left in peace: its regular visit is due on the day it agreed to.

    `code`: a place; `kind`: one of KINDS; `only`: one group; `shown`: lines of a group. In a group the score decides, then
    the day. Weighed are the longest overdue and the heaviest families (WEIGHED of each, more when more are shown), so that
    a scope of 40,000 costs as much as one of 400; totals count all. Reasons and scores never name a category.
    Returns a list of Group, empty ones left out.
    """
    work = work or Field(user, day, code)
    return _List(work, kind=kind, only=only, shown=shown).groups()


def door_list(work, *, kind="", shown=MOST):
    """The families of today_list as [Entry], without what only the list tells of them (hint, concerns)."""
    groups = _List(work, kind=kind, shown=shown, doors=True).groups()
    return [entry for group in groups for entry in group.entries if entry.kind == "home"]


def day_list(user, on, *, code="", kind="", shown=MOST, work=None):
    """The Group of what is due on the day `on`, past or to come: families and own concerns."""
    work = work or Field(user, None, code)
    return _List(work, kind=kind, shown=shown, on=on).groups()


class Task(NamedTuple):
    """A task of a family, with the family's regular day and place."""

    home: int
    kind: str
    why: str
    due: date
    latest: date
    points: int
    regular: date | None
    area: int


class Own(NamedTuple):
    """A concern of her own, with the place, the regular day and the address of its family if it has one."""

    pk: int
    title: str
    status: str
    due_on: date
    handle_by: date | None
    area: int
    home: int | None
    home_area: int | None
    regular: date | None
    address: str | None

    @property
    def due(self):
        """The day that comes first: the officer's, or that of closing."""
        return min(self.handle_by or self.due_on, self.due_on)


class _List:
    """The making of one list."""

    def __init__(self, work, *, kind="", only="", shown=SHOWN, on=None, doors=False):
        self.doors = doors
        self.work, self.day, self.kind, self.only, self.shown, self.on = work, work.day, kind, only, shown, on
        self.until = on or work.week_end
        self.regular = kind in ("", REGULAR)
        self.totals, self.due = Counter(), 0
        self.alone, self.joined = [], {}

    def groups(self):
        found = {key: Group(key) for key in LABELS}
        if self.on:
            found[DAY].label = f"{self.on.month}月{self.on.day}日 周{WEEKDAYS[self.on.weekday()]}"
        if self._wants(RETURNED):
            self._put_returned(found[RETURNED])
        if self._wants(DOUBT):
            self._put_doubted(found[DOUBT])
        self.tasks, self.whole = self._load_tasks()
        self.promises = self._load_promises()
        self._count()
        for concern in self.alone:
            found[self._key(concern.due)].entries.append(_concern_entry(concern, self.day, self.work.week_end))
        self._put_homes(found)
        return [group for key, group in found.items() if group.total and self.only in ("", key)]

    def _wants(self, key):
        """True when the group `key`, of what is no family, is listed."""
        return not self.on and not self.doors and self.kind in ("", key) and self.only in ("", key)

    def _key(self, due):
        if self.on:
            return DAY
        return LATE if due < self.day else TODAY if due == self.day else WEEK

    # --- sources -----------------------------------------------------------------------------------------------------
    def _task_rows(self):
        return _task_rows(self.work, self.on)

    def _load_tasks(self):
        """({household id: [Task]}, whether these are all): the heaviest, of equal ones the first due."""
        rows = self.work.ask(_some_tasks, bool(self.on), READ + 1, on=self.on)
        return _by_home(rows), len(rows) <= READ

    def _tasks_of(self, ids):
        """{household id: [Task]} of at least the families `ids`."""
        if self.whole:
            return self.tasks
        return _by_home(
            _tasks(self._task_rows().filter(AnyOf("household_id", ids)).order_by("-weight", "due_on", "pk"))
        )

    def _wanted(self, tasks):
        """Those of `tasks` for which a family is listed."""
        return [task for task in tasks if self.kind in ("", task.kind)]

    def _regular(self, pk, due, area_id):
        """The day for which the family `pk` there is listed for its regular visit due on `due`, None when it is not."""
        if not self.regular or due is None or not self.work.has(area_id):
            return None
        due = self.work.regular_day(pk, due)
        return due if (due == self.on if self.on else due <= self.until) else None

    def _load_promises(self):
        """{household id: (promised day, regular day, place, what became of the visit)}."""
        if self.kind not in ("", PROMISE):
            return {}
        return {pk: known for pk, *known in self.work.ask(_promises, bool(self.on), on=self.on, until=self.until)}

    def _load_concerns(self):
        if self.kind not in ("", CONCERN):
            return []
        rows = self.work.ask(_concerns, until=self.until)
        under = set(self.work.user.places_within(self.work.code))
        found = map(Own._make, rows)
        return [c for c in found if (not self.on or c.due == self.on) and (not self.work.code or c.area in under)]

    # --- totals ------------------------------------------------------------------------------------------------------
    def _count(self):
        """How much there is in each group: regular days by the database, what comes besides one by one."""
        if self.regular:
            # Families left in peace are counted one by one, on the day they agreed to.
            form = bool(self.on), bool(self.work.peace)
            (counts,) = self.work.ask(_due_counts, *form, on=self.on, until=self.until, peace=self.work.peace)
            found = dict(zip((LATE, TODAY, WEEK), counts, strict=True))
            self.due = sum(found.values())
            self.totals.update({DAY: self.due} if self.on else found)
        concerns = self._load_concerns()
        asked = (concern.home for concern in concerns if concern.home)
        tasks = self._tasks_of([*self.promises, *asked, *self.rested])
        if not self.whole:
            self._count_tasks()
        for concern in concerns:
            listed = concern.home in self.promises or self._wanted(tasks.get(concern.home, ()))
            if not self.on and (listed or self._regular(concern.home, concern.regular, concern.home_area)):
                self.joined.setdefault(concern.home, []).append(concern)
            else:
                self.alone.append(concern)
                self.totals[self._key(concern.due)] += 1
        for pk in {*self.promises, *self.joined, *(tasks if self.whole else ()), *self.rested}:
            self._count_home(pk, self._wanted(tasks.get(pk, ())))

    @cached_property
    def rested(self):
        """{household id: (regular day, place)} of those left in peace that are listed for the day they agreed to."""
        if not self.regular:
            return {}
        rows = self.work.peace.items()
        return {pk: (due, area) for pk, (_, due, area) in rows if self._regular(pk, due, area)}

    def _count_home(self, pk, tasks):
        """A family with more than its regular day moves to the group of the first day of all."""
        if pk in self.promises:
            _, regular, area, _ = self.promises[pk]
        elif pk in self.rested:
            regular, area = self.rested[pk]
        else:
            first = tasks[0] if tasks else self.joined[pk][0] if pk in self.joined else None
            if first is None:
                return
            regular, area = first.regular, first.area if tasks else first.home_area
        due = self._regular(pk, regular, area)
        known, more = ([], [due]) if pk in self.rested else ([due] if due else [], [])
        days = [task.due for task in tasks]
        more += [concern.due for concern in self.joined.get(pk, ())]
        more += [self.promises[pk][0]] if pk in self.promises else []
        if self.whole:
            more += days
        else:
            # They were counted already.
            known += days
        if more:
            self.totals[self._key(min(known + more))] += 1
            if known:
                self.totals[self._key(min(known))] -= 1

    def _count_tasks(self):
        """As _count_home, of more tasks than are read, by the database."""
        rows = self._task_rows()
        if self.kind:
            rows = rows.filter(kind=self.kind)
        rows = rows.order_by().values("household_id", due=F("household__next_due_on"), place=F("household__area_id"))
        inside = Q() if self.work.ids is None else Q(place__in=self.work.ids)
        if self.work.peace:
            inside &= ~Q(AnyOf("household_id", self.work.peace))
        were = inside & (Q(due=self.on) if self.on else Q(due__lte=self.until)) if self.regular else Q(pk=None)
        late, today = Q(first__lt=self.day), Q(first=self.day)
        found = rows.annotate(first=Min("due_on")).aggregate(
            all=Count("household_id"), were=Count("household_id", filter=were),
            late=Count("household_id", filter=late | (were & Q(due__lt=self.day))),
            pressing=Count("household_id", filter=late | today | (were & Q(due__lte=self.day))),
            were_late=Count("household_id", filter=were & Q(due__lt=self.day)),
            were_pressing=Count("household_id", filter=were & Q(due__lte=self.day)),
        )  # fmt: skip
        if self.on:
            self.totals[DAY] += found["all"] - found["were"]
            return
        self.totals[LATE] += found["late"] - found["were_late"]
        self.totals[TODAY] += found["pressing"] - found["late"] - found["were_pressing"] + found["were_late"]
        self.totals[WEEK] += found["all"] - found["pressing"] - found["were"] + found["were_pressing"]

    # --- lines -------------------------------------------------------------------------------------------------------
    def _put_returned(self, group):
        rows = returned_to(self.work.user, list(self.work.areas))
        if self.work.code:
            rows = rows.filter(household__area_id__in=self.work.user.places_within(self.work.code))
        names = (
            "pk",
            "visited_on",
            *(f"household__{name}" for name in ("head_name", "first_name", "number", "address")),
        )
        names = (*names, "visitor_id", "visitor__name")
        found = rows.values_list(*names)[: self.shown]
        group.entries = [_returned_entry(self.work.user, self.day, *row) for row in found]
        group.total = len(group.entries) if len(group.entries) < self.shown else rows.count()

    def _put_doubted(self, group):
        """Visits about which she was asked something."""
        rows, under = doubted(self.work.user), self.work.user.places_within(self.work.code)
        rows = [(visit, kinds) for visit, kinds in rows if not self.work.code or visit.household.area_id in under]
        group.entries = [_doubted_entry(visit, kinds, self.day) for visit, kinds in rows[: self.shown]]
        group.total = len(rows)

    def _candidates(self):
        """{id: family} of those that are weighed: the longest overdue, the heaviest, those with tasks, promises and
        concerns."""
        most = max(WEIGHED, self.shown + SPARE)
        found = {}
        if self.due:
            # All when there are not many.
            form = bool(self.on), bool(self.work.peace), most if self.due > 3 * most else 0
            rows = self.work.ask(_heaviest, *form, on=self.on, until=self.until, peace=self.work.peace)
            found = _homes_of(rows)
        listed = (pk for pk, tasks in self.tasks.items() if self._wanted(tasks))
        sources = (self.promises, self.rested, self.joined, listed)
        others = [pk for source in sources for pk in list(source)[: 2 * most]]
        if others := [pk for pk in others if pk not in found]:
            found |= _homes_of(self.work.ask(_homes, others=others))
        return found

    def _put_homes(self, found):
        homes = self._candidates()
        tasks = self._tasks_of(list(homes))
        known = door_facts({pk: home["last_visit_on"] for pk, home in homes.items()}, self.day)
        worth, weighed = points(), {key: [] for key in found}
        for pk, home in homes.items():
            mine, promise = tasks.get(pk, ()), self.promises.get(pk)
            due = self._regular(pk, home["next_due_on"], home["area_id"])
            days = [due] if due else []
            if mine:
                days += [task.due for task in self._wanted(mine)]
            if promise:
                days.append(promise[0])
            if pk in self.joined:
                days += [concern.due for concern in self.joined[pk]]
            if not days:
                continue
            first = min(days)
            parts = score_parts(
                worth, late=(self.day - first).days, weight=home["visit_weight"],
                tasks=[(task.kind, task.points) for task in mine], never=home["last_visit_on"] is None,
                missed=known[pk].missed, promised=bool(promise) and promise[0] <= self.day,
            )  # fmt: skip
            weighed[self._key(first)].append((-total(parts), first, pk, parts))
        entries = []
        for key, rows in weighed.items():
            group = found[key]
            group.total += self.totals[key]
            for _, due, pk, parts in nsmallest(self.shown, rows):
                entry = self._entry(homes[pk], due, tasks.get(pk, ()), parts)
                entry.promise, entry.month_visits = known[pk].promise, known[pk].month
                group.entries.append(entry)
                entries.append(entry)
            if key not in (RETURNED, DOUBT):
                group.entries.sort(key=lambda entry: (-entry.score, entry.due))
                del group.entries[self.shown :]
        if not self.doors:
            self._fill(entries)

    def _entry(self, home, due, tasks, parts):
        """The line of one family, its tasks first."""
        pk = home["id"]
        regular = self.work.regular_day(pk, home["next_due_on"])
        reasons = [Reason(task.kind, task.why, task.due, task.latest, points=task.points) for task in tasks]
        if regular is not None and regular <= self.until and self.work.has(home["area_id"]):
            latest = date.fromordinal(regular.toordinal() + home["visit_grace"])
            reasons.append(Reason(REGULAR, rhythm(home["visit_every"]), regular, latest))
        if pk in self.work.peace:
            reasons.append(left_in_peace(self.work.peace[pk][0]))
        elif pk in self.promises:
            on, *_, met = self.promises[pk]
            reasons.append(Reason(PROMISE, again(met), on))
        reasons += [
            Reason(CONCERN, f"诉求“{concern.title}”", concern.due, None, _page("concerns:concern_detail")(concern.pk))
            for concern in self.joined.get(pk, ())
        ]
        called = home["head_name"] or home["first_name"]
        latest = min((reason.latest for reason in reasons if reason.latest), default=None)
        return Entry(
            kind="home", title=called or home["number"], place=home["address"], due=due, url=_page("grids:visit_create")(pk),
            mark=(called or "户")[:1], reasons=reasons, late=(self.day - due).days, latest=latest,
            over=latest is not None and latest < self.day, last_on=home["last_visit_on"], home=home, parts=parts,
            week=due <= self.work.week_end,
        )  # fmt: skip

    def _fill(self, entries):
        """What only the lines shown need."""
        ids = [entry.home["id"] for entry in entries]
        hints, asked = home_hints(ids), open_concerns(self.work.user, ids)
        for entry in entries:
            entry.hint, entry.concerns = hints.get(entry.home["id"], ""), asked.get(entry.home["id"], 0)


# --- what is asked, built once ------------------------------------------------------------------------------------------
def _task_rows(work, on):
    """The tasks of `work`: due on the day `on`, without one those begun."""
    rows = work.tasks(begun=not on)
    return rows.filter(due_on=on) if on else rows


def _due(work, on, until, *, peace):
    """Families whose regular day is `on`, without one those with theirs by `until`; with `peace` without those that are
    left in peace."""
    rows = work.homes()
    if peace:
        rows = rows.exclude(AnyOf("pk", Given("peace")))
    return rows.filter(next_due_on=on) if on else rows.filter(next_due_on__lte=until)


def _on(day_named):
    return given_day("on") if day_named else None


@prepared
def _some_tasks(shape, day_named, most):
    return _tasks(_task_rows(Asked(shape), _on(day_named)).order_by("-weight", "due_on", "pk"))[:most]


@prepared
def _promises(shape, day_named):
    rows = Asked(shape).promises(given_day("until"), since=_on(day_named))
    return rows.values_list("household_id", "next_on", "household__next_due_on", "household__area_id", "met")


@prepared
def _concerns(shape):
    return Asked(shape).concerns(given_day("until")).order_by("due_on", "pk").values_list(
        "pk", "title", "status", "due_on", "handle_by", "area_id", "household_id", "household__area_id",
        "household__next_due_on", "household__address",
    )  # fmt: skip


@prepared
def _due_counts(shape, day_named, peace):
    """One row: late, today, week."""
    work = Asked(shape)
    rows = _due(work, _on(day_named), given_day("until"), peace=peace).order_by()
    return one_row(
        rows, Count("pk", filter=Q(next_due_on__lt=work.day)), Count("pk", filter=Q(next_due_on=work.day)),
        Count("pk", filter=Q(next_due_on__gt=work.day)),
    )  # fmt: skip


@prepared
def _heaviest(shape, day_named, peace, most):
    """Of the families due those that can be among the first of a group, `most` of each kind; 0: all."""
    work = Asked(shape)
    due = _due(work, _on(day_named), given_day("until"), peace=peace)
    if not most:
        return due.values_list(*HOME)
    heavy, wanted = ("-visit_weight", "next_due_on", "pk"), Q()
    late, rest = due.filter(next_due_on__lt=work.day), due.filter(next_due_on__gt=work.day)
    for rows, order in (
        (late, ("next_due_on", "pk")), (late, heavy), (due.filter(next_due_on=work.day), heavy), (rest, heavy)
    ):  # fmt: skip
        wanted |= Q(pk__in=rows.order_by(*order).values("pk")[:most])
    return Household.objects.filter(wanted).values_list(*HOME)


@prepared
def _homes(shape):
    return Asked(shape).reachable().active().filter(AnyOf("pk", Given("others"))).values_list(*HOME)


def _homes_of(rows):
    """{id: {field: value}} of rows with the fields HOME."""
    return {row[0]: dict(zip(HOME, row, strict=True)) for row in rows}


@prepared
def _since():
    month, beginning = given_day("month"), given_day("beginning")
    rows = Visit.objects.kept().filter(
        AnyOf("household_id", Given("ids")),
        visited_on__gte=Least(Coalesce("household__last_visit_on", beginning), month),
    )
    names = ("household_id", "visited_on", "met", "mode", "next_step")
    return rows.order_by("visited_on", "pk").values_list(*names)


@prepared
def _open_concerns(scoped):
    rows = Concern.objects.in_areas(Given("areas") if scoped else None).open().order_by()
    rows = rows.filter(AnyOf("household_id", Given("ids"))).values("household_id")
    return rows.annotate(n=Count("pk")).values_list("household_id", "n")


def _tasks(rows):
    """`rows` (VisitTasks) as tuples for Task."""
    return rows.values_list(
        "household_id", "kind", "why", "due_on", "latest_on", "weight", "household__next_due_on", "household__area_id"
    )


def _by_home(rows):
    found = {}
    for row in rows:
        found.setdefault(row[0], []).append(Task._make(row))
    return found


class Since(NamedTuple):
    """What happened at a door: tries since the last visit that counts at which nobody was met, what was promised last, and
    visits that count this month."""

    missed: int = 0
    promise: str = ""
    month: int = 0


def door_facts(lasts, day):
    """{household id: Since} for `lasts`, {household id: day of the last visit that counts}; one query."""
    month, found = day.replace(day=1), {pk: [0, "", 0] for pk in lasts}
    for pk, on, met, mode, step in _since.rows(ids=lasts, month=month, beginning=BEGINNING):
        known = found[pk]
        known[2] += on >= month and met == Met.MET and mode in FACE_TO_FACE
        if lasts[pk] is None or on >= lasts[pk]:
            known[0] += met != Met.MET
            known[1] = step or known[1]
    return {pk: Since(*known) for pk, known in found.items()}


def family_parts(household, user, day=None):
    """Parts of the score of one family by name, for its own page, where whoever reads it sees its categories too."""
    work, pk = Field(user, day), household.pk
    tasks = list(
        work.tasks().filter(household=pk).order_by("-weight", "due_on").values_list("kind", "weight", "due_on")
    )
    promised = list(work.promises(work.day).filter(household=pk).values_list("next_on", flat=True))
    regular = work.regular_day(pk, household.next_due_on)
    days = [*(due for *_, due in tasks), *promised, *([regular] if regular else [])]
    kinds = kinds_of(hukou_type=household.hukou_type, housing=household.housing, people=household.people)
    rules = fitting(categories_of_household(household), level=household.risk_level, kinds=kinds)
    return score_parts(
        points(), late=(work.day - min(days)).days if days else 0, weight=household.visit_weight,
        tasks=[(kind, weight) for kind, weight, _ in tasks], never=household.last_visit_on is None,
        missed=door_facts({pk: household.last_visit_on}, work.day)[pk].missed, promised=bool(promised),
        named=named_parts(rules, household.visit_weight),
    )  # fmt: skip


def again(met):
    """Why one comes back on the day named at a visit with the answer `met`."""
    return AGAIN.get(met, "约好回访")


def left_in_peace(day):
    """What a family's line says that refused and is left in peace until `day`, whatever else leads there before."""
    return Reason(PROMISE, f"{again(Met.REFUSED)}（{day.month}月{day.day}日再去）", day)


def open_concerns(user, ids):
    """{household id: number} of open concerns that `user` may read; one query."""
    scope = user.scope("concerns.view_concern")
    return dict(_open_concerns.rows(scope is not None, areas=scope, ids=ids))


def _returned_entry(user, day, pk, visited_on, head_name, first_name, number, address, visitor_id, visitor):
    text = f"{visited_on.month}月{visited_on.day}日的走访退回修改"
    text += f"（原走访人 {visitor}）" if visitor_id != user.pk else ""
    return Entry(
        kind="visit", title=head_name or first_name or number, place=address, due=day, mark="改",
        url=_page("grids:visit_detail")(pk),
        reasons=[Reason(RETURNED, text, day)],
    )  # fmt: skip


def _doubted_entry(visit, kinds, day):
    text = f"{visit.visited_on.month}月{visit.visited_on.day}日的走访：{'、'.join(kinds)}"
    return Entry(
        kind="visit", title=visit.household.called or visit.household.number, place=visit.household.address, due=day,
        url=visit.get_absolute_url(), mark="看", reasons=[Reason(DOUBT, text, day)],
    )  # fmt: skip


def _concern_entry(concern, day, week_end):
    return Entry(
        kind="concern", title=concern.title, place=concern.address or "", due=concern.due,
        url=_page("concerns:concern_detail")(concern.pk),
        mark="", reasons=[Reason(CONCERN, f"诉求{Status(concern.status).label}", concern.due)],
        late=(day - concern.due).days, week=concern.due <= week_end,
    )  # fmt: skip


@cache
def _page(name):
    return url_for(name)


def planned_homes(user, *, limit):
    """[(Entry, Household)] of the families on today's list of `user`, the most urgent first, at most `limit`."""
    entries = [entry for group in today_list(user) for entry in group.entries if entry.kind == "home"][:limit]
    homes = Household.objects.visible_to(user, "grids.add_visit").active().for_list()
    found = homes.in_bulk([entry.home["id"] for entry in entries])
    return [(entry, found[entry.home["id"]]) for entry in entries if entry.home["id"] in found]
