import io

import pytest

from fedhub.ledgers.guard import BookError
from fedhub.ledgers.heading import (
    guess_heading,
    guess_headings,
    heading_at,
    is_note_row,
    is_total_row,
    match_columns,
    normalise_heading,
    row_kind,
)
from fedhub.ledgers.reader import BLANK, Cell, Row, open_book
from fedhub.ledgers.tests.books import book

ALIASES = {
    "name": ["姓名", "妇女姓名", "户主姓名"],
    "id_number": ["身份证号", "身份证", "公民身份号码", "身份证号码", "证件号码"],
    "phone": ["电话", "联系电话", "手机", "联系方式"],
    "address": ["住址", "家庭住址", "现住址", "居住地址", "详细地址"],
    "birth": ["出生年月", "出生日期", "生日"],
    "member": ["家庭成员情况/姓名"],
    "relation": ["关系", "与户主关系"],
}


def guessed(file, name="a.xlsx", aliases=ALIASES):
    with open_book(file, name) as opened:
        return guess_heading(opened, aliases)


def row(*values, number=9):
    cells = [
        BLANK if value is None else Cell(value, "text" if isinstance(value, str) else "number") for value in values
    ]
    return Row(number, tuple(cells))


# --- headings as written --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("姓  名", "姓名"), ("联系\n电话", "联系电话"), ("身份证号（18位）", "身份证号"), ("*姓名", "姓名"),
        ("姓名＊", "姓名"), ("姓名：", "姓名"), ("户籍情况(户籍/流入)", "户籍情况"), ("身份证号【必填】", "身份证号"),
        ("（备注）", "备注"), ("1.姓名", "姓名"), ("ＱＱ号", "qq号"), ("电话((手机))", "电话"), ("", ""),
    ],
)  # fmt: skip
def test_headings_are_compared_without_spaces_notes_and_stars(written, expected):
    assert normalise_heading(written) == expected


# --- where the heading is -------------------------------------------------------------------------------------------
TITLE = ["××社区2024年困难妇女台账"]
REPORT = ["填报单位：　　　　", None, "填报人：　　", None, "填报时间：　　"]
HEAD = ["序号", "姓  名", "身份证号（18位）", "联系\n电话", "家庭住址"]
DATA = [1, "张三", "11010519491231002X", "13800138000", "幸福路1号"]


@pytest.mark.parametrize(
    ("above", "merges"),
    [
        ([], []),
        ([TITLE], ["A1:E1"]),
        ([TITLE], []),
        ([TITLE, REPORT], ["A1:E1"]),
        ([TITLE, REPORT], ["A1:E1", "A2:B2", "C2:D2"]),
        ([[None], [None], TITLE, [None], REPORT], ["A3:E3"]),
        ([["附件1"], TITLE, REPORT], ["A2:E2"]),
    ],
)
def test_the_heading_is_found_under_title_and_report_line(above, merges):
    heading = guessed(book([*above, HEAD, DATA], merges=merges))

    first = len(above) + 1
    assert (heading.first_row, heading.last_row, heading.data_from) == (first, first, first + 1)
    assert [column.normalised for column in heading.columns] == ["序号", "姓名", "身份证号", "联系电话", "家庭住址"]


def test_blank_leading_columns_are_left_out():
    heading = guessed(book([[], [None, None, *HEAD], [None, None, *DATA]]))

    assert [(column.index, column.letter) for column in heading.columns] == [
        (2, "C"), (3, "D"), (4, "E"), (5, "F"), (6, "G"),
    ]  # fmt: skip


TWO_ROWS = [
    TITLE,
    ["序号", "姓名", "家庭成员情况", None, None, "联系电话"],
    [None, None, "姓名", "关系", "年龄", None],
    [1, "张三", "李四", "长子", 12, "13800138000"],
]
PATHS = ["序号", "姓名", "家庭成员情况/姓名", "家庭成员情况/关系", "家庭成员情况/年龄", "联系电话"]


@pytest.mark.parametrize(
    "merges",
    [
        ["A1:F1", "A2:A3", "B2:B3", "C2:E2", "F2:F3"],
        ["A1:F1", "C2:E2"],
        ["A1:F1"],
        [],
    ],
)
def test_two_row_headings_are_joined_by_group_with_and_without_merges(merges):
    heading = guessed(book(TWO_ROWS, merges=merges))

    assert (heading.first_row, heading.last_row, heading.data_from) == (2, 3, 4)
    assert [column.text for column in heading.columns] == PATHS


def test_three_row_headings_are_joined_too():
    heading = guessed(
        book(
            [
                ["序号", "基本情况", None, None, "联系电话"],
                [None, "姓名", "住址", None, None],
                [None, None, "户籍", "现住", None],
                [1, "张三", "a", "b", "13800138000"],
            ],
            merges=["A1:A3", "B1:D1", "B2:B3", "C2:D2", "E1:E3"],
        )
    )

    assert (heading.first_row, heading.last_row) == (1, 3)
    assert [column.normalised for column in heading.columns] == [
        "序号", "基本情况/姓名", "基本情况/住址/户籍", "基本情况/住址/现住", "联系电话",
    ]  # fmt: skip


def test_a_household_merged_right_under_the_heading_is_data():
    heading = guessed(book([HEAD, DATA, [None, "李四"]], merges=["A2:A3", "E2:E3"]))

    assert (heading.first_row, heading.last_row, heading.data_from) == (1, 1, 2)


def test_a_line_of_column_numbers_is_no_data():
    heading = guessed(book([HEAD, [1, 2, 3, 4, 5], DATA]))

    assert (heading.last_row, heading.data_from) == (1, 3)


def test_the_visible_sheet_with_the_best_heading_is_taken():
    def more(workbook):
        cover = workbook.active
        cover.title = "封面"
        hidden = workbook.create_sheet("旧表")
        hidden.sheet_state = "hidden"
        people = workbook.create_sheet("一组")
        for line in (HEAD, DATA):
            hidden.append(line)
            people.append(line)

    file = book([["说明", "本表一式两份"]], prepare=more)

    assert guessed(file).sheet == "一组"


def test_each_sheet_of_a_grid_gets_its_own_heading():
    def more(workbook):
        sheet = workbook.create_sheet("二组")
        for line in (TITLE, HEAD, DATA):
            sheet.append(line)

    with open_book(book([HEAD, DATA], title="一组", prepare=more)) as opened:
        found = guess_headings(opened, ALIASES)

    assert [(heading.sheet, heading.first_row, heading.matched) for heading in found] == [
        ("一组", 1, 4),
        ("二组", 2, 4),
    ]


def test_unknown_headings_are_still_found_by_their_look():
    heading = guessed(book([TITLE, ["品名", "规格", "件数"], ["大米", "袋", 3], ["油", "桶", 2]], merges=["A1:C1"]))

    assert (heading.first_row, heading.matched, heading.title) == (2, 0, TITLE[0])


def test_hidden_columns_are_marked():
    heading = guessed(book([HEAD, DATA], hidden_columns=["C"]))

    assert [column.hidden for column in heading.columns] == [False, False, True, False, False]


def test_numbers_alone_are_no_heading():
    with pytest.raises(BookError, match="找不到表头"):
        guessed(book([[1, 2], [3, 4]]))


def test_a_csv_has_a_heading_as_well():
    heading = guessed(io.BytesIO("困难妇女台账,,\n姓名,电话,住址\n张三,1,2\n".encode("gb18030")), "a.csv")

    assert (heading.first_row, [column.text for column in heading.columns]) == (2, ["姓名", "电话", "住址"])


def test_the_user_may_point_the_heading_out():
    with open_book(book([["甲", "乙"], ["丙", "丁"], ["戊", "己"]])) as opened:
        heading = heading_at(opened, opened.sheets[0], 2, 2)

    assert ([column.text for column in heading.columns], heading.data_from) == (["丙", "丁"], 3)


def test_equal_templates_have_equal_fingerprints():
    spaced = ["序号", "姓名", "身份证号", "联系电话", "家庭 住址"]

    assert guessed(book([HEAD, DATA])).fingerprint_text == guessed(book([TITLE, spaced, DATA])).fingerprint_text


# --- columns --------------------------------------------------------------------------------------------------------
def matched(head, aliases=ALIASES, **more):
    heading = guessed(book([*head, DATA], **more), aliases=aliases)
    return {
        next(c.text for c in heading.columns if c.index == i): key
        for i, key in match_columns(heading, aliases).items()
    }


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        (alias, key)
        for key, names in ALIASES.items() if key != "member"
        for name in names for alias in (name, f"*{name}：", f"{name[0]} {name[1:]}", f"{name}（必填）")
    ],
)  # fmt: skip
def test_every_alias_finds_its_field_however_it_is_written(heading, field):
    assert matched([["序号", heading, "x", "y", "z"]]) == {" ".join(heading.split()): field}


def test_family_members_are_not_taken_for_the_woman():
    found = matched(
        [["序号", "家庭成员情况", None, "联系电话"], [None, "姓名", "关系", None]],
        merges=["A1:A2", "B1:C1", "D1:D2"],
    )

    assert found == {"家庭成员情况/姓名": "member", "联系电话": "phone"}


def test_a_neutral_group_gives_its_fields_away():
    found = matched(
        [["序号", "基本情况", None, "备注"], [None, "姓名", "住址", None]], merges=["A1:A2", "B1:C1", "D1:D2"]
    )

    assert found == {"基本情况/姓名": "name", "基本情况/住址": "address"}


def test_a_field_and_a_column_are_used_once():
    assert matched([["姓名", "户主姓名", "电话", "手机"]]) == {"姓名": "name", "电话": "phone"}


# --- rows under the heading -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "seq", "expected"),
    [
        (("合计", None, 3), 0, True),
        (("合  计", None, 3), 0, True),
        ((None, "小计", 3), 0, True),
        ((None, "一组小计：", 3), 0, True),
        (("总计", 12), None, True),
        (("第一网格小计", 12), None, True),
        ((1, "合计村一组", 3), 0, False),
        ((1, "张三", 3), 0, False),
        (("张三", "合计"), None, False),
        (("合计村二组住户张三", "x"), None, False),
        ((None, None), 0, False),
    ],
)
def test_total_rows_are_told_from_people(cells, seq, expected):
    assert is_total_row(row(*cells), seq) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("备注：本表一式两份",), True),
        (("填表说明",), True),
        (("注：1.本表每月上报",), True),
        (("填表人：", None, "审核人："), True),
        (("说" * 60,), True),
        (("1", "张三", "女", "汉族", "备注"), False),
        (("张三",), False),
    ],
)
def test_notes_under_the_table_are_told_from_people(cells, expected):
    assert is_note_row(row(*cells)) == expected


def test_rows_under_the_heading_are_sorted_by_kind():
    file = book([TITLE, HEAD, DATA, [None, "小计", 1], TITLE, HEAD, DATA, ["合计", None, 2], ["备注：无"]])

    with open_book(file) as opened:
        heading = guess_heading(opened, ALIASES)
        kinds = [row_kind(line, heading) for line in opened.rows(opened.sheets[0]) if line.number >= heading.data_from]

    assert kinds == ["data", "total", "heading", "heading", "data", "total", "note"]


def test_long_cells_do_not_disturb_the_search():
    nested = "(" * 15_000 + ")" * 15_000

    heading = guessed(book([HEAD, *([[nested] * 20] * 30)]))

    assert heading.first_row == 1
