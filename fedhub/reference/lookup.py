"""Labels, aliases and rules by key, held in memory and kept fresh.

All tables are read together and kept until somebody edits one: each edit writes a new random stamp (services.touch),
which is compared once a request, and every few seconds outside requests. Before the tables are loaded (an empty
database, most tests) the shipped files answer, and only the stamp is asked for.
"""

import time
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType

from django.conf import settings

from fedhub.core import acting
from fedhub.core.models import Setting
from fedhub.core.prepared import prepared
from fedhub.core.text import match_key
from fedhub.reference.models import CodeEntry, Holiday, Rule, VisitRule
from fedhub.reference.shipped import shipped_holidays, shipped_rules, shipped_tables, shipped_visit_rules

STAMP_KEY = "reference"
# A long task inside one acting block still sees an edit after this many seconds.
_LONG_TASK_SECONDS = 60


@dataclass(frozen=True)
class Code:
    """One entry of a code table."""

    code: str
    label: str
    aliases: tuple = ()
    parent: str = ""
    on_form: bool = True
    active: bool = True


@dataclass(frozen=True)
class _Snapshot:
    stamp: str
    codes: dict
    labels: dict
    aliases: dict
    rules: dict
    days: dict
    visits: tuple


class _Held:
    """The snapshot of this process and when its stamp was last compared."""

    snapshot = None
    compared_at = float("-inf")


_compared_for = ContextVar("fedhub_reference_compared", default=None)


# --- what others ask ----------------------------------------------------------------------------------------------
def labels(table):
    """`{code: label}` of `table` in its order, with codes out of use (old records hold them). KeyError if unknown."""
    return _snapshot().labels[table]


def label(table, code):
    """Label of one code; an unknown code comes back as it is, '' stays ''."""
    return labels(table).get(code, code)


def aliases(table):
    """`{match_key: code}`: every label and alias of the codes in use, for import (compare with core.text.match_key).

    Codes themselves are no keys: many systems use other numbers for the same words (handbook 10.1).
    """
    return _snapshot().aliases[table]


def code_for(table, text):
    """Code that `text` (a label or alias, however spaced) stands for, or ''."""
    return aliases(table).get(match_key(text), "")


def codes(table):
    """All Code entries of `table` in order."""
    return _snapshot().codes[table]


def choices(table, form=True, *, keep=""):
    """`[(code, label)]` in use; `form` leaves out those not meant for forms; `keep` stays in whatever it is."""
    return [
        (entry.code, entry.label)
        for entry in codes(table)
        if (entry.active and (entry.on_form or not form)) or (keep and entry.code == keep)
    ]


def rule(key):
    """Value of a rule: a number, a list of numbers, or a dict of numbers. KeyError if there is no such rule."""
    return _snapshot().rules[key][0]


def held_rule(key):
    """`rule(key)` as this process last read it, without asking whether it changed: for what stands on every page."""
    return _Held.snapshot.rules[key][0] if _Held.snapshot is not None else rule(key)


def rule_unit(key):
    """Unit of a rule (enums.RuleUnit)."""
    return _snapshot().rules[key][1]


def visit_rules():
    """The VisitRules in use, in order, as unsaved or saved rows."""
    return _snapshot().visits


def special_days():
    """`{date: kind}` of days that are not what their weekday says (enums.DayKind)."""
    return _snapshot().days


def forget():
    """Drop what this process holds; called by every edit."""
    _Held.snapshot = None


# --- keeping fresh ------------------------------------------------------------------------------------------------
def _is_due():
    now = acting.current()
    elapsed = time.monotonic() - _Held.compared_at
    if now == acting.Acting():
        return elapsed >= settings.REFERENCE_RECHECK_SECONDS
    return _compared_for.get() is not now or elapsed >= _LONG_TASK_SECONDS


@prepared
def _stamped():
    return Setting.objects.filter(key=STAMP_KEY).order_by().values_list("value")


def _snapshot():
    held = _Held.snapshot
    if held is not None and not _is_due():
        return held
    stamp = next((value["stamp"] for (value,) in _stamped.rows()), "")
    if held is None or held.stamp != stamp:
        held = _Held.snapshot = _load(stamp)
    _Held.compared_at = time.monotonic()
    _compared_for.set(acting.current())
    return held


def _load(stamp):
    found = {
        table["key"]: [
            Code(e["code"], e["label"], tuple(e.get("aliases", ())), e.get("parent", ""), e.get("form", True))
            for e in table["entries"]
        ]
        for table in shipped_tables()
    }
    rules = {key: (row["value"], row["unit"]) for key, row in shipped_rules().items()}
    days = {day: row["kind"] for day, row in shipped_holidays().items()}
    visits = tuple(VisitRule(**row) for row in shipped_visit_rules())
    if stamp:
        stored = {}
        rows = CodeEntry.objects.select_related("table").order_by("table__order", "order", "code")
        for row in rows:
            stored.setdefault(row.table.key, []).append(
                Code(row.code, row.label, tuple(row.aliases), row.parent_code, row.on_form, row.active)
            )
        found |= stored
        rules |= {key: (value, unit) for key, value, unit in Rule.objects.values_list("key", "value", "unit")}
        days = dict(Holiday.objects.values_list("date", "kind"))
        visits = tuple(VisitRule.objects.active())
    return _Snapshot(
        stamp=stamp,
        codes={table: tuple(entries) for table, entries in found.items()},
        labels={table: MappingProxyType({e.code: e.label for e in rows}) for table, rows in found.items()},
        aliases={table: MappingProxyType(_keys(rows)) for table, rows in found.items()},
        rules=rules,
        days=days,
        visits=visits,
    )


def _keys(entries):
    """Labels win over aliases, earlier entries over later ones."""
    used = [entry for entry in entries if entry.active]
    found = {}
    for entry in used:
        found.setdefault(match_key(entry.label), entry.code)
    for entry in used:
        for text in entry.aliases:
            found.setdefault(match_key(text), entry.code)
    return found
