"""The lines of the council's lists and the cards of its board: the markup of each cell, made here (as concerns.views.lines)."""

from html import escape
from typing import NamedTuple

from django.utils import timezone
from django.utils.safestring import SafeString

from council.enums import ENDED, ActionStatus, Category, MeetingStatus, Source, Status, Urgency, Way
from council.queries import CHIPS, LIGHTS, MEETING_CHIPS
from council.rules import light
from fedhub.core.addresses import url_for
from fedhub.core.templatetags.fmt import moment, short_day
from fedhub.core.templatetags.ui import chip, link, mute

SEP, NOTHING = "<span class='wf-sep'>·</span>", SafeString("")
LATE = SafeString(' class="wf-row-bad"')


class TopicLine(NamedTuple):
    """The cells of one topic, all but `pk` and `name` markup."""

    pk: int
    name: str
    title: str
    category: str
    source: str
    backed: str
    raised: str
    state: str


def topic_lines(items):
    """TopicLine of each of `items` (listing.topic_values); no query."""
    url, today = url_for("council:topic_detail"), timezone.localdate()
    categories, sources = dict(Category.choices), dict(Source.choices)
    lines = []
    for item in items:
        under = [item["number"], escape(item["place"]), f"并入 {item['lead_number']}" if item["lead_number"] else ""]
        state = chip(CHIPS.get(item["status"], "quiet"), Status(item["status"]).label)
        lines.append(TopicLine(
            item["id"], item["title"],
            link(url(item["id"]), item["title"]) + SafeString(f"<small>{SEP.join(filter(None, under))}</small>"),
            categories[item["category"]], sources[item["source"]], f"{item['supporters']} 人", short_day(item["raised_on"]),
            SafeString(f'<span class="wf-chips">{state}{_marks(item, today)}</span>'),
        ))  # fmt: skip
    return lines


def _marks(item, today):
    """Chips beside the state: heard again, somebody waits for a reply longer than promised."""
    due = item["reply_due_on"]
    late = item["replied_on"] is None and due is not None and due < today and item["status"] not in ENDED
    again = chip("warn", "重议", "") if item["reopened"] else ""
    return f"{again}{chip('bad', '该答复提议人') if late else ''}"


class Card(NamedTuple):
    """One topic on the board."""

    pk: int
    name: str
    markup: str


def cards(items):
    """Card of each of `items` (listing.topic_values); no query."""
    url, today, categories = url_for("council:topic_detail"), timezone.localdate(), dict(Category.choices)
    found = []
    for item in items:
        days = (today - item["step_on"]).days
        what = SEP.join(filter(None, [categories[item["category"]], escape(item["place"])]))
        since = f"到这一步 {days} 天" if days else "今天到这一步"
        now = chip("bad", Urgency.NOW.label) if item["urgency"] == Urgency.NOW else ""
        marks = f"{now}{_marks(item, today)}"
        found.append(Card(item["id"], item["title"], SafeString(
            f'<li><a class="wf-board-card" data-card href="{url(item["id"])}"><b>{escape(item["title"])}</b><small>{what}</small>'
            f"<small>附议 {item['supporters']} 人{SEP}{since}</small>"
            + (f'<span class="wf-chips">{marks}</span>' if marks else "") + "</a></li>"
        )))  # fmt: skip
    return found


class ActionLine(NamedTuple):
    """The cells of one thing to do; `mark` is the class of one that is late."""

    pk: int
    name: str
    content: str
    topic: str
    owner: str
    due: str
    percent: str
    light: str
    mark: str


def action_lines(items):
    """ActionLine of each of `items` (listing.action_values); no query."""
    url, topic_url, today = url_for("council:action_detail"), url_for("council:topic_detail"), timezone.localdate()
    lines = []
    for item in items:
        colour, state = (
            light(item["due_on"], today, ended=item["closed_on"] is not None),
            ActionStatus(item["status"]).label,
        )
        owner = escape(item["owner_name"]) + (f"<small>{escape(item['unit'])}</small>" if item["unit"] else "")
        lamp = chip(*LIGHTS[colour]) + SafeString(" ") + mute(state) if colour else chip("quiet", state)
        lines.append(ActionLine(
            item["id"], item["content"], link(url(item["id"]), item["content"]),
            link(topic_url(item["topic_id"]), item["topic_title"]),
            SafeString(owner), short_day(item["due_on"]), f"{item['percent']}%", lamp, LATE if colour == "red" else NOTHING,
        ))  # fmt: skip
    return lines


class MeetingLine(NamedTuple):
    """The cells of one meeting."""

    pk: int
    name: str
    title: str
    time: str
    place: str
    way: str
    state: str


def meeting_lines(items):
    """MeetingLine of each of `items` (listing.meeting_values); no query."""
    url, ways = url_for("council:meeting_detail"), dict(Way.choices)
    return [
        MeetingLine(
            item["id"], item["title"],
            link(url(item["id"]), item["title"]) + SafeString(f"<small>{escape(item['council_name'])}</small>"),
            moment(item["starts_at"]), item["place"], ways[item["way"]],
            chip(MEETING_CHIPS.get(item["status"], "quiet"), MeetingStatus(item["status"]).label),
        )
        for item in items
    ]  # fmt: skip
