import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedhub.core.text import (
    chinese_date,
    half_width,
    mask_account,
    mask_address,
    mask_id,
    mask_name,
    mask_phone,
    match_key,
    money_in_capitals,
    normalise,
    normalise_name,
    partial_date_label,
    row_key,
    row_keys,
)

WORDS = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  幸福\u3000社区 \n 一组 ", "幸福 社区 一组"),
        ("ＡＢ１２", "AB12"),
        ("（备注）：无", "(备注):无"),
        ("张\u200b三\ufeff", "张三"),
        ("𠮷田\U00030000", "𠮷田\U00030000"),
        ("", ""),
        (None, ""),
        (138, "138"),
    ],
)
def test_text_has_one_normal_form(text, expected):
    assert normalise(text) == expected


@given(WORDS)
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(WORDS)
def test_normalising_a_name_twice_changes_nothing(text):
    assert normalise_name(normalise_name(text)) == normalise_name(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张 三", "张三"),
        ("张\u3000\u3000三", "张三"),
        (" 欧阳 小 明 ", "欧阳小明"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽 ． 买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("阿依古丽･买买提", "阿依古丽·买买提"),
        ("阿依古丽.买买提", "阿依古丽·买买提"),
        ("Mary  J. Smith", "Mary J. Smith"),
        ("𠮷 田", "𠮷田"),
    ],
)
def test_a_name_loses_inner_spaces_and_keeps_one_kind_of_dot(text, expected):
    assert normalise_name(text) == expected


def test_labels_compare_without_spaces_width_and_case():
    assert match_key(" 联系\n电 话（必填） ") == match_key("联系电话(必填)")
    assert match_key("ＱＱ") == "qq"


def test_half_width_keeps_chinese_punctuation():
    assert half_width("３号楼（北）：Ａ座。") == "3号楼（北）：A座。"


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("3000", "人民币叁仟元整"),
        ("0", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("0.5", "人民币伍角整"),
        ("0.55", "人民币伍角伍分"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("10", "人民币壹拾元整"),
        ("20001", "人民币贰万零壹元整"),
        ("10010000", "人民币壹仟零壹万元整"),
        ("100000001", "人民币壹亿零壹元整"),
        ("100000000", "人民币壹亿元整"),
        ("1000100010", "人民币壹拾亿零壹拾万零壹拾元整"),
        ("-5", "人民币负伍元整"),
    ],
)
def test_money_is_written_in_capitals(amount, expected):
    assert money_in_capitals(Decimal(amount)) == expected


@pytest.mark.parametrize("amount", ["0.001", "1000000000000"])
def test_money_that_no_agreement_holds_is_refused(amount):
    with pytest.raises(ValueError, match="金额"):
        money_in_capitals(Decimal(amount))


_DIGITS = {c: n for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def _read_capitals(text):
    """Value in cents of capitals, read by another way than they are written."""
    yuan, _, rest = text.removeprefix("人民币").rpartition("元")
    cents, total, group, digit = 0, 0, 0, 0
    for character in rest:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in "角分":
            cents += digit * (10 if character == "角" else 1)
    digit = 0
    for character in yuan:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            group, digit = group + digit * _UNITS[character], 0
        else:
            total, group, digit = total + (group + digit) * {"万": 10**4, "亿": 10**8}[character], 0, 0
    return (total + group + digit) * 100 + cents


@given(st.integers(min_value=0, max_value=10**14 - 1))
def test_capitals_read_back_as_the_same_amount(cents):
    written = money_in_capitals(Decimal(cents) / 100)

    assert _read_capitals(written) == cents
    assert "零零" not in written


def test_documents_write_dates_in_chinese():
    assert chinese_date(date(2024, 6, 30)) == "2024年6月30日"
    assert chinese_date(None) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1985", "1985年"),
        ("1985-04", "1985年4月"),
        ("1985-04-01", "1985年4月1日"),
        (date(1985, 4, 1), "1985年4月1日"),
        ("", ""),
    ],
)
def test_partial_dates_show_what_is_known(value, expected):
    assert partial_date_label(value) == expected


@pytest.mark.parametrize(
    ("mask", "value", "expected"),
    [
        (mask_id, "11010519491231002X", "110105********002X"),
        (mask_id, "110105491231002", "110105*****1002"),
        (mask_id, "E12345678", "E1*****78"),
        (mask_id, "AB12", "***2"),
        (mask_id, "", ""),
        (mask_phone, "13800138000", "138****8000"),
        (mask_phone, "025-12345678", "025-****5678"),
        (mask_phone, "010-12345678-12", "010-****5678"),
        (mask_phone, "12338", "***38"),
        (mask_phone, "", ""),
        (mask_account, "6222020200112233445", "***************3445"),
        (mask_account, "123", "***"),
        (mask_name, "张三", "张*"),
        (mask_name, "张小明", "张*明"),
        (mask_name, "阿依·买提", "阿*·*提"),
        (mask_name, "张", "*"),
        (mask_address, "幸福小区3号楼501室", "幸福小区****"),
        (mask_address, "幸福小区三号楼", "幸福小区****"),
        (mask_address, "二七路十二号", "二七路****"),
        (mask_address, "张家大院", "张家****"),
        (mask_address, "", ""),
    ],
)
def test_masks_show_only_their_part(mask, value, expected):
    assert mask(value) == expected


@given(st.text(max_size=30))
def test_a_mask_never_shows_more_than_ten_characters_of_a_number(text):
    shown = sum(character != "*" for character in mask_id(text.replace("*", "x")))

    assert shown <= 10
    assert len(mask_id(text)) == len(text)


def test_no_control_or_format_character_is_overlooked():
    invisible = [chr(i) for i in range(0x110000) if unicodedata.category(chr(i)) in ("Cc", "Cf")]

    assert [hex(ord(c)) for c in invisible if not c.isspace() and normalise(f"张{c}敏") != "张敏"] == []


@pytest.mark.parametrize("text", [None, "", "x", "-1", "1.5", "²", "１", "9" * 19])
def test_what_is_no_key_of_a_row(text):
    assert row_key(text) is None


def test_the_keys_among_texts_keep_their_order():
    assert row_keys(["12", "²", "3"]) == [12, 3]
