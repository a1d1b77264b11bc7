"""Small pictures for tests."""

import io
import random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def jpeg(size=(640, 480), colour=(165, 42, 69), name="photo.jpg", **save):
    """An uploaded JPEG of one colour; `save` goes to Pillow (exif=…, comment=…)."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", **save)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def scene(seed=0, name="photo.jpg", side=960):
    """An uploaded JPEG, `side` pixels wide, with light and dark in it, a different one for each `seed`."""
    rnd = random.Random(seed)  # noqa: S311 - no secret
    small = Image.frombytes("RGB", (12, 9), rnd.randbytes(12 * 9 * 3))
    out = io.BytesIO()
    picture = small.resize((960, 720), Image.Resampling.BICUBIC)
    picture.thumbnail((side, side))
    picture.save(out, "JPEG", quality=90)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")
