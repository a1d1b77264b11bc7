"""Counts: kept as they come in, the same when counted anew."""

import json

import pytest
from django.db import transaction

from fedhub.areas.tests.factories import community
from surveys.counting import counted
from surveys.definition.questionnaire import Option, Question, Questionnaire, Section
from surveys.enums import Kind
from surveys.models import Response
from surveys.services.folding import fold, recount, tallied
from surveys.tests.factories import WORK, published

ROWS = (Option("r1", "菜场"), Option("r2", "医院"))
CHOICES = (Option("a", "方便"), Option("b", "不方便"))
MIXED = Questionnaire(
    (
        Section(
            questions=(
                Question("m", Kind.MATRIX, "方便吗？", rows=ROWS, options=CHOICES),
                Question("r", Kind.RANKING, "先做哪样？", options=CHOICES),
                Question("n", Kind.NUMBER, "几个孩子？"),
            )
        ),
    )
)


@pytest.mark.parametrize(
    ("questionnaire", "answers", "texts", "expected"),
    [
        (WORK, {}, (), set()),
        (WORK, {"q1": "a"}, (), {("q1", "", ""), ("q1", "", "a")}),
        (WORK, {"q1": "z", "q9": "a"}, (), set()),
        (WORK, {"q2": ["a", "c"]}, ("q2.c",), {("q2", "", ""), ("q2", "", "a"), ("q2", "", "c")}),
        (WORK, {}, ("q3",), {("q3", "", "")}),
        (MIXED, {"m": {"r1": "a", "r9": "a"}}, (), {("m", "", ""), ("m", "r1", "a")}),
        (MIXED, {"r": ["b", "a"]}, (), {("r", "", ""), ("r", "1", "b"), ("r", "2", "a")}),
        (MIXED, {"n": 0}, (), {("n", "", ""), ("n", "", "0")}),
    ],
)
def test_what_a_response_adds(questionnaire, answers, texts, expected):
    assert set(counted(questionnaire, answers, texts)) == expected | {("", "", "")}


def test_counts_kept_and_counted_anew_are_the_same(worker):
    survey = published(by=worker)
    place = community()
    for answers, texts in [({"q1": "a", "q2": ["a"]}, {}), ({"q1": "b"}, {"q3": "想学做饭"}), ({"q1": "a"}, {})]:
        response = Response(survey=survey, edition=1, answers=answers, texts=json.dumps(texts), area=place)
        with transaction.atomic():
            response.save()
            fold(survey, {1: WORK}, [response])

    assert tallied(survey) == recount(survey, {1: WORK})
    assert tallied(survey)["q1", "", "a", place.pk] == 2
    assert tallied(survey)["", "", "", place.pk] == 3
