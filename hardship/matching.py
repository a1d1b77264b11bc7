"""Which helpers fit a family, and why (acceptance 2, item 12). Pure: no database.

Skill against what the family needs, distance, load. Who the helper is at home plays no part.
"""

from dataclasses import dataclass, field

from hardship.enums import HelpKind

NEAR_BUILDING, NEAR_COMPOUND, NEAR_GRID = 15, 10, 6
SKILL, LOAD = 20, 10


@dataclass(frozen=True)
class Place:
    """Where somebody is: code of the grid, compound, building; '' is unknown."""

    grid: str = ""
    compound: str = ""
    building: str = ""


@dataclass(frozen=True)
class Candidate:
    """A helper: skills (codes of HelpKind), where, how many families now, the cap."""

    key: int
    skills: frozenset = frozenset()
    place: Place = Place()
    load: int = 0
    cap: int = 5


@dataclass(frozen=True)
class Match:
    """`score` and `reasons` in words; `over` when she has as many families as she may."""

    key: int
    score: int
    reasons: list = field(default_factory=list)
    over: bool = False


def match(candidate, wanted, home):
    """The Match of one Candidate for a family that wants `wanted` (codes of HelpKind) and lives at `home` (Place)."""
    score, reasons = 0, []
    fits = [code for code in HelpKind.values if code in candidate.skills and code in wanted]
    if fits:
        score += SKILL * len(fits)
        reasons.append("能帮" + "、".join(HelpKind(code).label for code in fits))
    elif wanted:
        reasons.append("没有登记这方面的特长")
    points, words = nearness(candidate.place, home)
    score += points
    if words:
        reasons.append(words)
    over = candidate.load >= candidate.cap
    if over:
        reasons.append(f"已经帮 {candidate.load} 户，到上限 {candidate.cap} 户，要第二人签字")
    else:
        score += LOAD * (candidate.cap - candidate.load) // candidate.cap
        reasons.append(f"现在帮 {candidate.load} 户" if candidate.load else "现在没有结对")
    return Match(candidate.key, score, reasons, over)


def nearness(place, home):
    """(points, words) of the way from one Place to the other."""
    if place.compound and place.compound == home.compound:
        if place.building and place.building == home.building:
            return NEAR_BUILDING, "同一栋楼"
        return NEAR_COMPOUND, "同一个小区"
    if place.grid and place.grid == home.grid:
        return NEAR_GRID, "同一个网格"
    return 0, ""


def ranked(candidates, wanted, home):
    """Matches, the best first: those within their cap before those over it, equal ones by key."""
    found = [match(one, wanted, home) for one in candidates]
    return sorted(found, key=lambda one: (one.over, -one.score, one.key))
