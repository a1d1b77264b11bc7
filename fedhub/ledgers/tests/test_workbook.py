import io
from datetime import date

import openpyxl
import pytest

from fedhub.ledgers.heading import guess_heading, match_columns, row_kind
from fedhub.ledgers.reader import Cell, open_book
from fedhub.ledgers.tests.books import book
from fedhub.ledgers.workbook import Outcome, TemplateCol, write_error_book, write_template

COLUMNS = [
    TemplateCol("name", "姓名", "name", required=True),
    TemplateCol("id", "身份证号", "id"),
    TemplateCol("birth", "出生年月", "date"),
    TemplateCol("education", "文化程度", "code", options=("研究生", "本科", "专科")),
    TemplateCol("categories", "类别", "multi", options=("低保", "残疾")),
    TemplateCol("backbone", "妇女骨干", "yesno"),
    TemplateCol("member", "姓名", group="家庭成员情况"),
    TemplateCol("relation", "关系", "code", group="家庭成员情况", options=("长子", "长女")),
    TemplateCol("income", "年收入", "money"),
]
ALIASES = {column.key: [f"{column.group}/{column.label}" if column.group else column.label] for column in COLUMNS}


def template(columns=COLUMNS, **more):
    file = io.BytesIO()
    write_template("困难妇女台账", columns, file, **more)
    file.seek(0)
    return file


# --- templates ------------------------------------------------------------------------------------------------------
def test_a_filled_template_is_read_back_with_every_column_matched():
    workbook = openpyxl.load_workbook(template())
    values = ["张三", "11010519491231002X", "1985.10", "本科", "低保、残疾", "是", "李四", "长子", 1200.5]
    for column, value in enumerate(values, start=1):
        workbook.active.cell(5, column).value = value
    file = io.BytesIO()
    workbook.save(file)

    with open_book(file) as opened:
        heading = guess_heading(opened, ALIASES)
        [row] = [row for row in opened.rows(opened.sheet(heading.sheet)) if row.number >= heading.data_from]

    assert match_columns(heading, ALIASES) == {index: column.key for index, column in enumerate(COLUMNS)}
    assert ([cell.value for cell in row.cells], row_kind(row, heading)) == (values, "data")


def test_a_blank_template_has_no_data_rows():
    with open_book(template()) as opened:
        heading = guess_heading(opened, ALIASES)
        rows = [row for row in opened.rows(opened.sheet(heading.sheet)) if row.number >= heading.data_from]

    assert (heading.sheet, heading.data_from, rows) == ("困难妇女台账", 5, [])


def test_numbers_and_dates_are_typed_into_text_cells():
    ws = openpyxl.load_workbook(template()).active

    assert [ws.cell(5, column).number_format for column in range(1, 10)] == ["@"] * 8 + ["#,##0.00"]
    assert [ws.column_dimensions[letter].number_format for letter in "BCI"] == ["@", "@", "#,##0.00"]


def test_required_columns_have_a_star_and_coded_ones_a_list():
    workbook = openpyxl.load_workbook(template())
    ws = workbook["困难妇女台账"]
    lists = {rule.formula1: (str(rule.sqref), rule.showErrorMessage) for rule in ws.data_validations.dataValidation}

    assert ws["A3"].value == "*姓名"
    assert lists == {
        "选项!$A$2:$A$4": ("D5:D5004", True), "选项!$B$2:$B$3": ("E5:E5004", False),
        "选项!$C$2:$C$3": ("F5:F5004", True),
        "选项!$D$2:$D$3": ("H5:H5004", True), "15": ("B5:B5004", True),
    }  # fmt: skip
    assert [cell.value for cell in workbook["选项"]["A"]] == ["文化程度", "研究生", "本科", "专科"]
    assert workbook["选项"].sheet_state == "hidden"


def test_the_template_explains_itself():
    sheet = openpyxl.load_workbook(template(notes=["每月 5 日前上报。"]))["填写说明"]
    texts = {cell.value for row in sheet.iter_rows() for cell in row if cell.value}

    assert {"4. 每月 5 日前上报。", "必须填", "研究生、本科、专科", "家庭成员情况：关系"} <= texts


def test_a_template_without_groups_has_one_heading_row():
    with open_book(template(COLUMNS[:3])) as opened:
        heading = guess_heading(opened, ALIASES)

    assert (heading.first_row, heading.last_row, [column.normalised for column in heading.columns]) == (
        3, 3, ["姓名", "身份证号", "出生年月"],
    )  # fmt: skip


# --- the list of problems -------------------------------------------------------------------------------------------
SOURCE = [
    ["姓名", "身份证号", "出生年月"],
    ["张三", "1", date(1985, 4, 1)],
    ["王五", 1.10105e17, "1985"],
    ["李四", None, None],
]
RESULTS = {
    2: Outcome("身份证号应为 18 位。请核对。", "error", {1: "error"}),
    3: Outcome("身份证号已损坏。", "warning", {1: "warning", 0: "note"}),
}


def errors(results=RESULTS, rows=None):
    file = io.BytesIO()
    with open_book(book(SOURCE)) as opened:
        heading = guess_heading(opened, {"name": ["姓名"], "id": ["身份证号"]})
        source = [row for row in opened.rows(opened.sheets[0]) if row.number >= heading.data_from]
        count = write_error_book(rows or source, heading, results, file)
    file.seek(0)
    return file, count


def test_the_list_has_the_original_columns_and_what_became_of_each_row():
    file, count = errors()

    ws = openpyxl.load_workbook(file).active
    rows = [[cell.value for cell in row] for row in ws.iter_rows(min_row=3)]

    assert (count, sorted(map(str, ws.merged_cells.ranges))) == (2, ["A1:E1", "A2:E2"])
    assert rows[0] == ["姓名", "身份证号", "出生年月", "原行号", "导入结果"]
    assert rows[1][:2] + rows[1][3:] == ["张三", "1", 2, "身份证号应为 18 位。请核对。"]
    assert rows[2] == ["王五", 1.10105e17, "1985", 3, "身份证号已损坏。"]


def test_cells_are_coloured_by_what_is_wrong():
    ws = openpyxl.load_workbook(errors()[0]).active

    fills = [
        [cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else "" for cell in row] for row in ws.iter_rows(min_row=4)
    ]
    assert fills == [["", "FFC7CE", "", "", "FFC7CE"], ["DDEBF7", "FFEB9C", "", "", "FFEB9C"]]


def test_formulas_in_the_source_stay_text():
    file = io.BytesIO()
    write_error_book(
        [(2, ["=cmd|' /C calc'!A0", Cell("=1", "text")])], ["姓名", "备注"], {2: Outcome("=2", "error")}, file
    )
    file.seek(0)

    cells = openpyxl.load_workbook(file).active[4]

    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("=cmd|' /C calc'!A0", "s"), ("=1", "s"), (2, "n"), ("=2", "s"),
    ]  # fmt: skip


def test_a_corrected_list_is_read_like_the_original():
    file, _ = errors()
    workbook = openpyxl.load_workbook(file)
    workbook.active["B4"].value = "11010519491231002X"
    corrected = io.BytesIO()
    workbook.save(corrected)

    with open_book(corrected) as opened:
        heading = guess_heading(opened, {"name": ["姓名"], "id": ["身份证号"], "birth": ["出生年月"]})
        rows = [row for row in opened.rows(opened.sheets[0]) if row.number >= heading.data_from]

    assert match_columns(heading, {"name": ["姓名"], "id": ["身份证号"]}) == {0: "name", 1: "id"}
    assert [cell.value for cell in rows[0].cells[:3]] == ["张三", "11010519491231002X", date(1985, 4, 1)]


@pytest.mark.parametrize("results", [{}, lambda number: None])
def test_rows_without_outcome_are_left_out(results):
    assert errors(results)[1] == 0
