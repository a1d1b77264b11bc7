import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedhub.ledgers import guard
from fedhub.ledgers.guard import BookError, check_file
from fedhub.ledgers.reader import open_book
from fedhub.ledgers.tests.books import MAIN, book, ole, overlapping, packed, parts, raw_book, text_cell

SAVE_AS = "用 WPS 或 Excel 打开，选择“文件”→“另存为”，文件类型选“Excel 工作簿（*.xlsx）”"
OLD_XML = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
WEBP_34 = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f" + b"\xff" * 13
ROW = f'<row r="1">{text_cell("A1", "姓名")}</row>'


def refusal(file, name="台账.xlsx"):
    """The BookError of opening `file`."""
    with pytest.raises(BookError) as caught:
        open_book(io.BytesIO(file) if isinstance(file, bytes) else file, name)
    return caught.value


def refused_while_reading(file):
    """The BookError of reading all rows of `file`."""

    def read():
        with open_book(file, "a.xlsx") as opened:
            list(opened.rows(opened.sheets[0]))

    with pytest.raises(BookError) as caught:
        read()
    return caught.value


def test_an_ordinary_workbook_passes():
    assert check_file(book([["姓名"], ["张三"]]), "台账.xlsx") == "xlsx"


def test_the_file_is_at_its_beginning_after_the_check():
    file = book([["姓名"]])

    check_file(file, "台账.xlsx")

    assert file.tell() == 0


@pytest.mark.parametrize(
    ("file", "name", "code", "step"),
    [
        (ole("Workbook"), "台账.xls", "xls", SAVE_AS),
        (ole("Workbook"), "台账.et", "et", "用 WPS 打开，选择“文件”→“另存为”"),
        (ole("ETExtData"), "台账", "et", "用 WPS 打开"),
        (ole("Workbook"), "台账.xlsx", "xls", "旧版 Excel 格式"),
        (ole("EncryptedPackage"), "台账.xlsx", "password", "去掉密码"),
        (ole("WordDocument"), "台账.doc", "word", "Word 文档"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00" + b"\0" * 40, "台账.xls", "xls", "旧版 Excel 格式"),
        (b"", "台账.xlsx", "empty", "文件是空的"),
        (b"\xef\xbb\xbf \r\n", "台账.csv", "empty", "文件是空的"),
        (b"%PDF-1.7 ....", "台账.xlsx", "pdf", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "台账.xlsx", "picture", "图片"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "台账.xls", "html", "网页"),
        (OLD_XML, "a.xls", "xml", "另存为"),
        (b"Rar!\x1a\x07\x00" + b"\0" * 40, "台账.xlsx", "archive", "解压"),
        (b"\x01\x02\x00\x03" * 20, "台账.dat", "unknown", ".xlsx 和 .csv"),
        (WEBP_34, "a.xlsx", "unknown", "认不出"),
        (b"just one line of text", "台账.xlsx", "not_xlsx", "里面却不是"),
        (packed({"readme.txt": b"x"}), "台账.xlsx", "archive", "先解压"),
        (packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"}), "a.xlsx", "word", "Word"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "a.ods", "ods", "ODS"),
        (packed(parts(ROW, extra={"xl/workbook.bin": b"x"})), "a.xlsb", "xlsb", ".xlsb"),
        (packed(parts(ROW, extra={"xl/vbaProject.bin": b"x"})), "a.xlsm", "macro", "宏"),
        (packed(parts(ROW, extra={"xl/embeddings/oleObject1.bin": b"x"})), "a.xlsx", "embedded", "图标"),
    ],
)  # fmt: skip
def test_every_wrong_kind_of_file_is_told_apart_with_its_own_steps(file, name, code, step):
    error = refusal(file, name)

    assert (error.code, step in error.message) == (code, True)


def test_the_sentences_differ_for_each_reason():
    sentences = {
        refusal(file, name).message
        for file, name in [
            (ole("Workbook"), "a.xls"), (ole("Workbook"), "a.et"), (ole("EncryptedPackage"), "a.xlsx"), (b"", "a.csv"),
            (packed({"readme.txt": b"x"}), "a.xlsx"), (b"%PDF-1.7", "a.xlsx"),
        ]
    }  # fmt: skip

    assert len(sentences) == 6


def test_an_xlsx_named_xls_is_read_for_what_it_is():
    assert open_book(book([["姓名"]]), "台账.xls").kind == "xlsx"


def test_text_named_xls_is_read_as_csv():
    assert open_book(io.BytesIO("姓名\t电话\n张三\t1\n".encode("gb18030")), "台账.xls").kind == "csv"


def test_junk_of_34_bytes_is_refused():
    assert refusal(b"PK\x03\x04" + b"\xff" * 30).code == "damaged"


def test_a_file_over_ten_megabytes_is_refused():
    assert refusal(b"PK\x03\x04" + b"\0" * guard.MAX_PACKED).code == "too_large"


def test_a_zip_bomb_is_refused_while_inflating(monkeypatch):
    monkeypatch.setattr(guard, "MAX_INFLATED", 1_000_000)
    file = packed(parts(ROW, extra={"xl/media/blank.bin": b"\0" * 2_000_000}))

    assert refusal(file).code == "inflates_too_far"


def test_a_bomb_with_a_small_written_size_is_refused():
    data = bytearray(packed(parts(ROW, extra={"xl/media/blank.bin": b"\0" * 2_000_000})).getvalue())
    entry = data.rfind(b"PK\x01\x02")
    offset = data.find(b"xl/media/blank.bin", entry) - 46
    data[offset + 24 : offset + 28] = struct.pack("<I", 10)

    assert refusal(bytes(data)).code == "damaged"


def test_more_than_two_hundred_members_are_refused():
    file = packed(parts(ROW, extra={f"xl/media/{number}.bin": b"x" for number in range(200)}))

    assert refusal(file).code == "too_many_members"


def test_a_directory_of_a_hundred_thousand_entries_is_refused_unread():
    data = b"PK\x03\x04" + b"\0" * 60 + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 5_000_000, 0, 0)

    assert refusal(data).code == "too_many_members"


@pytest.mark.parametrize("name", ["/etc/passwd", "../x.xml", "xl/../../x.xml", "c:/x.xml", "xl\\x.xml", "x" * 300])
def test_members_with_odd_paths_are_refused(name):
    assert refusal(packed(parts(ROW, extra={name: b"x"}))).code == "damaged"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("twin", ["xl/workbook.xml", "XL/Workbook.XML"])
def test_members_with_the_same_name_are_refused(twin):
    assert refusal(packed([*parts(ROW).items(), (twin, b"<a/>")])).code == "damaged"


def test_overlapping_members_are_refused():
    assert refusal(overlapping()).code == "damaged"


@pytest.mark.parametrize("junk", [b"MZ" + b"\0" * 60, b"PK\x03\x04" + b"\0" * 60])
def test_bytes_in_front_of_the_zip_are_refused(junk):
    assert refusal(junk + raw_book(ROW).getvalue(), "a.zip").code in ("damaged", "unknown")


def test_a_symbolic_link_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts(ROW).items():
            archive.writestr(name, data)
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")

    assert refusal(file).code == "damaged"


def test_a_changed_byte_is_noticed():
    data = bytearray(raw_book(ROW * 1).getvalue())
    place = data.find(b"xl/worksheets/sheet1.xml") + 24 + 20
    data[place] ^= 0xFF

    assert refusal(bytes(data)).code == "damaged"


@pytest.mark.parametrize("length", [10, 100, 400, 700])
def test_a_cut_off_file_is_refused(length):
    assert refusal(raw_book(ROW).getvalue()[:length]).code == "damaged"


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "[Content_Types].xml"]
)
def test_an_entity_bomb_is_refused_in_every_part(part):
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>'

    assert refusal(raw_book(ROW, strings="", extra={part: bomb})).code == "doctype"


@pytest.mark.parametrize(
    "sheet",
    [
        f'<worksheet xmlns="{MAIN}"/>'.encode("utf-16"),
        f'<?xml version="1.0" encoding="GBK"?><worksheet xmlns="{MAIN}"/>'.encode(),
        b"<worksheet><sheetData>",
        b"<worksheet><row></sheetData></worksheet>",
    ],
)
def test_other_encodings_and_broken_xml_are_refused(sheet):
    assert refusal(raw_book(extra={"xl/worksheets/sheet1.xml": sheet})).code == "damaged"


def test_elements_nested_too_deep_are_refused():
    assert refusal(raw_book("<x>" * 41 + "</x>" * 41)).code == "damaged"


def test_one_endless_tag_is_refused():
    assert refusal(raw_book(f'<row r="1"><c r="A1" x="{"y" * 1_500_000}"/></row>')).code == "damaged"


def test_a_cell_in_the_last_corner_of_the_sheet_is_refused():
    error = refusal(raw_book(f'{ROW}<row r="1048576">{text_cell("XFD1048576", "x")}</row>'))

    assert (error.code, "XFD 列" in error.message) == ("too_many_columns", True)


def test_too_many_rows_are_refused_with_the_way_out(monkeypatch):
    monkeypatch.setattr(guard, "MAX_ROWS", 10)
    monkeypatch.setattr(guard, "HEADING_ALLOWANCE", 0)

    error = refusal(book([[number] for number in range(11)]))

    assert (error.code, "分成几个文件" in error.message) == ("too_many_rows", True)


@pytest.mark.parametrize("reference", ["A0:B2", "B2:A1", "A1:ZZZZ9", "nonsense"])
def test_merges_that_make_no_sense_are_refused(reference):
    file = raw_book(ROW, tail=f'<mergeCells><mergeCell ref="{reference}"/></mergeCells>')

    assert refusal(file).code == "damaged"


@pytest.mark.parametrize(
    "row",
    [
        f"{ROW}{ROW}",
        '<row r="x"/>',
        '<row r="2000000"/>',
        '<row r="1"><c r="a1"><v>1</v></c></row>',
        '<row r="1"><c r="AAAA1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A1"><v>one</v></c></row>',
        '<row r="1"><c r="A1"><v>1e999</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
    ],
)
def test_cells_that_contradict_themselves_are_refused_and_never_crash(row):
    assert refused_while_reading(raw_book(row, strings="<si><t>a</t></si>")).code == "damaged"


def test_an_endless_text_is_refused():
    assert refused_while_reading(raw_book(f'<row r="1">{text_cell("A1", "x" * 40_000)}</row>')).code == "text_too_long"


def test_an_external_link_is_never_followed_and_does_no_harm():
    relations = '<Relationship Id="rId9" Type="x/externalLink" TargetMode="External" Target="file:///etc/passwd"/>'
    file = packed(
        parts(
            ROW, extra={"xl/externalLinks/_rels/externalLink1.xml.rels": f"<Relationships>{relations}</Relationships>"}
        )
    )

    with open_book(file, "a.xlsx") as opened:
        assert [row[0].value for row in opened.rows(opened.sheets[0])] == ["姓名"]


TORN = parts(
    f'<row r="1" hidden="1">{text_cell("A1", "姓名")}<c r="B1" s="1"><f>A1</f><v>31138</v></c>'
    '<c r="C1" t="s"><v>0</v></c>'
    '</row><row r="3"><c r="A3" t="b"><v>1</v></c><c r="B3" t="e"><v>#N/A</v></c></row>',
    tail='<mergeCells><mergeCell ref="A1:A3"/></mergeCells>',
    strings="<si><t>电话</t></si>",
    styles='<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
)
SCRAPS = st.sampled_from(
    ["", "<", ">", '"', "&", "<c>", "<row>", "</row>", "<v>", "9" * 30, "-1", "A", "\x00", "姓", "<is/>"]
)


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(sorted(TORN)), start=st.integers(0, 600), length=st.integers(0, 12), scrap=SCRAPS)
def test_a_torn_workbook_is_read_or_refused_in_words(name, start, length, scrap):
    content = TORN[name].decode()
    file = packed(TORN | {name: (content[:start] + scrap + content[start + length :]).encode()})

    message = "。"
    try:
        with open_book(file, "a.xlsx") as opened:
            for sheet in opened.sheets:
                list(opened.rows(sheet, fill_merged=True))
    except BookError as error:
        message = error.message

    assert message.endswith("。")
