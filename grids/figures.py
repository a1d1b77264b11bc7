"""What is counted of visits (handbook 2.6): the figures page, and the list that each figure opens, ask the same."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import TruncMonth

from fedhub.reference.periods import month_after
from grids.enums import FACE_TO_FACE, Met, VisitMode
from households import visiting

KEPT = "kept"
COUNTING = Q(met=Met.MET, mode__in=FACE_TO_FACE)
CONDITIONS = {
    "counting": COUNTING,
    "contact": Q(met=Met.MET) & ~Q(mode__in=FACE_TO_FACE),
    "unmet": ~Q(met=Met.MET),
    "both": COUNTING & Q(partner__isnull=False),
    "rated": Q(satisfaction__isnull=False),
}


@dataclass(frozen=True)
class Figure:
    """A count of visits: its name, and what it means in the words of the trade."""

    key: str
    label: str
    words: str


_REMOTE = "、".join(mode.label for mode in VisitMode if mode not in FACE_TO_FACE)
FIGURES = {
    figure.key: figure
    for figure in (
        Figure(KEPT, "走访记录", "走访日期在这段时间里的记录，作废的不算。"),
        Figure("counting", "见到人的走访", "当面见到人的：入户、社区接待、公共场所。只有这样的走访算完成。"),
        Figure("contact", "远程联系", f"见到（联系上）了人，但不是当面的：{_REMOTE}。"),
        Figure("unmet", "没见到人", "没人在家、不愿见、已搬走等，不算完成。"),
        Figure("both", "两人同访", "见到人的走访里，有同访人的。"),
        Figure("rated", "问过满意度", "记下了满意度的走访。"),
    )
}


HOMES = "homes"
# What a list of visits can be asked for; the figure of families once each is one of duty records.
OF_LISTS = FIGURES | {HOMES: Figure(HOMES, "走访家庭", "见到人的走访里有多少户，一户只算一次。")}


def between(visits, since, until):
    """Kept visits from the month of `since` to that of `until` (first days; None: no limit)."""
    visits = visits.kept()
    if since:
        visits = visits.filter(visited_on__gte=since)
    return visits.filter(visited_on__lt=month_after(until)) if until else visits


def counted(visits, key, since, until):
    """The visits that the figure `key` counts in a period: what its list shows; of each family the last for HOMES."""
    rows = between(visits, since, until)
    if key != HOMES:
        return rows.filter(CONDITIONS.get(key, Q()))
    rows = rows.filter(COUNTING)
    return rows.filter(pk__in=rows.order_by().values("household").annotate(last=Max("pk")).values("last"))


class Line:
    """The figures of one group: counts by key, reasons of not meeting by code, sum of scores."""

    def __init__(self):
        self.counts, self.reasons, self.scores = Counter(), Counter(), 0

    def add(self, other):
        """Take the figures of another group in."""
        self.counts += other.counts
        self.reasons += other.reasons
        self.scores += other.scores

    @property
    def satisfaction(self):
        return round(self.scores / self.counts["rated"], 2) if self.counts["rated"] else None

    @property
    def coverage(self):
        """走访覆盖率 in per cent, one decimal; None when nothing was due."""
        return round(100 * self.counts["covered"] / self.counts["due"], 1) if self.counts["due"] else None


def visit_lines(visits, since, until, *groups):
    """`{value: Line}` of kept visits by the first of `groups` (names of fields); a further group adds to the same values
    (the visitor and who went along). Without a group the one Line of key None. One query a group."""
    base = between(visits, since, until).order_by()
    asked = {f"n_{key}": Count("id", filter=q) for key, q in CONDITIONS.items()}
    asked |= {f"m_{met}": Count("id", filter=Q(met=met)) for met in Met.values if met != Met.MET}
    asked |= {"n_kept": Count("id"), "scores": Sum("satisfaction")}
    found = {}
    for group in groups or (None,):
        rows = base.filter(**{f"{group}__isnull": False}).values(group) if group else [base.aggregate(**asked)]
        for row in rows.annotate(**asked) if group else rows:
            line = Line()
            line.counts.update({name[2:]: n for name, n in row.items() if name.startswith("n_")})
            line.reasons.update({name[2:]: n for name, n in row.items() if name.startswith("m_") and n})
            line.scores = row["scores"] or 0
            found.setdefault(row[group] if group else None, Line()).add(line)
    return found


def home_lines(homes, since, until, *, group=None):
    """`{value of the field group: Line}` of families by the figures of households.visiting; without a group the one Line
    of key None. One query and one for the rhythms in use."""
    asked = {
        f"n_{key}": Count("pk", filter=visiting.condition(key, homes, since, until))
        for key in ("visited", "found", "risky")
    }  # fmt: skip
    due = visiting.condition("due", homes, since, until)
    asked |= {"n_due": Count("pk", filter=due), "n_homes": Count("pk"),
              "n_covered": Count("pk", filter=due & visiting.condition("visited", homes, since, until))}  # fmt: skip
    rows = homes.order_by().values(group).annotate(**asked) if group else [homes.aggregate(**asked)]
    found = {}
    for row in rows:
        line = Line()
        line.counts.update({name[2:]: n for name, n in row.items() if name.startswith("n_")})
        line.counts["missed"] = line.counts["due"] - line.counts["covered"]
        found[row[group] if group else None] = line
    return found


def month_lines(visits, since, until):
    """`[(first day of the month, Line)]` of the months from `since` to `until` that have visits."""
    rows = visits.annotate(in_month=TruncMonth("visited_on"))
    return sorted(visit_lines(rows, since, until, "in_month").items())


def total(lines):
    """One Line of all `lines`."""
    found = Line()
    for line in lines:
        found.add(line)
    return found
