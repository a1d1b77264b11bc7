"""Which posts fit somebody, and why, in her own words (acceptance F6.6). Pure: no database.

Kind of work and certificates, the shift against the hours she has, the way on foot, pay. Whether she is married or has
children is not known here and cannot count: twins that differ in it alone are equal (妇女权益保障法 art. 43).
"""

from dataclasses import dataclass, field
from datetime import time

WISH, SKILL, CERTIFICATE, HOURS, WAY, PAY, KIND = 30, 15, 10, 25, 15, 10, 5
# Minutes on foot from place to place of the tree, where nothing better is known.
SAME_GRID, SAME_COMMUNITY, SAME_STREET = 8, 15, 35


@dataclass(frozen=True)
class Wanting:
    """A seeker: JobKinds she wishes and can do, certificates she has, WorkKinds (none: all), hours (None: any), the longest
    way on foot and the least pay a month (None: any), the code of her grid, and whether she is 16 or 17."""

    wanted: frozenset = frozenset()
    skills: frozenset = frozenset()
    certificates: frozenset = frozenset()
    work_kinds: frozenset = frozenset()
    free_from: time | None = None
    free_until: time | None = None
    weekends: bool = False
    walk_minutes: int | None = None
    pay_from: int | None = None
    place: str = ""
    young: bool = False


@dataclass(frozen=True)
class Offer:
    """A post; `place` is the code of its grid or community, `walk_minutes` from the community when it lies elsewhere."""

    key: int
    kind: str
    work_kind: str = ""
    needs_certificate: bool = False
    adults_only: bool = False
    shift_from: time | None = None
    shift_to: time | None = None
    weekends: bool = False
    pay_from: int = 0
    pay_unit: str = "month"
    place: str = ""
    walk_minutes: int | None = None


@dataclass(frozen=True)
class Match:
    """`score`; `reasons` that speak for it; `doubts` that speak against it; `stops` is why she cannot be sent there."""

    key: int
    score: int
    reasons: list = field(default_factory=list)
    doubts: list = field(default_factory=list)
    stops: str = ""


def walk_between(home, place, typed=None):
    """Minutes on foot between two codes of the place tree, None when unknown. The tree is only an estimate."""
    if home and place:
        if home[:15] == place[:15] and len(home) >= 15 and len(place) >= 15:
            return SAME_GRID
        if home[:12] == place[:12]:
            return SAME_COMMUNITY
        if home[:9] == place[:9]:
            return SAME_STREET
    return typed


def match(her, offer, *, words):
    """The Match of one Offer; `words` maps a JobKind to its label."""
    if why := stops_sending(her, offer):
        return Match(offer.key, 0, stops=why)
    score, reasons, doubts = 0, [], []
    for points, good, bad in (
        _work(her, offer, words), _hours(her, offer), _way(her, offer), _pay(her, offer), _kind(her, offer),
    ):  # fmt: skip
        score += points
        reasons += [good] if good else []
        doubts += [bad] if bad else []
    return Match(offer.key, score, reasons, doubts)


def stops_sending(her, offer):
    """Why somebody cannot be sent there at all, '' when she can."""
    night = offer.shift_from and offer.shift_to and offer.shift_to <= offer.shift_from
    if her.young and (offer.adults_only or night):
        return "16—17 周岁不能做（未成年人保护法第六十一条）"
    if offer.needs_certificate and offer.kind not in her.certificates:
        return "要有证书，还没有登记"
    return ""


def _work(her, offer, words):
    name, points, good = words[offer.kind], 0, []
    if offer.kind in her.wanted:
        points, good = WISH, [f"想做{name}"]
    if offer.kind in her.certificates:
        points, good = points + SKILL + CERTIFICATE, [*good, f"有{name}的证书"]
    elif offer.kind in her.skills:
        points, good = points + SKILL, [*good, f"会{name}"]
    return points, "，".join(good), "" if good else f"没有说过想做{name}"


def _hours(her, offer):
    if offer.shift_from is None or offer.shift_to is None:
        return HOURS, "时间灵活", ""
    if her.free_from is None and her.free_until is None:
        return HOURS // 2, "", ""
    span = f"{offer.shift_from:%H:%M}—{offer.shift_to:%H:%M}"
    over_night = offer.shift_to <= offer.shift_from
    early = her.free_from is not None and offer.shift_from < her.free_from
    late = her.free_until is not None and (over_night or offer.shift_to > her.free_until)
    if early or late:
        return 0, "", f"上班 {span}，和能上班的时间对不上"
    if offer.weekends and not her.weekends:
        return HOURS // 3, "", f"上班 {span} 合适，但周末要上班"
    return HOURS, f"上班 {span}，在能上班的时间里", ""


def _way(her, offer):
    minutes = walk_between(her.place, offer.place, offer.walk_minutes)
    if minutes is None:
        return 0, "", "不知道走过去要多久"
    if her.walk_minutes is not None and minutes > her.walk_minutes:
        return 0, "", f"步行约 {minutes} 分钟，超过 {her.walk_minutes} 分钟"
    return WAY - min(minutes, 60) // 5, f"步行约 {minutes} 分钟", ""


def _pay(her, offer):
    if her.pay_from is None or offer.pay_unit != "month":
        return 0, "", ""
    if offer.pay_from >= her.pay_from:
        return PAY, f"工资 {offer.pay_from} 元起，够 {her.pay_from} 元", ""
    return 0, "", f"工资 {offer.pay_from} 元起，不到 {her.pay_from} 元"


def _kind(her, offer):
    if not her.work_kinds:
        return 0, "", ""
    return (KIND, "", "") if offer.work_kind in her.work_kinds else (0, "", "用工形式和想要的不一样")


def ranked(her, offers, *, words, most=20):
    """Matches, the best first, equal ones by key; those that speak for nothing, or to which she cannot be sent, left out."""
    found = [match(her, offer, words=words) for offer in offers]
    fitting = [one for one in found if not one.stops and one.reasons and one.score >= WISH // 2]
    return sorted(fitting, key=lambda one: (-one.score, one.key))[:most]
