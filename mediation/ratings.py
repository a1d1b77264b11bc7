"""What parties say together: whole years of finished months, and only where enough of them spoke (ADR 25)."""

from collections import defaultdict
from dataclasses import dataclass, field

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


def _year(area, year, ratings, least):
    number = len(ratings)
    if number < least:
        return Year(area.name, year, number, shown=False)
    good = sum(one.score >= Score.GOOD for one in ratings)
    return Year(
        area.name, year, number, True, mean=f"{sum(one.score for one in ratings) / number:.1f}",
        satisfied=f"{100 * good / number:.0f}%", words=[one.words for one in ratings if one.words],
    )  # fmt: skip
