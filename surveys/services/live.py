"""A survey as those who fill it in meet it: looked up by its link, read once for a process and looked at anew after some seconds.

What is kept here decides only what a page says; whether an answer is taken is decided by the statement that takes it.
"""

import time
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from fedhub.areas.enums import AreaStatus
from fedhub.areas.models import Area
from surveys.definition.questionnaire import Questionnaire, from_data
from surveys.enums import Kind, Status
from surveys.logic import has_rules, pages, shown
from surveys.models import Edition, Seat, Survey

MOST_KEPT = 200


@dataclass
class Live:
    """A survey in its newest edition. `places`: {code: (area id, name)} of the areas to choose from; `html`: pages written
    before, by name; `seats`: (question, option) of what only so many may take; `always`: codes of what is asked of everybody
    where no question depends on another."""

    survey: Survey
    questionnaire: Questionnaire
    places: dict
    seats: dict
    full: bool
    pages: list = field(default_factory=list)
    rules: bool = False
    always: frozenset = frozenset()
    html: dict = field(default_factory=dict)

    @property
    def mark(self):
        return self.survey.pk, self.survey.version, self.survey.edition, self.survey.status, self.full

    def state(self, day: date | None = None):
        """open | early | over | paused | full."""
        survey, day = self.survey, day or timezone.localdate()
        if survey.status == Status.PAUSED:
            return "paused"
        if survey.status != Status.OPEN or (survey.ends_on and day > survey.ends_on):
            return "over"
        if day < survey.starts_on:
            return "early"
        return "full" if self.full else "open"


_kept, _lock = {}, Lock()


def live(token):
    """The Live of the link `token`, None when there never was one. At most one look-up in SURVEY_RECHECK_SECONDS."""
    now = time.monotonic()
    at, found = _kept.get(token, (None, None))
    if at is not None and now - at < settings.SURVEY_RECHECK_SECONDS:
        return found
    fresh = _looked_up(token)
    if fresh is None:
        return None
    if found is not None and found.mark == fresh.mark and found.places == fresh.places:
        fresh = found
    with _lock:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[token] = (now, fresh)
    return fresh


def forget():
    """Drop what is kept, for tests."""
    _kept.clear()


def _looked_up(token):
    edition = (
        Edition.objects.filter(survey__token=token, number=F("survey__edition")).select_related("survey__area").first()
    )
    if edition is None:
        return None
    survey, questionnaire = edition.survey, from_data(edition.content)
    seats = seats_of(survey, questionnaire)
    full = bool(survey.limit) and Seat.objects.filter(survey=survey, question="", taken__gte=F("limit")).exists()
    return Live(
        survey, questionnaire, places_of(survey, questionnaire), seats, full, pages(questionnaire), has_rules(questionnaire),
        frozenset(shown(questionnaire, {})),
    )  # fmt: skip


def places_of(survey, questionnaire):
    """{code: (area id, name)} of the areas a question of that kind offers: the survey's grids, else those of its place."""
    if not any(question.kind == Kind.AREA for question in questionnaire.questions()):
        return {}
    rows = survey.grids.all()
    if not rows.exists():
        rows = Area.objects.within(survey.area).grids().filter(status=AreaStatus.ACTIVE)
        if not rows.exists():
            rows = Area.objects.filter(pk=survey.area_id)
    return {code: (pk, name) for pk, code, name in rows.order_by("code").values_list("pk", "code", "name")}


def seats_of(survey, questionnaire):
    """{(question, option): limit} of what only so many may take; ("", "") is the survey itself."""
    found = {("", ""): survey.limit} if survey.limit else {}
    for question in questionnaire.questions():
        for option in question.options:
            if option.limit and not question.retired:
                found[question.code, option.code] = option.limit
    return found
