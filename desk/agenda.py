"""The month of the shared calendar."""

import calendar
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from fedhub.core.agenda import happenings
from fedhub.notices.words import case_words


@dataclass(frozen=True)
class Day:
    """One square: `found` are the Happenings that begin on it."""

    on: date
    inside: bool
    today: bool
    found: list


def neutral(one):
    """A Happening as a telephone that lies open may show it: a title with words that are written to nobody is left out."""
    return replace(one, title="社区安排") if case_words(one.title) else one


def moment_of(day):
    """The first moment of a day here."""
    return timezone.make_aware(datetime.combine(day, time()))


def month_weeks(user, first, key=""):
    """`(weeks, days)` of the month that begins on `first`: weeks as lists of seven Days, Monday first, and the Days of the month
    on which something happens."""
    after = (first + timedelta(days=31)).replace(day=1)
    found, today = defaultdict(list), timezone.localdate()
    for one in happenings(user, moment_of(first), moment_of(after), key):
        found[timezone.localdate(one.starts_at)].append(one)
    weeks = [
        [Day(on, on.month == first.month, on == today, found[on]) for on in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    return weeks, [day for week in weeks for day in week if day.inside and day.found]
