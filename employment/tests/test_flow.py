"""All states × all steps."""

import itertools

import pytest
from django.utils import timezone

from employment.enums import SeekerEnd, SeekerState
from employment.flow import seeker_flow
from employment.tests.factories import seeker_at
from fedhub.core.flow import FlowError

pytestmark = pytest.mark.django_db

SEEKER = {
    ("registered", "activate"): "active",
    ("paused", "activate"): "active",
    ("registered", "pause"): "paused",
    ("active", "pause"): "paused",
    ("registered", "employ"): "employed",
    ("active", "employ"): "employed",
    ("paused", "employ"): "employed",
    ("employed", "settle"): "stable",
    ("employed", "lose"): "active",
    ("stable", "lose"): "active",
    **{(state, "close"): "closed" for state in ("registered", "active", "employed", "stable", "paused")},
}


def walked(flow, row, step, outcomes, facts):
    """The state after `step`; a pair that is not in `outcomes` is refused."""
    state, target = str(row.state), outcomes.get((str(row.state), step))
    if target is None:
        with pytest.raises(FlowError):
            flow.walk(row, step, **facts)
        row.refresh_from_db()
        return row.state == state
    return flow.walk(row, step, **facts).state == target


@pytest.mark.parametrize(("state", "step"), list(itertools.product(SeekerState.values, seeker_flow.steps)))
def test_every_step_of_a_seeker_from_every_state(state, step):
    facts = {"ended_on": timezone.localdate(), "end_why": SeekerEnd.WISH} if step == "close" else {}

    assert walked(seeker_flow, seeker_at(state), step, SEEKER, facts)
