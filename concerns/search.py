"""Concerns by their number, or by a word of title and place.

No index finds a word in the middle of a text. So that a search costs the same among a thousand concerns and among a
million, a word is looked for in the LATEST ones that the other filters leave, and the page says how far it went back
(docs/performance.md, ADR 0010).
"""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from concerns.models import Concern
from fedhub.core.lookups import AnyOf
from fedhub.core.paging import COUNT_CAP

LATEST = 3_000
YEARS_BACK = 10
_NUMBER = re.compile(r"(?:(\d{4})-)?(\d{1,6})")


@dataclass
class Found:
    """Hits as the queryset `rows`; `total` of them (None: not counted); `since`: the day up to which words were looked
    for (None: in all). Of more than COUNT_CAP hits only the newest COUNT_CAP + 1 are in it."""

    rows: object
    total: int | None = None
    since: date | None = None

    @property
    def many(self):
        """True when hits were left out."""
        return self.total is not None and self.total > COUNT_CAP


def numbers_named(text):
    """Numbers of concerns that `text` may mean: "2026-12" is one, "12" the twelfth of each of the last years."""
    said = _NUMBER.fullmatch(text)
    if not said:
        return []
    this = timezone.localdate().year
    years = [said[1]] if said[1] else range(this, this - YEARS_BACK, -1)
    return [f"SQ{year}-{int(said[2]):04d}" for year in years]


def search(concerns, text, newest):
    """Found among `concerns` for the typed `text`; `newest`: the field by which they are new. At most three queries."""
    text = text.strip()
    number = text.upper()
    if number.startswith("SQ"):
        return Found(concerns.filter(number__gte=number, number__lt=f"{number}~"))
    order = (f"-{newest}", "-pk")
    keys, named = (), numbers_named(text)
    if named:
        keys = list(concerns.filter(AnyOf("number", named)).order_by().values_list("pk", flat=True))
    edge = concerns.order_by(*order).values_list(newest, flat=True)[LATEST : LATEST + 1].first()
    looked = concerns if edge is None else concerns.filter(**{f"{newest}__gte": edge})
    hits = looked.filter(Q(title__contains=text) | Q(place__contains=text)).order_by(*order)
    hits = list(hits.values_list("pk", flat=True)[: COUNT_CAP + 1])
    keys = {*keys, *hits}
    return Found(Concern.objects.filter(AnyOf("id", keys)), len(keys), _day(edge))


def _day(moment):
    """The local day of a moment or day, None of None."""
    return timezone.localdate(moment) if hasattr(moment, "hour") else moment
