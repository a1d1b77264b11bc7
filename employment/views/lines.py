"""What the lists of job support print, from rows read as values."""

from collections import namedtuple
from functools import cache

from django.utils.html import escape
from django.utils.safestring import SafeString

from employment.enums import JobKind, SeekerState
from employment.states import SEEKER_TONES
from fedhub.core.addresses import url_for
from fedhub.core.templatetags.ui import chip, chips, link, mute

DASH = mute("—")
SEEKER_VALUES = (
    "id", "updated_at", "state", "wanted", "free_from", "free_until", "walk_minutes", "registered_on", "resident__name",
    "resident__birth", "resident__area__name", "lead__name",
)  # fmt: skip
SeekerLine = namedtuple("SeekerLine", "title state wanted hours place lead since")


def text_or_dash(text):
    return SafeString(escape(text)) if text else DASH


def kind_chips(codes):
    return chips(tuple(JobKind(code).label for code in codes if code in JobKind.values))


def span_words(since, until):
    """ "08:30—15:30"; one end alone is said as such."""
    if since and until:
        return f"{since:%H:%M}—{until:%H:%M}"
    return f"{since:%H:%M} 以后" if since else f"{until:%H:%M} 以前" if until else ""


def seeker_lines(items, young):
    """SeekerLine of each of `items` (SEEKER_VALUES); `young(birth)` is True for those of 16 and 17."""
    url, state = (
        url_for("employment:seeker_detail"),
        cache(lambda code: chip(SEEKER_TONES[code], SeekerState(code).label)),
    )
    lines = []
    for item in items:
        title = link(url(item["id"]), item["resident__name"])
        if young(item["resident__birth"]):
            title += SafeString(f" {chip('warn', '16—17 周岁')}")
        lines.append(SeekerLine(
            title, state(item["state"]), kind_chips(item["wanted"]),
            text_or_dash(span_words(item["free_from"], item["free_until"])),
            text_or_dash(item["resident__area__name"]), text_or_dash(item["lead__name"]),
            SafeString(f"{item['registered_on']:%Y-%m-%d}"),
        ))  # fmt: skip
    return lines
