"""The code tables, rules, visit rules and holidays that come with the program (fixtures/*.json), read once and without a database.

The files are the source; `services.load_reference` copies them into the tables where an office may change them.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "fixtures"


def _read(name):
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@cache
def shipped_tables():
    """Code tables in order: dicts key, name, standard, editable, entries (code, label, aliases, parent, form)."""
    return tuple(_read("code_tables"))


@cache
def shipped_rules():
    """Rules by key: dicts key, label, value, unit (enums.RuleUnit), source, editable."""
    return {rule["key"]: rule for rule in _read("rules")}


@cache
def shipped_visit_rules():
    """Visit rules in order: dicts of the fields of models.VisitRule; what is left out has the model's default."""
    return tuple(_read("visit_rules"))


@cache
def shipped_campaigns():
    """Templates of campaigns by key: dicts key, name, month, day, days (about when, how long), visit_kind, goods, ask,
    route and criteria, as the fields of households.Campaign."""
    return {one["key"]: one for one in _read("campaigns")}


@cache
def shipped_holidays():
    """Days off and make-up days by date: dicts date, kind (enums.DayKind), name.

    The years 2025 and 2026, from the State Council's yearly notices (国办发明电〔2024〕12号, 〔2025〕7号). Later years
    come out each November and are imported by the office; until then only weekends are days off.
    """
    return {date.fromisoformat(day["date"]): day for day in _read("holidays")}
