"""Log lines without personal data: long digit runs, secrets in addresses and names of values never reach a file."""

import logging
import re
from functools import lru_cache

from django.apps import apps
from django.urls import get_resolver

_DIGITS = re.compile(r"\d{7,}[\dXx]?")
# An address that begins a word, with or without its host; what is asked for behind "?" belongs to it.
_ADDRESS = re.compile(r"(?<![\w/.])(https?://[^/\s]+)?/([^\s?#]*)([?#]\S*)?")
HIDDEN = "〔略〕"


def redact(text):
    """Replace runs of seven digits and more (identity numbers, phones), and of an address all but fixed words and numbers."""
    return _DIGITS.sub("〔数字〕", _ADDRESS.sub(_plain_address, text))


def _plain_address(found):
    """Secret addresses, signed links, keys of pictures: what does not stand in the map of addresses itself is hidden."""
    host, path, asked = found.groups()
    kept = [part if not part or part.isdecimal() or part in _words() else HIDDEN for part in path.split("/")]
    return f"{host or ''}/{'/'.join(kept)}{f'?{HIDDEN}' if asked else ''}"


def _words():
    """The fixed parts of all addresses; none while the map is still being read."""
    return _fixed_parts() if apps.ready else frozenset()


@lru_cache(maxsize=1)
def _fixed_parts():
    found, waiting = set(), [("", get_resolver())]
    while waiting:
        before, one = waiting.pop()
        route = f"{before}{getattr(one.pattern, '_route', '')}"
        waiting += [(route, inner) for inner in getattr(one, "url_patterns", ())]
        found |= {part for part in route.split("/") if "<" not in part}
    return frozenset(found)


def _in_one_word(value):
    """An address that was typed with blanks inside stays one address."""
    return re.sub(r"\s", "_", value) if isinstance(value, str) and value.startswith("/") else value


class RedactFilter(logging.Filter):
    """Redacts messages; drops exception texts (they may quote values), keeping type and place."""

    def filter(self, record):
        if isinstance(record.args, tuple):
            record.args = tuple(_in_one_word(one) for one in record.args)
        record.msg, record.args = redact(record.getMessage()), ()
        return True


class LineFormatter(logging.Formatter):
    """One line: time, level, logger, message, and for an exception its type and innermost place."""

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei):  # noqa: N802 - name of the standard library
        kind, _, trace = ei
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
        return f"{kind.__name__} at {place}"
