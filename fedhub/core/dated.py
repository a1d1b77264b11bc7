"""Rows that hold from a day to a day and may be taken away in the middle of one: grants and duties."""

from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone


def held_on(day=None):
    """Q for rows (valid_from, valid_to, ended_at) that hold on `day` (default now).

    `ended_at` is the moment somebody took the row away: from then on it holds no more, whatever its last day says. On
    a day gone by it held when it was not taken away before that day began.
    """
    day = day or timezone.localdate()
    return held_at(day, edge_of(day))


def edge_of(day):
    """The moment after which a row must have been taken away to hold on `day`: now, or the beginning of a day gone by."""
    past = day < timezone.localdate()
    return timezone.make_aware(datetime.combine(day, time())) if past else timezone.now()


def held_at(day, edge):
    """As held_on, with the moment `edge` (edge_of) said by the caller; both may be Given (core.prepared)."""
    return (
        Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day)) & (Q(ended_at=None) | Q(ended_at__gt=edge))
    )


def take_away(row, day):
    """Let `row` hold no more from `day` on (not saved): its last day is the one before, and never before its first.

    A row that began on `day` or later keeps its first day, so that no earlier day seems to have been held; the moment
    of ending says how far it went. Returns the names of the fields that changed.
    """
    last = max(day - timedelta(days=1), row.valid_from)
    row.valid_to = last if row.valid_to is None else min(last, row.valid_to)
    if day <= timezone.localdate() or row.valid_from >= day:
        row.ended_at = timezone.now()
    return ["valid_to", "ended_at"]
