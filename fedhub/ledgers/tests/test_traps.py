"""One workbook for each trap of the handbook (3.2, items 1 to 14), read the whole way: file, heading, rows, values."""

import io
from datetime import date
from decimal import Decimal

import pytest

from fedhub.core.validators import id_check_character
from fedhub.ledgers import normalise as n
from fedhub.ledgers.guard import BookError
from fedhub.ledgers.heading import guess_heading, match_columns, row_kind
from fedhub.ledgers.normalise import Phone, SameAsAbove, settle_date
from fedhub.ledgers.reader import open_book
from fedhub.ledgers.stream import Col, Sheet, write_csv, write_xlsx
from fedhub.ledgers.tests.books import book, ole, raw_book, text_cell

ALIASES = {
    "name": ["姓名", "妇女姓名"], "head": ["户主", "户主姓名"], "id": ["身份证号", "身份证号码"], "sex": ["性别"],
    "birth": ["出生年月", "出生日期"], "phone": ["联系电话", "电话", "联系方式"], "address": ["家庭住址", "住址"],
    "education": ["文化程度", "学历"], "marital": ["婚姻状况"], "relation": ["与户主关系", "关系"],
    "categories": ["类别"],
    "people": ["家庭人口"], "income": ["家庭年收入"], "single": ["是否单亲"], "note": ["备注"],
    "member": ["家庭成员情况/姓名"],
}  # fmt: skip
CONVERTERS = {
    "name": n.name_value(), "head": n.name_value(), "member": n.name_value(), "id": n.id_number_value(),
    "sex": n.sex_value(), "birth": n.date_value(today=date(2026, 11, 24)), "phone": n.phones_value(),
    "education": n.code_value({"大专": "30", "初中": "70", "初中文化": "70"}),
    "marital": n.code_value({"已婚": "20", "丧偶": "30", "离异": "40"}),
    "relation": n.code_value({"长子": "21", "大儿子": "21", "之子": "20", "妻": "12"}),
    "categories": n.codes_value({"低保": "DB", "残疾": "CJ"}), "people": n.int_value(), "income": n.money_value(),
    "single": n.yes_no_value(), "address": n.text_value(), "note": n.text_value(),
}  # fmt: skip
ID = "11010519491231002X"


def imported(file, name="台账.xlsx"):
    """`(rows, skipped)`: for each data row {field: value} and {field: findings}; kinds of the rows passed over."""
    rows, skipped, above = [], [], SameAsAbove()
    with open_book(file, name) as opened:
        heading = guess_heading(opened, ALIASES)
        fields = match_columns(heading, ALIASES)
        for row in opened.rows(opened.sheet(heading.sheet), fill_merged=True):
            if row.number < heading.data_from:
                continue
            if (kind := row_kind(row, heading)) != "data":
                skipped.append(kind)
                continue
            found = {}
            for index, key in fields.items():
                cell, copied = above.resolve(index, row[index])
                value = CONVERTERS[key](cell)
                found[key] = value._replace(findings=(copied, *value.findings)) if copied else value
            if "birth" in found and "id" in found:
                found["birth"] = settle_date(found["birth"], n.id_birth(found["id"].value))
            rows.append(found)
    return rows, skipped


def values(rows, *keys):
    return [tuple(row[key].value for key in keys) for row in rows]


def findings(rows, key):
    return [list(row[key].findings) for row in rows]


def test_item_1_title_report_line_two_row_heading_subtotals_and_footer():
    file = book(
        [
            [None, "××社区2024年困难妇女台账"],
            [None, "填报单位：　　", None, "填报人：　　", None, "填报时间：　　"],
            [None, "序号", "姓名", "家庭成员情况", None, "联系电话"],
            [None, None, None, "姓名", "关系", None],
            [None, 1, "张三", "李四", "长子", "13800138000"],
            [None, None, "小计", None, None, 1],
            [None, 2, "王五", None, None, "13900139000"],
            [None, "合计", None, None, None, 2],
            [None, "填表说明：本表一式两份"],
        ],
        merges=["B1:F1", "B2:C2", "D2:E2", "B3:B4", "C3:C4", "D3:E3", "F3:F4"],
        hidden_columns=["E"],
        hidden_rows=[7],
    )

    rows, skipped = imported(file)

    assert values(rows, "name", "member") == [("张三", "李四"), ("王五", None)]
    assert skipped == ["total", "total", "note"]


def test_item_1_trailing_empty_formatted_rows():
    head = "".join(text_cell(f"{letter}1", text) for letter, text in zip("AB", ["姓名", "电话"], strict=True))
    empty = "".join(
        f'<row r="{number}"><c r="A{number}" s="1"/><c r="B{number}" s="1"/></row>' for number in range(3, 5000)
    )
    file = raw_book(f'<row r="1">{head}</row><row r="2">{text_cell("A2", "张三")}</row>{empty}')

    assert values(imported(file)[0], "name") == [("张三",)]


def test_item_2_household_columns_are_filled_by_merge_and_not_by_blank():
    file = book(
        [
            ["户主", "家庭住址", "姓名", "联系电话"],
            ["张三", "幸福路1号", "张三", "13800138000"],
            [None, None, "李四", None],
            ["王五", None, "王五", None],
        ],
        merges=["A2:A3", "B2:B3"],
    )

    assert values(imported(file)[0], "head", "address", "name", "phone") == [
        ("张三", "幸福路1号", "张三", (Phone("13800138000", "mobile"),)),
        ("张三", "幸福路1号", "李四", None),
        ("王五", None, "王五", None),
    ]


def test_item_3_headings_with_spaces_breaks_brackets_and_stars():
    file = book([["*姓  名：", "身份证号（18位）", "联系\n电话", "家庭住址"], ["张三", ID, "13800138000", "幸福路"]])

    assert values(imported(file)[0], "name", "id", "address") == [("张三", ID, "幸福路")]


def test_item_4_identity_numbers_in_numeric_cells_stay_empty_with_a_warning():
    file = book(
        [
            ["姓名", "身份证号"],
            ["张三", 110105194912310021],
            ["李四", 110105491231002],
            ["王五", f"'{ID.lower()}"],
            ["赵六", "１１０１０５１９４９１２３１００２Ｘ"],
        ]
    )

    rows, _ = imported(file)

    assert values(rows, "name", "id") == [("张三", None), ("李四", ID), ("王五", ID), ("赵六", ID)]
    assert findings(rows, "id") == [[n.ID_DAMAGED], [n.ID_UPGRADED], [], []]


def test_item_5_dates_in_every_spelling():
    spellings = [
        date(1985, 4, 1), 31138, 1985.3, "1985.03", "1985-3", "1985/3/7", "1985年3月", "1985年3月7日", 198503,
        19850307,
        85.3, "一九八五年三月", "农历三月初七", 45, "不详",
    ]  # fmt: skip
    file = book([["姓名", "出生年月"], *[["张三", spelling] for spelling in spellings]])

    assert [row["birth"].value for row in imported(file)[0]] == [
        "1985-04-01", "1985-04-01", "1985-03", "1985-03", "1985-03", "1985-03-07", "1985-03", "1985-03-07", "1985-03",
        "1985-03-07", "1985-03", "1985-03", None, None, None,
    ]  # fmt: skip


def test_item_5_the_month_of_october_is_settled_by_the_identity_number():
    number = "11010519851007002" + id_check_character("11010519851007002")
    file = book([["姓名", "身份证号", "出生年月"], ["张三", number, 1985.1], ["李四", None, 1985.1]])

    rows, _ = imported(file)

    assert values(rows, "birth") == [("1985-10",), ("1985",)]
    assert findings(rows, "birth")[1] == [n.AMBIGUOUS_MONTH]


def test_item_5_a_date_shown_to_the_month_is_kept_to_the_month():
    file = book([["姓名", "出生年月"], ["张三", date(1985, 3, 1)]], formats={"B2": 'yyyy"年"m"月"'})

    assert values(imported(file)[0], "birth") == [("1985-03",)]


def test_item_6_words_of_coded_columns():
    file = book(
        [
            ["姓名", "性别", "是否单亲", "文化程度", "婚姻状况", "与户主关系"],
            ["张三", "女", "√", "大专", "已婚", "大儿子"],
            ["李四", "F", "无", "初中文化", "离异", "之子"],
            ["王五", 1, "也许", "博士后", "再嫁", "干女儿"],
        ]
    )

    rows, _ = imported(file)

    assert values(rows, "sex", "single", "education", "marital", "relation") == [
        ("2", True, "30", "20", "21"), ("2", False, "70", "40", "20"), (None, None, None, None, None),
    ]  # fmt: skip
    assert [(row["education"].raw, len(row["education"].findings)) for row in rows][2] == ("博士后", 1)


def test_item_7_several_values_in_one_cell():
    file = book([["姓名", "联系电话", "类别"], ["张三", "13800138000/025-12345678", "低保、残疾"]])

    assert values(imported(file)[0], "phone", "categories") == [
        ((Phone("13800138000", "mobile"), Phone("025-12345678", "landline")), ("DB", "CJ"))
    ]


def test_item_8_phones_of_all_kinds():
    written = ["138 0013 8000", "+86-13800138000", 13800138000, 2512345678, "138****8000", "无电话", "无"]
    file = book([["姓名", "联系电话"], *[["张三", text] for text in written]])

    phones = [[(phone.number, phone.usable) for phone in row["phone"].value or ()] for row in imported(file)[0]]

    assert phones == [
        [("13800138000", True)], [("13800138000", True)], [("13800138000", True)], [("025-12345678", True)],
        [("138****8000", False)], [], [],
    ]  # fmt: skip


def test_item_9_same_as_above_and_empty_marks():
    file = book(
        [
            ["姓名", "家庭住址", "备注"],
            ["张三", "幸福路1号", "/"],
            ["李四", "同上", "-"],
            ["王五", "〃", "无"],
            ["赵六", '"', None],
        ]
    )

    rows, _ = imported(file)

    assert values(rows, "address", "note") == [("幸福路1号", None)] * 4
    assert findings(rows, "address") == [[], [n.COPIED], [n.COPIED], [n.COPIED]]


def test_item_10_names():
    file = book([["姓名", "备注"], ["张 三", "x"], ["阿依古丽•买买提", "x"], ["𠮷田䶮", "x"]])

    assert values(imported(file)[0], "name") == [("张三",), ("阿依古丽·买买提",), ("𠮷田䶮",)]


@pytest.mark.parametrize("total", [["合计", None, 2], [None, "小计", 2], [None, "总  计：", 2]])
def test_item_11_totals_are_passed_over_and_counted(total):
    rows, skipped = imported(book([["序号", "姓名", "家庭人口"], [1, "张三", 2], total]))

    assert (values(rows, "name", "people"), skipped) == ([("张三", 2)], ["total"])


@pytest.mark.parametrize(
    ("file", "name", "code"),
    [
        (ole("Workbook"), "台账.xls", "xls"),
        (ole("Workbook"), "台账.et", "et"),
        (ole("EncryptedPackage"), "台账.xlsx", "password"),
    ],
)
def test_item_12_other_formats_get_clear_messages(file, name, code):
    with pytest.raises(BookError) as caught:
        imported(file, name)

    assert caught.value.code == code


def test_item_12_csv_in_gb18030_and_xlsx_with_a_wrong_extension():
    csv = "姓名,联系电话\r\n张三,13800138000\r\n".encode("gb18030")

    assert values(imported(io.BytesIO(csv), "台账.csv")[0], "name") == [("张三",)]
    assert values(imported(book([["姓名", "电话"], ["张三", "1"]]), "台账.xls")[0], "name") == [("张三",)]


def test_item_13_formulas_give_their_stored_result_or_a_warning():
    head = "".join(
        text_cell(f"{letter}1", text) for letter, text in zip("ABC", ["姓名", "家庭人口", "家庭年收入"], strict=True)
    )
    file = raw_book(
        f'<row r="1">{head}</row><row r="2">{text_cell("A2", "张三")}'
        '<c r="B2"><f>1+2</f><v>3</v></c><c r="C2"><f>B2*100</f></c></row>'
    )

    rows, _ = imported(file)

    assert values(rows, "people", "income") == [(3, None)]
    assert findings(rows, "income") == [[n.NO_RESULT]]


@pytest.mark.parametrize("write", [write_xlsx, write_csv])
def test_item_14_formulas_in_texts_go_out_harmless_and_come_back_unchanged(write):
    names = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1"]
    columns = [Col("name", "姓名"), Col("note", "备注"), Col("income", "家庭年收入", "money")]
    file = io.BytesIO()
    write(Sheet("台账", columns, [("张三", text, Decimal("1.50")) for text in names]), file)
    file.seek(0)

    rows, _ = imported(file, "台账.csv" if write is write_csv else "台账.xlsx")

    assert [row["note"].raw for row in rows] == [name.strip() for name in names]
    assert values(rows, "income") == [(Decimal("1.50"),)] * 5
