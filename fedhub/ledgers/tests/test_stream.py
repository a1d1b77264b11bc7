import io
import json
import re
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
import tablib
from hypothesis import given, settings
from hypothesis import strategies as st
from import_export.formats import base_formats

from fedhub.ledgers.formats import LedgerCSV, LedgerXLSX
from fedhub.ledgers.heading import guess_heading, row_kind
from fedhub.ledgers.reader import open_book
from fedhub.ledgers.stream import (
    ABOVE,
    Col,
    Sheet,
    StreamDataset,
    guarded,
    ledger_filename,
    sheet_name,
    write_csv,
    write_xlsx,
)

COLUMNS = [
    Col("seq", "序号", "int"),
    Col("name", "姓名"),
    Col("id", "身份证号", "id"),
    Col("member", "姓名", group="家庭成员情况"),
    Col("relation", "关系", group="家庭成员情况"),
    Col("birth", "出生日期", "date"),
    Col("income", "年收入", "money"),
]
ROWS = [
    (1, "张三", "11010519491231002X", "李四", "长子", date(1949, 12, 31), Decimal("1200.50")),
    (2, "阿依古丽·买买提", "440524188001010014", None, "", "1985-04", None),
]
FORMULAS = [
    "=1+1", "==1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "＋1",
    "－1",
    "＠x", "|calc", "%x", "\ufeff=1", "\x00=1", "'=1", "''=1", '=HYPERLINK("http://x","y")', "=IMPORTXML(1)",
]  # fmt: skip


def sheet(rows=ROWS, columns=COLUMNS, **more):
    layout = {
        "title": "困难妇女台账", "office": "幸福社区妇联", "reporter": "王芳",
        "made_at": date(2024, 6, 30), "unit": "人",
        "stamp": "导出人 王芳 2024-06-30 登记号 DC20240630-001",
    }  # fmt: skip
    return Sheet(columns=columns, rows=iter(rows), **layout | more)


def written(*sheets, **options):
    file = io.BytesIO()
    write_xlsx(list(sheets) or sheet(), file, **options)
    file.seek(0)
    return file


def texts(rows):
    """One-column ledger of `rows`."""
    return sheet([(text,) for text in rows], [Col("a", "内容")])


def read_back(file, name="a.xlsx"):
    """Values of the data rows, found as an import finds them."""
    with open_book(file, name) as book:
        heading = guess_heading(book, {"x": ["内容", "姓名"]})
        return [
            [row[column.index].value for column in heading.columns]
            for row in book.rows(book.sheets[0])
            if row.number >= heading.data_from and row_kind(row, heading) == "data"
        ]


# --- the official look ----------------------------------------------------------------------------------------------
def test_the_ledger_has_title_report_line_and_grouped_heading():
    file = written(sheet(total_row={"income": Decimal("1200.50")}))

    ws = openpyxl.load_workbook(file).active

    assert ws["A1"].value == "困难妇女台账"
    assert ws["A2"].value == "填报单位：幸福社区妇联　　填报人：王芳　　填报时间：2024年06月30日　　单位：人"
    assert [cell.value for cell in ws[3]] == ["序号", "姓名", "身份证号", "家庭成员情况", None, "出生日期", "年收入"]
    assert [cell.value for cell in ws[4]] == [None, None, None, "姓名", "关系", None, None]
    assert sorted(map(str, ws.merged_cells.ranges)) == [
        "A1:G1", "A2:G2", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4", "G3:G4",
    ]  # fmt: skip
    assert [cell.value for cell in ws[7]] == ["合计", None, None, None, None, None, 1200.5]


def test_head_and_cells_look_as_offices_expect():
    ws = openpyxl.load_workbook(written()).active

    head, cell = ws["B3"], ws["B5"]
    assert (head.font.b, head.font.name, head.font.sz) == (True, "宋体", 11)
    assert (head.alignment.horizontal, head.alignment.wrap_text) == ("center", True)
    assert {ws.cell(row, column).border.bottom.style for row in range(3, 7) for column in range(1, 8)} == {"thin"}
    assert (ws["A1"].font.b, ws["A1"].font.sz, ws["A1"].alignment.horizontal) == (True, 16, "center")
    assert (cell.number_format, ws["C5"].number_format, ws["C5"].data_type) == ("@", "@", "s")
    assert (ws["F5"].number_format, ws["F5"].value) == (r"yyyy\-mm\-dd", datetime(1949, 12, 31))
    assert (ws["F6"].value, ws["G5"].number_format) == ("1985-04", "#,##0.00")
    assert ws.column_dimensions["C"].width > ws.column_dimensions["A"].width


def test_the_ledger_prints_on_a4_landscape_with_its_head_on_each_page():
    workbook = openpyxl.load_workbook(written())
    ws = workbook.active

    assert ws.freeze_panes == "A5"
    assert (ws.page_setup.paperSize, ws.page_setup.orientation) == (9, "landscape")
    assert (ws.sheet_properties.pageSetUpPr.fitToPage, ws.page_setup.fitToWidth, ws.page_setup.fitToHeight) == (
        True,
        1,
        0,
    )
    assert ws.print_title_rows == "$1:$4"
    assert ws.oddFooter.right.text == "第 &P 页 共 &N 页"
    assert ws.oddFooter.left.text == "导出人 王芳 2024-06-30 登记号 DC20240630-001"


def test_the_stamp_is_in_the_properties_of_the_file():
    properties = openpyxl.load_workbook(written()).properties

    assert (properties.title, properties.creator) == ("困难妇女台账", "王芳")
    assert properties.description == "导出人 王芳 2024-06-30 登记号 DC20240630-001"


def test_a_plain_head_has_one_row_only():
    ws = openpyxl.load_workbook(written(texts(["x"]))).active

    assert ([ws["A3"].value, ws["A4"].value], ws.freeze_panes, ws.print_title_rows) == (["内容", "x"], "A4", "$1:$3")


def test_several_sheets_get_their_own_names_and_titles():
    file = written(sheet(name="一组"), sheet(name="一组"), sheet(name="A/B:C"))

    workbook = openpyxl.load_workbook(file)

    assert workbook.sheetnames == ["一组", "一组(2)", "ABC"]
    assert {ws.print_title_rows for ws in workbook} == {"$1:$4"}


def test_the_total_may_be_counted_while_the_rows_are_written():
    count = []

    def rows():
        for row in ROWS:
            count.append(row)
            yield row

    ws = openpyxl.load_workbook(written(sheet(rows(), total_row=lambda: {"name": f"{len(count)} 人"}))).active

    assert [ws["A7"].value, ws["B7"].value] == ["合计", "2 人"]


HOUSEHOLD = [("张三", "张三", 1), (ABOVE, "李四", 2), (ABOVE, "王五", 3), ("赵六", "赵六", 4),
             ("钱七", "钱七", 5), (ABOVE, "孙八", 6)]  # fmt: skip
REPEATED = [["张三", "张三"], ["张三", "李四"], ["张三", "王五"], ["赵六", "赵六"], ["钱七", "钱七"], ["钱七", "孙八"]]
HOUSEHOLD_COLUMNS = [Col("head", "户主"), Col("name", "姓名"), Col("n", "数", "int")]


def test_household_columns_are_merged_downwards_and_read_back_filled():
    file = written(sheet(HOUSEHOLD, HOUSEHOLD_COLUMNS))
    merged = sorted(map(str, openpyxl.load_workbook(file).active.merged_cells.ranges))

    with open_book(file) as book:
        rows = list(book.rows(book.sheets[0], fill_merged=True))[3:]

    assert merged == ["A1:C1", "A2:C2", "A4:A6", "A8:A9"]
    assert [[row[0].value, row[1].value] for row in rows] == REPEATED


def test_the_first_row_has_nothing_above_it():
    with pytest.raises(ValueError, match="above"):
        written(sheet([(ABOVE, "张三", 1)], HOUSEHOLD_COLUMNS))


def test_household_columns_are_repeated_in_csv_and_lists():
    file = io.BytesIO()
    write_csv(sheet(HOUSEHOLD, HOUSEHOLD_COLUMNS), file)
    lines = [line.split(",")[:2] for line in file.getvalue().decode("utf-8-sig").splitlines()[1:]]
    dataset = StreamDataset(["户主", "姓名", "数"], iter(HOUSEHOLD))

    assert lines == REPEATED
    assert dataset["户主"] == [line[0] for line in REPEATED]


def test_xlsx_needs_no_seekable_file():
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.data = b""

        def writable(self):
            return True

        def write(self, data):
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    write_xlsx(sheet(), pipe)

    assert len(read_back(io.BytesIO(pipe.data))) == 2


def test_the_number_of_rows_is_returned():
    assert (write_xlsx(sheet(), io.BytesIO()), write_csv(sheet(), io.BytesIO())) == (2, 2)


def test_a_row_of_the_wrong_length_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="as many values"):
        written(sheet([(1, 2)]))


# --- values ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "value", "expected", "data_type"),
    [
        ("int", 3, 3, "n"), ("int", "三", "三", "s"), ("money", Decimal("3.10"), 3.1, "n"), ("text", 3, "3", "s"),
        ("text", 3.0, "3", "s"), ("id", 110105194912310021, "110105194912310021", "s"), ("yesno", True, "是", "s"),
        ("yesno", False, "否", "s"), ("date", date(2024, 2, 29), datetime(2024, 2, 29), "d"),
        ("date", date(1890, 2, 3), "1890-02-03", "s"), ("date", "1985", "1985", "s"),
        ("date", datetime(2024, 2, 29, 8, 30), datetime(2024, 2, 29, 8, 30), "d"),
        ("date", datetime(2024, 2, 29, 0, 30, tzinfo=UTC), datetime(2024, 2, 29, 8, 30), "d"),
        ("text", date(2024, 2, 29), "2024-02-29", "s"), ("text", datetime(2024, 2, 29, 8, 30), "2024-02-29 08:30",
        "s"),
        ("auto", 3, 3, "n"), ("auto", 3.5, 3.5, "n"), ("auto", 10**16, str(10**16), "s"), ("auto", "3", "3", "s"),
        ("int", float("nan"), "nan", "s"), ("text", "a\r\nb", "a\nb", "s"), ("text", "a\x00\x1b\ud800\uffffb", "ab",
        "s"),
        ("text", " a ", " a ", "s"), ("text", "<&>\"'", "<&>\"'", "s"), ("text", "𠮷䶮", "𠮷䶮", "s"),
    ],
)  # fmt: skip
def test_values_become_cells_of_their_kind(kind, value, expected, data_type):
    ws = openpyxl.load_workbook(written(sheet([(value,)], [Col("a", "内容", kind)]))).active

    assert (ws["A4"].value, ws["A4"].data_type) == (expected, data_type)


def test_equal_values_of_different_types_are_not_mixed_up():
    ws = openpyxl.load_workbook(
        written(sheet([(1,), (True,), ("1",), (0,), (False,)], [Col("a", "内容", "auto")]))
    ).active

    assert [ws.cell(row, 1).value for row in range(4, 9)] == [1, "是", "1", 0, "否"]


@pytest.mark.parametrize("compact", [False, True])
def test_compact_files_hold_the_same_without_references(compact):
    file = written(sheet(), compact=compact)
    with zipfile.ZipFile(file) as archive:
        content = archive.read("xl/worksheets/sheet1.xml").decode()

    assert bool(re.search(r'<c r="A5"', content)) is not compact
    assert read_back(file)[0][:3] == [1, "张三", "11010519491231002X"]


# --- formulas -------------------------------------------------------------------------------------------------------
def test_no_text_ever_becomes_a_formula_in_a_workbook():
    file = written(texts(FORMULAS))

    ws = openpyxl.load_workbook(file).active
    found = [ws.cell(row, 1) for row in range(4, 4 + len(FORMULAS))]
    with zipfile.ZipFile(file) as archive:
        content = archive.read("xl/worksheets/sheet1.xml").decode()

    assert {(cell.data_type, cell.quotePrefix) for cell in found} == {("s", True)}
    assert "<f" not in content
    assert [cell.value for cell in found] == [text.replace("\r", "\n").replace("\x00", "") for text in FORMULAS]


@pytest.mark.parametrize("text", FORMULAS)
def test_every_formula_is_guarded_in_csv(text):
    assert guarded(text)[0] == "'"


@pytest.mark.parametrize("text", ["张三", "", "1985-04-01", "a=b", "12-3", "'张三", "（=）"])
def test_ordinary_text_is_not_touched_in_csv(text):
    assert guarded(text) == text


def test_headings_are_guarded_as_well():
    file = io.BytesIO()
    write_csv(sheet([("x",)], [Col("a", "=1+1")]), file)

    assert file.getvalue().decode("utf-8-sig").splitlines()[0] == "'=1+1"


# --- there and back -------------------------------------------------------------------------------------------------
def test_an_exported_ledger_is_read_back_unchanged():
    rows = read_back(written(sheet(total_row={"income": 1})))

    assert rows == [
        [1, "张三", "11010519491231002X", "李四", "长子", date(1949, 12, 31), 1200.5],
        [2, "阿依古丽·买买提", "440524188001010014", None, None, "1985-04", None],
    ]


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20
)


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=5))
def test_any_text_survives_the_workbook(values):
    with open_book(written(texts(["begin", *values]))) as book:
        found = [row[0].value for row in book.rows(book.sheets[0])][4:]

    assert found == values


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(TEXTS, st.sampled_from(FORMULAS)).filter(str.strip), min_size=1, max_size=5))
def test_any_text_survives_the_csv(values):
    file = io.BytesIO()
    write_csv(sheet([("begin", "x"), *((value, "x") for value in values)], [Col("a", "内容"), Col("b", "姓名")]), file)
    file.seek(0)

    with open_book(file, "a.csv") as book:
        found = [row[0].value for row in book.rows(book.sheets[0])][2:]

    assert found == [value.replace("\x00", "") for value in values]


@given(st.text("'=+-@|% \t\r\n\ufeff＝x", max_size=6).filter(bool))
def test_the_guard_is_taken_off_exactly(text):
    file = io.BytesIO()
    write_csv(sheet([(f"{text}|", "x")], [Col("a", "内容"), Col("b", "姓名")]), file)
    file.seek(0)

    with open_book(file, "a.csv") as book:
        assert [row[0].value for row in book.rows(book.sheets[0])][1] == f"{text}|"


def test_csv_is_utf_8_with_a_mark_and_rfc_4180():
    file = io.BytesIO()
    write_csv(sheet([(1, 'a"b', "x\ny", None, True, date(2024, 1, 2), Decimal("3.10"))]), file)

    assert (
        file.getvalue()
        == (
            "\ufeff序号,姓名,身份证号,家庭成员情况/姓名,家庭成员情况/关系,出生日期,年收入\r\n"
            '1,"a""b","x\ny",,是,2024-01-02,3.10\r\n'
        ).encode()
    )


# --- names ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("困难妇女台账", "困难妇女台账"), ("a[b]:*?/\\c", "abc"), ("", "台账"), ("History", "台账"), ("'一组'",
        "一组"),
        ("长" * 40, "长" * 31), ("𠮷" * 40, "𠮷" * 15),
    ],
)  # fmt: skip
def test_sheet_names_keep_the_rules(text, name):
    assert sheet_name(text) == name


def test_sheet_names_differ_without_regard_to_case():
    assert sheet_name("abc" * 11, taken=["ABC" * 10 + "A"]) == ("abc" * 11)[:28] + "(2)"


@pytest.mark.parametrize(
    ("title", "place", "name"),
    [
        ("困难妇女台账", "幸福社区", "困难妇女台账_幸福社区_20240630.xlsx"),
        ("../../etc", "a\\b:c", "etc_abc_20240630.xlsx"),
        ("台账\u202exslx", "\x00", "台账xslx_20240630.xlsx"),
        ("长" * 200, "", "长" * 60 + "_20240630.xlsx"),
    ],
)
def test_file_names_are_safe(title, place, name):
    assert ledger_filename(title, place, date(2024, 6, 30)) == name


# --- import-export --------------------------------------------------------------------------------------------------
def test_the_workbook_format_counts_as_binary_for_import_export():
    assert LedgerXLSX in base_formats.BINARY_FORMATS


def test_a_stream_dataset_is_written_while_its_rows_are_made():
    made = []

    def rows():
        for number in range(3):
            made.append(number)
            yield (number, "x")

    dataset = StreamDataset(["序号", "姓名"], rows(), title="台账")
    before = list(made)
    with LedgerXLSX().export_data(dataset) as file:
        found = read_back(file)

    assert (before, made) == ([], [0, 1, 2])
    assert found == [[0, "x"], [1, "x"], [2, "x"]]


def test_rows_are_streamed_once():
    dataset = StreamDataset(["a"], [("x",)])
    list(dataset.stream())

    with pytest.raises(ValueError, match="already"):
        list(dataset.stream())


def test_other_formats_and_indexing_still_work():
    dataset = StreamDataset(["a", "b"], iter([(1, 2), (3, 4)]))

    assert (len(dataset), dataset[1], dataset.width, bool(dataset)) == (2, (3, 4), 2, True)
    assert json.loads(dataset.export("json")) == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
    assert list(dataset.stream()) == [(1, 2), (3, 4)]


def test_an_ordinary_dataset_is_written_too():
    dataset = tablib.Dataset(["张三", "=1+1"], headers=["姓名", "内容"], title="甲")

    with LedgerXLSX().export_data(dataset) as file:
        assert read_back(file) == [["张三", "=1+1"]]
    assert LedgerCSV().export_data(dataset) == "\ufeff姓名,内容\r\n张三,'=1+1\r\n"


def test_a_workbook_becomes_a_dataset_again():
    dataset = LedgerXLSX().create_dataset(written(sheet(total_row={"income": 1})).getvalue())

    assert dataset.headers == [
        "序号",
        "姓名",
        "身份证号",
        "家庭成员情况/姓名",
        "家庭成员情况/关系",
        "出生日期",
        "年收入",
    ]
    assert [row[:3] for row in dataset] == [
        (1, "张三", "11010519491231002X"), (2, "阿依古丽·买买提", "440524188001010014"),
    ]  # fmt: skip


def test_memory_stays_flat_while_writing():
    def rows():
        for number in range(20_000):
            yield (number, f"张三{number}", f"{number:018}", "x", "y", "1985", number)

    with io.FileIO("/dev/null", "wb") as file:
        tracemalloc.start()
        count = write_xlsx(sheet(rows()), file)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    # 3,000 remembered fragments in each of seven columns are about 4 MiB; the rows themselves would be 20.
    assert (count, peak < 8 * 1024 * 1024) == (20_000, True)


def test_memory_stays_flat_with_as_many_merged_cells_as_rows():
    columns = [Col(str(number), f"栏{number}") for number in range(5)]

    def rows():
        for _ in range(20_000):
            yield ("x",) * 5
            yield (ABOVE,) * 5

    with io.FileIO("/dev/null", "wb") as file:
        tracemalloc.start()
        write_xlsx(sheet(rows(), columns), file)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    # Two numbers for each of 100,000 merged cells are 0.8 MiB; all references as one text took 23.
    assert peak < 4 * 1024 * 1024


def test_many_merged_cells_are_all_there_and_counted():
    columns = [Col("a", "甲"), Col("b", "乙")]
    rows = [("x", "y"), (ABOVE, ABOVE)] * 1500

    file = io.BytesIO()
    write_xlsx(sheet(rows, columns), file)
    with zipfile.ZipFile(file) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()

    [count] = re.findall(r'<mergeCells count="(\d+)">', text)
    found = re.findall(r'<mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"/>', text)
    assert int(count) == len(found) == len(set(found)) == 3002
    assert found[2:4] == ["A4:A5", "A6:A7"]
