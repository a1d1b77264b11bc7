"""Writing very many rows: numbered here, inserted as they are by executemany (SQLite) or COPY (PostgreSQL).

Unlike bulk_create it keeps the `created_at` it is given and holds no more than one batch in memory.
"""

from collections import defaultdict

from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Max


class BulkWriter:
    """Collects objects and rows; `flush()` writes them in one transaction; `finish()` also puts the key series right.

    Only one such writer may run at a time: keys are counted on from the highest one of each table.
    """

    def __init__(self):
        self._next = {}
        self._history = {}
        self._objects = defaultdict(list)
        self._rows = defaultdict(list)
        self.written = 0

    def add(self, obj):
        """Take an unsaved object and give it its key; returns it. Parents first: children copy the key."""
        model = type(obj)
        if obj.pk is None:
            if model not in self._next:
                self._next[model] = (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
            obj.pk = self._next[model]
            self._next[model] += 1
        self._objects[model].append(obj)
        return obj

    def add_history(self, obj, *, at, kind="+", reason="", user=None):
        """Take a history row of `obj` as it stands now (masters are tracked: decisions on the four trails)."""
        master = type(obj)
        if master not in self._history:
            model = master.history.model
            self._history[master] = (model, [field.attname for field in model.tracked_fields])
        model, names = self._history[master]
        row = model(
            history_date=at,
            history_type=kind,
            history_change_reason=reason or None,
            history_user_id=user.pk if user is not None else None,
            **{name: getattr(obj, name) for name in names},
        )
        self._objects[model].append(row)
        return row

    def add_rows(self, model, columns, rows):
        """Take plain tuples for `columns` (attribute names); the database numbers them."""
        self._rows[model, columns].extend(rows)

    def flush(self):
        """Write what was collected, in the order of first use; returns how many rows."""
        count = 0
        with transaction.atomic():
            for model, objects in self._objects.items():
                fields = [f for f in model._meta.concrete_fields if not (f.primary_key and objects[0].pk is None)]
                _insert(model, [f.column for f in fields], _values(fields, objects))
                count += len(objects)
            for (model, columns), rows in self._rows.items():
                _insert(model, [model._meta.get_field(name).column for name in columns], rows)
                count += len(rows)
        self._objects.clear()
        self._rows.clear()
        self.written += count
        return count

    def finish(self):
        """Flush and let the database count on from the keys given here."""
        self.flush()
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self._next)):
                cursor.execute(statement)
        self._next.clear()


def _values(fields, objects):
    here = connections[DEFAULT_DB_ALIAS]
    steps = [(f.attname, f.get_db_prep_save) for f in fields]
    for obj in objects:
        facts = obj.__dict__
        yield tuple([prepare(facts[name], here) for name, prepare in steps])


def _insert(model, columns, rows):
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - own names


def analyse():
    """Let the database count its tables, so that it picks the right indexes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
