"""Answers that hand out a stored file: nothing in it can run, no browser keeps it."""

from urllib.parse import quote

from django.http import HttpResponse


def kept_file(data, content_type, name="file"):
    """The HttpResponse of `data` (bytes), a picture in sight, anything else to be saved under `name`."""
    shown = "inline" if content_type.startswith("image/") else "attachment"
    return HttpResponse(
        data,
        content_type=content_type,
        headers={
            "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name)}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        },
    )
