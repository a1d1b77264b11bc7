"""The shared calendar: each app makes its own days known here, each by its own row rule, and the calendar file (RFC 5545).

What happens is told in neutral words: a calendar lies open on shared telephones. Nothing sealed is ever registered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from fedhub.core.registry import Registry

agenda = Registry()


@dataclass(frozen=True)
class Happening:
    """Something with a time: `uid` names it for good, `version` grows with each change, `url` opens it for whoever sees it."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    url: str = ""
    cancelled: bool = False
    version: int = 1
    all_day: bool = False


@dataclass(frozen=True)
class Source:
    """One kind of days: `find(user, since, until)` gives the Happenings that begin between two moments and that `user` sees."""

    key: str
    order: int
    label: str
    permission: str
    find: Callable


def sources_for(user):
    """Sources that `user` may look at, in their order."""
    return [source for source in agenda if user.has_perm(source.permission)]


def happenings(user, since, until, key=""):
    """What `user` sees between two moments, by time; of one source alone when its `key` is given."""
    wanted = [source for source in sources_for(user) if key in ("", source.key)]
    found = [one for source in wanted for one in source.find(user, since, until)]
    return sorted(found, key=lambda one: (one.starts_at, one.uid))


# --- the file -----------------------------------------------------------------------------------------------------------
def _moment(at):
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text):
    """A value of an .ics line: its own signs escaped."""
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(sign, written)
    return text


def fold(line):
    """A line in parts of at most 75 bytes, the following ones beginning with a space; no character is cut."""
    parts, now, size = [], "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > 74:
            parts.append(now)
            now, size = " ", 1
        now, size = now + sign, size + width
    return "\r\n".join([*parts, now])


def ics_of(found, *, now):
    """The .ics text of Happenings; a cancelled one says so."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//FedHub//calendar//ZH", "CALSCALE:GREGORIAN"]
    for one in found:
        lines += [
            "BEGIN:VEVENT", f"UID:{one.uid}@fedhub", f"DTSTAMP:{_moment(now)}", f"SEQUENCE:{one.version}",
            f"DTSTART:{_moment(one.starts_at)}", f"DTEND:{_moment(one.ends_at)}", f"SUMMARY:{_text(one.title)}",
            f"LOCATION:{_text(one.place)}", f"STATUS:{'CANCELLED' if one.cancelled else 'CONFIRMED'}", "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join(fold(line) for line in [*lines, "END:VCALENDAR"]) + "\r\n"
