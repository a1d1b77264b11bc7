import io
import tracemalloc
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedhub.ledgers import reader
from fedhub.ledgers.guard import BookError
from fedhub.ledgers.reader import BLANK, Cell, Merge, column_index, column_letter, date_precision, open_book
from fedhub.ledgers.tests.books import MAIN, book, raw_book, text_cell


def rows_of(file, name="a.xlsx", **options):
    with open_book(file, name) as opened:
        return list(opened.rows(opened.sheets[0], **options))


def first_cell(cell, **more):
    [row] = rows_of(raw_book(f'<row r="1">{cell}</row>', **more))
    return row[0]


# --- against openpyxl -----------------------------------------------------------------------------------------------
# Characters sheets can hold; _ is left out because openpyxl does not undo _x0041_.
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="_\ufffe\uffff"),
    min_size=1, max_size=12,
).filter(lambda text: not text.startswith("=") and text.strip())  # fmt: skip
VALUES = st.one_of(
    st.none(),
    TEXTS,
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 4)),
    st.booleans(),
    st.datetimes(datetime(1905, 1, 1), datetime(2099, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    st.dates(date(1905, 1, 1), date(2099, 1, 1)),
)


def as_openpyxl_says(value):
    """openpyxl gives every date as a datetime."""
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time()) if isinstance(value, date) else value


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(VALUES, min_size=1, max_size=6), min_size=1, max_size=8))
def test_cells_are_read_as_openpyxl_reads_them(values):
    values.append(["end"])
    file = book(values)
    sheet = openpyxl.load_workbook(file).active
    expected = {
        (cell.row, cell.column - 1): as_openpyxl_says(cell.value)
        for row in sheet.iter_rows() for cell in row if cell.value is not None
    }  # fmt: skip

    found = {
        (row.number, index): as_openpyxl_says(cell.value)
        for row in rows_of(file) for index, cell in enumerate(row.cells) if cell is not BLANK
    }  # fmt: skip

    assert found == expected


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 70_000, allow_nan=False).map(lambda number: round(number, 5)))
def test_serial_numbers_become_the_moment_openpyxl_makes_of_them(serial):
    file = book([[serial, "x"]], formats={"A1": "yyyy/m/d h:mm:ss"})
    expected = openpyxl.load_workbook(file).active["A1"].value

    cell = rows_of(file)[0][0]

    if cell.kind == "date" and isinstance(expected, datetime):
        found = as_openpyxl_says(cell.value)
        assert abs(found - expected) <= timedelta(seconds=1)
    else:
        assert serial < 1


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 20), min_size=1, max_size=5), st.integers(2, 6))
def test_merges_and_extent_are_those_openpyxl_wrote(starts, height):
    merges = [f"{column_letter(start)}1:{column_letter(start)}{height}" for start in starts]
    file = book([["x"] * 21, *([[None]] * height), ["end"]], merges=merges)

    with open_book(file) as opened:
        sheet = opened.sheets[0]

    assert sorted(sheet.merges) == sorted(Merge(1, start, height, start) for start in starts)
    assert (sheet.row_count, sheet.last_row, sheet.column_count) == (2, height + 2, 21)


RICH = '<c r="A1" t="inlineStr"><is><r><t>张</t></r><r><t>三</t></r><rPh><t>zhang</t></rPh></is></c>'


# --- cells ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="A1"><v>1.1010519491231e+17</v></c>', Cell(1.1010519491231e17, "number")),
        ('<c r="A1"><v>31138</v></c>', Cell(31138, "number")),
        ('<c r="A1"><v>1985.1</v></c>', Cell(1985.1, "number")),
        ('<c r="A1" t="s"><v>0</v></c>', Cell("张三", "text")),
        ('<c r="A1" t="s"><v>1</v></c>', Cell("李四", "text")),
        ('<c r="A1" t="b"><v>1</v></c>', Cell(True, "bool")),
        ('<c r="A1" t="e"><v>#N/A</v></c>', Cell("#N/A", "error")),
        ('<c r="A1" t="d"><v>1985-04-01T00:00:00Z</v></c>', Cell(date(1985, 4, 1), "date", "day")),
        ('<c r="A1"><f>B1+1</f></c>', Cell(None, "formula", "", True)),
        ('<c r="A1"><f>B1+1</f><v></v></c>', Cell(None, "formula", "", True)),
        ('<c r="A1"><f>B1+1</f><v>3</v></c>', Cell(3, "number", "", True)),
        ('<c r="A1" t="str"><f>B1&amp;"x"</f><v>ab</v></c>', Cell("ab", "text", "", True)),
        ('<c r="A1" s="1"><v>31138</v></c>', Cell(date(1985, 4, 1), "date", "day")),
        ('<c r="A1" s="1"><v>31138.5</v></c>', Cell(datetime(1985, 4, 1, 12), "date", "day")),
        ('<c r="A1" s="2"><v>31138</v></c>', Cell(date(1985, 4, 1), "date", "month")),
        ('<c r="A1" s="3"><v>0.5</v></c>', Cell(time(12), "date", "time")),
        ('<c r="A1" s="99"><v>5</v></c>', Cell(5, "number")),
        (RICH, Cell("张三", "text")),
        (text_cell("A1", "a_x000D_b_x005F_x0041_"), Cell("a\rb_x0041_", "text")),
    ],
)  # fmt: skip
def test_cells_keep_value_and_kind(cell, expected):
    styles = (
        '<numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        '<cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="176"/><xf numFmtId="20"/></cellXfs>'
    )
    strings = "<si><t>张三</t></si><si><r><t>李</t></r><r><t>四</t></r><rPh><t>lisi</t></rPh></si>"

    assert first_cell(cell, strings=strings, styles=styles) == expected


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", ""), ("0.00", ""), ("@", ""), ("#,##0.00_);[Red](#,##0.00)", ""), ("0.00E+00", ""),
        ('"yes"', ""), ("yyyy-mm-dd", "day"), ("yyyy/m/d", "day"), ('yyyy"年"m"月"', "month"),
        ('[$-804]yyyy"年"m"月"d"日";@', "day"), ("yyyy", "year"), ("yyyy.mm", "month"), ("m/d", "day"),
        ("yyyy-mm-dd hh:mm:ss", "minute"), ("h:mm AM/PM", "time"), ("[h]:mm:ss", "time"), ("mmm-yy", "month"),
        ('0"m"', ""), (r"0\d", ""),
    ],
)  # fmt: skip
def test_number_formats_tell_what_a_date_shows(code, shown):
    assert date_precision(code) == shown


def test_the_1904_calendar_is_honoured():
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.active["A1"] = date(1985, 4, 1)
    file = io.BytesIO()
    workbook.save(file)

    assert rows_of(file)[0][0].value == date(1985, 4, 1)


def test_letters_and_indexes_of_columns_fit():
    assert [column_letter(index) for index in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert [column_index(column_letter(index)) for index in range(0, 16_384, 97)] == list(range(0, 16_384, 97))


# --- sheets ---------------------------------------------------------------------------------------------------------
def test_a_wrong_dimension_hides_no_rows():
    data = "".join(f'<row r="{number}">{text_cell(f"A{number}", "x")}</row>' for number in range(1, 101))

    assert len(rows_of(raw_book(data))) == 100


def test_cells_and_rows_without_references_are_counted():
    rows = rows_of(
        raw_book('<row><c t="inlineStr"><is><t>a</t></is></c><c><v>2</v></c></row><row><c><v>3</v></c></row>')
    )

    assert [(row.number, [cell.value for cell in row.cells]) for row in rows] == [(1, ["a", 2]), (2, [3])]


def test_prefixed_element_names_are_understood():
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="B1" t="inlineStr"><x:is><x:t>a</x:t></x:is>'
        '</x:c></x:row></x:sheetData><x:mergeCells><x:mergeCell ref="B1:C1"/></x:mergeCells></x:worksheet>'
    )

    with open_book(raw_book(sheet=sheet)) as opened:
        assert [cell.value for row in opened.rows(opened.sheets[0]) for cell in row.cells] == [None, "a"]
        assert opened.sheets[0].merges == [Merge(1, 1, 1, 2)]


def test_hidden_sheets_columns_and_rows_are_told():
    def second(workbook):
        workbook.create_sheet("旧数据").sheet_state = "hidden"

    file = book([["姓名", "电话"], ["张三", 1], ["李四", 2]], hidden_rows=[3], hidden_columns=["B"], prepare=second)

    with open_book(file) as opened:
        first = opened.sheets[0]
        hidden = [row.hidden for row in opened.rows(first)]

    assert [(sheet.name, sheet.hidden) for sheet in opened.sheets] == [("Sheet1", False), ("旧数据", True)]
    assert (first.hidden_columns, first.hidden_rows, hidden) == (frozenset({1}), 1, [False, False, True])


def test_thousands_of_empty_formatted_rows_cost_nothing():
    empty = "".join(f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(2, 20_000))

    with open_book(raw_book(f'<row r="1">{text_cell("A1", "x")}</row>{empty}')) as opened:
        assert [row.number for row in opened.rows(opened.sheets[0])] == [1]
        assert (opened.sheets[0].row_count, opened.sheets[0].left_out) == (1, 0)


def test_rows_behind_a_thousand_blank_ones_are_counted_as_left_out():
    data = f'<row r="1">{text_cell("A1", "x")}</row><row r="1002">{text_cell("A1002", "y")}</row>'

    with open_book(raw_book(data)) as opened:
        assert [row.number for row in opened.rows(opened.sheets[0])] == [1]
        assert opened.sheets[0].left_out == 1


def test_a_thousand_blank_rows_exactly_are_still_bridged():
    data = f'<row r="1">{text_cell("A1", "x")}</row><row r="1001">{text_cell("A1001", "y")}</row>'

    assert [row.number for row in rows_of(raw_book(data))] == [1, 1001]


def test_merged_cells_fill_downwards_by_range_and_blanks_stay_blank():
    file = book(
        [
            ["户主", "姓名", "电话"],
            ["张三", "张三", "1"],
            [None, "李四", None],
            [None, "王五", None],
            ["赵六", "赵六", "2"],
        ],
        merges=["A2:A4"],
    )

    rows = rows_of(file, fill_merged=True)

    assert [[row[index].value for index in range(3)] for row in rows] == [
        ["户主", "姓名", "电话"], ["张三", "张三", "1"], ["张三", "李四", None], ["张三", "王五", None],
        ["赵六", "赵六", "2"],
    ]  # fmt: skip
    assert [sorted(row.filled) for row in rows] == [[], [], [0], [0], []]


def test_merged_cells_stay_as_written_unless_filling_is_asked_for():
    file = book([["张三", "a"], [None, "b"]], merges=["A1:A2"])

    assert [row[0].value for row in rows_of(file)] == ["张三", None]


def test_a_merge_to_the_right_of_the_last_cell_is_filled_too():
    file = book([["a", "地址"], ["b"]], merges=["B1:B2"])

    assert [row[1].value for row in rows_of(file, fill_merged=True)] == ["地址", "地址"]


def test_a_workbook_without_any_content_is_refused():
    with pytest.raises(BookError) as caught:
        open_book(book([]))

    assert caught.value.code == "empty"


def test_an_unknown_sheet_is_told_by_name():
    with open_book(book([["x"]])) as opened, pytest.raises(BookError, match="一组"):
        opened.sheet("一组")


def test_shared_strings_have_a_cap(monkeypatch):
    monkeypatch.setattr(reader, "MAX_STRINGS", 10)

    with pytest.raises(BookError) as caught:
        rows_of(raw_book('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings="<si><t>一二三四五</t></si>"))

    assert caught.value.code == "too_much_text"


def test_memory_stays_flat_over_many_rows():
    data = "".join(
        f'<row r="{number}">'
        + "".join(text_cell(f"{letter}{number}", f"张三{number}") for letter in "ABCDE")
        + "</row>"
        for number in range(1, 4001)
    )
    file = raw_book(data)

    tracemalloc.start()
    with open_book(file) as opened:
        read = sum(1 for _ in opened.rows(opened.sheets[0]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (read, peak < 5 * 1024 * 1024) == (4000, True)


# --- csv ------------------------------------------------------------------------------------------------------------
def csv_rows(data):
    return [[cell.value for cell in row.cells] for row in rows_of(io.BytesIO(data), "a.csv")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_in_the_usual_encodings_and_separators(encoding, separator):
    text = f'姓名{separator}备注\r\n张三{separator}"一{separator}二\r\n三"\r\n\r\n𠮷四{separator}\r\n'

    assert csv_rows(text.encode(encoding)) == [["姓名", "备注"], ["张三", f"一{separator}二\r\n三"], ["𠮷四"]]


def test_csv_cells_are_marked_as_of_unknown_type():
    [row] = rows_of(io.BytesIO(b"1985.1,x\n"), "a.csv")

    assert row.cells == (Cell("1985.1", "plain"), Cell("x", "plain"))


@pytest.mark.parametrize(
    ("written", "read"),
    [("'=1+1", "=1+1"), ("'＝1", "＝1"), ("''=1", "'=1"), ("'张三", "'张三"), ('="110105"', "110105"), ("'-", "-")],
)
def test_the_guard_of_exports_is_taken_off(written, read):
    quoted = written.replace('"', '""')

    assert csv_rows(f'a,"{quoted}"\n'.encode()) == [["a", read]]


@pytest.mark.parametrize("data", [b"a,b\n\xff\xff\xff\n", b"\x00a,b\n"])
def test_csv_that_cannot_be_decoded_is_told(data):
    with pytest.raises(BookError) as caught:
        open_book(io.BytesIO(data), "a.csv")

    assert caught.value.code in ("encoding", "unknown")


def test_a_csv_book_leaves_the_file_open_that_was_handed_in():
    file = io.BytesIO(b"a,b\n1,2\n")

    rows_of(file, "a.csv")

    assert file.closed is False


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(data):
    sentence, read = "。", None
    try:
        with open_book(io.BytesIO(data), "a.csv") as opened:
            read = len(list(opened.rows(opened.sheets[0])))
    except BookError as error:
        sentence = error.message

    assert sentence.endswith("。")
    assert read is None or read == opened.sheets[0].row_count
