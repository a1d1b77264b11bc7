"""Every state of a lead with every step."""

from itertools import product

import pytest

from fedhub.core.flow import FlowError
from mediation.enums import LeadState
from mediation.flow import lead_flow
from mediation.models import Lead
from mediation.tests.factories import lead_at

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
