"""Posted values of a questionnaire, checked: what was chosen and written, or a Chinese sentence for each question that is wrong.

Names of inputs: `q1` (single, text, number …; several times for multiple), `q1.row` for a line of a matrix, `q1.option` for a
place in a ranking, `q1:option` for the words beside an option. Pure.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from surveys.enums import Kind
from surveys.logic import is_answered

MOST_LETTERS, MOST_LONG = 500, 2000
YES = "yes"
NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,8})?", re.ASCII)
PHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|\d{5,8}")
# Letters that a page does not show, except what stands between lines and words.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


class Wrong(ValueError):
    """What was posted does not do; the message is a Chinese sentence."""


@dataclass
class Checked:
    """`answers` and `texts` as a Response keeps them, `errors` {question: sentence}."""

    answers: dict = field(default_factory=dict)
    texts: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)


def check(questions, posted, *, places=(), files=(), retired=False, complete=True):
    """`posted` (a QueryDict) read for `questions`. `places`: codes of the areas she may name; `files`: codes of the questions to
    which a picture came; with `retired`, options that are offered no more still count (a page from an earlier edition);
    without `complete`, what is left out is no fault. Returns Checked."""
    found = Checked()
    for question in questions:
        if question.kind == Kind.NOTE:
            continue
        try:
            value, texts = _read(question, posted, places, retired)
            left_out = not is_answered(value) and not texts and question.code not in files
            if complete and question.required and left_out:
                raise Wrong(MISSING.get(question.kind, "这一题要填。"))
        except Wrong as error:
            found.errors[question.code] = str(error)
            # What was written is handed back with the sentence; it is kept nowhere.
            continue
        if is_answered(value):
            found.answers[question.code] = value
        found.texts.update(texts)
    return found


MISSING = {
    Kind.SINGLE: "这一题要选一个。",
    Kind.MULTIPLE: "这一题要选。",
    Kind.YES_NO: "这一题要选一个。",
    Kind.SCALE: "这一题要选一个分数。",
    Kind.MATRIX: "每一行都要选一个。",
    Kind.RANKING: "这一题要排个顺序。",
    Kind.AREA: "这一题要选一个网格。",
    Kind.PHOTO: "这一题要一张照片。",
    Kind.CONSENT: "要同意才能往下填。",
}


def _read(question, posted, places, retired):
    """(value, {key: words}) of one question."""
    if question.kind in (Kind.SINGLE, Kind.YES_NO, Kind.SCALE):
        return _single(question, posted, retired)
    if question.kind == Kind.AREA:
        return _area(question, posted, places)
    reader = READERS[question.kind]
    if question.kind in (Kind.MULTIPLE, Kind.MATRIX, Kind.RANKING):
        return reader(question, posted, retired)
    return reader(question, clean(posted.get(question.code)))


def clean(text):
    """Text without letters that nobody sees, without space at its ends."""
    text = UNSEEN.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip()


def _option(question, code, retired):
    option = question.option(code)
    if option is None or (option.retired and not retired):
        raise Wrong("选的这一项已经没有了，请再选一次。")
    return option


def _others(question, posted, codes):
    """Words beside the chosen options that ask for them."""
    texts = {}
    for code in codes:
        if question.option(code).other and (words := clean(posted.get(f"{question.code}:{code}"))):
            texts[f"{question.code}.{code}"] = _short(words, MOST_LETTERS)
    return texts


def _single(question, posted, retired):
    code = posted.get(question.code) or ""
    if not code:
        return None, {}
    _option(question, code, retired)
    return code, _others(question, posted, [code])


def _multiple(question, posted, retired):
    codes = list(dict.fromkeys(code for code in posted.getlist(question.code) if code))
    options = [_option(question, code, retired) for code in codes]
    if len(options) > 1 and (alone := next((one for one in options if one.exclusive or one.refuse), None)):
        raise Wrong(f"选了“{alone.label}”，就不能再选别的。")
    if codes and not any(one.exclusive or one.refuse for one in options):
        _within_count(question, len(codes), "选")
    order = [option.code for option in question.options]
    codes.sort(key=order.index)
    return codes or None, _others(question, posted, codes)


def _within_count(question, count, verb):
    least, most = _whole(question.least), _whole(question.most)
    if least is not None and count < least:
        raise Wrong(f"至少{verb} {least} 项，您{verb}了 {count} 项。")
    if most is not None and count > most:
        raise Wrong(f"最多{verb} {most} 项，您{verb}了 {count} 项。")


def _whole(limit):
    try:
        return None if limit in (None, "") else int(limit)
    except ValueError:
        return None


def _matrix(question, posted, retired):
    value = {}
    for row in question.rows:
        code = posted.get(f"{question.code}.{row.code}") or ""
        if code and not (row.retired and not retired):
            _option(question, code, retired)
            value[row.code] = code
    missing = [row.label for row in question.rows if not row.retired and row.code not in value]
    if question.required and value and missing:
        raise Wrong(f"还有没选的：{'、'.join(missing)[:60]}。")
    return value or None, {}


def _ranking(question, posted, retired):
    places = {}
    for option in question.options:
        text = unicodedata.normalize("NFKC", posted.get(f"{question.code}.{option.code}") or "").strip()
        if not text or (option.retired and not retired):
            continue
        if not text.isdecimal() or not 1 <= int(text[:4]) <= len(question.options):
            raise Wrong(f"“{option.label}”排第几，请写 1 到 {len(question.offered())} 的数。")
        if int(text) in places:
            raise Wrong(f"有两项都排第 {int(text)}，请改一个。")
        places[int(text)] = option.code
    if places and sorted(places) != list(range(1, len(places) + 1)):
        raise Wrong("顺序要从 1 开始，中间不能跳过。")
    if places:
        _within_count(question, len(places), "排")
        if question.required and question.least is None and question.most is None:
            missing = [one.label for one in question.offered() if one.code not in places.values()]
            if missing:
                raise Wrong(f"还有没排的：{'、'.join(missing)[:60]}。")
    return [places[place] for place in sorted(places)] or None, {}


def _number(question, text):
    text = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if not text:
        return None, {}
    try:
        value = Decimal(text) if NUMBER.fullmatch(text) else None
    except InvalidOperation:
        value = None
    if value is None:
        raise Wrong("请写数字，例如 3。")
    if max(0, -value.normalize().as_tuple().exponent) > question.decimals:
        words = "请写整数。" if not question.decimals else f"小数点后最多 {question.decimals} 位。"
        raise Wrong(words)
    for limit, wrong, words in ((question.least, value.__lt__, "不能小于"), (question.most, value.__gt__, "不能大于")):
        bound = _bound(limit)
        if bound is not None and wrong(bound):
            raise Wrong(f"{words} {limit}。")
    return (int(value) if value == value.to_integral_value() else float(value)), {}


def _bound(limit):
    try:
        return None if limit in (None, "") else Decimal(str(limit))
    except InvalidOperation:
        return None


def _date(question, text):
    text = unicodedata.normalize("NFKC", text)
    if not text:
        return None, {}
    parts = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", text, re.ASCII)
    try:
        day = date(*map(int, parts.groups())) if parts else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2100:
        raise Wrong("日期认不出来，请写成 2026-01-31 这样。")
    day = day.isoformat()
    if question.least and day < str(question.least):
        raise Wrong(f"日期不能早于 {question.least}。")
    if question.most and day > str(question.most):
        raise Wrong(f"日期不能晚于 {question.most}。")
    return day, {}


def _text(question, text):
    if not text:
        return None, {}
    least, most = _whole(question.least), _whole(question.most)
    if least is not None and len(text) < least:
        raise Wrong(f"至少写 {least} 个字，现在 {len(text)} 个字。")
    return None, {question.code: _short(text, most or (MOST_LONG if question.long else MOST_LETTERS))}


def _short(text, most):
    if len(text) > most:
        raise Wrong(f"最多写 {most} 个字，现在 {len(text)} 个字。")
    return text


def _phone(question, text):
    text = re.sub(r"[\s－—()（）]", "", unicodedata.normalize("NFKC", text)).removeprefix("+86")
    if not text:
        return None, {}
    if not PHONE.fullmatch(text):
        raise Wrong("电话号码认不出来，手机写 11 位数字，座机前面加区号。")
    return None, {question.code: text}


def _area(question, posted, places):
    code = posted.get(question.code) or ""
    if code and code not in places:
        raise Wrong("选的网格不在这份问卷里，请再选一次。")
    return code or None, {}


def _consent(question, text):
    return (YES if text else None), {}


def _photo(question, text):
    # The picture itself comes with the files; what stands here says that one is kept already.
    return None, {}


READERS = {
    Kind.MULTIPLE: _multiple, Kind.MATRIX: _matrix, Kind.RANKING: _ranking, Kind.NUMBER: _number, Kind.DATE: _date,
    Kind.TEXT: _text, Kind.PHONE: _phone, Kind.CONSENT: _consent, Kind.PHOTO: _photo,
}  # fmt: skip
