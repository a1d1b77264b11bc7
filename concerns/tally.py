"""How many concerns each place, field and month has: counted live from one index, never kept."""

import json

from django.db import connection

from concerns.models import Concern
from fedhub.reference.periods import month_after

# A count a cell walks only its stretch of the index (area, topic, raised_on); a GROUP BY over the same rows takes from
# five to ten times as long, because both engines must cut each day down to its month and sort (docs/performance.md).
_COUNT = (
    "(SELECT COUNT(*) FROM {table} c WHERE c.area_id = a.value AND c.topic = t.value"
    " AND c.raised_on >= {since} AND c.raised_on < {until})"
)
_SQLITE = (
    "SELECT a.value, t.value, m.key, {count} FROM json_each(%s) a, json_each(%s) t, json_each(%s) m"
)  # fmt: skip
_POSTGRES = (
    "SELECT a.value, t.value, m.key, {count} FROM unnest(%s::bigint[]) a(value), unnest(%s::text[]) t(value),"
    " unnest(%s::date[], %s::date[]) WITH ORDINALITY m(since, until, key)"
)


def tally(areas, topics, months):
    """`{(area id, topic, month): count}` without noughts, of concerns raised in `months` (first days) in `areas` (ids).

    The caller takes the ids from her scope (`user.scope`).
    """
    areas, topics, table = list(areas), list(topics), connection.ops.quote_name(Concern._meta.db_table)
    spans = [(month.isoformat(), month_after(month).isoformat()) for month in months]
    if connection.vendor == "sqlite":
        since, until = "json_extract(m.value, '$[0]')", "json_extract(m.value, '$[1]')"
        sql, params, first = _SQLITE, [json.dumps(areas), json.dumps(topics), json.dumps(spans)], 0
    else:
        since, until = "m.since", "m.until"
        sql, params, first = _POSTGRES, [areas, topics, [s for s, _ in spans], [u for _, u in spans]], 1
    with connection.cursor() as cursor:
        cursor.execute(sql.format(count=_COUNT.format(table=table, since=since, until=until)), params)
        return {(area, topic, months[key - first]): n for area, topic, key, n in cursor.fetchall() if n}
