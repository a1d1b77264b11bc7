"""What the lists of job support print, from rows read as values."""

from collections import namedtuple
from functools import cache

from django.utils.html import escape
from django.utils.safestring import SafeString

from employment.enums import ApplicationState, EmployerState, JobKind, PayUnit, PostState, SeekerState
from employment.models.application import RUNNING, last_word
from employment.states import APPLICATION_TONES, EMPLOYER_TONES, POST_TONES, SEEKER_TONES
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


KINDS = dict(JobKind.choices)


def kind_chips(codes):
    return chips(tuple([KINDS[code] for code in codes if code in KINDS]))


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


EMPLOYER_VALUES = ("id", "updated_at", "name", "code", "business", "state", "checked_on", "area__name")
EmployerLine = namedtuple("EmployerLine", "title state business code checked")
POST_VALUES = (
    "id", "updated_at", "published_on", "pay_month", "title", "kind", "state", "pay_from", "pay_to", "pay_unit", "shift_from",
    "shift_to", "left", "total", "valid_until", "place", "employer__name",
)  # fmt: skip
PostLine = namedtuple("PostLine", "title state kind pay shift left place until")


def small(text):
    return SafeString(f'<small class="wf-block">{escape(text)}</small>')


def employer_lines(items):
    """EmployerLine of each of `items` (EMPLOYER_VALUES)."""
    url = url_for("employment:employer_detail")
    state = cache(lambda code: chip(EMPLOYER_TONES[code], EmployerState(code).label))
    return [
        EmployerLine(
            link(url(item["id"]), item["name"]), state(item["state"]), text_or_dash(item["business"]),
            SafeString(escape(item["code"])),
            SafeString(f"{item['checked_on']:%Y-%m-%d}") if item["checked_on"] else DASH,
        )
        for item in items
    ]  # fmt: skip


def post_lines(items):
    """PostLine of each of `items` (POST_VALUES)."""
    url, kinds, units = url_for("employment:post_detail"), dict(JobKind.choices), dict(PayUnit.choices)
    state = cache(lambda code: chip(POST_TONES[code], PostState(code).label))
    lines = []
    for item in items:
        top = f"—{item['pay_to']}" if item["pay_to"] and item["pay_to"] != item["pay_from"] else ""
        lines.append(PostLine(
            link(url(item["id"]), item["title"]) + small(item["employer__name"]), state(item["state"]),
            SafeString(kinds[item["kind"]]), SafeString(f"{item['pay_from']}{top} {units[item['pay_unit']]}"),
            text_or_dash(span_words(item["shift_from"], item["shift_to"]) or "时间灵活"),
            SafeString(f"{item['left']} / {item['total']}"), text_or_dash(item["place"]),
            SafeString(f"{item['valid_until']:%Y-%m-%d}") if item["valid_until"] else DASH,
        ))  # fmt: skip
    return lines


APPLICATION_VALUES = (
    "id", "updated_at", "state", "recommended_on", "moved_on", "interview_on", "post__title", "post__employer__name",
    "seeker__resident__name", "seeker__resident__area__name",
)  # fmt: skip
ApplicationLine = namedtuple("ApplicationLine", "title post state since moved place")


def application_lines(items, silent_since):
    """ApplicationLine of each of `items` (APPLICATION_VALUES); those without a word since the day `silent_since` are marked."""
    url = url_for("employment:application_detail")
    state = cache(lambda code: chip(APPLICATION_TONES[code], ApplicationState(code).label))
    lines = []
    for item in items:
        shown = state(item["state"])
        if last_word(item["moved_on"], item["interview_on"]) <= silent_since and item["state"] in RUNNING:
            shown += SafeString(f" {chip('bad', '很久没有消息')}")
        lines.append(ApplicationLine(
            link(url(item["id"]), item["seeker__resident__name"]),
            text_or_dash(item["post__title"]) + small(item["post__employer__name"]), shown,
            SafeString(f"{item['recommended_on']:%Y-%m-%d}"), SafeString(f"{item['moved_on']:%Y-%m-%d}"),
            text_or_dash(item["seeker__resident__area__name"]),
        ))  # fmt: skip
    return lines
