"""All states × all steps."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from employment.after import FollowUpState, StillWorks
from employment.business import StartupEnd, StartupState
from employment.enums import ApplicationState, EmployerState, PostState, SeekerEnd, SeekerState
from employment.event_enums import EventState, SignupState
from employment.flow import (
    application_flow,
    employer_flow,
    event_flow,
    followup_flow,
    post_flow,
    seeker_flow,
    signup_flow,
    startup_flow,
)
from employment.tests.event_factories import event_at, signup_at
from employment.tests.factories import PostFactory, application_at, employer_at, follow_up_at, seeker_at, startup_at
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
    ("closed", "unclose"): "hidden",
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

EVENT = {
    ("draft", "publish"): "open",
    ("open", "end"): "ended",
    ("ended", "reopen"): "open",
    ("draft", "cancel"): "cancelled",
    ("open", "cancel"): "cancelled",
}
SIGNUP = {
    ("waiting", "offer"): "offered",
    ("offered", "accept"): "in",
    ("waiting", "admit"): "in",
    ("offered", "lapse"): "lapsed",
    ("in", "cancel"): "cancelled",
    ("waiting", "cancel"): "cancelled",
    ("offered", "cancel"): "cancelled",
    ("in", "merge"): "merged",
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


@pytest.mark.parametrize(("state", "step"), list(itertools.product(EventState.values, event_flow.steps)))
def test_every_step_of_an_event_from_every_state(state, step):
    facts = {
        "end": {"ended_on": timezone.localdate()}, "reopen": {"ended_on": None}, "cancel": {"cancelled_why": "下雨"},
    }.get(step, {})  # fmt: skip

    assert walked(event_flow, event_at(state), step, EVENT, facts)


@pytest.mark.parametrize(("state", "step"), list(itertools.product(SignupState.values, signup_flow.steps)))
def test_every_step_of_a_sign_up_from_every_state(state, step):
    now = timezone.now()
    facts = {"offered_at": now, "offer_until": now + timedelta(hours=1)} if step == "offer" else {}

    assert walked(signup_flow, signup_at(state), step, SIGNUP, facts)


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


@pytest.mark.parametrize(("state", "step"), list(itertools.product(StartupState.values, startup_flow.steps)))
def test_every_step_of_a_start_up_from_every_state(state, step):
    facts = {"ended_on": timezone.localdate(), "end_why": StartupEnd.LOSS}

    assert walked(startup_flow, startup_at(state), step, {("running", "end"): "ended"}, facts)
