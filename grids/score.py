"""How pressing a visit is: points with their reasons, so that nobody has to believe a number (handbook 2.4).

Pure: what is known of a family comes from the caller, what each thing is worth from the rules that an office may change.
"""

from typing import NamedTuple

from fedhub.reference.lookup import rule
from households.enums import TaskKind

# A list is read over a shoulder: it says that a family is to be minded, never why.
NEUTRAL = "重点关注"
PROMISED = "说好再去的日子到了"


class Part(NamedTuple):
    """One reason and its points; what a list shows as "必访 +50"."""

    label: str
    points: int


class Points(NamedTuple):
    """What each thing is worth (rules visit_score_*)."""

    day: int
    day_most: int
    never: int
    missed: int
    missed_most: int
    promise: int


def points():
    """The Points that the rules say now."""
    return Points(*(rule(f"visit_score_{name}") for name in Points._fields))


def score_parts(worth, *, late=0, weight=0, tasks=(), never=False, missed=0, promised=False, named=()):
    """The Parts of a family's score, in the order in which they are told; those worth nothing are left out.

    `worth`: Points; `late`: days since the first thing was due; `weight`: what the rules of frequency say of the family;
    `tasks`: (TaskKind, points) of the tasks begun; `missed`: tries since the last visit at which nobody was met;
    `promised`: the promised day has come; `named`: Parts that say the weight by name, for a page where categories may be
    read.
    """
    parts = []
    if late > 0:
        parts.append(Part(f"逾期 {late} 天", min(late * worth.day, worth.day_most)))
    parts += [Part(TaskKind(kind).label, value) for kind, value in tasks]
    if weight:
        parts += named or [Part(NEUTRAL, weight)]
    if promised:
        parts.append(Part(PROMISED, worth.promise))
    if never:
        parts.append(Part("从没走访过", worth.never))
    if missed:
        parts.append(Part(f"上次以来 {missed} 次没见到", min(missed * worth.missed, worth.missed_most)))
    return [part for part in parts if part.points]


def named_parts(rules, weight):
    """Parts that say a family's `weight` by name: one for each of the `rules` (VisitRule) that fit it.

    Weights add up to 100 at most; what the names exceed is said too, so that the sum stays right.
    """
    parts = [Part(rule_.name, rule_.weight) for rule_ in rules if rule_.weight]
    over = sum(part.points for part in parts) - weight
    return [*parts, Part("最多算到这里", -over)] if over else parts


def total(parts):
    """The score."""
    return sum(part.points for part in parts)
