"""Invented answers to a survey of every kind of question are answers that its pages would take."""

import random
from types import SimpleNamespace

import pytest

from fedhub.demo.answers import LATE, MANY, answer_surveys
from surveys.enums import Mode, Status
from surveys.models import Incoming, Letter, Response, Survey
from surveys.services.flushing import editions_of
from surveys.services.folding import recount, tallied
from surveys.tests.factories import SurveyFactory, published
from surveys.tests.papers import EVERY, LONG

pytestmark = pytest.mark.django_db


def test_open_surveys_are_answered_and_others_are_not(chair, grid, other_grid):
    every = published(SurveyFactory(area=grid.parent), by=chair, content=EVERY)
    long = published(SurveyFactory(area=grid.parent), by=chair, content=LONG)
    named = published(SurveyFactory(area=grid.parent, mode=Mode.NAMED), by=chair)
    random.seed()

    answer_surveys(SimpleNamespace(chair=chair, grids=[grid, other_grid]))

    for survey in (every, long):
        assert survey.responses.count() + Incoming.objects.filter(survey=survey).count() == MANY + LATE
        assert tallied(survey) == recount(survey, editions_of(survey))
        assert survey.responses.exclude(on__gte=survey.starts_on).count() == 0
    assert every.responses.filter(area=other_grid).count() < every.responses.filter(area=grid).count()
    assert (named.responses.count(), Letter.objects.filter(thread__survey=every).count()) == (0, 3)
    assert Survey.objects.filter(status=Status.OPEN).count() == 3
    assert Response.objects.filter(survey=long, answers__q1="b", answers__has_key="q2").count() == 0
