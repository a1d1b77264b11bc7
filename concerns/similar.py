"""How much two concerns say the same: words of title and place, cut into pairs of characters. No dictionary, no data."""

import re
from dataclasses import dataclass
from functools import cached_property

from fedhub.core.text import HAN, match_key

# From here on two texts are shown as perhaps the same matter.
LIKELY = 0.35

_DIGITS = dict(zip("一二三四五六七八九", "123456789", strict=True))
_NUMBERED = re.compile(r"([一二三四五六七八九\d]+)(?:号楼|幢|栋|座)")
_HOUSE = re.compile(r"(\d+)幢")
_NOT_WORDS = re.compile(rf"[^{HAN}a-z0-9]")
# Different words for one thing (what breaks is said in many ways), and words that stand in every complaint.
_SAME = {
    "坏": "不会亮 不亮 没亮 没有亮 灭了 熄了 坏掉 坏了 损坏 故障 失灵 不能用 用不了 没法用",
    "找": "找一份 找份 找一个 找个",
    "工作": "活干 活儿 活做 就业 上班",
    "孩子": "小孩子 小孩 娃娃 儿童",
    "灯": "电灯 灯泡 照明灯 照明",
    "楼道": "楼梯间 楼梯口 楼梯 过道",
    "": "希望 反映 要求 请求 帮忙 一下 我们 你们 他们 她们 能不能 可不可以 是不是 已经 好几天 几天 "
        "的 了 吗 呢 啊 吧 里 很 都 在 我 你 她 他 请 想 要 能 把 被 给",
}  # fmt: skip
_WORD = {said: meant for meant, words in _SAME.items() for said in words.split()}
_SAID = re.compile("|".join(sorted(_WORD, key=len, reverse=True)))


def words_of(text):
    """`text` in the form that is compared: one word for what means the same, house numbers in digits."""
    text = _NUMBERED.sub(lambda found: "".join(_DIGITS.get(c, c) for c in found[1]) + "幢", match_key(text))
    return _SAID.sub(lambda found: _WORD[found[0]], text)


@dataclass(frozen=True)
class Said:
    """What is compared: words, place and topic as they were typed."""

    title: str
    place: str = ""
    topic: str = ""

    @cached_property
    def words(self):
        return words_of(f"{self.place}，{self.title}")

    @cached_property
    def pairs(self):
        """Pairs of neighbouring characters; a single character stands for itself."""
        words = _NOT_WORDS.sub("", self.words)
        return frozenset(words[i : i + 2] for i in range(len(words) - 1)) or frozenset(words)

    @cached_property
    def houses(self):
        """Numbers of the buildings it names."""
        return set(_HOUSE.findall(self.words))


def likeness(one, other):
    """How much `one` and `other` (Said) are the same matter: 0 (nothing in common) to 1; the order does not matter.

    Half of it is what they share of both texts, half what they share of the shorter: a long story may hold a short one.
    Different buildings make it less; another topic too, but never nothing: topics are chosen by different people.
    """
    a, b = one.pairs, other.pairs
    if not a or not b:
        return 0.0
    shared = len(a & b)
    value = shared / (len(a) + len(b)) + shared / min(len(a), len(b)) / 2
    if one.houses and other.houses and not one.houses & other.houses:
        value *= 0.5
    if one.topic and other.topic and one.topic != other.topic:
        value *= 0.8
    return value
