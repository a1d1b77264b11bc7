"""Error pages: a Chinese sentence, a request number, and never a value from the request."""

import logging

from django.conf import settings
from django.shortcuts import render

log = logging.getLogger("fedhub.request")


# Residents' pages: their own words, nothing of the office's desk, and a title that says nothing.
RESIDENTS = ("/r/", "/s/")
WORDS = {
    403: "这一页放得太久了，没有交上去。请退回上一页刷新再交，写的内容多半还在。",
    404: "没有这一页，地址可能写错了。",
    413: "交的内容太大，没有收下。",
    503: "现在存不了，什么也没有丢。请过一会儿再交一次。",
}


def _page(request, template, status):
    if request.path.startswith(RESIDENTS):
        return residents_page(request, status)
    return render(request, template, {"number": getattr(request, "number", "")}, status=status)


def residents_page(request, status):
    """An error on a resident's page."""
    words = WORDS.get(status, "刚才这一步没有做成，之前的都还在。请过一会儿再试。")
    context = {"page_title": "社区服务", "home_url": RESIDENTS[0], "quit_url": settings.QUIT_URL, "words": words}
    response = render(request, "portal/error.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


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
    if request.path.startswith(RESIDENTS):
        return residents_page(request, 503)
    response = render(request, "503.html", {"number": number, "full": "is full" in text}, status=503)
    response.headers["Retry-After"] = "60"
    return response


def csrf_failure(request, reason=""):
    log.warning("csrf refused: %s", reason)
    return _page(request, "csrf.html", 403)
