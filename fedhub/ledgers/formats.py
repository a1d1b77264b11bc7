"""Ledgers as formats of django-import-export: the official workbook and the guarded CSV.

Apart from the writer, because the library's formats load openpyxl into every process that imports them: our own pages
write through `stream.write_xlsx`, whoever drives a ledger by the library's face imports this.
"""

import io
import tempfile

import tablib
from import_export.formats import base_formats

from fedhub.ledgers.heading import guess_heading, row_kind
from fedhub.ledgers.reader import open_book
from fedhub.ledgers.stream import as_sheet, csv_rows, write_xlsx

_IN_MEMORY = 2 * 1024 * 1024


class LedgerXLSX(base_formats.XLSX):
    """import-export's XLSX in the official look, written and read as a stream."""

    def export_data(self, dataset, *, compact=False, **kwargs):
        """An open temporary file (position 0) with the workbook."""
        file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed to the caller
        write_xlsx(as_sheet(dataset), file, compact=compact)
        file.seek(0)
        return file

    def create_dataset(self, in_stream):
        """A Dataset of the best sheet of a workbook (bytes or binary file), without title, totals and notes."""
        file = io.BytesIO(in_stream) if isinstance(in_stream, bytes) else in_stream
        with open_book(file, "") as book:
            heading = guess_heading(book, {})
            dataset = tablib.Dataset(headers=[column.text for column in heading.columns], title=heading.sheet[:31])
            for row in book.rows(book.sheet(heading.sheet), fill_merged=True):
                if row.number >= heading.data_from and row_kind(row, heading) == "data":
                    dataset.append([row[column.index].value for column in heading.columns])
        return dataset


class LedgerCSV(base_formats.CSV):
    """import-export's CSV with the formula guard and the mark that makes sheet programs read UTF-8."""

    def export_data(self, dataset, **kwargs):
        sheet = as_sheet(dataset)
        text = io.StringIO(newline="")
        csv_rows(sheet.columns, sheet.rows, text)
        return "\ufeff" + text.getvalue()


# The admin of import-export hands native values only to the classes listed here, subclasses do not count.
if LedgerXLSX not in base_formats.BINARY_FORMATS:
    base_formats.BINARY_FORMATS.append(LedgerXLSX)
