"""Working days and deadlines, with days off and make-up days (调休) from the holiday table.

For a year without entries only Saturdays and Sundays are days off (handbook 13.1); `has_year` tells which years are
known, so that pages can ask for the import.
"""

from calendar import monthrange
from datetime import date, timedelta

from fedhub.reference.enums import DayKind, RuleUnit
from fedhub.reference.lookup import rule, rule_unit, special_days

_SATURDAY = 5


def is_working_day(day):
    """True when offices work on `day` (date)."""
    return _works(day, special_days())


def _works(day, special):
    kind = special.get(day)
    return kind == DayKind.WORKDAY if kind else day.weekday() < _SATURDAY


def add_working_days(start, count):
    """The `count`-th working day after `start`; the start itself does not count (民法典 art. 201). 0 gives `start`."""
    day, special = start, special_days()
    while count > 0:
        day += timedelta(days=1)
        count -= _works(day, special)
    return day


def working_days_between(start, end):
    """How many working days lie after `start` up to and with `end`; 0 when `end` is not later."""
    special = special_days()
    return sum(_works(start + timedelta(days=n), special) for n in range(1, (end - start).days + 1))


def add_months(start, count):
    """The same day `count` months later, or the last day of a shorter month (民法典 art. 202)."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def due_date(start, days, *, working=False):
    """Last day of a deadline of `days` after `start`: calendar days, or working days."""
    return add_working_days(start, days) if working else start + timedelta(days=days)


def due_by(start, key):
    """Last day of the deadline that rule `key` sets, counted in the rule's own unit (day to year).

    Raises ValueError for rules that are no deadline in days.
    """
    count = rule(key)
    match rule_unit(key):
        case RuleUnit.DAY:
            return due_date(start, count)
        case RuleUnit.WORKING_DAY:
            return due_date(start, count, working=True)
        case RuleUnit.MONTH:
            return add_months(start, count)
        case RuleUnit.YEAR:
            return add_months(start, 12 * count)
    raise ValueError(f"rule {key} is no deadline in days")


def has_year(year):
    """True when the holiday table knows `year`."""
    return any(day.year == year for day in special_days())
