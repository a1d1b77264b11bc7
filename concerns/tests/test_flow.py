"""All states × all steps of a concern; what the database refuses."""

import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from concerns.enums import Outcome, Status, Told
from concerns.flow import concern_flow
from concerns.services import (
    accept_concern,
    answer_concern,
    assign_concern,
    close_concern,
    finish_concern,
    settle_on_spot,
    withdraw_concern,
)
from concerns.tests.factories import ConcernFactory, concern_at
from fedhub.core.flow import FlowError
from fedhub.core.models import AuditEvent

pytestmark = pytest.mark.django_db

# What each step does from each status: the status after it; a pair that is not named is refused.
OUTCOMES = {
    ("new", "accept"): "accepted",
    ("new", "assign"): "assigned",
    ("accepted", "assign"): "assigned",
    ("assigned", "assign"): "assigned",
    ("accepted", "finish"): "done",
    ("assigned", "finish"): "done",
    ("new", "answer"): "answered",
    ("accepted", "answer"): "answered",
    ("assigned", "answer"): "answered",
    ("done", "answer"): "answered",
    ("answered", "answer"): "answered",
    ("answered", "close"): "closed",
    ("new", "settle"): "closed",
    ("new", "withdraw"): "closed",
    ("accepted", "withdraw"): "closed",
    ("assigned", "withdraw"): "closed",
    ("done", "withdraw"): "closed",
}
ACTS = {
    "accept": lambda concern, by: accept_concern(concern, by=by),
    "assign": lambda concern, by: assign_concern(concern, person=by, due_on=timezone.localdate(), by=by),
    "finish": lambda concern, by: finish_concern(concern, result="物业换了灯泡。", by=by),
    "answer": lambda concern, by: answer_concern(
        concern, answer="灯修好了。", told=Told.PHONE, outcome=Outcome.SOLVED, by=by
    ),
    "close": lambda concern, by: close_concern(concern, by=by),
    "settle": lambda concern, by: settle_on_spot(concern, answer="当场打了电话。", by=by),
    "withdraw": lambda concern, by: withdraw_concern(concern, reason="自己解决了", by=by),
}


@pytest.mark.parametrize(("status", "step"), list(itertools.product(Status.values, concern_flow.steps)))
def test_every_step_from_every_status(chair, status, step):
    concern = concern_at(status, assigned_to=chair if status == "assigned" else None)
    history, events = concern.history.count(), AuditEvent.objects.count()
    expected = OUTCOMES.get((status, step))

    if expected is None:
        with pytest.raises(FlowError, match="不能"), transaction.atomic():
            ACTS[step](concern, chair)
    else:
        ACTS[step](concern, chair)

    concern.refresh_from_db()
    moved = expected is not None
    assert concern.status == (expected or status)
    assert concern.version == 1 + moved
    assert concern.history.count() == history + moved
    assert AuditEvent.objects.count() == events + moved


def test_the_table_knows_every_status_and_step():
    assert {status for status, _ in OUTCOMES} | {"closed"} == set(Status.values)
    assert {step for _, step in OUTCOMES} == set(concern_flow.steps) == set(ACTS)


def test_what_she_was_not_told_is_not_closed(chair):
    concern = ConcernFactory()
    answer_concern(concern, answer="在办。", told=Told.NOT_YET, outcome=Outcome.SOLVED, by=chair)

    with pytest.raises(ValidationError, match="还没有告诉本人"):
        close_concern(concern, by=chair)
    answer_concern(concern, answer="修好了。", told=Told.FACE, outcome=Outcome.SOLVED, by=chair)
    close_concern(concern, by=chair)

    assert concern.status == Status.CLOSED


@pytest.mark.parametrize("change", [
    "status = 'lost'", "status = 'closed'", "closed_at = '2026-01-01 00:00:00'", "status = 'answered'",
    "status = 'assigned'", "status = 'closed', closed_at = '2026-01-01 00:00:00'",
])  # fmt: skip
def test_the_database_refuses_a_concern_that_cannot_be(change):
    concern = ConcernFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE concerns_concern SET {change} WHERE id = %s", [concern.pk])
