"""Every state of a lead and of a case with every step."""

from itertools import product

import pytest

from fedhub.core.flow import FlowError
from mediation.enums import CaseState, LeadState
from mediation.flow import case_flow, lead_flow
from mediation.models import Case, Lead
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
    extra = {"accepted_on": case.applied_on, "due_on": case.applied_on} if step == "accept" else {}

    if state in rule.sources:
        case_flow.walk(case, step, **extra)
        expected = rule.target
    else:
        with pytest.raises(FlowError):
            case_flow.walk(case, step, **extra)
        expected = state

    assert Case.objects.get(pk=case.pk).state == expected
