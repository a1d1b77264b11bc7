"""Checks of numbers, codes and dates. `parse_*` return the normal form or raise ValueError with one Chinese sentence;
`validate_*` are the same checks as Django validators.

The sentences never repeat the value: they are stored with import rows and may be logged.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import mul

from django.core.exceptions import ValidationError
from django.utils import timezone

from fedhub.core.text import normalise

# First two digits of division codes (GB/T 2260): the mainland provinces, then Taiwan, Hong Kong, Macao.
MAINLAND = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
    ]
)
REGIONS = MAINLAND | {"71", "81", "82", "83"}
# Nobody alive or in living files was born before this year; earlier years are slips of the pen.
FIRST_YEAR = 1880


def _today():
    return timezone.localdate()


def _as_validator(parse):
    """A Django validator that runs `parse` and turns its ValueError into a ValidationError."""

    def validate(value):
        try:
            parse(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    return validate


# --- identity numbers ---------------------------------------------------------------------------------------------
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_ID_NOISE = re.compile(r"[\s'\"`‘’“”＇-]+")


@dataclass(frozen=True)
class IdNumber:
    """A checked identity number.

    `number` has 18 characters; `birth` is "YYYY-MM-DD"; `sex` "1" man or "2" woman (GB/T 2261.1); `upgraded_from` is
    the old number of 15 digits or ''; `id_type` the document by its series (code table id_type: 01, 08 or 09).
    """

    number: str
    birth: str
    sex: str
    upgraded_from: str = ""
    id_type: str = "01"


def id_check_character(first_17):
    """Check character of an identity number from its first 17 digits (ISO 7064 MOD 11-2, GB 11643-1999)."""
    if len(first_17) != len(_ID_WEIGHTS):
        raise ValueError(f"17 digits are needed, not {len(first_17)}.")
    return _ID_CHECK[sum(map(mul, map(int, first_17), _ID_WEIGHTS)) % 11]


def parse_id_number(text, *, today=None):
    """Check an identity number (GB 11643-1999) and return an IdNumber; raises ValueError.

    Full-width characters, spaces, hyphens, quotes and a small x are put right. Old numbers of 15 digits are upgraded
    (19 after the sixth digit, check character appended). Series 81, 82, 83 are residence permits for Hong Kong, Macao
    and Taiwan people; a first digit 9 followed by a province is the foreigners' permanent residence card (2023 form).
    """
    return _parse_id_number(text, today or _today())


# An import asks for the same number while it reads, compares and plans a row.
@lru_cache(maxsize=1024)
def _parse_id_number(text, today):
    number = _ID_NOISE.sub("", normalise(text)).upper()
    if not number:
        raise ValueError("没有填身份证号。")
    if "*" in number:
        raise ValueError("身份证号里有星号，是遮挡过的，请填完整号码。")
    if len(number) not in (15, 18):
        raise ValueError(f"身份证号应为 18 位（旧证 15 位），现在是 {len(number)} 位，请核对。")
    old = number if len(number) == 15 else ""
    body = number if old else number[:17]
    if not (body.isascii() and body.isdigit()):
        place = next(i for i, character in enumerate(body, start=1) if character not in "0123456789")
        raise ValueError(f"身份证号第 {place} 位应为数字，请核对。")
    if not old and number[17] not in "0123456789X":
        raise ValueError("身份证号最后一位应为数字或 X，请核对。")
    id_type = _id_type(number, old)
    if old:
        body = f"{number[:6]}19{number[6:]}"
        number = body + id_check_character(body)
    birth = _birth(number[6:14], today)
    if number[17] != id_check_character(body):
        raise ValueError("身份证号校验不通过，可能有一位抄错，请对照证件核对。")
    return IdNumber(number, birth, "1" if int(number[16]) % 2 else "2", old, id_type)


def _id_type(number, old):
    if number[0] == "9" and number[1:3] in MAINLAND and not old:
        return "09"
    if number[:2] in {"81", "82", "83"} and not old:
        return "08"
    if number[:2] in MAINLAND or number[:2] == "71":
        return "01"
    raise ValueError("身份证号开头两位不是省级代码，请核对。")


def _birth(digits, today):
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise ValueError("身份证号里的出生日期不存在，请核对。") from None
    if born > today:
        raise ValueError("身份证号里的出生日期在今天以后，请核对。")
    if born.year < FIRST_YEAR:
        raise ValueError("身份证号里的出生年份太早，请核对。")
    return born.isoformat()


# --- unified social credit code -------------------------------------------------------------------------------------
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def parse_credit_code(text):
    """Check a unified social credit code (GB 32100-2015: 18 characters, check modulo 31); raises ValueError."""
    code = re.sub(r"[\s-]", "", normalise(text)).upper()
    if len(code) != 18:
        raise ValueError(f"统一社会信用代码应为 18 位，现在是 {len(code)} 位，请核对。")
    for place, character in enumerate(code, start=1):
        if character not in _CREDIT:
            raise ValueError(f"统一社会信用代码第 {place} 位不能用这个字符，请核对（不含 I、O、S、V、Z）。")
    total = sum(_CREDIT.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17]))
    if code[17] != _CREDIT[(31 - total % 31) % 31]:
        raise ValueError("统一社会信用代码校验不通过，可能有一位抄错，请核对。")
    return code


# --- phones -------------------------------------------------------------------------------------------------------
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})-?(\d{7,8})(?:[-转#]+(\d{1,6}))?", re.ASCII)
_SERVICE = re.compile(r"1\d{2,4}|9\d{4,5}|[48]00-?\d{3}-?\d{4}", re.ASCII)
_COUNTRY = re.compile(r"^(\+86|0086|86(?=1[3-9]\d{9}$))-?")
_PHONE_SPACE = re.compile(r"[\s()'\"]+")
_DASHES = re.compile(r"[-‐‑‒–—―−]+")


def parse_phone(text, *, services=False):
    """Normal form of a Chinese phone number: "13800138000" or "025-12345678-12"; raises ValueError.

    Spaces, hyphens and +86 go; a landline needs its area code. With `services` also public numbers such as 12338,
    95588 and 400-123-4567 (agencies).
    """
    number = _PHONE_SPACE.sub("", _DASHES.sub("-", normalise(text)))
    if not number:
        raise ValueError("没有填电话。")
    if "*" in number:
        raise ValueError("电话里有星号，是遮挡过的，请填完整号码。")
    number = _COUNTRY.sub("", number)
    bare = number.replace("-", "")
    if _MOBILE.fullmatch(bare):
        return bare
    if services and _SERVICE.fullmatch(number):
        return number
    if found := _LANDLINE.fullmatch(number):
        return "-".join(part for part in found.groups() if part)
    if re.fullmatch(r"\d{7,8}", bare, re.ASCII):
        raise ValueError("座机要带区号，例如 025-12345678。")
    if bare.isdigit() and bare.startswith("1") and len(bare) != 11:
        raise ValueError(f"手机号应为 11 位，现在是 {len(bare)} 位，请核对。")
    raise ValueError("电话号码认不出来，请填 11 位手机号，或带区号的座机，例如 025-12345678。")


def parse_mobile(text):
    """Normal form of a mobile number: 11 digits; raises ValueError."""
    number = parse_phone(text)
    if not _MOBILE.fullmatch(number):
        raise ValueError("这里要填 11 位手机号。")
    return number


def parse_service_phone(text):
    """Phone of an agency: also 12338, 95588, 400 numbers; raises ValueError."""
    return parse_phone(text, services=True)


# --- places -------------------------------------------------------------------------------------------------------
# Significant digits of each level: province, city, county, street, community (GB/T 2260, GB/T 10114; handbook 2.1).
DIVISION_LENGTHS = (2, 4, 6, 9, 12)


def parse_division_code(text):
    """Significant digits of a division code: 2, 4, 6, 9 or 12; raises ValueError.

    Levels filled up with zeros are cut off: 330106000000 and 330106 are the same county.
    """
    code = normalise(text).replace(" ", "")
    if not re.fullmatch(r"\d+", code, re.ASCII) or len(code) not in DIVISION_LENGTHS:
        raise ValueError("区划代码应为 2、4、6、9 或 12 位数字（省、市、县、街道、社区）。")
    if code[:2] not in REGIONS - {"83"}:
        raise ValueError("区划代码开头两位不是省级代码，请核对。")
    for length, shorter in zip(DIVISION_LENGTHS[:0:-1], DIVISION_LENGTHS[-2::-1], strict=True):
        if len(code) == length and not code[shorter:].strip("0"):
            code = code[:shorter]
    for shorter, length in zip(DIVISION_LENGTHS, DIVISION_LENGTHS[1:], strict=False):
        if len(code) > length and not code[shorter:length].strip("0"):
            raise ValueError("区划代码中间有一级全是 0，请核对。")
    return code


def parse_grid_code(text):
    """A grid code: the community's 12 digits and 3 digits of order, from 001 (handbook 2.2); raises ValueError."""
    return _below_community(text, 15, "网格代码应为 15 位数字：社区代码 12 位加网格顺序号 3 位。", "网格")


def parse_unit_code(text):
    """A 联户单元 code: the grid's 15 digits and 2 digits of order, from 01; raises ValueError."""
    code = _below_community(text, 17, "联户单元代码应为 17 位数字：网格代码 15 位加顺序号 2 位。", "联户单元")
    parse_grid_code(code[:15])
    return code


def _below_community(text, length, shape, what):
    code = normalise(text).replace(" ", "")
    if len(code) != length or not re.fullmatch(r"\d+", code, re.ASCII):
        raise ValueError(shape)
    if parse_division_code(code[:12]) != code[:12]:
        raise ValueError(f"{what}代码的前 12 位不是社区代码，请核对。")
    if not code[12 if length == 15 else 15 :].strip("0"):
        raise ValueError(f"{what}的顺序号从 1 开始，不能全是 0。")
    return code


# --- partial dates ------------------------------------------------------------------------------------------------
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def parse_partial_date(text, *, today=None):
    """A date known to the year, month or day: "1985", "1985-04" or "1985-04-01", real and not in the future."""
    value = normalise(text)
    found = _PARTIAL.fullmatch(value)
    if not found:
        raise ValueError("日期请写成 1985、1985-04 或 1985-04-01 的样子。")
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        start = date(year, month or 1, day or 1)
    except ValueError:
        raise ValueError("这个日期不存在，请核对。") from None
    if start > (today or _today()):
        raise ValueError("日期在今天以后，请核对。")
    if year < FIRST_YEAR:
        raise ValueError("年份太早，请核对。")
    return value


validate_id_number = _as_validator(parse_id_number)
validate_credit_code = _as_validator(parse_credit_code)
validate_phone = _as_validator(parse_phone)
validate_mobile = _as_validator(parse_mobile)
validate_service_phone = _as_validator(parse_service_phone)
validate_division_code = _as_validator(parse_division_code)
validate_grid_code = _as_validator(parse_grid_code)
validate_unit_code = _as_validator(parse_unit_code)
validate_partial_date = _as_validator(parse_partial_date)
