"""Writing code tables, agencies, venues, holidays and rules; loading what comes with the program.

Every edit moves the stamp that `lookup` compares, marks the row as the office's own (`local`) and leaves an audit row.
"""

import secrets
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from fedhub.core import audit
from fedhub.core.csvfile import read_csv
from fedhub.core.models import Setting
from fedhub.core.text import match_key, normalise
from fedhub.core.versions import save_version
from fedhub.reference import lookup
from fedhub.reference.enums import DayKind, RuleTarget, RuleUnit
from fedhub.reference.models import CodeEntry, CodeTable, Holiday, Rule, VisitRule
from fedhub.reference.planning import visit_plan
from fedhub.reference.shipped import shipped_holidays, shipped_rules, shipped_tables, shipped_visit_rules

# What may be changed of a code: all words in the office's own lists, in standard tables only how it is read and shown.
OWN_FIELDS = {"label", "aliases", "parent_code", "order", "on_form", "active"}
STANDARD_FIELDS = {"aliases", "on_form"}
MOST_ALIASES = 40


def touch():
    """Write a new stamp: every process reads the tables anew."""
    Setting.objects.update_or_create(key=lookup.STAMP_KEY, defaults={"value": {"stamp": secrets.token_hex(8)}})
    lookup.forget()


# --- codes --------------------------------------------------------------------------------------------------------
def split_aliases(text):
    """Aliases typed in one box, separated by 、 ， ； or line breaks; doubles and empty ones go."""
    parts = normalise(text.replace("\n", "、")).replace(",", "、").replace(";", "、").split("、")
    return list({match_key(part): part.strip() for part in parts if part.strip()}.values())


@transaction.atomic
def add_code(entry, *, by):
    """Add a code at the end of an editable table. Raises ValidationError (closed table, code or word taken)."""
    if not entry.table.editable:
        raise ValidationError(f"“{entry.table.name}”按国家标准编码，不能自己加代码。")
    entry.local = True
    entry.order = 1 + (entry.table.entries.aggregate(last=Max("order"))["last"] or 0)
    _check(entry)
    entry.save()
    audit.record("reference.codeentry.add", entry, by=by, table=entry.table.key, code=entry.code)
    touch()
    return entry


@transaction.atomic
def change_code(entry, fields, *, base_version, by):
    """Save changed `fields` of a code; the code itself never changes, since records hold it.

    Raises ValidationError, StaleVersion. Switching a code off keeps its label on old records.
    """
    closed = set(fields) - (OWN_FIELDS if entry.table.editable else STANDARD_FIELDS)
    if closed:
        raise ValidationError(f"“{entry.table.name}”按国家标准编码，只能改其他写法和填表时是否可选。")
    entry.local = True
    _check(entry)
    save_version(entry, [*fields, "local"], base_version=base_version)
    audit.record("reference.codeentry.change", entry, by=by, code=entry.code, fields=sorted(fields))
    touch()
    return entry


def _check(entry):
    if len(entry.aliases) > MOST_ALIASES or any(len(text) > 40 for text in entry.aliases):
        raise ValidationError(f"其他写法最多 {MOST_ALIASES} 个，每个最多 40 个字。")
    entry.full_clean()


# --- agencies, venues ---------------------------------------------------------------------------------------------
@transaction.atomic
def save_place(place, fields=None, *, base_version=None, by):
    """Add an agency or venue, or save changed `fields` of one. Raises ValidationError, StaleVersion."""
    place.full_clean()
    if fields is None:
        place.save()
    else:
        save_version(place, fields, base_version=base_version)
    verb = "add" if fields is None else "change"
    audit.record(f"{place._meta.label_lower}.{verb}", place, by=by, area=place.area, fields=sorted(fields or ()))
    return place


# --- holidays -----------------------------------------------------------------------------------------------------
HOLIDAY_COLUMNS = {
    "date": ("日期", "时间"),
    "kind": ("安排", "类型", "放假或上班"),
    "name": ("名称", "节日", "说明"),
}
_KIND_WORDS = {
    DayKind.HOLIDAY: ("放假", "休", "休息", "假", "节假日", "holiday"),
    DayKind.WORKDAY: ("上班", "班", "调休", "调休上班", "上班(调休)", "补班", "workday"),
}
_KINDS = {word: kind for kind, words in _KIND_WORDS.items() for word in words}


@transaction.atomic
def set_holiday(day, kind, name, *, by):
    """Say that `day` (date) is off or worked; an earlier entry of that day is replaced. Returns the Holiday."""
    row, _ = Holiday.objects.update_or_create(date=day, defaults={"kind": kind, "name": name, "local": True})
    audit.record("reference.holiday.set", row, by=by, date=day.isoformat(), kind=kind)
    touch()
    return row


@transaction.atomic
def remove_holiday(row, *, by):
    """Take a day out of the table: it is again what its weekday says."""
    audit.record("reference.holiday.remove", row, by=by, date=row.date.isoformat(), kind=row.kind)
    row.delete()
    touch()


@transaction.atomic
def import_holidays(file, *, by):
    """Read a year's days off and make-up days from CSV (日期, 安排, 名称); all or nothing.

    Every year named in the file is replaced whole. Returns `{year: number of days}`. Raises ValidationError that names
    line and column.
    """
    found = {}
    for row in read_csv(file, HOLIDAY_COLUMNS, optional=("name",), max_rows=500):
        day, kind = _day(row), _KINDS.get(match_key(row["kind"]))
        if kind is None:
            raise row.problem("kind", "请写“放假”或“上班”。一行也没有写入。")
        if day in found:
            raise row.problem("date", "这一天出现了两次。一行也没有写入。")
        found[day] = Holiday(date=day, kind=kind, name=normalise(row["name"])[:20], local=True)
    years = {day.year for day in found}
    for year in years:
        Holiday.objects.filter(date__year=year).delete()
    Holiday.objects.bulk_create(found.values())
    audit.record("reference.holiday.import", by=by, years=sorted(years), count=len(found))
    touch()
    return {year: sum(day.year == year for day in found) for year in sorted(years)}


def _day(row):
    text = normalise(row["date"]).translate(str.maketrans("年月/.", "----")).replace("日", "")
    try:
        year, month, day = (int(part) for part in text.split("-"))
        found = date(year, month, day)
    except ValueError:
        raise row.problem("date", "日期请写成 2026-10-01 的样子。一行也没有写入。") from None
    if not 2000 <= found.year <= 2100:
        raise row.problem("date", "年份不对，请核对。一行也没有写入。")
    return found


# --- rules --------------------------------------------------------------------------------------------------------
MOST = 100_000


@transaction.atomic
def change_rule(row, *, value, base_version, by):
    """Set the value of a rule; the shape (number, list, dict) stays. Raises ValidationError, StaleVersion."""
    if not row.editable:
        raise ValidationError(f"“{row.label}”由法律或系统安全规定，不能在这里改。")
    if type(value) is not type(row.value) or (isinstance(value, dict) and value.keys() != row.value.keys()):
        raise ValidationError("填的样子和原来不一样，请照原来的样子填。")
    numbers = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    if row.unit == RuleUnit.SWITCH:
        if any(number not in (0, 1) for number in numbers):
            raise ValidationError("请选要或者不要。")
    elif not numbers or any(type(number) is not int or not 0 < number <= MOST for number in numbers):
        raise ValidationError("请填大于 0 的整数。")
    if isinstance(value, list) and sorted(set(value)) != value:
        raise ValidationError("几个数请从小到大填，不要重复。")
    before, row.value, row.local = row.value, value, True
    save_version(row, ["value", "local"], base_version=base_version)
    audit.record("reference.rule.change", row, by=by, key=row.key, before=before, after=value)
    touch()
    return row


@transaction.atomic
def change_visit_rule(row, fields, *, base_version, by):
    """Save changed `fields` of a visit rule. Returns it. Raises ValidationError, StaleVersion.

    The due days of the families follow in the background (planning.visit_plan).
    """
    if row.target == RuleTarget.ALL and not row.active:
        raise ValidationError("普通家庭的规则不能停用，可以改天数。")
    _check_visit_rule(row)
    row.local = True
    save_version(row, sorted({*fields, "local"}), base_version=base_version)
    audit.record("reference.visitrule.change", row, by=by, key=row.key, fields=sorted(fields))
    touch()
    visit_plan.follow(by=by)
    return row


@transaction.atomic
def add_visit_rule(row, *, by):
    """Add a visit rule for a category, colour, kind of household or event that has none. Returns it. Raises
    ValidationError."""
    row.key = f"{row.target}-{row.code}".lower().replace("_", "-")[:40]
    row.local = True
    row.order = 1 + (VisitRule.objects.aggregate(last=Max("order"))["last"] or 0)
    _check_visit_rule(row)
    row.save()
    audit.record("reference.visitrule.add", row, by=by, key=row.key)
    touch()
    visit_plan.follow(by=by)
    return row


def _check_visit_rule(row):
    """A visit may not come early by its whole interval, or nobody would ever be on time."""
    if row.every_days and row.early_days >= row.every_days:
        raise ValidationError({"early_days": "可以提前的天数要比走访间隔短。"})
    row.full_clean()


# --- what comes with the program ----------------------------------------------------------------------------------
@transaction.atomic
def load_reference():
    """Copy the shipped tables, rules and holidays into the database; return `{what: rows written}`.

    Rows the office has changed (`local`) keep its words and values; a year that the holiday table knows is left alone.
    Running it again writes nothing.
    """
    written = {
        "codes": _load_codes(),
        "rules": _load_rules(),
        "visits": _load_visit_rules(),
        "holidays": _load_holidays(),
    }
    if any(written.values()) or not Setting.objects.filter(key=lookup.STAMP_KEY).exists():
        audit.record("reference.load", **written)
        touch()
    return written


def _load_codes():
    written = 0
    for order, shipped in enumerate(shipped_tables()):
        head = {name: shipped[name] for name in ("name", "standard", "editable")} | {"order": order}
        table, made = CodeTable.objects.get_or_create(key=shipped["key"], defaults=head)
        written += made or _update(table, head)
        known = {row.code: row for row in table.entries.all()}
        words = {key for row in known.values() if row.local for key in row.match_keys()}
        fresh = []
        for place, entry in enumerate(shipped["entries"]):
            values = {
                "label": entry["label"],
                "aliases": [text for text in entry.get("aliases", []) if match_key(text) not in words],
                "parent_code": entry.get("parent", ""),
                "order": place,
                "on_form": entry.get("form", True),
            }
            row = known.get(entry["code"])
            if row is not None:
                written += 0 if row.local else _update(row, values)
            elif match_key(entry["label"]) not in words:
                fresh.append(CodeEntry(table=table, code=entry["code"], **values))
        CodeEntry.objects.bulk_create(fresh)
        written += len(fresh)
    return written


def _load_rules():
    written = 0
    known = {row.key: row for row in Rule.objects.all()}
    for order, (key, shipped) in enumerate(shipped_rules().items()):
        values = {name: shipped[name] for name in ("label", "unit", "source", "editable")} | {"order": order}
        row = known.get(key)
        if row is None:
            Rule.objects.create(key=key, value=shipped["value"], **values)
            written += 1
        else:
            written += _update(row, values if row.local else values | {"value": shipped["value"]})
    return written


def _load_visit_rules():
    written = 0
    known = {row.key: row for row in VisitRule.objects.all()}
    for order, shipped in enumerate(shipped_visit_rules()):
        row = known.get(shipped["key"])
        if row is None:
            VisitRule.objects.create(order=order, **shipped)
            written += 1
        else:
            written += _update(row, {"order": order} if row.local else {"order": order, **shipped})
    return written


def _load_holidays():
    known = set(Holiday.objects.values_list("date__year", flat=True).distinct())
    fresh = [
        Holiday(date=day, kind=row["kind"], name=row["name"])
        for day, row in shipped_holidays().items()
        if day.year not in known
    ]
    Holiday.objects.bulk_create(fresh)
    return len(fresh)


def _update(row, values):
    """Write `values` that differ; 1 when something was written."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return 0
    for name in changed:
        setattr(row, name, values[name])
    save_version(row, changed, base_version=row.version)
    return 1
