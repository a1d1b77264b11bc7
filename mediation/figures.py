"""The official form of the cases (handbook 7.8): each number is a query, and the query opens its list. Nobody types one.

What leaves as a table says no number below the rule "small_number", nor one that another gives away (core.suppress).
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Sum

from fedhub.core.suppress import hide
from fedhub.reference.lookup import labels, rule
from mediation.enums import AgreementState, CaseCount, CaseState, Origin, Outcome, PromiseState
from mediation.models import Agreement, Case, Promise


@dataclass(frozen=True)
class Line:
    """One number: `key` and `value` of the list's filters that show it. `number` None: hidden."""

    part: str
    label: str
    number: int | str | None
    filters: dict


def counted(rows, count, since, until):
    """Those of the cases `rows` that the CaseCount means, from a day to a day."""
    days, ended = (since, until), rows.filter(ended_on__range=(since, until))
    if count == CaseCount.ACCEPTED:
        return rows.filter(accepted_on__range=days)
    if count == CaseCount.SETTLED:
        return rows.filter(pk__in=_agreements(days).values("case"))
    if count == CaseCount.KEPT:
        broken = Promise.objects.filter(agreement=OuterRef("pk")).exclude(state=PromiseState.KEPT)
        return rows.filter(pk__in=_agreements(days).filter(~Exists(broken)).values("case"))
    if count == CaseCount.REFUSED:
        return ended.filter(state=CaseState.REFUSED)
    return ended.filter(Q(state=CaseState.FAILED) | Q(outcome=Outcome.FAILED))


def _agreements(days):
    """Agreements in force that took effect from a day to a day."""
    return Agreement.objects.filter(state=AgreementState.SIGNED, effective_on__range=days)


def money(rows, since, until):
    """Fen that the agreements of the settled cases `rows` name."""
    own = _agreements((since, until)).filter(case__in=rows)
    return Promise.objects.filter(agreement__in=own).aggregate(sum=Sum("amount"))["sum"] or 0


def lines_of(user, *, since, until):
    """`[Line]` of the cases that `user` gives out, for whoever may open each list."""
    rows = Case.objects.visible_to(user, "mediation.assign_case")
    found = {one: counted(rows, one, since, until) for one in CaseCount}
    numbers = {one: found[one].count() for one in CaseCount}
    taken = list(found[CaseCount.ACCEPTED].values_list("origin", "kind"))
    lines = [Line("合计", CaseCount(one).label, numbers[one], {"count": one.value}) for one in CaseCount]
    over = numbers[CaseCount.SETTLED] + numbers[CaseCount.FAILED]
    rate = f"{100 * numbers[CaseCount.SETTLED] / over:.1f}%" if over else "—"
    lines.append(Line("合计", "调解成功率", rate, {}))
    lines.append(Line("合计", "协议涉及金额（元）", _yuan(money(found[CaseCount.SETTLED], since, until)), {}))
    for part, name, words, place in (
        ("按启动方式（受理）", "origin", dict(Origin.choices), 0),
        ("按类型（受理）", "kind", labels("family_dispute_kind"), 1),
    ):
        for code, label in words.items():
            number = sum(one[place] == code for one in taken)
            lines.append(Line(part, label, number, {"count": CaseCount.ACCEPTED.value, name: code}))
    return lines


def _yuan(fen):
    return f"{fen // 100}.{fen % 100:02d}"


def shown_outside(lines):
    """`lines` as they may leave: small numbers are None, and so is what would tell them: both ways to part the cases taken add up
    to the same number, so what one hides neither may show; a rate and a sum of money stand for the cases behind them."""
    least = rule("small_number")
    parts = {}
    for line in lines:
        parts.setdefault(line.part, []).append(line)
    whole, *split = parts.values()
    shut, total_hidden = {}, False
    for part in split:
        marks = hide([[line.number for line in part]], least)
        shut |= dict(zip(map(id, part), marks.cells[0], strict=True))
        total_hidden |= marks.rows[0] or marks.all
    shut |= {id(line): isinstance(line.number, int) and line.number < least for line in whole}
    by_label = {line.label: line for line in whole}
    taken, settled, failed, kept = (
        by_label[CaseCount(one).label] for one in ("accepted", "settled", "failed", "kept")
    )
    shut[id(taken)] |= total_hidden
    # Settled and not yet kept are few: the kept would tell them.
    shut[id(kept)] |= shut[id(settled)] or 0 < settled.number - kept.number < least
    few = shut[id(settled)]
    shut[id(by_label["协议涉及金额（元）"])] = few
    shut[id(by_label["调解成功率"])] = few or shut[id(failed)]
    return [Line(one.part, one.label, None if shut[id(one)] else one.number, one.filters) for one in lines]
