"""Whom a policy may be for: its conditions against what is known of a family, each with its reason. Pure: no database.

`conditions` of a Policy: `{"categories": [codes], "without": [codes], "sex": "1" or "2", "age_from": n, "age_to": n,
"grades": [codes], "health": [codes], "labour": [codes], "income_times": n, "income_most": n, "housing": [kinds],
"dangerous": true}`; what is left out limits nothing. All must hold, for one and the same person where it is about persons.
The answer is never "fits": whoever grants it decides that (handbook 8.4).
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from hardship.enums import Fit

KEYS = (
    "categories", "without", "sex", "age_from", "age_to", "grades", "health", "labour", "income_times", "income_most",
    "housing", "dangerous",
)  # fmt: skip
SEXES = {"1": "男", "2": "女"}
SHUT = "未成年人的资料，申请打开以后再比对"


@dataclass(frozen=True)
class Person:
    """What is known of a member. `categories`: her own and those of the whole family (低保 is given to a family). `shut`: a child
    whose facts the reader may not open, so that they say nothing here; its categories are open to grid work like its name and age
    (households.minors). `proofs`: kinds of valid papers of hers and of the family."""

    key: int
    name: str
    age: int | None = None
    sex: str = ""
    categories: frozenset = frozenset()
    grade: str = ""
    health: tuple = ()
    labour: str = ""
    shut: bool = False
    proofs: frozenset = frozenset()


@dataclass(frozen=True)
class Family:
    """What is known of a family today. `income`: yuan a head and month, None when no year is written down; `standard`: the local
    低保 standard, 0 when none is set; `dangerous` None when nothing is known of the home."""

    categories: frozenset = frozenset()
    members: tuple = ()
    income: Decimal | None = None
    standard: Decimal | int = 0
    housing: str = ""
    dangerous: bool | None = None
    proofs: frozenset = frozenset()


class Check(NamedTuple):
    """One condition: True, False, or None for not known; the rule, and what stands against it or is missing. `excludes`: it says
    what somebody may not be, so that it speaks for nobody."""

    holds: bool | None
    rule: str
    words: str = ""
    excludes: bool = False


@dataclass(frozen=True)
class Verdict:
    """How a family (or `person` of it) stands to a policy. `rules`: the conditions in words, `met` and `open` those that speak for
    it and those of which nothing is known; `why`: what speaks against it or is missing; `proofs`: kinds of papers that are
    wanted and not there."""

    fit: Fit
    person: Person | None = None
    rules: list = field(default_factory=list)
    why: list = field(default_factory=list)
    proofs: list = field(default_factory=list)
    met: list = field(default_factory=list)
    open: list = field(default_factory=list)


class Words(NamedTuple):
    """Labels of the code tables that the sentences need: `{code: label}` each."""

    category: dict
    grade: dict
    health: dict
    labour: dict
    housing: dict
    proof: dict


def _join(codes, names):
    return "、".join(names.get(code, code) for code in codes)


def _either(found, wanted, rule, unknown):
    """Check of one of `wanted`; `found` is empty when nothing is written down."""
    if not found:
        return Check(None, rule, unknown)
    return Check(bool(set(found) & set(wanted)), rule, "")


def _age(conditions, person):
    least, most = conditions.get("age_from"), conditions.get("age_to")
    if least is not None and most is not None:
        rule = f"{least} 至 {most} 周岁"
    else:
        rule = f"满 {least} 周岁" if least is not None else f"不超过 {most} 周岁"
    if person.age is None:
        return Check(None, rule, "还没有写出生日期")
    fits = (least is None or person.age >= least) and (most is None or person.age <= most)
    return Check(fits, rule, "" if fits else f"现在 {person.age} 周岁")


def _sealed(person, check):
    """What a shut child's own facts would say is not asked: alike whatever they are."""
    return Check(None, check.rule, SHUT) if person.shut else check


def _person_checks(conditions, person, words):
    checks = []
    if codes := conditions.get("categories"):
        held = bool(set(codes) & person.categories)
        checks.append(Check(held, f"属于{_join(codes, words.category)}", "" if held else "台账里没有这个类别"))
    if codes := conditions.get("without"):
        other = sorted(set(codes) & person.categories)
        checks.append(
            Check(not other, f"不是{_join(codes, words.category)}", f"已经是{_join(other, words.category)}", True)
        )
    if sex := conditions.get("sex"):
        known = person.sex in SEXES
        checks.append(
            Check(
                person.sex == sex if known else None,
                f"{SEXES[sex]}性",
                f"{SEXES[person.sex]}性" if known else "还没有写性别",
            )
        )
    if conditions.get("age_from") is not None or conditions.get("age_to") is not None:
        checks.append(_age(conditions, person))
    if codes := conditions.get("grades"):
        rule = f"残疾等级 {_join(codes, words.grade)}"
        if "CJ" not in person.categories and not person.grade:
            check = Check(False, rule, "台账里没有残疾")
        else:
            check = _either([person.grade] if person.grade else [], codes, rule, "档案里还没有写残疾等级")
            check = check._replace(words=check.words or ("" if check.holds else _join([person.grade], words.grade)))
        checks.append(_sealed(person, check))
    for name, found, label in (
        ("health", person.health, "健康状况"),
        ("labour", filter(None, [person.labour]), "劳动能力"),
    ):
        if codes := conditions.get(name):
            names, found = getattr(words, name), list(found)
            check = _either(found, codes, f"{label}：{_join(codes, names)}", f"档案里还没有写{label}")
            if check.holds is False:
                check = check._replace(words=_join(found, names))
            checks.append(_sealed(person, check))
    return checks


def _family_checks(conditions, family, words):
    checks = []
    times, most = conditions.get("income_times"), conditions.get("income_most")
    if times is not None or most is not None:
        limit = Decimal(str(times)) * Decimal(str(family.standard)) if times is not None else Decimal(str(most))
        rule = f"人均月收入不超过低保标准的 {times} 倍" if times is not None else f"人均月收入不超过 {most} 元"
        if family.income is None:
            checks.append(Check(None, rule, "还没有登记年度收支"))
        elif times is not None and not family.standard:
            checks.append(Check(None, rule, "“期限与规则”里还没有填本地低保标准"))
        else:
            checks.append(Check(family.income <= limit, rule, f"人均月收入 {family.income} 元"))
    if kinds := conditions.get("housing"):
        check = _either(
            [family.housing] if family.housing else [], kinds, f"住房：{_join(kinds, words.housing)}", "还没有写住房"
        )
        checks.append(
            check._replace(words=check.words or ("" if check.holds else _join([family.housing], words.housing)))
        )
    if conditions.get("dangerous"):
        known = family.dangerous is not None
        checks.append(Check(family.dangerous, "危房或者旧院落", "不是危房、旧院落" if known else "还没有写住房和家底"))
    return checks


def _fit(checks):
    if any(check.holds is False for check in checks):
        return Fit.NOT
    return Fit.UNKNOWN if any(check.holds is None for check in checks) else Fit.MAY


def _verdict(checks, proofs, person=None):
    fit = _fit(checks)
    bad = False if fit == Fit.NOT else None
    why = [f"要求{check.rule}，{check.words}" for check in checks if check.holds is bad and fit != Fit.MAY]
    return Verdict(
        fit, person, [check.rule for check in checks], why, [] if fit == Fit.NOT else proofs,
        [check.rule for check in checks if check.holds and not check.excludes],
        [check.rule for check in checks if check.holds is None],
    )  # fmt: skip


def verdicts(policy, family, words):
    """`[Verdict]` of a Policy (or anything with its fields) for a Family: one for each member that it may be for or about whom
    something is missing; where there is none, those of everybody with the reason why not. One for a policy of the family."""
    conditions = {key: policy.conditions[key] for key in KEYS if policy.conditions.get(key) not in (None, "", [])}

    def missing(held):
        return [words.proof.get(code, code) for code in policy.proofs if code not in held]

    of_family = _family_checks(conditions, family, words)
    if policy.applies_to == "family":
        if policy.grants and policy.grants in family.categories:
            return [Verdict(Fit.HELD)]
        # Of a family each condition about a person is met by whoever meets them all.
        all_of_it = Person(0, "", categories=family.categories)
        own = {k: v for k, v in conditions.items() if k in ("categories", "without")}
        someone = {k: v for k, v in conditions.items() if k not in own}
        checks = _person_checks(own, all_of_it, words) + of_family + _best(someone, family, words)
        return [_verdict(checks, missing(family.proofs))]
    found = []
    for person in family.members:
        if policy.grants and policy.grants in person.categories:
            found.append(Verdict(Fit.HELD, person))
            continue
        found.append(_verdict(_person_checks(conditions, person, words) + of_family, missing(person.proofs), person))
    return [v for v in found if v.fit != Fit.NOT] or found


def _best(conditions, family, words):
    """Checks of the conditions about persons for the member who comes nearest; none where nothing about persons is asked."""
    if not any(key in conditions for key in ("sex", "age_from", "age_to", "grades", "health", "labour")):
        return []
    order = [Fit.MAY, Fit.UNKNOWN, Fit.NOT]
    tried = [_person_checks(conditions, person, words) for person in family.members]
    return min(
        tried, key=lambda checks: order.index(_fit(checks)), default=[Check(None, "家庭成员", "还没有登记成员")]
    )


def fault_in(conditions):
    """What is wrong with the conditions of a policy as data, '' when nothing is: a key that nobody asks would limit nothing."""
    if not isinstance(conditions, dict):
        return "条件不是一组栏目"
    for key, value in conditions.items():
        if key not in KEYS:
            return f"没有“{key}”这样的条件"
        if key in ("age_from", "age_to", "income_most"):
            fine = type(value) is int and value >= 0
        elif key == "income_times":
            fine = type(value) in (int, float) and value > 0
        elif key in ("sex", "dangerous"):
            fine = value in (SEXES if key == "sex" else (True,))
        else:
            fine = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if not fine:
            return f"条件“{key}”填得不对"
    return ""


def rules_of(policy, words):
    """The conditions of a policy as sentences; one for everybody."""
    person = Person(0, "", shut=False)
    checks = _person_checks(policy.conditions, person, words) + _family_checks(policy.conditions, Family(), words)
    return [check.rule for check in checks] or ["没有条件"]


def best_fit(found):
    """The Fit that a family is shown with: the first of 可能符合, 还差资料, 已经享受, 不符合 among its Verdicts."""
    fits = {verdict.fit for verdict in found}
    return next((fit for fit in (Fit.MAY, Fit.UNKNOWN, Fit.HELD, Fit.NOT) if fit in fits), Fit.NOT)
