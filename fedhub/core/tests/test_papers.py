"""Documents for Word: filling a template, and which templates an office may bring."""

import io
import zipfile

import pytest
from docx import Document

from fedhub.core import files
from fedhub.core.models import Attachment, AuditEvent, Setting
from fedhub.core.papercheck import MAX_INFLATED, MAX_PACKED, PaperError
from fedhub.core.papers import Paper, drop_template, example, fill, own_template, papers, put_template, render

pytestmark = pytest.mark.django_db
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def docx(*paragraphs, row=(), title=""):
    """Bytes of a document with these paragraphs, and a table of one row when `row` is given."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if row:
        cells = document.add_table(rows=1, cols=len(row)).rows[0].cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    document.core_properties.title = title
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def texts(data):
    """Every paragraph of a document, those in tables included."""
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def changed(data, name, content=None, *, replace=None):
    """`data` with the member `name` written anew, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name or replace:
                body = old.read(member)
                new.writestr(member, body.replace(*replace) if replace and member == name else body)
        if content is not None:
            new.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def paper(tmp_path, settings):
    """A kind of document with one word and one list."""
    settings.MEDIA_ROOT = tmp_path / "media"
    shipped = tmp_path / "letter.docx"
    shipped.write_bytes(docx("敬启者：{{ 姓名 }}", "{%p for 步骤 in 经过 %}", "{{ 步骤.日期 }}", "{%p endfor %}"))
    return Paper("letter", "信", shipped, {"姓名": "王桂兰"}, {"经过": {"日期": "2026-01-05"}})


def with_body(xml):
    """A sound template with `xml` at its end."""
    return changed(docx("{{ 姓名 }}"), "word/document.xml", replace=(b"<w:sectPr", f"{xml}<w:sectPr".encode()))


def field(*texts):
    """A field whose instruction stands in several runs, as Word writes it."""
    runs = "".join(f"<w:r><w:instrText>{text}</w:instrText></w:r>" for text in texts)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return f"<w:p>{begin}{runs}{end}</w:p>"


def with_relation(relation, *, encoding="utf-8", prefix=""):
    """A sound template with one more relationship."""
    colon, space = (f"{prefix}:", f":{prefix}") if prefix else ("", "")
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    xml = f'<?xml version="1.0" encoding="{encoding}"?><{colon}Relationships xmlns{space}="{package}">'
    xml += f"<{colon}Relationship {relation}/></{colon}Relationships>"
    return changed(docx("{{ 姓名 }}"), "word/_rels/footnotes.xml.rels", xml.encode(encoding))


def values(name="王桂兰", *days):
    return {"姓名": name, "经过": [{"日期": day} for day in days]}


# --- filling ------------------------------------------------------------------------------------------------------
def test_a_template_is_filled_with_words_and_rows(paper):
    assert texts(fill(paper, values("王桂兰", "5 日", "6 日"))) == ["敬启者：王桂兰", "5 日", "6 日"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>&\"'</b>", "<b>&\"'</b>"),
        ("{{ 7 * 7 }}{% for x in 经过 %}", "{{ 7 * 7 }}{% for x in 经过 %}"),
        ("一\n二", "一\n二"),
        ("一\x00\x07\x0c\x1b二\ud800", "一二"),
    ],
)
def test_what_people_wrote_stays_text(paper, text, shown):
    assert texts(fill(paper, values(text)))[0] == f"敬启者：{shown}"


def test_a_template_cannot_reach_the_program(paper):
    paper.shipped.write_bytes(docx("{{ ''.__class__.__mro__ }}{{ 姓名.__class__ }}"))

    with pytest.raises(Exception, match="unsafe"):
        fill(paper, values())


# --- the office's own ---------------------------------------------------------------------------------------------
def test_the_own_template_is_used_kept_sealed_and_put_back(paper, chair):
    put_template(paper, docx("您好，{{ 姓名 }}"), name="本单位.docx", by=chair)
    first = Attachment.objects.get()
    own = texts(fill(paper, values()))
    put_template(paper, docx("{{ 姓名 }}女士"), name="第二版.docx", by=chair)
    second = texts(fill(paper, values()))
    shown = own_template(paper)
    drop_template(paper, by=chair)
    drop_template(paper, by=chair)

    assert (own, second) == (["您好，王桂兰"], ["王桂兰女士"])
    assert (shown["name"], shown["by"]) == ("第二版.docx", "周敏")
    assert texts(fill(paper, values())) == ["敬启者：王桂兰"]
    assert Attachment.objects.count() == 0
    assert files.visible_owner(first, chair) is None
    acts = AuditEvent.objects.filter(action__startswith="core.paper").order_by("id")
    assert [(row.action, row.actor_id, row.detail) for row in acts] == [
        ("core.paper.change", chair.pk, {"paper": "letter"}), ("core.paper.change", chair.pk, {"paper": "letter"}),
        ("core.paper.restore", chair.pk, {"paper": "letter"}),
    ]  # fmt: skip


GOOD = docx("{{ 姓名 }}")
REMOTE = f'Id="r1" Type="{LINK}/attachedTemplate"'
BAD = {
    "unknown": (docx("好", "{{ 姓名 }}{{ 电话 }}"), "第 2 段的“电话”不是这种文书的名称"),
    "unknown_in_table": (docx("好", row=["一", "{{ 住址 }}"]), "第 1 个表格第 1 行的“住址”"),
    "unknown_in_row": (docx("{%p for 行 in 经过 %}", "{{ 行.时间 }}", "{%p endfor %}"), "第 2 段的“行.时间”"),
    "unknown_if": (docx("{% if 秘密 %}有{% endif %}"), "第 1 段的“秘密”"),
    "unknown_title": (docx("{{ 姓名 }}", title="{{ 密码 }}"), "“密码”"),
    "attribute": (docx("{{ 姓名.upper }}"), "“姓名.upper”"),
    "loop": (docx("{% for x in 姓名 %}{{ x }}{% endfor %}"), "只能重复“经过”"),
    "range": (docx("{% for x in range(99999) %}a{% endfor %}"), "只能重复“经过”"),
    "nested": (docx("{% for a in 经过 %}{% for b in 经过 %}x{% endfor %}{% endfor %}"), "只能重复“经过”"),
    "call": (docx("{{ 姓名() }}"), "不支持的写法"),
    "filter": (docx("{{ 姓名|upper }}"), "不支持的写法"),
    "sum": (docx("{{ 7 * 7 }}"), "不支持的写法"),
    "set": (docx("{% set 姓名 = 1 %}"), "不支持的写法"),
    "include": (docx('{% include "/etc/passwd" %}'), "不支持的写法"),
    "broken": (docx("好", "{{ 姓名 姓名 }}"), "第 2 段的“{{ 姓名 姓名 }}”读不懂"),
    "open_block": (docx("{% if 姓名 %}"), "就要有 endfor、endif"),
    "unclosed": (docx("{{ " * 400), "括号要成对"),
    "very_many": (docx("{{ " * 100_000), "标记超过 500 个"),
    "spaces": (docx("{% colspan" + " " * 300_000 + "x"), "括号要成对"),
    "marks": (docx("{{ 姓名 }}" * 501), "标记超过 500 个"),
    "wide": (
        changed(docx("好", row=["{{ 住址 }}"]), "word/document.xml",
                replace=(b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="900000000"/>')),
        "第 1 个表格第 1 行的“住址”",
    ),
    "in_a_tag": (changed(GOOD, "word/document.xml", replace=(b"<w:p>", b'<w:p w:rsidR="{{ x }}">')), "不支持的写法"),
    "text": ("只是文字".encode(), "不是 .docx 文件"),
    "old_word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "不是 .docx 文件"),
    "half": (GOOD[: len(GOOD) // 2], "已损坏"),
    "big": (b"PK" + b"\0" * MAX_PACKED, "超过 2 MB"),
    "workbook": (changed(GOOD, "word/document.xml"), "不是 Word 文档"),
    "macro": (changed(GOOD, "word/vbaProject.bin", b"x"), "带有宏"),
    "macro_type": (
        changed(GOOD, "[Content_Types].xml", replace=(b"<Types", b"<!-- macroEnabled --><Types")), "带有宏",
    ),
    "embedded": (changed(GOOD, "word/embeddings/a.xlsx", b"x"), "嵌有别的文件"),
    "remote": (
        changed(GOOD, "word/_rels/settings.xml.rels",
                f'<Relationships><Relationship Id="r1" Type="{LINK}/attachedTemplate" Target="http://x/a.dotm" '
                'TargetMode="External"/></Relationships>'),
        "从别处读取内容",
    ),
    "remote_named_like_a_link": (with_relation(f'{REMOTE} Target="http://x/hyperlink" TargetMode="External"'), "从别处读取"),
    "remote_by_reference": (with_relation(f'{REMOTE} Target="http://x/a" TargetMode="&#69;xternal"'), "从别处读取内容"),
    "remote_behind_an_angle": (with_relation(f'{REMOTE} Target="a>b" TargetMode="External"'), "从别处读取内容"),
    "remote_with_prefix": (
        with_relation(f'{REMOTE} Target="http://x/a" TargetMode="External"', prefix="p"), "从别处读取内容",
    ),
    "remote_in_wide_letters": (
        with_relation(f'{REMOTE} Target="http://x/a" TargetMode="External"', encoding="utf-16-le"), "已损坏",
    ),
    "remote_in_another_code": (with_relation(f'{REMOTE} Target="a" TargetMode="External"', encoding="cp037"), "已损坏"),
    "embedded_by_another_name": (with_relation(f'Id="r1" Type="{LINK}/oleObject" Target="a.dat"'), "嵌有别的文件"),
    "page_by_another_name": (with_relation(f'Id="r1" Type="{LINK}/aFChunk" Target="a.htm"'), "嵌有别的文件"),
    "macro_by_another_name": (
        with_relation('Id="r1" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="a.dat"'),
        "带有宏",
    ),
    "starts_a_program": (with_body(field("DDE", 'AUTO cmd "/k calc"')), "域“DDEAUTO”"),
    "fetches_a_picture": (
        with_body('<w:p><w:fldSimple w:instr=" IncludePicture &quot;http://x/a.png&quot; "/></w:p>'),
        "域“INCLUDEPICTURE”",
    ),
    "builds_a_field": (with_body(field(" QUOTE 68 68 69 ")), "域“QUOTE”"),
    "field_by_a_mark": (with_body(field("{{ 姓名 }}")), "为了安全没有收下"),
    "field_by_a_condition": (
        with_body(
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:t>{% if 姓名 %}</w:t></w:r><w:r>'
            "<w:instrText>PAGE </w:instrText></w:r><w:r><w:t>{% endif %}</w:t></w:r><w:r><w:instrText>DDE x"
            '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        ),
        "不支持的写法",
    ),
    "asks_a_database": (
        changed(GOOD, "word/settings.xml", replace=(b"<w:zoom", b"<w:mailMerge/><w:zoom")), "从别处读取内容",
    ),
    "entity_in_an_odd_part": (changed(GOOD, "word/more.bin", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "已损坏"),
    "deep": (docx("{% if 姓名 %}" * 249 + "x" + "{% endif %}" * 249), "括号要成对"),
    "deep_brackets": (docx("{{ " + "(" * 95 + "姓名" + ")" * 95 + " }}"), "读不懂"),
    "many_tags": (with_body("<w:p><w:r/></w:p>" * 20_000), "正文太长"),
    "long_row": (docx("{% for x in 经过 %}" + "字" * 100_001 + "{% endfor %}"), "第 1 段：重复的部分太长"),
    "fails_without_values": (docx("{% if not 姓名 %}{% if 1 < 姓名 %}x{% endif %}{% endif %}"), "试填，没有成功"),
    "entity": (changed(GOOD, "word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "已损坏"),
    "bomb": (changed(GOOD, "word/media/a.bin", b"\0" * (MAX_INFLATED + 1)), "解开后太大"),
    "long": (changed(GOOD, "word/more.xml", b" " * (2 * 1024 * 1024 + 1)), "正文太长"),
    "outside": (changed(GOOD, "../a.xml", b"x"), "已损坏"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_template_that_cannot_be_used_is_refused_with_one_sentence(paper, chair, name):
    data, sentence = BAD[name]

    with pytest.raises(PaperError) as refused:
        put_template(paper, data, name="a.docx", by=chair)

    assert sentence in str(refused.value)
    assert str(refused.value).count("没有收下") == 1
    assert (Setting.objects.filter(key="paper:letter").exists(), Attachment.objects.count()) == (False, 0)


def test_links_that_only_a_reader_follows_are_taken(paper, chair):
    link = (
        f'<Relationships><Relationship Id="r9" Type="{LINK}/hyperlink" Target="http://x/" TargetMode="External"/>'
        "</Relationships>"
    )

    put_template(paper, changed(GOOD, "word/_rels/footnotes.xml.rels", link), name="a.docx", by=chair)

    assert own_template(paper)["name"] == "a.docx"


def test_fields_that_only_print_are_taken(paper, chair):
    page = with_body(field(" PA", "GE ") + field(' HYPERLINK "http://x/" ') + field("= 1 + 1"))

    put_template(paper, page, name="a.docx", by=chair)

    assert own_template(paper)["name"] == "a.docx"


def test_an_own_template_that_fails_for_some_values_says_so(paper, chair):
    data = docx('{% if 姓名 == "李" %}{% if 1 < 姓名 %}x{% endif %}{% endif %}好')
    put_template(paper, data, name="a.docx", by=chair)

    assert texts(fill(paper, values("王"))) == ["好"]
    with pytest.raises(PaperError, match="恢复自带的模板"):
        fill(paper, values("李"))


@pytest.mark.parametrize("key", [paper.key for paper in papers])
def test_every_shipped_template_passes_its_own_check(paper, chair, key):
    shipped = papers[key]

    put_template(shipped, shipped.shipped.read_bytes(), name="a.docx", by=chair)

    made = "\n".join(texts(render(shipped.shipped.read_bytes(), example(shipped), strict=True)))
    assert [word for word, text in shipped.words.items() if text not in made] == []
    assert "{" not in made
