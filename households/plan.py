"""When a family is to be visited: the rules that fit it, the shortest of them, and the days that follow (handbook 2.4).

Pure: the rules come from reference.lookup, the facts from the caller.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from fedhub.reference.enums import FamilyKind, RuleTarget
from fedhub.reference.lookup import visit_rules
from households.enums import HousingKind

FLOATING, AWAY = "3", "2"
# What a family of a campaign weighs more in the order of a list.
CAMPAIGN_WEIGHT = 10


@dataclass(frozen=True)
class Rhythm:
    """What the rules say of one family: days from visit to visit, how far before and after the due day a visit is in
    time, what the family weighs in the order of a list, and who goes."""

    every: int
    early: int
    grace: int
    weight: int
    who: str


def kinds_of(*, hukou_type="", housing="", people=0):
    """The FamilyKinds that the household's own columns tell."""
    found = set()
    if hukou_type == FLOATING:
        found.add(FamilyKind.FLOATING)
    if hukou_type == AWAY:
        found.add(FamilyKind.AWAY)
    if housing == HousingKind.RENTED:
        found.add(FamilyKind.RENTED)
    if people == 1:
        found.add(FamilyKind.ALONE)
    return found


def fitting(categories=(), *, level="", kinds=(), rules=None):
    """Rules of frequency (of `rules`, default those in use) that fit a family, in the order of the table."""
    codes = {
        RuleTarget.ALL: {""}, RuleTarget.CATEGORY: set(categories), RuleTarget.LEVEL: {level} - {""},
        RuleTarget.KIND: set(kinds),
    }  # fmt: skip
    return [rule for rule in (visit_rules() if rules is None else rules) if rule.code in codes.get(rule.target, ())]


def deciding(rules):
    """The one of the fitting `rules` that counts: the shortest interval, of equal ones the less patient."""
    return min(rules, key=lambda rule: (rule.every_days, rule.grace_days, rule.order))


def rhythm_of(categories=(), *, level="", hukou_type="", housing="", people=0, rules=None):
    """The Rhythm of a family: the shortest interval wins, of equal ones the less patient; weights add up to 100 at
    most. `rules`: others than those in use."""
    kinds = kinds_of(hukou_type=hukou_type, housing=housing, people=people)
    rules = fitting(categories, level=level, kinds=kinds, rules=rules)
    first = deciding(rules)
    return Rhythm(
        every=first.every_days,
        early=first.early_days,
        grace=first.grace_days,
        weight=min(sum(rule.weight for rule in rules), 100),
        who=first.who,
    )


def due_after(day, rhythm):
    """The day on which a family last visited (or registered) on `day` is due."""
    return day + timedelta(days=rhythm.every)


# Columns of a household that follow from the rules.
PLANNED = ("next_due_on", "visit_every", "visit_grace", "visit_weight")


def planned(rhythm, last_visit_on, created_at):
    """The values of PLANNED for a family of this Rhythm: due after its last visit, else after it was registered."""
    base = last_visit_on or timezone.localdate(created_at)
    return (due_after(base, rhythm), rhythm.every, rhythm.grace, rhythm.weight)


def event_rule(event):
    """The rule of a VisitEvent in use, or None: nothing is planned then."""
    return next((r for r in visit_rules() if r.target == RuleTarget.EVENT and r.code == event), None)


def first_visit_rule(category):
    """The rule that wants a first visit within days after `category` began, or None."""
    fits = (r for r in visit_rules() if r.target == RuleTarget.CATEGORY and r.code == category and r.within_days)
    return next(fits, None)
