"""What the settings pages of the reference tables show."""

import csv
import io
from collections import Counter

from django.db.models import Count, Q

from fedhub.reference.enums import DayKind, RuleTarget, RuleUnit
from fedhub.reference.lookup import label, labels
from fedhub.reference.models import TARGET_CODES

WEEKDAYS = "一二三四五六日"


def tables_with_counts(rows):
    """The code tables `rows`, each with `used` (codes in use) and `own` (codes the office changed)."""
    counts = {
        "used": Count("entries", filter=Q(entries__active=True)),
        "own": Count("entries", filter=Q(entries__local=True)),
    }
    return rows.annotate(**counts).order_by("order")


def rule_part(key):
    """Words for one key of a rule that differs by topic."""
    return label("survey_topic", key)


def rule_text(rule):
    """Value of a rule as a person reads it: "15 天", "7、30、90 天", "要", "权益、家庭"."""
    value = rule.value
    if rule.unit == RuleUnit.SWITCH:
        if isinstance(value, dict):
            return "、".join(rule_part(key) for key, on in value.items() if on) or "都不要"
        return "要" if value else "不要"
    shown = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{shown} {RuleUnit(rule.unit).label}"


def target_codes(target):
    """`{code: words}` of what a visit rule may be about."""
    return labels("hardship_category") if target == RuleTarget.CATEGORY else TARGET_CODES[RuleTarget(target)]


def about(rule):
    """What a visit rule is about, in words: "低保", "红色", "新迁入"."""
    return target_codes(rule.target).get(rule.code, rule.code)


# Headings of the page of the rules: how often one goes, and what makes a visit necessary within days.
TARGET_HEADS = {
    RuleTarget.ALL: "所有家庭",
    RuleTarget.CATEGORY: "按家庭类别",
    RuleTarget.LEVEL: "按风险等级",
    RuleTarget.KIND: "按家庭类型",
    RuleTarget.EVENT: "遇事必访",
}


def visit_rule_groups(rows):
    """`[(target, heading, [(rule, what it is about)])]` of the VisitRules `rows`, empty groups left out."""
    groups = {target: [] for target in TARGET_HEADS}
    for rule in rows:
        groups[rule.target].append((rule, about(rule)))
    return [(target, TARGET_HEADS[target], rules) for target, rules in groups.items() if rules]


def without_rule(rows):
    """`[(heading, [("target:code", words)])]` of what none of the VisitRules `rows` is about."""
    known = {(rule.target, rule.code) for rule in rows}
    found = []
    for target, heading in TARGET_HEADS.items():
        left = [
            (f"{target.value}:{code}", words)
            for code, words in target_codes(target).items()
            if (target, code) not in known
        ]
        if left:
            found.append((heading, left))
    return found


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
