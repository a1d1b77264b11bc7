"""A ledger is one list of columns, used both ways: for reading uploaded workbooks and for writing official ones.

The face of django-import-export is kept (`export`, `import_data`, `fields`, `Meta.import_id_fields`), while the work is
done by the staged import and the streaming export of this package: one row of a ledger feeds several tables, which
`ModelResource` cannot do.
"""

from itertools import islice
from operator import itemgetter

from django.core.exceptions import ValidationError
from import_export.fields import Field
from import_export.resources import Resource
from import_export.results import InvalidRow, Result, RowResult

from fedhub.ledgers.columns import LedgerColumn
from fedhub.ledgers.enums import Verdict
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.services.check import import_dataset
from fedhub.ledgers.stream import ABOVE, Col, StreamDataset

__all__ = ["LedgerColumn", "LedgerResource", "ledgers"]

CHUNK = 2000
# How the writer shows the kinds of our columns: texts that stand in the middle of their cell are "code".
COL_KINDS = dict.fromkeys(("code", "id", "phone", "yesno", "name", "date", "ref"), "code")
COL_KINDS |= {"int": "int", "day": "date", "moment": "date", "money": "money", "number": "auto"}
TOTALS = {
    Verdict.NEW: RowResult.IMPORT_TYPE_NEW,
    Verdict.CHANGED: RowResult.IMPORT_TYPE_UPDATE,
    Verdict.SAME: RowResult.IMPORT_TYPE_SKIP,
    Verdict.SUSPECT: RowResult.IMPORT_TYPE_SKIP,
    Verdict.REFUSED: RowResult.IMPORT_TYPE_INVALID,
}


class LedgerResource(Resource):
    """Base of all ledgers. Subclasses give key, label, columns, the records to export, and how rows are judged,
    written and taken back. Registered with `ledgers.register(…)` in the hooks of their app."""

    key = ""
    label = ""
    order = 50
    unit = "人"
    note = ""
    # False for a ledger that is made from the work alone and takes no files.
    importable = True
    # How the pages of an export speak of its rows, of what is masked, and of what the reader has to know.
    rows_words = "您负责范围内在册的人"
    none_words = "一个人也没有"
    all_words = "全部在册"
    masked_words = "证件号和电话"
    mask_how = "遮住（只留头尾）"
    cautions = ()
    # The column whose cell in the last row holds the number of rows.
    total_column = "name"
    columns = ()
    group_aliases = {}
    merged_groups = frozenset()
    open_url_name = ""
    import_permission = "ledgers.add_importbatch"
    export_permission = ""
    full_permission = ""

    class Meta:
        import_id_fields = ("id_number",)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.by_key = {column.key: column for column in self.columns}
        self.fields = {c.key: Field(attribute=c.key, column_name=c.label) for c in self.columns}

    # --- columns ---
    def exported_columns(self):
        """Columns of the exported file, in order."""
        return [column for column in self.columns if column.exported]

    def imported_columns(self):
        """Columns that can be read from a file."""
        return [column for column in self.columns if column.imported]

    # --- export ---
    def get_rows(self, user, filters, *, full=False):
        """Queryset of the rows to export: inside the user's scope, narrowed by `filters` (a dict of plain values).

        The scope is that of the right used: `full_permission` for whole numbers.
        """
        raise NotImplementedError

    def iter_records(self, queryset, filters):
        """Yield one record (mapping) for each line of the export, reading `queryset` in chunks."""
        raise NotImplementedError

    def narrowed(self, filters):
        """What the filters of an export leave, as texts for the register; the place stands apart."""
        return [
            f"截至 {filters['as_of']}" if filters.get("as_of") else "",
            f"登记到 {filters['known_on']}" if filters.get("known_on") else "",
        ]

    def block_of(self, record):
        """What rows have in common that are merged downwards in the columns of `merged_groups`; None for no merging."""
        return None  # noqa: RET501 - the caller compares it

    def get_export_headers(self, selected_fields=None):
        return [column.label for column in self.exported_columns()]

    def export(self, queryset=None, *, user=None, filters=None, full=False, watch=None, **kwargs):
        """A StreamDataset of the ledger: headings and lazily made rows. `queryset` defaults to `get_rows`.

        `watch(record)` is called for each record before its row is made.
        """
        filters = filters or {}
        records = self.get_rows(user, filters, full=full) if queryset is None else queryset
        exported = self.exported_columns()
        pick = itemgetter(*[column.source for column in exported])
        merged = [column.group in self.merged_groups for column in exported]

        def cells():
            above = None
            for number, record in enumerate(self.iter_records(records, filters), start=1):
                record["seq"] = number
                if watch is not None:
                    watch(record)
                line = pick(record)
                block = self.block_of(record)
                if block is not None and block == above:
                    line = tuple([ABOVE if down else value for down, value in zip(merged, line, strict=True)])
                above = block
                yield line

        columns = [
            Col(c.key, c.label, COL_KINDS.get(c.kind, "text"), c.width, c.group, c.shower(full=full)) for c in exported
        ]
        return StreamDataset(self.get_export_headers(), cells(), title=self.label, columns=columns)

    def headers_of(self, filters, *, full=False):
        """Headings of what an export with these filters holds, for the register."""
        return self.get_export_headers()

    def sheets(self, *, user, filters, full, watch, layout):
        """The Sheet of an export, or several; `layout`: the fields of Sheet that say for whom and by whom it is made."""
        dataset = self.export(user=user, filters=filters, full=full, watch=watch)
        dataset.layout |= layout
        return dataset.as_sheet()

    # --- import ---
    def note_row(self, context, row):
        """First pass, in file order: remember what later rows may repeat."""

    def judge_rows(self, context, rows):
        """Set verdict, target, plan and findings of a slice of rows. Writes nothing."""
        raise NotImplementedError

    def area_named(self, context, named, sheet):
        """The place that a row means which says `named` ('' for nothing) on the sheet of this name, or None."""
        return None  # noqa: RET501 - the caller reads it

    def pick(self, row):
        """Turn a suspect row with a choice into one that can be written; False when it is not to be written."""
        raise NotImplementedError

    def write_rows(self, context, rows):
        """Write a slice of judged rows; returns `{row number: Written}`."""
        raise NotImplementedError

    def finish_rows(self, context):
        """Derived values after the last slice, in the same transaction."""

    def undo_rows(self, context, rows):
        """Take rows back (memo "undo"); returns `{row number: why it stayed}`."""
        raise NotImplementedError

    def finish_undo(self, context):
        """Derived values after the last slice of an undo, in the same transaction."""

    def area_of(self, target_id):
        """Id of the area of the record a row was written to, or None."""
        return None  # noqa: RET501 - the caller reads it

    def describe(self, target_id, user):
        """`{"name", "url", "facts": [(label, text)]}` of the record a row may mean, or None outside the user's scope."""
        return None  # noqa: RET501 - the caller reads it

    def speaks_of_sealed(self, text):
        """A quick look at a whole row: may a cell hold what no ledger may hold?"""
        return False

    def sealed_part(self, heading, text):
        """`(kept, sealed)`: what of a cell a ledger may hold, and what goes to the trained person alone ('' mostly)."""
        return text, ""

    def import_data(self, dataset, dry_run=False, *, user, area, **kwargs):
        """Import a tablib Dataset through the staged import; `area` is the place imported into.

        Returns a Result with totals and the refused rows. With `dry_run` nothing is written but the batch.
        """
        batch = import_dataset(self, dataset, area=area, by=user, commit=not dry_run)
        result = Result()
        result.total_rows = sum(batch.counts.get(verdict, 0) for verdict in Verdict.values)
        for verdict, name in TOTALS.items():
            result.totals[name] += batch.counts.get(verdict, 0)
        for row in batch.rows.filter(verdict=Verdict.REFUSED).order_by("number"):
            sentences = [finding["text"] for finding in row.findings or [] if finding.get("kind") == "bad"]
            result.invalid_rows.append(
                InvalidRow(row.number, ValidationError(sentences), (row.raw or {}).get("c", []))
            )
        return result


def chunked(rows, size=CHUNK):
    """Lists of at most `size` items of an iterable."""
    rows = iter(rows)
    while chunk := list(islice(rows, size)):
        yield chunk
