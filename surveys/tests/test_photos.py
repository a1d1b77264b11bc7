"""Pictures of answers: looked at by whoever looks after the survey alone, once they were put in, and logged."""

import base64
import json

import pytest
from django.urls import reverse

from fedhub.core.models import AuditEvent
from fedhub.core.testing.queries import queries_beyond
from surveys.models import Picture, Response
from surveys.services.closing import close_survey
from surveys.services.flushing import flush
from surveys.services.incoming import Filled, take_in
from surveys.tests.factories import SurveyFactory, published
from surveys.tests.papers import EVERY
from surveys.tests.test_filling import jpeg
from surveys.tests.test_results import SHELL, answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(chair, grid):
    return published(SurveyFactory(area=grid), by=chair, content=EVERY)


def sent(survey, number):
    """Somebody sends an answer with a picture."""
    data = base64.b64encode(jpeg().read()).decode()
    picture = Picture.objects.create(survey=survey, sealed=data, expires_on="2099-01-01")
    texts = {"f1": str(picture.pk)}
    take_in(survey, Filled(1, {"s1": "a"}, texts, survey.area_id, mark=f"m{number}", pictures=[picture.pk]))


def full(survey, pictures=1):
    for number in range(pictures):
        sent(survey, number)
    for number in range(5):
        take_in(survey, Filled(1, {"s1": "a"}, {}, survey.area_id, mark=f"n{number}"))
    flush(survey, least=1)


def at(survey, query=""):
    return reverse("surveys:photo_list", args=[survey.pk]) + query


def one(picture):
    return reverse("surveys:photo", args=[picture.pk])


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pictures_cost_the_same_for_any_number(client, chair, survey, rows):
    full(survey, rows)
    client.get(at(survey))

    response, queries = queries_beyond(client, reverse("surveys:photo_list", args=[survey.pk]), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 8


def test_who_looks_after_the_survey_sees_them_and_it_is_logged(as_user, chair, survey):
    full(survey)
    client, picture = as_user(chair), Picture.objects.get()
    page = client.get(at(survey))
    assert [row["url"] for row in page.context["page"].rows] == [one(picture)]
    assert [row["caption"] for row in page.context["page"].rows] == ["照片"]

    answer = client.get(one(picture))
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert AuditEvent.objects.filter(action="surveys.survey.photos").count() == 1


def test_nobody_else_sees_them(as_user, worker, auditor, stranger, survey):
    full(survey)
    picture = Picture.objects.get()

    found = {
        as_user(user).get(url).status_code
        for user in (worker, auditor, stranger)
        for url in (at(survey), one(picture))
    }
    assert found <= {403, 404}


def test_what_waits_and_what_too_few_sent_is_seen_by_nobody(as_user, chair, survey):
    sent(survey, 1)
    client, waiting = as_user(chair), Picture.objects.get()
    assert client.get(one(waiting)).status_code == 404
    flush(survey, least=1)
    moved = Picture.objects.get()
    assert (client.get(one(moved)).status_code, "不足 5 份" in client.get(at(survey)).content.decode()) == (404, True)
    answered(survey, survey.area, [{"s1": "a"}] * 4, content=EVERY)
    assert client.get(one(moved)).status_code == 200


def test_a_question_narrows_them(as_user, chair, survey):
    full(survey)
    client = as_user(chair)

    assert [len(client.get(at(survey, f"?question={code}")).context["page"].rows) for code in ("f1", "")] == [1, 1]


def test_they_outlive_the_close_and_go_with_the_answers(as_user, chair, survey):
    full(survey)
    close_survey(survey, by=chair)

    picture = Picture.objects.get()
    response = next(row for row in Response.objects.all() if row.texts)
    assert json.loads(response.texts) == {"f1": str(picture.pk)}
    assert as_user(chair).get(one(picture)).status_code == 200
