"""Text of the trade: normal forms for matching, dates and money as documents write them, and masks for lists."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

# A Chinese character: the unified blocks inside and outside the BMP, compatibility forms, and 〇.
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_HAN_SPACE = re.compile(rf"(?<=[{HAN}·])\s+(?=[{HAN}·])")
_DOTS = re.compile(r"\s*[·•‧∙⋅・･●]\s*")
_HAN_STOP = re.compile(rf"(?<=[{HAN}])\s*\.\s*(?=[{HAN}])")
_SPACE = re.compile(r"\s+")
# Texts that stand in their normal form already, as most do.
_NORMAL = re.compile(r"[\u4e00-\u9fffA-Za-z0-9-]*")
# Where all control and format characters lie; few texts hold any, and asking each character takes long.
_PERHAPS_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U00010000-\U0010ffff]"
)
# Full-width digits and letters; full-width punctuation stays, since Chinese text uses it.
_HALF_WIDTH = {
    ord(wide): ord(wide) - 0xFEE0
    for first, last in (("０", "９"), ("Ａ", "Ｚ"), ("ａ", "ｚ"))
    for wide in map(chr, range(ord(first), ord(last) + 1))
}


def normalise(text):
    """`text` in one normal form: NFKC, no invisible characters, ends trimmed, inner white space one space.

    Full-width digits, letters and punctuation become half-width; characters outside the BMP stay. None gives ''.
    """
    if text is None:
        return ""
    visible = str(text)
    if _NORMAL.fullmatch(visible):
        return visible
    if _PERHAPS_INVISIBLE.search(visible):
        visible = "".join(c for c in visible if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf"))
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", visible)).strip()


def normalise_name(text):
    """A person's name in one normal form (handbook 3.2 item 10).

    Spaces between Chinese characters go (张 三 → 张三); every middle dot becomes ·, with no space beside it. Names in
    Latin letters keep single spaces.
    """
    name = normalise(text)
    if _NORMAL.fullmatch(name):
        return name
    name = _DOTS.sub("·", name)
    return _HAN_SPACE.sub("", _HAN_STOP.sub("·", name)).strip("·")


MOST_KEY = 2**63 - 1


def row_key(text):
    """The key of a row as an address or a form posts it, or None: digits that a database takes, "²" is none."""
    text = str(text or "")
    key = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else MOST_KEY + 1
    return key if key <= MOST_KEY else None


def row_keys(texts):
    """The keys among `texts`, in order."""
    return [key for text in texts if (key := row_key(text)) is not None]


def match_key(text):
    """The form in which labels, headings and aliases are compared: normalised, without white space, small letters."""
    return _SPACE.sub("", normalise(text)).casefold()


def half_width(text):
    """`text` with full-width digits and letters made half-width; Chinese punctuation stays as it is."""
    return text.translate(_HALF_WIDTH).replace("\u3000", " ")


# --- documents ----------------------------------------------------------------------------------------------------
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_LIMIT = Decimal(10) ** 12


def money_in_capitals(amount):
    """`amount` (Decimal or int, yuan) in capitals for agreements: 3000 → 人民币叁仟元整 (handbook 13.6).

    Raises ValueError when there are parts of a cent, or for a million million yuan and more.
    """
    amount = Decimal(amount)
    cents = abs(amount) * 100
    if cents != cents.to_integral_value():
        raise ValueError("金额最多两位小数。")
    if abs(amount) >= _LIMIT:
        raise ValueError("金额太大，写不成大写。")
    yuan, rest = divmod(int(cents), 100)
    jiao, fen = divmod(rest, 10)
    text = f"{_integer_in_capitals(yuan)}元" if yuan or not rest else ""
    if yuan and fen and not jiao:
        text += "零"
    text += f"{_CAPITALS[jiao]}角" if jiao else ""
    text += f"{_CAPITALS[fen]}分" if fen else "整"
    return f"人民币{'负' if amount < 0 else ''}{text}"


def _integer_in_capitals(number):
    if not number:
        return "零"
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    gap = False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if not group:
            gap = True
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group_in_capitals(group) + _GROUPS[index]
        gap = False
    return text


def _group_in_capitals(group):
    digits = f"{group:d}"
    text, zero = "", False
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            zero = True
            continue
        text += ("零" if zero else "") + _CAPITALS[int(digit)] + _PLACES[place]
        zero = False
    return text


def chinese_date(day):
    """`day` (date) as documents write it: 2024年6月30日; '' for None."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def partial_date_label(value):
    """A partial date ("1985", "1985-04", "1985-04-01", or a date) as documents write it: 1985年4月; '' stays ''."""
    if not value:
        return ""
    if isinstance(value, date):
        return chinese_date(value)
    parts = str(value).split("-")
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


# --- masks (handbook 10.2, 10.3) ----------------------------------------------------------------------------------
_LANDLINE = re.compile(r"(0\d{2,3}-?)(\d{3,4})(\d{4})(-\d+)?")
_HOUSE_NUMBER = re.compile(r"[0-9A-Za-z０-９Ａ-Ｚａ-ｚ#＃]|[零〇一二三四五六七八九十百]+(?=[号栋幢楼座单元层室户])")


def mask_id(number):
    """An identity number with the first six and the last four left: 110105********002X; shorter papers show less."""
    number = str(number or "")
    head, tail = (6, 4) if len(number) >= 15 else (2, 2) if len(number) >= 8 else (0, 1)
    return _starred(number, head, tail)


def mask_phone(number):
    """A phone number without its middle: 138****8000, 025-****5678."""
    number = str(number or "")
    found = _LANDLINE.fullmatch(number)
    if found:
        return f"{found[1]}{'*' * len(found[2])}{found[3]}"
    if len(number) >= 11:
        return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    return _starred(number, 0, 2 if len(number) > 4 else 0)


def mask_account(number):
    """A bank account with the last four digits left."""
    return _starred(str(number or ""), 0, 4)


def mask_all(text):
    """Nothing of a sensitive text: only that there is one."""
    return "已登记，平时遮住" if text else ""


def mask_name(name):
    """A name as a public notice may print it: 张* or 张*明; the middle dot of a long name stays."""
    name = str(name or "")
    if len(name) <= 2:
        return name[:1] + "*" if len(name) == 2 else "*" * len(name)
    middle = "".join("·" if c == "·" else "*" for c in name[1:-1])
    return f"{name[0]}{middle}{name[-1]}"


def mask_address(address):
    """An address up to its first house number: 幸福小区3号楼501室 → 幸福小区****."""
    address = str(address or "")
    if not address:
        return ""
    found = _HOUSE_NUMBER.search(address)
    kept = address[: found.start()] if found else address[: min(6, len(address) // 2)]
    return f"{kept}****"


def _starred(text, head, tail):
    if len(text) <= head + tail:
        return "*" * len(text)
    return f"{text[:head]}{'*' * (len(text) - head - tail)}{text[len(text) - tail :]}"
