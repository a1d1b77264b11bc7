"""Many rows in one statement where the ORM would build each anew: imports, search keys, changes of the same fields.

Everything here is for the inside of a transaction. Nothing sends signals or checks; constraints of the database hold.
"""

from django.db import connection, models
from django.utils import timezone

# Fields whose Python value goes to the database as it is.
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)
_NATIVE = frozenset([str, int, bool, type(None)])


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


def insert_objects(objects):
    """Insert unsaved `objects` of one model with all their fields; keys and times are set on them."""
    objects = list(objects)
    if not objects:
        return
    options = type(objects[0])._meta
    now = timezone.now()
    stamped = [
        f.attname for f in options.concrete_fields if getattr(f, "auto_now", 0) or getattr(f, "auto_now_add", 0)
    ]
    for one, key in zip(objects, take_ids(type(objects[0]), len(objects)), strict=True):
        one.pk = key
        one._state.adding = False
        for name in stamped:
            setattr(one, name, now)
    names = [field.attname for field in options.concrete_fields]
    _insert(options, options.concrete_fields, ([getattr(one, name) for name in names] for one in objects))


def insert_many(model, names, rows):
    """Insert `rows` (tuples in the order of the field `names`) into the table of `model`."""
    insert_prepared(model, names, prepare_rows(model, names, rows))


def prepare_rows(model, names, rows):
    """`rows` as the database takes them, for `insert_prepared`: sealing them is the long part, and needs no lock."""
    return _prepared([model._meta.get_field(name) for name in names], rows)


def insert_prepared(model, names, prepared):
    """Insert what `prepare_rows` gave for the same model and field `names`."""
    _run(_insert_sql(model._meta, [model._meta.get_field(name) for name in names]), prepared)


def insert_history(objects, *, kind, by, reason=""):
    """History rows of `objects` (saved, of one model): `kind` "+" made, "~" changed, "-" removed; `by` the user."""
    objects = list(objects)
    if not objects:
        return
    history = type(objects[0]).history.model
    tracked = list(history.tracked_fields)
    fields = [history._meta.get_field(field.name) for field in tracked]
    extra = {
        "history_date": timezone.now(), "history_type": kind, "history_change_reason": reason or None,
        "history_user_id": by.pk if by is not None else None,
    }  # fmt: skip
    fields += [history._meta.get_field(name) for name in extra]
    names, tail = [field.attname for field in tracked], list(extra.values())
    _insert(history._meta, fields, ([getattr(one, name) for name in names] + tail for one in objects))


def update_many(objects, names):
    """Write the fields `names` of `objects` (of one model, with an id) with one statement run for each row.

    The version and time of a Stamped model go with it when they are among `names` (see `bump`). Much faster than
    `bulk_update`, whose CASE expressions grow with rows times fields.
    """
    objects = list(objects)
    if not objects or not names:
        return
    options = type(objects[0])._meta
    fields = [options.get_field(name) for name in names]
    quote = connection.ops.quote_name
    sql = (
        f"UPDATE {quote(options.db_table)} SET {', '.join(f'{quote(f.column)} = %s' for f in fields)} "  # noqa: S608
        f"WHERE {quote(options.pk.column)} = %s"
    )
    attributes = [field.attname for field in fields]
    _execute(sql, [*fields, options.pk], ([*(getattr(one, name) for name in attributes), one.pk] for one in objects))


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


def _insert(options, fields, rows):
    _execute(_insert_sql(options, fields), fields, rows)


def _insert_sql(options, fields):
    quote = connection.ops.quote_name
    return (
        f"INSERT INTO {quote(options.db_table)} ({', '.join(quote(f.column) for f in fields)}) "  # noqa: S608
        f"VALUES ({', '.join(['%s'] * len(fields))})"
    )


def _execute(sql, fields, rows):
    """Run `sql` for each of `rows` (lists of Python values of `fields`)."""
    _run(sql, _prepared(fields, rows))


def _prepared(fields, rows):
    prepare = [(isinstance(field, _PLAIN), field.get_db_prep_save) for field in fields]
    return [
        [
            value if plain and value.__class__ in _NATIVE else save(value, connection)
            for value, (plain, save) in zip(row, prepare, strict=True)
        ]
        for row in rows
    ]


def _run(sql, prepared):
    if prepared:
        with connection.cursor() as cursor:
            cursor.executemany(sql, prepared)
