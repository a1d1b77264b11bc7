"""All states × all steps of topics, meetings, actions and minutes; what the database refuses."""

import itertools

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from council.enums import ActionStatus, MeetingStatus, MinutesStatus, Status
from council.flow import action_flow, meeting_flow, minutes_flow, topic_flow
from council.models import Action, Meeting, Minutes, Motion, Resolution, Topic, Vote
from council.services.meetings import end_meeting
from council.services.minutes import add_to_minutes, draft_minutes, finalise_minutes
from council.services.votes import open_motion, write_votes
from council.tests.factories import TopicFactory, council_of, decided, heard, meeting_of, sitting, topic_at
from fedhub.core.flow import FlowError

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
TOPIC = {
    "accept": ("collected", {"accepted"}), "merge": ("collected accepted", {"merged"}),
    "back_collected": ("merged", {"collected"}), "back_accepted": ("merged", {"accepted"}),
    "decline": ("collected accepted", {"declined"}), "pass_on": ("collected accepted discussed", {"passed"}),
    "schedule": ("accepted discussed", {"scheduled"}), "leave_out": ("scheduled", {"accepted"}),
    "discuss": ("scheduled", {"discussed"}), "postpone": ("discussed", {"accepted"}),
    "refuse": ("discussed", {"refused"}), "decide": ("discussed", {"decided"}), "start": ("decided", {"in_work"}),
    "finish": ("decided in_work", {"done"}), "send_back": ("done", {"in_work"}), "check": ("done", {"checked"}),
    "answered": ("passed", {"checked"}), "tell": ("checked refused", {"told"}), "publish": ("told", {"published"}),
    "close": ("told published", {"closed"}), "reopen": ("told published closed", {"accepted"}),
}  # fmt: skip
CHANGES = {
    "merge": lambda: {"lead": TopicFactory()}, "back_collected": lambda: {"lead": None},
    "back_accepted": lambda: {"lead": None}, "decline": lambda: {"reason": "不归议事会"},
    "pass_on": lambda: {"body": "street"}, "publish": lambda: {"public_from": TODAY(), "public_to": TODAY()},
    "close": lambda: {"closed_at": timezone.now()}, "reopen": lambda: {"closed_at": None},
}  # fmt: skip


@pytest.mark.parametrize(("status", "step"), list(itertools.product(Status.values, topic_flow.steps)))
def test_every_step_of_a_topic_from_every_status(community, status, step):
    topic, changes = topic_at(status), CHANGES.get(step, dict)()
    sources, target = TOPIC[step]
    history = topic.history.count()

    if status in sources.split():
        topic_flow.walk(topic, step, **changes)
        assert ({topic.status}, topic.history.count()) == (target, history + 1)
    else:
        with pytest.raises(FlowError, match="不能"), transaction.atomic():
            topic_flow.walk(topic, step, **changes)
        topic.refresh_from_db()
        assert (topic.status, topic.history.count()) == (status, history)
    assert set(TOPIC) == set(topic_flow.steps)


MEETING = {
    ("planned", "notify"): "notified", ("notified", "notify"): "notified", ("planned", "open"): "open",
    ("notified", "open"): "open", ("open", "end"): "held", ("planned", "cancel"): "cancelled",
    ("notified", "cancel"): "cancelled",
}  # fmt: skip


@pytest.mark.parametrize(("status", "step"), list(itertools.product(MeetingStatus.values, meeting_flow.steps)))
def test_every_step_of_a_meeting_from_every_status(chair, community, status, step):
    meeting, now = meeting_of(council_of(chair), by=chair), timezone.now()
    facts = {
        "held": {"opened_at": now, "ended_at": now}, "open": {"opened_at": now}, "cancelled": {"cancelled_why": "台风"},
    }.get(status, {})  # fmt: skip
    Meeting.objects.filter(pk=meeting.pk).update(status=status, **facts)
    changes = {"open": {"opened_at": now}, "end": {"ended_at": now}, "cancel": {"cancelled_why": "台风"}}.get(step, {})

    if (status, step) in MEETING:
        assert meeting_flow.walk(meeting, step, **changes).status == MEETING[status, step]
    else:
        with pytest.raises(FlowError, match="不能"), transaction.atomic():
            meeting_flow.walk(meeting, step, **changes)


ACTION = {
    ("waiting", "work"): "in_work", ("in_work", "work"): "in_work", ("waiting", "hand_in"): "to_check",
    ("in_work", "hand_in"): "to_check", ("to_check", "accept"): "done", ("to_check", "reject"): "in_work",
    ("waiting", "hand_over"): "handed_over", ("in_work", "hand_over"): "handed_over", ("waiting", "stop"): "stopped",
    ("in_work", "stop"): "stopped",
}  # fmt: skip


@pytest.mark.parametrize(("status", "step"), list(itertools.product(ActionStatus.values, action_flow.steps)))
def test_every_step_of_an_action_from_every_status(chair, community, status, step):
    topic = topic_at("accepted")
    action = decided(council_of(chair), topic, by=chair).actions.get()
    ended = {} if status in ("waiting", "in_work", "to_check") else {"closed_on": TODAY(), "end_why": "转街道"}
    Action.objects.filter(pk=action.pk).update(status=status, **ended)
    target = ACTION.get((status, step))
    over = {"closed_on": TODAY(), "end_why": "转街道"} if target in ("done", "handed_over", "stopped") else {}

    if target:
        assert action_flow.walk(action, step, **over).status == target
    else:
        with pytest.raises(FlowError, match="不能"), transaction.atomic():
            action_flow.walk(action, step, **over)


@pytest.mark.parametrize(("status", "step"), list(itertools.product(MinutesStatus.values, minutes_flow.steps)))
def test_every_step_of_minutes_from_every_status(chair, community, status, step):
    minutes = draft_minutes(end_meeting(sitting(council_of(chair), by=chair), by=chair), by=chair)
    if status == "final":
        finalise_minutes(minutes, by=chair)
        with pytest.raises(FlowError, match="不能定稿"), transaction.atomic():
            finalise_minutes(minutes, by=chair)
    else:
        assert finalise_minutes(minutes, by=chair).status == "final"


# --- what SQL cannot do -------------------------------------------------------------------------------------------
def sql(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)


@pytest.fixture
def motion(chair, community):
    topic = topic_at("accepted")
    meeting = sitting(council_of(chair), by=chair)
    return open_motion(Motion(item=heard(meeting, topic, by=chair), text="是否划线"), by=chair)


@pytest.mark.parametrize(
    "change",
    ["majority = 'three_quarters'", "quorum = 'half'", "ballots = 'secret', showing = 'end'", "text = '别的'",
     "showing = 'end'", "expected = 9", "important = (1 = 1)"],
)  # fmt: skip
def test_the_rules_of_a_vote_stand_from_the_first_ballot_on(chair, motion, change):
    with transaction.atomic():
        sql(f"UPDATE council_motion SET {change}")
        transaction.set_rollback(True)
    write_votes(motion, {motion.council.members.get(): "agree"}, by=chair)

    with pytest.raises(DatabaseError, match="first ballot"), transaction.atomic():
        sql(f"UPDATE council_motion SET {change}")
    with pytest.raises(DatabaseError, match="first ballot"), transaction.atomic():
        Motion.objects.filter(pk=motion.pk).update(frozen=False)


def test_an_open_vote_is_never_changed(chair, motion):
    write_votes(motion, {motion.council.members.get(): "agree"}, by=chair)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("UPDATE council_vote SET choice = 'against'")
    assert Vote.objects.get().choice == "agree"


@pytest.mark.parametrize(("column", "value"), [("agree", 3), ("passed", True), ("status", "open")])
def test_a_count_that_is_closed_stands(chair, community, column, value):
    motion = decided(council_of(chair), topic_at("accepted"), by=chair).motion
    Motion.objects.filter(pk=motion.pk).update(updated_at=timezone.now())
    if column == "passed":
        value = not motion.passed

    with pytest.raises(DatabaseError), transaction.atomic():
        Motion.objects.filter(pk=motion.pk).update(**{column: value})


def test_final_minutes_and_their_additions_stand(chair, community):
    minutes = draft_minutes(end_meeting(sitting(council_of(chair), by=chair), by=chair), by=chair)
    finalise_minutes(minutes, by=chair)
    add_to_minutes(minutes, text="出席人数应为 1 人。", by=chair)

    for table, column in [("council_minutes", "body"), ("council_minutes", "sha256"), ("council_addition", "text")]:
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(f"UPDATE {table} SET {column} = 'x'")
    assert Minutes.objects.get().body == minutes.body


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("council_topic", "status = 'declined', reason = ''"), ("council_topic", "status = 'passed', body = ''"),
        ("council_topic", "status = 'closed'"), ("council_topic", "status = 'gone'"), ("council_topic", "lead_id = id"),
        ("council_topic", "status = 'published'"), ("council_topic", "category = 'x'"),
    ],
)  # fmt: skip
def test_the_database_refuses_a_topic_that_cannot_be(community, table, change):
    TopicFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        sql(f"UPDATE {table} SET {change}")


@pytest.mark.parametrize("change", ["closed_on = '2024-01-01'", "status = 'stopped'", "percent = 101",
                                    "due_on = '2000-01-01'", "status = 'x'"])  # fmt: skip
def test_the_database_refuses_an_action_that_cannot_be(chair, community, change):
    decided(council_of(chair), topic_at("accepted"), by=chair)

    with pytest.raises(IntegrityError), transaction.atomic():
        sql(f"UPDATE council_action SET {change}")


def test_a_resolution_is_never_changed(chair, community):
    decided(council_of(chair), topic_at("accepted"), by=chair)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Resolution.objects.update(text="别的")
    assert Topic.objects.get().status == "decided"
