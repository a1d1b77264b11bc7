"""The lines of the lists of the micro-home: the markup of each cell, made here so that the template (`{% lines %}`) places it.

Lists name matters by their codes alone; nothing sealed is read for them.
"""

from functools import cache
from html import escape
from typing import NamedTuple

from django.utils import timezone
from django.utils.safestring import SafeString

from fedhub.core.addresses import url_for
from fedhub.core.templatetags.fmt import day as day_words
from fedhub.core.templatetags.ui import chip, due, link
from mediation.enums import (
    CASE_TONES,
    RUNNING,
    STATE_TONES,
    TONES,
    CaseState,
    LeadState,
    MediatorKind,
    Risk,
    RoundAnswer,
)
from mediation.kinds import kind_labels

DASH = SafeString("—")
LEAD_VALUES = ("id", "found_on", "state", "level", "kind", "next_on", "code", "area__name", "officer__name")
CASE_VALUES = (
    "id", "applied_on", "state", "kind", "due_on", "ended_on", "waiting_since", "code", "area__name", "officer__name",
)  # fmt: skip
MEDIATOR_VALUES = (
    "id", "name", "kind", "qualification", "user_id", "term_from", "term_to", "ended_on", "area__name",
)  # fmt: skip

ANSWER_VALUES = ("id", "answer", "area__name", "screening__title", "screening__due_on")


class LeadLine(NamedTuple):
    id: int
    title: str
    kind: str
    place: str
    found: str
    level: str
    state: str
    officer: str
    next: str


class CaseLine(NamedTuple):
    id: int
    title: str
    kind: str
    place: str
    applied: str
    state: str
    officer: str
    due: str


class DutyLine(NamedTuple):
    title: str
    what: str
    due: str
    case: str
    officer: str


class MediatorLine(NamedTuple):
    """`load`: open leads in her hands, — for readers who give none out."""

    title: str
    kind: str
    skill: str
    place: str
    term: str
    load: str


class AnswerLine(NamedTuple):
    title: str
    place: str
    due: str
    answer: str


class RoundLine(NamedTuple):
    title: str
    place: str
    days: str
    answered: str


def _cells(tones, enum):
    return cache(lambda value: chip(tones[value], enum(value).label))


def _text(text):
    return SafeString(escape(text)) if text else DASH


def lead_lines(items):
    """LeadLine of each of `items` (LEAD_VALUES)."""
    url, state, level = url_for("mediation:lead_detail"), _cells(STATE_TONES, LeadState), _cells(TONES, Risk)
    kinds, today, late = kind_labels(), timezone.localdate(), chip("bad", "到期")
    return [
        LeadLine(
            one["id"], link(url(one["id"]), one["code"]), _text(kinds.get(one["kind"], one["kind"])),
            _text(one["area__name"]), f"{one['found_on']}", level(one["level"]), state(one["state"]),
            _text(one["officer__name"]), _day(one["next_on"], today, late),
        )
        for one in items
    ]  # fmt: skip


def _day(day, today, late):
    if day is None:
        return DASH
    return late if day <= today else f"{day}"


def case_lines(items):
    """CaseLine of each of `items` (CASE_VALUES)."""
    url, state = url_for("mediation:case_detail"), _cells(CASE_TONES, CaseState)
    kinds, today = kind_labels(), timezone.localdate()
    waits, late = chip("quiet", "暂停"), chip("bad", "超过期限")
    lines = []
    for one in items:
        if one["waiting_since"]:
            clock = waits
        elif one["state"] in RUNNING and one["due_on"] < today:
            clock = late
        else:
            clock = f"{one['due_on']}" if one["due_on"] and not one["ended_on"] else DASH
        lines.append(CaseLine(
            one["id"], link(url(one["id"]), one["code"]), _text(kinds.get(one["kind"], one["kind"])),
            _text(one["area__name"]), f"{one['applied_on']}", state(one["state"]), _text(one["officer__name"]), clock,
        ))  # fmt: skip
    return lines


def duty_lines(items):
    """DutyLine of each of `items`: (what, day, number of the agreement, id and code of the case, name of who mediates it)."""
    url = url_for("mediation:agreement")
    return [
        DutyLine(link(url(case), number), what, due(day) or DASH, code, _text(officer))
        for what, day, number, case, code, officer in items
    ]


def mediator_lines(items, loads):
    """MediatorLine of each of `items` (MEDIATOR_VALUES); `loads`: `{user id: open leads}`, None where they are not shown."""
    url, over = url_for("mediation:mediator_detail"), chip("quiet", "不再担任")
    kind = cache(lambda value: MediatorKind(value).label)
    lines = []
    for one in items:
        term = DASH if one["kind"] == MediatorKind.STAFF else SafeString(f"{one['term_from']} 至 {one['term_to']}")
        lines.append(MediatorLine(
            link(url(one["id"]), one["name"]), kind(one["kind"]), _text(one["qualification"]), _text(one["area__name"]),
            term + SafeString(f" {over}") if one["ended_on"] else term,
            DASH if loads is None else f"{loads.get(one['user_id'], 0)}",
        ))  # fmt: skip
    return lines


def answer_lines(items):
    """AnswerLine of each of `items` (ANSWER_VALUES)."""
    url, today = url_for("mediation:answer"), timezone.localdate()
    said = {RoundAnswer.ZERO: chip("quiet", "零报告"), RoundAnswer.FOUND: chip("info", "有线索")}
    late, waits = chip("bad", "过期没报"), chip("warn", "还没报")
    return [
        AnswerLine(
            link(url(one["id"]), one["screening__title"]), _text(one["area__name"]), day_words(one["screening__due_on"]),
            said.get(one["answer"]) or (late if one["screening__due_on"] < today else waits),
        )
        for one in items
    ]  # fmt: skip


def round_lines(items, answers):
    """RoundLine of each of `items` (values); `answers`: `{round id: (answered, grids)}`."""
    url = url_for("mediation:round_detail")
    return [
        RoundLine(
            link(url(one["id"]), one["title"]), _text(one["area__name"]), f"{one['starts_on']} 至 {one['due_on']}",
            "{}/{}".format(*answers.get(one["id"], (0, 0))),
        )
        for one in items
    ]  # fmt: skip
