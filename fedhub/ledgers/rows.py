"""One row of a file on its way into a ledger: what stood there, what was made of it, what is said about it."""

import base64
from dataclasses import asdict, dataclass, field

from fedhub.core import crypto

SEALED_COLUMN = "ledgers.ImportRow.sealed"
SEALED_TEXT = "（已转专人）"


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
        return {name: value for name, value in asdict(self).items() if value}


@dataclass
class StagedRow:
    """A row between file and ledger.

    `number` counts through the whole file; `sheet` and `row` are where it stands. `raw` are the texts of its cells,
    `values` {column key: value} after conversion, `plan` what the ledger would write (plain data), `sealed` texts that
    go to the trained person alone.
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
        data = {"v": self.values, "p": self.plan}
        if self.sealed:
            data["x"] = [seal(text) for text in self.sealed]
        return data

    def findings_data(self):
        return [finding.as_dict() for finding in self.findings]

    @classmethod
    def from_model(cls, row):
        """The staged form of a stored ImportRow; sealed texts stay closed until they are handed over."""
        raw, parsed = row.raw or {}, row.parsed or {}
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
            sealed=parsed.get("x", []),
            choice=row.choice,
        )


def seal(text):
    """`text` under the sealed ring, as ASCII: it can lie in an import row without being read there."""
    return base64.b64encode(crypto.encrypt(text.encode(), column=SEALED_COLUMN, ring="sealed")).decode()


def unseal(stored):
    """The text of `seal`."""
    return crypto.decrypt(base64.b64decode(stored), column=SEALED_COLUMN, ring="sealed").decode()
