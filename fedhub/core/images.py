"""Cleaning of uploaded pictures: header checks before any decoder runs, then a fresh picture without metadata.

A header can claim a picture that needs gigabytes to decode (34 bytes of WEBP: 12,000 x 12,000), so limits are read
from the file's own structure first. The picture is then decoded, turned upright, made smaller and written anew as
JPEG: place, device, comments and anything appended to the file stay behind (security design 4.11).
"""

import hashlib
import io
import re
import struct
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 12_000
MAX_JPEG_SCANS = 40
MAX_JPEG_SEGMENTS = 1_000
MAX_PNG_TEXTS = 20
MAX_PNG_CHUNKS = 40_000
MAX_WEBP_CHUNKS = 100
# Brands of pictures in the high efficiency container, still and in sequences (ISO/IEC 23008-12 annex B; AV1 in HEIF).
HEIC_BRANDS = {
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"avif", b"avis"
}  # fmt: skip
TARGET_SIDE = 1_600
QUALITY = 82

# A second guard behind the header checks, for the whole process.
warnings.simplefilter("error", Image.DecompressionBombWarning)


class ImageRefused(ValueError):
    """The picture is not accepted; the text is one Chinese sentence for the person who sent it."""


@dataclass(frozen=True)
class CleanImage:
    """A freshly written picture: its bytes, type, size in pixels, and SHA-256 in hex."""

    bytes: bytes
    content_type: str
    width: int
    height: int
    sha256: str


DAMAGED = "这张图片不完整或已损坏，没有收下。请重新拍照或重新上传。"
ANIMATED = "这是动图，没有收下。请换一张普通照片（JPG、PNG 或 WEBP）。"
TOO_BIG = "这张图片的尺寸太大，没有收下。请先在手机或电脑上缩小后再上传。"
TOO_HEAVY = "这张图片超过 15 MB，没有收下。请先压缩或换一张小一些的再上传。"
ODD = "这张图片的内部结构不正常，没有收下。请重新拍照，或截图后再上传。"
HEIC = "这是 HEIC 格式的照片，没有收下。请在手机相册里转成 JPG，或截图后再上传。"
WRONG_KIND = "只收 JPG、PNG、WEBP 三种图片，这个文件没有收下。请换一张再上传。"


def clean_image(file):
    """Read `file` (an open binary file), check it and return a CleanImage: JPEG, at most 1,600 pixels a side.

    Raises ImageRefused. The file's name and declared type are not believed; its first bytes decide.
    """
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ImageRefused(TOO_HEAVY)
    kind, size = check_header(data)
    try:
        picture = _decode(data, kind, size)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    except ImageRefused:
        raise
    except (Exception, Image.DecompressionBombWarning) as error:
        # Decoders fail in many ways on hostile bytes; whatever the way, the picture is not accepted.
        raise ImageRefused(DAMAGED) from error
    cleaned = out.getvalue()
    return CleanImage(cleaned, "image/jpeg", *picture.size, hashlib.sha256(cleaned).hexdigest())


def check_header(data):
    """Real type and size of the picture in `data` ("JPEG", (width, height)), read without decoding a pixel.

    Raises ImageRefused for other types and for anything beyond the limits of this module.
    """
    try:
        if data[:3] == b"\xff\xd8\xff":
            kind, size = "JPEG", _jpeg_size(data)
        elif data[:8] == b"\x89PNG\r\n\x1a\n":
            kind, size = "PNG", _png_size(data)
        elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            kind, size = "WEBP", _webp_size(data)
        elif data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
            raise ImageRefused(HEIC)
        elif not data:
            raise ImageRefused(DAMAGED)
        else:
            raise ImageRefused(WRONG_KIND)
    except (struct.error, IndexError) as error:
        raise ImageRefused(DAMAGED) from error
    width, height = size
    if not width or not height:
        raise ImageRefused(DAMAGED)
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise ImageRefused(TOO_BIG)
    return kind, size


# --- structure of the three formats -------------------------------------------------------------------------------
_NOT_FILL = re.compile(rb"[^\xff]")
# A marker that ends entropy-coded data: not a stuffed 00, not a restart marker, not a fill byte.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_EOI, _SOS = 0xD9, 0xDA
_BASELINE_OR_PROGRESSIVE = {0xC0, 0xC1, 0xC2}
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg_size(data):
    """Size from the frame header (ITU-T T.81 annex B), after walking every segment up to the end of the image."""
    at, scans, size = 2, 0, None
    for _ in range(MAX_JPEG_SEGMENTS):
        found = _NOT_FILL.search(data, at)
        if not found or data[at] != 0xFF:
            raise ImageRefused(DAMAGED)
        marker, at = data[found.start()], found.end()
        if marker == _EOI:
            break
        (length,) = struct.unpack_from(">H", data, at)
        if length < 2 or at + length > len(data):
            raise ImageRefused(DAMAGED)
        if marker in _FRAMES:
            if marker not in _BASELINE_OR_PROGRESSIVE or size is not None:
                raise ImageRefused(ODD)
            height, width = struct.unpack_from(">HH", data, at + 3)
            size = width, height
        at += length
        if marker == _SOS:
            scans += 1
            if scans > MAX_JPEG_SCANS:
                raise ImageRefused(ODD)
            found = _MARKER.search(data, at)
            if not found:
                raise ImageRefused(DAMAGED)
            at = found.start()
    else:
        raise ImageRefused(ODD)
    if size is None or not scans:
        raise ImageRefused(DAMAGED)
    return size


def _png_size(data):
    """Size from IHDR, after walking every chunk (PNG specification, chunk layout)."""
    at, texts, size, whole = 8, 0, None, False
    for _ in range(MAX_PNG_CHUNKS):
        if at >= len(data):
            break
        length, name = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            raise ImageRefused(DAMAGED)
        if name == b"IHDR":
            if size is not None:
                raise ImageRefused(ODD)
            size = struct.unpack_from(">II", data, at + 8)
        elif size is None:
            raise ImageRefused(DAMAGED)
        elif name == b"acTL":
            raise ImageRefused(ANIMATED)
        elif name in (b"tEXt", b"zTXt", b"iTXt"):
            texts += 1
            if texts > MAX_PNG_TEXTS:
                raise ImageRefused(ODD)
        elif name == b"IEND":
            whole = True
            break
        at += 12 + length
    else:
        raise ImageRefused(ODD)
    if not whole:
        raise ImageRefused(DAMAGED)
    return size


def _webp_size(data):
    """The largest size that any chunk claims (WEBP container specification); both canvas and frame must be modest."""
    (riff_length,) = struct.unpack_from("<I", data, 4)
    end = 8 + riff_length
    if end > len(data) + 1:
        raise ImageRefused(DAMAGED)
    at, sizes = 12, []
    for _ in range(MAX_WEBP_CHUNKS):
        if at + 8 > min(end, len(data)):
            break
        name, length = struct.unpack_from("<4sI", data, at)
        body = at + 8
        if body + length > len(data):
            raise ImageRefused(DAMAGED)
        if name in (b"ANIM", b"ANMF"):
            raise ImageRefused(ANIMATED)
        if name == b"VP8X":
            if data[body] & 0x02:
                raise ImageRefused(ANIMATED)
            sizes.append(tuple(1 + int.from_bytes(data[body + n : body + n + 3], "little") for n in (4, 7)))
        elif name == b"VP8L":
            bits = int.from_bytes(data[body + 1 : body + 5], "little")
            sizes.append((1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)))
        elif name == b"VP8 ":
            width, height = struct.unpack_from("<HH", data, body + 6)
            sizes.append((width & 0x3FFF, height & 0x3FFF))
        at = body + length + length % 2
    else:
        raise ImageRefused(ODD)
    if not sizes:
        raise ImageRefused(DAMAGED)
    return max(width for width, _ in sizes), max(height for _, height in sizes)


# --- decoding -----------------------------------------------------------------------------------------------------
def _decode(data, kind, size):
    """The picture as RGB or grey, upright, at most TARGET_SIDE, with nothing attached."""
    with Image.open(io.BytesIO(data), formats=[kind]) as opened:
        if opened.size[0] > size[0] or opened.size[1] > size[1]:
            raise ImageRefused(ODD)
        opened.draft(None, (TARGET_SIDE, TARGET_SIDE))
        picture = _true_colour(ImageOps.exif_transpose(opened))
    picture.thumbnail((TARGET_SIDE, TARGET_SIDE), Image.Resampling.LANCZOS)
    picture = _on_paper(picture)
    # Pillow writes a comment found here into the new file.
    picture.info = {}
    return picture


def _true_colour(picture):
    """`picture` in a mode that can be made smaller without losing quality: no palette, no 16-bit grey."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode == "1":
        return picture.convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture if picture.mode in ("L", "RGB") else picture.convert("RGB")


def _on_paper(picture):
    """`picture` without transparency: what shone through becomes white paper."""
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper
