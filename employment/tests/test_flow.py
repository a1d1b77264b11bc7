"""All states × all steps."""

import itertools

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from employment.after import FollowUpState, StillWorks
from employment.enums import ApplicationState, EmployerState, PostState, SeekerEnd, SeekerState
from employment.flow import application_flow, employer_flow, followup_flow, post_flow, seeker_flow
from employment.tests.factories import PostFactory, application_at, employer_at, follow_up_at, seeker_at
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

EMPLOYER = {
    ("new", "check"): "checked",
    ("new", "suspend"): "suspended",
    ("checked", "suspend"): "suspended",
    ("suspended", "resume"): "new",
}
POST = {
    ("draft", "publish"): "open",
    ("hidden", "publish"): "open",
    ("open", "refresh"): "open",
    ("open", "hide"): "hidden",
    ("open", "fill"): "filled",
    ("filled", "reopen"): "hidden",
    **{(state, "suspend"): "suspended" for state in ("draft", "open", "hidden", "filled")},
    ("suspended", "resume"): "hidden",
    **{(state, "close"): "closed" for state in ("draft", "open", "hidden", "filled", "suspended")},
}

APPLICATION = {
    (state, step): target
    for step, target in [
        ("interview", "interviewing"), ("pool", "pool"), ("hire", "hired"), ("refuse", "refused"), ("elsewhere", "elsewhere"),
        ("withdraw", "withdrawn"),
    ]
    for state in ("recommended", "interviewing", "pool")
    if (state, step) != ("pool", "pool")
}  # fmt: skip


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


@pytest.mark.parametrize(("state", "step"), list(itertools.product(EmployerState.values, employer_flow.steps)))
def test_every_step_of_an_employer_from_every_state(state, step):
    facts = {"suspended_on": None, "suspended_why": ""}
    if step == "suspend":
        facts = {"suspended_on": timezone.localdate(), "suspended_why": "投诉"}
    if step == "check":
        facts |= {"checked_on": timezone.localdate(), "checked_by": UserFactory(), "checked_paper": "licence"}

    assert walked(employer_flow, employer_at(state), step, EMPLOYER, facts)


@pytest.mark.parametrize(("state", "step"), list(itertools.product(PostState.values, post_flow.steps)))
def test_every_step_of_a_post_from_every_state(state, step):
    assert walked(post_flow, PostFactory(state=state), step, POST, {})


@pytest.mark.parametrize(("state", "step"), list(itertools.product(ApplicationState.values, application_flow.steps)))
def test_every_step_of_an_application_from_every_state(state, step):
    facts = {"hire": {"hired_on": timezone.localdate()}, "refuse": {"refused_why": "filled"}}.get(step, {})

    assert walked(application_flow, application_at(state), step, APPLICATION, facts)


@pytest.mark.parametrize(("state", "step"), list(itertools.product(FollowUpState.values, followup_flow.steps)))
def test_every_step_of_a_follow_up_from_every_state(state, step):
    facts = {}
    if step == "record":
        facts = {"done_on": timezone.localdate(), "done_by": UserFactory(), "works": StillWorks.SAME}

    assert walked(
        followup_flow, follow_up_at(state), step, {("due", "record"): "done", ("due", "drop"): "dropped"}, facts
    )
