"""What people are told before they agree: every version as data, what changed, and whether it has to be asked again.

A new version is a new entry of `texts/consent.json`, never a changed one: what somebody agreed to years ago can still be read.
`again` says that purpose, recipient or kind of data changed: consents to earlier
versions cover it no more (PIPL art. 14, 17).
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.db.models import Q
from django.utils import timezone

FILE = Path(__file__).parent / "texts" / "consent.json"


@dataclass(frozen=True)
class Text:
    """One version: `since` the day from which it is read to people, `changed` one sentence, '' for the first."""

    purpose: str
    version: str
    since: date
    words: str
    changed: str = ""
    again: bool = False


@cache
def all_texts():
    """`{purpose: [Text]}`, the oldest first."""
    found = {}
    for entry in json.loads(FILE.read_text(encoding="utf-8")):
        text = Text(**{**entry, "since": date.fromisoformat(entry["since"])})
        found.setdefault(text.purpose, []).append(text)
    return {purpose: sorted(texts, key=lambda text: text.since) for purpose, texts in found.items()}


def texts_of(purpose, day=None):
    """The versions for `purpose` that are out by `day` (default today), the oldest first; the first is always among them."""
    day = day or timezone.localdate()
    texts = all_texts()[purpose]
    return [text for text in texts if text.since <= day] or texts[:1]


def current(purpose, day=None):
    """The Text that is read to people on `day` (default today)."""
    return texts_of(purpose, day)[-1]


def text_of(purpose, version):
    """The Text of a consent, or None for a version of a paper that the office had before."""
    return next((text for text in all_texts()[purpose] if text.version == version), None)


def newer_than(purpose, version, day=None):
    """Texts that came after `version`, the oldest first; for an unknown version all but the first."""
    texts = texts_of(purpose, day)
    at = next((n for n, text in enumerate(texts) if text.version == version), 0)
    return texts[at + 1 :]


def is_outdated(purpose, version, day=None):
    """True when since `version` the purpose itself changed, so that the consent covers it no more."""
    return any(text.again for text in newer_than(purpose, version, day))


def covered(prefix="", day=None):
    """Q of consents (at `prefix`, such as "consent__") whose text still covers the purpose: `is_outdated` in a query."""
    condition = Q()
    for purpose in all_texts():
        texts = texts_of(purpose, day)
        newest = max((n for n, text in enumerate(texts) if text.again), default=0)
        if newest:
            fresh = [text.version for text in texts[newest:]]
            condition &= ~Q(**{f"{prefix}purpose": purpose}) | Q(**{f"{prefix}text_version__in": fresh})
    return condition
