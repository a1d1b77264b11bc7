"""All states × all steps of a concern; what the database refuses."""

import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from concerns.enums import ApprovalKind, ApprovalStatus, Outcome, ReferralStatus, Status, Told
from concerns.flow import approval_flow, concern_flow, referral_flow
from concerns.models import Approval, Concern
from concerns.services.answers import answer_concern, reopen_concern, settle_on_spot
from concerns.services.approvals import drop_approval, grant_approval, return_approval
from concerns.services.handling import accept_concern, assign_concern, close_concern, finish_concern, withdraw_concern
from concerns.services.referrals import (
    referral_accepted,
    referral_answered,
    referral_refused,
    take_referral_back,
)
from concerns.tests.factories import ConcernFactory, ReferralFactory, concern_at
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
    ("answered", "reopen"): "accepted",
    ("closed", "reopen"): "accepted",
} | {
    (status, f"back_{target}"): target
    for status in ("new", "accepted", "assigned", "done")
    for target in ("new", "accepted", "assigned")
}
ACTS = {
    "accept": lambda concern, by: accept_concern(concern, by=by),
    "assign": lambda concern, by: assign_concern(concern, person=by, handle_by=timezone.localdate(), by=by),
    "finish": lambda concern, by: finish_concern(concern, result="物业换了灯泡。", by=by),
    "answer": lambda concern, by: answer_concern(
        concern, answer="灯修好了。", told=Told.PHONE, outcome=Outcome.SOLVED, by=by
    ),
    "close": lambda concern, by: close_concern(concern, by=by),
    "settle": lambda concern, by: settle_on_spot(concern, answer="当场打了电话。", by=by),
    "withdraw": lambda concern, by: withdraw_concern(concern, reason="自己解决了", by=by),
    "reopen": lambda concern, by: reopen_concern(concern, reason="灯又坏了", by=by),
}
# Steps back are walked by the services of merging and bulk assignment, many at a time.
BACK = {
    "back_new": {},
    "back_accepted": {},
    "back_assigned": {"handle_by": timezone.localdate()},
}


@pytest.mark.parametrize(("status", "step"), list(itertools.product(Status.values, concern_flow.steps)))
def test_every_step_from_every_status(chair, status, step):
    concern = concern_at(status, assigned_to=chair if status == "assigned" else None)
    history, events = concern.history.count(), AuditEvent.objects.count()
    expected = OUTCOMES.get((status, step))

    if step in BACK:
        moved = concern_flow.walk_many(Concern.objects.all(), step, by=chair, assigned_to=chair, **BACK[step])
        assert moved == [concern.pk] * (expected is not None)
        events -= expected is not None
    elif expected is None:
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
    assert {step for _, step in OUTCOMES} == set(concern_flow.steps) == set(ACTS) | set(BACK)


# --- a matter in another office's hands ---------------------------------------------------------------------------
REFERRALS = {
    ("offered", "accept"): "accepted", ("offered", "refuse"): "refused", ("accepted", "refuse"): "refused",
    ("offered", "answer"): "answered", ("accepted", "answer"): "answered",
    ("offered", "take_back"): "taken_back", ("accepted", "take_back"): "taken_back",
}  # fmt: skip
REFERRAL_ACTS = {
    "accept": lambda referral, by: referral_accepted(referral, contact="李工", by=by),
    "refuse": lambda referral, by: referral_refused(referral, reply="不归我们管。", by=by),
    "answer": lambda referral, by: referral_answered(referral, reply="已经换好。", by=by),
    "take_back": lambda referral, by: take_referral_back(referral, reason="自己修了", by=by),
}


@pytest.mark.parametrize(("status", "step"), list(itertools.product(ReferralStatus.values, referral_flow.steps)))
def test_every_step_of_a_referral_from_every_status(chair, status, step):
    open_ones = {"offered", "accepted"}
    referral = ReferralFactory(status=status, ended_on=None if status in open_ones else timezone.localdate())
    events, expected = AuditEvent.objects.count(), REFERRALS.get((status, step))

    if expected is None:
        with pytest.raises(FlowError, match="不能"), transaction.atomic():
            REFERRAL_ACTS[step](referral, chair)
    else:
        REFERRAL_ACTS[step](referral, chair)

    referral.refresh_from_db()
    moved = expected is not None
    assert (referral.status, referral.version) == (expected or status, 1 + moved)
    assert AuditEvent.objects.count() == events + moved
    assert set(REFERRAL_ACTS) == set(referral_flow.steps)


# --- a request to the chair ---------------------------------------------------------------------------------------
APPROVALS = {("asked", "grant"): "granted", ("asked", "return"): "returned", ("asked", "drop"): "dropped"}
APPROVAL_ACTS = {
    "grant": lambda approval, chair: grant_approval(approval, by=chair),
    "return": lambda approval, chair: return_approval(approval, note="先再找一次物业。", by=chair),
    "drop": lambda approval, chair: drop_approval(approval, by=approval.asked_by),
}


@pytest.mark.parametrize(("status", "step"), list(itertools.product(ApprovalStatus.values, approval_flow.steps)))
def test_every_step_of_an_approval_from_every_status(chair, worker, status, step):
    decided = {} if status == "asked" else {"decided_by": chair, "decided_at": timezone.now()}
    approval = Approval.objects.create(
        concern=concern_at("assigned"), kind=ApprovalKind.NOT_POSSIBLE, reason="没有地方。", asked_by=worker,
        status=status, **decided,
    )  # fmt: skip
    events, expected = AuditEvent.objects.count(), APPROVALS.get((status, step))

    if expected is None:
        with pytest.raises(FlowError, match="不能"), transaction.atomic():
            APPROVAL_ACTS[step](approval, chair)
    else:
        APPROVAL_ACTS[step](approval, chair)

    approval.refresh_from_db()
    moved = expected is not None
    assert (approval.status, approval.version) == (expected or status, 1 + moved)
    assert AuditEvent.objects.count() == events + moved
    assert set(APPROVAL_ACTS) == set(approval_flow.steps)


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
