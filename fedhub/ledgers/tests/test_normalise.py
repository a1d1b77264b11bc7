from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedhub.core.validators import id_check_character
from fedhub.ledgers import normalise as n
from fedhub.ledgers.normalise import (
    CONVERTERS,
    EMPTY,
    Phone,
    SameAsAbove,
    cell_of,
    chinese_number,
    compile_converter,
    settle_date,
    split_values,
)
from fedhub.ledgers.reader import BLANK, Cell

TODAY = date(2026, 11, 24)
ID = "11010519491231002X"


def plain(text):
    return Cell(text, "plain")


def day_cell(value, shown="day"):
    return Cell(value, "date", shown)


def converted(convert, content):
    """`(value, findings)` of a cell or a plain value."""
    found = convert(content if isinstance(content, Cell) else cell_of(content))
    return found.value, list(found.findings)


# --- all kinds ------------------------------------------------------------------------------------------------------
def build(kind):
    return compile_converter(kind, {"低保": "DB"}) if kind in ("code", "multi") else compile_converter(kind)


@pytest.mark.parametrize("kind", CONVERTERS)
@pytest.mark.parametrize("content", [None, "", "  ", "\u3000\u00a0", "/", "-", "—", "／", "——"])
def test_empty_cells_and_marks_are_empty_in_every_kind(kind, content):
    assert converted(build(kind), content) == (None, [])


@pytest.mark.parametrize("kind", CONVERTERS)
def test_formulas_without_result_are_reported_and_not_read_as_empty(kind):
    assert converted(build(kind), Cell(None, "formula", "", True)) == (None, [n.NO_RESULT])


@pytest.mark.parametrize("kind", CONVERTERS)
def test_error_cells_are_reported(kind):
    assert converted(build(kind), Cell("#N/A", "error")) == (None, [n.ERROR_CELL])


CELLS = st.one_of(
    st.text(max_size=30).map(lambda text: Cell(text, "text")),
    st.text("0123456789年月日.-/ 一十农历岁万元约女儿*xX（）、", max_size=20).map(plain),
    st.integers(-(10**20), 10**20).map(lambda number: Cell(number, "number")),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda number: Cell(number, "number")),
    st.booleans().map(lambda flag: Cell(flag, "bool")),
    st.dates().map(day_cell),
    st.datetimes().map(lambda moment: day_cell(moment, "minute")),
    st.times().map(lambda moment: day_cell(moment, "time")),
)


@pytest.mark.parametrize("kind", CONVERTERS)
@settings(max_examples=150, deadline=None)
@given(cell=CELLS)
def test_no_cell_makes_a_converter_fail_and_nothing_vanishes_in_silence(kind, cell):
    value, raw, findings = build(kind)(cell)

    silent = value is None and not findings
    assert not silent or not raw or raw in n.EMPTY_MARKS
    assert all(finding.level in ("error", "warning", "note") and finding.text.endswith("。") for finding in findings)


@pytest.mark.parametrize("kind", CONVERTERS)
def test_findings_never_repeat_the_cell(kind):
    convert = build(kind)
    secret = "7531张某某86429"

    assert [finding for finding in convert(cell_of(secret)).findings if "86429" in finding.text + finding.hint] == []


# --- names (item 10) ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张三", "张三"), ("张 三", "张三"), ("张　三", "张三"), (" 张 三 ", "张三"), ("'张三", "张三"), ("张\n三",
        "张三"),
        ("阿依古丽·买买提", "阿依古丽·买买提"), ("阿依古丽•买买提", "阿依古丽·买买提"), ("阿依古丽．买买提",
        "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"), ("阿依古丽 · 买买提", "阿依古丽·买买提"), ("𠮷田𬱖", "𠮷田𬱖"),
        ("䶮", "䶮"),
        ("Anna  Maria", "Anna Maria"), ("张三\u200b", "张三"),
    ],
)  # fmt: skip
def test_names_get_one_form_and_rare_characters_stay(written, name):
    assert converted(n.name_value(), written) == (name, [])


@pytest.mark.parametrize(
    ("written", "name", "finding"),
    [
        ("张三（女儿）", "张三", n._NAME_NOTED), ("张?", "张?", n._NAME_LOST), ("张\ue000", "张\ue000", n._NAME_LOST),
        ("张三1", "张三1", n._NAME_DIGITS), ("张三、李四", "张三、李四", n._NAME_SEVERAL),
        ("张" * 51, None, n._NAME_LONG),
        ("***", None, n._NAME_NONE),
    ],
)  # fmt: skip
def test_odd_names_are_reported(written, name, finding):
    assert converted(n.name_value(), written) == (name, [finding])


# --- identity numbers (item 4) --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "written",
    [
        ID,
        ID.lower(),
        f"'{ID}",
        f"`{ID}",
        f" {ID[:6]} {ID[6:14]} {ID[14:]} ",
        "１１０１０５１９４９１２３１００２Ｘ",
        f"{ID}\n",
    ],
)
def test_identity_numbers_are_put_right_when_nothing_is_lost(written):
    assert converted(n.id_number_value(), written) == (ID, [])


@pytest.mark.parametrize(
    "content", [1.1010519491231e17, 110105194912310000, 1.10105194912310016e17, "1.10105E+17", "110105194912310000"]
)
def test_identity_numbers_typed_as_numbers_are_never_repaired(content):
    assert converted(n.id_number_value(), content) == (None, [n.ID_DAMAGED])


@pytest.mark.parametrize("content", ["110105491231002", 110105491231002, 110105491231002.0])
def test_old_numbers_of_fifteen_digits_are_upgraded_also_from_numeric_cells(content):
    assert converted(n.id_number_value(), content) == (ID, [n.ID_UPGRADED])


@pytest.mark.parametrize(
    "written", ["110105194912310021", "11010519491331002X", "123", "110105********002X", "护照 E1234"]
)
def test_wrong_identity_numbers_are_left_out_with_the_reason(written):
    value, findings = converted(n.id_number_value(), written)

    assert (value, [finding.level for finding in findings]) == (None, ["warning"])


def test_birth_and_sex_come_from_the_number():
    assert (n.id_birth(ID), n.id_sex(ID), n.id_birth(None), n.id_sex(None)) == ("1949-12-31", "2", "", "")


# --- dates (item 5) -------------------------------------------------------------------------------------------------
def dated(content):
    return converted(n.date_value(today=TODAY), content)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("1985.3", "1985-03"), ("1985.03", "1985-03"), ("1985-3", "1985-03"), ("1985/3/7", "1985-03-07"),
        ("1985年3月", "1985-03"), ("1985年3月7日", "1985-03-07"), ("198503", "1985-03"), ("19850307", "1985-03-07"),
        ("1985.10", "1985-10"), ("1985.1", "1985-01"), ("一九八五年三月", "1985-03"), ("一九八五年三月七日",
        "1985-03-07"),
        ("二〇〇一年十二月二十一日", "2001-12-21"), ("二○○一年十月", "2001-10"), ("1985", "1985"), ("1985年", "1985"),
        ("1985年生", "1985"), ("1985年3月出生", "1985-03"), ("１９８５．０３", "1985-03"), ("1985 年 3 月", "1985-03"),
        ("1985-03-07 00:00:00", "1985-03-07"), ("1985/3/7 0:00", "1985-03-07"), ("1985.03.07.", "1985-03-07"),
        ("'1985-03", "1985-03"), ("1985.0307", "1985-03-07"), ("1985年3月7号", "1985-03-07"),
        (19850307, "1985-03-07"), (198503, "1985-03"), (1985, "1985"), (1985.3, "1985-03"), (1985.11, "1985-11"),
        (1985.0, "1985"), (date(1985, 3, 7), "1985-03-07"), (datetime(1985, 3, 7, 8, 30), "1985-03-07"),
        (day_cell(date(1985, 3, 1), "month"), "1985-03"), (day_cell(date(1985, 1, 1), "year"), "1985"),
        (plain("1985.10"), "1985-10"), (plain("1985.2"), "1985-02"),
    ],
)  # fmt: skip
def test_dates_are_read_to_the_precision_they_were_written(content, value):
    assert dated(content) == (value, [])


@pytest.mark.parametrize(
    ("content", "value", "finding"),
    [
        (31138, "1985-04-01", n._SERIAL), (31138.0, "1985-04-01", n._SERIAL), (31138.5, "1985-04-01", n._SERIAL),
        ("31138", "1985-04-01", n._SERIAL), ("85.3", "1985-03", n._SHORT_YEAR), (85.3, "1985-03", n._SHORT_YEAR),
        ("85年3月", "1985-03", n._SHORT_YEAR), ("八五年三月", "1985-03", n._SHORT_YEAR), ("05.3", "2005-03",
        n._SHORT_YEAR),
        ("850307", "1985-03-07", n._SHORT_YEAR), (1985.1, "1985", n.AMBIGUOUS_MONTH),
        (plain("1985.1"), "1985", n.AMBIGUOUS_MONTH), ("农历三月初七", None, n._LUNAR_DATE),
        ("1985年腊月初八", None, n._LUNAR_DATE), ("阴历1985.3.7", None, n._LUNAR_DATE), ("不详",
        None, n._UNKNOWN_DATE),
        ("记不清了", None, n._UNKNOWN_DATE), ("45岁", None, n._AGE_NOT_DATE), ("45周岁", None, n._AGE_NOT_DATE),
        ("约45岁", None, n._AGE_NOT_DATE), (45, None, n._AGE_NOT_DATE), ("45", None, n._AGE_NOT_DATE),
        (day_cell(date(1900, 2, 14)), None, n._AGE_NOT_DATE), ("1985-02-30", None, n._FALSE_DATE),
        ("1985.13", None, n._FALSE_DATE), ("1785-03", None, n._TOO_EARLY), ("2027-03", None, n._FUTURE),
        ("春节前", None, n._NO_DATE), (time(8, 30), None, n._NO_DATE), (True, None, n._NO_DATE),
        (-5, None, n._NO_DATE),
    ],
)  # fmt: skip
def test_doubtful_dates_are_marked_and_never_guessed(content, value, finding):
    assert dated(content) == (value, [finding])


def test_two_doubts_are_both_told():
    assert dated(85.1) == ("1985", [n.AMBIGUOUS_MONTH, n._SHORT_YEAR])


def test_planned_dates_may_lie_ahead():
    assert converted(n.date_value(past=False, today=TODAY), "2027-03-01") == ("2027-03-01", [])


@pytest.mark.parametrize(
    ("birth", "value", "findings"),
    [
        ("1985-10-07", "1985-10", [n._MONTH_BY_ID]),
        ("1985-01-07", "1985-01", [n._MONTH_BY_ID]),
        ("1985-03-07", "1985", [n.AMBIGUOUS_MONTH]),
        ("1984-10-07", "1985", [n.AMBIGUOUS_MONTH]),
        ("", "1985", [n.AMBIGUOUS_MONTH]),
    ],
)
def test_the_identity_number_settles_january_or_october(birth, value, findings):
    found = settle_date(n.date_value(today=TODAY)(cell_of(1985.1)), birth)

    assert (found.value, list(found.findings), found.raw) == (value, findings, "1985.1")


def test_dates_without_doubt_are_not_touched_by_the_identity_number():
    value = n.date_value(today=TODAY)(cell_of("1985-03"))

    assert settle_date(value, "1985-10-07") is value


@given(st.dates(date(1900, 6, 1), TODAY))
def test_a_whole_date_is_read_alike_in_all_spellings(day):
    spellings = [
        f"{day:%Y-%m-%d}", f"{day.year}.{day.month}.{day.day}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日", day, int(f"{day:%Y%m%d}"),
    ]  # fmt: skip

    assert {dated(spelling)[0] for spelling in spellings} == {day.isoformat()}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一", 1),
        ("十", 10),
        ("十一", 11),
        ("二十", 20),
        ("二十一", 21),
        ("廿一", 21),
        ("三十一", 31),
        ("", None),
        ("一一", None),
    ],
)
def test_small_chinese_numbers(text, number):
    assert chinese_number(text) == number


# --- sex, yes and no (item 6) ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "code"), [("男", "1"), ("女", "2"), ("女性", "2"), ("M", "1"), ("f", "2"), ("Ｆ", "2")]
)
def test_sex_is_read_by_word_or_letter(written, code):
    assert converted(n.sex_value(), written) == (code, [])


@pytest.mark.parametrize("content", [0, 1, 2, "1", "2"])
def test_sex_as_a_number_is_asked_about_and_never_guessed(content):
    assert converted(n.sex_value(), content) == (None, [n._SEX_NUMBER])


@pytest.mark.parametrize(
    ("code_set", "codes"), [("gb", [None, "1", "2"]), ("zero_one", ["1", "2", None]), ("one_zero", ["2", "1", None])]
)
def test_sex_as_a_number_follows_the_chosen_code_set(code_set, codes):
    convert = n.sex_value(code_set=code_set)

    assert [converted(convert, number)[0] for number in (0, 1, 2)] == codes


def test_unknown_sex_stays_raw_and_is_reported():
    assert n.sex_value()(cell_of("不明")) == (None, "不明", (n._SEX_UNKNOWN,))


@pytest.mark.parametrize("content", ["是", "有", "√", "✓", "1", 1, 1.0, True, "Y", " 是 "])
def test_yes(content):
    assert converted(n.yes_no_value(), content) == (True, [])


@pytest.mark.parametrize("content", ["否", "无", "没有", "×", "0", 0, False, "N", "□"])
def test_no(content):
    assert converted(n.yes_no_value(), content) == (False, [])


def test_neither_yes_nor_no_is_reported():
    assert converted(n.yes_no_value(), "也许") == (None, [n._YES_NO_UNKNOWN])


# --- codes (items 6, 7) ---------------------------------------------------------------------------------------------
EDUCATION = {
    "大专": "30",
    "专科": "30",
    "本科": "20",
    "初中": "70",
    "初中文化": "70",
    "高中(含中专)": "60",
    "低保/特困": "9",
}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("大专", "30"),
        (" 大 专 ", "30"),
        ("初中文化", "70"),
        ("本科（在读）", "20"),
        ("高中（含中专）", "60"),
        ("低保/特困", "9"),
    ],
)
def test_labels_and_aliases_become_codes(written, code):
    assert converted(n.code_value(EDUCATION), written) == (code, [])


@pytest.mark.parametrize("content", ["博士后", 30, "30"])
def test_unknown_labels_and_bare_numbers_stay_raw_and_are_reported(content):
    assert n.code_value(EDUCATION)(cell_of(content)) == (None, str(content), (n._NO_LABEL,))


def test_a_mark_that_is_a_label_counts_as_the_label():
    assert converted(n.code_value({"无": "0"}), "无") == ("0", [])


CATEGORIES = {"低保": "DB", "残疾": "CJ", "单亲": "DQ", "低保/特困": "X"}


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("低保、残疾", ("DB", "CJ")), ("低保，残疾", ("DB", "CJ")), ("低保;残疾", ("DB", "CJ")), ("低保；单亲",
        ("DB", "DQ")),
        ("残疾 低保", ("CJ", "DB")), ("低保\n残疾", ("DB", "CJ")), ("单亲/残疾", ("DQ", "CJ")), ("低保、低保",
        ("DB",)),
        ("低保/特困", ("X",)), ("低保（2024年，街道批）、残疾", ("DB", "CJ")), ("低保、/", ("DB",)),
    ],
)  # fmt: skip
def test_several_values_in_one_cell_become_several_codes(written, codes):
    assert converted(n.codes_value(CATEGORIES), written) == (codes, [])


def test_known_parts_are_kept_beside_unknown_ones():
    assert n.codes_value(CATEGORIES)(cell_of("低保、失独")) == (("DB",), "低保、失独", (n._NO_LABEL,))


def test_nothing_is_split_inside_brackets():
    assert split_values("张三（女儿，在外）、李四; 王五") == ["张三（女儿，在外）", "李四", "王五"]


# --- phones (items 7, 8) --------------------------------------------------------------------------------------------
MOBILE = Phone("13800138000", "mobile")


@pytest.mark.parametrize(
    "content",
    [
        "13800138000", 13800138000, 1.3800138e10, "138 0013 8000", "138-0013-8000", "+86 13800138000",
        "+8613800138000",
        "86-13800138000", "１３８００１３８０００", "'13800138000", "13800138000 ", "138 00138000",
    ],
)  # fmt: skip
def test_a_mobile_number_is_read_however_it_is_spaced(content):
    assert converted(n.phones_value(), content) == ((MOBILE,), [])


@pytest.mark.parametrize(
    "written",
    [
        "13800138000/025-12345678",
        "13800138000、025-12345678",
        "13800138000，02512345678",
        "13800138000 025-12345678",
        "13800138000\n025 12345678",
        "13800138000；(025)12345678",
    ],
)
def test_several_numbers_in_a_cell_are_told_apart(written):
    assert converted(n.phones_value(), written) == ((MOBILE, Phone("025-12345678", "landline")), [])


@pytest.mark.parametrize(
    ("content", "phone", "finding"),
    [
        (2512345678, Phone("025-12345678", "landline"), n._PHONE_ZERO),
        ("25-12345678", Phone("025-12345678", "landline"), n._PHONE_ZERO),
        (1012345678, Phone("010-12345678", "landline"), n._PHONE_ZERO),
        (51212345678, Phone("0512-12345678", "landline"), n._PHONE_ZERO),
        ("138****8000", Phone("138****8000", "masked", False), n._PHONE_LOST),
        ("138xxxx8000", Phone("138xxxx8000", "masked", False), n._PHONE_LOST),
        ("83456789", Phone("83456789", "local", False), n._PHONE_LOCAL),
        ("1380013800", Phone("1380013800", "other", False), n._PHONE_OTHER),
        ("138001380001", Phone("138001380001", "other", False), n._PHONE_OTHER),
    ],
)
def test_incomplete_numbers_are_kept_and_marked(content, phone, finding):
    assert converted(n.phones_value(), content) == ((phone,), [finding])


@pytest.mark.parametrize("written", ["无电话", "没有", "无", "空号", "停机", "暂无电话"])
def test_no_phone_is_no_number(written):
    value, findings = converted(n.phones_value(), written)

    assert (value, [finding for finding in findings if finding is not n._PHONE_NONE]) == (None, [])


def test_the_owner_of_a_number_is_noted():
    phones = n.phones_value()(cell_of("13800138000（女儿）、13900139000")).value

    assert phones == (Phone("13800138000", "mobile", True, "女儿"), Phone("13900139000", "mobile"))


def test_the_local_area_code_completes_short_numbers():
    assert converted(n.phones_value(area_code="025"), "83456789") == ((Phone("025-83456789", "landline"),), [])


def test_a_phone_in_scientific_notation_is_damaged():
    assert converted(n.phones_value(), plain("1.38E+10")) == (None, [n._PHONE_SCIENTIFIC])


# --- numbers --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "amount"),
    [
        ("1,200.50元", "1200.50"), (1200.5, "1200.50"), (1200, "1200.00"), ("￥300", "300.00"), ("3万", "30000.00"),
        ("1.2万元", "12000.00"), ("３００", "300.00"), ("人民币300元整", "300.00"), ("0", "0.00"), (0, "0.00"),
        ("5千", "5000.00"),
    ],
)  # fmt: skip
def test_amounts_become_yuan_with_two_places(content, amount):
    assert converted(n.money_value(), content) == (Decimal(amount), [])


@pytest.mark.parametrize(
    ("content", "amount", "finding"),
    [
        ("约3000元", "3000.00", n._AMOUNT_ABOUT), ("500元/月", "500.00", n._AMOUNT_ABOUT), (3.14159, "3.14",
        n._ROUNDED),
        ("-5", None, n._NEGATIVE), (-5, None, n._NEGATIVE), ("看情况", None, n._NO_AMOUNT),
        (10**15, None, n._TOO_MUCH),
        (True, None, n._NO_AMOUNT),
    ],
)  # fmt: skip
def test_odd_amounts_are_reported(content, amount, finding):
    assert converted(n.money_value(), content) == (amount and Decimal(amount), [finding])


@pytest.mark.parametrize(
    ("content", "amount"), [(3.5, "35000.00"), ("3.5", "35000.00"), ("500元", "500.00"), ("3万", "30000.00")]
)
def test_a_column_in_ten_thousands_counts_so_unless_the_cell_says_otherwise(content, amount):
    assert converted(n.money_value(unit="wan"), content) == (Decimal(amount), [])


@pytest.mark.parametrize("content", [3, 3.0, "3", "3人", "３", "三", "三口", "约3", "3.0"])
def test_whole_numbers(content):
    assert converted(n.int_value(), content) == (3, [])


@pytest.mark.parametrize(
    ("content", "finding"),
    [(3.5, n._NO_INTEGER), ("几个", n._NO_INTEGER), (-1, n._NEGATIVE), (200, n._TOO_MUCH), (True, n._NO_INTEGER)],
)
def test_odd_numbers_are_reported(content, finding):
    assert converted(n.int_value(maximum=150), content) == (None, [finding])


# --- text -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "text"),
    [("  a\r\nb ", "a\nb"), (501, "501"), (3.5, "3.5"), (True, "是"), ("=1+1", "=1+1"), ("ＡＢ", "ＡＢ")],
)
def test_texts_stay_as_they_are_but_trimmed(content, text):
    assert converted(n.text_value(), content) == (text, [])


def test_a_text_that_excel_made_a_date_is_reported():
    assert converted(n.text_value(), date(2024, 3, 5)) == ("2024-03-05", [n._AS_DATE])


def test_a_text_too_long_is_an_error():
    value, findings = converted(n.text_value(max_length=5), "一二三四五六")

    assert (value, [finding.level for finding in findings]) == (None, ["error"])


# --- same as above (item 9) -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("mark", ["同上", "同 上", "〃", '"', "″", "”", "“", "同前"])
def test_same_as_above_takes_the_cell_of_the_row_above(mark):
    same = SameAsAbove()
    same.resolve(3, cell_of("幸福路1号"))

    assert same.resolve(3, cell_of(mark)) == (cell_of("幸福路1号"), n.COPIED)
    assert same.resolve(3, cell_of(mark)) == (cell_of("幸福路1号"), n.COPIED)


def test_same_as_above_under_nothing_is_reported():
    same = SameAsAbove()

    assert same.resolve(3, cell_of("同上")) == (BLANK, n.NOTHING_ABOVE)


def test_same_as_above_counts_by_column_and_row():
    same = SameAsAbove()
    same.resolve(0, cell_of("甲"))
    same.resolve(1, cell_of("乙"))
    same.resolve(0, BLANK)

    assert (same.resolve(1, cell_of("同上"))[0], same.resolve(0, cell_of("同上"))) == (
        cell_of("乙"),
        (BLANK, n.NOTHING_ABOVE),
    )


def test_an_ordinary_cell_passes_untouched():
    assert SameAsAbove().resolve(0, cell_of("上同村")) == (cell_of("上同村"), None)


# --- speed ----------------------------------------------------------------------------------------------------------
def test_rows_of_common_columns_are_converted_alike():
    area = "110105"
    rows = []
    for number in range(2000):
        body = f"{area}1985{1 + number % 12:02}{1 + number % 28:02}{number % 1000:03}"
        rows.append(
            [
                f"张{chr(0x4E00 + number)}",
                body + id_check_character(body),
                f"1380013{number:04}",
                "女",
                "大专",
                "1985.3",
                "是",
            ]
        )
    cells = [[cell_of(value) for value in row] for row in rows]
    converters = [
        n.name_value(), n.id_number_value(), n.phones_value(), n.sex_value(), n.code_value(EDUCATION), n.date_value(),
        n.yes_no_value(),
    ]  # fmt: skip

    values = [[convert(cell) for convert, cell in zip(converters, row, strict=True)] for row in cells]

    assert {tuple(value.value for value in row[3:]) for row in values} == {("2", "30", "1985-03", True)}


def test_an_empty_cell_is_the_shared_empty_value():
    assert n.text_value()(BLANK) is EMPTY
