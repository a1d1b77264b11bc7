"""`python -m bench.multiply N`: every family of a place N times over, inside the database.

A million invented people take an hour to invent, but ten times a hundred thousand a few minutes to copy. Copies keep names,
addresses and grids, so that a search finds N times as many; what must be unique (household number, fingerprint of the
identity number) gets a sign of the copy in place of its first, numbers of concerns the copy behind them. Histories are not
copied: no page that is measured reads them.
"""

import sys

import django

django.setup()

from django.core.management.color import no_style  # noqa: E402 - models need the settings
from django.db import connection  # noqa: E402
from django.db.models import Max  # noqa: E402

from concerns.models import Concern  # noqa: E402
from households.models import (  # noqa: E402
    Household,
    HouseholdKey,
    HouseholdPlace,
    Membership,
    Phone,
    Resident,
    ResidentKey,
    Status,
)

MODELS = (Household, HouseholdPlace, HouseholdKey, Resident, ResidentKey, Phone, Membership, Status)
# None of them begins a household number or a fingerprint.
SIGNS = " !#&()*+,./:;<=>?@[]^|~"
SIGNED = {(Household, "number"), (Resident, "id_blind")}
# All as long as each other, so that the copy may stand behind.
NUMBERED = {(Concern, "number"), (Concern, "code")}


def multiply(times, models=MODELS, step=0):
    """Copy the rows of `models` `times` - 1 times. `step`: rows have every so manieth key, and copies stand behind their
    original instead of behind all."""
    highest = {model: step and 1 or model._base_manager.aggregate(last=Max("pk"))["last"] or 0 for model in models}
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
        for copy in range(1, times):
            for model in models:
                columns = [_copied(field, model, highest, copy) for field in model._meta.concrete_fields]
                names = ", ".join(quote(field.column) for field in model._meta.concrete_fields)
                table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
                which = f"{key} %% {step} = 0" if step else f"{key} <= {highest[model]}"
                cursor.execute(
                    f"INSERT INTO {table} ({names}) SELECT {', '.join(columns)} FROM {table} WHERE {which}", []
                )
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def _copied(field, model, highest, copy):
    """SQL of one column of a copy."""
    name = connection.ops.quote_name(field.column)
    if field.primary_key:
        return f"{name} + {copy * highest[model]}"
    if field.is_relation and field.related_model in highest:
        return f"{name} + {copy * highest[field.related_model]}"
    if (model, field.name) in NUMBERED:
        return f"{name} || '{copy}'"
    return f"'{SIGNS[copy]}' || substr({name}, 2)" if (model, field.name) in SIGNED else name


if __name__ == "__main__":
    multiply(int(sys.argv[1]))
