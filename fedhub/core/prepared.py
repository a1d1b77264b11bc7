"""Queries that a page asks each time in the same words: the ORM builds them once for a process, then they are only run.

Building and compiling a query costs the ORM some ten times what SQLite takes to answer it; on a page with fifteen of them
that was most of the page. What is asked stays written as a queryset, with its rules of scope; a value that differs from
request to request stands in it as a `Given`:

    @prepared
    def late_homes(scoped):
        rows = Household.objects.in_areas(Given("areas") if scoped else None)
        return rows.filter(next_due_on__lt=Given("day", DateField())).values_list("pk", "address")

    late_homes.rows(ids is not None, areas=ids, day=today)
"""

import json
import re
from datetime import date

from django.db import connection
from django.db.models import Expression, Field, Value

# A day that was written into the statement would be that of the first request for ever.
DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Given(Expression):
    """The value `name`, said when the query is run. `field`: what it is compared with; without one it is a list of whole
    numbers, which only `AnyOf` and `in_areas` take."""

    def __init__(self, name, field=None):
        super().__init__(output_field=field or Field())
        self.name, self.many = name, field is None

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def value_in(self, values, connection):
        """What goes to the database for this one of `values` ({name: value})."""
        value = values[self.name]
        if not self.many:
            return self.output_field.get_db_prep_value(value, connection)
        return json.dumps(list(value)) if connection.vendor == "sqlite" else list(value)


class Prepared:
    """A query that is built once for each form of it."""

    def __init__(self, build):
        self.build, self._kept = build, {}
        self.__doc__ = build.__doc__

    def rows(self, *form, **values):
        """Rows (lists) of the queryset that `build(*form)` makes with `values` for what is Given in it; one query.

        Raises TypeError when a day stands in the queryset that is not Given."""
        return self._ask(form, values)[0]

    def dicts(self, *form, **values):
        """The same as dicts, where the queryset asks for `values(...)`."""
        found, names = self._ask(form, values)
        return [dict(zip(names, row, strict=True)) for row in found]

    def _ask(self, form, values):
        key = connection.vendor, form
        # Two threads may both build it: they come to the same.
        if key not in self._kept:
            self._kept[key] = self._compile(form)
        sql, params, converters, names = self._kept[key]
        taken = [one.value_in(values, connection) if isinstance(one, Given) else one for one in params]
        with connection.cursor() as cursor:
            cursor.execute(sql, taken)
            found = cursor.fetchall()
        return _converted(found, converters), names

    def _compile(self, form):
        query = self.build(*form).query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        if any(isinstance(one, date) or (isinstance(one, str) and DAY.match(one)) for one in params):
            raise TypeError(f"{self.build.__name__}: a day that is not Given")
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        return sql, tuple(params), list(converters.items()), tuple(query.selected or ())


def prepared(build):
    """Decorator: the function, which makes a queryset of values with Given in it, as a Prepared."""
    return Prepared(build)


def one_row(rows, *sums):
    """The queryset of one row with the aggregates `sums` over `rows`: what `aggregate` says, not asked yet."""
    names = {f"sum_{place}": one for place, one in enumerate(sums)}
    return rows.order_by().annotate(all=Value(1)).values("all").annotate(**names).values_list(*names)


def _converted(found, converters):
    """`found` with each column as its field reads it."""
    if not converters:
        return found
    found = [list(row) for row in found]
    for place, (steps, column) in converters:
        for step in steps:
            for row in found:
                row[place] = step(row[place], column, connection)
    return found
