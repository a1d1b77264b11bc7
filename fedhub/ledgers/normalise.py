"""From cells as offices fill them to values as the ledger keeps them (handbook 3.2 items 2 to 10).

Each `*_value(…)` builds a fast converter: `convert(cell) -> Value(value, raw, findings)`. A converter never raises and
never guesses: what it does not understand stays in `raw`, the value is None, and a finding says so. The sentences do
not repeat the content of a cell, since they are stored and may be logged.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django.utils import timezone

from fedhub.core.text import HAN, match_key, normalise, normalise_name
from fedhub.core.validators import FIRST_YEAR, parse_id_number, parse_phone
from fedhub.ledgers.reader import BLANK, ERROR, FORMULA, PLAIN, Cell

_REMEMBERED = 5000


class Finding(NamedTuple):
    """A remark on one cell. `level`: error (the row cannot be taken), warning (taken, this cell not or only raw) or
    note (taken, slightly changed); `text` says what, `hint` what to do."""

    level: str
    text: str
    hint: str = ""


class Value(NamedTuple):
    """What became of a cell: `value` (None when empty or not understood), `raw` its text, `findings`."""

    value: object
    raw: str
    findings: tuple = ()


EMPTY = Value(None, "")


def _words(text):
    return frozenset(text.split())


# Marks that mean: nothing to fill in here.
EMPTY_MARKS = _words(
    "/ // \\ - -- --- — —— ― － – ／ _ __ . 。 … …… 、 无 空 暂无 没有 n/a N/A NA na null NULL None none"
)

ERROR_CELL = Finding("warning", "单元格是错误值，按未填处理。", "请在表格里改好公式或直接填写内容。")
NO_RESULT = Finding(
    "warning", "单元格是公式，文件里没有存下结果，按未填处理。", "请用 WPS 或 Excel 打开表格，保存一次后重新上传。"
)


def _converter(read, *, marks=True, remember=True):
    """Wrap `read(cell, text) -> Value` (`text` is the trimmed text of a text cell, else '') with what all share:
    empty cells and marks, error cells, formulas without result. Equal cells are converted once if `remember`."""
    known = {}

    def convert(cell):
        value = cell.value
        if value is None:
            return Value(None, "", (NO_RESULT,)) if cell.kind == FORMULA else EMPTY
        if remember:
            found = known.get(cell)
            if found is not None:
                return found
        if cell.kind == ERROR:
            return Value(None, value, (ERROR_CELL,))
        text = ""
        if value.__class__ is str:
            text = value.strip(_TRIMMED)
            if not text:
                return EMPTY
            if marks and text in EMPTY_MARKS:
                return Value(None, text)
        found = read(cell, text)
        if remember and len(known) < _REMEMBERED:
            known[cell] = found
        return found

    return convert


_TRIMMED = (
    " \t\r\n\v\f\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u3000\ufeff"
)


def _digits(cell):
    """A number cell as digits ('' when it has parts behind the point)."""
    value = cell.value
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else ""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


# --- text -----------------------------------------------------------------------------------------------------------
_AS_DATE = Finding(
    "warning", "Excel 把这一格变成了日期，可能不是原来填的内容。", "如果原来是门牌号等文字，请把这一格设为文本后重填。"
)


def text_value(*, max_length=None):
    """Texts of any kind: trimmed, line ends as \\n. Longer than `max_length` characters is an error."""

    def read(cell, text):
        raw = text or cell.text
        findings = (_AS_DATE,) if isinstance(cell.value, date | time) else ()
        kept = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\u200b", "").replace("\ufeff", "")
        if max_length and len(kept) > max_length:
            return Value(
                None, raw, (Finding("error", f"超过 {max_length} 个字，这一行不能导入。", "请缩短后重新上传。"),)
            )
        return Value(kept, raw, findings)

    return _converter(read, remember=False)


# --- names ----------------------------------------------------------------------------------------------------------
_PLAIN_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_NAME_NOTE = re.compile(r"\(([^()]*)\)?|\[([^\[\]]*)\]?")
_LOST = re.compile("[?\ufffd□■▯◻\ue000-\uf8ff\U000f0000-\U0010ffff]")
_SEVERAL = re.compile(r"[、,;/]")
_NAME_NOTED = Finding("note", "姓名里括号内的说明没有写入姓名。", "需要的话请填到备注。")
_NAME_LOST = Finding(
    "warning", "姓名里有显示不出的字，可能是生僻字丢失。", "请对照证件补上；表格里可用生僻字输入法填写。"
)
_NAME_DIGITS = Finding("warning", "姓名里有数字。", "请确认这一列是姓名，并改正。")
_NAME_SEVERAL = Finding("warning", "一格里像有几个人的姓名。", "请一人一行。")
_NAME_LONG = Finding("error", "姓名超过 50 个字，这一行不能导入。", "请确认这一列是姓名，并改正。")
_NAME_NONE = Finding("warning", "姓名里没有文字，按未填处理。", "请填写姓名。")


def name_value():
    """Names: no space between Chinese characters, one kind of middle dot, rare characters kept (item 10)."""

    def read(cell, text):
        if _PLAIN_NAME.fullmatch(text):
            return Value(text, text)
        raw = text or cell.text
        name = normalise(raw).removeprefix("'")
        findings = ()
        bare = _NAME_NOTE.sub("", name).strip()
        if bare and bare != name:
            name, findings = bare, (_NAME_NOTED,)
        name = normalise_name(name)
        if len(name) > 50:
            return Value(None, raw, (*findings, _NAME_LONG))
        if _LOST.search(name):
            findings += (_NAME_LOST,)
        if any(character.isdigit() for character in name):
            findings += (_NAME_DIGITS,)
        elif not any(character.isalpha() for character in name):
            return Value(None, raw, (*findings, _NAME_NONE)) if not _LOST.search(name) else Value(name, raw, findings)
        if _SEVERAL.search(name):
            findings += (_NAME_SEVERAL,)
        return Value(name, raw, findings)

    return _converter(read, remember=False)


# --- identity numbers -----------------------------------------------------------------------------------------------
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d{1,2}")
_CUT = re.compile(r"\d{15}000")
ID_DAMAGED = Finding(
    "warning",
    "身份证号被存成了数字，后三位已经丢失，没有写入；这一行其他内容照常导入。",
    "请把这一列设为文本后重填身份证号，或导入后在档案里补填。",
)
ID_UPGRADED = Finding("note", "旧的 15 位身份证号已换算成 18 位。", "请有机会时核对新证。")


def id_number_value():
    """Identity numbers (items 4): the value is the checked number of 18 characters.

    A number in a numeric cell has lost its last digits and is never repaired: value None and a warning. Old numbers of
    15 digits are upgraded. What fails the check (GB 11643) is not written either, with the reason as a warning.
    """
    today = timezone.localdate()

    def read(cell, text):
        raw = text or cell.text
        if not text:
            if isinstance(cell.value, int | float) and not isinstance(cell.value, bool) and abs(cell.value) >= 1e15:
                return Value(None, raw, (ID_DAMAGED,))
            text = _digits(cell) or raw
        if _SCIENTIFIC.fullmatch(text):
            return Value(None, raw, (ID_DAMAGED,))
        try:
            parsed = parse_id_number(text[:80], today=today)
        except ValueError as error:
            if _CUT.fullmatch(text):
                return Value(None, raw, (ID_DAMAGED,))
            return Value(None, raw, (Finding("warning", f"{error}没有写入身份证号。", "核对后可在档案里补填。"),))
        return Value(parsed.number, raw, (ID_UPGRADED,) if parsed.upgraded_from else ())

    return _converter(read, remember=False)


def id_birth(number):
    """Birth date "YYYY-MM-DD" inside a checked identity number of 18 characters; '' for None."""
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if number else ""


def id_sex(number):
    """Sex code (GB/T 2261.1: "1" man, "2" woman) inside a checked identity number; '' for None."""
    return ("1" if int(number[16]) % 2 else "2") if number else ""


# --- dates ----------------------------------------------------------------------------------------------------------
_LUNAR = re.compile(r"农历|阴历|旧历|腊月|冬月|正月|闰|初[一二三四五六七八九十]")
_UNKNOWN = re.compile(r"不详|不清|未知|不明|不知|待查|待核|待定|忘")
_AGE = re.compile(r"(约|大约)?\d{1,3}(周?岁.{0,2}|个月)")
_CLOCK = re.compile(r"[ T]?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_YMD = re.compile(
    r"(\d{4}|\d{2})(?:年|[./\-、])(?:(\d{1,2})(?:(?:月|[./\-、])(?:(\d{1,2})(?:日|号)?)?)?)?(?:出?生|左右)?", re.ASCII
)
_RUN = re.compile(r"\d{4,8}", re.ASCII)
_POINT = re.compile(r"(\d{4})\.(\d{2})(\d{2})", re.ASCII)
_YEAR_ONE = re.compile(r"(\d{4}|\d{2})\.1", re.ASCII)
_CHINESE_DATE = re.compile(
    r"([〇零○一二三四五六七八九]{2}|[〇零○一二三四五六七八九]{4})年"
    r"(?:(廿?[一二三四五六七八九十]{1,3})月(?:(廿?[一二三四五六七八九十]{1,3})[日号]?)?)?"
)
_CHINESE_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_SERIALS = range(3654, 73_051)  # 1910-01-01 to 2100-01-01 as Excel counts days
_EPOCH = date(1899, 12, 30)

AMBIGUOUS_MONTH = Finding(
    "warning",
    "分不清是 1 月还是 10 月（表格里 1985.10 会存成 1985.1），只写入年份。",
    "请核对月份，导入后在档案里补上；或把这一列设为文本重填。",
)
_MONTH_BY_ID = Finding("note", "月份按身份证号里的出生月份确定。")
_SERIAL = Finding("note", "按 Excel 的日期序号换算成日期。")
_SHORT_YEAR = Finding("note", "两位数的年份已补成四位。", "请核对世纪。")
_LUNAR_DATE = Finding("warning", "像农历日期，没有换算，也没有写入。", "请对照证件填写公历日期。")
_AGE_NOT_DATE = Finding("warning", "填的像年龄，不是日期，没有写入。", "请填写出生年月，例如 1985-04。")
_UNKNOWN_DATE = Finding("note", "写的是不清楚，按未填处理。")
_NO_DATE = Finding("warning", "看不懂这个日期，没有写入。", "请写成 1985、1985-04 或 1985-04-01 的样子。")
_FALSE_DATE = Finding("warning", "这个日期不存在，没有写入。", "请核对月份和日。")
_FUTURE = Finding("warning", "日期在今天以后，没有写入。", "请核对年份。")
_TOO_EARLY = Finding("warning", "年份太早，没有写入。", "请核对年份。")


def date_value(*, past=True, today=None):
    """Dates known to the year, month or day: the value is "1985", "1985-04" or "1985-04-01" (item 5).

    Takes date cells (to the precision they show), Excel serial numbers, 1985.3, 85.3, 198503, 19850307, 1985年3月7日,
    一九八五年三月. A numeric 1985.1 may be October: only the year is kept, see `settle_date`. Ages, lunar dates and
    不详 give no value. With `past` dates after `today` (a date; default the local day) are refused.
    """
    today = today or timezone.localdate()

    def result(raw, year, month=None, day=None, findings=()):
        year, month, day = int(year), int(month) if month else None, int(day) if day else None
        if year < 100:
            year += 2000 if year <= today.year % 100 else 1900
            findings += (_SHORT_YEAR,)
        try:
            first = date(year, month or 1, day or 1)
        except ValueError:
            return Value(None, raw, (_FALSE_DATE,))
        if year < FIRST_YEAR:
            return Value(None, raw, (_TOO_EARLY,))
        if past and first > today:
            return Value(None, raw, (_FUTURE,))
        value = first.isoformat()[: 10 if day else 7 if month else 4]
        return Value(value, raw, findings)

    def read_number(cell):
        raw = cell.text
        if isinstance(cell.value, bool):
            return Value(None, raw, (_NO_DATE,))
        digits = _digits(cell)
        if digits:
            if len(digits) <= 3 and 0 < int(digits) <= 130:
                return Value(None, raw, (_AGE_NOT_DATE,))
            return read_run(raw, digits)
        if _YEAR_ONE.fullmatch(raw):
            return result(raw, raw[:-2], findings=(AMBIGUOUS_MONTH,))
        if int(cell.value) in _SERIALS and cell.value >= 10_000:
            return read_serial(raw, int(cell.value))
        return read_text(raw, raw)

    def read_serial(raw, number):
        day = _EPOCH + timedelta(days=number)
        return result(raw, day.year, day.month, day.day, (_SERIAL,))

    def read_run(raw, digits):
        """Digits without separators."""
        if len(digits) == 8:
            return result(raw, digits[:4], digits[4:6], digits[6:])
        if len(digits) == 6:
            if FIRST_YEAR <= int(digits[:4]) <= today.year + 100:
                return result(raw, digits[:4], digits[4:])
            return result(raw, digits[:2], digits[2:4], digits[4:])
        if len(digits) == 5 and int(digits) in _SERIALS:
            return read_serial(raw, int(digits))
        if len(digits) == 4 and FIRST_YEAR <= int(digits) <= today.year + 100:
            return result(raw, digits)
        return Value(None, raw, (_NO_DATE,))

    def read_text(raw, text):
        found = _YMD.fullmatch(text)
        if found:
            return result(raw, *found.groups())
        if found := _POINT.fullmatch(text):
            return result(raw, *found.groups())
        if _RUN.fullmatch(text):
            return read_run(raw, text)
        return None

    def read(cell, text):
        value = cell.value
        if not text:
            if isinstance(value, date):
                return read_date(cell)
            if isinstance(value, time):
                return Value(None, cell.text, (_NO_DATE,))
            return read_number(cell) or Value(None, cell.text, (_NO_DATE,))
        if cell.kind == PLAIN and _YEAR_ONE.fullmatch(text):
            return result(text, text[:-2], findings=(AMBIGUOUS_MONTH,))
        found = read_text(text, text)
        if found is not None:
            return found
        plain = _CLOCK.sub("", normalise(text[:100]).removeprefix("'")).replace(" ", "").rstrip(".")
        if _LUNAR.search(plain):
            return Value(None, text, (_LUNAR_DATE,))
        if _UNKNOWN.search(plain):
            return Value(None, text, (_UNKNOWN_DATE,))
        if _AGE.fullmatch(plain) or plain.isdigit() and len(plain) <= 3:
            return Value(None, text, (_AGE_NOT_DATE,))
        if found := _CHINESE_DATE.match(plain):
            year, month, day = found.groups()
            return result(text, year.translate(_CHINESE_DIGITS), chinese_number(month), chinese_number(day))
        return read_text(text, plain) or Value(None, text, (_NO_DATE,))

    def read_date(cell):
        day = cell.value
        if (day.year, day.month) < (1900, 6):
            # A small number in a cell formatted as a date: somebody typed an age.
            return Value(None, cell.text, (_AGE_NOT_DATE,))
        shown = cell.shown
        return result(cell.text, day.year, shown != "year" and day.month, shown not in ("year", "month") and day.day)

    return _converter(read)


def settle_date(value, birth):
    """Put the month right that `AMBIGUOUS_MONTH` left open, if the ID number's `birth` ("1985-10-07") fits.

    `value` is a Value of `date_value`; returned unchanged when there is nothing to settle or nothing fits.
    """
    if AMBIGUOUS_MONTH not in value.findings or not birth:
        return value
    if birth[:4] != value.value or birth[5:7] not in ("01", "10"):
        return value
    rest = tuple(finding for finding in value.findings if finding is not AMBIGUOUS_MONTH)
    return Value(birth[:7], value.raw, (*rest, _MONTH_BY_ID))


_CHINESE_UNITS = {"十": 10, "廿": 20}


def chinese_number(text):
    """A small number in Chinese (一 to 九十九, 廿一) as int; None for None or anything else."""
    if not text:
        return None
    text = text.replace("廿", "二十")
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return None
    digits = {character: place for place, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
    if tens not in digits and tens or ones not in digits and ones:
        return None
    return (digits[tens] if tens else 1 if ten else 0) * (10 if ten else 1) + (digits[ones] if ones else 0)


# --- sex and yes or no ----------------------------------------------------------------------------------------------
_SEX = {
    **dict.fromkeys(("男", "男性", "男士", "m", "male", "♂"), "1"),
    **dict.fromkeys(("女", "女性", "女士", "f", "female", "♀"), "2"),
}
SEX_CODE_SETS = {"gb": {"1": "1", "2": "2"}, "zero_one": {"0": "1", "1": "2"}, "one_zero": {"1": "1", "0": "2"}}
_SEX_NUMBER = Finding(
    "warning", "性别是用数字写的，没有写入。", "请在对应列时选择数字的意思（1男2女，或0男1女），或改写成男、女。"
)
_SEX_UNKNOWN = Finding("warning", "性别不是男或女，没有写入。", "请改成男或女。")


def sex_value(*, code_set=""):
    """Sex as GB/T 2261.1 code "1" or "2" (item 6). Numbers count only with a `code_set` the user chose:
    "gb" 1 男 2 女, "zero_one" 0 男 1 女, "one_zero" 1 男 0 女; without it they are reported."""
    numbers = SEX_CODE_SETS.get(code_set, {})

    def read(cell, text):
        key = match_key(text[:20]) if text else _digits(cell)
        code = _SEX.get(key) or numbers.get(key)
        if code:
            return Value(code, text or cell.text)
        return Value(None, text or cell.text, (_SEX_NUMBER if key.isdigit() else _SEX_UNKNOWN,))

    return _converter(read)


_YES = _words("是 有 √ ✓ ✔ ☑ ■ ● v y yes true t 1 对 已 符合 享受")
_NO = _words("否 无 没有 没 × ✗ ✘ ☐ □ ○ n no false f 0 不 不是 未 非 不符合 未享受 x")
_YES_NO_UNKNOWN = Finding("warning", "看不出是“是”还是“否”，没有写入。", "请改成是或否。")


def yes_no_value():
    """Yes or no: True for 是 有 √ 1 …, False for 否 无 × 0 … (item 6)."""

    def read(cell, text):
        if isinstance(cell.value, bool):
            return Value(cell.value, cell.text)
        key = match_key(text[:20]) if text else _digits(cell)
        if key in _YES:
            return Value(True, text or key)
        if key in _NO:
            return Value(False, text or key)
        if text in EMPTY_MARKS:
            return Value(None, text)
        return Value(None, text or cell.text, (_YES_NO_UNKNOWN,))

    return _converter(read, marks=False)


# --- phones ---------------------------------------------------------------------------------------------------------
class Phone(NamedTuple):
    """One number of a cell. `kind`: mobile, landline, masked, local (landline without area code) or other; `usable`
    says that it can be dialled; `note` is what stood beside it (女儿)."""

    number: str
    kind: str
    usable: bool = True
    note: str = ""


_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_PHONE_BREAK = re.compile(r"[、，,；;/／|\n\r\t]+|或者?|和")
_PHONE_NOTE = re.compile(rf"[{HAN}A-WYZa-wyz()\[\]:：（）【】]+")
_ZERO_LOST = re.compile(r"(10|2\d|[3-9]\d{2})(\d{7,8})", re.ASCII)
_COUNTRY = re.compile(r"(?:\+|00)?86-?(?=1[3-9]\d{9}$)", re.ASCII)
_MASKED = re.compile(r"[\d*xX#-]*[*xX#]{2,}[\d*xX#-]*", re.ASCII)
_NO_PHONE = re.compile(r"(暂?无|没有?|空号?|停机|未提供|不详|未留|不便提供|已注销)(电话|手机|联系电话|联系方式|号码)?")
_PHONE_LOST = Finding("warning", "电话不完整（有星号），已按文字保留，不能拨打。", "请补全号码。")
_PHONE_ZERO = Finding("note", "座机前面缺的 0 已补上。")
_PHONE_LOCAL = Finding("warning", "座机缺区号，已按文字保留。", "请补上区号，例如 025-12345678。")
_PHONE_OTHER = Finding("warning", "电话号码认不出来，已按文字保留，不能拨打。", "请核对是不是少了或多了一位。")
_PHONE_NONE = Finding("note", "写的是没有电话。")
_PHONE_SCIENTIFIC = Finding("warning", "电话被存成了科学记数，已经不完整，没有写入。", "请把这一列设为文本后重填。")


def phones_value(*, area_code=""):
    """All numbers of a cell (items 7, 8): the value is a tuple of Phone, or None.

    `area_code` ("025") completes local numbers. Several numbers may be separated by 、，；/ spaces or lines; words
    beside a number become its note. Masked and unreadable numbers are kept as text, marked not usable.
    """

    def one(text):
        """`(Phone, finding or None)` of a text with a single number."""
        note = "".join(_PHONE_NOTE.findall(text.replace("转", "#"))).strip("()[]:：（）【】 ")
        bare = _PHONE_NOTE.sub(" ", text.replace("转", "#")).strip()
        packed = re.sub(r"[\s.]+", "", bare)
        if not packed:
            return None, None
        try:
            number = parse_phone(_COUNTRY.sub("", packed))
        except ValueError:
            pass
        else:
            return Phone(number, "mobile" if len(number) == 11 and number[0] == "1" else "landline", True, note), None
        digits = packed.replace("-", "")
        if found := _ZERO_LOST.fullmatch(digits):
            return Phone(f"0{found[1]}-{found[2]}", "landline", True, note), _PHONE_ZERO
        if re.fullmatch(r"[2-8]\d{6,7}", digits, re.ASCII):
            if area_code:
                return Phone(f"{area_code}-{digits}", "landline", True, note), None
            return Phone(digits, "local", False, note), _PHONE_LOCAL
        if _SCIENTIFIC.fullmatch(packed):
            return None, _PHONE_SCIENTIFIC
        if _MASKED.fullmatch(packed):
            return Phone(packed, "masked", False, note), _PHONE_LOST
        return Phone(bare, "other", False, note), _PHONE_OTHER

    def several(piece):
        """Numbers inside one piece: written with spaces inside, or several separated by spaces."""
        whole = one(piece)
        if whole[0] is None or whole[0].usable or " " not in piece.strip():
            return [whole]
        parts = [one(part) for part in piece.split()]
        if sum(phone is not None and phone.usable for phone, _ in parts) >= 1:
            return parts
        return [whole]

    def read(cell, text):
        if not text:
            text = _digits(cell)
            if not text:
                return Value(None, cell.text, (_PHONE_OTHER,))
        if _MOBILE.fullmatch(text):
            return Value((Phone(text, "mobile"),), text)
        if text in EMPTY_MARKS:
            return Value(None, text)
        short = text[:300].removeprefix("'")
        if _NO_PHONE.fullmatch(match_key(short)):
            return Value(None, text, (_PHONE_NONE,))
        if _SCIENTIFIC.fullmatch(short):
            return Value(None, text, (_PHONE_SCIENTIFIC,))
        found, findings = {}, []
        for piece in _PHONE_BREAK.split(short):
            for phone, finding in several(normalise(piece)) if piece.strip() else ():
                if phone is not None:
                    found.setdefault(phone.number, phone)
                if finding and finding not in findings:
                    findings.append(finding)
        if not found and not findings:
            findings.append(_PHONE_OTHER)
        return Value(tuple(found.values()) or None, text, tuple(findings))

    return _converter(read, marks=False, remember=False)


# --- several values, codes ------------------------------------------------------------------------------------------
_SEPARATORS = re.compile(r"[、，,；;/／\s]+(?![^（(]*[）)])")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NO_LABEL = Finding(
    "warning", "没有这个选项，没有写入；原文保留在导入记录里。", "请改成选项里的写法，或在对应列时指定它的意思。"
)


def split_values(text):
    """Parts of a cell that holds several values: 低保、残疾 → [低保, 残疾]; nothing is split inside brackets."""
    return [part for part in _SEPARATORS.split(text.strip()) if part]


def _labels(mapping):
    """Mapping by normal form. A label is found with and without its bracketed remark."""
    return {match_key(label): code for label, code in mapping.items()}


def _code(labels, text):
    key = match_key(text[:200])
    code = labels.get(key)
    return code if code is not None else labels.get(_BRACKETED.sub("", key))


def code_value(mapping):
    """One code by label: `mapping` is {label or alias: code}. Unknown labels give None, stay in raw, are reported."""
    labels = _labels(mapping)

    def read(cell, text):
        text = text or cell.text
        code = _code(labels, text)
        if code is not None:
            return Value(code, text)
        return Value(None, text) if text in EMPTY_MARKS else Value(None, text, (_NO_LABEL,))

    return _converter(read, marks=False)


def codes_value(mapping):
    """Several codes by label: the value is a tuple of codes without repeats, in the order of the cell, or None.

    The whole cell is tried first, so that labels may contain separators. Unknown parts are reported, known ones kept.
    """
    labels = _labels(mapping)

    def read(cell, text):
        text = text or cell.text
        code = _code(labels, text)
        if code is not None:
            return Value((code,), text)
        if text in EMPTY_MARKS:
            return Value(None, text)
        parts = [part for part in split_values(text[:2000]) if part not in EMPTY_MARKS]
        codes = [_code(labels, part) for part in parts]
        known = tuple(dict.fromkeys(code for code in codes if code is not None))
        return Value(known or None, text, (_NO_LABEL,) if None in codes or not parts else ())

    return _converter(read, marks=False)


# --- numbers --------------------------------------------------------------------------------------------------------
_AMOUNT = re.compile(r"([+-]?)(\d{1,12}(?:\.\d{1,10})?)(亿|万|千|百)?元?(整|/?(?:每?月|年)|左右|以上)?", re.ASCII)
_SCALE = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100, None: 1}
_ABOUT = re.compile(r"^(约|大约|大概|近|人民币|rmb|¥|￥|\$)+")
_INTEGER = re.compile(
    r"([+-]?\d{1,9})(?:\.0+)?(个|人|名|户|岁|周岁|次|口|件|套|间|平方米|㎡|年|天|小时|元)?", re.ASCII
)
_NO_AMOUNT = Finding("warning", "看不懂这个金额，没有写入。", "请只填数字，单位元。")
_NEGATIVE = Finding("warning", "数字小于允许的最小值，没有写入。", "请核对。")
_TOO_MUCH = Finding("warning", "数字大得不合常理，没有写入。", "请核对单位。")
_AMOUNT_ABOUT = Finding("note", "“约”“每月”等字样没有写入，只写入金额。", "请核对是每月还是每年。")
_ROUNDED = Finding("note", "金额保留到分。")
_NO_INTEGER = Finding("warning", "看不懂这个数字，没有写入。", "请只填整数。")


def money_value(*, unit="yuan", minimum=0, maximum=Decimal(10) ** 10):
    """Amounts in yuan as Decimal with two places. `unit` "wan" for columns headed 万元."""
    factor = 10_000 if unit == "wan" else 1

    def read(cell, text):
        raw = text or cell.text
        if not text:
            if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
                return Value(None, raw, (_NO_AMOUNT,))
            return settled(raw, Decimal(repr(cell.value)) * factor, ())
        key = match_key(text[:60]).replace(",", "")
        bare = _ABOUT.sub("", key)
        found = _AMOUNT.fullmatch(bare)
        if not found:
            return Value(None, raw, (_NO_AMOUNT,))
        sign, number, scale, tail = found.groups()
        findings = (_AMOUNT_ABOUT,) if key.startswith(("约", "大", "近")) or tail not in (None, "整") else ()
        # A unit written in the cell goes before the one of the column.
        amount = Decimal(f"{sign}{number}") * (_SCALE[scale] if scale or "元" in bare else factor)
        return settled(raw, amount, findings)

    def settled(raw, amount, findings):
        try:
            cents = amount.quantize(Decimal("0.01"))
        except InvalidOperation:
            return Value(None, raw, (_TOO_MUCH,))
        if cents < minimum:
            return Value(None, raw, (_NEGATIVE,))
        if cents > maximum:
            return Value(None, raw, (_TOO_MUCH,))
        return Value(cents, raw, findings if cents == amount else (*findings, _ROUNDED))

    return _converter(read)


def int_value(*, minimum=0, maximum=10**9):
    """Whole numbers: 3, 3.0, 3人, ３, 三."""

    def read(cell, text):
        raw = text or cell.text
        if text:
            key = _ABOUT.sub("", match_key(text[:40]))
            found = _INTEGER.fullmatch(key)
            number = int(found[1]) if found else chinese_number(key.rstrip("个人名户岁次口"))
        else:
            digits = _digits(cell)
            number = int(digits) if digits else None
        if number is None:
            return Value(None, raw, (_NO_INTEGER,))
        if number < minimum:
            return Value(None, raw, (_NEGATIVE,))
        if number > maximum:
            return Value(None, raw, (_TOO_MUCH,))
        return Value(number, raw)

    return _converter(read)


# --- same as above --------------------------------------------------------------------------------------------------
_SAME = _words('同上 同前 上同 〃 ″ 〞 〝 “ ” " “” "" \'\' ″″ 〃〃 々')
# Most cells begin otherwise; white space may stand before a mark.
_SAME_STARTS = {mark[0] for mark in _SAME} | {
    character for character in map(chr, range(0x3001)) if character.isspace()
}
NOTHING_ABOVE = Finding("warning", "写着“同上”，但上一行这一格是空的，按未填处理。", "请填写内容。")
COPIED = Finding("note", "“同上”已按上一行填写。")


class SameAsAbove:
    """Replaces 同上, 〃 and " by the cell of the row above (item 9). One object for one sheet; feed all data rows in
    order, total and note rows left out."""

    def __init__(self):
        self._above = {}

    def resolve(self, column, cell):
        """`(cell, finding or None)`: the cell that counts for column `column` (its index) in this row."""
        finding = None
        value = cell[0]
        if value.__class__ is str and value[:1] in _SAME_STARTS and len(value) <= 20 and _same_mark(value):
            cell = self._above.get(column, BLANK)
            finding = NOTHING_ABOVE if cell.is_blank else COPIED
        self._above[column] = cell
        return cell, finding


def _same_mark(text):
    return "".join(text.split()) in _SAME


# --- by kind --------------------------------------------------------------------------------------------------------
CONVERTERS = {
    "text": text_value,
    "name": name_value,
    "id": id_number_value,
    "date": date_value,
    "sex": sex_value,
    "yesno": yes_no_value,
    "phone": phones_value,
    "code": code_value,
    "multi": codes_value,
    "money": money_value,
    "int": int_value,
}


def compile_converter(kind, *arguments, **options):
    """The converter for a kind of column (a key of CONVERTERS) with its options."""
    return CONVERTERS[kind](*arguments, **options)


def cell_of(value):
    """A Cell from a plain Python value, for rows that do not come from a file."""
    if value is None or value == "":
        return BLANK
    if isinstance(value, str):
        return Cell(value, "text")
    if isinstance(value, bool):
        return Cell(value, "bool")
    if isinstance(value, date | time):
        shown = "minute" if isinstance(value, datetime) else "time" if isinstance(value, time) else "day"
        return Cell(value, "date", shown)
    if isinstance(value, int | float):
        return Cell(value, "number")
    return Cell(str(value), "text")
