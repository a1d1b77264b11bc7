"""What parties say together: by year, and new ratings only when enough of them have gathered (ADR 25).

Whoever looks every month sees the page change by as many ratings at least as must stand together, never by one.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby

from mediation.enums import Score
from mediation.models import OwnRating


@dataclass
class Year:
    """One community in one year; without `shown` its numbers are hidden."""

    area: str
    year: int
    number: int
    shown: bool
    mean: str = ""
    satisfied: str = ""
    words: list = field(default_factory=list)


def yearly(scope, least, today):
    """`[Year]` of the communities inside `scope` (as user.scope gives it), the newest first; this month waits for the next."""
    rows = OwnRating.objects.in_areas(scope).filter(month__lt=today.replace(day=1))
    by_year = defaultdict(list)
    # By random keys: the order says nothing of when it was said.
    for one in rows.select_related("area").order_by("pk"):
        by_year[one.area, one.month.year].append(one)
    found = [_year(area, year, ratings, least) for (area, year), ratings in by_year.items()]
    return sorted(found, key=lambda one: (-one.year, one.area))


def released(ratings, least):
    """Of the OwnRatings of one year those up to the last month with which `least` had gathered since the month before that closed
    such a block. The order stays that of `ratings`."""
    until, waiting = None, 0
    for month, group in groupby(sorted(one.month for one in ratings)):
        waiting += len(list(group))
        if waiting >= least:
            until, waiting = month, 0
    return [one for one in ratings if until and one.month <= until]


def _year(area, year, ratings, least):
    ratings = released(ratings, least)
    number = len(ratings)
    if not ratings:
        return Year(area.name, year, number, shown=False)
    good = sum(one.score >= Score.GOOD for one in ratings)
    return Year(
        area.name, year, number, True, mean=f"{sum(one.score for one in ratings) / number:.1f}",
        satisfied=f"{100 * good / number:.0f}%", words=[one.words for one in ratings if one.words],
    )  # fmt: skip
