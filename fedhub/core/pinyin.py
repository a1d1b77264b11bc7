"""Pinyin of names without a dictionary in memory: initials for search, a key for sorting (handbook 13.6).

The readings lie in pinyin.txt (63 KB, read at first use), built by tools/build_pinyin.py. Surnames with a reading of
their own, and characters of given names with two usual initials, stand in the tables below; search keeps all readings.
"""

from functools import cache, lru_cache
from itertools import islice, product
from pathlib import Path

from fedhub.core.text import normalise_name

_FIRST = 0x3400
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
MOST_READINGS = 4

# Surnames read otherwise than in everyday words, and the readings they have as surnames (the usual one first).
SURNAMES = {
    "单": ("shan4",), "曾": ("zeng1",), "仇": ("qiu2",), "解": ("xie4",), "查": ("zha1",), "盖": ("ge3", "gai4"),
    "任": ("ren2",), "区": ("ou1",), "朴": ("piao2",), "翟": ("zhai2",), "覃": ("qin2", "tan2"),
    "乐": ("yue4", "le4"), "缪": ("miao4",), "员": ("yun4",), "秘": ("bi4",), "种": ("chong2",), "折": ("she2",),
    "召": ("shao4",), "祭": ("zhai4",), "贾": ("jia3",), "隗": ("wei3", "kui2"), "繁": ("po2",), "黑": ("he4",),
    "句": ("gou1",), "莘": ("shen1", "xin1"), "都": ("du1",), "重": ("chong2",), "葛": ("ge3",), "华": ("hua4",),
    "燕": ("yan1",), "应": ("ying1",), "宁": ("ning4",), "纪": ("ji3",), "过": ("guo1",), "那": ("na1",),
    "车": ("che1",), "沈": ("shen3",), "石": ("shi2",), "叶": ("ye4",), "褚": ("chu3",), "洗": ("xian3",),
    "逄": ("pang2",), "郇": ("xun2", "huan2"), "牟": ("mu4", "mou2"), "长": ("chang2", "zhang3"), "晟": ("cheng2",),
    "薄": ("bo2",), "尉": ("wei4", "yu4"), "会": ("gui4",), "谌": ("chen2", "shen4"), "訾": ("zi1",),
    "俞": ("yu2",), "於": ("yu1",), "幺": ("yao1",), "藏": ("zang1",), "相": ("xiang4",), "能": ("nai4",),
    "适": ("kuo4",), "佴": ("nai4", "er4"), "麦": ("mai4",), "撒": ("sa3",), "占": ("zhan1",), "哈": ("ha3",),
    "卜": ("bu3",), "柏": ("bai3",),
}  # fmt: skip
COMPOUND_SURNAMES = {
    "尉迟": "yu4 chi2", "万俟": "mo4 qi2", "单于": "chan2 yu2", "长孙": "zhang3 sun1", "澹台": "tan2 tai2",
    "令狐": "ling2 hu2", "鲜于": "xian1 yu2", "濮阳": "pu2 yang2", "夏侯": "xia4 hou2", "呼延": "hu1 yan2",
    "宗政": "zong1 zheng4", "公冶": "gong1 ye3", "诸葛": "zhu1 ge3", "皇甫": "huang2 fu3", "轩辕": "xuan1 yuan2",
}  # fmt: skip
# Characters of given names with two usual readings whose initials differ: everyday reading first.
GIVEN = {
    "长": ("chang2", "zhang3"), "乐": ("le4", "yue4"), "行": ("xing2", "hang2"), "重": ("chong2", "zhong4"),
    "朝": ("chao2", "zhao1"), "茜": ("qian4", "xi1"), "盛": ("sheng4", "cheng2"), "传": ("chuan2", "zhuan4"),
    "晟": ("sheng4", "cheng2"), "参": ("can1", "shen1"), "调": ("tiao2", "diao4"), "藏": ("zang4", "cang2"),
    "省": ("sheng3", "xing3"), "莘": ("xin1", "shen1"), "阿": ("a1", "e1"), "宿": ("su4", "xiu3"),
    "蔓": ("man4", "wan4"), "澄": ("cheng2", "deng4"), "翟": ("zhai2", "di2"), "泊": ("bo2", "po1"),
    "查": ("cha2", "zha1"), "单": ("dan1", "shan4"), "曾": ("zeng1", "ceng2"), "解": ("jie3", "xie4"),
    "奇": ("qi2", "ji1"), "校": ("xiao4", "jiao4"), "降": ("jiang4", "xiang2"), "车": ("che1", "ju1"),
    "石": ("shi2",), "翯": ("he4",), "晖": ("hui1",),
}  # fmt: skip
# Characters outside the BMP that stand in names again and again.
RARE = {"𠮷": "ji2"}


@cache
def _readings():
    syllables, coded = Path(__file__).with_name("pinyin.txt").read_text(encoding="ascii").splitlines()
    return syllables.split(" "), coded


@lru_cache(maxsize=8192)
def syllable(character):
    """Everyday reading of one Chinese character with its tone ("ming2"), or '' when it has none."""
    syllables, coded = _readings()
    at = 2 * (ord(character) - _FIRST)
    if not 0 <= at < len(coded):
        return RARE.get(character, "ling2" if character == "〇" else "")
    high, low = coded[at], coded[at + 1]
    return syllables[64 * _DIGITS.index(high) + _DIGITS.index(low)] if high != "." else ""


def _may_be_compound(name):
    return normalise_name(name).casefold()[:2] in COMPOUND_SURNAMES


@lru_cache(maxsize=4096)
def _parts(name, compounds=True):
    """`((text, readings), …)` along the normalised name; a Latin word is one part, read as itself.

    A name is asked for several times while its keys are made, and the names of estates again and again.
    """
    name = normalise_name(name).casefold()
    parts = []
    if compounds and name[:2] in COMPOUND_SURNAMES:
        parts = [(c, (reading,)) for c, reading in zip(name, COMPOUND_SURNAMES[name[:2]].split(" "), strict=False)]
    word = ""
    for character in name[len(parts) :]:
        if character.isascii() and character.isalnum():
            word += character
            continue
        if word:
            parts.append((word, (word,)))
            word = ""
        everyday = syllable(character)
        readings = GIVEN.get(character, (everyday,) if everyday else ())
        if not parts and character in SURNAMES:
            readings = (*SURNAMES[character], *readings)
        if readings:
            parts.append((character, readings))
    return (*parts, (word, (word,))) if word else tuple(parts)


def _combinations(parts):
    """Initials of `parts` in every reading, the usual first; of equals, the one whose surname reads otherwise."""
    letters = [tuple(dict.fromkeys(reading[0] for reading in readings)) for _, readings in parts]
    if all(len(options) == 1 for options in letters):
        return ["".join(options[0] for options in letters)] if letters else []
    found = ["".join(letters) for letters in islice(product(*letters), 256)] if letters else []

    def oddity(text):
        odd = [place for place, options in enumerate(letters) if text[place] != options[0]]
        return len(odd), odd

    return sorted(found, key=oddity)


@lru_cache(maxsize=4096)
def initials(name):
    """Pinyin initials of `name` in small letters: all plausible readings, the likeliest first, at most four.

    A Latin word gives its first letter; a character without a reading gives nothing. An empty name gives (). What may
    be a compound surname is read both ways: 单于飞 is "cyf" and "syf".
    """
    whole = _combinations(_parts(name))
    single = _combinations(_parts(name, compounds=False)) if _may_be_compound(name) else []
    return tuple(dict.fromkeys([*whole[:1], *single[:1], *whole, *single]))[:MOST_READINGS]


def name_keys(name):
    """Search keys of `name`: every suffix of the name and of each reading of its initials.

    A prefix search over the keys finds any part of the name (张小明: 小明, 明) and of the initials (zxm: xm, m).
    """
    normal = normalise_name(name).casefold()
    texts = {normal, normal.replace("·", ""), *initials(name)}
    return {text[start:] for text in texts for start, c in enumerate(text) if c not in " ·"}


def sort_key(name):
    """Text that sorts names by pinyin, then tone, then character: 李娜 → "li3李na4娜"."""
    return "".join(
        text if text == readings[0] else f"{readings[0]}{text}" for text, readings in _parts(name)
    ) or normalise_name(name)
