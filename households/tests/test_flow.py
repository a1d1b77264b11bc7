"""All states × all steps of a visit task, a campaign and a leave to open a child's facts; what the database refuses."""

import itertools
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from fedhub.core.flow import FlowError
from households.enums import AccessState, CampaignState, TaskState
from households.flow import access_flow, campaign_flow, task_flow
from households.services.campaigns import close_campaign, drop_campaign, start_campaign
from households.services.minors import end_access, grant_access, refuse_access
from households.services.plan import cancel_task, restore_task
from households.tests.factories import (
    CampaignFactory,
    HouseholdFactory,
    VisitTaskFactory,
    access_at,
    campaign_at,
    task_at,
)

pytestmark = pytest.mark.django_db

OUTCOMES = {
    ("open", "finish"): "done",
    ("open", "cancel"): "cancelled",
    ("done", "reopen"): "open",
    ("cancelled", "reopen"): "open",
}
TODAY = timezone.localdate
ACTS = {
    "finish": lambda task, by: task_flow.walk(task, "finish", done_on=TODAY()),
    "cancel": lambda task, by: cancel_task(task, why="搬家了", by=by),
    "reopen": lambda task, by: restore_task(task, by=by),
}


@pytest.mark.parametrize(("state", "step"), list(itertools.product(TaskState.values, task_flow.steps)))
def test_every_step_from_every_state(worker, state, step):
    task = task_at(state)

    if (state, step) in OUTCOMES:
        ACTS[step](task, worker)
        task.refresh_from_db()
        assert task.state == OUTCOMES[state, step]
    else:
        with pytest.raises(FlowError):
            ACTS[step](task, worker)
        task.refresh_from_db()
        assert task.state == state


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE households_visittask SET state = 'lost'",
        "UPDATE households_visittask SET kind = 'lost'",
        "UPDATE households_visittask SET state = 'done'",
        "UPDATE households_visittask SET done_on = '2026-01-01'",
        "UPDATE households_visittask SET state = 'cancelled'",
        "UPDATE households_visittask SET state = 'cancelled', cancelled_on = '2026-01-01'",
        "UPDATE households_visittask SET cancelled_why = '搬家'",
        "UPDATE households_visittask SET latest_on = '1999-01-01'",
        "UPDATE households_visittask SET earliest_on = '2999-01-01'",
    ],
)
def test_the_database_refuses_tasks_that_cannot_be(statement):
    VisitTaskFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_keeps_one_open_must_visit_for_one_reason():
    first = VisitTaskFactory(rule_key="event-death")
    other = VisitTaskFactory(household=first.household, rule_key="event-birth")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE households_visittask SET rule_key = 'event-death' WHERE id = %s", [other.pk])


def test_a_task_is_not_cancelled_for_a_day_to_come_or_before_the_household_was_there(worker):
    task = VisitTaskFactory()

    for day, words in ((TODAY() + timedelta(days=1), "晚于今天"), (TODAY() - timedelta(days=4000), "这户登记")):
        with pytest.raises(Exception, match=words):
            cancel_task(task, on=day, why="搬家了", by=worker)
    with pytest.raises(Exception, match="取消原因"):
        cancel_task(task, why="", by=worker)


# --- campaigns ----------------------------------------------------------------------------------------------------
CAMPAIGN_OUTCOMES = {("draft", "start"): "running", ("draft", "drop"): "closed", ("running", "close"): "closed"}
CAMPAIGN_ACTS = {
    "start": lambda campaign, by: start_campaign(campaign, None, by=by),
    "close": lambda campaign, by: close_campaign(campaign, why="活动结束", by=by),
    "drop": lambda campaign, by: drop_campaign(campaign, by=by),
}


@pytest.mark.parametrize(("state", "step"), list(itertools.product(CampaignState.values, campaign_flow.steps)))
def test_every_step_of_a_campaign_from_every_state(chair, state, step):
    HouseholdFactory()
    campaign = campaign_at(state)

    if (state, step) in CAMPAIGN_OUTCOMES:
        CAMPAIGN_ACTS[step](campaign, chair)
        campaign.refresh_from_db()
        assert campaign.state == CAMPAIGN_OUTCOMES[state, step]
    else:
        with pytest.raises(FlowError):
            CAMPAIGN_ACTS[step](campaign, chair)
        campaign.refresh_from_db()
        assert campaign.state == state


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE households_campaign SET state = 'lost'",
        "UPDATE households_campaign SET state = 'running'",
        "UPDATE households_campaign SET state = 'closed'",
        "UPDATE households_campaign SET closed_on = '2026-01-01'",
        "UPDATE households_campaign SET closed_why = '结束'",
        "UPDATE households_campaign SET visit_kind = 'lost'",
        "UPDATE households_campaign SET whom = 'lost'",
        "UPDATE households_campaign SET ends_on = '1999-01-01'",
    ],
)
def test_the_database_refuses_campaigns_that_cannot_be(statement):
    CampaignFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_keeps_one_task_a_family_and_campaign_and_only_campaign_tasks_have_one():
    campaign = CampaignFactory()
    first, second = VisitTaskFactory(kind="campaign", campaign=campaign), VisitTaskFactory()

    for change in (
        f"UPDATE households_visittask SET campaign_id = {campaign.pk} WHERE id = {second.pk}",
        f"UPDATE households_visittask SET campaign_id = {campaign.pk}, kind = 'campaign', "
        f"household_id = {first.household_id} WHERE id = {second.pk}",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


# --- leave to open a child's facts ------------------------------------------------------------------------------------
ACCESS_OUTCOMES = {("asked", "grant"): "granted", ("asked", "refuse"): "refused", ("granted", "end"): "ended"}
ACCESS_ACTS = {
    "grant": lambda access, by: grant_access(access, by=by),
    "refuse": lambda access, by: refuse_access(access, why="不需要看", by=by),
    "end": lambda access, by: end_access(access, by=by),
}


@pytest.mark.parametrize(("state", "step"), list(itertools.product(AccessState.values, access_flow.steps)))
def test_every_step_of_a_leave_from_every_state(chair, state, step):
    access = access_at(state)

    if (state, step) in ACCESS_OUTCOMES:
        ACCESS_ACTS[step](access, chair)
    else:
        with pytest.raises(FlowError):
            ACCESS_ACTS[step](access, chair)
    access.refresh_from_db()
    assert access.state == ACCESS_OUTCOMES.get((state, step), state)
