"""Conditions that the ORM has not."""

import json

from django.db.models import BooleanField, DateField, F, Func
from django.utils import timezone


def is_key(text):
    """True for a text that may be the number of a row: digits 0 to 9 alone, and no more than a database takes."""
    return text.isascii() and text.isdigit() and len(text) < 19


class AnyOf(Func):
    """The condition that the field `name` is one of `ids` (all whole numbers, or all texts):
    `rows.filter(AnyOf("resident_id", ids))`.

    Says what `__in` says, with the ids as one parameter: with some thousand of them the ORM spends longer on preparing
    each than the database on all (measured: half of an export).
    """

    def __init__(self, name, ids):
        super().__init__(F(name), output_field=BooleanField())
        self.ids = list(ids)

    def as_sql(self, compiler, connection, **kwargs):
        """`= ANY` with an array."""
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} = ANY(%s)", [*params, self.ids]

    def as_sqlite(self, compiler, connection, **kwargs):
        """`IN` the members of a JSON list."""
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(self.ids)]  # noqa: S608 - no values


class LocalDay(Func):
    """The day of a moment where we are, made by the database itself: `LocalDay("closed_at")`.

    Says what `__date` says; on SQLite that one is a function in Python, called for each row. The distance from UTC is
    today's: China has had no summer time since 1991. Fractions are cut, which SQLite would round up to the next second.
    """

    arity = 1
    output_field = DateField()

    def as_sqlite(self, compiler, connection, **kwargs):
        minutes = int(timezone.localtime().utcoffset().total_seconds() // 60)
        return super().as_sql(
            compiler,
            connection,
            function="date",
            template=f"date(substr(%(expressions)s, 1, 19), '{minutes:+d} minutes')",
        )

    def as_postgresql(self, compiler, connection, **kwargs):
        name = timezone.get_current_timezone_name()
        return super().as_sql(compiler, connection, template=f"(%(expressions)s AT TIME ZONE '{name}')::date")
