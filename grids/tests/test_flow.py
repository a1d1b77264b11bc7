"""All states × all steps of a visit record under review, of a question about it, and of one that came late; what the
database refuses."""

import itertools
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.core.flow import FlowError
from fedhub.core.models import AuditEvent
from grids.enums import DoubtState, EnvelopeState, Review
from grids.flow import doubt_flow, envelope_flow, review_flow
from grids.models import Envelope, FormTime, Visit, VisitReview
from grids.services.doubts import accept_doubt, explain_doubt, keep_doubt
from grids.services.offline import decline, drop, take_over
from grids.services.review import approve_visit, return_visit
from grids.tests.factories import EnvelopeFactory, VisitDoubtFactory, VisitFactory

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


DOUBT_OUTCOMES = {
    ("open", "explain"): "explained",
    ("explained", "explain"): "explained",
    ("kept", "explain"): "explained",
    ("open", "accept"): "accepted",
    ("explained", "accept"): "accepted",
    ("kept", "accept"): "accepted",
    ("open", "keep"): "kept",
    ("explained", "keep"): "kept",
    ("open", "clear"): "gone",
    ("explained", "clear"): "gone",
    ("kept", "clear"): "gone",
    ("gone", "find"): "open",
    ("accepted", "find"): "open",
}
DOUBT_ACTS = {
    "explain": lambda doubt, by: explain_doubt(doubt, explanation="合拍一张", by=doubt.visit.visitor),
    "accept": lambda doubt, by: accept_doubt(doubt, by=by),
    "keep": lambda doubt, by: keep_doubt(doubt, by=by),
    "clear": lambda doubt, by: doubt_flow.walk(doubt, "clear"),
    "find": lambda doubt, by: doubt_flow.walk(doubt, "find"),
}


@pytest.mark.parametrize(("status", "step"), list(itertools.product(DoubtState.values, doubt_flow.steps)))
def test_every_step_of_a_question_from_every_state(chair, status, step):
    now, had_its_days = timezone.now(), timezone.localdate() - timedelta(days=30)
    doubt = VisitDoubtFactory(
        state=status, found_on=had_its_days, explained_at=now, explained_by=chair, decided_at=now, decided_by=chair
    )
    events, expected = AuditEvent.objects.count(), DOUBT_OUTCOMES.get((status, step))

    if expected is None:
        with pytest.raises(FlowError, match="不能"), transaction.atomic():
            DOUBT_ACTS[step](doubt, chair)
    else:
        DOUBT_ACTS[step](doubt, chair)

    doubt.refresh_from_db()
    moved = expected is not None
    assert (doubt.state, doubt.version) == (expected or status, 1 + moved)
    assert AuditEvent.objects.count() == events + (moved and step not in {"clear", "find"})
    assert set(DOUBT_ACTS) == set(doubt_flow.steps)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("grids_visit", "review = 'lost'"),
        ("grids_visitreview", "verdict = 'pending'"),
        ("grids_visitdoubt", "state = 'lost'"),
        ("grids_visitdoubt", "kind = 'lost'"),
        ("grids_visitdoubt", "state = 'explained'"),
        ("grids_visitdoubt", "state = 'accepted'"),
        ("grids_visitdoubt", "explained_at = created_at"),
        ("grids_formtime", "form = 'lost'"),
    ],
)
def test_the_database_refuses_what_cannot_be(table, change):
    VisitReview.objects.create(visit=VisitFactory(), verdict=Review.RIGHT, made_by=UserFactory())
    VisitDoubtFactory(visit=Visit.objects.get())
    FormTime.objects.create(area=Visit.objects.get().grid, form="visit", seconds=60)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change}")  # noqa: S608 - own names
    assert Visit.objects.count() == 1


LATE_OUTCOMES = {
    ("open", "finish"): "saved",
    ("open", "drop"): "dropped",
    ("open", "strand"): "tray",
    ("tray", "take"): "taken",
    ("tray", "decline"): "declined",
}
LATE_ACTS = {
    "finish": lambda row, by: envelope_flow.walk(row, "finish", visit=VisitFactory(), fields=None),
    "drop": lambda row, by: drop(row, by=by),
    "strand": lambda row, by: envelope_flow.walk(row, "strand", late="stale"),
    "take": lambda row, by: take_over(row, VisitFactory(household=row.household), by=by),
    "decline": lambda row, by: decline(row, reason="重复", by=by),
}


def envelope_at(state, chair):
    """An Envelope in `state` with what belongs to it."""
    more = {}
    if state in ("saved", "taken"):
        more["visit"] = VisitFactory()
    if state in ("taken", "declined"):
        more |= {"decided_by": chair, "decided_at": timezone.now(), "decided_why": "重复"}
    return EnvelopeFactory(state=state, late="" if state in ("saved", "open", "dropped") else "scope", **more)


@pytest.mark.parametrize(("state", "step"), list(itertools.product(EnvelopeState.values, envelope_flow.steps)))
def test_every_step_of_a_late_visit_from_every_state(chair, state, step):
    row, expected = envelope_at(state, chair), LATE_OUTCOMES.get((state, step))

    if expected is None:
        with pytest.raises(FlowError, match="不能"), transaction.atomic():
            LATE_ACTS[step](row, chair)
    else:
        LATE_ACTS[step](row, chair)

    row.refresh_from_db()
    assert (row.state, row.version) == (expected or state, 1 + (expected is not None))
    assert set(LATE_ACTS) == set(envelope_flow.steps)


@pytest.mark.parametrize(
    "change",
    ["state = 'lost'", "late = 'lost'", "late = ''", "state = 'saved'", "state = 'taken'", "state = 'declined'",
     "decided_at = created_at"],
)  # fmt: skip
def test_the_database_refuses_a_late_visit_that_cannot_be(change):
    EnvelopeFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE grids_envelope SET {change}")  # noqa: S608 - own names
    assert Envelope.objects.get().state == EnvelopeState.TRAY
