"""The period and the places that figures of job support are counted in."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from fedhub.core.lookups import Unseen
from fedhub.reference.periods import month_after, start_of

# In so few places (grids) those who live there are looked through, not all of the period.
FEW = 5


@dataclass(frozen=True)
class Source:
    """What a list shows: its model, the day its rows are counted on, the way to the place, the right to see them."""

    model: type
    day: str
    place: str
    permission: str
    is_moment: bool = False


@dataclass(frozen=True)
class Frame:
    """What is counted: from the month of `since` to that of `until` (first days; None: no limit), in the places `within` (ids;
    None: all). `few`: of so few places that their people are sooner looked through than all of the period."""

    since: date | None = None
    until: date | None = None
    within: tuple | None = None
    few: bool = False

    def of(self, rows, source):
        """Those of `rows` of a Source that lie in it."""
        return self.in_place(self.in_period(rows, source), source)

    def in_period(self, rows, source):
        if not source.day:
            return rows
        bound = start_of if source.is_moment else (lambda day: day)
        field = Unseen(source.day) if self.few and "resident" in source.place else F(source.day)
        if self.since:
            rows = rows.filter(GreaterThanOrEqual(field, bound(self.since)))
        return rows.filter(LessThan(field, bound(month_after(self.until)))) if self.until else rows

    def in_place(self, rows, source):
        """A sign-up of somebody whom nobody knows lies at its event."""
        if self.within is None:
            return rows
        if source.place != "signup":
            return rows.filter(**{f"{source.place}_id__in": self.within})
        here, event = Q(signup__resident__area_id__in=self.within), Q(signup__event__area_id__in=self.within)
        return rows.filter(here | Q(signup__resident=None) & event)


def frame_for(user, permission, since, until, code=""):
    """The Frame of these months and the place of `code` ('' for all), for `user` who sees rows by `permission`."""
    within, seen = tuple(user.places_within(code)) if code else None, user.scope(permission)
    least = min((len(ids) for ids in (within, seen) if ids is not None), default=None)
    return Frame(since, until, within, least is not None and least <= FEW)
