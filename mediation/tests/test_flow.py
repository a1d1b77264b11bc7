"""Every state of a lead and of a case with every step."""

from itertools import product

import pytest

from fedhub.core.flow import FlowError
from mediation.enums import CaseState, ConfirmState, LeadState, PromiseState
from mediation.flow import case_flow, confirm_flow, lead_flow, promise_flow
from mediation.models import Case, Confirmation, Lead, Promise
from mediation.tests.factories import case_at, lead_at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("state", "step"), list(product(LeadState.values, lead_flow.steps)))
def test_a_lead_moves_only_where_the_flow_says(grid, chair, state, step):
    lead, rule = lead_at(state, grid, chair), lead_flow.steps[step]
    extra = {"confirmed_on": lead.found_on, "first_level": "green"} if step == "confirm" else {}
    extra |= {"closed_on": lead.found_on} if step == "close" else {}

    if state in rule.sources:
        lead_flow.walk(lead, step, **extra)
        expected = rule.target
    else:
        with pytest.raises(FlowError):
            lead_flow.walk(lead, step, **extra)
        expected = state

    assert Lead.objects.get(pk=lead.pk).state == expected


@pytest.mark.parametrize(("state", "step"), list(product(CaseState.values, case_flow.steps)))
def test_a_case_moves_only_where_the_flow_says(grid, chair, state, step):
    case, rule = case_at(state, grid, chair), case_flow.steps[step]
    clock = {"accepted_on": case.applied_on, "due_on": case.applied_on}
    extra = {
        "accept": clock, "close": {"closed_on": case.applied_on, "outcome": "kept"},
        "reopen": {**clock, "closed_on": None, "outcome": ""},
    }.get(step, {})  # fmt: skip

    if state in rule.sources:
        case_flow.walk(case, step, **extra)
        expected = rule.target
    else:
        with pytest.raises(FlowError):
            case_flow.walk(case, step, **extra)
        expected = state

    assert Case.objects.get(pk=case.pk).state == expected


@pytest.fixture
def agreement(grid, chair):
    return case_at("settled", grid, chair).agreements.get()


def moved(flow, row, step, **extra):
    """The state that `row` has after an attempt to `step`."""
    if row.state in flow.steps[step].sources:
        flow.walk(row, step, **extra)
        assert row.state == flow.steps[step].target
    else:
        before = row.state
        with pytest.raises(FlowError):
            flow.walk(row, step, **extra)
        assert type(row).objects.get(pk=row.pk).state == before
    return type(row).objects.get(pk=row.pk).state


@pytest.mark.parametrize(("state", "step"), list(product(PromiseState.values, promise_flow.steps)))
def test_a_promise_moves_only_where_the_flow_says(agreement, state, step):
    day = agreement.effective_on
    Promise.objects.update(state=state, done_on=None if state == "open" else day)
    row, may = Promise.objects.get(), state in promise_flow.steps[step].sources

    after = moved(promise_flow, row, step, done_on=day)

    assert after == (promise_flow.steps[step].target if may else state)


@pytest.mark.parametrize(("state", "step"), list(product(ConfirmState.values, confirm_flow.steps)))
def test_a_confirmation_moves_only_where_the_flow_says(agreement, state, step):
    day, over = agreement.effective_on, ("confirmed", "refused")
    row = Confirmation.objects.create(
        agreement=agreement, state=state, applied_on=day, decided_on=day if state in over else None, body={}
    )
    target, may = confirm_flow.steps[step].target, state in confirm_flow.steps[step].sources

    after = moved(confirm_flow, row, step, **({"decided_on": day} if target in over else {}))

    assert after == (target if may else state)
