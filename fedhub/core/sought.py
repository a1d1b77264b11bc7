"""Search words in addresses: identity numbers and phones stand there sealed.

An address lies in the browser's history, in the Referer and in the logs of proxies. What is typed into a search or a
filter is posted; a number of seven digits and more (any identity number, any phone) goes into the address as a sealed
text that only the same account can use, for half an hour. Names and words stay readable, so that a list can be kept.
"""

import base64
import json
import re
import time

from fedhub.core import crypto
from fedhub.core.text import normalise

COLUMN = "core.sought"
MARK = "~"
SECONDS = 1800
LEFT_OUT = {"csrfmiddlewaretoken", "once_key"}


_NUMBER = re.compile(r"\d(?:[\s.·\-–—]*\d){6,}")
# File numbers of families (H…), concerns (SQ…) and the register (JD…), and days, are numbers of nobody.
_OTHER = re.compile(r"[A-Za-z]{1,2}\d[\d-]*|\d{4}-\d{2}-\d{2}")


class Expired(Exception):
    """A sealed word is too old, damaged, or another's."""


def is_number(text):
    """True for a text that holds seven digits and more, however they are written (full width, in groups)."""
    return bool(_NUMBER.search(normalise(text))) and not _OTHER.fullmatch(normalise(text))


def names_a_number(data, names):
    """True when an input of `names` in the QueryDict `data` holds a number in clear."""
    return any(is_number(value) and not value.startswith(MARK) for name in names for value in data.getlist(name))


def seal(text, user):
    """`text` for an address of `user`: as it is, or sealed when it holds a number."""
    if text.startswith(MARK) or not is_number(text):
        return text
    data = json.dumps([user.pk, int(time.time()), text]).encode()
    return MARK + base64.urlsafe_b64encode(crypto.encrypt(data, column=COLUMN)).decode().rstrip("=")


def unseal(text, user):
    """The words behind `text` of an address. Raises Expired."""
    if not text.startswith(MARK):
        return text
    try:
        stored = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        owner, made_at, words = json.loads(crypto.decrypt(stored, column=COLUMN))
    except (ValueError, crypto.Undecryptable):
        raise Expired from None
    if owner != user.pk or time.time() - made_at > SECONDS:
        raise Expired
    return words


def sealed_query(data, user, names):
    """A copy of the QueryDict `data` as it may stand in an address: numbers in the inputs `names` sealed, empty ones
    left out."""
    return _each(data, lambda name, value: seal(value, user) if name in names else value)


def opened_query(data, user):
    """A copy of the QueryDict `data` of an address with the words that were typed. Raises Expired."""
    return _each(data, lambda name, value: unseal(value, user))


def _each(data, change):
    query = data.copy()
    for name, values in data.lists():
        kept = [change(name, value) for value in values if value]
        if name in LEFT_OUT or not kept:
            del query[name]
        else:
            query.setlist(name, kept)
    return query
