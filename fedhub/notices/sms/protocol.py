"""What all carriers of short messages share: which numbers they take, asking over HTTPS."""

import json
import re
import urllib.error
import urllib.request
from http.client import HTTPException

from django.conf import settings

from fedhub.notices.receipts import Failure, NotSent

TIMEOUT = 10
MOST_BYTES = 64 * 1024
MOBILE = re.compile(r"1\d{10}")


class SmsFailed(NotSent):
    """A short message that was not (surely) accepted."""


def mobile(number):
    """`number` as eleven digits of a Chinese mobile. Raises SmsFailed: a landline takes no short message."""
    text = re.sub(r"[\s-]", "", str(number))
    text = re.sub(r"^(\+86|0086)", "", text)
    if not text.isascii() or not MOBILE.fullmatch(text):
        raise SmsFailed("number", Failure.REFUSED)
    return text


def approved(template):
    """The carrier's number of our `template`. Raises SmsFailed when none is set."""
    found = settings.SMS_TEMPLATES.get(template, "")
    if not found:
        raise SmsFailed("template", Failure.REFUSED)
    return str(found)


def ask(address, *, headers, body=b""):
    """POST `body` to `address`; returns the JSON of the answer, also that of an error. Raises SmsFailed."""
    request = urllib.request.Request(address, body, headers, method="POST")  # noqa: S310 - https by the settings
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            return _json(answer.read(MOST_BYTES), answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return _json(error.read(MOST_BYTES), error.code)
    except urllib.error.URLError as error:
        raise SmsFailed("connection", Failure.LATER) from error
    except (OSError, HTTPException) as error:
        raise SmsFailed("answer", Failure.UNKNOWN) from error


def _json(data, status):
    try:
        found = json.loads(data)
    except ValueError as error:
        raise SmsFailed(f"http {status}", Failure.LATER if status >= 500 else Failure.UNKNOWN) from error
    if not isinstance(found, dict):
        raise SmsFailed(f"http {status}", Failure.UNKNOWN)
    return found
