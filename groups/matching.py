"""Which volunteers fit a need, and why (acceptance 2, item 12; 志愿服务条例 art. 15, 17; handbook 9.2). Pure: no database.

Kind of service, skill, time, way, what she speaks, how much she has taken on, what she did before. Whether she is married, has
children or lives alone is not known here and cannot count: twins that differ in it alone are equal.
"""

from dataclasses import dataclass, field
from datetime import date

from groups.enums import FreeTime, ServiceKind, VolunteerState
from groups.need_enums import Near, Strain, Tongue

KIND, SKILL, TIME, WAY, TONGUE, LOAD, PAST = 30, 15, 25, 15, 10, 10, 10
EVENINGS = (FreeTime.WEEKDAY_EVE, FreeTime.WEEKEND_EVE)
WOMAN = "2"


@dataclass(frozen=True)
class Wanted:
    """A need. `place` is the code of the grid or community; `home` the household, 0 for a place that is nobody's home; `until` the
    last day of it."""

    kind: str
    until: date
    skill: str = ""
    times: frozenset = frozenset()
    tongues: frozenset = frozenset()
    strains: frozenset = frozenset()
    near: str = Near.COMMUNITY
    place: str = ""
    home: int = 0
    risky: bool = False
    at_night: bool = False
    only_women: bool = False


@dataclass(frozen=True)
class Ready:
    """A volunteer, as far as it counts. `grown`: surely 18; `aged`: it is known when she was born; `guardian`: her guardian's
    paper is there; `covered_until`: insured from today to then; `load`: needs she has now; `done`: services of this kind that
    count; `refused`: needs of this kind that she declined; `asked_before`: words when she was asked for this very need and it is
    over; `homes`: households she lives or is registered in; `gone`: words when she moved away or died."""

    key: int
    state: str = VolunteerState.ACTIVE
    grown: bool = True
    aged: bool = True
    guardian: bool = False
    sex: str = ""
    kinds: frozenset = frozenset()
    skills: str = ""
    times: frozenset = frozenset()
    tongues: frozenset = frozenset()
    limits: frozenset = frozenset()
    near: str = Near.COMMUNITY
    place: str = ""
    homes: frozenset = frozenset()
    covered_until: date | None = None
    load: int = 0
    cap: int = 3
    done: int = 0
    refused: int = 0
    asked_before: str = ""
    gone: str = ""


@dataclass(frozen=True)
class Fit:
    """`score`; `reasons` that speak for it, `doubts` against it; `stops` is why she must not be asked, '' when she may be."""

    key: int
    score: int
    reasons: list = field(default_factory=list)
    doubts: list = field(default_factory=list)
    stops: str = ""


def stops_asking(her, need):
    """Why she must not be asked at all, '' when she may be: the first of the hard stops, in words."""
    checks = (_state_stop, _home_stop, _age_stop, _insurance_stop, _body_stop, _wish_stop)
    return next((why for check in checks if (why := check(her, need))), "")


def _state_stop(her, need):
    if her.gone:
        return her.gone
    if her.state == VolunteerState.ACTIVE:
        return ""
    return {
        VolunteerState.PENDING: "还没有审核通过",
        VolunteerState.PAUSED: "现在暂停服务",
        VolunteerState.LEFT: "已经退出",
        VolunteerState.REFUSED: "没有通过审核",
    }[her.state]


def _home_stop(her, need):
    return "就是这户的人" if need.home and need.home in her.homes else ""


def _age_stop(her, need):
    if not her.aged:
        return "出生日期没有登记，不安排有风险、夜里的服务" if need.risky or need.at_night else ""
    if her.grown:
        return ""
    if need.risky:
        return "未满十八周岁，不安排有风险的服务"
    if need.at_night:
        return "未满十八周岁，不安排夜里的服务"
    return "" if her.guardian else "未满十八周岁，还没有监护人的同意书"


def _insurance_stop(her, need):
    if not need.risky:
        return ""
    if her.covered_until is None:
        return "有风险的服务要先买意外保险（志愿服务条例第十七条）"
    return "" if her.covered_until >= need.until else f"意外保险只到 {her.covered_until:%Y-%m-%d}，不到服务结束"


def _body_stop(her, need):
    # What she said of her body is hers: that it does not fit is all that is told.
    asked = set(need.strains)
    if need.at_night or need.times and need.times <= set(EVENINGS):
        asked.add(Strain.LATE)
    return "她说过身体不适合做这样的事（志愿服务条例第十五条）" if asked & her.limits else ""


def _wish_stop(her, need):
    if need.only_women and her.sex != WOMAN:
        return "只要女志愿者" if her.sex else "只要女志愿者，她的性别没有登记"
    return her.asked_before


def fit(her, need):
    """The Fit of one Ready for a Wanted."""
    if why := stops_asking(her, need):
        return Fit(her.key, 0, stops=why)
    score, reasons, doubts = 0, [], []
    for check in (_kind, _skill, _time, _way, _tongue, _load, _past):
        points, good, bad = check(her, need)
        score += points
        reasons += [good] if good else []
        doubts += [bad] if bad else []
    return Fit(her.key, score, reasons, doubts)


def _kind(her, need):
    name = ServiceKind(need.kind).label
    return (KIND, f"愿意做{name}", "") if need.kind in her.kinds else (0, "", f"没有说过愿意做{name}")


def _skill(her, need):
    if not need.skill:
        return 0, "", ""
    shared = [word for word in split_words(need.skill) if word in her.skills]
    return (SKILL, f"会{'、'.join(shared)}", "") if shared else (0, "", f"没有登记会{need.skill}")


def split_words(text):
    """Words of a line that were set apart by signs or blanks."""
    for sign in "、，,；;/ ":
        text = text.replace(sign, " ")
    return text.split()


# Asked of an enum each time, they are built anew: thousands of times for one need.
TIMES, TONGUES = FreeTime.choices, Tongue.choices


def _named(choices, codes):
    return "、".join(label for code, label in choices if code in codes)


def _time(her, need):
    if not need.times:
        return TIME // 2, "", ""
    shared = need.times & her.times
    if not shared:
        words = _named(TIMES, need.times)
        return 0, "", f"要{words}，她这些时候没空" if her.times else "没有登记什么时候有空"
    points = TIME if shared == need.times else TIME * 2 // 3
    return points, f"{_named(TIMES, shared)}有空", ""


def _way(her, need):
    same_grid = bool(need.place and her.place) and len(need.place) >= 15 and her.place[:15] == need.place[:15]
    if same_grid:
        return WAY, "同一个网格", ""
    if Near.GRID in (her.near, need.near):
        who = "要住得近的" if need.near == Near.GRID else "她只在自己的网格里服务"
        return 0, "", f"不在同一个网格，{who}" if her.place else f"不知道她住在哪个网格，{who}"
    if need.place and her.place and her.place[:12] == need.place[:12]:
        return WAY * 2 // 3, "同一个社区", ""
    return (WAY // 3, "", "") if Near.COMMUNITY not in (her.near, need.near) else (0, "", "不在同一个社区")


def _tongue(her, need):
    if not need.tongues:
        return 0, "", ""
    shared, words = need.tongues & her.tongues, _named(TONGUES, need.tongues)
    return (TONGUE, f"会说{_named(TONGUES, shared)}", "") if shared else (0, "", f"没有登记会说{words}")


def _load(her, need):
    if her.load >= her.cap:
        return 0, "", f"已经接了 {her.load} 件，她说最多 {her.cap} 件"
    return LOAD * (her.cap - her.load) // her.cap, f"现在接了 {her.load} 件" if her.load else "现在手上没有", ""


def _past(her, need):
    name, bad = ServiceKind(need.kind).label, ""
    if her.refused:
        bad = f"这样的事婉拒过 {her.refused} 次"
    if not her.done:
        return 0, "", bad
    return min(her.done, PAST), f"做过{name} {her.done} 次", bad


def ranked(volunteers, need):
    """`(fits, stopped)`: Fits that may be asked, the best first, equal ones by key; those that must not be, by key."""
    found = [fit(her, need) for her in volunteers]
    may = sorted((one for one in found if not one.stops), key=lambda one: (-one.score, one.key))
    return may, sorted((one for one in found if one.stops), key=lambda one: one.key)
