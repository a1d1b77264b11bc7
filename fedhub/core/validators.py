"""Numbers and codes of the field, checked by their standards; messages are Chinese sentences."""

import re
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from fedhub.core.text import normalise

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_PROVINCES = {
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83, 91,
}  # fmt: skip
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?|\d{7,8}")


@dataclass(frozen=True)
class IdNumber:
    """A checked identity number: 18 characters, birth "YYYY-MM-DD", sex "1" male or "2" female."""

    number: str
    birth: str
    sex: str
    upgraded_from: str = ""


def id_check_character(first17):
    """Check character of the first 17 digits (GB 11643-1999)."""
    return _ID_CHECKS[sum(int(d) * w for d, w in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def parse_id_number(text):
    """Check a resident identity number (GB 11643-1999); 15-digit numbers are upgraded. Raises ValueError (Chinese)."""
    number = normalise(text).lstrip("'").replace(" ", "").replace("-", "").upper()
    upgraded = ""
    if re.fullmatch(r"\d{15}", number):
        upgraded = number
        first17 = number[:6] + "19" + number[6:]
        number = first17 + id_check_character(first17)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise ValueError(f"身份证号应是 18 位，现在是 {len(number)} 位。")
    if int(number[:2]) not in _PROVINCES:
        raise ValueError("身份证号前两位不是有效的地区代码。")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise ValueError("身份证号里的出生日期不存在。") from None
    if born > timezone.localdate() or born.year < 1900:
        raise ValueError("身份证号里的出生日期不在合理范围。")
    if id_check_character(number[:17]) != number[17]:
        raise ValueError("身份证号最后一位校验不对，可能抄错了一位。")
    return IdNumber(number, born.isoformat(), "1" if int(number[16]) % 2 else "2", upgraded)


def validate_id_number(value):
    """Django validator around parse_id_number."""
    try:
        parse_id_number(value)
    except ValueError as error:
        raise ValidationError(str(error)) from None


def validate_credit_code(value):
    """Unified social credit code (GB 32100-2015): 18 characters with check character."""
    code = normalise(value).upper()
    if len(code) != 18 or any(c not in _CREDIT for c in code):
        raise ValidationError("统一社会信用代码应是 18 位数字和大写字母。")
    total = sum(_CREDIT.index(c) * 3**i % 31 for i, c in enumerate(code[:17]))
    if _CREDIT[(31 - total % 31) % 31] != code[17]:
        raise ValidationError("统一社会信用代码最后一位校验不对。")


def normalise_phone(text):
    """Digits of a phone without +86, spaces and inner dashes of mobiles; landlines keep area code and dash."""
    number = re.sub(r"[\s()（）]", "", normalise(text)).removeprefix("+86").removeprefix("0086")
    bare = number.replace("-", "")
    return bare if _MOBILE.fullmatch(bare) else number


def is_phone(text):
    """True for a mobile or landline number."""
    number = normalise_phone(text)
    return bool(_MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number))


def validate_phone(value):
    """Mobile (11 digits) or landline."""
    if not is_phone(value):
        digits = sum(c.isdigit() for c in str(value))
        raise ValidationError(f"手机号应是 11 位，座机请带区号；现在有 {digits} 位数字。")


def validate_division_code(value):
    """Division code of 2, 4, 6, 9 or 12 digits (统计用区划代码)."""
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", str(value)):
        raise ValidationError("区划代码应是 2、4、6、9 或 12 位数字。")


def validate_grid_code(value):
    """Grid code: the community's 12 digits and 3 more."""
    if not re.fullmatch(r"\d{15}", str(value)):
        raise ValidationError("网格编码应是 15 位数字：社区代码 12 位加序号 3 位。")


def validate_unit_code(value):
    """联户单元 code: the grid code and 2 more."""
    if not re.fullmatch(r"\d{17}", str(value)):
        raise ValidationError("联户单元编码应是 17 位数字：网格编码加序号 2 位。")


def validate_partial_date(value):
    """"1985", "1985-04" or "1985-04-01": a real date that is not in the future."""
    text = str(value)
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
        raise ValidationError("日期请写成 1985、1985-04 或 1985-04-01。")
    parts = [int(p) for p in text.split("-")]
    try:
        first = date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    except ValueError:
        raise ValidationError("没有这一天，请核对。") from None
    if first > timezone.localdate():
        raise ValidationError("日期不能晚于今天。")
    if parts[0] < 1880:
        raise ValidationError("年份太早，请核对。")
