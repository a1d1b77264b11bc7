"""What is looked at before any parser opens an uploaded workbook: kind of file, shape of the zip, sizes.

The numbers are limits of the security design (§4.11). Every refusal is a BookError with one Chinese sentence that says
what the file is and which steps make it readable. The XML of the sheets is checked by the reader while it streams.
"""

import re
import stat
import struct
import zipfile
import zlib
from xml.parsers import expat

from django.core.exceptions import ValidationError

MAX_PACKED = 10 * 1024 * 1024
MAX_MEMBERS = 200
MAX_INFLATED = 256 * 1024 * 1024
MAX_ROWS = 100_000
# Title, heading and total rows of a ledger that holds MAX_ROWS people.
HEADING_ALLOWANCE = 50
MAX_COLUMNS = 100
MAX_DEPTH = 40
MAX_NAME = 200

_CHUNK = 256 * 1024
_PARSED = 64 * 1024
_LONGEST_TAG = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x06\x00", b"\x09\x08\x08\x00")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")
_SAVE_AS = "选择“文件”→“另存为”，文件类型选“Excel 工作簿（*.xlsx）”，再上传新存的文件"
_DAMAGED = f"文件已损坏或被改动过，没有收下。请用 WPS 或 Excel 打开，{_SAVE_AS}；打不开就请对方重新发一份。"
_WORD = "这是 Word 文档，不是表格，没有收下。请把里面的表格复制到 Excel，存为 .xlsx 后再上传。"
_DIRECTORY = 256 * 1024
_CODED = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([^"']{1,40})["']""")
_ACTIVE = ("/vbaproject.bin", "/vbadata.xml", "/activex/", "/macrosheets/", "/dialogsheets/", "/intlmacrosheets/")
_EMBEDDED = ("/embeddings/", "oleobject")
_MACRO_TYPES = (b"macroEnabled", b"ms-office.vbaProject")


class BookError(ValidationError):
    """The file cannot be taken as a ledger. `message` is one Chinese sentence, `code` names the reason for tests."""

    def __init__(self, message, code):
        super().__init__(message, code=code)

    def __str__(self):
        return self.message


def damaged():
    """The error for a workbook whose inside contradicts itself."""
    return BookError(_DAMAGED, "damaged")


def too_many_rows():
    return BookError(f"表格超过 {MAX_ROWS:,} 行，没有收下。请按网格分成几个文件，分别上传。", "too_many_rows")


def check_file(file, filename=""):
    """Look at an open binary `file` and return "xlsx" or "csv"; raise BookError for everything else.

    The file is read from its beginning; its position afterwards is 0. Nothing is parsed before the zip has been
    inflated once while its bytes were counted.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if size > MAX_PACKED:
        raise BookError(
            f"文件超过 {MAX_PACKED // 1024 // 1024} MB，没有收下。"
            "请删去图片、多余的工作表和表格下方的空行后另存一份，或按网格分成几个文件，再上传。",
            "too_large",
        )
    head = file.read(4096)
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise BookError("文件是空的，没有收下。请打开看看里面有没有内容，确认选对了文件再上传。", "empty")
    kind = _kind(file, head, filename.lower().strip())
    file.seek(0)
    if kind == "xlsx":
        check_xlsx(file)
        file.seek(0)
    return kind


def _kind(file, head, name):
    if head.startswith(_OLE):
        raise _ole_error(file, name)
    if head.startswith(b"PK"):
        return "xlsx"
    if head.startswith(_OLD_BIFF):
        raise _old_excel(name)
    if head.startswith(b"%PDF"):
        raise BookError(
            "这是 PDF 文件，不是表格，没有收下。请向对方要原来的 Excel 表格；没有的话，请照空白模板录入后上传。", "pdf"
        )
    if head.startswith(_PICTURES):
        raise BookError(
            "这是图片，不是表格，没有收下。请向对方要原来的 Excel 表格，或照空白模板录入后上传。", "picture"
        )
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2048].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<style", b"<div", b"<head")):
        raise BookError(
            f"这个文件其实是网页，只是名字像表格（有的系统这样导出），没有收下。请用 WPS 或 Excel 打开，{_SAVE_AS}。",
            "html",
        )
    if start.startswith((b"<?xml", b"<workbook", b"<ss:workbook")):
        raise BookError(f"这是旧的 XML 表格，没有收下。请用 WPS 或 Excel 打开，{_SAVE_AS}。", "xml")
    if start.startswith((b"rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise BookError("这是压缩包，不是表格，没有收下。请先解压，再上传里面的 .xlsx 表格。", "archive")
    marked_utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in head and not marked_utf16:
        raise BookError(
            f"认不出这是什么文件，没有收下。这里收 .xlsx 和 .csv 表格：请用 WPS 或 Excel 打开，{_SAVE_AS}。", "unknown"
        )
    if name.endswith((".xlsx", ".xlsm", ".xls", ".et", ".xltx", ".xlsb")) and not _looks_like_csv(head):
        raise BookError(
            f"文件名像 Excel 表格，里面却不是，没有收下。请用 WPS 或 Excel 打开确认内容，{_SAVE_AS}。", "not_xlsx"
        )
    return "csv"


def _looks_like_csv(head):
    """True when the beginning has lines with separators: such a file was only named .xls by the program it is from."""
    lines = [line for line in head.splitlines()[:20] if line.strip()]
    return len(lines) >= 2 and any(sum(mark in line for line in lines) >= 2 for mark in (b",", b"\t", b";"))


def _old_excel(name):
    if name.endswith((".et", ".ett")):
        return BookError(f"这是 WPS 表格格式（.et），这里读不了，没有收下。请用 WPS 打开，{_SAVE_AS}。", "et")
    return BookError(
        f"这是旧版 Excel 格式（.xls，97-2003），这里读不了，没有收下。请用 WPS 或 Excel 打开，{_SAVE_AS}。", "xls"
    )


def _ole_error(file, name):
    """OLE compound files: streams are named in UTF-16 in the directory (MS-CFB 2.6)."""
    file.seek(0)
    data = file.read(MAX_PACKED + 1)

    def holds(stream):
        return stream.encode("utf-16-le") + b"\0\0" in data

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        return BookError(
            "这个表格设了打开密码，没有收下。请用 WPS 或 Excel 输入密码打开，在“文件”→“文档加密”（Excel 为“信息”→“保护"
            "工作簿”）里去掉密码，保存后再上传。",
            "password",
        )
    if name.endswith((".et", ".ett")) or holds("ETExtData"):
        return _old_excel(".et")
    if holds("Workbook") or holds("Book"):
        return _old_excel(".xls")
    if holds("WordDocument"):
        return BookError(
            "这是 Word 文档，不是表格，没有收下。请把里面的表格复制到 Excel，存为 .xlsx 后再上传。", "word"
        )
    return _old_excel(name)


def check_xlsx(file):
    """Check an .xlsx without parsing its sheets: members, paths, overlaps, inflated size, encodings, active parts.

    Raises BookError. Everything is inflated once and counted while inflating, since sizes written in a zip may lie.
    """
    try:
        _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_members(members)
            starts = _check_layout(file, archive, members)
            _check_kind(archive, {member.filename for member in members})
            left = MAX_INFLATED
            for member in members:
                left = _check_content(file, member, starts[member.filename], left)
    except BookError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise damaged() from error
    except (struct.error, KeyError, IndexError, UnicodeDecodeError) as error:
        raise damaged() from error


def _too_many_members():
    return BookError(
        f"这个表格里的部件超过 {MAX_MEMBERS} 个，没有收下。"
        "请把需要的那张工作表复制到新的空白表格里，存为 .xlsx 后再上传。",
        "too_many_members",
    )


def _check_directory(file):
    """Refuse a zip whose directory is too long for MAX_MEMBERS, before `zipfile` builds an object per entry."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        raise damaged()
    if struct.unpack("<I", tail[place + 12 : place + 16])[0] > _DIRECTORY:
        raise _too_many_members()


def _check_members(members):
    if len(members) > MAX_MEMBERS:
        raise _too_many_members()
    names = set()
    for member in members:
        name = member.filename
        key = name.casefold()
        unsafe = name.startswith(("/", "\\")) or "\\" in name or ":" in name or len(name) > MAX_NAME or "\0" in name
        if unsafe or ".." in name.split("/") or key in names or stat.S_ISLNK(member.external_attr >> 16):
            raise damaged()
        if member.flag_bits & 0x1:
            raise BookError(
                "这个压缩包设了密码，没有收下。请用 WPS 或 Excel 打开后去掉密码，存为 .xlsx 再上传。", "password"
            )
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged()
        names.add(key)


def _check_layout(file, archive, members):
    """Members lie one after the other from byte 0 to the directory: no junk in front, no two sharing bytes.

    Returns {name: position of the member's compressed data}.
    """
    starts, position = {}, 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < position or (position == 0 and member.header_offset != 0):
            raise damaged()
        file.seek(member.header_offset)
        header = file.read(30)
        if len(header) != 30 or header[:4] != b"PK\x03\x04":
            raise damaged()
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        starts[member.filename] = member.header_offset + 30 + name_length + extra_length
        position = starts[member.filename] + member.compress_size
    if position > archive.start_dir:
        raise damaged()
    return starts


def _check_kind(archive, names):
    lower = {name.lower() for name in names}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in lower):
        raise _zip_error(archive, lower)
    if "xl/workbook.bin" in lower:
        raise BookError(f"这是二进制工作簿（.xlsb），没有收下。请用 Excel 打开，{_SAVE_AS}。", "xlsb")
    types = _head_of(archive, "[Content_Types].xml")
    if any(mark in types for mark in _MACRO_TYPES) or any(mark in name for name in lower for mark in _ACTIVE):
        raise BookError(
            f"这个表格带有宏（小程序），为了安全没有收下。请用 WPS 或 Excel 打开，{_SAVE_AS}（宏会去掉，内容不变）。",
            "macro",
        )
    if any(mark in name for name in lower for mark in _EMBEDDED):
        raise BookError(
            "这个表格里嵌有别的文件（例如 Word 文档的图标），为了安全没有收下。请打开后删去这些图标，保存再上传。",
            "embedded",
        )


def _zip_error(archive, names):
    if "mimetype" in names and b"opendocument" in _head_of(archive, "mimetype"):
        return BookError(f"这是 ODS 表格，这里读不了，没有收下。请用 WPS 或 Excel 打开，{_SAVE_AS}。", "ods")
    if any(name.startswith("word/") for name in names):
        return BookError(
            "这是 Word 文档，不是表格，没有收下。请把里面的表格复制到 Excel，存为 .xlsx 后再上传。", "word"
        )
    if any(name.startswith("ppt/") for name in names):
        return BookError("这是演示文稿，不是表格，没有收下。请上传 .xlsx 表格。", "slides")
    return BookError("这是压缩包，不是表格，没有收下。请先解压，再上传里面的 .xlsx 表格。", "archive")


def _head_of(archive, name):
    with archive.open(name) as stream:
        return stream.read(_CHUNK)


def _check_content(file, member, start, left):
    """Inflate one member, count its bytes, look at its encoding and for DOCTYPE; returns the bytes still allowed.

    Inflated here and not by `zipfile`, which believes the size written in the directory and stops there.
    """
    is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    tail, received, checksum = b"", 0, 0
    for chunk in _inflated(file, member, start):
        received += len(chunk)
        if received > left:
            raise BookError(
                f"这个表格解开后超过 {MAX_INFLATED // 1024 // 1024} MB，没有收下。"
                "请删去多余的工作表、图片和大片空白格式，另存一份后再上传。",
                "inflates_too_far",
            )
        checksum = zlib.crc32(chunk, checksum)
        if is_xml:
            if not tail:
                _check_encoding(chunk)
            if b"<!DOCTYPE" in tail + chunk or b"<!ENTITY" in tail + chunk:
                raise _definitions()
            tail = chunk[-16:]
    if received != member.file_size or checksum != member.CRC:
        raise damaged()
    return left - received


def _inflated(file, member, start):
    """Yield the content of `member` in chunks of at most _CHUNK bytes, from its compressed bytes alone."""
    file.seek(start)
    packed = member.compress_size
    if member.compress_type == zipfile.ZIP_STORED:
        while packed:
            chunk = file.read(min(packed, _CHUNK))
            if not chunk:
                raise damaged()
            packed -= len(chunk)
            yield chunk
        return
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed:
        data = file.read(min(packed, _CHUNK))
        if not data:
            raise damaged()
        packed -= len(data)
        while data and not inflate.eof:
            chunk = inflate.decompress(data, _CHUNK)
            data = inflate.unconsumed_tail
            if chunk:
                yield chunk
        while not packed and not inflate.eof:
            chunk = inflate.decompress(b"", _CHUNK)
            if not chunk:
                raise damaged()
            yield chunk


def _check_encoding(chunk):
    declared = _CODED.match(chunk.lstrip(b"\xef\xbb\xbf"))
    if chunk.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in chunk[:64]:
        raise damaged()
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise damaged()


def _definitions(*args):
    return BookError(f"文件里有表格不该有的定义，为了安全没有收下。请用 WPS 或 Excel 打开，{_SAVE_AS}。", "doctype")


def _refuse(*args):
    raise _definitions()


def xml_parser():
    """An expat parser for UTF-8 that refuses DOCTYPE and entities, without handlers of its own yet.

    Whoever sets the handlers counts the depth and compares it with MAX_DEPTH.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _refuse
    return parser


def feed(parser, stream, split=None):
    """Parse `stream` to its end, yielding after each chunk.

    `split(chunk)` yields the parts of a chunk that the parser is to see, and is asked with b"" at the end. Raises
    BookError for what is not well-formed, and for one tag so long that the parser would have to hold it.
    """
    fed = 0
    try:
        while chunk := stream.read(_PARSED):
            for part in split(chunk) if split else (chunk,):
                parser.Parse(part)
                fed += len(part)
            if fed - max(parser.CurrentByteIndex, 0) > _LONGEST_TAG:
                raise damaged()
            yield
        for part in split(b"") if split else ():
            parser.Parse(part)
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise damaged() from error


def walk(stream, start, text=None):
    """Parse a small part of a workbook: `start(name, attributes)` for each element, names without prefix."""
    depth = 0

    def opened(name, attributes):
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise damaged()
        start(name.rpartition(":")[2], attributes)

    def closed(name):
        nonlocal depth
        depth -= 1

    parser = xml_parser()
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    if text:
        parser.CharacterDataHandler = text
    for _ in feed(parser, stream):
        pass
