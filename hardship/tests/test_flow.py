"""All states × all steps of a hardship file; what the database refuses."""

import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.core.flow import FlowError
from fedhub.core.images import CleanImage
from fedhub.core.models import AuditEvent
from hardship.enums import (
    DeliveryState,
    FileExit,
    FileState,
    Level,
    PairingState,
    ReopenState,
    RequestState,
    RoundState,
)
from hardship.flow import delivery_flow, file_flow, pairing_flow, reopen_flow, request_flow, round_flow
from hardship.models import Batch, HardshipFile
from hardship.services.deliveries import (
    approve_delivery,
    cancel_delivery,
    deliver,
    receipt,
    reverse_delivery,
    thank,
)
from hardship.services.files import (
    approve_file,
    check_file,
    close_file,
    drop_file,
    keep_file,
    propose_exit,
    propose_file,
    relapse_file,
    reopen_file,
    return_file,
    watch_file,
)
from hardship.services.gifts import (
    approve_round,
    ask_round,
    cancel_round,
    finish_round,
    make_gifts,
    return_round,
)
from hardship.services.pairing import end_pairing, refuse_pairing, sign_pairing
from hardship.services.periods import grant_reopening, refuse_reopening
from hardship.services.requests import approve_request, refuse_request, withdraw_request
from hardship.tests.factories import FileStageFactory, ReviewFactory, file_at
from hardship.tests.factories_aid import ReopenRequestFactory, delivery_at
from hardship.tests.factories_gifts import round_at
from hardship.tests.factories_pairing import pairing_at
from hardship.tests.factories_request import request_at
from households.tests.factories import HouseholdFactory

pytestmark = pytest.mark.django_db

# What each step does from each state: the state after it; a pair that is not named is refused.
OUTCOMES = {
    ("found", "check"): "checked",
    ("returned", "check"): "checked",
    ("checked", "propose"): "proposed",
    ("proposed", "approve"): "active",
    ("proposed", "return"): "returned",
    ("found", "drop"): "closed",
    ("checked", "drop"): "closed",
    ("returned", "drop"): "closed",
    ("active", "propose_exit"): "exiting",
    ("exiting", "keep"): "active",
    ("exiting", "watch"): "watched",
    ("watched", "relapse"): "active",
    ("exiting", "close"): "closed",
    ("watched", "close"): "closed",
    ("closed", "reopen"): "checked",
}
ACTS = {
    "check": lambda file, by: check_file(file, findings="家里有两人生病。", by=by),
    "propose": lambda file, by: propose_file(file, level=Level.SECOND, reason="开支大于收入。", by=by),
    "approve": lambda file, by: approve_file(file, by=by),
    "return": lambda file, by: return_file(file, reason="缺诊断证明。", by=by),
    "drop": lambda file, by: drop_file(file, reason="子女都有工作。", by=by),
    "propose_exit": lambda file, by: propose_exit(file, exit_reason=FileExit.WORK, reason="两人都上班了。", by=by),
    "keep": lambda file, by: keep_file(file, reason="还在治病。", by=by),
    "watch": lambda file, by: watch_file(file, by=by),
    "relapse": lambda file, by: relapse_file(file, level=Level.SECOND, reason="又失业了。", by=by),
    "close": lambda file, by: close_file(file, exit_reason=FileExit.MOVED, reason="搬到外地。", by=by),
    "reopen": lambda file, by: reopen_file(file, reason="又来申请。", by=by),
}


@pytest.mark.parametrize(("state", "step"), list(itertools.product(FileState.values, file_flow.steps)))
def test_every_step_from_every_state(chair, worker, grid, state, step):
    file = file_at(state, household__area=grid)
    FileStageFactory(file=file)
    ReviewFactory(file=file, kind="opening", level_before=None, made_by=worker)
    events, history = AuditEvent.objects.count(), file.history.count()
    expected = OUTCOMES.get((state, step))

    if expected is None:
        with pytest.raises((FlowError, ValidationError)), transaction.atomic():
            ACTS[step](file, chair)
    else:
        ACTS[step](file, chair)

    file.refresh_from_db()
    assert file.state == (expected or state)
    assert AuditEvent.objects.filter(action=f"hardship.hardshipfile.{step}").count() == (expected is not None)
    if expected is None:
        assert (AuditEvent.objects.count(), file.history.count()) == (events, history)
    else:
        old, new = file.stages.order_by("pk")
        today = timezone.localdate()
        assert (old.valid_to, new.state, new.valid_from, new.valid_to) == (today, expected, today, None)
        assert new.recorded_by == chair


def refused(sql, *values):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    ("state", "change"),
    [
        ("found", "state = 'lost'"),
        ("found", "state = 'active'"),
        ("proposed", "proposed_by_id = NULL"),
        ("active", "level = NULL"),
        ("active", "review_due_on = NULL"),
        ("active", "approved_by_id = NULL"),
        ("active", "level = 9"),
        ("active", "closed_on = '2026-01-01'"),
        ("active", "exit_reason = 'work'"),
        ("active", "state = 'closed'"),
        ("active", "proposed_by_id = approved_by_id"),
        ("watched", "watch_until = NULL"),
        ("closed", "exit_reason = ''"),
        ("closed", "closed_on = NULL"),
        ("found", "found_how = 'dream'"),
    ],
)
def test_the_database_refuses_what_does_not_fit_together(grid, state, change):
    file = file_at(state, household__area=grid)

    refused(f"UPDATE hardship_hardshipfile SET {change} WHERE id = %s", file.pk)


def test_a_family_has_one_open_file(grid):
    file = file_at("active", household__area=grid)
    file_at("closed", household=file.household)

    with pytest.raises(IntegrityError), transaction.atomic():
        file_at("found", household=file.household)
    assert HardshipFile.objects.filter(household=file.household).count() == 2


# --- aid --------------------------------------------------------------------------------------------------------------
GIFTS = {
    ("pledged", "approve"): "approved",
    ("approved", "deliver"): "delivered",
    ("delivered", "receipt"): "receipted",
    ("receipted", "thank"): "thanked",
    ("pledged", "cancel"): "cancelled",
    ("approved", "cancel"): "cancelled",
    ("delivered", "reverse"): "cancelled",
    ("receipted", "reverse"): "cancelled",
    ("thanked", "reverse"): "cancelled",
}
SLIP = CleanImage(b"x", "image/jpeg", 1, 1, "0" * 64)
# What is left and what is promised of ten bags after each step.
LEFT = {
    "approve": (10, 1),
    "deliver": (9, 0),
    "receipt": (9, 0),
    "thank": (9, 0),
    "cancel": (10, 0),
    "reverse": (10, 0),
}
GIFT_ACTS = {
    "approve": lambda gift, by: approve_delivery(gift, by=by),
    "deliver": lambda gift, by: deliver(gift, on=timezone.localdate(), by=by),
    "receipt": lambda gift, by: receipt(gift, received_by="王桂兰", kind="slip", picture=SLIP, by=by),
    "thank": lambda gift, by: thank(gift, by=by),
    "cancel": lambda gift, by: cancel_delivery(gift, reason="不需要了", by=by),
    "reverse": lambda gift, by: reverse_delivery(gift, reason="发错人了", by=by),
}


@pytest.mark.parametrize(("state", "step"), list(itertools.product(DeliveryState.values, delivery_flow.steps)))
def test_every_step_of_a_delivery_from_every_state(chair, grid, state, step):
    gift = delivery_at(state, household__area=grid)
    before = Batch.objects.values_list("left", "reserved").get()
    expected = GIFTS.get((state, step))

    if expected is None:
        with pytest.raises(FlowError), transaction.atomic():
            GIFT_ACTS[step](gift, chair)
    else:
        GIFT_ACTS[step](gift, chair)

    gift.refresh_from_db()
    batch = Batch.objects.get()
    assert gift.state == (expected or state)
    assert (batch.left, batch.reserved) == (LEFT[step] if expected else before)
    assert sum(m.amount for m in batch.movements.all()) == batch.left


@pytest.mark.parametrize(("state", "step"), list(itertools.product(ReopenState.values, reopen_flow.steps)))
def test_every_step_of_a_reopening_from_every_state(chair, community, state, step):
    decided = {} if state == "asked" else {"decided_by": UserFactory(), "decided_on": timezone.localdate()}
    request = ReopenRequestFactory(period__area=community, state=state, **decided)
    acts = {"grant": grant_reopening, "refuse": refuse_reopening}

    if state != "asked":
        with pytest.raises(FlowError), transaction.atomic():
            acts[step](request, note="不行", by=chair)
    else:
        acts[step](request, note="不行", by=chair)

    request.refresh_from_db()
    request.period.refresh_from_db()
    expected = {"grant": "granted", "refuse": "refused"}[step] if state == "asked" else state
    assert request.state == expected
    assert request.period.state == ("reopened" if (state, step) == ("asked", "grant") else "locked")


# --- pairing ------------------------------------------------------------------------------------------------------------
PAIRS = {
    ("waiting", "sign"): "active",
    ("waiting", "refuse"): "refused",
    ("waiting", "end"): "ended",
    ("active", "end"): "ended",
}
PAIR_ACTS = {
    "sign": lambda pairing, by: sign_pairing(pairing, by=by),
    "refuse": lambda pairing, by: refuse_pairing(pairing, reason="太忙", by=by),
    "end": lambda pairing, by: end_pairing(pairing, on=timezone.localdate(), end_reason="done", by=by),
}


@pytest.mark.parametrize(("state", "step"), list(itertools.product(PairingState.values, pairing_flow.steps)))
def test_every_step_of_a_pairing_from_every_state(chair, grid, state, step):
    pairing = pairing_at(state, file=file_at("active", household__area=grid))
    expected = PAIRS.get((state, step))

    if expected is None:
        with pytest.raises(FlowError), transaction.atomic():
            PAIR_ACTS[step](pairing, chair)
    else:
        PAIR_ACTS[step](pairing, chair)

    pairing.refresh_from_db()
    assert pairing.state == (expected or state)


# --- requests -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("state", "step"), list(itertools.product(RequestState.values, request_flow.steps)))
def test_every_step_of_a_request_from_every_state(chair, worker, grid, state, step):
    request = request_at(state, file=file_at("active", household__area=grid), created_by=worker)
    acts = {
        "approve": lambda: approve_request(request, by=chair),
        "refuse": lambda: refuse_request(request, note="不符合", by=chair),
        "withdraw": lambda: withdraw_request(request, by=worker),
    }

    if state != "open":
        with pytest.raises(FlowError), transaction.atomic():
            acts[step]()
    else:
        acts[step]()

    request.refresh_from_db()
    targets = {"approve": "approved", "refuse": "refused", "withdraw": "withdrawn"}
    assert request.state == (targets[step] if state == "open" else state)


# --- rounds of gifts ----------------------------------------------------------------------------------------------------
ROUNDS = {
    ("draft", "ask"): "asked",
    ("asked", "return"): "draft",
    # Few families are arranged in the same go.
    ("asked", "approve"): "running",
    ("approved", "start"): "running",
    ("running", "finish"): "finished",
    ("draft", "cancel"): "cancelled",
    ("asked", "cancel"): "cancelled",
}
ROUND_ACTS = {
    "ask": lambda one, by: ask_round(one, by=by),
    "return": lambda one, by: return_round(one, why="太多了", by=by),
    "approve": lambda one, by: approve_round(one, None, by=by),
    "start": lambda one, by: make_gifts(one),
    "finish": lambda one, by: finish_round(one, why="家里没人", by=by),
    "cancel": lambda one, by: cancel_round(one, why="不办了", by=by),
}


@pytest.mark.parametrize(("state", "step"), list(itertools.product(RoundState.values, round_flow.steps)))
def test_every_step_of_a_round_from_every_state(chair, grid, state, step):
    gift_round = round_at(state, HouseholdFactory(area=grid))
    expected = ROUNDS.get((state, step))

    if expected is None:
        with pytest.raises(FlowError), transaction.atomic():
            ROUND_ACTS[step](gift_round, chair)
    else:
        ROUND_ACTS[step](gift_round, chair)

    gift_round.refresh_from_db()
    assert gift_round.state == (expected or state)
