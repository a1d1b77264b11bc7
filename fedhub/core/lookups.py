"""Conditions that the ORM has not."""

import json

from django.db.models import BooleanField, DateField, DateTimeField, F, Func, Value
from django.utils import timezone

from fedhub.core.prepared import Given


class AnyOf(Func):
    """The condition that the field `name` is one of `ids` (all whole numbers, or all texts):
    `rows.filter(AnyOf("resident_id", ids))`.

    Says what `__in` says, with the ids as one parameter: with some thousand of them the ORM spends longer on preparing
    each than the database on all (measured: half of an export). `ids` may be a Given (core.prepared).
    """

    def __init__(self, name, ids):
        super().__init__(F(name), output_field=BooleanField())
        self.ids = ids if isinstance(ids, Given) else list(ids)

    def as_sql(self, compiler, connection, **kwargs):
        """`= ANY` with an array."""
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} = ANY(%s)", [*params, self.ids]

    def as_sqlite(self, compiler, connection, **kwargs):
        """`IN` the members of a JSON list."""
        sql, params = compiler.compile(self.source_expressions[0])
        ids = self.ids if isinstance(self.ids, Given) else json.dumps(self.ids)
        return f"{sql} IN (SELECT value FROM json_each(%s))", [*params, ids]  # noqa: S608 - no values


class Written(Func):
    """The condition that the number `name` is `sign` (such as ">") the whole number `value`:
    `rows.filter(Written("reopened", ">", 0))`.

    Says what `__gt` says, with the value in the statement itself: only then SQLite sees that a partial index with the
    same condition holds just these rows.
    """

    arity = 1
    output_field = BooleanField()

    def __init__(self, name, sign, value):
        super().__init__(name, template=f"%(expressions)s {sign} {int(value)}")


class Aside(Func):
    """The condition that the text `name` is `value`, for which no index is taken: `rows.filter(Aside("topic", "3"))`.

    For what many rows have, where SQLite would rather sort all of them than walk the list in its order.
    """

    output_field = BooleanField()

    def __init__(self, name, value):
        super().__init__(F(name), Value(value), template="%(expressions)s", arg_joiner=" || '' = ")


class Unseen(Func):
    """The field `name` as SQLite finds no index for it: `rows.filter(LessThan(Unseen("due_on"), day))`.

    For a span of days that holds many rows, where another condition leaves few: SQLite, which knows no spread of values, takes
    any span for short.
    """

    arity = 1

    def as_sql(self, compiler, connection, **kwargs):
        return compiler.compile(self.source_expressions[0])

    def as_sqlite(self, compiler, connection, **kwargs):
        sql, params = self.as_sql(compiler, connection)
        return f"+{sql}", params


class LocalDay(Func):
    """The day of a moment where we are, made by the database itself: `LocalDay("closed_at")`.

    Says what `__date` says; on SQLite that one is a function in Python, called for each row. The distance from UTC is
    today's: China has had no summer time since 1991. Fractions are cut, which SQLite would round up to the next second.
    """

    arity = 1
    output_field = DateField()

    def as_sqlite(self, compiler, connection, **kwargs):
        template = f"date(substr(%(expressions)s, 1, 19), '{_minutes():+d} minutes')"
        if _minutes() > 0:
            # Only what lies behind our midnight needs the calendar: cutting a text takes a third of the time.
            template = (
                f"CASE WHEN substr(%(expressions)s, 12, 8) < '{_midnight()}' THEN substr(%(expressions)s, 1, 10)"
                f" ELSE {template} END"
            )
        return super().as_sql(compiler, connection, template=template)

    def as_postgresql(self, compiler, connection, **kwargs):
        name = timezone.get_current_timezone_name()
        return super().as_sql(compiler, connection, template=f"(%(expressions)s AT TIME ZONE '{name}')::date")


class EndOf(Func):
    """The moment at which a day ends where we are: `rows.filter(closed_at__lt=EndOf("due_on"))` says that the local day of
    closing is not later than the day due. Distances from UTC as for LocalDay."""

    arity = 1
    output_field = DateTimeField()

    def as_sqlite(self, compiler, connection, **kwargs):
        template = f"datetime(%(expressions)s, '{1440 - _minutes():+d} minutes')"
        if _minutes() > 0:
            template = f"(%(expressions)s || ' {_midnight()}')"
        return super().as_sql(compiler, connection, template=template)

    def as_postgresql(self, compiler, connection, **kwargs):
        name = timezone.get_current_timezone_name()
        return super().as_sql(
            compiler, connection, template=f"((%(expressions)s + 1)::timestamp AT TIME ZONE '{name}')"
        )


def _minutes():
    """How far our clock is ahead of UTC."""
    return int(timezone.localtime().utcoffset().total_seconds() // 60)


def _midnight():
    """What UTC says at our midnight, as "16:00:00"; only where our clock is ahead of it."""
    hours, minutes = divmod(1440 - _minutes(), 60)
    return f"{hours:02d}:{minutes:02d}:00"
