"""Make the shipped Word templates anew: `.venv/bin/python tools/make_papers.py`. What an office changes, it changes in Word."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "papers"
SOME_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - the file shall not differ by the day it was made
WIDTHS = (22, 69, 22, 69)
STEPS = (27, 41, 20, 94)


def font(style, size, bold=False):
    style.font.name, style.font.size, style.font.bold = "Times New Roman", Pt(size), bold
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")


def page():
    """An empty A4 page with the margins and type of the printed sheet."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(14)
    section.top_margin = section.bottom_margin = Mm(14)
    font(document.styles["Normal"], 10)
    spacing = document.styles["Normal"].paragraph_format
    spacing.space_before = spacing.space_after = Pt(1)
    facts = document.core_properties
    facts.author = facts.comments = facts.title = facts.last_modified_by = ""
    facts.created = facts.modified = SOME_DAY
    return document


def line(document, text, size=10, *, bold=False, middle=False, before=0, after=0):
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    if middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def table(document, widths):
    made = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    return made


def row(made, widths, *texts, bold=(), whole=False):
    """One row; with `whole` the second text runs over the rest of it. It does not break over two pages."""
    cells = made.add_row().cells
    properties = made.rows[-1]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    for cell, width in zip(cells, widths, strict=True):
        cell.width = Mm(width)
    if whole:
        cells[1].merge(cells[-1])
    for number, text in enumerate(texts):
        cells[number].paragraphs[0].add_run(text).bold = number in bold
    return properties


def closing():
    """闭环单."""
    document = page()
    line(document, "诉求闭环单", 18, bold=True, middle=True)
    line(document, "{{ 单位 }}", middle=True, after=6)
    head = table(document, WIDTHS)
    for left, right in (
        ("编号", "提出日期"), ("提出人", "联系电话"), ("来源", "方面"), ("网格", "地点"),
    ):  # fmt: skip
        row(head, WIDTHS, left, f"{{{{ {left} }}}}", right, f"{{{{ {right} }}}}", bold=(0, 2))
    row(head, WIDTHS, "诉求", "{{ 诉求 }}", bold=(0,), whole=True)
    row(head, WIDTHS, "具体情况", "{{ 具体情况 }}", bold=(0,), whole=True)
    row(head, WIDTHS, "承办人", "{{ 承办人 }}", "办结期限", "{{ 办结期限 }}", bold=(0, 2))
    line(document, "办理经过", 12, bold=True, before=8, after=3)
    steps = table(document, STEPS)
    properties = row(steps, STEPS, "日期", "环节", "经手人", "内容", bold=(0, 1, 2, 3))
    properties.append(OxmlElement("w:tblHeader"))
    row(steps, STEPS, "{%tr for 步骤 in 办理经过 %}")
    row(steps, STEPS, "{{ 步骤.日期 }}", "{{ 步骤.环节 }}", "{{ 步骤.经手人 }}", "{{ 步骤.内容 }}")
    row(steps, STEPS, "{%tr endfor %}")
    line(document, "答复和评价", 12, bold=True, before=8, after=3)
    end = table(document, WIDTHS)
    row(end, WIDTHS, "结果", "{{ 结果 }}", "办结日期", "{{ 办结日期 }}", bold=(0, 2))
    row(end, WIDTHS, "答复内容", "{{ 答复内容 }}", bold=(0,), whole=True)
    for left, right in (("告知方式", "告知时间"), ("谁听到的", "凭证"), ("评价", "她的话")):
        row(end, WIDTHS, left, f"{{{{ {left} }}}}", right, f"{{{{ {right} }}}}", bold=(0, 2))
    line(
        document, "承办人签字：＿＿＿＿＿　审核人签字：＿＿＿＿＿　本人签字：＿＿＿＿＿　＿＿＿年＿＿月＿＿日", before=14,
    )  # fmt: skip
    return document


def save(document, name):
    """Write the file with fixed times, so that making it again changes nothing."""
    made, fixed = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            info = zipfile.ZipInfo(member.filename, SOME_DAY.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(member))
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / name).write_bytes(fixed.getvalue())


if __name__ == "__main__":
    save(closing(), "closing.docx")
