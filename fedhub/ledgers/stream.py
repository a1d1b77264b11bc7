"""Official ledgers as files, written row by row: .xlsx through a small zip and XML writer, .csv with a formula guard.

The look is that of handbook 3.3: merged title, a line 填报单位 / 填报人 / 填报时间 / 单位, bold bordered heading (two
rows when columns are grouped), frozen under the heading, A4 landscape one page wide, heading repeated on each page,
page numbers and stamp in the footer. A text is always a text cell, so `=cmd()` is never a formula. Memory stays flat.
"""

import csv
import io
import re
import zipfile
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, groupby, islice, repeat
from operator import getitem
from xml.sax.saxutils import escape

import tablib
from django.utils import timezone

from fedhub.ledgers.reader import column_letter

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Level 3 takes a tenth longer than 1 and makes files an eighth smaller (design: performance §1).
ZIP_LEVEL = 3
MAX_SHEET_ROWS = 1_048_576
MAX_CELL_TEXT = 32_767

_ROWS_AT_ONCE = 256
_MERGES_AT_ONCE = 2000
_REMEMBERED = 3000
# Numbers below this have at most 15 digits, which a sheet keeps.
_EXACT = 10**15
# Finds what a text may need changed; most texts of a ledger hold none of it and go into their cell as they are.
_NEEDS_CARE = re.compile("[\\s&<>_\x00-\x1f\ud800-\udfff\ufffe\uffff]").search
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_GUARDED = re.compile(r"'*(?:[\ufeff\x00-\x1f\x7f\s]*[=+\-@|%＝＋－＠]|[\t\r\n])")
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_FILE_NAME = re.compile(
    r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]'
)


class _Above:
    """See ABOVE."""

    def __repr__(self):
        return "ABOVE"


# A value of a row that is merged with the cell above (household columns). CSV and lists repeat the value instead.
ABOVE = _Above()


@dataclass(frozen=True)
class Col:
    """One column: `label` is its heading, `group` the heading above it, `width` in characters (default by kind).

    `kind`: text, code (also id, phone: centred text), int, money, date (date cells; texts such as 1985-04 stay text),
    yesno, auto (numbers and dates as they come). `show` makes the value of a cell from what the rows hold, when that is
    not the value itself: it is called once for each different thing that occurs often, not once a row.
    """

    key: str
    label: str
    kind: str = "text"
    width: float | None = None
    group: str = ""
    show: Callable | None = None

    def shown(self, value):
        """The value of the cell for what a row holds."""
        return value if self.show is None or value is ABOVE else self.show(value)


@dataclass
class Sheet:
    """One sheet of a ledger. `rows` yields one sequence of values per row, in the order of `columns` and as their `show`
    takes them; the value ABOVE merges a cell with the one above.

    `office`, `reporter`, `made_at` (date or datetime) and `unit` (人, 户) fill the second line; `stamp` (who, when,
    register number) goes into footer and file properties. `total_row` is {column key: value}, or a function that gives
    it when all rows are written; 合计 is put into the first column. `name` is the name of the sheet (default `title`).
    """

    title: str
    columns: list
    rows: Iterable
    office: str = ""
    reporter: str = ""
    made_at: date | None = None
    unit: str = ""
    total_row: dict | Callable | None = None
    stamp: str = ""
    name: str = ""


WIDTHS = {
    "text": 14, "code": 12, "id": 21, "phone": 15, "int": 8, "money": 13, "date": 12, "yesno": 7, "multi": 16,
    "auto": 14, "name": 10, "sex": 6,
}  # fmt: skip

# Cell formats by number in styles.xml, see _STYLES.
_TITLE, _LINE, _HEAD, _TEXT, _CODE, _INT, _MONEY, _DATE, _MINUTE, _SUM, _SUM_INT, _SUM_MONEY, _NUMBER = range(1, 14)


def write_xlsx(sheets, file, *, compact=False):
    """Write one Sheet or several to the binary `file` (it need not be seekable). Returns the number of data rows.

    `compact` leaves the cell references out: faster and smaller, but some viewers need them.
    """
    sheets = [sheets] if isinstance(sheets, Sheet) else list(sheets)
    names = _sheet_names(sheets)
    written = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=ZIP_LEVEL) as archive:
        for number, sheet in enumerate(sheets, start=1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                written += _write_sheet(part, sheet, first=number == 1, compact=compact)
        for name, content in _frame(sheets, names).items():
            archive.writestr(name, content)
    return written


def _write_sheet(part, sheet, *, first, compact):
    columns = sheet.columns
    letters = [column_letter(index) for index in range(len(columns))]
    grouped = any(column.group for column in columns)
    head_rows = _head_rows(sheet)
    part.write(_sheet_start(sheet, head_rows, first).encode())
    part.write(_head(sheet, letters, grouped).encode())
    caches = [_Fragments(column) for column in columns]
    number, buffer, runs = head_rows, [], _Runs(letters)
    # A row is written without a step of Python for its cells: reference, number and finished fragment are joined.
    opened = [f'<c r="{letter}' for letter in letters]
    width = len(columns)
    for row in sheet.rows:
        number += 1
        if number >= MAX_SHEET_ROWS:
            raise ValueError("a sheet cannot hold so many rows")
        if ABOVE in row:
            if number == head_rows + 1:
                raise ValueError("the first row has nothing above it")
            runs.add(number, row)
        if len(row) != width:
            raise ValueError("a row has as many values as there are columns")
        buffer.append(f'<row r="{number}">')
        if compact:
            buffer.extend(chain.from_iterable(zip(repeat("<c"), map(getitem, caches, row))))  # noqa: B905 - endless
        else:
            cells = zip(opened, repeat(f'{number}"'), map(getitem, caches, row))  # noqa: B905 - endless
            buffer.extend(chain.from_iterable(cells))
        buffer.append("</row>")
        if not number % _ROWS_AT_ONCE:
            part.write("".join(buffer).encode())
            buffer.clear()
    written = number - head_rows
    buffer.append(_total(sheet, letters, number + 1))
    buffer.append("</sheetData>")
    part.write("".join(buffer).encode())
    _write_merges(part, _merges(sheet, letters, grouped), runs)
    part.write(_sheet_end(sheet).encode())
    return written


def _write_merges(part, merges, runs):
    """Write the merged cells: the few of the heading, and `runs`, which may be as many as rows."""
    count = len(merges) + len(runs)
    if not count:
        return
    part.write(f'<mergeCells count="{count}">'.encode())
    ranges = chain(merges, runs)
    while some := list(islice(ranges, _MERGES_AT_ONCE)):
        part.write("".join([f'<mergeCell ref="{reference}"/>' for reference in some]).encode())
    part.write(b"</mergeCells>")


class _Runs:
    """Vertical merges that grow row by row: per column pairs of first and last row, packed."""

    def __init__(self, letters):
        self._letters = letters
        self._rows = [array("I") for _ in letters]

    def add(self, number, row):
        """Note the cells of row `number` that are ABOVE."""
        for rows, value in zip(self._rows, row, strict=True):
            if value is ABOVE:
                if rows and rows[-1] == number - 1:
                    rows[-1] = number
                else:
                    rows.extend((number - 1, number))

    def __len__(self):
        return sum(map(len, self._rows)) // 2

    def __iter__(self):
        for letter, rows in zip(self._letters, self._rows, strict=True):
            for place in range(0, len(rows), 2):
                yield f"{letter}{rows[place]}:{letter}{rows[place + 1]}"


def repeated(rows):
    """Yield `rows` with the value above in place of ABOVE."""
    above = ()
    for row in rows:
        if ABOVE in row:
            row = tuple(above[place] if value is ABOVE else value for place, value in enumerate(row))
        above = row
        yield row


class _Fragments(dict):
    """Finished XML of a cell by its value, for one kind of column; bounded. Values that compare equal across types
    (1, True, 1.0) are never kept, unless the column has a `show`, which knows what it gets."""

    def __init__(self, column):
        self._kind, self._show = column.kind, column.show
        self._text = f' s="{_text_style(column.kind)}" t="inlineStr"><is><t>%s</t></is></c>'

    def __missing__(self, held):
        value = held if self._show is None or held is ABOVE else self._show(held)
        kind = value.__class__
        if kind is str and value and len(value) <= MAX_CELL_TEXT and not _NEEDS_CARE(value):
            fragment = self._text % value
        elif kind is int and self._kind == "int" and -_EXACT < value < _EXACT:
            return f' s="{_INT}"><v>{value}</v></c>'
        else:
            fragment = _fragment(value, self._kind)
        if len(self) < _REMEMBERED and (held is None or self._show is not None or held.__class__ in (str, date)):
            self[held] = fragment
        return fragment


def _fragment(value, kind, *, total=False):
    """The cell behind `<c r="A1"`: attributes, content and end tag."""
    style = _SUM if total else _text_style(kind)
    if value is None or value is ABOVE or value == "":
        return f' s="{style}"/>'
    if isinstance(value, bool):
        value = "是" if value else "否"
    elif isinstance(value, int | float | Decimal):
        if kind in ("int", "money", "auto") and _fits(value):
            return f' s="{_number_style(value, kind, total)}"><v>{value}</v></c>'
        value = _number_text(value)
    elif isinstance(value, date) and kind in ("date", "auto") and date(1900, 3, 1) <= _day(value):
        serial, minute = _serial(value)
        return f' s="{_MINUTE if minute else _DATE}"><v>{serial}</v></c>'
    elif isinstance(value, datetime):
        value = f"{_local(value):%Y-%m-%d %H:%M}"
    elif isinstance(value, date):
        value = value.isoformat()
    text = xml_text(str(value))
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f' s="{style}" t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _text_style(kind):
    return _TEXT if kind in ("text", "auto", "multi") else _CODE


def _number_style(value, kind, total):
    if kind == "money":
        return _SUM_MONEY if total else _MONEY
    if total:
        return _SUM_INT
    return _INT if kind == "int" or isinstance(value, int) else _NUMBER


def _fits(value):
    """True for numbers a sheet keeps exactly (15 digits)."""
    return value == value and abs(value) < _EXACT


def _number_text(value):
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _local(moment):
    return timezone.make_naive(moment) if timezone.is_aware(moment) else moment


def _day(value):
    return value.date() if isinstance(value, datetime) else value


def _serial(value):
    """`(days since 1899-12-30, has a time)`: how sheets keep dates."""
    if not isinstance(value, datetime):
        return value.toordinal() - 693_594, False
    value = _local(value)
    days = value.date().toordinal() - 693_594
    if value.time() == time.min:
        return days, False
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return f"{days + seconds / 86_400:.9f}", True


def cell_text(text):
    """`text` as a cell can hold it: line ends as \\n, no control characters, at most MAX_CELL_TEXT characters."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:MAX_CELL_TEXT]


def xml_text(text):
    """`cell_text` as XML content."""
    text = cell_text(text)
    if "_x" in text:
        text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return escape(text)


# --- the parts of a sheet -------------------------------------------------------------------------------------------
def _head_rows(sheet):
    return 3 + any(column.group for column in sheet.columns)


def _sheet_start(sheet, head_rows, first):
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{column.width or WIDTHS.get(column.kind, 14)}" customWidth="1"/>'
        for number, column in enumerate(sheet.columns, start=1)
    )
    below = f"A{head_rows + 1}"
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0" tabSelected="{int(first)}">'
        f'<pane ySplit="{head_rows}" topLeftCell="{below}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="{below}" sqref="{below}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="18"/><cols>{widths}</cols><sheetData>'
    )


def _text_cell(reference, style, text):
    if not text:
        return f'<c r="{reference}" s="{style}"/>'
    return f'<c r="{reference}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{xml_text(text)}</t></is></c>'


def report_line(sheet):
    """The second line of a ledger."""
    made = f"{_day(sheet.made_at):%Y年%m月%d日}" if sheet.made_at else ""
    parts = [f"填报单位：{sheet.office}", f"填报人：{sheet.reporter}", f"填报时间：{made}"]
    return "　　".join(parts + ([f"单位：{sheet.unit}"] if sheet.unit else []))


def _head(sheet, letters, grouped):
    rows = [
        f'<row r="1" ht="30" customHeight="1">{_text_cell("A1", _TITLE, sheet.title)}</row>',
        f'<row r="2" ht="20" customHeight="1">{_text_cell("A2", _LINE, report_line(sheet))}</row>',
    ]
    pairs = list(zip(letters, sheet.columns, strict=True))
    if grouped:
        cells = "".join(_text_cell(f"{letter}3", _HEAD, column.group or column.label) for letter, column in pairs)
        rows.append(f'<row r="3">{cells}</row>')
        cells = "".join(
            _text_cell(f"{letter}4", _HEAD, column.label if column.group else "") for letter, column in pairs
        )
        rows.append(f'<row r="4">{cells}</row>')
    else:
        cells = "".join(_text_cell(f"{letter}3", _HEAD, column.label) for letter, column in pairs)
        rows.append(f'<row r="3">{cells}</row>')
    return "".join(rows)


def _merges(sheet, letters, grouped):
    last = letters[-1]
    merges = [f"A1:{last}1", f"A2:{last}2"] if last != "A" else []
    if grouped:
        pairs = zip(letters, sheet.columns, strict=True)
        for group, members in groupby(pairs, key=lambda pair: pair[1].group):
            members = [letter for letter, _ in members]
            if not group:
                merges += [f"{letter}3:{letter}4" for letter in members]
            elif len(members) > 1:
                merges.append(f"{members[0]}3:{members[-1]}3")
    return merges


def _total(sheet, letters, number):
    total = sheet.total_row() if callable(sheet.total_row) else sheet.total_row
    if total is None:
        return ""
    values = [total.get(column.key) for column in sheet.columns]
    values[0] = "合计"
    cells = "".join(
        f'<c r="{letter}{number}"{_fragment(value, column.kind, total=True)}'
        for letter, column, value in zip(letters, sheet.columns, values, strict=True)
    )
    return f'<row r="{number}">{cells}</row>'


def _sheet_end(sheet):
    stamp = xml_text(" ".join(sheet.stamp.split()).replace("&", "&&"))[:150]
    footer = f"&amp;L&amp;8{stamp}" if stamp else ""
    return (
        '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.7" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>{footer}&amp;R第 &amp;P 页 共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    )


# --- the parts around the sheets ------------------------------------------------------------------------------------
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _styles():
    def font(size, bold=False):
        return f'<font>{"<b/>" if bold else ""}<sz val="{size}"/><name val="宋体"/><charset val="134"/></font>'

    def cell(number=0, font=0, border=1, across="", wrap=True, quoted=False):
        aligned = f'horizontal="{across}" ' if across else ""
        return (
            f'<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="{border}" xfId="0" applyNumberFormat="1" '
            f'applyFont="1" applyBorder="1" applyAlignment="1" quotePrefix="{int(quoted)}">'
            f'<alignment {aligned}vertical="center" wrapText="{int(wrap)}"/></xf>'
        )

    edges = "".join(f'<{side} style="thin"><color auto="1"/></{side}>' for side in ("left", "right", "top", "bottom"))
    formats = [
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
        cell(font=2, border=0, across="center"),
        cell(border=0, across="left", wrap=False),
        cell(49, font=1, across="center", quoted=True),
        cell(49, across="left", quoted=True),
        cell(49, across="center", quoted=True),
        cell(1, across="center"),
        cell(4, across="right"),
        cell(164, across="center"),
        cell(165, across="center"),
        cell(49, font=1, across="center", quoted=True),
        cell(1, font=1, across="center"),
        cell(4, font=1, across="right"),
        cell(0, across="center"),
    ]
    return (
        f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
        f'<fonts count="3">{font(11)}{font(11, True)}{font(16, True)}</fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
        '</fill></fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
        f"<border>{edges}<diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(formats)}">{"".join(formats)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _frame(sheets, names):
    """{part name: content} of everything but the sheets."""
    numbers = range(1, len(sheets) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_SHEETML}.worksheet+xml"/>'
        for number in numbers
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/relationships/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    listed = "".join(
        f'<sheet name="{escape(name, _QUOTES)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{index}">'
        f"'{escape(name.replace(chr(39), chr(39) * 2))}'!$1:${_head_rows(sheet)}</definedName>"
        for index, (name, sheet) in enumerate(zip(names, sheets, strict=True))
    )
    created = f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}"
    return {
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}/relationships"><bookViews>'
        f"<workbookView/></bookViews><sheets>{listed}</sheets><definedNames>{titles}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        f'<Relationship Id="rId{len(sheets) + 1}" Type="{_OFFICE}/relationships/styles" Target="styles.xml"/>'
        "</Relationships>",
        "xl/styles.xml": _styles(),
        "docProps/core.xml": f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{xml_text(sheets[0].title)}</dc:title>'
        f"<dc:creator>{xml_text(sheets[0].reporter)}</dc:creator>"
        f"<dc:description>{xml_text(sheets[0].stamp)}</dc:description>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{created}</dcterms:created></cp:coreProperties>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
        'Target="docProps/core.xml"/>'
        "</Relationships>",
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETML}.sheet.main+xml"/>{overrides}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SHEETML}.styles+xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
    }


_QUOTES = {'"': "&quot;"}


def _sheet_names(sheets):
    names = []
    for sheet in sheets:
        names.append(sheet_name(sheet.name or sheet.title, names))
    return names


def sheet_name(text, taken=()):
    """A name a sheet may have: at most 31 characters, none of []:*?/\\, no apostrophe at its ends, not yet `taken`."""
    name = _cut(_ILLEGAL.sub("", _NOT_IN_SHEET_NAME.sub("", text)).strip().strip("'"), 31).strip().strip("'")
    if not name or name.lower() == "history":
        name = "台账"
    lower = {other.lower() for other in taken}
    base, number = name, 2
    while name.lower() in lower:
        suffix = f"({number})"
        name = _cut(base, 31 - len(suffix)) + suffix
        number += 1
    return name


def _cut(text, length):
    """`text` with at most `length` UTF-16 units, as sheets count."""
    while len(text.encode("utf-16-le")) // 2 > length:
        text = text[:-1]
    return text


def ledger_filename(title, place, day, extension="xlsx"):
    """A safe file name: 困难妇女台账_幸福社区_20240630.xlsx."""
    parts = [_NOT_IN_FILE_NAME.sub("", " ".join(part.split())).strip(" .")[:60] for part in (title, place)]
    return "_".join([part for part in parts if part] + [f"{day:%Y%m%d}"]) + f".{extension}"


# --- csv ------------------------------------------------------------------------------------------------------------
def guarded(text):
    """`text` for a CSV cell: with ' in front when a sheet program would take it for a formula (security §4.6).

    The reader takes exactly one ' off such texts again, so that nothing changes on the way out and back.
    """
    text = _ILLEGAL.sub("", text)
    return f"'{text}" if _GUARDED.match(text) else text


def _csv_value(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float | Decimal):
        return _number_text(value)
    if isinstance(value, datetime):
        return f"{_local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return guarded(str(value))


def write_csv(sheet, file):
    """Write the columns and rows of `sheet` to the binary `file`: UTF-8 with mark, RFC 4180. Returns the row count."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    try:
        return csv_rows(sheet.columns, sheet.rows, text)
    finally:
        text.detach()


def csv_rows(columns, rows, text):
    """Write heading and `rows` to the text file `text`; returns how many rows."""
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(f"{c.group}/{c.label}" if c.group else c.label) for c in columns])
    written = 0
    for row in repeated(rows):
        writer.writerow([_csv_value(column.shown(value)) for column, value in zip(columns, row, strict=True)])
        written += 1
    return written


# --- the face of django-import-export -------------------------------------------------------------------------------
class StreamDataset(tablib.Dataset):
    """A dataset whose rows are made while they are written. Formats that know it call `stream()`; whatever else
    touches the rows (JSON, `len`, indexing) fills the list once, as any dataset.

    `headers` are the headings, `rows` an iterable of sequences, as the `show` of the columns takes them. `columns` (list
    of Col) and `layout` (a dict of Sheet's fields) shape the official file; without them every column is "auto".
    """

    def __init__(self, headers, rows, *, title=None, columns=None, layout=None):
        self._source, self._kept = None, []
        self._width = len(headers)
        super().__init__(headers=headers, title=title)
        self._source = iter(rows)
        self.columns = columns or [Col(str(index), label, "auto") for index, label in enumerate(self.headers)]
        self.layout = layout or {}

    def __bool__(self):
        return True

    @property
    def _data(self):
        if self._source is not None:
            source, self._source = self._source, None
            columns, self.columns = self.columns, [replace(column, show=None) for column in self.columns]
            for row in repeated(source):
                self.append(tuple(column.shown(value) for column, value in zip(columns, row, strict=True)))
        return self._kept

    @_data.setter
    def _data(self, rows):
        self._source, self._kept = None, rows

    @property
    def width(self):
        return self._width

    def stream(self):
        """Yield the rows as the columns take them, once. Raises ValueError when they were streamed before."""
        if self._source is None:
            if not self._kept:
                raise ValueError("the rows of this dataset were written already")
            yield from (row.tuple for row in self._kept)
            return
        source, self._source = self._source, None
        yield from source

    def as_sheet(self):
        """The dataset as a Sheet."""
        layout = {"title": self.title or "台账"} | self.layout
        return Sheet(columns=self.columns, rows=self.stream(), **layout)


def as_sheet(dataset):
    """The Sheet of any tablib Dataset."""
    if isinstance(dataset, StreamDataset):
        return dataset.as_sheet()
    columns = [Col(str(index), str(label), "auto") for index, label in enumerate(dataset.headers or [])]
    return Sheet(title=dataset.title or "台账", columns=columns, rows=(dataset[i] for i in range(len(dataset))))
