"""One row of a file on its way into a ledger: what stood there, what was made of it, what is said about it."""

from dataclasses import dataclass, field

# What pages show of a row; what it would write stands in its plan, and is not kept twice.
KEPT_VALUES = ("name", "id_number", "id_masked", "birth", "grid")
SEALED_TEXT = "（转专人）"
# True before and after: the text goes to the trained person whatever becomes of the import.
SEALED_NOTE = "有一项内容不进台账，转专人"


@dataclass
class Finding:
    """One remark on a row. `kind`: bad (the row is refused), warn, info, or change (`old` becomes `new`).

    `column` is the heading, `value` what stood in the cell, `remedy` what to do about it.
    """

    text: str = ""
    column: str = ""
    value: str = ""
    remedy: str = ""
    kind: str = "warn"
    old: str = ""
    new: str = ""

    def as_dict(self):
        """The filled parts alone, for storing."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass
class StagedRow:
    """A row between file and ledger.

    `number` counts through the whole file; `sheet` and `row` are where it stands. `raw` are the texts of its cells,
    `values` {column key: value} after conversion (KEPT_VALUES of them in a row that was stored), `plan` what the ledger
    would write (plain data), `sealed` texts that go to the trained person alone. `memo` is for the running check only
    and is never stored.
    """

    number: int
    sheet: str
    row: int
    raw: list
    values: dict = field(default_factory=dict)
    findings: list = field(default_factory=list)
    verdict: str = ""
    target_id: int | None = None
    plan: dict = field(default_factory=dict)
    sealed: list = field(default_factory=list)
    choice: str = ""
    memo: dict = field(default_factory=dict)

    @property
    def place(self):
        """Where the row stands, as people say it."""
        return place_text(self.sheet, self.row)

    @property
    def refused(self):
        """True when a finding forbids the row."""
        return any(finding.kind == "bad" for finding in self.findings)

    def refuse(self, text, *, column="", value="", remedy=""):
        """Add a finding that forbids the row."""
        self.findings.append(Finding(text, column, value, remedy, "bad"))

    def warn(self, text, *, column="", value="", remedy=""):
        """Add a finding to be read before the import is confirmed."""
        self.findings.append(Finding(text, column, value, remedy, "warn"))

    def tell(self, text, *, column="", value="", remedy=""):
        """Add a remark."""
        self.findings.append(Finding(text, column, value, remedy, "info"))

    # --- stored form ---
    def raw_data(self):
        return {"s": self.sheet, "r": self.row, "c": self.raw}

    def parsed_data(self):
        return {"v": {name: self.values[name] for name in KEPT_VALUES if name in self.values}, "p": self.plan}

    def findings_data(self):
        """None without any, which needs no sealing."""
        return [finding.as_dict() for finding in self.findings] or None

    @classmethod
    def from_model(cls, row):
        """The staged form of a stored ImportRow, without its sealed texts (services.sealed alone reads them).

        A row read without its cells (`defer("raw")`) has none here either.
        """
        raw, parsed = {} if "raw" in row.get_deferred_fields() else row.raw or {}, row.parsed or {}
        return cls(
            number=row.number,
            sheet=raw.get("s", ""),
            row=raw.get("r", row.number),
            raw=raw.get("c", []),
            values=parsed.get("v", {}),
            findings=[Finding(**data) for data in row.findings or []],
            verdict=row.verdict,
            target_id=row.target_id,
            plan=parsed.get("p", {}),
            choice=row.choice,
        )


def place_text(sheet, row):
    """ "第 14 行", with the sheet when it has a name to tell."""
    return f"“{sheet}”第 {row} 行" if sheet else f"第 {row} 行"


@dataclass
class ImportContext:
    """What the rows of one import are judged and written against.

    `user` acts with `permission`; `area` is the place imported into; `number` names the batch; `seen` holds what
    earlier rows of the same file said, by kind of key; `memo` keeps look-ups of the run.
    """

    user: object
    area: object
    permission: str
    number: str
    today: object
    columns: dict = field(default_factory=dict)
    seen: dict = field(default_factory=dict)
    memo: dict = field(default_factory=dict)

    @property
    def scope(self):
        """Ids of the areas the user may import into; None for no limit."""
        return self.user.scope(self.permission)

    def earlier(self, kind, key, row):
        """Where an earlier row of this file with the same `key` stands, as text; '' when `row` is the first."""
        sheet, line = self.seen.setdefault(kind, {}).setdefault(key, (row.sheet, row.row))
        return "" if (sheet, line) == (row.sheet, row.row) else place_text(sheet, line)


@dataclass
class Written:
    """What became of a row at the commit: `undo` is plain data to take it back; a row that was not written has none."""

    target_id: int | None = None
    undo: dict | None = None


def change(column, name, old, new):
    """The finding that a value changes; `column` (LedgerColumn or None) knows how to say it."""
    shown = column.show if column is not None else str
    return Finding(column=column.label if column is not None else name, old=shown(old), new=shown(new), kind="change")
