"""All states × all steps of groups and places in them; what the database refuses."""

import itertools

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from fedhub.core.flow import FlowError
from groups.activity_enums import ActivityState, EntryState
from groups.enums import GroupState, MemberState, Present, ServiceState, VolunteerState
from groups.flow import activity_flow, entry_flow, group_flow, member_flow, service_flow, volunteer_flow
from groups.models import Attendance
from groups.services import activities, hours, names, volunteers
from groups.services import groups as services
from groups.tests.factories import (
    GroupFactory,
    MeetingFactory,
    MemberFactory,
    ServiceFactory,
    VolunteerFactory,
    at,
    group_at,
    member_at,
    service_at,
)
from groups.tests.factories_activity import activity_at, entry_at

pytestmark = pytest.mark.django_db


def read(instance):
    return type(instance).objects.get(pk=instance.pk)


GROUP_STEPS = {
    "rest": services.rest_group,
    "resume": services.resume_group,
    "end": lambda group, by: services.end_group(group, why="人少了", by=by),
    "revive": services.revive_group,
}
MEMBER_STEPS = {
    "accept": services.accept_member,
    "refuse": lambda member, by: services.refuse_member(member, why="人满了", by=by),
    "withdraw": lambda member, by: services.withdraw_request(member),
    "leave": lambda member, by: services.leave_group(member, by=by),
}


@pytest.mark.parametrize(("state", "name"), list(itertools.product(GroupState.values, group_flow.steps)))
def test_every_step_of_a_group_from_every_state(chair, state, name):
    group, step = group_at(state), group_flow.steps[name]

    if state in step.sources:
        GROUP_STEPS[name](group, by=chair)
        assert read(group).state == step.target
    else:
        with pytest.raises(FlowError):
            GROUP_STEPS[name](group, by=chair)
        assert read(group).state == state


@pytest.mark.parametrize(("state", "name"), list(itertools.product(MemberState.values, member_flow.steps)))
def test_every_step_of_a_place_from_every_state(chair, state, name):
    member, step = member_at(state), member_flow.steps[name]

    if state in step.sources:
        MEMBER_STEPS[name](member, by=chair)
        assert read(member).state == step.target
    else:
        with pytest.raises(FlowError):
            MEMBER_STEPS[name](member, by=chair)
        assert read(member).state == state


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE groups_group SET state = 'gone' WHERE id = %s",
        "UPDATE groups_group SET kind = 'gone' WHERE id = %s",
        "UPDATE groups_group SET state = 'ended' WHERE id = %s",
        "UPDATE groups_group SET ended_on = '2026-01-01' WHERE id = %s",
    ],
)
def test_the_database_refuses_a_group_that_cannot_be(sql):
    group = GroupFactory()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [group.pk])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE groups_member SET state = 'gone' WHERE id = %s",
        "UPDATE groups_member SET valid_from = NULL WHERE id = %s",
        "UPDATE groups_member SET state = 'left', valid_to = '2020-01-01' WHERE id = %s",
        "UPDATE groups_member SET state = 'asked' WHERE id = %s",
        "UPDATE groups_attendance SET present = 'maybe' WHERE member_id = %s",
    ],
)
def test_the_database_refuses_a_place_that_cannot_be(sql):
    member = MemberFactory()
    Attendance.objects.create(meeting=MeetingFactory(group=member.group), member=member, present=Present.CAME)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [member.pk])


VOLUNTEER_STEPS = {
    "accept": volunteers.accept_volunteer,
    "refuse": lambda row, by: volunteers.refuse_volunteer(row, why="资料不全", by=by),
    "pause": lambda row, by: volunteers.pause_volunteer(row, why="住院", by=by),
    "resume": volunteers.resume_volunteer,
    "leave": lambda row, by: volunteers.leave_volunteers(row, why="搬家", by=by),
}
SERVICE_STEPS = {
    "sign_out": lambda row, by: hours.sign_out(row, at=at(hour=11), by=by),
    "confirm": hours.confirm_service,
    "count": lambda row, by: hours.count_service(row),
    "void": lambda row, by: hours.void_service(row, why="记错了", by=by),
}


@pytest.mark.parametrize(("state", "name"), list(itertools.product(VolunteerState.values, volunteer_flow.steps)))
def test_every_step_of_a_volunteer_from_every_state(chair, state, name):
    row, step = VolunteerFactory(state=state), volunteer_flow.steps[name]

    if state in step.sources:
        VOLUNTEER_STEPS[name](row, by=chair)
        assert read(row).state == step.target
    else:
        with pytest.raises(FlowError):
            VOLUNTEER_STEPS[name](row, by=chair)
        assert read(row).state == state


@pytest.mark.parametrize(("state", "name"), list(itertools.product(ServiceState.values, service_flow.steps)))
def test_every_step_of_a_service_from_every_state(chair, state, name):
    row, step = service_at(state, volunteer__half_hours=4), service_flow.steps[name]

    if state in step.sources:
        SERVICE_STEPS[name](row, by=chair)
        assert read(row).state == step.target
    else:
        with pytest.raises(FlowError):
            SERVICE_STEPS[name](row, by=chair)
        assert read(row).state == state


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE groups_service SET state = 'gone' WHERE id = %s",
        "UPDATE groups_service SET ended_at = started_at WHERE id = %s",
        "UPDATE groups_service SET ended_at = NULL WHERE id = %s",
        "UPDATE groups_service SET state = 'confirmed' WHERE id = %s",
        "UPDATE groups_service SET state = 'void' WHERE id = %s",
        "UPDATE groups_volunteer SET state = 'gone' WHERE id IN (SELECT volunteer_id FROM groups_service WHERE id = %s)",
    ],
)
def test_the_database_refuses_a_service_that_cannot_be(sql):
    row = ServiceFactory()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [row.pk])


ACTIVITY_STEPS = {
    "open": activities.open_activity,
    "hold": activities.hold_activity,
    "sum_up": lambda activity, by: activities.sum_up(activity, summary="来了三十人", by=by),
    "cancel": lambda activity, by: activities.cancel_activity(activity, why="下雨", by=by),
}


@pytest.mark.parametrize(("state", "name"), list(itertools.product(ActivityState.values, activity_flow.steps)))
def test_every_step_of_an_activity_from_every_state(chair, state, name):
    activity, step = activity_at(state), activity_flow.steps[name]

    if state in step.sources:
        ACTIVITY_STEPS[name](activity, by=chair)
        assert read(activity).state == step.target
    else:
        with pytest.raises(FlowError):
            ACTIVITY_STEPS[name](activity, by=chair)
        assert read(activity).state == state


@pytest.mark.parametrize(("state", "name"), list(itertools.product(EntryState.values, entry_flow.steps)))
def test_every_step_of_a_name_from_every_state(chair, state, name):
    entry, step = entry_at(state), entry_flow.steps[name]

    def walk():
        if name in ("back", "wait", "admit"):
            entry_flow.walk(entry, name, **({"queued_at": timezone.now()} if name == "wait" else {}))
        else:
            names.mark(entry, name, by=chair)

    if state in step.sources:
        walk()
        assert read(entry).state == step.target
    else:
        with pytest.raises(FlowError):
            walk()
        assert read(entry).state == state
