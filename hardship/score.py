"""The score sheet: what it adds up, and which level it suggests (handbook 4.3). It only suggests; a person decides (个人信息
保护法 art. 24). Pure: no database."""

from dataclasses import dataclass, field

from hardship.enums import Level

# Shipped weights, which an office may change: key, words, points.
ITEMS = [
    ("destitute", "特困供养", 50),
    ("dibao", "低保", 35),
    ("near", "低保边缘", 20),
    ("below", "人均收入低于低保标准（未纳入低保）", 35),
    ("below_near", "人均收入不超过低保标准 1.5 倍", 15),
    ("spending", "刚性支出困难", 20),
    ("illness", "重症大病", 30),
    ("disability", "残疾", 20),
    ("severe", "重度残疾（一、二级）", 15),
    ("no_work", "家里没有人上班", 15),
    ("unemployed", "有人下岗失业", 10),
    ("single_mother", "单亲母亲", 10),
    ("alone", "孤寡、独居", 20),
    ("child_alone", "孩子没有人监护", 50),
    ("child_in_need", "留守、困境儿童", 15),
    ("dependant", "每一位未满 16 周岁或满 80 周岁的家人", 5),
    ("sudden", "突发灾害、意外", 20),
    ("lost_child", "失独", 15),
    ("housing", "没有自己的住房", 5),
    ("dangerous", "危房、旧院落", 15),
]
DEPENDANTS_COUNTED = 3
THRESHOLDS = [(Level.FIRST, 70), (Level.SECOND, 40), (Level.THIRD, 15)]
# Keys of what an office may change.
KEYS = [key for key, _, _ in ITEMS]
LABELS = {key: label for key, label, _ in ITEMS}
SHIPPED = {key: points for key, _, points in ITEMS}


@dataclass(frozen=True)
class Facts:
    """What is known of a family today. `categories`: codes of hardship_category of the family and who lives there;
    `income`: yuan a head and month, None when unknown; `standard`: the local 低保 standard, 0 when none is set."""

    categories: frozenset = frozenset()
    people: int = 0
    dependants: int = 0
    workers: int | None = None
    severe: bool = False
    owns_home: bool = True
    dangerous: bool = False
    income: float | None = None
    standard: float = 0


@dataclass(frozen=True)
class Suggestion:
    """`parts`: [(words, points)]; `because`: the sentence of a rule that decides by itself, ''."""

    parts: list = field(default_factory=list)
    score: int = 0
    level: Level = Level.FOURTH
    because: str = ""


def _points(facts):
    """{key: how many times it counts}."""
    has = facts.categories
    poor = facts.income is not None and facts.standard
    found = {
        "destitute": "TK" in has,
        "dibao": "DB" in has,
        "near": "DBBY" in has and "DB" not in has,
        "below": bool(poor and facts.income < facts.standard and not {"DB", "TK"} & has),
        "below_near": bool(
            poor and facts.standard <= facts.income <= 1.5 * facts.standard and not {"DB", "DBBY", "TK"} & has
        ),
        "spending": "GXZC" in has,
        "illness": bool({"ZZ", "LA"} & has),
        "disability": "CJ" in has,
        "severe": facts.severe,
        "no_work": facts.workers == 0,
        "unemployed": "XG" in has,
        "single_mother": "DQMQ" in has,
        "alone": bool({"GG", "KC"} & has),
        "child_alone": bool({"GE", "SSWR"} & has),
        "child_in_need": bool({"LSET", "KJET"} & has),
        "dependant": min(facts.dependants, DEPENDANTS_COUNTED),
        "sudden": "ZH" in has,
        "lost_child": "SD" in has,
        "housing": not facts.owns_home,
        "dangerous": facts.dangerous,
    }
    return {key: int(times) for key, times in found.items() if times}


def first_by_rule(facts):
    """Why the family is of the first level whatever the points say, '' when no rule does (handbook 4.3)."""
    has = facts.categories
    if "TK" in has:
        return "特困供养，按规则为一级"
    if "DB" in has and {"ZZ", "LA"} & has:
        return "低保家庭有人重症大病，按规则为一级"
    if {"GE", "SSWR"} & has:
        return "孩子没有人监护，按规则为一级"
    if facts.severe and {"GG", "KC"} & has:
        return "重度残疾、没有人照料，按规则为一级"
    return ""


def suggest(facts, weights=None):
    """The Suggestion for `facts` under `weights` ({key: points}, default the shipped ones)."""
    weights = SHIPPED | (weights or {})
    parts = []
    for key, times in _points(facts).items():
        if points := weights[key] * times:
            parts.append((f"{LABELS[key]}（{times} 位）" if times > 1 else LABELS[key], points))
    parts.sort(key=lambda part: -part[1])
    score = sum(points for _, points in parts)
    because = first_by_rule(facts)
    level = next((level for level, least in THRESHOLDS if score >= least), Level.FOURTH)
    return Suggestion(parts, score, Level.FIRST if because else level, because)
