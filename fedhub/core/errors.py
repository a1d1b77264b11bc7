"""Error pages: a Chinese sentence, a request number, and never a value from the request."""

import logging

from django.shortcuts import render

log = logging.getLogger("fedhub.request")


def _page(request, template, status):
    return render(request, template, {"number": getattr(request, "number", "")}, status=status)


def bad_request(request, exception=None):
    return _page(request, "400.html", 400)


def forbidden(request, exception=None):
    return _page(request, "403.html", 403)


def not_found(request, exception=None):
    return _page(request, "404.html", 404)


def server_error(request):
    return _page(request, "500.html", 500)


def cannot_write(request, error):
    """503 when the database takes no write now: locked by a longer one, or no room on the disk. None for other errors.

    Nothing was saved; a form sent again with its once-key is saved once.
    """
    text = str(error)
    if "locked" not in text and "is full" not in text:
        return None
    log.error("not saved, %s: %s", type(error).__name__, "disk full" if "is full" in text else "locked")
    number = getattr(request, "number", "")
    response = render(request, "503.html", {"number": number, "full": "is full" in text}, status=503)
    response.headers["Retry-After"] = "60"
    return response


def csrf_failure(request, reason=""):
    log.warning("csrf refused: %s", reason)
    return _page(request, "csrf.html", 403)
