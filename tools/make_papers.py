"""Make the shipped Word templates anew: `.venv/bin/python tools/make_papers.py`. What an office changes, it changes in Word."""

import io
import re
import sys
import zipfile
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from council.layout import LAYOUTS  # noqa: E402 - plain data, no Django
from mediation.layout import BEHIND, CONTENTS, COVERS, PASTE  # noqa: E402 - plain data, no Django
from mediation.layout import LAYOUTS as CASE_LAYOUTS  # noqa: E402 - plain data, no Django
from mediation.paperwords import LISTS as CASE_LISTS  # noqa: E402 - plain data, no Django

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "papers"
SOME_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - the file shall not differ by the day it was made
WIDTHS = (22, 69, 22, 69)
COVER_WIDTHS = (30, 61, 30, 61)
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


def row(made, widths, *texts, bold=(), whole=False, splits=False):
    """One row; with `whole` the second text runs over the rest of it. Unless it `splits` it does not break over two pages."""
    cells = made.add_row().cells
    properties = made.rows[-1]._tr.get_or_add_trPr()
    if not splits:
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


def listed(document, title, name, columns, tall=0):
    """A heading and a table with a row for each of the list `name`; `columns`: {word of a row: width}; `tall`: least height of
    a row in mm."""
    line(document, title, 12, bold=True, before=8, after=3)
    widths = tuple(columns.values())
    made = table(document, widths)
    row(made, widths, *columns, bold=range(len(widths))).append(OxmlElement("w:tblHeader"))
    row(made, widths, f"{{%tr for 一行{name} in {name} %}}")
    row(made, widths, *(f"{{{{ 一行{name}.{word} }}}}" for word in columns))
    if tall:
        made.rows[-1].height = Mm(tall)
        for cell in made.rows[-1].cells:
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    row(made, widths, "{%tr endfor %}")


def handover():
    """交接单."""
    document = page()
    line(document, "交接单", 18, bold=True, middle=True)
    line(document, "{{ 单位 }}", middle=True, after=6)
    head = table(document, WIDTHS)
    row(head, WIDTHS, "移交人", "{{ 移交人 }}", "接收人", "{{ 接收人 }}", bold=(0, 2))
    row(head, WIDTHS, "交接日期", "{{ 交接日期 }}", "原因", "{{ 原因 }}", bold=(0, 2))
    row(head, WIDTHS, "家庭户数", "{{ 户数 }}", "走访逾期", "{{ 逾期户数 }}", bold=(0, 2))
    listed(document, "负责的网格", "包保", {"网格": 62, "责任": 36, "起": 36, "户数": 24, "逾期": 24})
    listed(document, "重点家庭", "重点家庭", {"户": 34, "住址": 56, "类别": 40, "上次走访": 26, "应访": 26})
    listed(document, "要走访的事", "任务", {"期限": 26, "户": 34, "住址": 56, "事由": 66})
    listed(document, "约好要去的", "约定", {"日期": 26, "户": 34, "住址": 56, "下一步": 66})
    listed(document, "没办结的诉求", "诉求", {"编号": 32, "诉求": 94, "期限": 28, "状态": 28})
    listed(document, "退回要改的走访", "退回", {"日期": 28, "户": 54, "住址": 100})
    listed(document, "等审批的申请", "待批", {"编号": 32, "诉求": 110, "事项": 40})
    line(document, "{{ 没有列完 }}", before=4)
    line(
        document,
        "移交人签字：＿＿＿＿＿　接收人签字：＿＿＿＿＿　监交人签字：＿＿＿＿＿　＿＿＿年＿＿月＿＿日",
        before=14,
    )
    return document


def hardship():
    """困难家庭档案."""
    document = page()
    line(document, "困难家庭档案", 18, bold=True, middle=True)
    line(document, "{{ 单位 }}　{{ 档案编号 }}", middle=True, after=6)
    head = table(document, WIDTHS)
    for left, right in (
        ("户主", "人数"), ("网格", "住址"), ("主要帮扶对象", "主要类别"), ("困难等级", "状态"), ("发现日期", "建档日期"),
        ("责任人", "审核人"), ("住房", "危房等级"), ("共同生活", "水气暖"), ("欠债", "下次复核"),
    ):  # fmt: skip
        row(head, WIDTHS, left, f"{{{{ {left} }}}}", right, f"{{{{ {right} }}}}", bold=(0, 2))
    row(head, WIDTHS, "困难情况", "{{ 困难情况 }}", bold=(0,), whole=True)
    row(head, WIDTHS, "退出", "{{ 退出 }}", bold=(0,), whole=True)
    listed(
        document, "家庭成员", "成员",
        {
            "姓名": 18, "关系": 17, "年龄": 12, "身份证号": 38, "健康": 22, "劳动能力": 20, "上学工作": 20, "月收入": 16,
            "保险补助": 19,
        },
    )  # fmt: skip
    listed(
        document, "类别", "类别",
        {"谁": 20, "类别": 28, "从": 28, "到": 28, "认定单位": 32, "有效期至": 28, "每月": 18},
    )  # fmt: skip
    listed(
        document, "收入和开支（元）", "收支",
        {"年度": 14, "人数": 12, "收入": 22, "收入明细": 35, "开支": 22, "开支明细": 35, "结余": 21, "人均月收入": 21},
    )  # fmt: skip
    listed(document, "致困原因", "原因", {"原因": 36, "说明": 74, "从": 34, "消除": 38})
    listed(
        document, "措施和成效", "措施",
        {"季度": 24, "原因": 18, "目标": 26, "做什么": 36, "责任": 18, "期限": 20, "状态": 14, "成效": 26},
    )  # fmt: skip
    listed(document, "需求", "需求", {"种类": 26, "具体": 66, "缓急": 16, "希望哪天前": 32, "状态": 42})
    listed(
        document, "佐证材料", "材料",
        {"材料": 36, "证号": 26, "出具单位": 34, "出具日期": 28, "有效期至": 28, "谁看的原件": 30},
    )  # fmt: skip
    listed(document, "结对帮扶", "结对", {"帮扶人": 48, "帮什么": 58, "从": 38, "到": 38})
    listed(document, "救助", "救助", {"日期": 40, "内容": 62, "事由": 42, "签收人": 38})
    listed(document, "等级评定", "复核", {"日期": 36, "等级": 42, "理由": 72, "评定人": 32})
    line(
        document,
        "责任人签字：＿＿＿＿＿　审核人签字：＿＿＿＿＿　户主签字：＿＿＿＿＿　（盖章）＿＿＿年＿＿月＿＿日",
        before=14,
    )
    return document


# --- papers of the council, made of one description (council.layout) ----------------------------------------------
LEFT = WD_ALIGN_PARAGRAPH.LEFT
PLACES = {"middle": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT, "left": LEFT, "note": LEFT}


def marked(text):
    """`{word}` of a layout as a mark of the template."""
    return re.sub(r"\{(\w+)\}", r"{{ \1 }}", text)


def written(document, text, size, *, face="仿宋", place="left", bold=False, indent=False, after=0):
    """One paragraph in the type of official documents (GB/T 9704: 3 号仿宋, 28 points a line)."""
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.font.name = Pt(size), bold, "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    form = paragraph.paragraph_format
    form.alignment, form.space_before, form.space_after = PLACES[place], Pt(0), Pt(after)
    form.line_spacing = Pt(28 if size >= 16 else 20)
    if indent:
        form.first_line_indent = Pt(2 * size)


def official(layout):
    """An official document: margins 37, 35, 28, 26 mm, title in 2 号小标宋, body in 3 号仿宋."""
    document = page()
    section = document.sections[0]
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(37),
        Mm(35),
        Mm(28),
        Mm(26),
    )
    written(document, marked(layout.title), 22, face="方正小标宋简体", place="middle", after=8)
    for kind, *facts in layout.parts:
        if kind == "line":
            size = 14 if facts[1] == "note" else 16
            written(document, marked(facts[0]), size, place=facts[1], after=6 if facts[1] == "middle" else 0)
        elif kind == "body":
            written(document, f"{{%p for 段 in {facts[0]} %}}", 16)
            written(document, "{{ 段.文 }}", 16, indent=True)
            written(document, "{%p endfor %}", 16)
        elif kind == "list":
            document.add_paragraph(f"{{%p if {facts[1]} %}}")
            listed(document, facts[0], facts[1], facts[2], layout.tall.get(facts[1], 0))
            document.add_paragraph("{%p endif %}")
    return document


def sheet(layout):
    """A sheet of tables, for the wall and the file."""
    document = page()
    line(document, marked(layout.title), 18, bold=True, middle=True)
    parts_into(document, layout)
    return document


def parts_into(document, layout, word=lambda name: name, total="", placed=False):
    """Write the parts of a layout; `word` says what stands in a mark for a word, `total` is the field for the number of pages.
    `placed`: lines stand where they are said to, and long texts run over to the next page."""
    large = placed and layout.cover
    widths = COVER_WIDTHS if large else WIDTHS
    for kind, *facts in layout.parts:
        if kind == "line":
            line(
                document,
                re.sub(r"\{(\w+)\}", lambda found: f"{{{{ {word(found[1])} }}}}", facts[0]),
                middle=facts[1] == "middle",
                before=10 if facts[1] == "left" else 0,
                after=6,
            )
            if facts[1] == "right" and placed:
                document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        elif kind == "facts":
            head = table(document, widths)
            for left, right in facts[0]:
                row(head, widths, left, f"{{{{ {word(left)} }}}}", right, f"{{{{ {word(right)} }}}}", bold=(0, 2))
                if large:
                    enlarge(head.rows[-1])
        elif kind == "text":
            box = table(document, widths)
            row(box, widths, facts[0], f"{{{{ {word(facts[0])} }}}}", bold=(0,), whole=True, splits=placed)
            if large:
                enlarge(box.rows[-1])
        elif kind == "pages":
            behind(document, facts[0])
        elif kind == "total":
            line(document, f"{facts[0]} " if total else f"{facts[0]}＿＿＿＿{facts[1]}", 12, before=10, after=6)
            if total:
                field(document.paragraphs[-1], total)
                document.paragraphs[-1].add_run(f" {facts[1]}").font.size = Pt(12)
        else:
            listed(document, facts[0], facts[1], facts[2], layout.tall.get(facts[1], 0))


def enlarge(made):
    """A row of a cover: tall, in large type."""
    made.height = Mm(16)
    for cell in made.cells:
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        for run in cell.paragraphs[0].runs:
            run.font.size = Pt(13)


# --- papers of a case, made of one description (mediation.layout) ---------------------------------------------------------
def behind(document, name):
    """A sheet for each row of the list `name`, where the thing itself is laid."""
    line(document, f"{{%p for 一页{name} in {name} %}}")
    line(document, re.sub(r"\{(\w+)\}", rf"{{{{ 一页{name}.\1 }}}}", BEHIND), 12, bold=True)
    document.paragraphs[-1].paragraph_format.page_break_before = True
    line(document, PASTE, middle=True, before=200)
    line(document, "{%p endfor %}")


def case_paper_into(document, key, layout, *, first=False, named=False, total=""):
    """One paper of a case; made for each row of a list, every one on a sheet of its own. `named`: its first sheet can be
    pointed at. `total`: the field that says how many pages there are."""
    own = CASE_LISTS[layout.each] if layout.each else {}
    if layout.each:
        line(document, f"{{%p for 一份{layout.each} in {layout.each} %}}")
        line(document, "{%p if loop.first %}")
    heading = case_heading(document, layout, broken=not first)
    if named:
        bookmark(heading, f"{key}_1", list(CASE_LAYOUTS).index(key))
    if layout.each:
        line(document, "{%p else %}")
        case_heading(document, layout, broken=True)
        line(document, "{%p endif %}")
    parts_into(document, layout, lambda name: f"一份{layout.each}.{name}" if name in own else name, total, True)
    if layout.each:
        line(document, "{%p endfor %}")


def case_heading(document, layout, *, broken):
    """The title of a paper, on a new page when `broken`."""
    size, before, after = (32, 90, 20) if layout.cover else (18, 0, 0)
    line(document, layout.title, size, bold=True, middle=True, before=before, after=after)
    heading = document.paragraphs[-1]
    heading.paragraph_format.page_break_before = broken
    return heading


def case_sheet(key, layout):
    """One paper of a case as a file of its own."""
    document = page()
    case_paper_into(document, key, layout, first=True)
    return document


def whole_file():
    """整本卷宗: covers without a number; between them every paper that the case has on a page of its own, numbered from 1."""
    document = page()
    case_paper_into(document, "cover", CASE_LAYOUTS["cover"], first=True)
    contents(document)
    numbered(section_of(document), start=1)
    inside = [key for key in CASE_LAYOUTS if key not in COVERS]
    for key in inside:
        layout = CASE_LAYOUTS[key]
        if layout.needs:
            line(document, f"{{%p if {layout.needs} %}}")
        case_paper_into(document, key, layout, first=key == inside[0], named=True)
        if layout.needs:
            line(document, "{%p endif %}")
    section_of(document)
    # What closes the numbered part says how many pages it has.
    closes = next(
        one for one in reversed(document.paragraphs) if one._p.pPr is not None and one._p.pPr.sectPr is not None
    )
    spacing = closes.paragraph_format
    spacing.line_spacing, spacing.space_before, spacing.space_after = Pt(1), Pt(0), Pt(0)
    closes.add_run("").font.size = Pt(1)
    bookmark(closes, "end_1", len(CASE_LAYOUTS))
    case_paper_into(document, "back", CASE_LAYOUTS["back"], first=True, total="PAGEREF end_1 \\h")
    return document


def section_of(document):
    """A new section on a new page, without the footer of the one before."""
    made = document.add_section(WD_SECTION.NEW_PAGE)
    made.footer.is_linked_to_previous = False
    for one in made._sectPr.findall(qn("w:pgNumType")):
        made._sectPr.remove(one)
    return made


def contents(document):
    """卷内目录 on its own page; Word works the page numbers out when it opens the file."""
    line(document, CONTENTS, 18, bold=True, middle=True, after=6)
    document.paragraphs[-1].paragraph_format.page_break_before = True
    widths = (18, 104, 24, 36)
    made = table(document, widths)
    row(made, widths, "序号", "文书名称", "页号", "备注", bold=(0, 1, 2, 3))
    for key, layout in CASE_LAYOUTS.items():
        if key in COVERS:
            continue
        if layout.needs:
            row(made, widths, f"{{%tr if {layout.needs} %}}")
        row(made, widths, "", layout.title)
        field(made.rows[-1].cells[0].paragraphs[0], "SEQ xuhao \\* ARABIC")
        field(made.rows[-1].cells[2].paragraphs[0], f"PAGEREF {key}_1 \\h")
        if layout.needs:
            row(made, widths, "{%tr endif %}")


def bookmark(paragraph, name, number):
    """Mark `paragraph`, so that a field can name its page."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    paragraph._p.insert(paragraph._p.index(paragraph.runs[0]._r), start)
    paragraph._p.append(end)


def field(paragraph, code):
    """A field that is worked out anew when the file is opened."""
    made = OxmlElement("w:fldSimple")
    made.set(qn("w:instr"), code)
    made.set(qn("w:dirty"), "true")
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    made.append(run)
    paragraph._p.append(made)


def numbered(section, start):
    """The number of the page in the middle below, from `start`."""
    kind = OxmlElement("w:pgNumType")
    kind.set(qn("w:start"), str(start))
    section._sectPr.append(kind)
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field(paragraph, "PAGE")


def survey():
    """问卷结果报告."""
    document = page()
    line(document, "{{ 标题 }}", 18, bold=True, middle=True)
    line(document, "问卷结果报告", 14, bold=True, middle=True)
    line(document, "{{ 单位 }}　{{ 日期 }}", middle=True, after=6)
    head = table(document, WIDTHS)
    for left, right in (
        ("编号", "方面"), ("从", "到"), ("记名方式", "收到"), ("问的人数", "回收率"),
    ):  # fmt: skip
        row(head, WIDTHS, left, f"{{{{ {left} }}}}", right, f"{{{{ {right} }}}}", bold=(0, 2))
    row(head, WIDTHS, "为什么问", "{{ 为什么问 }}", bold=(0,), whole=True)
    listed(document, "结果", "结果", {"题目": 66, "答的份数": 22, "选项": 54, "份数": 18, "百分比": 22})
    line(document, "{{ 说明 }}", before=4)
    listed(document, "发现和办理", "发现", {"发现": 80, "方面": 38, "网格": 26, "办理": 38})
    line(document, "您说的，我们做了", 12, bold=True, before=8, after=3)
    said = table(document, WIDTHS)
    row(said, WIDTHS, "您说的", "{{ 您说的 }}", bold=(0,), whole=True)
    row(said, WIDTHS, "我们做了的", "{{ 我们做了的 }}", bold=(0,), whole=True)
    return document


def course_certificate():
    """培训证书."""
    document = page()
    line(document, "{{ 证书名称 }}", 26, bold=True, middle=True, before=90, after=30)
    line(document, "编号：{{ 编号 }}", 12, middle=True, after=36)
    line(document, "{{ 姓名 }}：", 18, bold=True, after=18)
    line(
        document,
        "　　于{{ 从 }}至{{ 到 }}参加“{{ 培训 }}”，共 {{ 课时 }} 课时，出勤 {{ 出勤率 }}，考核合格，特发此证。",
        16,
        after=18,
    )
    line(document, "等级：{{ 等级 }}", 14, after=90)
    line(document, "{{ 发证单位 }}（盖章）", 16, middle=True, after=8)
    line(document, "{{ 发证日期 }}", 16, middle=True)
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
    save(handover(), "handover.docx")
    save(hardship(), "hardship.docx")
    save(survey(), "survey.docx")
    save(course_certificate(), "course_certificate.docx")
    for key, layout in LAYOUTS.items():
        save(official(layout) if layout.official else sheet(layout), f"council_{key}.docx")
    for key, layout in CASE_LAYOUTS.items():
        save(case_sheet(key, layout), f"mediation_{key}.docx")
    save(whole_file(), "mediation_file.docx")
