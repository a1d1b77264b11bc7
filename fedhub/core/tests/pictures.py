"""Small pictures for tests."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def jpeg(size=(640, 480), colour=(165, 42, 69), name="photo.jpg", **save):
    """An uploaded JPEG of one colour; `save` goes to Pillow (exif=…, comment=…)."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", **save)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")
