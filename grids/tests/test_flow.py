"""All states × all steps of a visit record under review; what the database refuses."""

import itertools

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.tests.factories import UserFactory
from fedhub.core.flow import FlowError
from fedhub.core.models import AuditEvent
from grids.enums import Review
from grids.flow import review_flow
from grids.models import Visit, VisitReview
from grids.services.review import approve_visit, return_visit
from grids.tests.factories import VisitFactory

pytestmark = pytest.mark.django_db

OUTCOMES = {
    ("pending", "approve"): "right",
    ("corrected", "approve"): "right",
    ("pending", "return"): "returned",
    ("corrected", "return"): "returned",
    ("right", "return"): "returned",
    ("returned", "correct"): "corrected",
    ("right", "correct"): "corrected",
}
ACTS = {
    "approve": lambda visit, by: approve_visit(visit, by=by),
    "return": lambda visit, by: return_visit(visit, note="补上时间", by=by),
    "correct": lambda visit, by: review_flow.walk(visit, "correct"),
}


@pytest.mark.parametrize(("status", "step"), list(itertools.product(Review.values, review_flow.steps)))
def test_every_step_from_every_status(chair, status, step):
    visit = VisitFactory(review=status)
    history, events, expected = visit.history.count(), AuditEvent.objects.count(), OUTCOMES.get((status, step))

    if expected is None:
        with pytest.raises(FlowError, match="不能"), transaction.atomic():
            ACTS[step](visit, chair)
    else:
        ACTS[step](visit, chair)

    visit.refresh_from_db()
    moved = expected is not None
    assert (visit.review, visit.version) == (expected or status, 1 + moved)
    assert visit.history.count() == history + moved
    assert AuditEvent.objects.count() == events + (moved and step != "correct")
    assert set(ACTS) == set(review_flow.steps)


@pytest.mark.parametrize(
    ("table", "change"), [("grids_visit", "review = 'lost'"), ("grids_visitreview", "verdict = 'pending'")]
)
def test_the_database_refuses_what_cannot_be(table, change):
    VisitReview.objects.create(visit=VisitFactory(), verdict=Review.RIGHT, made_by=UserFactory())

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change}")  # noqa: S608 - own names
    assert Visit.objects.count() == 1
