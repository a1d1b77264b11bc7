"""The seven fields by month and by grid, small counts hidden (ADR 9).

Every table that can be asked for is cut from the same blocks: one community (as far as the reader's scope goes), one field,
one calendar year, months by grids with their sums. What is hidden is decided for the block, never for the page.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from concerns.tally import tally
from fedhub.areas.enums import CODE_LENGTH, AreaKind, AreaStatus
from fedhub.core.suppress import hide
from fedhub.reference.lookup import labels, rule
from fedhub.reference.periods import months_from

PERMISSION = "concerns.view_concern"
COMMUNITY, GRID = CODE_LENGTH[AreaKind.COMMUNITY], CODE_LENGTH[AreaKind.GRID]
STEPS = 5
# What lies in no grid has the community itself as its column.
UNPLACED = "没分到网格"


@dataclass(frozen=True)
class Cell:
    """One count and the address of its list; both empty where it is hidden. `step` (0 to 5) is its colour."""

    count: int | None = None
    step: int = 0
    url: str = ""


@dataclass(frozen=True)
class Table:
    """Heads of the columns, and rows of (label, cells, sum of what is shown); `sums` is that of each column."""

    heads: list
    rows: list
    sums: list
    hides: bool


def communities(user):
    """`{code: name}` of the communities in which `user` sees concerns, by code."""
    found = {}
    for place in _places(user):
        found.setdefault(place.code[:COMMUNITY], place.name)
    return found


def _places(user):
    """Places of the scope from the community down, the community before its grids."""
    ids = user.scope(PERMISSION)
    return [
        place for pk, place in user.places.items() if len(place.code) >= COMMUNITY and (ids is None or pk in ids)
    ]  # fmt: skip


class Heat:
    """The blocks of one community, for `user`, over the calendar years of `months` (first days, in order)."""

    def __init__(self, user, community, months, today=None):
        self.today = today or timezone.localdate()
        self.months, self.community = months, community
        self.several = len(communities(user)) > 1
        self.topics = labels("survey_topic")
        self.columns = self._columns_of(user, community)
        years = range(months[0].year, months[-1].year + 1)
        found = tally(self._column_of, self.topics, [m for year in years for m in self.months_of(year)])
        self.counts = {}
        for (area, topic, month), n in found.items():
            key = (topic, month, self._column_of[area])
            self.counts[key] = self.counts.get(key, 0) + n
        self.shown = {}
        for year in years:
            self._decide(year)

    def _columns_of(self, user, community):
        """`{code: (id, name)}` of the columns; notes which place counts for which."""
        ids = user.scope(PERMISSION)
        own = {
            pk: place for pk, place in user.places.items()
            if place.code.startswith(community) and len(place.code) >= COMMUNITY and (ids is None or pk in ids)
        }  # fmt: skip
        self._column_of = {pk: place.code[:GRID] for pk, place in own.items()}
        heads = {place.code: (pk, place) for pk, place in own.items() if len(place.code) <= GRID}
        return {
            code: (pk, UNPLACED if len(code) == COMMUNITY else place.name, place.status == AreaStatus.ACTIVE)
            for code, (pk, place) in sorted(heads.items(), key=lambda item: (len(item[0]) == COMMUNITY, item[0]))
        }

    def months_of(self, year):
        """Months of a year that have begun."""
        return months_from(date(year, 1, 1), min(date(year, 12, 1), self.today))

    def _decide(self, year):
        """Note the counts of a year that are shown: `(topic, month or year, column or "")`.

        Months before the first concern and grids without any take no part: everybody may know that they are empty, so
        they could cover nothing.
        """
        months, least = self.months_of(year), rule("small_number")
        used = {(month, column) for _, month, column in self.counts if month.year == year}
        first = min((month for month, _ in used), default=None)
        months = [month for month in months if first and month >= first]
        columns = [code for code in self.columns if any((month, code) in used for month in months)]
        for topic in self.topics:
            block = [[self.counts.get((topic, month, code), 0) for code in columns] for month in months]
            hidden = hide(block, least)
            for row, month in enumerate(months):
                for column, code in enumerate(columns):
                    if not hidden.cells[row][column]:
                        self.shown[topic, month, code] = block[row][column]
                if not hidden.rows[row]:
                    self.shown[topic, month, ""] = sum(block[row])
            for column, code in enumerate(columns):
                if not hidden.columns[column]:
                    self.shown[topic, year, code] = sum(line[column] for line in block)
            if not hidden.all:
                self.shown[topic, year, ""] = sum(map(sum, block))

    def by_month(self, column=""):
        """Table of fields by the months asked for: of the whole community, or of one column."""
        heads = [
            f"{month:%y}年\n{month.month}月" if month.month == 1 or month == self.months[0] else f"{month.month}月"
            for month in self.months
        ]
        return self._table(heads, [(month, column) for month in self.months])

    def by_grid(self, when):
        """Table of fields by grids in a month (first day) or a year (number); the last column is the whole community."""
        codes = [
            code for code, (_, _, active) in self.columns.items()
            if active or any((topic, when, code) in self.shown for topic in self.topics)
        ]  # fmt: skip
        heads = [self.columns[code][1] for code in codes]
        return self._table([*heads, "全社区"], [(when, code) for code in [*codes, ""]], sums_rows=False)

    def _table(self, heads, keys, *, sums_rows=True):
        found = [[self.shown.get((topic, *key)) for key in keys] for topic in self.topics]
        # Beside its parts a whole would take all the colour.
        parts = [k for k, (_, column) in enumerate(keys) if column or sums_rows]
        top = max((line[k] for line in found for k in parts if line[k]), default=1)
        rows = []
        for (topic, label), line in zip(self.topics.items(), found, strict=True):
            cells = [
                Cell() if n is None else Cell(n, 1 + (STEPS - 1) * n // top if k in parts else 0, self._url(topic, *key))
                for k, (n, key) in enumerate(zip(line, keys, strict=True))
            ]  # fmt: skip
            rows.append((label, cells, sum(n or 0 for n in line) if sums_rows else None))
        sums = [sum(line[k] or 0 for line in found) for k in range(len(keys))]
        return Table(heads, rows, sums, any(n is None for line in found for n in line))

    def _url(self, topic, when, column):
        query = {"topic": topic}
        if isinstance(when, int):
            query |= {"since": f"{when}-01", "until": f"{when}-12"}
        else:
            query["month"] = f"{when:%Y-%m}"
        if column or self.community in self.columns:
            query["grid"] = self.columns[column or self.community][0]
        elif self.several:
            return ""  # no one place of the scope holds just these
        if len(column) == COMMUNITY:
            query["unplaced"] = "on"
        return f"{reverse('concerns:concern_list')}?{urlencode(query)}"
