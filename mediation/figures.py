"""The official form of the cases (handbook 7.8): each number is a query, and the query opens its list. Nobody types one.

What leaves as a table says no number below the rule "small_number", nor one that another gives away (core.suppress).
"""

from dataclasses import dataclass, field, replace

from django.db.models import Count, Exists, OuterRef, Q, Sum

from fedhub.core.suppress import hide
from fedhub.reference.lookup import labels, rule
from mediation.enums import (
    AgreementState,
    Averted,
    CaseCount,
    CaseState,
    Origin,
    Outcome,
    PromiseState,
    Score,
)
from mediation.kinds import FAMILY, category_of
from mediation.models import Agreement, Case, FollowUp, Opinion, Promise
from safety.figures import figures_of, years

WHOLE, ORIGINS, CATEGORIES = "合计", "按启动方式（受理）", "按纠纷类型（受理）"
FAMILIES, AVERTING, AFTER = "其中婚姻家庭纠纷（受理）", "预防激化", "履行、回访、满意度"
RATE, MONEY = "调解成功率", "协议涉及金额"
TOTALS = (CaseCount.ACCEPTED, CaseCount.REFUSED, CaseCount.SETTLED, CaseCount.FAILED)
LATER = (CaseCount.KEPT, CaseCount.FOLLOWED, CaseCount.ASKED, CaseCount.SATISFIED)
# What of the sealed compartment's year is told here: its words, and those of safety.figures.
SEALED = [
    ("涉及家庭暴力、受理的线索", ""),
    ("报案、报告", "报案、报告"),
    ("告诫书", "告诫书"),
    ("作出保护令", "作出保护令"),
]


@dataclass(frozen=True)
class Line:
    """One number: `filters` of the list that shows it, `number` None: hidden. `unit` of what is counted: 件 has a row for each."""

    part: str
    label: str
    number: int | str | None
    filters: dict = field(default_factory=dict)
    unit: str = "件"


def counted(rows, count, since, until):
    """Those of the cases `rows` that the CaseCount means, from a day to a day."""
    days, ended = (since, until), rows.filter(ended_on__range=(since, until))
    match count:
        case CaseCount.ACCEPTED:
            return rows.filter(accepted_on__range=days)
        case CaseCount.SETTLED:
            return _applied(rows, until).filter(Exists(_own_agreement(days)))
        case CaseCount.KEPT:
            broken = Promise.objects.filter(agreement=OuterRef("pk")).exclude(state=PromiseState.KEPT)
            return _applied(rows, until).filter(Exists(_own_agreement(days).filter(~Exists(broken))))
        case CaseCount.REFUSED:
            return ended.filter(state=CaseState.REFUSED)
        case CaseCount.FAILED:
            return ended.filter(Q(state=CaseState.FAILED) | Q(outcome=Outcome.FAILED))
        case CaseCount.CRIME | CaseCount.PETITION:
            return rows.filter(averted=Averted(count), averted_on__range=days)
        case CaseCount.FOLLOWED:
            return rows.filter(pk__in=FollowUp.objects.filter(done_on__range=days).values("agreement__case"))
    asked = Opinion.objects.filter(on__range=days)
    rows = rows.filter(pk__in=asked.values("case"))
    return (
        rows.exclude(pk__in=asked.filter(score__lt=Score.GOOD).values("case"))
        if count == CaseCount.SATISFIED
        else rows
    )


def _agreements(days):
    """Agreements in force that took effect from a day to a day."""
    return Agreement.objects.filter(state=AgreementState.SIGNED, effective_on__range=days)


def _applied(rows, until):
    """No agreement takes effect before its case was applied for: said once more, so that the walk begins at that day."""
    return rows.filter(applied_on__lte=until)


def _own_agreement(days):
    """That of the case asked about. A list walks the cases in its order and looks at each, instead of sorting all of a year."""
    return _agreements(days).filter(case=OuterRef("pk"))


def money(rows, since, until):
    """Fen that the agreements of the settled cases `rows` name."""
    own = _agreements((since, until)).filter(case__in=rows)
    return Promise.objects.filter(agreement__in=own).aggregate(sum=Sum("amount"))["sum"] or 0


def lines_of(user, *, since, until):
    """`[Line]` of the cases that `user` gives out, for whoever may open each list."""
    rows = Case.objects.visible_to(user, "mediation.assign_case").order_by()
    found = {one: counted(rows, one, since, until) for one in CaseCount}
    numbers = {one: found[one].count() for one in CaseCount}

    def count(part, one):
        return Line(part, CaseCount(one).label, numbers[one], {"count": one.value})

    over = numbers[CaseCount.SETTLED] + numbers[CaseCount.FAILED]
    settled = {"count": CaseCount.SETTLED.value}
    lines = [count(WHOLE, one) for one in TOTALS]
    lines.append(Line(WHOLE, RATE, f"{100 * numbers[CaseCount.SETTLED] / over:.1f}%" if over else "—", unit=""))
    lines.append(Line(WHOLE, MONEY, _yuan(money(found[CaseCount.SETTLED], since, until)), settled, "元"))
    lines += _parted(found[CaseCount.ACCEPTED])
    for one in (CaseCount.CRIME, CaseCount.PETITION):
        lines.append(count(AVERTING, one))
        people = found[one].aggregate(sum=Sum("averted_people"))["sum"] or 0
        lines.append(Line(AVERTING, f"{CaseCount(one).label}，涉及", people, {"count": one.value}, "人"))
    return [*lines, *(count(AFTER, one) for one in LATER)]


def _parted(taken):
    """Lines of the cases taken, by how they began, by category, and of the families' by kind; noughts too."""
    groups = list(taken.values_list("origin", "kind").annotate(n=Count("pk")))
    accepted = {"count": CaseCount.ACCEPTED.value}
    families = {code: label for code, label in labels("family_dispute_kind").items() if code.startswith(FAMILY)}
    for part, name, words, of in (
        (ORIGINS, "origin", dict(Origin.choices), lambda origin, kind: origin),
        (CATEGORIES, "category", labels("dispute_category"), lambda origin, kind: category_of(kind)),
        (FAMILIES, "kind", families, lambda origin, kind: kind),
    ):
        for code, label in words.items():
            number = sum(n for origin, kind, n in groups if of(origin, kind) == code)
            yield Line(part, label, number, accepted | {name: code})


def _yuan(fen):
    return f"{fen // 100}.{fen % 100:02d}"


def sealed_lines(community, today=None):
    """`(year, [Line])`: what the sealed compartment tells of the last whole year of a community (safety.figures)."""
    year = years(today)[0]
    parts = figures_of(community, year)
    told = {words: number for part in parts if not part.adds_up for words, number in part.rows}
    return year, [Line("", words, told.get(name) if name else parts[0].total) for words, name in SEALED]


def shown_outside(lines):
    """`lines` as they may leave: small numbers are None, and so is what would tell them. The ways to part the cases taken add up
    to the same number, the kinds of families to one category of it: what one hides no other may show. A rate and a sum of money
    stand for the cases behind them, and one number may not be had from two that contain each other."""
    least, parts = rule("small_number"), {}
    for line in lines:
        parts.setdefault(line.part, []).append(line)
    numbers = {line.filters["count"]: line.number for line in lines if _is_count(line)}
    few = {count for count, n in numbers.items() if n < least}
    for larger, smaller in ((CaseCount.SETTLED, CaseCount.KEPT), (CaseCount.ASKED, CaseCount.SATISFIED)):
        # The rest is few: the smaller number would tell it.
        if larger.value in few or 0 < numbers[larger.value] - numbers[smaller.value] < least:
            few.add(smaller.value)
    shut = _shut_parts(parts, least, few)
    for line in parts[WHOLE] + parts[AVERTING] + parts[AFTER]:
        if line.label == RATE:
            shut[id(line)] = bool(few & {CaseCount.SETTLED.value, CaseCount.FAILED.value})
        else:
            shut[id(line)] = line.filters["count"] in few
    return [replace(line, number=None) if shut[id(line)] else line for line in lines]


def _is_count(line):
    return line.part in (WHOLE, AVERTING, AFTER) and line.unit == "件"


def _shut_parts(parts, least, few):
    """`{id of a Line: hidden}` of the ways to part the cases taken; where a sum may not be told, "accepted" joins `few`."""
    shut, marks = {}, {}
    for part in (ORIGINS, CATEGORIES, FAMILIES):
        marks[part] = hide([[line.number for line in parts[part]]], least)
        shut |= dict(zip(map(id, parts[part]), marks[part].cells[0], strict=True))
    family = next(line for line in parts[CATEGORIES] if line.filters["category"] == FAMILY)
    if shut[id(family)] or marks[FAMILIES].rows[0] or marks[FAMILIES].all:
        # Their sum stands in the categories, or must not be known: then none of them is told.
        shut |= {id(line): True for line in parts[FAMILIES]}
    if any(marks[part].rows[0] or marks[part].all for part in (ORIGINS, CATEGORIES)):
        few.add(CaseCount.ACCEPTED.value)
        for part in (ORIGINS, CATEGORIES):
            if not any(shut[id(line)] for line in parts[part]):
                shut |= {id(line): True for line in parts[part]}
    return shut
