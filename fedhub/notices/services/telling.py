"""Telling many of one record, a slice at a time: the request only notes that there is something to tell.

The record keeps how far it came in its field `telling`: the key of the last row that was told, 0 before the first, None when
nobody is left. Every slice is a transaction of its own, so that work that was killed goes on where it stood; that nobody is
told twice is `outbox.notify`'s.
"""

from time import monotonic

from django.db import transaction

SLICE = 100
# What one minute may take; the rest comes in the next one.
SECONDS = 20


def tell_on(owners, audience, send):
    """Tell of each of `owners` (QuerySet of records with `telling`). `audience(owner)`: the QuerySet of its rows; `send(owner,
    row)` queues the message of one. Returns how many rows were gone through."""
    until, told = monotonic() + SECONDS, 0
    for pk in list(owners.exclude(telling=None).order_by("pk").values_list("pk", flat=True)):
        while monotonic() < until and (number := _slice(owners, pk, audience, send)):
            told += number
    return told


@transaction.atomic
def _slice(owners, pk, audience, send):
    """The next slice of one owner; 0 when nobody was left."""
    owner = owners.select_for_update(of=("self",)).filter(pk=pk).exclude(telling=None).first()
    if owner is None:
        return 0
    rows = list(audience(owner).filter(pk__gt=owner.telling).order_by("pk")[:SLICE])
    for row in rows:
        send(owner, row)
    last = rows[-1].pk if len(rows) == SLICE else None
    type(owner).objects.filter(pk=pk).update(telling=last)
    return len(rows)
