"""Rows taken without a parser: the same rows, and the same refusals, as when expat reads everything.

A comment in front of the rows makes expat read all of them, which is what each sheet here is compared with.
"""

import pytest

from fedhub.ledgers.guard import BookError
from fedhub.ledgers.reader import open_book
from fedhub.ledgers.tests.books import MAIN, raw_book, text_cell

STRINGS = "<si><t>甲</t></si><si><t>乙</t></si>"
STYLES = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'


def read(data, *, strings=STRINGS, **more):
    """What the walk over the sheet finds, and its rows."""
    with open_book(raw_book(data, strings=strings, styles=STYLES, **more), "a.xlsx") as opened:
        [sheet] = opened.sheets
        return vars(sheet), list(opened.rows(sheet))


@pytest.mark.parametrize(
    "data",
    [
        f'<row r="1">{text_cell("A1", "姓名")}</row><row r="3" hidden="1">{text_cell("C3", "张三")}</row>',
        '<row r="1" spans="1:3" x14ac:dyDescent="0.2"><c r="A1" t="s"><v>1</v></c><c r="C1" s="1"><v>45000</v></c></row>',
        '<row r="1"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1" t="s" s="1"><v>0</v></c><c r="C1" t="b"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s" s="1"><v>0</v></c></row><row r="2"><c r="D2" t="b" s="0"><v></v></c></row>',
        '<row r="1"><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c><c r="B1" s="1"/><c r="D1"></c></row>',
        '<row r="1"><c r="A1" t="str"><v>x_x000D_y</v></c><c r="B1"><v> </v></c><c r="C1"><v>1.5</v></c></row>',
        '<row r="2"><c r="A2" t="inlineStr"><is><t></t></is></c></row><row r="3"><c r="A3"><v>7</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>a &amp; b</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row><row r="2"><c r="A2"><f>1+1</f></c></row>',
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="d"><v>2024-05-01</v></c></row>',
        '<row><c><v>1</v></c><c><v>2</v></c></row><row><c r="B2"><v>3</v></c></row>',
        '<row r="1"/><row r="2"><c r="A2"><v>2</v></c></row><row r="5" ht="20"/>',
        '<row ht="20" r="4"><c r="A4"><v>4</v></c></row>',
        '<row r="1">\n <c r="A1"><v>1</v></c>\n</row>\n<row r="2"><c r="A2"><v>2</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>张</t></r><r><t>三</t></r></is></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><!-- <row r="2"><c r="A2"><v>2</v></c></row> -->',
        '<row r="1"><c r="A1" t="str"><v><![CDATA[</v></c></row>]]></v></c></row>',
        "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>\n' for n in range(1, 3000)),
        "".join(f'<row r="{n}">{text_cell(f"A{n}", "居民" * 300)}</row>' for n in range(1, 300)),
        f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2">{"".join(text_cell(f"{c}2", "长" * 30_000) for c in "ABCDE")}'
        '</row><row r="3"><c r="A3"><v>3</v></c></row>',
    ],
)  # fmt: skip
def test_rows_are_those_that_expat_reads(data):
    facts, rows = read(data)

    assert (facts, rows) == read(f"<!-- all for expat -->{data}")
    assert rows


def test_what_stands_in_a_comment_is_no_row():
    _, rows = read('<row r="1"><c r="A1"><v>1</v></c></row><!-- <row r="2"><c r="A2"><v>2</v></c></row> -->')

    assert [row.number for row in rows] == [1]


@pytest.mark.parametrize(
    "data",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><oops>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="1"><c r="A1"><v>eins</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>\x01</v></c></row>',
        '<row r="12345678"><c r="A1"><v>1</v></c></row>',
        '<row r="1" r="2"><c r="A1"><v>1</v></c></row>',
    ],
)
@pytest.mark.parametrize("first", ["", "<!-- all for expat -->"])
def test_what_expat_refuses_is_refused(data, first):
    with pytest.raises(BookError) as caught:
        read(first + data)

    assert caught.value.code == "damaged"


def test_bytes_that_are_no_text_are_refused():
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>'.encode()

    with pytest.raises(BookError, match="损坏"):
        read("", sheet=sheet + b"\xff\xfe</v></c></row></sheetData></worksheet>")
