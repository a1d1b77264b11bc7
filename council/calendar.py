"""Meetings for a calendar (RFC 5545)."""

from datetime import UTC, timedelta

from council.enums import MeetingStatus

USUAL = timedelta(hours=2)


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


def ics_of(meetings, *, now):
    """The .ics text of `meetings`; a cancelled one says so. No topic stands in it: a calendar lies open on shared phones."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//FedHub//council//ZH", "CALSCALE:GREGORIAN"]
    for meeting in meetings:
        lines += [
            "BEGIN:VEVENT", f"UID:council-meeting-{meeting.pk}@fedhub", f"DTSTAMP:{_moment(now)}",
            f"SEQUENCE:{meeting.version}", f"DTSTART:{_moment(meeting.starts_at)}",
            f"DTEND:{_moment(meeting.ended_at or meeting.starts_at + USUAL)}", f"SUMMARY:{_text(meeting.title)}",
            f"LOCATION:{_text(meeting.place)}",
            f"STATUS:{'CANCELLED' if meeting.status == MeetingStatus.CANCELLED else 'CONFIRMED'}", "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join(fold(line) for line in [*lines, "END:VCALENDAR"]) + "\r\n"
