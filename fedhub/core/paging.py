"""Keyset pages: as fast in the middle of a million rows as on the first page."""

import time
from dataclasses import dataclass
from datetime import date, datetime

from django.core import signing
from django.db.models import Q

COUNT_CAP = 1000
_SALT = "fedhub.page"


@dataclass
class Page:
    """One page of a list: `rows`, links to the neighbours, and the total, capped unless it is `exact`."""

    rows: list
    next_cursor: str = ""
    previous_cursor: str = ""
    total: int | None = None
    unit: str = "条"
    next_url: str = ""
    previous_url: str = ""
    exact: bool = False

    @property
    def shown(self):
        """How many rows are on this page."""
        return len(self.rows)

    @property
    def total_text(self):
        """ "共 123 户", or "1,000+ 户" when there are more than are counted."""
        if self.total is None:
            return ""
        return (
            f"共 {self.total:,} {self.unit}"
            if self.exact or self.total <= COUNT_CAP
            else f"{COUNT_CAP:,}+ {self.unit}"
        )


def _encode(value, pk):
    return signing.dumps([_plain(value), pk], salt=_SALT, compress=False)


def _plain(value):
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def read_cursor(text):
    """`(value, pk)` of a cursor made here, or None when it is missing or was tampered with."""
    if not text:
        return None
    try:
        value, pk = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    return value, pk


def first_rows(rows, *order, limit):
    """The first `limit` of the queryset `rows` by `order`, as an unordered queryset of their model.

    What is then joined to them is read for these alone; joined before, it is read for every row that has to be sorted.
    """
    return rows.model._base_manager.filter(pk__in=rows.order_by(*order).values("pk")[:limit])


def keyset_page(
    rows,
    *,
    sort,
    size,
    after=None,
    before=None,
    unit="条",
    total=None,
    read=None,
    reader=None,
    sought=False,
    hits=None,
):
    """Cut one page of `size` from the queryset `rows`, ordered by `sort` ("-updated_at", "name_sort") and the id.

    `after`/`before` are cursors of an earlier page. `read` may turn rows into what the page reads: model instances, or
    dicts with "id" and the sort field. `sought`: the rows are the hits of a search, which no index has in order, so
    they are sorted before `read` joins anything to them. `reader`: a function from ids to the dicts that `read` would
    ask for, in any order; then the rows are found first and read by their ids. `hits`: the ids of all `rows` in order,
    where they are known already.
    """
    field, descending = sort.lstrip("-"), sort.startswith("-")
    cursor, backwards = (read_cursor(before), True) if before else (read_cursor(after), False)
    if cursor is None:
        backwards = False
    down = descending != backwards
    cut = _cut(hits, cursor, backwards, size)
    if cursor is not None and cut is None:
        value, pk = cursor
        side, edge = ("lt", "lte") if down else ("gt", "gte")
        # The first term alone lets both engines walk the index; the second breaks ties by id.
        rows = rows.filter(
            Q(**{f"{field}__{edge}": value}) & (Q(**{f"{field}__{side}": value}) | Q(**{f"pk__{side}": pk}))
        )
    sign = "-" if down else ""
    order = (f"{sign}{field}", f"{sign}pk")
    if sought and not reader:
        rows = first_rows(rows, *order, limit=size + 1)
    if reader:
        ids = list(rows.order_by(*order).values_list("pk", flat=True)[: size + 1]) if cut is None else cut
        more, found = len(ids) > size, _read_by(reader, ids[:size])
    else:
        found = list((read(rows) if read else rows).order_by(*order)[: size + 1])
        more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()

    def cursor_of(row):
        return _encode(row[field], row["id"]) if isinstance(row, dict) else _encode(getattr(row, field), row.pk)

    page = Page(found, total=total, unit=unit)
    if found:
        if more or backwards:
            page.next_cursor = cursor_of(found[-1])
        if (backwards and more) or (cursor is not None and not backwards):
            page.previous_cursor = cursor_of(found[0])
    return page


def _cut(hits, cursor, backwards, size):
    """The next `size` of `hits` and one more, as a query would find them (backwards: the nearest first); None where it has
    to be asked, because the hits are not known or the row of the cursor is none of them any more."""
    if hits is None:
        return None
    ids = [pk for pk, *_ in hits] if hits and isinstance(hits[0], tuple) else hits
    if cursor is None:
        return hits[: size + 1]
    if cursor[1] not in ids:
        return None
    at = ids.index(cursor[1])
    return hits[max(0, at - size - 1) : at][::-1] if backwards else hits[at + 1 : at + size + 2]


def _read_by(reader, ids):
    """What `reader` says of `ids`, in their order; a row that went meanwhile is left out."""
    known = {row["id"]: row for row in reader(ids)} if ids else {}
    return [known[pk] for pk in ids if pk in known]


def parted_page(parts, *, size, after=None, before=None, unit="条", total=None, read=None, reader=None, hits=None):
    """Cut one page of `size` from querysets that follow on each other, each in an order of its own.

    `parts`: [(rows, fields)], disjoint; the fields ("-weight", "due_on") are never empty, and the id comes last by itself.
    `read` and `reader` as for `keyset_page`; dicts hold the fields of all parts. A part is asked only when those before it
    do not fill the page. `hits`: (id, number of its part) of all rows in order, where they are known. Asking is cheap when
    an index has just these fields: it is walked from the value of the first one on.
    """
    cursor, backwards = (read_cursor(before), True) if before else (read_cursor(after), False)
    if cursor is None:
        backwards = False
    (number, *values), pk = cursor or ((0,), None)
    cut = _cut(hits, cursor, backwards, size)
    found = [(place, pk) for pk, place in cut or ()]
    for place in () if cut is not None else range(number, -1, -1) if backwards else range(number, len(parts)):
        if len(found) > size:
            break
        rows, fields = parts[place]
        order = [_turned(name, backwards) for name in (*fields, "pk")]
        if cursor is not None and place == number:
            rows = rows.filter(_beyond(order, [*values, pk]))
        rows = rows if reader or not read else read(rows)
        rows = rows.order_by(*order).values_list("pk", flat=True) if reader else rows.order_by(*order)
        found += [(place, row) for row in rows[: size + 1 - len(found)]]
    more, found = len(found) > size, found[:size]
    if reader:
        known = {row["id"]: row for row in _read_by(reader, [pk for _, pk in found])}
        found = [(place, known[pk]) for place, pk in found if pk in known]
    if backwards:
        found.reverse()

    def cursor_of(place, row):
        get = row.__getitem__ if isinstance(row, dict) else lambda name: getattr(row, name)
        return _encode([place, *(get(name.lstrip("-")) for name in parts[place][1])], get("id"))

    page = Page([row for _, row in found], total=total, unit=unit)
    if found:
        if more or backwards:
            page.next_cursor = cursor_of(*found[-1])
        if (backwards and more) or (cursor is not None and not backwards):
            page.previous_cursor = cursor_of(*found[0])
    return page


def _turned(name, backwards):
    """A field of an order, the other way round if `backwards`."""
    if not backwards:
        return name
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _beyond(order, values):
    """The condition that a row comes behind `values` in `order`."""
    wanted, same = Q(), Q()
    for name, value in zip(order, values, strict=True):
        field, side = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        wanted |= same & Q(**{f"{field}__{side}": value})
        same &= Q(**{field: value})
    # Said once more of the first field alone, so that the walk through the index begins there.
    first = order[0]
    return Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": values[0]}) & wanted


# Lists that were longer than is counted, and until when that is taken as still true (monotonic seconds).
_long_lists = {}
LONG_LIST_SECONDS = 30


def hits_of(rows, key=None):
    """`rows` (a queryset of ids, or of tuples that begin with one) as a list, where they are no more than COUNT_CAP; None
    where they are more, which is not asked again for a while (`key`, as below). One query at most.

    What was typed is looked up once then, instead of for the number, for the page and for each part of it."""
    if _was_long(key):
        return None
    found = list(rows[: COUNT_CAP + 1])
    if len(found) > COUNT_CAP:
        _remember_long(key)
        return None
    return found


def capped_count(rows, key=None):
    """Number of rows, counted no further than COUNT_CAP + 1.

    `key` (hashable: who asks what) spares the count for a while where there were more than are counted: a list of
    thousands does not become short in half a minute. A list that is counted to the end is counted each time.
    """
    if _was_long(key):
        return COUNT_CAP + 1
    number = rows.order_by().values("pk")[: COUNT_CAP + 1].count()
    if number > COUNT_CAP:
        _remember_long(key)
    return number


def _was_long(key):
    return key is not None and _long_lists.get(hash(key), 0) > time.monotonic()


def _remember_long(key):
    if key is None:
        return
    if len(_long_lists) > COUNT_CAP:
        _long_lists.clear()
    _long_lists[hash(key)] = time.monotonic() + LONG_LIST_SECONDS
