"""One column of a ledger, for reading and for writing."""

from collections.abc import Callable
from dataclasses import dataclass

from fedhub.core.text import mask_address, mask_all, mask_id, mask_name, mask_phone, partial_date_label
from fedhub.reference import lookup

MASKS = {"id": mask_id, "phone": mask_phone, "name": mask_name, "place": mask_address, "all": mask_all}


@dataclass(frozen=True)
class LedgerColumn:
    """One column of a ledger.

    `key` is the name of its value, `label` the official heading, `aliases` other headings found in real workbooks.
    `kind`: text, code (of `table`, or of `options` {code: label}), date (perhaps a year or month alone), day and moment
    (real dates, for the way out), phone (several), id, yesno, multi (codes of `table`), int, money and number (with
    decimals, for the way out). `mask` names what an export
    without the right to whole values does with them. `group` is the upper heading of a two-row head, `width` the column
    width in characters, `length` the longest text. `record` names the value in the export records when it is not `key`;
    `get` makes the exported value from it. A column may be for one way only (`imported`, `exported`); `why` says why it
    is not imported. `spill` names the text value (shown as `spill_label`) that takes what could not be read.
    """

    key: str
    label: str
    kind: str = "text"
    aliases: tuple = ()
    table: str = ""
    options: dict | None = None
    required: bool = False
    mask: str = ""
    width: int = 10
    group: str = ""
    length: int = 0
    record: str = ""
    get: Callable | None = None
    imported: bool = True
    exported: bool = True
    why: str = ""
    spill: str = ""
    spill_label: str = ""

    def code_labels(self):
        """`{code: label}` of a coded column."""
        return self.options if self.options is not None else lookup.labels(self.table)

    def show(self, value):
        """A stored value as people read it."""
        if value in (None, "", []):
            return ""
        if isinstance(value, bool):
            return "是" if value else "否"
        if self.kind == "code":
            return self.code_labels().get(value, str(value))
        if self.kind == "multi":
            names = self.code_labels()
            return "、".join(names.get(code, code) for code in value)
        if self.kind == "date":
            return partial_date_label(value)
        return str(value)

    @property
    def source(self):
        """Name of the value in the export records."""
        return self.record or self.key

    def shower(self, *, full):
        """A function from the value in the export records to that of the cell, masked unless `full`; None when the
        value goes out as it is."""
        mask = MASKS.get(self.mask) if self.mask and not full else None
        if self.get is not None:
            return self.get
        if self.kind == "code":
            names = self.code_labels()
            return lambda code: names.get(code, code)
        if self.kind == "multi":
            names = self.code_labels()
            return lambda codes: "、".join([names.get(code, code) for code in codes])
        if self.kind == "phone":
            if mask:
                return lambda numbers: "、".join([mask(number) for number in numbers])
            return "、".join
        if self.kind == "yesno":
            return lambda value: "是" if value else ""
        # A column of numbers holds numbers alone: the writer may keep its finished cells.
        return _as_it_is if self.kind == "int" else mask


def _as_it_is(value):
    return value


def ledger_aliases(resource):
    """`{key: [headings]}` of the columns that can be read, groups included ("家庭成员情况/姓名")."""
    found = {}
    for column in resource.imported_columns():
        names = [column.label, *column.aliases]
        groups = [column.group, *resource.group_aliases.get(column.group, ())] if column.group else []
        found[column.key] = [f"{group}/{name}" for group in groups for name in names] + names
    return found
