"""What is looked at before an office's own Word template is used: the zip, active parts, and what its marks say.

Every refusal is a PaperError with one Chinese sentence: what is wrong, where, and what to do.
"""

import io
import re
import stat
import zipfile
import zlib

from django.core.exceptions import ValidationError

MAX_PACKED = 2 * 1024 * 1024
MAX_MEMBERS = 200
MAX_INFLATED = 16 * 1024 * 1024
MAX_TEXT = 1024 * 1024
# The marks of one part, and the length of one: what reads them takes time with the square of both.
MAX_MARKS = 500
MAX_MARK = 200
# The tags of a part that is filled, and the tags and length of what is repeated: filling takes time with the square.
MAX_TAGS = 20_000
MAX_ROW_TAGS = 1200
MAX_ROW_TEXT = 100_000
SAVE_AS = "请用 WPS 或 Word 打开，选择“文件”→“另存为”，文件类型选“Word 文档（*.docx）”，再上传新存的文件"
_DAMAGED = f"文件已损坏或被改动过，没有收下。{SAVE_AS}。"
_ACTIVE = ("vbaproject.bin", "vbadata.xml", "/activex/")
_EMBEDDED = ("/embeddings/", "oleobject", "/afchunk")
# Kinds of relationships by the end of their address: what they lead to is the same under any name.
_ACTIVE_KINDS = {"vbaproject", "wordvbadata", "control", "activexcontrolbinary", "extensibility", "attachedtoolbars"}
_EMBEDDED_KINDS = {"oleobject", "package", "afchunk", "subdocument", "frame"}
_ENCODED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
# Fields that only print what the document, the clock or a hand gives; others fetch, start programs or build fields.
_FIELDS = {
    "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "NUMWORDS", "NUMCHARS", "DATE", "TIME", "CREATEDATE", "SAVEDATE",
    "PRINTDATE", "EDITTIME", "HYPERLINK", "REF", "PAGEREF", "NOTEREF", "STYLEREF", "TOC", "TC", "XE", "INDEX", "SEQ",
    "LISTNUM", "AUTONUM", "SYMBOL", "EQ", "ADVANCE", "FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN", "=", "FORMULA",
    "AUTHOR", "TITLE", "SUBJECT", "KEYWORDS", "COMMENTS", "LASTSAVEDBY", "REVNUM", "FILENAME", "DOCPROPERTY",
}  # fmt: skip
_HAS_FIELDS = re.compile(rb"\b(?:instrText|fldSimple|fldChar)\b")
_MERGES = re.compile(rb"<(?:[\w.-]+:)?mailMerge\b")
_MACRO = f"这个文件带有宏（小程序），为了安全没有收下。{SAVE_AS}（宏会去掉，内容不变）。"
_INSIDE = "这个文件里嵌有别的文件，为了安全没有收下。请打开后删去，保存再上传。"
_LONG = "模板的正文太长，没有收下。请只留一份文书的内容。"
_OUTSIDE = "这个模板会从别处读取内容（链接的图片或模板），为了安全没有收下。请把图片直接插入文档，去掉链接后再上传。"


class PaperError(ValidationError):
    """The file cannot be used as a template. `message` is one Chinese sentence, `code` names the reason for tests."""

    def __init__(self, message, code):
        super().__init__(message, code=code)

    def __str__(self):
        return self.message


def check_template(paper, data, try_out):
    """Raises PaperError unless `data` (bytes) is a .docx without active parts whose marks name only words of `paper`;
    at the end `try_out(data)` fills it, with examples and with nothing."""
    check_docx(data)
    check_marks(paper, data)
    try:
        try_out(data)
    except Exception as error:
        # A template fails in as many ways as there are ways to write one; whatever the way, it is not accepted.
        raise PaperError(
            "用这个模板试填，没有成功，没有收下。请下载现在用的模板，在它上面改。", "not_filled"
        ) from error


# --- the file -----------------------------------------------------------------------------------------------------
def check_docx(data):
    """Raises PaperError unless `data` is a sound .docx of ordinary size without macros, embedded files or links."""
    if len(data) > MAX_PACKED:
        raise PaperError("模板超过 2 MB，没有收下。请删去大图片后再上传。", "too_large")
    if not data.startswith(b"PK"):
        raise PaperError(f"这不是 .docx 文件，没有收下。{SAVE_AS}。", "not_docx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_members(members)
            _check_kind(archive, {member.filename for member in members})
            for member in members:
                _check_content(member.filename.lower(), archive.read(member))
    except PaperError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise PaperError(_DAMAGED, "damaged") from error
    except (KeyError, IndexError) as error:
        raise PaperError(_DAMAGED, "damaged") from error


def _check_members(members):
    """`zipfile` never reads more of a member than the size written in its directory, so the sizes can be believed."""
    if len(members) > MAX_MEMBERS:
        raise PaperError(
            f"文件里的部件超过 {MAX_MEMBERS} 个，没有收下。请把内容复制到新的空白文档里再上传。", "too_many"
        )
    if sum(member.file_size for member in members) > MAX_INFLATED:
        raise PaperError("文件解开后太大，没有收下。请删去大图片后再上传。", "inflates_too_far")
    names = set()
    for member in members:
        name = member.filename
        unsafe = name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/")
        if unsafe or name.casefold() in names or stat.S_ISLNK(member.external_attr >> 16):
            raise PaperError(_DAMAGED, "damaged")
        if member.flag_bits & 0x1:
            raise PaperError(f"这个文件设了密码，没有收下。去掉密码后，{SAVE_AS}。", "password")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise PaperError(_DAMAGED, "damaged")
        names.add(name.casefold())


def _check_kind(archive, names):
    lower = {f"/{name.lower()}" for name in names}
    if "[Content_Types].xml" not in names or "word/document.xml" not in names:
        raise PaperError(f"这不是 Word 文档，没有收下。{SAVE_AS}。", "not_docx")
    types = archive.read("[Content_Types].xml")
    if b"macroEnabled" in types or any(mark in name for name in lower for mark in _ACTIVE):
        raise PaperError(_MACRO, "macro")
    if any(mark in name for name in lower for mark in _EMBEDDED):
        raise PaperError(_INSIDE, "embedded")


def _check_content(name, content):
    """A part is read as XML whatever it is called, so everything that looks like it is looked at."""
    named = name.endswith((".xml", ".rels"))
    if not named and not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<\0" not in content[:8]:
        return
    if len(content) > MAX_TEXT:
        raise PaperError(_LONG, "too_long")
    declared = _ENCODED.match(content.removeprefix(b"\xef\xbb\xbf"))
    foreign = declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii")
    if foreign or b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content:
        raise PaperError(_DAMAGED, "damaged")
    if name == "[content_types].xml":
        _check_types(_read(content))
    elif name.endswith(".rels"):
        _check_relations(_read(content))
    if _MERGES.search(content):
        raise PaperError(_OUTSIDE, "outside")
    if _HAS_FIELDS.search(content):
        _check_fields(_read(content))


def _read(content):
    from lxml import etree  # noqa: PLC0415 - only for templates

    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise PaperError(_DAMAGED, "damaged") from error


def _local(element):
    """The name of an element without its namespace; '' for a comment or an instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _check_types(root):
    types = " ".join(element.get("ContentType", "") for element in root.iter()).lower()
    if "macroenabled" in types or "vbaproject" in types or "activex" in types:
        raise PaperError(_MACRO, "macro")
    if "oleobject" in types:
        raise PaperError(_INSIDE, "embedded")


def _check_relations(root):
    for element in root.iter():
        if _local(element) != "Relationship":
            continue
        kind = element.get("Type", "").rpartition("/")[2].lower()
        if kind in _ACTIVE_KINDS:
            raise PaperError(_MACRO, "macro")
        if kind in _EMBEDDED_KINDS:
            raise PaperError(_INSIDE, "embedded")
        if element.get("TargetMode", "Internal") != "Internal" and kind != "hyperlink":
            raise PaperError(_OUTSIDE, "outside")


def _check_fields(root):
    """Raises PaperError unless every field begins with a word of _FIELDS that stands there whatever the marks say."""
    inside = []
    for element in root.iter():
        name, values = _local(element), {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
        if name == "fldSimple":
            _check_field(values.get("instr", ""))
        elif name == "fldChar":
            kind = values.get("fldCharType")
            if inside and inside[-1] is not None:
                _check_field(inside[-1])
                inside[-1] = None
            if kind == "begin":
                inside.append("")
            elif kind == "end" and inside:
                inside.pop()
            elif kind == "separate" and inside:
                inside[-1] = None
        elif name in ("instrText", "delInstrText") and inside and inside[-1] is not None:
            inside[-1] += element.text or ""
        elif name == "t" and inside and inside[-1] is not None and "{" in (element.text or ""):
            raise PaperError(f"模板里有这里不支持的写法，没有收下。{_WORDS_ONLY}。", "not_allowed")


def _check_field(text):
    word = re.match(r"\s*(=|[^\s\\\"=]*)", text)[1].upper()
    if word not in _FIELDS or "{" in text:
        raise PaperError(
            f"模板里的域“{word[:20]}”会从别处取内容或者不能用，为了安全没有收下。"
            "请选中它，按 Ctrl+Shift+F9 变成普通文字，保存再上传。",
            "field",
        )


# --- the marks ----------------------------------------------------------------------------------------------------
_MARK = re.compile(rf"\{{\{{.{{0,{MAX_MARK}}}?\}}\}}|\{{%.{{0,{MAX_MARK}}}?%\}}", re.DOTALL)
_FILLED_FACTS = ("author", "comments", "identifier", "language", "subject", "title")
_WORDS_ONLY = "这里只能写 {{ 名称 }}、{% for … %}、{% if … %}"


def check_marks(paper, data):
    """Raises PaperError when a mark names an unknown word or says anything but a word, a repetition or a condition."""
    from docxtpl import DocxTemplate  # noqa: PLC0415
    from jinja2 import TemplateError  # noqa: PLC0415
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    document = DocxTemplate(io.BytesIO(data))
    try:
        document.init_docx()
        parts = list(_parts(document))
    except Exception as error:
        raise PaperError(_DAMAGED, "damaged") from error
    if any(xml.count("<") > 2 * MAX_TAGS for xml in parts):
        raise PaperError(_LONG, "too_long")
    places = [(where, mark) for where, text in _paragraphs(document) for mark in _MARK.findall(text)]
    for xml in parts:
        _check_shape(xml, places)
        try:
            tree = SandboxedEnvironment(autoescape=True).parse(document.patch_xml(xml))
            _check_tree(tree, paper, places)
        except (TemplateError, RecursionError) as error:
            raise PaperError(_broken(places), "broken") from error


_OPENING = re.compile(r"\{[{%#]")
_INSIDE_A_TAG = re.compile(r"<[^<>]*\{[{%#]")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}


def _check_shape(xml, places):
    """Every mark stands in the text, is closed soon after it opens, and there are not too many of them."""
    if _INSIDE_A_TAG.search(xml):
        raise PaperError(f"模板里有这里不支持的写法，没有收下。{_WORDS_ONLY}。", "not_allowed")
    text = re.sub(r"<[^<>]*>", "", xml)
    openings = list(_OPENING.finditer(text))
    if len(openings) > MAX_MARKS:
        raise PaperError(f"模板里的标记超过 {MAX_MARKS} 个，没有收下。请只留一份文书的内容。", "too_many_marks")
    for opening in openings:
        if _CLOSING[opening[0]] not in text[opening.end() : opening.end() + MAX_MARK]:
            raise PaperError(_broken(places), "broken")


def _parts(document):
    """The XML texts that are filled: body, headers and footers, notes, and the properties of the file."""
    yield document.get_xml()
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        for _, part in document.get_headers_footers(uri):
            yield document.get_part_xml(part)
    for part in document.docx.part.package.iter_parts():
        if part.content_type.endswith(".footnotes+xml"):
            yield part.blob.decode()
    facts = document.docx.core_properties
    yield " ".join(str(getattr(facts, name) or "") for name in _FILLED_FACTS)


def _paragraphs(document):
    """`(place in words, text)` of every paragraph, those in tables included."""
    body = document.docx
    for number, paragraph in enumerate(body.paragraphs, 1):
        yield f"第 {number} 段", paragraph.text
    for number, table in enumerate(body.tables, 1):
        for line, row in enumerate(table.rows, 1):
            # Not `row.cells`, which gives a merged cell as often as its width claims.
            for cell in row._tr.tc_lst:
                yield f"第 {number} 个表格第 {line} 行", "".join(cell.itertext())
    for section in body.sections:
        for where, part in (("页眉", section.header), ("页脚", section.footer)):
            for paragraph in part.paragraphs:
                yield where, paragraph.text


def _broken(places):
    """The sentence for marks that cannot be read, with the first odd one."""
    from jinja2 import TemplateError  # noqa: PLC0415
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    for where, mark in places:
        # A mark for a table row or a paragraph is written {%tr for … %}; blocks are only whole together.
        plain = re.sub(r"^(\{[{%])(tr|tc|p|r)\s", r"\1 ", mark)
        try:
            if plain.startswith("{{"):
                SandboxedEnvironment().parse(plain)
        except (TemplateError, RecursionError):
            return f"{where}的“{mark}”读不懂，没有收下。{_WORDS_ONLY}，括号要成对。"
    return f"模板里的标记读不懂，没有收下。{_WORDS_ONLY}，括号要成对，有 for、if 就要有 endfor、endif。"


def _check_tree(tree, paper, places):
    from jinja2 import nodes  # noqa: PLC0415

    allowed = (
        nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If, nodes.Not,
        nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.Const,
    )  # fmt: skip
    rows = {}
    for loop in tree.find_all(nodes.For):
        name = getattr(loop.iter, "name", "")
        if not isinstance(loop.target, nodes.Name) or name not in paper.lists or list(loop.find_all(nodes.For)):
            raise PaperError(f"{_where(places, name or 'for')}：只能重复{_names(paper.lists)}，没有收下。", "loop")
        repeated = "".join(text.data for text in loop.find_all(nodes.TemplateData))
        if repeated.count("<") > MAX_ROW_TAGS or len(repeated) > MAX_ROW_TEXT:
            raise PaperError(f"{_where(places, name)}：重复的部分太长，没有收下。请只重复一行或者一段。", "long_row")
        rows[loop.target.name] = paper.lists[name]
    known = {*paper.words, *paper.lists, *rows, "loop"}
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, allowed):
            raise PaperError(f"模板里有这里不支持的写法，没有收下。{_WORDS_ONLY}。", "not_allowed")
        if isinstance(node, nodes.Name) and node.name not in known:
            raise PaperError(f"{_where(places, node.name)}的“{node.name}”不是这种文书的名称，没有收下。", "unknown")
        if isinstance(node, nodes.Getattr):
            _check_row_word(node, rows, places)


def _check_row_word(node, rows, places):
    owner = getattr(node.node, "name", "")
    if owner == "loop" and node.attr in {"index", "first", "last"}:
        return
    if owner not in rows or node.attr not in rows[owner]:
        word = f"{owner}.{node.attr}"
        raise PaperError(f"{_where(places, node.attr)}的“{word}”不是这种文书的名称，没有收下。", "unknown")


def _where(places, word):
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    return next((where for where, mark in places if pattern.search(mark)), "模板里")


def _names(words):
    return "、".join(f"“{word}”" for word in words) or "不了任何内容"
