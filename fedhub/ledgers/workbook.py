"""Workbooks made with openpyxl, which is imported only when one is made: blank templates and the list of problems.

A filled template and a corrected list of problems can be uploaded as they are: their headings are those of the import.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby

from fedhub.ledgers.normalise import cell_of
from fedhub.ledgers.reader import Cell, Row, column_letter
from fedhub.ledgers.stream import WIDTHS, Col, cell_text, sheet_name

RESULT = "导入结果"
SOURCE_ROW = "原行号"
# Rows of a template that are ruled; further ones may be filled as well.
RULED_ROWS = 100
VALIDATED_ROWS = 5000

_FONT = "宋体"
_FILLS = {"error": "FFC7CE", "warning": "FFEB9C", "note": "DDEBF7", "ok": "E2EFDA"}
_HEAD_FILL = "F2F2F2"
_DATE_FORMATS = {"year": "yyyy", "month": "yyyy-mm", "minute": "yyyy-mm-dd hh:mm", "time": "hh:mm"}

HOW_TO_FILL = {
    "id": "18 位身份证号（旧证 15 位）。这一列是文本格式，请直接输入，不要改成数字。",
    "phone": "11 位手机号，或带区号的座机，例如 025-12345678；几个号码用顿号“、”分开。",
    "date": "写成 1985、1985-04 或 1985-04-01；只知道年份就只写年份。",
    "code": "从下拉列表里选。",
    "multi": "可以填几项，用顿号“、”分开；可填的内容见右边。",
    "yesno": "填“是”或“否”。",
    "int": "只填整数。",
    "money": "只填数字，单位元。",
    "name": "填全名，一格一人。",
}
GENERAL = (
    "一人一行，从表头下面的第一行填起；表头不要改，列的次序可以调。",
    "带星号（*）的列必须填；不知道的留空，不要写“无”或画线。",
    "填好后直接上传；上传后先试运行，确认以前不会写进台账。",
)


@dataclass(frozen=True)
class TemplateCol(Col):
    """A column of a template: `options` are the labels of its drop-down list, `hint` replaces the usual advice."""

    options: tuple = ()
    required: bool = False
    hint: str = ""


@dataclass
class Outcome:
    """What is said about one row: `text` for the column 导入结果, `level` (error, warning, note or ok) for its colour,
    `cells` {column index: level} for the cells it is about."""

    text: str
    level: str = "error"
    cells: dict | None = None


# --- blank templates ------------------------------------------------------------------------------------------------
def write_template(title, columns, file, *, notes=()):
    """Write the blank workbook of a ledger to the binary `file`.

    `columns` are TemplateCol, or anything with their attributes. The workbook has the sheet to fill, with text formats
    and drop-down lists, a sheet 填写说明, and a hidden sheet with the options.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - 15 MiB, needed here alone

    columns = list(columns)
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = sheet_name(title)
    advice, lists = workbook.create_sheet("填写说明"), workbook.create_sheet("选项")
    first = _template_head(sheet, title, columns)
    _template_body(sheet, columns, first)
    _template_lists(sheet, lists, columns, first)
    _template_advice(advice, title, columns, notes)
    workbook.save(file)


def blank_template(resource):
    """Bytes of the blank template of a ledger resource (its `label`, `note` and `imported_columns()`)."""
    columns = [
        TemplateCol(
            column.key, column.label, column.kind, column.width, column.group, required=column.required,
            options=tuple(column.code_labels().values()) if column.kind in ("code", "multi") else (),
        )
        for column in resource.imported_columns()
    ]  # fmt: skip
    file = BytesIO()
    write_template(resource.label, columns, file, notes=[resource.note] if resource.note else [])
    return file.getvalue()


def _looks():
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415 - see write_template

    line = Side(style="thin")
    return {
        "font": Font(name=_FONT, size=11),
        "bold": Font(name=_FONT, size=11, bold=True),
        "title": Font(name=_FONT, size=16, bold=True),
        "border": Border(line, line, line, line),
        "centre": Alignment("center", "center", wrap_text=True),
        "left": Alignment("left", "center", wrap_text=True),
        "head": PatternFill("solid", _HEAD_FILL),
        **{level: PatternFill("solid", colour) for level, colour in _FILLS.items()},
    }


def _put(sheet, row, column, text, font, alignment, *, border=None, fill=None):
    """A text cell that can never be a formula."""
    cell = sheet.cell(row, column)
    if text:
        cell.value = cell_text(text)
        cell.data_type = "s"
    cell.font, cell.alignment, cell.number_format, cell.quotePrefix = font, alignment, "@", True
    if border:
        cell.border = border
    if fill:
        cell.fill = fill
    return cell


def _label(column):
    return f"*{column.label}" if getattr(column, "required", False) else column.label


def _template_head(sheet, title, columns):
    """Title, report line and heading; returns the first row to fill."""
    looks = _looks()
    last = column_letter(len(columns) - 1)
    _put(sheet, 1, 1, title, looks["title"], looks["centre"])
    _put(sheet, 2, 1, "填报单位：　　　　　　　　填报人：　　　　　　填报时间：", looks["font"], looks["left"])
    if len(columns) > 1:
        sheet.merge_cells(f"A1:{last}1")
        sheet.merge_cells(f"A2:{last}2")
    grouped = any(column.group for column in columns)
    head = {"border": looks["border"], "fill": looks["head"]}
    for number, column in enumerate(columns, start=1):
        top = column.group if grouped and column.group else _label(column)
        _put(sheet, 3, number, top, looks["bold"], looks["centre"], **head)
        if grouped:
            below = _label(column) if column.group else ""
            _put(sheet, 4, number, below, looks["bold"], looks["centre"], **head)
        width = column.width or WIDTHS.get(column.kind, 14)
        sheet.column_dimensions[column_letter(number - 1)].width = max(width, 2 * len(column.label) + 3)
    if grouped:
        _merge_groups(sheet, columns)
    first = 4 + grouped
    sheet.row_dimensions[1].height, sheet.row_dimensions[2].height = 30, 20
    sheet.freeze_panes = f"A{first}"
    sheet.print_title_rows = f"1:{first - 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    return first


def _merge_groups(sheet, columns):
    for group, members in groupby(enumerate(columns), key=lambda pair: pair[1].group):
        indexes = [index for index, _ in members]
        if not group:
            for index in indexes:
                sheet.merge_cells(f"{column_letter(index)}3:{column_letter(index)}4")
        elif len(indexes) > 1:
            sheet.merge_cells(f"{column_letter(indexes[0])}3:{column_letter(indexes[-1])}3")


def _template_body(sheet, columns, first):
    """Text format for whole columns, so that numbers typed there stay as typed; lines for the first rows."""
    looks = _looks()
    for number, column in enumerate(columns, start=1):
        number_format = {"int": "0", "money": "#,##0.00"}.get(column.kind, "@")
        dimension = sheet.column_dimensions[column_letter(number - 1)]
        dimension.number_format, dimension.font = number_format, looks["font"]
        for row in range(first, first + RULED_ROWS):
            cell = sheet.cell(row, number)
            cell.number_format, cell.font, cell.border = number_format, looks["font"], looks["border"]
            cell.alignment = looks["left"] if column.kind in ("text", "multi") else looks["centre"]


def _template_lists(sheet, lists, columns, first):
    """Drop-down lists from a hidden sheet; numbers of ID cards are checked for their length."""
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415 - see write_template

    lists.sheet_state = "hidden"
    looks, used = _looks(), 0
    for index, column in enumerate(columns):
        letter = column_letter(index)
        options = ("是", "否") if column.kind == "yesno" else tuple(getattr(column, "options", ()))
        if options:
            used += 1
            source = column_letter(used - 1)
            _put(lists, 1, used, column.label, looks["bold"], looks["centre"])
            for number, option in enumerate(options, start=2):
                _put(lists, number, used, option, looks["font"], looks["left"])
            rule = DataValidation("list", f"选项!${source}$2:${source}${len(options) + 1}", allow_blank=True)
            # Several values in a cell are no option of the list, so nothing may be said against them.
            rule.showErrorMessage = column.kind != "multi"
            rule.error = "这项内容不在列表里，导入时可能认不出来。"
        elif column.kind == "id":
            rule = DataValidation("textLength", "15", "18", allow_blank=True, operator="between")
            rule.showErrorMessage, rule.error = True, "身份证号应为 18 位（旧证 15 位），请核对。"
        else:
            continue
        rule.errorStyle, rule.errorTitle = "warning", "请核对"
        rule.add(f"{letter}{first}:{letter}{first + VALIDATED_ROWS - 1}")
        sheet.add_data_validation(rule)


def _template_advice(sheet, title, columns, notes):
    looks = _looks()
    _put(sheet, 1, 1, f"{title}填写说明", looks["title"], looks["left"])
    row = 2
    for number, sentence in enumerate((*GENERAL, *notes), start=1):
        _put(sheet, row, 1, f"{number}. {sentence}", looks["font"], looks["left"])
        sheet.merge_cells(f"A{row}:D{row}")
        row += 1
    row += 1
    for place, text in enumerate(("列", "要求", "怎么填", "可填的内容"), start=1):
        _put(sheet, row, place, text, looks["bold"], looks["centre"], border=looks["border"], fill=looks["head"])
    for below, column in enumerate(columns, start=row + 1):
        options = getattr(column, "options", ())
        label = f"{column.group}：{column.label}" if column.group else column.label
        advice = getattr(column, "hint", "") or HOW_TO_FILL.get(column.kind, "")
        need = "必须填" if getattr(column, "required", False) else "可不填"
        for place, text in enumerate((label, need, advice, "、".join(options)), start=1):
            _put(sheet, below, place, text, looks["font"], looks["left"], border=looks["border"])
    for letter, width in zip("ABCD", (22, 10, 50, 70), strict=True):
        sheet.column_dimensions[letter].width = width


# --- the list of problems -------------------------------------------------------------------------------------------
def write_error_book(rows: Iterable, heading, results: dict | Callable, file, *, title="导入结果清单"):
    """Write the rows that need a look to the binary `file`: original columns, 原行号 and 导入结果, cells coloured.

    `rows` are reader Rows or pairs (row number, values), values being Cells or plain; `heading` is a Heading or the
    list of labels by column index; `results` is {row number: Outcome} or a function from row number to Outcome.
    Rows without outcome (None) are left out. Returns the number of rows written. Texts stay texts, never formulas.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - 15 MiB, needed here alone
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415 - see above

    columns = _error_columns(heading)
    outcome_of = results.get if isinstance(results, dict) else results
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(sheet_name(title))
    looks = _looks()
    last = column_letter(len(columns) + 1)
    for index, (_, label) in enumerate(columns):
        sheet.column_dimensions[column_letter(index)].width = max(12, min(30, 2 * len(label) + 4))
    sheet.column_dimensions[column_letter(len(columns))].width = 9
    sheet.column_dimensions[last].width = 60
    sheet.freeze_panes = "A4"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for reference in (f"A1:{last}1", f"A2:{last}2"):
        sheet.merged_cells.add(reference)
    sheet.append([_made(sheet, Cell(title, "text"), looks["title"], looks["centre"])])
    sheet.append([_made(sheet, Cell(_LEGEND, "text"), looks["font"], looks["left"])])
    labels = [label for _, label in columns] + [SOURCE_ROW, RESULT]
    sheet.append(
        [_made(sheet, Cell(label, "text"), looks["bold"], looks["centre"], looks, "head") for label in labels]
    )
    written = 0
    for row in rows:
        number, cells = (row.number, row.cells) if isinstance(row, Row) else row
        outcome = outcome_of(number)
        if outcome is None:
            continue
        sheet.append(_error_row(sheet, looks, columns, number, cells, outcome))
        written += 1
    workbook.save(file)
    return written


_LEGEND = (
    "红色：这一行没有导入；黄色：已导入或可导入，但标出的格子要核对；蓝色：只作提示。改好后可以直接上传这个文件。"
)


def _error_columns(heading):
    """Pairs of column index and label."""
    if hasattr(heading, "columns"):
        return [(column.index, column.text) for column in heading.columns]
    return [(index, label) for index, label in enumerate(heading) if label]


def _error_row(sheet, looks, columns, number, cells, outcome):
    marked = outcome.cells or {}
    made = []
    for index, _ in columns:
        value = cells[index] if index < len(cells) else None
        cell = value if isinstance(value, Cell) else cell_of(value)
        made.append(_made(sheet, cell, looks["font"], looks["left"], looks, marked.get(index)))
    made.append(_made(sheet, Cell(number, "number"), looks["font"], looks["centre"], looks, None))
    made.append(_made(sheet, Cell(outcome.text, "text"), looks["font"], looks["left"], looks, outcome.level))
    return made


def _made(sheet, source, font, alignment, looks=None, fill=None):
    """A write-only cell with the value of a reader's Cell; `looks` gives it lines and a fill."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - see write_error_book

    value = source.value
    if isinstance(value, str | bool):
        value = cell_text(source.text)
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type, cell.number_format, cell.quotePrefix = "s", "@", True
    elif source.kind == "date":
        cell.number_format = _DATE_FORMATS.get(source.shown, "yyyy-mm-dd")
    cell.font, cell.alignment = font, alignment
    if looks:
        cell.border = looks["border"]
    if looks and fill:
        cell.fill = looks[fill]
    return cell
