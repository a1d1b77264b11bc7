"""Workbooks for tests: ordinary ones through openpyxl, odd and hostile ones as raw zip parts."""

import io
import struct
import zipfile

from openpyxl import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def book(rows, *, title="Sheet1", merges=(), hidden_rows=(), hidden_columns=(), formats=None, prepare=None):
    """An .xlsx made by openpyxl as BytesIO. `rows` are lists of values, `formats` {cell: number format}."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for reference in merges:
        sheet.merge_cells(reference)
    for number in hidden_rows:
        sheet.row_dimensions[number].hidden = True
    for letter in hidden_columns:
        sheet.column_dimensions[letter].hidden = True
    for reference, code in (formats or {}).items():
        sheet[reference].number_format = code
    if prepare:
        prepare(workbook)
    return saved(workbook)


def saved(workbook):
    """An openpyxl workbook as BytesIO."""
    file = io.BytesIO()
    workbook.save(file)
    file.seek(0)
    return file


def parts(sheet_data="", *, tail="", strings=None, styles=None, sheet=None, extra=None):
    """{name: bytes} of a minimal workbook with one sheet. `sheet_data` goes inside <sheetData>, `tail` behind it."""
    relations = f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    found = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": sheet
        or f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData>{sheet_data}</sheetData>{tail}</worksheet>',
    }
    if strings is not None:
        relations += f'<Relationship Id="rId2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        found["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    if styles is not None:
        relations += f'<Relationship Id="rId3" Type="{RELATIONS}/styles" Target="styles.xml"/>'
        found["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    found["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'
    found |= extra or {}
    return {name: data.encode() if isinstance(data, str) else data for name, data in found.items()}


def packed(members):
    """A zip of {name: bytes} (or a list of pairs, where names may occur twice) as BytesIO."""
    file = io.BytesIO()
    pairs = members.items() if isinstance(members, dict) else members
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in pairs:
            archive.writestr(name, data)
    file.seek(0)
    return file


def raw_book(sheet_data="", **more):
    """The minimal workbook of `parts` as BytesIO."""
    return packed(parts(sheet_data, **more))


def text_cell(reference, text):
    """`<c>` with an inline string."""
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def overlapping():
    """A workbook whose directory has a second entry for the bytes of the first member."""
    file = packed(parts(f'<row r="1">{text_cell("A1", "a")}</row>'))
    data = bytearray(file.getvalue())
    end = data.rfind(b"PK\x05\x06")
    size, offset = struct.unpack("<II", data[end + 12 : end + 20])
    first = data.find(b"PK\x01\x02", offset)
    name_length, extra_length, comment_length = struct.unpack("<HHH", data[first + 28 : first + 34])
    entry = bytearray(data[first : first + 46 + name_length + extra_length + comment_length])
    entry[46:47] = b"x"
    count = struct.unpack("<H", data[end + 8 : end + 10])[0] + 1
    closing = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, size + len(entry), offset, 0)
    return io.BytesIO(bytes(data[:end]) + bytes(entry) + closing)


def ole(stream):
    """The beginning of an OLE compound file that holds a stream called `stream`."""
    return io.BytesIO(OLE + b"\0" * 504 + stream.encode("utf-16-le") + b"\0" * 128)
