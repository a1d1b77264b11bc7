"""XLSForm workbooks in and out: read through the guard of uploaded workbooks, written without anything that runs."""

from io import BytesIO

from fedhub.ledgers.guard import BookError
from fedhub.ledgers.reader import open_book
from surveys.definition.xlsform import from_sheets, to_sheets

MOST_ROWS = 3000
LONGEST = 500


def read_xlsform(file, filename=""):
    """The Reading (surveys.definition.textread) of an uploaded workbook. Raises BookError with a sentence."""
    with open_book(file, filename) as book:
        names = {sheet.name.strip().lower(): sheet for sheet in book.sheets}
        if "survey" not in names:
            raise BookError("这不是 XLSForm：没有名为 survey 的工作表。", "no_survey")
        survey = _rows(book, names["survey"])
        choices = _rows(book, names["choices"]) if "choices" in names else []
        settings = _rows(book, names["settings"]) if "settings" in names else []
    title = settings[0][1].get("form_title", "") if settings else ""
    return from_sheets(survey, choices, title[:60])


def _rows(book, sheet):
    """[(number, {column: text})] below the heading of a sheet. Raises BookError for more rows than any form has."""
    heading, found = None, []
    for row in book.rows(sheet):
        if heading is None:
            heading = [cell.text.strip().lower() for cell in row.cells]
            continue
        if len(found) >= MOST_ROWS:
            raise BookError(f"工作表 {sheet.name[:20]} 超过 {MOST_ROWS} 行，不像问卷，没有收下。", "too_many_rows")
        named = zip(heading, row.cells, strict=False)
        found.append((row.number, {name: cell.text[:LONGEST] for name, cell in named if name and not cell.is_blank}))
    return found


def write_xlsform(questionnaire, title=""):
    """The workbook as bytes; every cell is text, so that no wording becomes a formula."""
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook()
    book.remove(book.active)
    for name, rows in to_sheets(questionnaire, title).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(["" for _ in row])
            for cell, text in zip(sheet[sheet.max_row], row, strict=True):
                cell.value = text or None
                if text:
                    cell.data_type, cell.quotePrefix = "s", text[0] in "=+-@"
        sheet.freeze_panes = "A2"
    file = BytesIO()
    book.save(file)
    return file.getvalue()
