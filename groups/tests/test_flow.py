"""All states × all steps of groups and places in them; what the database refuses."""

import itertools
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from fedhub.core.flow import FlowError
from groups.activity_enums import ActivityState, EntryState
from groups.backbone_enums import SuccessorState, TaskState
from groups.enums import GroupState, MemberState, Present, ServiceState, VolunteerState
from groups.flow import (
    activity_flow,
    backbonetask_flow,
    entry_flow,
    group_flow,
    member_flow,
    need_flow,
    offer_flow,
    service_flow,
    successor_flow,
    volunteer_flow,
)
from groups.models import Attendance
from groups.need_enums import NeedState, OfferSide, OfferState
from groups.services import activities, backbone_lines, hours, names, needs, offers, succession, volunteers
from groups.services import groups as services
from groups.tests.factories import (
    TODAY,
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
from groups.tests.factories_backbone import successor_at, task_at
from groups.tests.factories_need import home, need_at, need_of, offer_at

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


TASK_STEPS = {
    "say": lambda task, by: backbone_lines.say_done(task, said="办好了"),
    "decline": lambda task, by: backbone_lines.decline_task(task, said="没空"),
    "again": lambda task, by: backbone_lines.ask_again(task, by=by),
    "done": lambda task, by: backbone_lines.finish_task(task, on=task.given_on, result="好", by=by),
    "cancel": lambda task, by: backbone_lines.cancel_task(task, why="不用了", by=by),
}
# Said twice on her own page it is said once.
SAID_TWICE = {("said", "say"), ("declined", "decline")}


@pytest.mark.parametrize(("state", "name"), list(itertools.product(TaskState.values, backbonetask_flow.steps)))
def test_every_step_of_a_task_from_every_state(chair, state, name):
    task, step = task_at(state), backbonetask_flow.steps[name]

    if state in step.sources or (state, name) in SAID_TWICE:
        TASK_STEPS[name](task, by=chair)
        assert read(task).state == step.target
    else:
        with pytest.raises(FlowError):
            TASK_STEPS[name](task, by=chair)
        assert read(task).state == state


SUCCESSOR_STEPS = {
    "agree": succession.agree_successor,
    "refuse": lambda row, by: succession.refuse_successor(row, why="太忙", by=by),
    "take": succession.take_post,
    "drop": lambda row, by: succession.drop_successor(row, why="搬走", by=by),
}


@pytest.mark.parametrize(("state", "name"), list(itertools.product(SuccessorState.values, successor_flow.steps)))
def test_every_step_of_a_successor_from_every_state(chair, state, name):
    row, step = successor_at(state), successor_flow.steps[name]

    if state in step.sources:
        SUCCESSOR_STEPS[name](row, by=chair)
        assert (read(row).state, read(row).decided_by) == (step.target, chair)
    else:
        with pytest.raises(FlowError):
            SUCCESSOR_STEPS[name](row, by=chair)
        assert (read(row).state, read(row).decided_by) == (state, None)


NEED_STATE_OF_OFFER = {"asked": "offered", "accepted": "offered", "agreed": "agreed"}
NEED_STEPS = {
    "offer": lambda need, by: need_flow.walk(need, "offer"),
    "agree": lambda need, by: need_flow.walk(need, "agree"),
    "serve": lambda need, by: need_flow.walk(need, "serve"),
    "look_again": lambda need, by: need_flow.walk(need, "look_again"),
    "finish": needs.finish_need,
    "withdraw": lambda need, by: needs.withdraw_need(need, why="不用了", by=by),
    "expire": lambda need, by: needs.expire_need(need),
    "renew": lambda need, by: needs.renew_need(need, until=TODAY() + timedelta(days=9), by=by),
}
OFFER_STEPS = {
    "accept": offers.accept,
    "decline": lambda offer, by: offers.decline(offer, why="没空", by=by),
    "agree": lambda offer, by: offers.served_agrees(offer, how="oral", witness="李大姐", by=by),
    "refuse": lambda offer, by: offers.served_refuses(offer, why="不用了", by=by),
    "take_back": lambda offer, by: offers.take_back(offer, side=OfferSide.SERVED, why="不方便", by=by),
    "lapse": lambda offer, by: needs.walk_offer(offer, "lapse"),
    "done": lambda offer, by: needs.walk_offer(offer, "done"),
}


@pytest.mark.parametrize(("state", "name"), list(itertools.product(NeedState.values, need_flow.steps)))
def test_every_step_of_a_need_from_every_state(chair, state, name):
    need, step = need_at(state), need_flow.steps[name]

    if state in step.sources:
        NEED_STEPS[name](need, by=chair)
        assert read(need).state == step.target
    else:
        with pytest.raises(FlowError):
            NEED_STEPS[name](need, by=chair)
        assert read(need).state == state


@pytest.mark.parametrize(("state", "name"), list(itertools.product(OfferState.values, offer_flow.steps)))
def test_every_step_of_an_offer_from_every_state(chair, grid, state, name):
    need = need_of(home(grid), state=NEED_STATE_OF_OFFER.get(state, "open"))
    offer, step = offer_at(state, need), offer_flow.steps[name]

    if state in step.sources:
        OFFER_STEPS[name](offer, by=chair)
        assert read(offer).state == step.target
    else:
        with pytest.raises(FlowError):
            OFFER_STEPS[name](offer, by=chair)
        assert read(offer).state == state
