"""What is counted of concerns, in one place: the figures page, and the list that each figure opens, ask the same.

The base of every figure are the concerns raised in the period, as they stand today; only "ended" counts those closed in
the period, whenever they were raised.
"""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import accumulate

from django.db.models import Count, Q, Sum, Value
from django.utils import timezone

from concerns.enums import Outcome, Status
from fedhub.core.lookups import EndOf, LocalDay
from fedhub.reference.calendar import is_working_day
from fedhub.reference.periods import month_after

_CLOSED = Q(status=Status.CLOSED)
_DONE_WELL = Q(outcome__in=[Outcome.ON_SPOT, Outcome.SOLVED])
_IMPOSSIBLE = Q(outcome=Outcome.NOT_POSSIBLE)
RAISED, ENDED = "raised", "ended"


@dataclass(frozen=True)
class Figure:
    """A count: its name, and what it means in the words of the trade."""

    key: str
    label: str
    words: str


FIGURES = {
    figure.key: figure
    for figure in (
        Figure(RAISED, "收到", "提出日期在这段时间里的诉求，并案的每件都算。"),
        Figure("closed", "已办结", "收到的里面，到今天已经办结的。"),
        Figure("solved", "办结：已解决", "结果是“已解决”或“当场办结”的。"),
        Figure("impossible", "办结：无法办理", "结果是“无法办理”、已经向本人说明的。"),
        Figure("elsewhere", "办结：转出、上报、撤回", "结果是“已转其他单位”“已报上级”“本人撤回”的。"),
        Figure("open", "没办结", "收到的里面，到今天没有办结的。"),
        Figure("on_time", "按时办结", "办结那天不晚于办结期限；停表、批准的延期已经算进期限。"),
        Figure("late", "超期", "办结晚于期限的，和没办结又没停表、期限已过的。"),
        Figure("heard", "已首次答复", "告诉过本人进展或答复的；重新办理过的不算。"),
        Figure("rated", "已评价", "本人打过分的，一到五分，按最近一次。"),
        Figure("reopened", "重新办理过", "评价低或本人不认可，重新办理过的。"),
        Figure(ENDED, "本期办结", "办结日期在这段时间里的，不管什么时候提出的。"),
    )
}


def condition(key, today=None):
    """Q of the figure `key` among concerns of a period."""
    today = today or timezone.localdate()
    end = EndOf("due_on")
    match key:
        case "closed":
            return _CLOSED
        case "solved":
            return _CLOSED & _DONE_WELL
        case "impossible":
            return _CLOSED & _IMPOSSIBLE
        case "elsewhere":
            return _CLOSED & ~_DONE_WELL & ~_IMPOSSIBLE
        case "open":
            return ~_CLOSED
        case "on_time":
            return _CLOSED & Q(closed_at__lt=end)
        case "late":
            return _CLOSED & Q(closed_at__gte=end) | ~_CLOSED & Q(paused_on=None, due_on__lt=today)
        case "heard":
            return Q(first_answered_at__isnull=False, reopened=0)
        case "rated":
            return Q(score__isnull=False)
        case "reopened":
            return Q(reopened__gt=0)
    return Q()


def _moment(day):
    return datetime.combine(day, time(), timezone.get_current_timezone())


def raised_in(concerns, since, until):
    """Those raised from the month of `since` to that of `until` (first days; None: no limit)."""
    if since:
        concerns = concerns.filter(raised_on__gte=since)
    return concerns.filter(raised_on__lt=month_after(until)) if until else concerns


def closed_in(concerns, since, until):
    """Those closed from the month of `since` to that of `until` (what has a moment of closing is closed)."""
    concerns = concerns.filter(closed_at__isnull=False)
    if since:
        concerns = concerns.filter(closed_at__gte=_moment(since))
    return concerns.filter(closed_at__lt=_moment(month_after(until))) if until else concerns


def counted(concerns, key, since, until):
    """The concerns that the figure `key` counts in a period: what its list shows."""
    if key == ENDED:
        return closed_in(concerns, since, until)
    return raised_in(concerns, since, until).filter(condition(key))


# --- the page -----------------------------------------------------------------------------------------------------
class WorkingDays:
    """Working days between two days, from one walk over the calendar between the first and the last."""

    def __init__(self, first, last):
        self.first, self.sums = first.toordinal(), [0]
        for n in range(self.first + 1, last.toordinal() + 1):
            self.sums.append(self.sums[-1] + is_working_day(date.fromordinal(n)))

    def between(self, start, end):
        """How many lie after `start` up to and with `end`; 0 when `end` is not later."""
        return max(0, self.sums[max(0, end.toordinal() - self.first)] - self.sums[start.toordinal() - self.first])


def mean(days):
    """Average of a Counter of days, one decimal; None of nothing."""
    total = sum(days.values())
    return round(sum(day * n for day, n in days.items()) / total, 1) if total else None


def median(days):
    """Median of a Counter of days; None of nothing."""
    ordered, total = sorted(days.items()), sum(days.values())
    if not total:
        return None

    ends = list(accumulate(n for _, n in ordered))
    middle = [ordered[bisect_right(ends, place)][0] for place in ((total - 1) // 2, total // 2)]
    return sum(middle) / 2


def share(part, whole):
    """Per cent with one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


class Line:
    """All figures of one group: counts by key, days as Counters, sum of scores."""

    def __init__(self):
        self.counts, self.first_days, self.close_days, self.scores = Counter(), Counter(), Counter(), 0

    def add(self, other):
        """Take the figures of another group in."""
        self.counts += other.counts
        self.first_days += other.first_days
        self.close_days += other.close_days
        self.scores += other.scores

    @property
    def closing_rate(self):
        return share(self.counts["closed"], self.counts[RAISED])

    @property
    def on_time_rate(self):
        return share(self.counts["on_time"], self.counts["on_time"] + self.counts["late"])

    @property
    def satisfaction(self):
        return round(self.scores / self.counts["rated"], 2) if self.counts["rated"] else None

    @property
    def days(self):
        """(mean, median) of working days to the first answer, and to the closing."""
        return mean(self.first_days), median(self.first_days), mean(self.close_days), median(self.close_days)


WHOLE = "whole"


def lines(concerns, since, until, group=WHOLE, today=None):
    """`{value of the field group: Line}` of `concerns` in a period (first days of its first and last month); without a
    group one Line of all, which takes half the time."""
    today = today or timezone.localdate()
    found = {}
    if group == WHOLE:
        concerns = concerns.annotate(**{WHOLE: Value("")})
    base = raised_in(concerns, since, until).order_by()
    asked = {
        f"n_{key}": Count("id", filter=condition(key, today)) for key in FIGURES if key not in (RAISED, ENDED)
    }  # fmt: skip
    for row in base.values(group).annotate(n_raised=Count("id"), scores=Sum("score"), **asked):
        line = found.setdefault(row[group], Line())
        line.counts.update({name[2:]: n for name, n in row.items() if name.startswith("n_")})
        line.scores += row["scores"] or 0
    for row in closed_in(concerns, since, until).order_by().values(group).annotate(ended=Count("id")):
        found.setdefault(row[group], Line()).counts[ENDED] += row["ended"]
    calendar = WorkingDays(since, max(today, month_after(until)))
    for key, name, day in (("heard", "first_days", "first_answered_at"), ("closed", "close_days", "closed_at")):
        spans = base.filter(condition(key, today)).annotate(day=LocalDay(day))
        for value, raised, end, n in spans.values_list(group, "raised_on", "day").annotate(n=Count("id")):
            getattr(found[value], name)[calendar.between(raised, end)] += n
    return found


def total(groups):
    """One Line of all groups."""
    found = Line()
    for line in groups:
        found.add(line)
    return found
