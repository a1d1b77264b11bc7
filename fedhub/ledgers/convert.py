"""From the rows of a workbook to staged rows: the columns of a ledger meet the headings and cells of a file."""

import hashlib
import io
from itertools import islice

from fedhub.core.text import match_key, normalise
from fedhub.ledgers import scratch
from fedhub.ledgers.columns import MASKS, ledger_aliases
from fedhub.ledgers.heading import (
    Column,
    Heading,
    guess_headings,
    heading_at,
    match_columns,
    normalise_heading,
    row_kind,
)
from fedhub.ledgers.normalise import (
    EMPTY_MARKS,
    SameAsAbove,
    Value,
    cell_of,
    code_value,
    codes_value,
    date_value,
    id_birth,
    id_number_value,
    id_sex,
    int_value,
    name_value,
    phones_value,
    settle_date,
    sex_value,
    split_values,
    text_value,
    yes_no_value,
)
from fedhub.ledgers.reader import BLANK, TEXT, Cell, column_letter, open_book
from fedhub.ledgers.rows import SEALED_NOTE, SEALED_TEXT, Finding, StagedRow
from fedhub.reference import lookup

KINDS = {"error": "bad", "warning": "warn", "note": "info"}
# Kinds whose unreadable text is kept beside the record, so that nothing is dropped silently. Identity and phone numbers
# are never kept in clear.
KEPT_RAW = frozenset(["code", "multi", "date", "int", "yesno", "team"])
# Kinds whose value goes into the row as it was read.
AS_READ = frozenset(["text", "name", "id", "code", "int", "yesno"])
WHY = {"total": "合计行", "note": "表下说明", "heading": "重复的表头", "blank": "除序号外没有内容"}
OWNERS = (
    ("self", ("本人",)), ("spouse", ("丈夫", "妻子", "爱人", "老公", "配偶", "夫", "妻")),
    ("child", ("女儿", "儿子", "子", "女", "儿媳", "女婿")), ("parent", ("父", "母", "爸", "妈")),
)  # fmt: skip


# --- sheets and columns ---------------------------------------------------------------------------------------------
def book_facts(resource, book):
    """What is known of every sheet with a heading, as plain data for the batch: name, rows, heading, guessed mapping."""
    aliases = ledger_aliases(resource)
    facts = []
    for heading in guess_headings(book, aliases):
        sheet = book.sheet(heading.sheet)
        mapping = {str(index): key for index, key in match_columns(heading, aliases).items()}
        if not mapping:
            continue
        labels = [""] * (max(column.index for column in heading.columns) + 1)
        for column in heading.columns:
            labels[column.index] = column.text[:60]
        facts.append(
            {
                "name": heading.sheet,
                "hidden": sheet.hidden,
                "first": heading.first_row,
                "last": heading.last_row,
                "data": heading.data_from,
                "title": heading.title[:100],
                "labels": labels,
                "mapping": mapping,
                "rows": max(sheet.row_count - heading.data_from + 1, 0),
                "left_out": sheet.left_out,
                "hidden_rows": sheet.hidden_rows,
                "hidden_columns": len(sheet.hidden_columns),
                "merges": [list(merge) for merge in sheet.merges],
                "key": hashlib.sha256(heading.fingerprint_text.encode()).hexdigest(),
            }  # fmt: skip
        )
    return facts


def guess_columns(resource, labels):
    """`{column index: key}` for headings without a file behind them."""
    columns = tuple(
        Column(i, column_letter(i), text, "/".join(normalise_heading(part) for part in text.split("/")))
        for i, text in enumerate(labels)
        if text
    )
    return match_columns(Heading("", 1, 1, columns, 2), ledger_aliases(resource))


def stored_book(batch, data):
    """The Book of the file of `batch`, whose bytes `data` were walked when it was taken in."""
    return open_book(
        io.BytesIO(data), batch.file_name, merges={s["name"]: s["merges"] for s in batch.heading["sheets"]}
    )


def samples(batch, sheet, count):
    """`{column index: [texts]}` of the first data rows; identity numbers and phones are masked. {} without the file."""
    try:
        data = scratch.get(batch.stored)
    except OSError:
        return {}
    masked = {int(index): "id" if key == "id_number" else "phone" for index, key in batch.mapping.items()
              if key in ("id_number", "phones")}  # fmt: skip
    found = {}
    with stored_book(batch, data) as book:
        rows = (row for row in book.rows(book.sheet(sheet["name"])) if row.number >= sheet["data"])
        for row in islice(rows, count):
            for index, cell in enumerate(row.cells):
                text = " ".join(cell.text.split())[:30]
                if text:
                    found.setdefault(index, []).append(MASKS[masked[index]](text) if index in masked else text)
    return found


# --- cells ----------------------------------------------------------------------------------------------------------
def _reader(column, sex_codes):
    """The converter of one column; `sex_codes` (SexCodes) says what numbers in a column 性别 mean."""
    if column.kind == "code":
        if column.options is not None:
            return code_value({label: code for code, label in column.options.items()})
        return sex_value(code_set=sex_codes) if column.table == "sex" else code_value(lookup.aliases(column.table))
    return {
        "text": lambda: text_value(max_length=column.length or 500),
        "name": name_value,
        "date": date_value,
        "id": _masked_or_number,
        "phone": phones_value,
        "yesno": yes_no_value,
        "int": lambda: int_value(maximum=999),
        "multi": lambda: codes_value(lookup.aliases(column.table)),
        "ref": lambda: _file_number,
        "team": lambda: _team,
        "code_text": lambda: text_value(max_length=column.length or 30),
    }[column.kind]()


def _masked_or_number():
    """Identity numbers, where the masked form of an exported file ("110105********002X") is kept for matching."""
    convert = id_number_value()

    def read(cell):
        text = cell.value if cell.value.__class__ is str else ""
        if text.count("*") >= 4 and len(text) <= 30:
            return Value(normalise(text).upper(), text)
        return convert(cell)

    return read


def _file_number(cell):
    text = normalise(cell.text).upper().removeprefix("D")
    return Value(int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None, cell.text)


def _team(cell):
    text = match_key(cell.text)
    found = {name: True for name, word in (("is_backbone", "骨干"), ("is_volunteer", "志愿")) if word in text}
    if found or not text or text in EMPTY_MARKS or text in ("否", "不是"):
        return Value(found or None, cell.text)
    return Value(None, cell.text, (_TEAM_UNCLEAR,))


class _Remark:
    level, text, hint = "warning", "看不出是骨干还是志愿者，没有写入", "请写“骨干”或“志愿者”"


_TEAM_UNCLEAR = _Remark()


class Converter:
    """Turns rows of cells into StagedRow by one mapping; made once for a sheet, fed in order."""

    def __init__(self, resource, labels, mapping, sex_codes=""):
        self.resource, self.labels = resource, labels
        self.columns = [
            (int(index), resource.by_key[key], _reader(resource.by_key[key], sex_codes))
            for index, key in mapping.items()
        ]
        self.sealed_labels = {i: label for i, label in enumerate(labels) if resource.sealed_part(label, "是")[1]}
        self.above = SameAsAbove()

    def convert(self, number, sheet, line, cells):
        """The StagedRow of the `cells` (tuple of Cell) that stand in row `line` of `sheet`."""
        # Nearly all cells are texts: to ask the cell for them is the slow way.
        raw = [value if (value := cell[0]).__class__ is str else cell.text for cell in cells]
        row = StagedRow(number=number, sheet=sheet, row=line, raw=raw)
        cells = self._without_sealed(row, cells)
        width, date = len(cells), None
        for index, column, read in self.columns:
            cell, copied = self.above.resolve(index, cells[index] if index < width else BLANK)
            if copied is not None:
                row.findings.append(_finding(copied, column, ""))
            if cell is BLANK:
                continue
            value = read(cell)
            if column.kind == "date":
                date = (column, value)
            elif column.kind in AS_READ and value[0] is not None and not value[2]:
                row.values[column.key] = value[0]
            else:
                self._take(row, column, value)
        number = row.values.get("id_number", "")
        if number and "*" in number:
            row.values["id_masked"] = True
            number = ""
        if number:
            row.memo["derived"] = {"birth": id_birth(number), "sex": id_sex(number)}
        if date is not None:
            self._take(row, date[0], settle_date(date[1], id_birth(number)))
        return row

    def _take(self, row, column, value):
        key, found = column.key, value.value
        for finding in value.findings:
            row.findings.append(_finding(finding, column, "" if column.mask else value.raw[:60]))
        if found is None:
            if value.findings and value.raw and column.kind in KEPT_RAW:
                self._keep(row, column, value.raw)
            return
        if column.kind == "phone":
            found = [{"number": p.number, "usable": p.usable, "owner_kind": _owner(p.note)} for p in found]
        elif column.kind == "multi":
            if value.findings:
                known = lookup.aliases(column.table)
                self._keep(row, column, "、".join(p for p in split_values(value.raw) if match_key(p) not in known))
            found = list(found)
        elif column.kind == "team":
            row.values.update(found)
            return
        row.values[key] = found

    def _keep(self, row, column, text):
        """Keep a text that could not be read: as a note where the column says so, else beside the record."""
        if column.spill:
            row.values[column.spill] = text[:300]
            row.tell(f"原文写进了“{column.spill_label}”", column=column.label)
        elif text:
            row.values.setdefault("raw", {})[column.label] = text[:100]

    def _without_sealed(self, row, cells):
        """Take out what no ledger may hold, before anything is stored."""
        resource = self.resource
        if not self.sealed_labels and not resource.speaks_of_sealed("\n".join(row.raw)):
            return cells
        cells = list(cells)
        for index, text in enumerate(row.raw):
            label = self.labels[index] if index < len(self.labels) else ""
            kept, sealed = resource.sealed_part(label, text) if text else ("", "")
            if sealed:
                row.sealed.append(sealed)
                row.raw[index] = f"{kept}{SEALED_TEXT}"
                cells[index] = Cell(kept, TEXT) if kept else BLANK
        if row.sealed:
            row.tell(SEALED_NOTE)
        return tuple(cells)


def _finding(finding, column, value):
    return Finding(finding.text, column.label, value, finding.hint, KINDS[finding.level])


def _owner(note):
    return next((kind for kind, words in OWNERS if any(word in note for word in words)), "other") if note else "self"


# --- rows -----------------------------------------------------------------------------------------------------------
class FileRows:
    """The data rows of a batch's file as StagedRow, numbered through; what is passed over is listed in `skipped`."""

    def __init__(self, batch, book, resource, sheets):
        self.batch, self.book, self.resource, self.sheets = batch, book, resource, sheets
        self.skipped = []

    def __iter__(self):
        number = 0
        aliases = ledger_aliases(self.resource)
        for facts in self.sheets:
            sheet = self.book.sheet(facts["name"])
            heading = heading_at(self.book, sheet, facts["first"], facts["last"], aliases)
            converter = Converter(self.resource, facts["labels"], self.batch.mapping, self.batch.sex_codes)
            shown = facts["name"] if len(self.sheets) > 1 else ""
            kind_of = _kinds(heading, self.batch.mapping)
            for row in self.book.rows(sheet, fill_merged=True):
                if row.number < facts["data"]:
                    continue
                kind = kind_of(row)
                if kind != "data":
                    self.skipped.append({"sheet": shown, "row": row.number, "why": WHY[kind]})
                    continue
                number += 1
                yield converter.convert(number, shown, row.number, row.cells)


def _kinds(heading, mapping):
    """A function from row to kind that asks the slow question only for rows that look unlike data."""
    named = {key: int(index) for index, key in mapping.items()}
    name_at, sequence = named.get("name"), heading.sequence_column
    words = {normalise_heading(column.text.rpartition("/")[2]) for column in heading.columns}
    mapped = [int(index) for index in mapping]

    def kind_of(row):
        first = next(cell for cell in row.cells if not cell.is_blank)
        name = row[name_at] if name_at is not None else BLANK
        if first.kind in ("number",) and not name.is_blank:
            return "data"
        filled = sum(not cell.is_blank for cell in row.cells)
        text = first.text
        if filled <= 4 or "计" in text or normalise_heading(name.text) in words:
            kind = row_kind(row, heading)
            if kind != "data":
                return kind
        if all(row[index].is_blank for index in mapped if index != sequence):
            return "blank"
        return "data"

    return kind_of


class DatasetRows:
    """The rows of a tablib Dataset as StagedRow."""

    def __init__(self, resource, dataset):
        self.resource, self.dataset, self.skipped = resource, dataset, []

    def __iter__(self):
        labels = [str(header or "") for header in self.dataset.headers]
        converter = Converter(self.resource, labels, guess_columns(self.resource, labels))
        for number, values in enumerate(self.dataset, start=1):
            yield converter.convert(number, "", number, tuple(cell_of(value) for value in values))


def file_rows(batch, book, resource, sheets):
    """FileRows over the chosen `sheets` (facts) of an open `book`."""
    return FileRows(batch, book, resource, sheets)


def dataset_rows(resource, dataset):
    """DatasetRows of a tablib Dataset."""
    return DatasetRows(resource, dataset)
