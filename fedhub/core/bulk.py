"""Many rows in one statement where the ORM would build each anew: imports, search keys, changes of the same fields.

Everything here is for the inside of a transaction. Nothing sends signals or checks; constraints of the database hold.
"""

from itertools import chain
from operator import attrgetter

from django.db import connection, connections, models
from django.utils import timezone

from fedhub.core.fields import EncryptedField

# Fields whose Python value goes to the database as it is.
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)
_NATIVE = frozenset([str, int, bool, type(None)])
# Values in one INSERT: many rows in one statement cost a third of as many statements; old SQLite takes no more than 999.
_MOST_VALUES = 990


def take_ids(model, count):
    """`count` fresh primary keys of `model`, reserved for this transaction.

    SQLite has one writer at a time, so the keys after the last one are ours; PostgreSQL gives them from its sequence.
    """
    if not count:
        return []
    options = model._meta
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [quote(options.db_table), options.pk.column, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [options.db_table])
        row = cursor.fetchone()
    first = (row[0] if row else 0) + 1
    return list(range(first, first + count))


def insert_rows(model, names, rows):
    """Insert `rows` (tuples in the order of the field `names`), every other field at its default; returns their keys."""
    rows, options = list(rows), model._meta
    keys = take_ids(model, len(rows))
    if not rows:
        return keys
    fields = [options.get_field(name) for name in names]
    others = [f for f in options.concrete_fields if f not in fields and f is not options.pk]
    now = timezone.now()
    columns = dict(zip((f.attname for f in fields), _prepared(fields, rows), strict=True))
    for field in others:
        value = field.get_db_prep_save(now if _is_stamp(field) else field.get_default(), connection)
        columns[field.attname] = [value] * len(rows)
    columns[options.pk.attname] = keys
    _insert_columns(
        options, [f.column for f in options.concrete_fields], [columns[f.attname] for f in options.concrete_fields]
    )
    return keys


def insert_many(model, names, rows):
    """Insert `rows` (tuples in the order of the field `names`) into the table of `model`."""
    insert_prepared(model, names, prepare_rows(model, names, rows))


def prepare_rows(model, names, rows):
    """`rows` as the database takes them, for `insert_prepared`: sealing them is the long part, and needs no lock."""
    return _prepared([model._meta.get_field(name) for name in names], rows)


def insert_prepared(model, names, prepared):
    """Insert what `prepare_rows` gave for the same model and field `names`."""
    _insert_columns(model._meta, [model._meta.get_field(name).column for name in names], prepared)


def insert_history(objects, *, kind, by, reason="", at=None):
    """History rows of `objects` (saved, of one model): `kind` "+" made, "~" changed, "-" removed; `by` the user, `at`
    the moment (default now)."""
    objects = list(objects)
    if not objects:
        return
    history = type(objects[0]).history.model
    tracked = list(history.tracked_fields)
    extra = {
        "history_date": at or timezone.now(), "history_type": kind, "history_change_reason": reason or None,
        "history_user_id": by.pk if by is not None else None,
    }  # fmt: skip
    fields = [history._meta.get_field(name) for name in (*(field.name for field in tracked), *extra)]
    tail = tuple(extra.values())
    _insert(history._meta, fields, ((*own, *tail) for own in _values(objects, [field.attname for field in tracked])))


def copy_to_history(model, ids, *, kind, by, reason=""):
    """History rows of the rows `ids` of `model` as the database holds them: nothing is encrypted a second time.

    As `insert_history`, for rows that were written a moment ago; encrypted columns keep their bytes, which are bound to
    the column's name and not to the table.
    """
    ids = list(ids)
    history, quote = model.history.model, connection.ops.quote_name
    extra = {
        "history_date": timezone.now(), "history_type": kind, "history_change_reason": reason or None,
        "history_user_id": by.pk if by is not None else None,
    }  # fmt: skip
    fields = [history._meta.get_field(name) for name in extra]
    # PostgreSQL takes a bare value of a SELECT for text and then refuses it.
    typed = [f"CAST(%s AS {f.db_type(connection)})" if connection.vendor == "postgresql" else "%s" for f in fields]
    values = [field.get_db_prep_save(extra[field.name], connection) for field in fields]
    kept = [quote(field.column) for field in history.tracked_fields]
    columns = ", ".join([*kept, *(quote(field.column) for field in fields)])
    key = quote(model._meta.pk.column)
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {quote(history._meta.db_table)} ({columns}) SELECT {', '.join([*kept, *typed])} "  # noqa: S608
                f"FROM {quote(model._meta.db_table)} WHERE {key} IN ({', '.join(['%s'] * len(part))}) ORDER BY {key}",
                [*values, *part],
            )


def update_many(objects, names):
    """Write the fields `names` of `objects` (of one model, with an id) with one statement run for each row.

    The version and time of a Stamped model go with it when they are among `names` (see `bump`). Much faster than
    `bulk_update`, whose CASE expressions grow with rows times fields.
    """
    objects = list(objects)
    if not objects or not names:
        return
    attributes = [*(type(objects[0])._meta.get_field(name).attname for name in names), "pk"]
    update_rows(type(objects[0]), names, _values(objects, attributes))


def update_rows(model, names, rows):
    """Write the fields `names` of stored rows of `model`: `rows` are tuples in the order of `names`, the key last."""
    options = model._meta
    fields = [options.get_field(name) for name in names]
    quote = connection.ops.quote_name
    sql = (
        f"UPDATE {quote(options.db_table)} SET {', '.join(f'{quote(f.column)} = %s' for f in fields)} "  # noqa: S608
        f"WHERE {quote(options.pk.column)} = %s"
    )
    _execute(sql, _prepared([*fields, options.pk], rows))


def bump(objects):
    """Raise the version of `objects` by one and set their time, in memory; returns the names of the fields."""
    now = timezone.now()
    for one in objects:
        one.version, one.updated_at = one.version + 1, now
    return ["version", "updated_at"]


def delete_many(model, ids):
    """Delete rows of `model` by id without loading them; whatever still points at them makes the database refuse."""
    ids = list(ids)
    for start in range(0, len(ids), 500):
        model._base_manager.filter(pk__in=ids[start : start + 500])._raw_delete(connection.alias)


# --- preparing ------------------------------------------------------------------------------------------------------
def _is_stamp(field):
    """True for a time that the ORM sets by itself on a new row."""
    return getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)


def _values(objects, attributes):
    """Tuples of the `attributes` of each of `objects`."""
    get = attrgetter(*attributes)
    return map(get, objects) if len(attributes) > 1 else ((get(one),) for one in objects)


def _prepared(fields, rows):
    """Columns of values as the driver takes them, from `rows` of Python values of `fields`."""
    columns = list(zip(*rows, strict=True))
    return (
        [_column(field, values) for field, values in zip(fields, columns, strict=True)]
        if columns
        else [[]] * len(fields)
    )


def _column(field, values):
    """`values` of one field as the driver takes them; a day or moment that stands in many rows is converted once."""
    kinds = set(map(type, values))
    if isinstance(field, _PLAIN) and kinds <= _NATIVE:
        return values
    # The connection itself: the proxy looks it up anew for each value.
    database, save = connections[connection.alias], field.get_db_prep_save
    if isinstance(field, EncryptedField):
        return field.prepare_all(values, database)
    if isinstance(field, models.DateField):
        known = {value: save(value, database) for value in set(values)}
        return [known[value] for value in values]
    return [save(value, database) for value in values]


def _insert(options, fields, rows):
    _insert_columns(options, [field.column for field in fields], _prepared(fields, rows))


def _insert_columns(options, names, columns):
    """Insert prepared `columns`, many rows a statement."""
    quote, width = connection.ops.quote_name, len(names)
    into = f"INSERT INTO {quote(options.db_table)} ({', '.join(map(quote, names))}) VALUES "  # noqa: S608
    one = f"({', '.join(['%s'] * width)})"
    values = list(chain.from_iterable(zip(*columns, strict=True)))
    step = max(1, _MOST_VALUES // width) * width
    whole = len(values) - len(values) % step
    with connection.cursor() as cursor:
        if whole:
            parts = [values[start : start + step] for start in range(0, whole, step)]
            cursor.executemany(into + ", ".join([one] * (step // width)), parts)
        if values[whole:]:
            cursor.execute(into + ", ".join([one] * (len(values[whole:]) // width)), values[whole:])


def _execute(sql, columns):
    """Run `sql` once for each row of prepared `columns`."""
    rows = list(zip(*columns, strict=True))
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)
