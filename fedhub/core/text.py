"""Chinese text as offices type and read it: normal forms, masks, dates and money in words."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

_SPACES = re.compile(r"\s+")
_DOTS = str.maketrans({"•": "·", "．": "·", "・": "·", "‧": "·", "∙": "·", "●": "·", "･": "·"})
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def normalise(text):
    """NFKC (full-width to half-width), outer white space gone, inner white space one space; other characters kept."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", str(text or ""))).strip()


def normalise_name(text):
    """A person's name: `normalise`, no spaces between Chinese characters ("张 三"), middle dots unified to ·."""
    name = normalise(str(text or "").translate(_DOTS)).translate(_DOTS)
    if _HAN.search(name):
        name = name.replace(" ", "")
    return name


def mask_id(text):
    """Identity number as 110105********002X (first 6, last 4); shorter numbers keep first and last character."""
    text = str(text)
    if len(text) >= 15:
        return text[:6] + "*" * (len(text) - 10) + text[-4:]
    return text[:1] + "*" * max(len(text) - 2, 1) + text[-1:] if len(text) > 2 else "*" * len(text)


def mask_phone(text):
    """Mobile as 138****8000; landlines and others keep their last four digits."""
    text = str(text)
    if len(text) == 11 and text.isdigit():
        return f"{text[:3]}****{text[-4:]}"
    return "*" * max(len(text) - 4, 1) + text[-4:] if len(text) > 4 else "****"


def mask_name(text):
    """张** : the surname stays."""
    text = str(text)
    return text[:1] + "*" * max(len(text) - 1, 1) if text else ""


def mask_address(text):
    """The compound stays, building and room numbers do not."""
    return re.sub(r"\d+", "*", str(text))


def chinese_date(day):
    """2024年6月30日, '' for None."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def partial_date_label(text):
    """"1985" 1985年, "1985-04" 1985年4月, "1985-04-01" 1985年4月1日, '' stays ''."""
    parts = [int(p) for p in text.split("-")] if text else []
    return "".join(f"{value}{unit}" for value, unit in zip(parts, "年月日", strict=False))


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ["", "拾", "佰", "仟"]
_GROUPS = ["", "万", "亿", "万亿"]


def _group_in_capitals(number):
    out, zero = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            out += ("零" if zero and out else "") + _DIGITS[digit] + _UNITS[place]
            zero = False
        else:
            zero = True
    return out


def money_in_capitals(amount):
    """人民币叁仟元整 for Decimal("3000"); two decimals become 角 and 分. Raises ValueError below 0 or from 10^16 yuan."""
    amount = Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if not 0 <= amount < 10**16:
        raise ValueError("金额超出范围。")
    yuan, cents = divmod(int(amount * 100), 100)
    groups, text, gap = [], "", False
    while yuan:
        yuan, group = divmod(yuan, 10_000)
        groups.append(group)
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group_in_capitals(group) + _GROUPS[place]
        gap = False
    jiao, fen = divmod(cents, 10)
    whole = text + "元" if text else ("" if cents else "零元")
    if not cents:
        return f"人民币{whole}整"
    tail = (f"{_DIGITS[jiao]}角" if jiao else ("零" if text else "")) + (f"{_DIGITS[fen]}分" if fen else "整")
    return f"人民币{whole}{tail}"
