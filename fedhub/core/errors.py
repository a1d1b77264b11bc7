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


def csrf_failure(request, reason=""):
    log.warning("csrf refused: %s", reason)
    return _page(request, "csrf.html", 403)
