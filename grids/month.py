"""The month of a field: how much is due on each day, and how much was done."""

import calendar
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q

from fedhub.core.lookups import AnyOf
from fedhub.core.prepared import Given, prepared
from fedhub.reference import periods
from grids.field import Asked, given_day
from grids.models import Visit


@dataclass
class Day:
    """One square of the calendar."""

    on: date
    inside: bool
    today: bool
    homes: int = 0
    concerns: int = 0
    done: int = 0

    @property
    def words(self):
        """The square for who cannot see it: "11月5日，3 户要走访，1 件诉求"."""
        parts = [f"{self.on.month}月{self.on.day}日"]
        parts += [f"{self.homes} 户要走访"] if self.homes else []
        parts += [f"{self.concerns} 件诉求"] if self.concerns else []
        parts += [f"走访了 {self.done} 次"] if self.done else []
        return "，".join(parts if len(parts) > 1 else [*parts, "没有安排"])


def month_of(text, day):
    """The first day of the month that "2026-11" says, else of the month of `day`: also for one that has no neighbours."""
    return periods.month_of(text) or day.replace(day=1)


def month_weeks(work, first):
    """Weeks (lists of seven Days, Monday first) of the month that begins on `first`: families due (regular days, tasks,
    promises; each family once a day), own concerns due, and the visits that `work.user` made."""
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    homes = _homes(work, first, last)
    days = [min(handle_by or due_on, due_on) for due_on, handle_by in work.ask(_concern_days, until=last)]
    concerns = Counter(on for on in days if on >= first)
    done = Counter(on for _, on in work.ask(_made, first=first, last=last))
    return [
        [
            Day(on, first <= on <= last, on == work.day, homes[on], concerns[on], done[on]) for on in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]  # fmt: skip


def _homes(work, first, last):
    """{day: families}, each family once a day whatever waits there. One left in peace stands on the day it agreed to."""
    form, peace = bool(work.peace), work.peace
    found = Counter(dict(work.ask(_regular_days, form, first=first, last=last, peace=peace)))
    found.update(dict(work.ask(_task_days, form, first=first, last=last, peace=peace)))
    for on, pk, regular in work.ask(_promised_days, first=first, last=last):
        found[on] += on != regular or pk in peace
    return found


# --- what is asked, built once ------------------------------------------------------------------------------------------
FIRST, LAST = given_day("first"), given_day("last")


@prepared
def _concern_days(shape):
    return Asked(shape).concerns(given_day("until")).order_by().values_list("due_on", "handle_by")


@prepared
def _made(shape):
    """Visits of the user that count, with their days."""
    work = Asked(shape)
    rows = Visit.objects.in_areas(work.reach).counting().filter(visited_on__gte=FIRST, visited_on__lte=LAST)
    rows = rows.order_by().values_list("pk", "visited_on")
    return rows.filter(visitor_id=work.user).union(rows.filter(partner_id=work.user))


@prepared
def _regular_days(shape, peace):
    due = Asked(shape).homes()
    due = due.exclude(AnyOf("pk", Given("peace"))) if peace else due
    due = due.filter(next_due_on__gte=FIRST, next_due_on__lte=LAST).order_by()
    return due.values("next_due_on").annotate(n=Count("pk")).values_list("next_due_on", "n")


@prepared
def _task_days(shape, peace):
    """Families with a task on a day that is not their regular one."""
    work = Asked(shape)
    inside = Q(household__next_due_on=F("due_on"))
    if work.ids is not None:
        inside &= work.is_mine("household__area_id")
    if peace:
        inside &= ~Q(AnyOf("household_id", Given("peace")))
    alone = work.tasks(begun=False).filter(due_on__gte=FIRST, due_on__lte=LAST).exclude(inside).order_by()
    return alone.values("due_on").annotate(n=Count("household", distinct=True)).values_list("due_on", "n")


@prepared
def _promised_days(shape):
    """Promised days with the regular one, of families without a task on that day."""
    work = Asked(shape)
    same = work.tasks(begun=False).filter(household=OuterRef("household"), due_on=OuterRef("next_on"))
    promised = work.promises(LAST, since=FIRST).filter(~Exists(same))
    return promised.values_list("next_on", "household_id", "household__next_due_on")


def neighbours(first):
    """The months before and after the one that begins on `first`, as "2026-10", "2026-12"."""
    return f"{first - timedelta(days=1):%Y-%m}", f"{first + timedelta(days=31):%Y-%m}"
