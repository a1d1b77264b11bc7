"""All states × all steps of a survey; what the database refuses."""

import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from fedhub.core.flow import FlowError
from fedhub.core.models import AuditEvent
from surveys.definition.questionnaire import to_data
from surveys.enums import Status
from surveys.flow import survey_flow
from surveys.models import Edition, Survey
from surveys.services.lifecycle import (
    drop_survey,
    pause_survey,
    publish_survey,
    resume_survey,
    return_survey,
    submit_survey,
)
from surveys.tests.factories import WORK, SurveyFactory, published

pytestmark = pytest.mark.django_db

# What each step does from each state: the state after it; a pair that is not named is refused.
OUTCOMES = {
    ("draft", "submit"): "review",
    ("review", "return"): "draft",
    ("review", "publish"): "open",
    ("open", "pause"): "paused",
    ("paused", "resume"): "open",
    ("open", "close"): "closed",
    ("paused", "close"): "closed",
    ("closed", "tell"): "told",
    ("told", "untell"): "closed",
    ("closed", "archive"): "archived",
    ("told", "archive"): "archived",
    ("draft", "drop"): "dropped",
    ("review", "drop"): "dropped",
}
ACTS = {
    "submit": lambda survey, by: submit_survey(survey, by=by),
    "return": lambda survey, by: return_survey(survey, note="第 2 题太长。", by=by),
    "publish": lambda survey, by: publish_survey(survey, by=by),
    "pause": lambda survey, by: pause_survey(survey, by=by),
    "resume": lambda survey, by: resume_survey(survey, by=by),
    "drop": lambda survey, by: drop_survey(survey, by=by),
}


def survey_at(status, *, by, **more):
    """A survey in `status`."""
    survey = SurveyFactory(**more)
    if status in ("draft", "review", "dropped"):
        Survey.objects.filter(pk=survey.pk).update(status=status)
    else:
        published(survey, by=by)
        ended = {"closed_at": timezone.now()} if status in ("closed", "told", "archived") else {}
        Survey.objects.filter(pk=survey.pk).update(status=status, **ended)
    survey.refresh_from_db()
    return survey


@pytest.mark.parametrize(("state", "step"), list(itertools.product(Status.values, survey_flow.steps)))
def test_every_step_from_every_state(chair, state, step):
    survey = survey_at(state, by=chair)
    events, history = AuditEvent.objects.count(), survey.history.count()
    expected = OUTCOMES.get((state, step))
    moment = {"closed_at": timezone.now()} if step == "close" else {}
    act = ACTS.get(step) or (lambda one, by: survey_flow.walk(one, step, **moment))

    if expected is None:
        with pytest.raises((FlowError, ValidationError)), transaction.atomic():
            act(survey, chair)
    else:
        act(survey, chair)

    survey.refresh_from_db()
    assert survey.status == (expected or state)
    assert survey.history.count() == history + (expected is not None)
    assert AuditEvent.objects.count() == events + (expected is not None and step in ACTS)


def refused(sql, *values):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    ("state", "change"),
    [
        ("draft", "status = 'lost'"),
        ("draft", "mode = 'secretly'"),
        ("draft", "status = 'open'"),
        ("draft", "ends_on = '2020-01-01'"),
        ("draft", "status = 'closed', edition = 1, published_at = '2026-01-01'"),
        ("open", "published_at = NULL"),
        ("open", "edition = 0"),
        ("open", "mode = 'voluntary'"),
        ("paused", "mode = 'named'"),
        ("closed", "mode = 'named'"),
        ("closed", "closed_at = NULL"),
    ],
)
def test_the_database_refuses_what_does_not_fit_together(chair, state, change):
    survey = survey_at(state, by=chair)

    refused(f"UPDATE surveys_survey SET {change} WHERE id = %s", survey.pk)


def test_a_draft_may_still_change_what_it_knows_of_people(chair):
    survey = survey_at("draft", by=chair)

    assert Survey.objects.filter(pk=survey.pk).update(mode="voluntary") == 1


def test_a_sensitive_survey_is_never_by_name(chair):
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyFactory(sensitive=True, mode="named")


def test_what_was_out_is_never_changed(chair):
    survey = survey_at("open", by=chair)

    refused("UPDATE surveys_edition SET content = '{}' WHERE survey_id = %s", survey.pk)

    assert Edition.objects.get(survey=survey).content == to_data(WORK)
