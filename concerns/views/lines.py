"""The lines of the list of concerns: the markup of each cell, made here (as households.views.lines)."""

from html import escape
from typing import NamedTuple

from django.utils import timezone
from django.utils.safestring import SafeString

from concerns.enums import Origin, Status
from concerns.listing import AGENCY, ASKED, JOINED, marks_of
from concerns.queries import chip_of
from fedhub.core.addresses import url_for
from fedhub.core.templatetags.fmt import short_day
from fedhub.core.templatetags.ui import chip, due, link, mute
from fedhub.reference.lookup import labels
from households.models.household import household_title
from households.views.lines import area_names

LATE = SafeString(' class="wf-row-bad"')


class ConcernLine(NamedTuple):
    """The cells of one line, all but `pk` and `name` markup; `mark` is the class of one that is late."""

    pk: int
    name: str
    title: str
    topic: str
    home: str
    area: str
    officer: str
    due: str
    state: str
    mark: str


def concern_lines(items, user):
    """ConcernLine of each of `items` (listing.concern_values), as `user` may see it: one query."""
    marks, today, areas = marks_of([item["id"] for item in items]), timezone.localdate(), area_names(user)
    url, topics, origins = url_for("concerns:concern_detail"), labels("survey_topic"), dict(Origin.choices)
    nothing = SafeString("")
    lines = []
    for item in items:
        pk, status, is_open = item["id"], item["status"], item["status"] != Status.CLOSED
        told = f"{item['number']}<span class='wf-sep'>·</span>{short_day(item['raised_on'])} {origins[item['origin']]}"
        if item["place"]:
            told += f"<span class='wf-sep'>·</span>{escape(item['place'])}"
        home = nothing
        if item["household_id"]:
            home = SafeString(escape(household_title(item["head_name"], item["first_name"], item["home_number"])))
        state = chip(*chip_of(status, item["outcome"]))
        lines.append(ConcernLine(
            pk, item["title"], link(url(pk), item["title"]) + SafeString(f"<small>{told}</small>"),
            SafeString(escape(topics.get(item["topic"], ""))), home, areas(item["area_id"]),
            SafeString(escape(item["officer"] or "")), _clock(item, is_open, nothing),
            SafeString(f'<span class="wf-chips">{state}{_marks(item, marks.get(pk, {}))}</span>'),
            LATE if is_open and item["paused_on"] is None and item["due_on"] < today else nothing,
        ))  # fmt: skip
    return lines


def _clock(item, is_open, nothing):
    """The day of closing while it runs."""
    if not is_open:
        return nothing
    return chip("quiet", "停表", "clock") if item["paused_on"] else SafeString(due(item["due_on"]))


def _marks(item, marks):
    """Chips beside the state: merged, in other hands, before the chair, opened again, unhappy with it."""
    found = []
    if item["lead_id"]:
        found.append(chip("line", f"并入 {item['lead_number']}"))
    if marks.get(JOINED):
        found.append(chip("line", f"并案 {marks[JOINED]}"))
    if marks.get(AGENCY):
        found.append(chip("line", "在其他单位"))
    if marks.get(ASKED):
        found.append(chip("warn", "待审批"))
    if item["reopened"]:
        found.append(chip("warn", f"重办 {item['reopened']} 次", ""))
    if item["score"]:
        found.append(mute(f"{item['score']} 分"))
    return "".join(found)
