import hashlib
import io
import struct
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fedhub.core import images
from fedhub.core.images import ImageRefused, check_header, clean_image

GPS_IFD = 0x8825


def photo(size=(64, 48), colour=(200, 30, 60), mode="RGB"):
    return Image.new(mode, size, colour)


def encoded(picture, kind="JPEG", **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def cleaned(data):
    return clean_image(io.BytesIO(data))


def reopened(result):
    return Image.open(io.BytesIO(result.bytes))


def jpeg_segments(data):
    """Markers of the segments before the first scan."""
    at, markers = 2, []
    while data[at + 1] != 0xDA:
        markers.append(data[at + 1])
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return markers


def png_chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(size, *extra):
    header = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    chunks = [png_chunk(b"IHDR", header), *extra, png_chunk(b"IDAT", rows), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def webp_of(name, body):
    chunk = struct.pack("<4sI", name, len(body)) + body + b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def tiny_webp(width, height):
    bits = (width - 1) | (height - 1) << 14
    return webp_of(b"VP8L", b"\x2f" + struct.pack("<I", bits) + b"\x00" * 9)


# --- what is accepted ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_ordinary_pictures_become_jpeg(kind):
    result = cleaned(encoded(photo(), kind))

    assert (result.content_type, result.width, result.height) == ("image/jpeg", 64, 48)
    assert result.sha256 == hashlib.sha256(result.bytes).hexdigest()
    assert (reopened(result).format, reopened(result).size) == ("JPEG", (64, 48))


def test_large_photos_are_made_smaller():
    result = cleaned(encoded(photo((4000, 3000))))

    assert (result.width, result.height) == (1600, 1200)


def test_place_device_comment_and_colour_profile_are_gone():
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(GPS_IFD)[1] = "N"
    data = encoded(photo(), exif=exif, comment=b"<script>alert(1)</script>", icc_profile=b"profile" * 20, dpi=(72, 72))

    result = cleaned(data)

    assert set(jpeg_segments(result.bytes)) <= {0xE0, 0xDB, 0xC0, 0xC4}
    assert not reopened(result).getexif()
    assert b"script" not in result.bytes


def test_a_photo_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    result = cleaned(encoded(photo((64, 48)), exif=exif))

    assert (result.width, result.height) == (48, 64)


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (photo(mode="RGBA", colour=(0, 0, 0, 0)), (255, 255, 255)),
        (photo(mode="LA", colour=(0, 0)), (255, 255, 255)),
        (photo(mode="P", colour=0), None),
        (photo(mode="1", colour=1), 255),
        (photo(mode="I;16", colour=0x8000), 128),
    ],
)
def test_every_mode_of_png_becomes_visible(picture, expected):
    result = reopened(cleaned(encoded(picture, "PNG")))

    assert expected in (None, result.getpixel((5, 5)))
    assert result.mode in ("L", "RGB")


def test_a_print_shop_jpeg_is_accepted():
    assert reopened(cleaned(encoded(photo(mode="CMYK", colour=(0, 0, 0, 0))))).mode == "RGB"


def test_a_phone_picture_with_a_second_frame_gives_its_first():
    data = encoded(photo(), "MPO", save_all=True, append_images=[photo((10, 10))])

    result = cleaned(data)

    assert (result.width, result.height) == (64, 48)


def test_what_is_appended_to_a_picture_stays_behind():
    result = cleaned(encoded(photo()) + b"PK\x03\x04<?php evil ?>")

    assert b"php" not in result.bytes


def test_the_reading_position_of_the_file_does_not_matter():
    file = io.BytesIO(encoded(photo()))
    file.seek(10)

    assert clean_image(file).width == 64


# --- what is refused ----------------------------------------------------------------------------------------------
def jpeg_with_scans(count):
    data = encoded(photo())
    start = data.index(b"\xff\xda")
    return data[:-2] + data[start:-2] * count + b"\xff\xd9"


HOSTILE = {
    "webp of 34 bytes, 144 megapixels": (tiny_webp(12_000, 12_000), images.TOO_BIG),
    "webp canvas larger than its frame": (
        webp_of(b"VP8X", b"\0\0\0\0" + (12_999).to_bytes(3, "little") * 2),
        images.TOO_BIG,
    ),
    "jpeg with 1,500 scans": (jpeg_with_scans(1500), images.ODD),
    "jpeg with 41 scans": (jpeg_with_scans(40), images.ODD),
    "png bomb": (png_of((30_000, 30_000)), images.TOO_BIG),
    "png too wide": (png_of((12_001, 1)), images.TOO_BIG),
    "png with 21 texts": (png_of((8, 8), *[png_chunk(b"tEXt", b"a\0b")] * 21), images.ODD),
    "animated png": (png_of((8, 8), png_chunk(b"acTL", b"\0" * 8)), images.ANIMATED),
    "animated webp": (
        encoded(photo(), "WEBP", save_all=True, append_images=[photo(colour="blue")]),
        images.ANIMATED,
    ),
    "gif renamed": (encoded(photo(mode="P", colour=0), "GIF"), images.WRONG_KIND),
    "bmp renamed": (encoded(photo(), "BMP"), images.WRONG_KIND),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', images.WRONG_KIND),
    "html behind a gif head": (b"GIF89a/*<html>*/=1", images.WRONG_KIND),
    **{
        f"heic of the brand {brand}": (b"\0\0\0\x18ftyp" + brand.encode() + b"\0\0\0\0mif1heic", images.HEIC)
        for brand in ("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1", "avif", "avis")
    },
    "a film": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", images.WRONG_KIND),
    "fifty megabytes": (encoded(photo()) + b"\0" * 50 * 1024 * 1024, images.TOO_HEAVY),
    "empty": (b"", images.DAMAGED),
    "zero sides": (png_of((0, 8)), images.DAMAGED),
    "jpeg head only": (b"\xff\xd8\xff", images.DAMAGED),
    "jpeg of fill bytes": (b"\xff\xd8" + b"\xff" * 100_000, images.DAMAGED),
    "jpeg of tiny segments": (b"\xff\xd8" + b"\xff\xe0\x00\x02" * 100_000, images.ODD),
    "jpeg with two frames": (encoded(photo())[:2] + b"\xff\xc0\x00\x08\x08\x00\x10\x00\x10\x00" * 2, images.ODD),
    "arithmetic jpeg": (b"\xff\xd8\xff\xc9\x00\x08\x08\x00\x10\x00\x10\x00\xff\xd9", images.ODD),
    "truncated jpeg": (encoded(photo((800, 600)))[:-40], images.DAMAGED),
    "truncated png": (encoded(photo((80, 60)), "PNG")[:-20], images.DAMAGED),
    "truncated webp": (encoded(photo((80, 60)), "WEBP")[:-10], images.DAMAGED),
    "png without rows": (png_of((8000, 4000)), images.DAMAGED),
    "too heavy": (encoded(photo()) + b"\0" * images.MAX_BYTES, images.TOO_HEAVY),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pictures_are_refused_with_one_sentence(name):
    data, sentence = HOSTILE[name]

    with pytest.raises(ImageRefused) as caught:
        cleaned(data)

    assert str(caught.value) == sentence


@pytest.mark.parametrize("name", [name for name, (_, sentence) in HOSTILE.items() if sentence == images.TOO_BIG])
def test_oversized_pictures_are_refused_before_memory_is_taken(name):
    data, _ = HOSTILE[name]
    tracemalloc.start()

    with pytest.raises(ImageRefused):
        check_header(data)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000


def test_the_hostile_webp_has_34_bytes():
    assert len(tiny_webp(12_000, 12_000)) == 34


def test_forty_scans_and_twenty_texts_are_still_accepted():
    info = PngInfo()
    for number in range(20):
        info.add_text(f"k{number}", "v")

    assert check_header(jpeg_with_scans(39)) == ("JPEG", (64, 48))
    assert cleaned(encoded(photo(), "PNG", pnginfo=info)).width == 64


SEEDS = [encoded(photo((40, 30)), kind) for kind in ("JPEG", "PNG", "WEBP")]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SEEDS), st.data())
def test_any_damage_is_refused_or_gives_a_modest_jpeg(seed, data):
    place = data.draw(st.integers(0, len(seed) - 1))
    patch = data.draw(st.binary(min_size=1, max_size=12))
    broken = seed[:place] + patch + seed[place + len(patch) :]

    try:
        result = cleaned(broken)
    except ImageRefused as refused:
        outcome = str(refused)
    else:
        outcome = "accepted" if max(result.width, result.height) <= images.TARGET_SIDE else "too large"

    assert outcome == "accepted" or outcome.endswith("。")
