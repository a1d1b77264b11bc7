from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from fedhub.core import validators
from fedhub.core.validators import (
    IdNumber,
    id_check_character,
    parse_credit_code,
    parse_division_code,
    parse_grid_code,
    parse_id_number,
    parse_mobile,
    parse_partial_date,
    parse_phone,
    parse_service_phone,
    parse_unit_code,
)

TODAY = date(2024, 6, 30)


def with_check(first_17):
    return first_17 + id_check_character(first_17)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11010519491231002X", IdNumber("11010519491231002X", "1949-12-31", "2")),
        ("11010519491231002x", IdNumber("11010519491231002X", "1949-12-31", "2")),
        ("'440524 18800101 0014", IdNumber("440524188001010014", "1880-01-01", "1")),
        ("４４０５２４１８８００１０１００１４", IdNumber("440524188001010014", "1880-01-01", "1")),
        ("110105491231002", IdNumber("11010519491231002X", "1949-12-31", "2", upgraded_from="110105491231002")),
        (with_check("83000019900101001"), IdNumber(with_check("83000019900101001"), "1990-01-01", "1", id_type="08")),
        ("911124198108030024", IdNumber("911124198108030024", "1981-08-03", "2", id_type="09")),
    ],
)
def test_identity_numbers_give_birth_sex_and_series(text, expected):
    assert parse_id_number(text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "没有填"),
        ("110105********002X", "遮挡"),
        ("1101051949123100", "现在是 16 位"),
        ("11010519491231O02X", "第 15 位应为数字"),
        ("11010519491231002Y", "最后一位应为数字或 X"),
        ("110105194912310021", "校验不通过"),
        ("110105194912310020"[::-1], "省级代码"),
        (with_check("99010519491231002"), "省级代码"),
        (with_check("11010519490231002"), "出生日期不存在"),
        (with_check("11010520240701002"), "在今天以后"),
        (with_check("11010518790101002"), "出生年份太早"),
        ("810000900101001", "省级代码"),
        ("1.10105194912e17", "应为 18 位"),
    ],
)
def test_wrong_identity_numbers_say_what_is_wrong(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_id_number(text, today=TODAY)


def outcome(text):
    """The parsed number, or the sentence that refuses it."""
    try:
        return parse_id_number(text).number
    except ValueError as error:
        return str(error)


@given(st.text(max_size=20))
def test_any_text_gives_a_number_or_a_sentence(text):
    found = outcome(text)

    assert len(found) == 18 or found.endswith("。")


@given(
    st.sampled_from(sorted(validators.MAINLAND)),
    st.dates(min_value=date(1900, 1, 1), max_value=TODAY),
    st.integers(0, 999),
    st.integers(0, 17),
    st.sampled_from("0123456789"),
)
def test_every_single_slip_in_a_number_is_found(province, born, order, place, digit):
    number = with_check(f"{province}0105{born:%Y%m%d}{order:03d}")

    parsed = parse_id_number(number, today=TODAY)

    assert (parsed.birth, parsed.sex) == (born.isoformat(), "1" if order % 2 else "2")
    slipped = number[:place] + digit + number[place + 1 :]
    if slipped != number:
        with pytest.raises(ValueError, match="身份证号"):
            parse_id_number(slipped, today=TODAY)


def test_credit_code_is_checked_and_put_right():
    assert parse_credit_code("91350100m000100y43") == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("91350100M000100Y4", "现在是 17 位"),
        ("91350100M000100Y44", "校验不通过"),
        ("91350100I000100Y43", "第 9 位"),
    ],
)
def test_wrong_credit_codes_say_what_is_wrong(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_credit_code(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("025-12345678", "025-12345678"),
        ("02512345678", "025-12345678"),
        ("（0571）8765432", "0571-8765432"),
        ("0571－87654321转12", "0571-87654321-12"),
        ("010 62345678", "010-62345678"),
    ],
)
def test_phones_have_one_form(text, expected):
    assert parse_phone(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "没有填"),
        ("138****8000", "遮挡"),
        ("1380013800", "现在是 10 位"),
        ("12345678", "带区号"),
        ("无电话", "认不出来"),
        ("12338", "现在是 5 位"),
        ("20013800138", "认不出来"),
    ],
)
def test_wrong_phones_say_what_is_wrong(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_phone(text)


@pytest.mark.parametrize("text", ["110", "12338", "95588", "400-123-4567", "4001234567", "025-12345678"])
def test_agencies_may_have_public_numbers(text):
    assert parse_service_phone(text) == text


def test_a_mobile_field_refuses_a_landline():
    with pytest.raises(ValueError, match="11 位手机号"):
        parse_mobile("025-12345678")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("33", "33"),
        ("3301", "3301"),
        ("330106", "330106"),
        ("330106003", "330106003"),
        ("330106003012", "330106003012"),
        ("330106003000", "330106003"),
        ("330106000000", "330106"),
        ("330000000000", "33"),
        ("330100", "3301"),
        ("３３０１０６", "330106"),
    ],
)
def test_division_codes_keep_their_significant_digits(text, expected):
    assert parse_division_code(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "2、4、6、9 或 12 位"),
        ("33010", "2、4、6、9 或 12 位"),
        ("990106", "省级代码"),
        ("330006003012", "中间有一级"),
    ],
)
def test_wrong_division_codes_say_what_is_wrong(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_division_code(text)


@pytest.mark.parametrize(
    ("parse", "text", "reason"),
    [
        (parse_grid_code, "33010600301200", "应为 15 位"),
        (parse_grid_code, "330106003000001", "不是社区代码"),
        (parse_grid_code, "330106003012000", "从 1 开始"),
        (parse_unit_code, "330106003012001", "应为 17 位"),
        (parse_unit_code, "33010600301200100", "从 1 开始"),
        (parse_unit_code, "33010600301200001", "网格的顺序号"),
    ],
)
def test_wrong_grid_and_unit_codes_say_what_is_wrong(parse, text, reason):
    with pytest.raises(ValueError, match=reason):
        parse(text)


def test_grid_and_unit_codes_extend_the_community_code():
    assert parse_grid_code("330106003012001") == "330106003012001"
    assert parse_unit_code("33010600301200102") == "33010600301200102"


@pytest.mark.parametrize("text", ["1985", "1985-04", "1985-04-01", "2024-06-30", "2024"])
def test_partial_dates_hold_what_is_known(text):
    assert parse_partial_date(text, today=TODAY) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("85", "请写成"),
        ("1985-4", "请写成"),
        ("1985/04", "请写成"),
        ("1985-13", "不存在"),
        ("1985-02-30", "不存在"),
        ("2024-07", "在今天以后"),
        ("2024-07-01", "在今天以后"),
        ("0985", "太早"),
    ],
)
def test_wrong_partial_dates_say_what_is_wrong(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_partial_date(text, today=TODAY)


def test_django_validators_carry_the_same_sentence():
    with pytest.raises(ValidationError) as caught:
        validators.validate_partial_date("1985-13")

    assert caught.value.messages == ["这个日期不存在，请核对。"]
