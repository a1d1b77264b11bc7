"""Marks in brackets behind the wording of questions and options (最多选择3项 …), read from plain text. Pure."""

import re

from surveys.definition.questionnaire import END, Condition, Option
from surveys.definition.text import is_other
from surveys.definition.words import BLANK, BRACKET, NONE_OF_THEM, RATHER_NOT, place_of
from surveys.enums import Kind

_CHINESE = {word: n for n, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_N = r"(\d{1,5}|[一二两三四五六七八九十])"
_UNIT = r"\s*(?:个|项|种|条)?(?:选项|答案)?"
_VALUE = r"(-?\d{1,9}|\d{4}-\d{2}-\d{2})"
# Pattern of a mark and what it says: {name: group}, or {name: value}.
MARKS = [
    (rf"(?:最多|至多)可?(?:选择?|勾选)\s*{_N}{_UNIT}|(?:限选|不超过|不多于)\s*{_N}{_UNIT}", ("most",)),
    (rf"(?:最少|至少)(?:选择?|勾选)?\s*{_N}{_UNIT}(?:以上)?", ("least",)),
    (rf"请?(?:选择?|勾选)\s*{_N}\s*[-~～—到至]\s*{_N}{_UNIT}", ("least", "most")),
    (rf"请?(?:必须|只能|仅能)?(?:选择?|勾选)\s*{_N}{_UNIT}", ("both",)),
    (rf"(?:最多|不超过)\s*{_N}\s*个?字", ("most",)),
    (rf"(?:至少|不少于)\s*{_N}\s*个?字", ("least",)),
    (rf"(?:不小于|最小值?[:：]?|不早于)\s*{_VALUE}", ("least",)),
    (rf"(?:不大于|最大值?[:：]?|不晚于)\s*{_VALUE}", ("most",)),
    (rf"(?:范围[:：]?\s*)?{_VALUE}\s*[~～到至]\s*{_VALUE}", ("least", "most")),
    (r"(\d)位小数", ("decimals",)),
]
FLAGS = {
    "必答": "required", "必填": "required", "必选": "required", "选项随机": "shuffle", "选项随机排列": "shuffle",
    "随机": "shuffle", "敏感": "sensitive", "*": "required",
}  # fmt: skip
FREE = {"选填", "可选", "可不填", "非必答", "选答", "非必填"}
MANY = {"可多选": True, "多选": True}
_SHOWN = re.compile(r"^(?:显示条件|依赖|当|关联)[:：]?\s*(第?\d.*)$")
_CONDITION = re.compile(
    r"^第?(\d{1,3})题\s*(?:(已答|没有答)|的?\s*(不选|没选|未选|选择了?|选中|选|=)?\s*[“\"]?([A-Za-z]{1,2}(?:\s*[、,，/和或;；]?\s*[A-Za-z]{1,2})*)[”\"]?"
    r"\s*(?:选项|时)?(?:显示)?)$"
)
_JUMP = re.compile(r"^请?(?:跳|转)(?:转|题)?(?:至|到|答)?\s*(?:第\s*)?(\d{1,3})\s*题?$")
_ENDS = re.compile(r"^请?(?:跳至?|直接)?(?:到|至)?(?:结束(?:答题|问卷|作答)?|问卷结束|结尾|末尾|提交(?:问卷)?)$")
_LIMIT = re.compile(r"^限\s*(\d{1,6})\s*(?:份|人|名|个)$")
_WORDS = {"互斥": "exclusive", "不愿回答": "refuse", "求助": "help", "告诉专人": "tell"}
_SAY = re.compile(r"\s*[（(,，:：]?\s*请(?:注明|说明|填写|具体说明|写明)[:：]?\s*[)）]?\s*$")


class MarkError(ValueError):
    """A mark that cannot be meant as it stands; the message is a Chinese sentence."""


def _number(text):
    return _CHINESE.get(text) or (int(text) if re.fullmatch(r"-?\d+", text) else text)


def _note(word, marks):
    """Put what `word` says into `marks`; False when it is no mark."""
    if word in FLAGS:
        marks[FLAGS[word]] = True
        return True
    if word in FREE:
        return True
    if shown := _SHOWN.match(word):
        marks.setdefault("shown_if", []).append(shown[1].strip())
        return True
    for pattern, names in MARKS:
        if found := re.fullmatch(pattern, word):
            values = [value for value in found.groups() if value is not None]
            if names == ("both",):
                names, values = ("least", "most"), values * 2
            marks.update(zip(names, map(_number, values), strict=True))
            return True
    return False


class _QuestionMarks:
    """`question_marks(kind, marks)` gives (arguments of Question, sentences of what does not fit); `note` collects."""

    note = staticmethod(_note)

    def __call__(self, kind, marks):
        given = {name: marks[name] for name in ("least", "most") if name in marks}
        wrong = []
        if given and kind not in (Kind.MULTIPLE, Kind.RANKING, Kind.NUMBER, Kind.DATE, Kind.TEXT):
            wrong.append(f"{kind.label}题没有“最多、最少”，这一条没有用上。")
            given = {}
        dates = any(isinstance(value, str) for value in given.values())
        if given and dates != (kind == Kind.DATE):
            wrong.append("“最大、最小”写得不对：数字题写数，日期题写 2026-01-31 这样的日期。")
            given = {}
        for name in ("shuffle", "sensitive"):
            if marks.get(name):
                given[name] = True
        if kind == Kind.TEXT and marks.get("long"):
            given["long"] = True
        if kind == Kind.NUMBER and marks.get("decimals"):
            given["decimals"] = marks["decimals"]
        return given, wrong


question_marks = _QuestionMarks()


def option_of(words, kind):
    """`(Option without a code, words of its jump or "")` of the text of one option. Raises MarkError when nothing is left."""
    values, jump, kept, end = {}, "", [], 0
    for found in BRACKET.finditer(words):
        word = found[1].strip()
        if limit := _LIMIT.match(word):
            values["limit"] = int(limit[1])
        elif word in _WORDS and found[0][0] in "【[":
            values[_WORDS[word]] = True
        elif _JUMP.match(word) or _ENDS.match(word):
            jump = word
        else:
            continue
        kept.append(words[end : found.start()])
        end = found.end()
    label = ("".join(kept) + words[end:]).strip()
    other, rest = bool(BLANK.search(label)), BLANK.sub("", label).strip()
    said = _SAY.sub("", rest)
    if other:
        label = rest.rstrip(":： ") or label
    if kind != Kind.MATRIX and (is_other(label) or said != label and said):
        other = True
    if not label:
        raise MarkError("这个选项没有写字。")
    if values.get("tell"):
        values["help"] = True
    if RATHER_NOT.match(label):
        values["refuse"] = True
    if kind == Kind.MULTIPLE and (NONE_OF_THEM.match(label) or values.get("refuse")):
        values["exclusive"] = True
    return Option("", label, other=other, **values), jump


def condition_of(words, known):
    """The Condition that `words` mean; `known`: {number: Question}. Raises MarkError."""
    found = _CONDITION.match(words)
    if not found:
        raise MarkError(f"显示条件看不懂：{words[:30]}。写成“显示条件：第1题选A、B”。")
    source = known.get(int(found[1]))
    if source is None:
        raise MarkError(f"显示条件里说第{found[1]}题，可是没有第{found[1]}题。")
    if found[2]:
        return Condition(source.code, negate=found[2] == "没有答")
    codes = []
    for letters in re.findall(r"[A-Za-z]{1,2}", found[4]) if "、" in found[4] else re.findall(r"[A-Za-z]", found[4]):
        place = place_of(letters)
        if place >= len(source.options):
            raise MarkError(f"显示条件里说第{found[1]}题的 {letters}，可是没有这个选项。")
        codes.append(source.options[place].code)
    return Condition(source.code, tuple(codes), negate=found[3] in ("不选", "没选", "未选"))


def jump_of(words, known):
    """The code of the question (or END) to which `words` lead. Raises MarkError."""
    found = _JUMP.match(words)
    if not found:
        return END
    target = known.get(int(found[1]))
    if target is None:
        raise MarkError(f"跳到第{found[1]}题，可是没有第{found[1]}题。")
    return target.code
