"""A small CSV reader for chains of places, holidays and code lists, as office programs save them.

Understands UTF-8 (with or without mark), UTF-16 with mark and GB18030; comma, semicolon or tab; headings by alias.
Ledgers of families use the import wizard instead.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from fedhub.core.text import match_key

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 10_000
MAX_COLUMNS = 60
MAX_CELL = 500
_HEADING_ROWS = 10
_NOTE = re.compile(r"[(\[【][^)\]】]*[)\]】]|[*:]")


class CsvError(ValidationError):
    """The file cannot be read; the text is one Chinese sentence that names the line and column where it can."""

    def __str__(self):
        return self.message


@dataclass(frozen=True)
class CsvRow:
    """One line: `line` is its number in the file (the heading counts), `row["code"]` the text of a column or ''."""

    line: int
    values: dict
    labels: dict = field(repr=False, default_factory=dict)

    def __getitem__(self, name):
        return self.values[name]

    def problem(self, name, sentence):
        """CsvError that names this line and the column `name`, to raise or to collect."""
        return CsvError(f"第 {self.line} 行“{self.labels[name]}”：{sentence}")


@dataclass(frozen=True)
class CsvTable:
    """Rows of a file, and the headings that belong to no wanted column (`ignored`)."""

    rows: list
    ignored: list

    def __iter__(self) -> Iterator[CsvRow]:
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)


def read_csv(file, columns, *, optional=(), max_bytes=MAX_BYTES, max_rows=MAX_ROWS):
    """Read `file` (an open binary file) and return a CsvTable.

    `columns` maps each wanted name to its headings, the usual one first: {"code": ("代码", "区划代码")}. Names in
    `optional` may be missing and then read ''. Cells are trimmed; empty lines are left out; title lines above the
    heading are skipped. Raises CsvError; nothing is read half.
    """
    text = _decode(_read(file, max_bytes))
    wanted = {_heading(alias): name for name, aliases in columns.items() for alias in aliases}
    labels = {name: aliases[0] for name, aliases in columns.items()}
    lines = _lines(text, wanted)
    places, ignored, width = {}, [], 0
    for line, cells in lines:
        places, ignored = _places(line, cells, wanted, labels)
        width = len(cells)
        if places or line >= _HEADING_ROWS:
            break
    missing = [name for name in columns if name not in places and name not in optional]
    if missing:
        names = "、".join(f"“{labels[name]}”" for name in missing)
        raise CsvError(f"表头里缺少{names}一列，什么都没有导入。请照模板的表头改好后再传。")
    rows = []
    for line, cells in lines:
        if not any(cells):
            continue
        if len(rows) == max_rows:
            raise CsvError(f"超过 {max_rows} 行，什么都没有导入。请分成几个文件。")
        values = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        values |= {name: "" for name in columns if name not in places}
        row = CsvRow(line, values, labels)
        for name, value in values.items():
            if len(value) > MAX_CELL:
                raise row.problem(name, f"超过 {MAX_CELL} 个字，什么都没有导入。请缩短。")
        if any(cells[width:]):
            raise CsvError(f"第 {line} 行的格子比表头多，什么都没有导入。请检查这一行有没有多余的逗号。")
        rows.append(row)
    if not rows:
        raise CsvError("表头下面没有内容，什么都没有导入。")
    return CsvTable(rows, ignored)


def _read(file, max_bytes):
    file.seek(0)
    data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise CsvError(f"文件超过 {max_bytes / 1024 / 1024:g} MB，没有收下。请确认选对了文件，或分成几个。")
    if not data.strip():
        raise CsvError("文件是空的，没有收下。请确认选对了文件。")
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise CsvError("这是 Excel 文件，这里要 CSV。请在 Excel 或 WPS 里“另存为”CSV 后再传。")
    return data


def _decode(data):
    """Text of the file; GB18030 only when it is no valid UTF-8."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            continue
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            raise CsvError(f"第 {line} 行有空字符，文件可能坏了，没有收下。请重新另存为 CSV 后再传。")
        return text
    raise CsvError(f"第 {line} 行有读不出的字，没有收下。请另存为“CSV UTF-8”后再传。")


def _heading(text):
    """A heading as compared: without white space, bracketed notes, stars and colons."""
    return _NOTE.sub("", match_key(text))


def _cell(text):
    return text.replace("\ufeff", "").strip().removeprefix("'").strip()


def _lines(text, wanted):
    """`(line number, cells)` one by one, with the separator that finds most of the wanted headings."""
    head = text.splitlines()[:_HEADING_ROWS]
    separator = max(",\t;，", key=lambda s: sum(_heading(_cell(c)) in wanted for row in head for c in row.split(s)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if len(cells) > MAX_COLUMNS:
                raise CsvError(f"第 {line} 行超过 {MAX_COLUMNS} 列，没有收下。请确认选对了文件。")
            yield line, [_cell(cell) for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise CsvError(f"第 {line} 行的引号没有配对，什么都没有导入。请改好这一行后再传。") from error


def _places(line, cells, wanted, labels):
    """`({name: place}, [unknown headings])`; an empty dict when this line is no heading."""
    places, ignored = {}, []
    for place, cell in enumerate(cells):
        name = wanted.get(_heading(cell))
        if name is None:
            ignored += [cell] if cell else []
        elif name in places:
            raise CsvError(f"第 {line} 行的表头里“{labels[name]}”出现了两次，什么都没有导入。请只留一列。")
        else:
            places[name] = place
    return places, ignored
