"""No secret of an address reaches a log line: tried with every address of the map that takes a text."""

import io
import logging

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver
from django.utils.log import log_response

from fedhub.core.logs import HIDDEN, LineFormatter, RedactFilter, redact

SECRET = "Kq7w-Xy2Z"
# By which resident and guest hold something alone.
WANTED = {
    "/p/expert/", "/p/say/", "/r/service/", "/s/", "/calendar/", "/setup/", "/sms/report/", "/r/events/here/",
    "/r/groups/mine/asked/", "/p/surveys/",
}  # fmt: skip


def routes():
    """All routes of the map as text."""
    found, waiting = [], [("/", get_resolver())]
    while waiting:
        before, one = waiting.pop()
        route = before + getattr(one.pattern, "_route", "")
        inner = getattr(one, "url_patterns", None)
        if inner is None:
            found.append(route)
        waiting += [(route, each) for each in inner or ()]
    return found


def filled_in(route):
    """An address of `route` with SECRET in the place of every text and a number in the place of every number."""
    parts = []
    for part in route.split("/"):
        if "<" in part:
            end = part[part.index(">") + 1 :]
            part = f"12{end}" if part.startswith("<int:") else f"{SECRET}{end}"
        parts.append(part)
    return "/".join(parts)


SECRET_ROUTES = sorted(route for route in routes() if SECRET in filled_in(route))


@pytest.fixture
def lines():
    """What Django's loggers write as the settings let them."""
    stream, logger = io.StringIO(), logging.getLogger("django")
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactFilter())
    handler.setFormatter(LineFormatter())
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


def test_the_map_is_read_whole():
    assert [start for start in WANTED if not any(route.startswith(start) for route in SECRET_ROUTES)] == []


@pytest.mark.parametrize("status", [400, 403, 404, 405, 500])
def test_no_address_of_the_map_is_logged_with_its_secret(lines, status):
    for route in SECRET_ROUTES:
        for path in (filled_in(route), filled_in(route).rstrip("/"), f"{filled_in(route)}more/"):
            log_response("%s: %s", "Not Found", path, response=HttpResponse(status=status))
    text = lines.getvalue()

    assert text.count("\n") == 3 * len(SECRET_ROUTES)
    assert (SECRET in text, "Kq7w" in text, "Xy2Z" in text) == (False, False, False)


@pytest.mark.django_db
@pytest.mark.parametrize("start", sorted(WANTED))
@pytest.mark.parametrize("typed", ["Kq7w-Xy2Z/", "Kq7w Xy2Z/", "Kq7w-Xy2Z/more/?code=Xy2Z", "'Kq7w'Xy2Z"])
def test_what_was_asked_for_and_is_not_there_is_logged_without_its_secret(lines, start, typed):
    Client(raise_request_exception=False).get(f"{start}{typed}")

    assert [word for word in ("Kq7w", "Xy2Z") if word in lines.getvalue()] == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Not Found: /mediation/cases/12/papers/", "Not Found: /mediation/cases/12/papers/"),
        (f'"GET /p/say/{SECRET}/ HTTP/1.1" 404', f'"GET /p/say/{HIDDEN}/ HTTP/1.1" 404'),
        (f"checking failed - https://a.cn/s/{SECRET}/all/", f"checking failed - https://a.cn/s/{HIDDEN}/all/"),
        ("/households/?q=张", f"/households/?{HIDDEN}"),
        (f"Not Found: /calendar/{SECRET}.ics", f"Not Found: /calendar/{HIDDEN}"),
        ("12/13 and/or 3.5/4", "12/13 and/or 3.5/4"),
    ],
)
def test_what_is_no_secret_stays_readable(said, kept):
    assert redact(said) == kept
