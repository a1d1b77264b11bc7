"""Messages out: who gets them, when, by what, once; what stops them; what nobody else learns of them."""

import itertools
from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from concerns.enums import Told
from concerns.models import Reply
from concerns.services.answers import answer_concern, hear_answer
from concerns.tests.factories import concern_at
from fedhub.core.flow import FlowError
from fedhub.core.models import AuditEvent
from fedhub.notices import gate, tasks, words
from fedhub.notices.channels import Way, ways
from fedhub.notices.enums import PUSH, Channel, State
from fedhub.notices.models import Attempt, Choice, Message
from fedhub.notices.receipts import Failure, NotSent, Receipt
from fedhub.notices.services import outbox, sending
from fedhub.notices.services.inbox import choose, inbox_of, read
from fedhub.notices.sms import console
from fedhub.notices.tests.factories import message_at
from households.models import Resident
from households.notifying import own_mobile
from households.services.consent import withdraw_consent
from households.services.life import move_out, record_death
from households.services.merge import merge_residents
from households.services.messages import plan_batch, send_batch, undo_batch
from households.tests.factories import (
    ConsentFactory,
    MembershipFactory,
    PhoneFactory,
    ResidentFactory,
    SafeContactFactory,
)
from safety.models import RiskReport
from safety.services.reports import report_risk

pytestmark = pytest.mark.django_db
NOON = timezone.make_aware(datetime(2026, 7, 3, 12))
NIGHT = timezone.make_aware(datetime(2026, 7, 3, 23, 10))
DAY = timedelta(days=1)


class Carrier:
    """Stands for both ways out. `answers`: failures to raise, in order; then everything is taken. `sent`: (channel, address)."""

    def __init__(self):
        self.answers, self.sent = [], []

    def deliver(self, channel, address):
        if self.answers and (failure := self.answers.pop(0)) is not None:
            if isinstance(failure, Failure):
                raise NotSent("code", failure)
            raise failure
        self.sent.append((channel, address))
        return Receipt("test", str(len(self.sent)))


@pytest.fixture
def carrier(monkeypatch):
    found = Carrier()
    for channel in PUSH:
        monkeypatch.setitem(ways, channel, Way(lambda: True, lambda address, c=channel: found.deliver(c, address)))
    return found


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def with_phone(**facts):
    """A woman with a mobile of her own."""
    person = ResidentFactory(**facts)
    PhoneFactory(resident=person)
    return Resident.objects.get(pk=person.pk)


def run(message):
    """What becomes of `message` when the worker comes by now."""
    tasks.send_notices()
    message.refresh_from_db()
    return message


# --- the way of a message ---------------------------------------------------------------------------------------------
def test_a_message_goes_to_her_page_and_a_neutral_reminder_to_her_own_telephone(clock, settings, tmp_path, worker):
    settings.HOME = tmp_path
    person = with_phone()
    message = outbox.notify(person, "activity", {"what": "健康讲座", "when": "周五下午", "where": "活动室"}, by=worker)

    assert (message.state, list(inbox_of(person))) == (State.WAITING, [])
    assert (run(message).state, message.channel) == (State.SENT, Channel.SMS)

    (line,) = console.sent()
    (proof,) = message.attempts.all()
    assert (line["to"], line["template"], line["params"]) == (own_mobile(person), "remind", {})
    assert (proof.outcome, proof.carrier, proof.receipt) == ("accepted", "console", line["receipt"])
    assert [one.text for one in inbox_of(person)] == ["健康讲座，周五下午，在活动室。欢迎参加。"]
    assert AuditEvent.objects.filter(action="notices.message.queue", target_id=person.pk).count() == 1


def test_what_is_kept_of_a_sensitive_matter_says_nothing_of_it(clock, carrier):
    message = outbox.notify(with_phone(), "answer")

    assert words.case_words(message.text) == []
    assert run(message).state == State.SENT


@pytest.mark.parametrize(
    "facts", [{"owner_kind": "spouse"}, {"owner_kind": "home"}, {"shared": True}, {"usable": False}]
)
def test_a_telephone_that_is_not_hers_alone_is_no_way_to_her(clock, carrier, facts):
    person = ResidentFactory()
    PhoneFactory(resident=person, **facts)

    message = run(outbox.notify(person, "come"))

    assert (message.state, message.why, carrier.sent) == (State.HUMAN, sending.NO_WAY, [])
    assert message.posted_at is not None


def test_what_she_opened_herself_needs_neither_reminder_nor_a_person(clock, carrier):
    clock.move_to(NIGHT)
    waiting = run(outbox.notify(with_phone(), "come"))
    for_a_human = run(outbox.notify(ResidentFactory(), "come"))
    assert (waiting.state, for_a_human.state) == (State.WAITING, State.HUMAN)

    for message in (waiting, for_a_human):
        read(message)

    clock.move_to(NIGHT + DAY)
    for message in (waiting, for_a_human):
        assert (run(message).state, message.channel, message.read_at) == (State.SENT, Channel.INBOX, NIGHT)
    assert carrier.sent == []


def test_of_a_child_the_guardian_is_told_by_a_person(clock, carrier):
    message = run(outbox.notify(with_phone(birth="2015-01"), "come"))

    assert (message.state, message.why, carrier.sent) == (State.HUMAN, "未满 14 周岁，告诉监护人。", [])


def test_a_message_of_the_night_goes_out_in_the_morning(clock, carrier):
    clock.move_to(NIGHT)
    message = run(outbox.notify(with_phone(), "come"))

    assert (message.state, timezone.localtime(message.next_at).strftime("%d %H:%M")) == (State.WAITING, "04 08:00")
    clock.move_to(message.next_at - timedelta(minutes=1))
    assert run(message).state == State.WAITING
    clock.move_to(message.next_at)
    assert (run(message).state, len(carrier.sent)) == (State.SENT, 1)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"channels": ["sms"], "hour_from": time(14), "hour_to": time(16)}, State.WAITING),
        ({"channels": ["sms"], "hour_from": time(21), "hour_to": time(22)}, State.WAITING),
        ({"channels": ["sms"], "hour_from": time(14, 5), "hour_to": time(14, 20)}, State.HUMAN),
        ({"channels": ["home"]}, State.HUMAN),
        ({"channels": []}, State.HUMAN),
        ({"channels": ["sms"], "spouse_may_answer": True}, State.HUMAN),
        ({"channels": ["sms"], "neutral": True}, State.SENT),
    ],
)
def test_her_hours_or_a_line_for_a_human(clock, carrier, facts, state):
    person = with_phone()
    SafeContactFactory(resident=person, **facts)

    message = run(outbox.notify(Resident.objects.get(pk=person.pk), "come"))

    assert (message.state, len(carrier.sent)) == (state, int(state == State.SENT))
    assert bool(message.why) == (state != State.SENT)
    if state == State.WAITING:
        clock.move_to(message.next_at)
        assert (run(message).state, timezone.localtime(message.next_at or NOON).hour) == (State.SENT, 12)


def test_the_gate_is_asked_again_at_the_moment_of_sending(clock, carrier):
    person = with_phone()
    message = outbox.notify(person, "come")
    SafeContactFactory(resident=person, channels=["home"])

    assert (run(message).state, message.why) == (State.HUMAN, "她没有同意用短信联系。")
    assert carrier.sent == []


def test_words_of_a_woman_with_conditions_are_neutral_on_her_own_page_too(clock, carrier):
    person = SafeContactFactory(neutral=True).resident

    message = outbox.notify(person, "service", {"what": "办证", "until": "周五", "where": "窗口"})

    assert message.text == words.neutral()


# --- trying again, and never twice --------------------------------------------------------------------------------------
def test_words_become_neutral_when_her_conditions_are_noted_after_the_message(clock, carrier):
    person = with_phone()
    message = outbox.notify(person, "activity", {"what": "健康讲座", "when": "周五", "where": "活动室"})
    SafeContactFactory(resident=person, neutral=True)
    run(message)

    assert [row.text for row in inbox_of(person)] == [words.neutral()]


def test_what_fails_for_now_is_tried_again_more_and_more_seldom_and_then_a_human_sees_it(clock, carrier):
    carrier.answers = [Failure.LATER] * 6
    message = outbox.notify(with_phone(), "come")
    waits = []
    while run(message).state == State.WAITING:
        waits.append(int((message.next_at - timezone.now()).total_seconds() // 60))
        clock.move_to(NOON + DAY * len(waits))
        Message.objects.filter(pk=message.pk).update(next_at=timezone.now())

    assert waits == list(sending.BACKOFF)
    assert (message.state, message.why, message.attempts.count()) == (State.FAILED, sending.GAVE_UP, 6)


def test_what_is_refused_is_not_tried_again(clock, carrier):
    carrier.answers = [Failure.REFUSED]

    message = run(outbox.notify(with_phone(), "come"))

    assert (message.state, [a.outcome for a in message.attempts.all()]) == (State.FAILED, ["refused"])


@pytest.mark.parametrize("failure", [Failure.UNKNOWN, RuntimeError("x")])
def test_what_may_have_reached_her_is_never_sent_again_by_itself(clock, carrier, failure):
    carrier.answers = [failure]

    message = run(outbox.notify(with_phone(), "come"))
    clock.move_to(NOON + DAY)
    run(message)

    assert (message.state, message.why, carrier.sent) == (State.HUMAN, sending.UNSURE, [])


def test_wechat_comes_first_and_the_telephone_when_it_refuses(clock, carrier, monkeypatch):
    monkeypatch.setitem(gate._books, Channel.WECHAT, lambda person: "openid")
    first, second = (outbox.notify(with_phone(), "come") for _ in range(2))
    carrier.answers = [None, Failure.REFUSED]

    run(first)

    assert [channel for channel, _ in carrier.sent] == [Channel.WECHAT, Channel.SMS]
    second.refresh_from_db()
    assert {first.channel, second.channel} == {Channel.WECHAT, Channel.SMS}


def test_what_a_dead_worker_held_goes_to_a_human(clock, carrier):
    message = message_at(State.SENDING, with_phone())

    assert run(message).state == State.SENDING
    clock.move_to(NOON + timedelta(minutes=6))
    assert (run(message).state, carrier.sent) == (State.HUMAN, [])


def test_two_workers_send_a_message_once(clock, carrier):
    message = outbox.notify(with_phone(), "come")

    assert [sending.send_one(message.pk), sending.send_one(message.pk)] == [True, False]
    assert len(carrier.sent) == 1


def test_the_same_told_twice_is_one_message(clock, worker):
    person, about = with_phone(), concern_at("assigned")

    first = outbox.notify(person, "answer", about=about, by=worker)

    assert outbox.notify(person, "answer", about=about, by=worker) == first
    assert outbox.notify(person, "come", about=about) != first
    assert outbox.notify(with_phone(), "answer", about=about) != first


def test_a_slice_ends_and_the_next_goes_on(clock, carrier):
    for _ in range(3):
        outbox.notify(with_phone(), "come")

    assert (sending.send_slice(most=2), sending.send_slice(most=2), sending.send_slice(most=2)) == (2, 1, 0)


# --- what stops it ------------------------------------------------------------------------------------------------------
def died(person, by):
    record_death(person, on=timezone.localdate(), by=by)


def moved(person, by):
    move_out(person, on=timezone.localdate(), why="搬走", by=by)


def withdrew(person, by):
    withdraw_consent(person.consents.get(), by=by)


@pytest.mark.parametrize("deed", [died, moved, withdrew])
@pytest.mark.parametrize("state", [State.WAITING, State.HUMAN, State.FAILED])
def test_death_moving_away_and_a_withdrawn_consent_stop_what_waits(clock, carrier, worker, deed, state):
    person = MembershipFactory(resident__birth="1985").resident
    PhoneFactory(resident=person)
    ConsentFactory(resident=person, given_on=timezone.localdate())
    message, out = message_at(state, person), message_at(State.SENT, person)

    deed(Resident.objects.get(pk=person.pk), worker)

    message.refresh_from_db()
    out.refresh_from_db()
    assert (message.state, out.state) == (State.STOPPED, State.SENT)
    assert list(inbox_of(person)) == [out]


def test_whoever_is_not_written_to_gets_nothing_even_when_nobody_stopped_it(clock, carrier, worker):
    message = outbox.notify(person := with_phone(), "come")
    Resident.objects.filter(pk=person.pk).update(state="moved", left_on=timezone.localdate())

    assert (run(message).state, carrier.sent) == (State.STOPPED, [])
    assert outbox.notify(Resident.objects.get(pk=person.pk), "papers").state == State.STOPPED


def test_sending_again_to_somebody_who_died_stops_instead(clock, worker):
    message = message_at(State.FAILED, ResidentFactory(state="deceased", left_on=timezone.localdate()))

    assert outbox.resend(message, by=worker).state == State.STOPPED


def test_her_messages_follow_a_merge(clock, chair, grid):
    kept, gone = ResidentFactory(area=grid), ResidentFactory(area=grid)
    message = message_at(State.SENT, gone)
    choose(gone, channels=[])

    merge_residents(kept, gone, reason="同一个人", by=chair)

    assert list(inbox_of(kept)) == [message]
    assert Choice.objects.get().person == kept


def test_a_sealed_matter_never_becomes_a_message(clock, worker, grid):
    report_risk(area=grid, source="visit", by=worker, signs=["injury"])

    with pytest.raises(TypeError):
        outbox.notify(with_phone(), "come", about=RiskReport.objects.get())
    assert Message.objects.count() == 0


# --- her choice -----------------------------------------------------------------------------------------------------------
def test_who_wants_no_reminder_looks_by_herself(clock, carrier):
    person = with_phone()
    choose(person, channels=[])

    message = run(outbox.notify(person, "come"))

    assert (message.state, message.channel, carrier.sent) == (State.SENT, Channel.INBOX, [])


def test_her_hours_go_before_those_of_the_office(clock, carrier):
    clock.move_to(NIGHT)
    person = with_phone()
    choose(person, channels=["sms"], hour_from=time(22), hour_to=time(6))

    assert run(outbox.notify(person, "come")).state == State.SENT


def test_her_choice_opens_nothing_that_her_file_forbids(clock, carrier):
    person = with_phone()
    SafeContactFactory(resident=person, channels=["home"])
    choose(person, channels=["sms", "wechat"])

    assert run(outbox.notify(person, "come")).state == State.HUMAN


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"channels": ["phone"]}, "channels"),
        ({"channels": ["sms"], "hour_from": time(9), "hour_to": time(9)}, "hour_to"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(asked, field):
    with pytest.raises(ValidationError) as caught:
        choose(ResidentFactory(), **asked)

    assert list(caught.value.message_dict) == [field]


# --- persons × half-hours × channels --------------------------------------------------------------------------------------
HOURS = [(None, None), (time(9), time(11, 30)), (time(22), time(6)), (time(13), None), (None, time(8, 30))]
SAFE = [None, *itertools.product([["sms"], ["wechat", "sms"], ["home"], []], HOURS, [False, True], [False, True])]
CHOICES = [None, *itertools.product([["sms"], ["wechat"], []], HOURS[:3])]


def inside(hours, clock):
    start, end = hours
    start, end = start or time.min, end
    if end is None:
        return clock >= start
    return start <= clock < end if start <= end else clock >= start or clock < end


def forbidden(channel, safe, choice, clock):
    """Written a second time and differently: True when nothing may go out by `channel` at `clock`."""
    reasons = []
    if safe is not None:
        channels, hours, _, spouse = safe
        reasons += [channel not in channels, not inside(hours, clock), spouse]
    if choice is not None:
        channels, hours = choice
        reasons += [channel not in channels, not inside(hours, clock)]
    named = [row[1] != (None, None) for row in (safe, choice) if row is not None]
    if not any(named):
        reasons.append(not time(8) <= clock < time(20))
    return any(reasons)


def test_no_person_at_no_half_hour_gets_by_any_channel_what_is_forbidden(carrier, monkeypatch):
    """810 persons × 48 half-hours × 2 channels, each through the worker's own decision (security design 4.13)."""
    monkeypatch.setattr(gate, "address", lambda person, channel: "her own")
    people = []
    for number, (safe, choice) in enumerate(itertools.product(SAFE, CHOICES), 1):
        person = Resident(pk=number, name="赵小莉")
        person._prefetched_objects_cache = {"consents": []}
        facts = safe and {
            "channels": safe[0],
            "hour_from": safe[1][0],
            "hour_to": safe[1][1],
            "neutral": safe[2],
            "spouse_may_answer": safe[3],
        }
        person._state.fields_cache["safe_contact"] = (
            SafeContactFactory.build(resident=person, **facts) if facts else None
        )
        person._state.fields_cache["notice_choice"] = (
            Choice(person=person, channels=choice[0], hour_from=choice[1][0], hour_to=choice[1][1]) if choice else None
        )
        people.append((person, safe, choice))
    wrong, allowed = 0, 0
    for half in range(48):
        clock = time(half // 2, 30 * (half % 2))
        moment = timezone.make_aware(datetime.combine(NOON.date(), clock))
        for person, safe, choice in people:
            for channel in PUSH:
                verdict = gate.ask(person, channel, moment)
                goes = verdict.ok and not verdict.careful
                allowed += goes
                wrong += goes == forbidden(channel.value, safe, choice, clock)

    assert (len(people), wrong) == (810, 0)
    assert allowed > 1000


# --- many -----------------------------------------------------------------------------------------------------------------
def test_a_batch_drops_flagged_people_lists_them_and_leaves_out_who_is_not_contacted(clock, carrier, chair, grid):
    plain, flagged, gone = (ResidentFactory(area=grid) for _ in range(3))
    PhoneFactory(resident=plain)
    SafeContactFactory(resident=flagged, spouse_may_answer=True)
    Resident.objects.filter(pk=gone.pk).update(state="moved", left_on=timezone.localdate())
    people = list(Resident.objects.select_related("area__parent", "safe_contact", "notice_choice").order_by("pk"))

    batch = send_batch(people, "public", {"what": "周六停水"}, by=chair)

    assert (batch.area, batch.total, batch.held, batch.left_out) == (grid, 1, 1, 1)
    found = {m.person_id: (m.state, m.posted_at) for m in Message.objects.all()}
    assert found == {plain.pk: (State.WAITING, None), flagged.pk: (State.HUMAN, None)}
    run(batch.messages.get(person=plain))
    assert carrier.sent == []
    clock.move_to(batch.leaves_at)
    assert run(batch.messages.get(person=plain)).state == State.SENT


def test_a_batch_can_be_taken_back_before_it_leaves_and_not_after(clock, carrier, chair, grid):
    PhoneFactory(resident=ResidentFactory(area=grid))
    people = list(Resident.objects.select_related("area__parent"))
    back, out = (send_batch(people, "public", {"what": "周六停水"}, by=chair) for _ in range(2))

    assert undo_batch(back, by=chair) == 1
    clock.move_to(out.leaves_at)
    run(out.messages.get())

    with pytest.raises(FlowError, match="撤不回来"):
        undo_batch(out, by=chair)
    assert (len(carrier.sent), back.messages.get().state) == (1, State.STOPPED)


def test_what_is_left_to_a_human_is_no_reason_to_take_a_batch_back_once_it_is_out(clock, carrier, chair, grid):
    PhoneFactory(resident=ResidentFactory(area=grid))
    SafeContactFactory(resident__area=grid, neutral=True)
    people = list(Resident.objects.select_related("area__parent", "safe_contact"))
    batch = send_batch(people, "public", {"what": "周六停水"}, by=chair)
    clock.move_to(batch.leaves_at)
    tasks.send_notices()

    with pytest.raises(FlowError, match="撤不回来"):
        undo_batch(batch, by=chair)
    assert {m.state for m in batch.messages.all()} == {State.SENT, State.HUMAN}


def test_planning_a_batch_asks_no_more_for_three_than_for_one(grid, django_assert_num_queries):
    for _ in range(3):
        SafeContactFactory(resident__area=grid, neutral=True)
    people = list(Resident.objects.select_related("area", "safe_contact", "notice_choice"))

    with django_assert_num_queries(1):
        plan = plan_batch(people)

    assert [person for person, _ in plan.held] == people


def test_old_messages_go_with_their_proofs(clock):
    person = ResidentFactory()
    old, new = message_at(State.SENT, person), message_at(State.SENT, person)
    Attempt.objects.create(message=old, channel="sms", outcome="accepted", carrier="test", receipt="1")
    Message.objects.filter(pk=old.pk).update(made_at=NOON - timedelta(days=731))

    tasks.forget_old_notices()

    assert (list(Message.objects.all()), Attempt.objects.count()) == ([new], 0)


# --- an answer to a concern -------------------------------------------------------------------------------------------------
def answered(by, told=Told.NOT_YET, **facts):
    concern = concern_at("done", resident=with_phone(), **facts)
    return answer_concern(concern, answer="物业周五来修。", told=told, outcome="solved", by=by)


def test_an_answer_that_nobody_told_her_is_announced_and_the_message_is_no_proof(clock, carrier, worker):
    concern = answered(worker)
    message = run(Message.objects.get())

    assert (message.state, message.about_label, message.template) == (State.SENT, "concerns.Reply", "answer")
    assert "物业" not in message.text
    concern.refresh_from_db()
    assert (concern.told, Reply.objects.get().told_at) == (Told.NOT_YET, None)


def test_an_answer_asks_for_no_second_list_of_who_has_to_be_told(clock, carrier, worker):
    concern = concern_at("done", resident=ResidentFactory())
    answer_concern(concern, answer="物业周五来修。", told=Told.NOT_YET, outcome="solved", by=worker)

    message = run(Message.objects.get())

    assert (message.state, message.channel, carrier.sent) == (State.SENT, Channel.INBOX, [])


def test_told_in_another_way_nothing_goes_out(clock, carrier, worker):
    concern = answered(worker)

    answer_concern(concern, answer="物业周五来修。", told=Told.FACE, outcome="solved", by=worker)

    assert (run(Message.objects.get()).state, carrier.sent) == (State.STOPPED, [])


def test_an_answer_she_opens_herself_counts_as_told_once(clock, worker):
    concern = answered(worker)

    reply = hear_answer(concern)

    concern.refresh_from_db()
    assert (reply.told, reply.told_at, reply.text, concern.told) == (Told.PORTAL, NOON, "物业周五来修。", Told.PORTAL)
    assert Message.objects.get().state == State.STOPPED
    assert hear_answer(concern) is None


def test_an_answer_told_face_to_face_is_not_announced(clock, worker):
    answered(worker, told=Told.FACE)

    assert Message.objects.count() == 0
