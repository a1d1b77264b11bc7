"""Uploaded workbooks as rows of typed cells: .xlsx streamed with expat, .csv streamed with the same interface.

Memory stays flat whatever the number of rows; only the shared strings of a workbook are held, packed, up to
MAX_STRINGS bytes. What is written in `<dimension>` is not believed: exports made with Apache POI say A1 there.
"""

import codecs
import csv
import io
import posixpath
import re
import zipfile
from array import array
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from django.utils.functional import cached_property

from fedhub.ledgers import guard, plainrows
from fedhub.ledgers.guard import BookError, damaged, too_many_rows

# A sheet ends for us after this many rows without content.
MAX_BLANK_ROWS = 1000
# Longest text Excel allows in a cell.
MAX_TEXT = 32_767
MAX_MERGES = 200_000
MAX_STRINGS = 64 * 1024 * 1024
MAX_SHEETS = 100
MAX_SHEET_COLUMN = 16_384

TEXT, NUMBER, DATE, BOOL, ERROR, FORMULA, PLAIN, BLANK_KIND = (
    "text", "number", "date", "bool", "error", "formula", "plain", "blank",
)  # fmt: skip

_CACHED = 5000
_LETTERS = re.compile(r"[A-Z]+")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_GUARDED = re.compile(r"'+[\ufeff\x00-\x1f\x7f\s]*[=+\-@|%＝＋－＠]|'+[\t\r\n]")


class Cell(NamedTuple):
    """One cell: `value` as Python has it, and how it stood in the file.

    `kind`: text (value str), number (int or float), date (date, datetime or time; the cell is formatted so), bool,
    error (value str such as #N/A), formula (a formula without a stored result, value None), plain (text of a CSV,
    where numbers and texts cannot be told apart) or blank (value None). `shown` is the precision of a date as the
    sheet shows it: year, month, day, minute or time. `computed` is true for results of formulas.
    """

    value: object = None
    kind: str = BLANK_KIND
    shown: str = ""
    computed: bool = False

    @property
    def is_blank(self):
        """True without content; white space is no content."""
        return self.value is None and self.kind == BLANK_KIND or self.value.__class__ is str and not self.value.strip()

    @property
    def text(self):
        """The cell as one line of text, near to what the sheet shows."""
        value = self.value
        if value is None:
            return ""
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, float):
            return repr(value).removesuffix(".0")
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M")
        if isinstance(value, date):
            return value.isoformat()[: {"year": 4, "month": 7}.get(self.shown, 10)]
        if isinstance(value, time):
            return value.strftime("%H:%M")
        return str(value)


BLANK = Cell()


@dataclass(frozen=True, slots=True)
class Row:
    """One row with content. `number` counts as the sheet does, from 1; `cells[i]` is column i from 0.

    `cells` ends with the last cell of the row; read with `row[i]`, which gives BLANK beyond it. `filled` holds the
    columns whose value comes from a merged cell further up.
    """

    number: int
    cells: tuple
    hidden: bool = False
    filled: frozenset = frozenset()

    def __getitem__(self, index):
        return self.cells[index] if index < len(self.cells) else BLANK


class Merge(NamedTuple):
    """A merged range; rows from 1, columns from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass
class Sheet:
    """What is known about one sheet without its cells.

    `row_count` is the number of rows with content, `last_row` the number of the last of them, `column_count` the last
    column with content (so columns 0 … column_count-1). `left_out` counts rows that lie behind MAX_BLANK_ROWS blank
    ones and are not read.
    """

    name: str
    part: str = ""
    hidden: bool = False
    row_count: int = 0
    last_row: int = 0
    column_count: int = 0
    left_out: int = 0
    hidden_columns: frozenset = frozenset()
    hidden_rows: int = 0
    merges: list = field(default_factory=list)


def column_letter(index):
    """Letters of column `index` (0 → A, 25 → Z, 26 → AA)."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters):
    """Index of a column from its letters (A → 0)."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


class _Columns(dict):
    """Column index by cell reference without row digits."""

    def __missing__(self, letters):
        if not _LETTERS.fullmatch(letters) or len(letters) > 3 or column_index(letters) >= MAX_SHEET_COLUMN:
            raise damaged()
        self[letters] = column_index(letters)
        return self[letters]


class _Local(dict):
    """Element names without prefix. Bounded: a hostile file may use a new name for each element."""

    def __missing__(self, name):
        local = name.rpartition(":")[2]
        if len(self) < 500:
            self[name] = local
        return local


def open_book(source, filename="", *, merges=None):
    """Open an uploaded file (path or binary file) and return a Book. Raises BookError with a Chinese sentence.

    All sheets are walked once here, so that a book that opens is known to be within the limits. Close the book, or use
    it in a `with` statement; a file handed in stays open. `merges` ({sheet name: [merge as a list]}) belongs to a file
    that was walked when it came in and has lain sealed since: it is not walked again, and only its rows are asked for.
    """
    owned = isinstance(source, str | Path)
    file = open(source, "rb") if owned else source  # noqa: SIM115 - the book closes it
    try:
        kind = guard.check_file(file, filename or (Path(source).name if owned else ""))
        return XlsxBook(file, owned, merges) if kind == "xlsx" else CsvBook(file, owned)
    except BaseException:
        if owned:
            file.close()
        raise


class Book:
    """An open file of rows. `kind` is "xlsx" or "csv"; `sheets` a list of Sheet; `rows(sheet)` yields Row objects."""

    kind = ""

    def __init__(self, file, owned):
        self._file, self._owned = file, owned
        self.sheets = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        """Release the file if the book opened it."""
        if self._owned:
            self._file.close()

    def sheet(self, name):
        """The sheet called `name`; raises BookError when there is none."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise BookError(f"文件里没有名为“{name}”的工作表，请重新选择工作表。", "no_sheet")

    def rows(self, sheet, *, fill_merged=False):
        """Yield the rows of `sheet` (a Sheet) that have content, in order, until MAX_BLANK_ROWS blank ones.

        With `fill_merged` a cell merged over several rows counts in each of them (household columns written once);
        cells that are merely empty stay empty.
        """
        rows = self._rows(sheet)
        return _fill(rows, sheet.merges) if fill_merged and sheet.merges else rows


def _fill(rows, merges):
    """Give each row the values of cells merged over it from above, in the merge's first column."""
    waiting = sorted((m for m in merges if m.last_row > m.first_row), reverse=True)
    active = {}
    for row in rows:
        number, cells = row.number, row.cells
        while waiting and waiting[-1].first_row <= number:
            merge = waiting.pop()
            if merge.last_row >= number:
                active[merge.first_column] = [merge, row[merge.first_column] if merge.first_row == number else BLANK]
        filled = []
        for column, (merge, cell) in list(active.items()):
            if merge.last_row < number:
                del active[column]
            elif merge.first_row < number and not cell.is_blank:
                if column >= len(cells):
                    cells = (*cells, *[BLANK] * (column - len(cells) + 1))
                cells = (*cells[:column], cell, *cells[column + 1 :])
                filled.append(column)
        yield replace(row, cells=cells, filled=frozenset(filled)) if filled else row


# --- xlsx -----------------------------------------------------------------------------------------------------------
class XlsxBook(Book):
    """A workbook in Office Open XML, read part by part."""

    kind = "xlsx"

    def __init__(self, file, owned, merges=None):
        super().__init__(file, owned)
        self._zip = zipfile.ZipFile(file)
        self._parts = {name.casefold(): name for name in self._zip.namelist()}
        self._epoch = datetime(1899, 12, 30)  # noqa: DTZ001 - sheets know no time zones
        workbook = self._target("", "/officeDocument") or "xl/workbook.xml"
        self._read_workbook(workbook)
        if merges is not None:
            for sheet in self.sheets:
                sheet.merges = [Merge(*merge) for merge in merges.get(sheet.name, ())]
            return
        budget = guard.MAX_ROWS + guard.HEADING_ALLOWANCE
        for sheet in self.sheets:
            self._scan(sheet)
            budget -= sheet.row_count
            if budget < 0:
                raise too_many_rows()
        if not any(sheet.row_count for sheet in self.sheets):
            raise BookError("表格里没有内容，没有收下。请确认选对了文件，保存后再上传。", "empty")

    def close(self):
        self._zip.close()
        super().close()

    @contextmanager
    def _part(self, name):
        real = self._parts.get(name.casefold())
        if real is None:
            raise damaged()
        with self._zip.open(real) as stream:
            yield stream

    def _relations(self, part):
        """{id: (type, part)} of the parts that `part` names; targets outside the file are left out."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found = {}

        def start(name, attributes):
            if name == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                found[attributes.get("Id")] = (attributes.get("Type", ""), target.lstrip("/"))

        if rels.casefold() in self._parts:
            with self._part(rels) as stream:
                guard.walk(stream, start)
        return found

    def _target(self, part, kind):
        return next((target for name, target in self._relations(part).values() if name.endswith(kind)), None)

    def _read_workbook(self, workbook):
        listed = []

        def start(name, attributes):
            if name == "sheet":
                key = next((value for key, value in attributes.items() if key.endswith(":id")), None)
                listed.append((attributes.get("name", ""), key, attributes.get("state", "visible") != "visible"))
                if len(listed) > MAX_SHEETS:
                    raise BookError(f"工作表超过 {MAX_SHEETS} 张，没有收下。请分成几个文件再上传。", "too_many_sheets")
            elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                self._epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - sheets know no time zones

        with self._part(workbook) as stream:
            guard.walk(stream, start)
        relations = self._relations(workbook)
        for name, key, hidden in listed:
            kind, part = relations.get(key, ("", ""))
            if kind.endswith("/worksheet"):
                self.sheets.append(Sheet(name, part, hidden))
        if not self.sheets or len({sheet.part for sheet in self.sheets}) < len(self.sheets):
            raise damaged()
        self._strings_part = next((p for kind, p in relations.values() if kind.endswith("/sharedStrings")), "")
        self._styles_part = next((p for kind, p in relations.values() if kind.endswith("/styles")), "")

    @cached_property
    def _strings(self):
        strings = _Strings()
        if self._strings_part.casefold() in self._parts:
            with self._part(self._strings_part) as stream:
                strings.read(stream)
        return strings

    @cached_property
    def _formats(self):
        """Date precision by cell style number ('' for other styles), from styles.xml."""
        custom, formats, inside = {}, [], [False]

        def start(name, attributes):
            if name == "numFmt":
                custom[attributes.get("numFmtId")] = attributes.get("formatCode", "")
            elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
                inside[0] = name == "cellXfs"
            elif name == "xf" and inside[0]:
                number = attributes.get("numFmtId", "0")
                formats.append(date_precision(custom[number]) if number in custom else _BUILT_IN.get(number, ""))

        if self._styles_part.casefold() in self._parts:
            with self._part(self._styles_part) as stream:
                guard.walk(stream, start)
        return formats

    def _scan(self, sheet):
        """Walk the sheet once without its values: limits, extent, merges, hidden rows and columns."""
        local, columns = _Local(), _Columns()
        merges, hidden_columns = [], set()
        depth = number = cells = column = last = hidden_rows = widest = 0
        limit = guard.MAX_ROWS + guard.HEADING_ALLOWANCE
        content = left_out = 0

        def count_row():
            nonlocal last, content, left_out
            if number - last > MAX_BLANK_ROWS or left_out:
                left_out += 1
            content += 1
            last = number
            if content > limit:
                raise too_many_rows()

        def widen(column):
            nonlocal widest
            widest = column
            if widest >= guard.MAX_COLUMNS:
                raise BookError(
                    f"工作表“{sheet.name}”第 {number} 行在 {column_letter(column)} 列还有内容，"
                    f"超过 {guard.MAX_COLUMNS} 列，没有收下。请删去右边用不到的列，保存后再上传。",
                    "too_many_columns",
                )

        def take(given, hidden, body):
            nonlocal number, hidden_rows
            number = _row_number(given, number)
            hidden_rows += hidden
            found = plainrows.columns_of(body)
            if len(found) > MAX_SHEET_COLUMN:
                raise damaged()
            # Empty cells too must lie on the sheet.
            filled = [column for column, mark in [(columns[letters], mark) for letters, mark in found] if mark]
            if filled:
                count_row()
                if max(filled) > widest:
                    widen(max(filled))

        def opened(name, attributes):
            nonlocal depth, number, cells, column, hidden_rows
            depth += 1
            name = local[name]
            if name == "c":
                reference = attributes.get("r")
                column = columns[reference.rstrip("0123456789")] if reference else column + 1
                cells += 1
                if cells > MAX_SHEET_COLUMN:
                    raise damaged()
            elif name == "v" or name == "t" or name == "f":
                if last != number:
                    count_row()
                if column > widest:
                    widen(column)
            elif name == "row":
                number = _row_number(attributes.get("r"), number)
                cells, column = 0, -1
                hidden_rows += attributes.get("hidden") in ("1", "true")
            elif name == "mergeCell":
                merges.append(_merge(attributes.get("ref", ""), columns))
                if len(merges) > MAX_MERGES:
                    raise damaged()
            elif name == "col" and attributes.get("hidden") in ("1", "true"):
                first, final = int(attributes.get("min", 1)), int(attributes.get("max", 1))
                hidden_columns.update(range(first - 1, min(final, guard.MAX_COLUMNS)))
            if depth > guard.MAX_DEPTH:
                raise damaged()

        def closed(name):
            nonlocal depth
            depth -= 1

        parser = guard.xml_parser()
        parser.StartElementHandler, parser.EndElementHandler = opened, closed
        with self._part(sheet.part) as stream:
            try:
                for _ in guard.feed(parser, stream, plainrows.Splitter(take).split):
                    pass
            except ValueError as error:
                raise damaged() from error
        sheet.row_count, sheet.left_out, sheet.last_row = content - left_out, left_out, last
        sheet.column_count = widest + 1 if content else 0
        sheet.merges, sheet.hidden_columns, sheet.hidden_rows = merges, frozenset(hidden_columns), hidden_rows

    def _rows(self, sheet):
        strings, formats, epoch = self._strings, self._formats, self._epoch
        local, columns, cache, known, heads = _Local(), _Columns(), {}, {}, {}
        ready, cells, pieces = [], [], []
        depth = number = column = 0
        style = kind = value = None
        formula = hidden = phonetic = False

        def take(given, hidden, body):
            nonlocal number
            number = _row_number(given, number)
            pieces.clear()
            found, width = [], 0
            for letters, head, value, inline in plainrows.cell_texts(body):
                text = value or inline
                if not text:
                    continue
                key = (head, text)
                cell = known.get(key)
                if cell is None:
                    if head not in heads:
                        heads[head] = plainrows.kind_and_style(head)
                    cell = _cell(text, *heads[head], False, strings, formats, epoch)
                    if len(known) < _CACHED:
                        known[key] = cell
                column = columns[letters]
                if cell is BLANK or column >= guard.MAX_COLUMNS:
                    continue
                if column == width:
                    found.append(cell)
                    width += 1
                elif column > width:
                    found += [*[BLANK] * (column - width), cell]
                    width = column + 1
                else:
                    found[column] = cell
            if found:
                ready.append(Row(number, tuple(found), hidden))

        def opened(name, attributes):
            nonlocal depth, number, column, style, kind, value, formula, hidden, phonetic
            depth += 1
            name = local[name]
            if name == "c":
                reference = attributes.get("r")
                column = columns[reference.rstrip("0123456789")] if reference else column + 1
                kind, style, value, formula = attributes.get("t", "n"), attributes.get("s"), None, False
            elif name == "v" or name == "t":
                pieces.clear()
            elif name == "row":
                number = _row_number(attributes.get("r"), number)
                column = -1
                hidden = attributes.get("hidden") in ("1", "true")
                cells.clear()
            elif name == "f":
                formula = True
            elif name == "rPh":
                phonetic = True
            if depth > guard.MAX_DEPTH:
                raise damaged()

        def closed(name):
            nonlocal depth, value, phonetic
            depth -= 1
            name = local[name]
            if name == "c":
                if value is None and not formula:
                    return
                key = (value, kind, style, formula)
                cell = cache.get(key)
                if cell is None:
                    cell = _cell(value, kind, style, formula, strings, formats, epoch)
                    if len(cache) < _CACHED:
                        cache[key] = cell
                if cell is not BLANK and column < guard.MAX_COLUMNS:
                    while len(cells) < column:
                        cells.append(BLANK)
                    if column == len(cells):
                        cells.append(cell)
                    else:
                        cells[column] = cell
            elif name == "v":
                value = "".join(pieces)
            elif name == "t":
                if not phonetic:
                    value = (value or "") + "".join(pieces)
            elif name == "row":
                if cells:
                    ready.append(Row(number, tuple(cells), hidden))
            elif name == "rPh":
                phonetic = False

        parser = guard.xml_parser()
        parser.StartElementHandler, parser.EndElementHandler = opened, closed
        parser.CharacterDataHandler = pieces.append
        last = 0
        with self._part(sheet.part) as stream:
            for _ in guard.feed(parser, stream, plainrows.Splitter(take).split):
                for row in ready:
                    if row.number - last > MAX_BLANK_ROWS:
                        return
                    if any(not cell.is_blank for cell in row.cells):
                        last = row.number
                        yield row
                ready.clear()
                if len(pieces) > _PIECES:
                    raise _too_long()


# A text arrives in pieces of 8 KB; so many of them without an end are no cell.
_PIECES = 1000


def _too_long():
    return BookError(f"有一格的文字超过 {MAX_TEXT:,} 字，没有收下。请删短后再上传。", "text_too_long")


def _row_number(text, previous):
    number = int(text) if text else previous + 1
    if number <= previous or number > 1_048_576:
        raise damaged()
    return number


def _merge(reference, columns):
    first, _, last = reference.partition(":")
    last = last or first
    top, bottom = (int(re.sub(r"\D", "", part) or 0) for part in (first, last))
    left, right = (columns[part.rstrip("0123456789")] for part in (first, last))
    if not 1 <= top <= bottom or left > right:
        raise damaged()
    return Merge(top, left, bottom, right)


def _cell(value, kind, style, formula, strings, formats, epoch):
    """A Cell from the parts of `<c>`; raises BookError("damaged") for indexes and numbers that make no sense."""
    if value is None or not value and formula and kind == "n":
        return Cell(None, FORMULA, "", True) if formula else BLANK
    try:
        if kind == "s":
            text = strings[int(value)] if value else ""
        elif kind in ("inlineStr", "str"):
            text = _unescape(value)
        elif kind == "b":
            return Cell(value.strip() in ("1", "true"), BOOL, "", formula) if value else BLANK
        elif kind == "e":
            return Cell(value or "#N/A", ERROR, "", formula)
        elif kind == "d":
            return _iso(value.strip(), formula) if value.strip() else BLANK
        elif not value.strip():
            return BLANK
        else:
            return _number(value, style, formula, formats, epoch)
    except (ValueError, IndexError, OverflowError, AttributeError) as error:
        raise damaged() from error
    if not text:
        return BLANK
    if len(text) > MAX_TEXT:
        raise _too_long()
    return Cell(text, TEXT, "", formula)


def _iso(value, formula):
    """A cell that holds its date as ISO text (strict OOXML)."""
    moment = datetime.fromisoformat(value).replace(tzinfo=None)
    if moment.time() == time.min:
        return Cell(moment.date(), DATE, "day", formula)
    return Cell(moment, DATE, "minute", formula)


def _number(value, style, formula, formats, epoch):
    if len(value) > 40:
        raise damaged()
    number = float(value) if "." in value or "e" in value or "E" in value else int(value)
    if number != number or number in (float("inf"), float("-inf")):
        raise damaged()
    place = int(style) if style else 0
    shown = formats[place] if place < len(formats) else ""
    moment = _moment(number, shown, epoch) if shown else None
    if moment is None:
        return Cell(number, NUMBER, "", formula)
    return Cell(moment, DATE, shown, formula)


def _moment(serial, shown, epoch):
    """Date, datetime or time of an Excel serial number; None when it lies outside the calendar."""
    if not 0 <= serial < 2_958_466:
        return None
    if shown == "time" and serial < 1:
        return (epoch + timedelta(seconds=round(serial * 86_400))).time()
    if serial < 60 and epoch.year == 1899:
        # Excel counts 29 February 1900, which never was; before it the count is one day off.
        serial += 1
    moment = epoch + timedelta(seconds=round(serial * 86_400))
    return moment.date() if moment.time() == time.min else moment


def _unescape(text):
    """Undo `_x000D_`, the way sheets write control characters; what XML cannot hold is dropped."""
    if "_x" not in text:
        return text
    text = _CONTROL.sub("", _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text))
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Strings:
    """The shared strings, packed in one buffer; a text is made when a cell asks for it."""

    def __init__(self):
        self._buffer, self._ends, self._recent = bytearray(), array("L"), {}

    def read(self, stream):
        buffer, ends, pieces, texts = self._buffer, self._ends, [], []
        local, depth, phonetic = _Local(), 0, False

        def opened(name, attributes):
            nonlocal depth, phonetic
            depth += 1
            name = local[name]
            if name == "t":
                pieces.clear()
            elif name == "si":
                texts.clear()
            elif name == "rPh":
                phonetic = True
            if depth > guard.MAX_DEPTH:
                raise damaged()

        def closed(name):
            nonlocal depth, phonetic
            depth -= 1
            name = local[name]
            if name == "t":
                if not phonetic:
                    texts.extend(pieces)
                pieces.clear()
            elif name == "rPh":
                phonetic = False
            elif name == "si":
                buffer.extend("".join(texts).encode("utf-8", "surrogatepass"))
                ends.append(len(buffer))
                pieces.clear()
                if len(buffer) > MAX_STRINGS:
                    raise BookError("表格里的文字太多，没有收下。请按网格分成几个文件，分别上传。", "too_much_text")

        parser = guard.xml_parser()
        parser.StartElementHandler, parser.EndElementHandler = opened, closed
        parser.CharacterDataHandler = pieces.append
        for _ in guard.feed(parser, stream):
            if len(pieces) > _PIECES or len(texts) > 100 * _PIECES:
                raise _too_long()

    def __getitem__(self, index):
        text = self._recent.get(index)
        if text is None:
            if not 0 <= index < len(self._ends):
                raise damaged()
            start = self._ends[index - 1] if index else 0
            text = _unescape(self._buffer[start : self._ends[index]].decode("utf-8", "surrogatepass"))
            if len(self._recent) < _CACHED:
                self._recent[index] = text
        return text


# Built-in number formats that show dates (ECMA-376 part 1, 18.8.30, with the Chinese ones 27–36 and 50–58). Formats
# that show month and day without a year still hold a whole date.
_BUILT_IN = {
    **dict.fromkeys(("14", "15", "16", "28", "29", "30", "31", "51", "53", "54", "58"), "day"),
    **dict.fromkeys(("17", "27", "36", "50", "52", "57"), "month"),
    **dict.fromkeys(("18", "19", "20", "21", "32", "33", "34", "35", "45", "46", "47", "55", "56"), "time"),
    "22": "minute",
}
_LITERAL = re.compile(r'"[^"]*"|\[(?!h+\]|m+\]|s+\])[^\]]*\]|\\.|_.|\*.', re.IGNORECASE)


def date_precision(code):
    """What a number format shows: year, month, day, minute, time, or '' when it is no date format."""
    shown = _LITERAL.sub("", code.split(";")[0]).lower().replace("general", "").replace("am/pm", "").replace("a/p", "")
    has_time = "h" in shown or "s" in shown
    if "y" in shown or "e" in shown and not re.search(r"[0#?]", shown):
        if has_time:
            return "minute"
        return "day" if "d" in shown else "month" if "m" in shown else "year"
    if "d" in shown:
        return "minute" if has_time else "day"
    if has_time:
        return "time"
    return "day" if "m" in shown and not re.search(r"[0#?]", shown) else ""


# --- csv ------------------------------------------------------------------------------------------------------------
class CsvBook(Book):
    """A CSV file as a book with one sheet: UTF-8 (with or without mark), UTF-16 with mark, GB18030; , ; or TAB."""

    kind = "csv"

    def __init__(self, file, owned):
        super().__init__(file, owned)
        self._encoding = self._find_encoding()
        self._delimiter = self._find_delimiter()
        sheet = Sheet("CSV")
        self.sheets = [sheet]
        for row in self._rows(sheet):
            sheet.row_count += 1
            sheet.last_row = row.number
            sheet.column_count = max(sheet.column_count, len(row.cells))
            if sheet.row_count > guard.MAX_ROWS + guard.HEADING_ALLOWANCE:
                raise too_many_rows()
        if not sheet.row_count:
            raise BookError("表格里没有内容，没有收下。请确认选对了文件，保存后再上传。", "empty")

    def _find_encoding(self):
        self._file.seek(0)
        mark = self._file.read(2)
        candidates = ["utf-16"] if mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else ["utf-8-sig", "gb18030"]
        for encoding in candidates:
            decoder = codecs.getincrementaldecoder(encoding)()
            self._file.seek(0)
            try:
                while chunk := self._file.read(65_536):
                    if "\0" in decoder.decode(chunk):
                        break
                else:
                    decoder.decode(b"", True)
                    return encoding
            except UnicodeDecodeError:
                continue
        raise BookError(
            "文件里有读不出的字，没有收下。请用 WPS 或 Excel 打开，选择“文件”→“另存为”，文件类型选“Excel 工作簿"
            "（*.xlsx）”或“CSV UTF-8”，再上传新存的文件。",
            "encoding",
        )

    def _lines(self):
        """The file as text lines; the wrapper is detached, so that the file stays open."""
        self._file.seek(0)
        return io.TextIOWrapper(_Unclosed(self._file), encoding=self._encoding, newline="")

    def _find_delimiter(self):
        """The separator by which most of the first lines have the same number of cells, quotes respected."""
        sample = self._lines().read(20_000)

        def fit(delimiter):
            try:
                rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))[:50]
            except csv.Error:
                return 0, 0
            widths = Counter(len(row) for row in rows if len(row) > 1)
            return max(((count, width) for width, count in widths.items()), default=(0, 0))

        return max(",\t;", key=fit)

    def _rows(self, sheet):
        reader = csv.reader(self._lines(), delimiter=self._delimiter)
        blank = number = 0
        try:
            for number, values in enumerate(reader, start=1):
                cells = [_plain(value) for value in values]
                while cells and cells[-1].is_blank:
                    cells.pop()
                if not cells:
                    blank += 1
                    if blank >= MAX_BLANK_ROWS:
                        return
                    continue
                if len(cells) > guard.MAX_COLUMNS:
                    raise BookError(
                        f"第 {number} 行超过 {guard.MAX_COLUMNS} 列，没有收下。请删去右边用不到的列，保存后再上传。",
                        "too_many_columns",
                    )
                blank = 0
                yield Row(number, tuple(cells))
        except csv.Error as error:
            raise BookError(
                f"第 {number + 1} 行附近的引号没有配对，或一格太长，没有收下。请用 WPS 或 Excel 打开改好，"
                "另存为“Excel 工作簿（*.xlsx）”后再上传。",
                "quotes",
            ) from error


def _plain(value):
    """A CSV cell. The quote mark that exports put before =, +, -, @ is taken off again, as is Excel's ="…" form."""
    if not value:
        return BLANK
    if len(value) > MAX_TEXT:
        raise _too_long()
    if value.startswith('="') and value.endswith('"') and len(value) > 3:
        value = value[2:-1]
    elif _GUARDED.match(value):
        value = value[1:]
    return Cell(value, PLAIN)


class _Unclosed(io.RawIOBase):
    """A binary file for TextIOWrapper that is not closed with it."""

    def __init__(self, file):
        self._source = file

    def readable(self):
        return True

    def readinto(self, buffer):
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
