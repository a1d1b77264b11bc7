"""How much two concerns say the same: words of title and place, cut into pairs of characters. No dictionary, no data."""

import re
from dataclasses import dataclass

from fedhub.core.text import HAN, match_key

# From here on two texts are shown as perhaps the same matter.
LIKELY = 0.35

_DIGITS = dict(zip("一二三四五六七八九", "123456789", strict=True))
_NUMBERED = re.compile(r"([一二三四五六七八九\d]+)(?:号楼|幢|栋|座)")
_NOT_WORDS = re.compile(rf"[^{HAN}a-z0-9]")
# Different words for one thing, longest first; what breaks is said in many ways.
_SAME = [
    (re.compile("不会亮|不亮|没亮|没有亮|灭了|熄了|坏掉|坏了|损坏|故障|失灵|不能用|用不了|没法用"), "坏"),
    (re.compile("找一份|找份|找一个|找个"), "找"),
    (re.compile("活干|活儿|活做|就业|上班"), "工作"),
    (re.compile("小孩子|小孩|娃娃|儿童"), "孩子"),
    (re.compile("电灯|灯泡|照明灯|照明"), "灯"),
    (re.compile("楼梯间|楼梯口|楼梯|过道"), "楼道"),
]
# Words that stand in every complaint.
_EMPTY = re.compile(
    "希望|反映|要求|请求|帮忙|一下|我们|你们|他们|她们|能不能|可不可以|是不是|已经|好几天|几天|"
    "的|了|吗|呢|啊|吧|里|很|都|在|我|你|她|他|请|想|要|能|把|被|给"
)


@dataclass(frozen=True)
class Said:
    """What is compared: words, place and topic as they were typed."""

    title: str
    place: str = ""
    topic: str = ""


def words_of(text):
    """`text` in the form that is compared: one word for what means the same, house numbers in digits."""
    text = match_key(text)
    text = _NUMBERED.sub(lambda found: "".join(_DIGITS.get(c, c) for c in found[1]) + "幢", text)
    text = _EMPTY.sub("", text)
    for pattern, word in _SAME:
        text = pattern.sub(word, text)
    return _NOT_WORDS.sub("", text)


def pairs_of(text):
    """Pairs of neighbouring characters of `words_of(text)`; a single character stands for itself."""
    words = words_of(text)
    return frozenset(words[i : i + 2] for i in range(len(words) - 1)) or frozenset(words)


def houses_of(said):
    """Numbers of the buildings that `said` names."""
    return set(re.findall(r"(\d+)幢", words_of(f"{said.place} {said.title}")))


def likeness(one, other):
    """How much `one` and `other` (Said) are the same matter: 0 (nothing in common) to 1; the order does not matter.

    Half of it is what they share of both texts, half what they share of the shorter: a long story may hold a short one.
    Different buildings make it less; another topic too, but never nothing: topics are chosen by different people.
    """
    a, b = pairs_of(f"{one.place}{one.title}"), pairs_of(f"{other.place}{other.title}")
    if not a or not b:
        return 0.0
    shared = len(a & b)
    value = shared / (len(a) + len(b)) + shared / min(len(a), len(b)) / 2
    if (mine := houses_of(one)) and (theirs := houses_of(other)) and not mine & theirs:
        value *= 0.5
    if one.topic and other.topic and one.topic != other.topic:
        value *= 0.8
    return value
