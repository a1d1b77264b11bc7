"""The list of problems of a dry run as a workbook: the original columns, 原行号 and 导入结果."""

import io

from fedhub.core import audit
from fedhub.ledgers.enums import Verdict
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.rows import StagedRow
from fedhub.ledgers.services.commit import slices
from fedhub.ledgers.sheets import chosen_sheet
from fedhub.ledgers.workbook import Outcome, write_error_book

LEVELS = {"bad": "error", "warn": "warning", "info": "note"}
WORST = ("error", "warning", "note")


def error_book(batch, *, by):
    """Bytes of the workbook of all rows of `batch` with something to be read; texts stay texts. The act is logged."""
    labels = chosen_sheet(batch)["labels"]
    by_key = ledgers[batch.ledger].by_key
    places = {by_key[key].label: int(index) for index, key in batch.mapping.items()}
    said = []

    def rows():
        """The rows with an outcome; it lies in `said` when the writer asks for it."""
        for stored in slices(batch.rows.all()):
            for row in map(StagedRow.from_model, stored):
                outcome = outcome_of(row, places)
                if outcome is not None:
                    said.append(outcome)
                    yield row.row, row.raw

    file = io.BytesIO()
    title = f"导入错误清单（{batch.number}）"
    # Rows of several sheets may share a number, so outcomes go by order.
    written = write_error_book(rows(), labels, lambda number: said.pop(), file, title=title)
    audit.record("ledgers.importbatch.errors", batch, by=by, level=3, rows=written)
    return file.getvalue()


def outcome_of(row, places):
    """What is said about a row (Outcome), or None when there is nothing to be read; `places` is {heading: column}."""
    told = [finding for finding in row.findings if finding.kind in LEVELS]
    verdict = Verdict(row.verdict)
    if not told and verdict not in (Verdict.REFUSED, Verdict.SUSPECT):
        return None
    sheet = f"{row.place}　" if row.sheet else ""
    sentences = "；".join(f"{f.column}：{f.text}" if f.column else f.text for f in told)
    remedies = "；".join(dict.fromkeys(f.remedy for f in told if f.remedy))
    levels = [LEVELS[finding.kind] for finding in told] + (["warning"] if verdict == Verdict.SUSPECT else [])
    cells = {places[f.column]: LEVELS[f.kind] for f in told if f.column in places}
    text = f"{sheet}{verdict.label}：{sentences}" + (f"。办法：{remedies}" if remedies else "")
    return Outcome(text, min(levels, key=WORST.index), cells)
