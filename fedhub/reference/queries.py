"""What the settings pages of the reference tables show."""

import csv
import io
from collections import Counter

from django.db.models import Count, Q

from fedhub.reference.enums import DayKind, RuleUnit
from fedhub.reference.lookup import label

WEEKDAYS = "一二三四五六日"


def tables_with_counts(rows):
    """The code tables `rows`, each with `used` (codes in use) and `own` (codes the office changed)."""
    counts = {
        "used": Count("entries", filter=Q(entries__active=True)),
        "own": Count("entries", filter=Q(entries__local=True)),
    }
    return rows.annotate(**counts).order_by("order")


def rule_part(key):
    """Words for one key of a rule that differs by category."""
    return "其他家庭" if key == "default" else label("survey_topic" if key.isdigit() else "hardship_category", key)


def rule_text(rule):
    """Value of a rule as a person reads it: "15 天", "7、30、90 天", "按类别，30 到 180 天", "要", "权益、家庭"."""
    value = rule.value
    if rule.unit == RuleUnit.SWITCH:
        if isinstance(value, dict):
            return "、".join(rule_part(key) for key, on in value.items() if on) or "都不要"
        return "要" if value else "不要"
    if isinstance(value, dict):
        shown = f"按类别，{min(value.values())} 到 {max(value.values())}"
    elif isinstance(value, list):
        shown = "、".join(map(str, value))
    else:
        shown = str(value)
    return f"{shown} {RuleUnit(rule.unit).label}"


def days_of_year(rows, year):
    """Holiday rows of `year` as dicts for a table, in order of date."""
    return [
        {
            "pk": row.pk,
            "date": row.date,
            "weekday": f"星期{WEEKDAYS[row.date.weekday()]}",
            "kind": row.get_kind_display(),
            "worked": row.kind == DayKind.WORKDAY,
            "name": row.name,
        }
        for row in rows.filter(date__year=year)
    ]


def years_known(rows):
    """`{year: number of days}` of the holiday table."""
    return dict(sorted(Counter(day.year for day in rows.values_list("date", flat=True)).items()))


def holiday_csv(rows, year):
    """CSV text of the days of `year` (an example line when there are none), as `import_holidays` reads it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["日期", "安排", "名称"])
    days = [(day["date"], day["worked"], day["name"]) for day in days_of_year(rows, year)]
    for date, worked, name in days or [(f"{year}-01-01", False, "元旦")]:
        # A name that a spreadsheet would take for a formula is kept as text; the import takes the mark away again.
        guarded = f"'{name}" if name.startswith(("=", "+", "-", "@")) else name
        writer.writerow([date, "上班" if worked else "放假", guarded])
    return "\ufeff" + out.getvalue()
