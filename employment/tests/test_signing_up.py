"""Signing up: the exact last seat, those who wait, offers with an end, who stayed away too often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from employment.event_queries import missed, place_in_line, words_for_her
from employment.models import Event, Signup
from employment.services.courses import accept, admit, cancel, excuse, pass_on_seats, rate, sign_up
from employment.services.events import change_event
from employment.tests.event_factories import (
    AttendanceFactory,
    EventFactory,
    SignupFactory,
    WalkInFactory,
    day,
    event_at,
    event_on,
    signup_at,
)
from fedhub.core.flow import FlowError
from fedhub.notices.models import Message
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
AT_ONCE = 200


def woman(**facts):
    return ResidentFactory(**{"birth": "1985-01-01"} | facts)


def states(event):
    return list(Signup.objects.filter(event=event).order_by("pk").values_list("state", flat=True))


def taken(event):
    return Event.objects.get(pk=event.pk).taken


# --- the last seat ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_thirty_seats_and_two_hundred_at_once():
    event = event_on(7, capacity=30)
    women = ResidentFactory.create_batch(AT_ONCE, birth="1985-01-01")

    def one(resident):
        try:
            return sign_up(event, resident)[0].state
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        came = list(pool.map(one, women))

    assert (came.count("in"), came.count("waiting"), taken(event)) == (30, 170, 30)
    line = list(Signup.objects.filter(event=event, state="waiting").order_by("pk"))
    assert [place_in_line(line[place]) for place in (0, 84, 169)] == [1, 85, 170]
    assert max(Signup.objects.filter(event=event, state="in").values_list("pk", flat=True)) < line[0].pk


@pytest.mark.django_db(transaction=True)
def test_the_same_woman_twenty_times_at_once_has_one_seat():
    event, resident = event_on(7), woman()

    def one(_):
        try:
            return sign_up(event, resident)[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        came = list(pool.map(one, range(20)))

    assert (came.count(True), Signup.objects.count(), taken(event)) == (1, 1, 1)


def test_the_database_itself_refuses_a_seat_too_many():
    event = EventFactory(capacity=2, taken=2)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE employment_event SET taken = 3 WHERE id = %s", [event.pk])


@pytest.mark.parametrize(
    "facts", [{"resident_id": None}, {"state": "odd"}, {"score": 6}, {"state": "offered"}, {"source": "odd"}]
)
def test_the_database_itself_refuses_what_no_sign_up_is(facts):
    one = SignupFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Signup.objects.filter(pk=one.pk).update(**facts)


# --- who may sign up ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("event", "person", "words"),
    [
        ({"state": "draft"}, {}, "草稿"),
        ({"state": "ended", "ended_on": "2026-01-01"}, {}, "已结束"),
        ({"signup_from": day(2)}, {}, "开始报名"),
        ({"signup_from": day(-5), "signup_until": day(-1)}, {}, "截止"),
        ({}, {"birth": f"{day(0).year - 10}-01-01"}, "满 16 周岁"),
        ({}, {"birth": ""}, "满 16 周岁"),
    ],
)
def test_who_cannot_sign_up_herself(event, person, words):
    event = EventFactory(**event)

    with pytest.raises(ValidationError, match=words):
        sign_up(event, woman(**person))
    assert (Signup.objects.count(), taken(event)) == (0, 0)


def test_the_staff_sign_up_after_the_last_day_too_but_nobody_under_sixteen(chair):
    event = event_on(3, signup_from=day(-5), signup_until=day(-1))

    one, new = sign_up(event, woman(), by=chair)

    assert (one.state, one.source, one.signed_by, new) == ("in", "staff", chair, True)
    with pytest.raises(ValidationError, match="禁止使用童工规定"):
        sign_up(event, woman(birth=f"{day(0).year - 10}-01-01"), by=chair)


def test_a_girl_may_hear_a_lecture():
    girl = woman(birth=f"{day(0).year - 12}-01-01")

    assert sign_up(event_on(3, kind="lecture", capacity=None), girl)[0].state == "in"


# --- a seat becomes free ------------------------------------------------------------------------------------------------
def test_a_seat_that_becomes_free_is_kept_for_the_next_one_and_she_is_told():
    event = event_on(7, capacity=1)
    first, second, third = [sign_up(event, woman())[0] for _ in range(3)]

    cancel(first)

    assert (states(event), taken(event)) == (["cancelled", "offered", "waiting"], 1)
    second.refresh_from_db()
    assert second.offer_until - second.offered_at == timedelta(hours=24)
    message = Message.objects.get()
    assert (message.person, "月嫂培训班有名额了" in message.text) == (second.resident, True)
    assert "给您留到" in words_for_her(second)
    assert (place_in_line(third), words_for_her(third)[:8]) == (1, "候补第 1 位。")

    accept(second)
    assert (states(event), taken(event)) == (["cancelled", "in", "waiting"], 1)


def test_an_offer_that_nobody_takes_goes_on_by_itself():
    event = event_on(7, capacity=1)
    first, second, third = [sign_up(event, woman())[0] for _ in range(3)]
    cancel(first)
    second.refresh_from_db()
    assert pass_on_seats() == 0

    with time_machine.travel(second.offer_until + timedelta(seconds=1), tick=False):
        with pytest.raises(FlowError, match="过了确认的时间"):
            accept(second)
        assert pass_on_seats() == 1
        assert (states(event), taken(event)) == (["cancelled", "lapsed", "offered"], 1)
        second.refresh_from_db()
        with pytest.raises(FlowError):
            accept(second)
        assert "给了下一位" in words_for_her(second)


def test_an_offer_ends_when_the_course_begins():
    event = event_on(1, capacity=1)
    first, second = [sign_up(event, woman())[0] for _ in range(2)]
    begins = timezone.make_aware(timezone.datetime.combine(day(1), event.sessions.get().starts))

    with time_machine.travel(begins - timedelta(hours=3), tick=False):
        cancel(first)
        second.refresh_from_db()
        assert second.offer_until == begins


def test_a_course_that_has_begun_offers_nothing():
    event = event_on(-1, 6, capacity=1)
    first = signup_at("in", event=event)
    waiting = signup_at("waiting", event=event)

    cancel(first)

    waiting.refresh_from_db()
    assert (waiting.state, taken(event)) == ("waiting", 0)


def test_more_seats_go_to_those_who_wait(chair):
    event = event_on(7, capacity=1)
    for _ in range(4):
        sign_up(event, woman())
    event.refresh_from_db()
    event.capacity = 3

    change_event(event, ["capacity"], base_version=event.version, by=chair)

    assert (states(event), taken(event)) == (["in", "offered", "offered", "waiting"], 3)
    event.refresh_from_db()
    event.capacity = 2
    with pytest.raises(ValidationError, match="已经占了 3 个名额"):
        change_event(event, ["capacity"], base_version=event.version, by=chair)


def test_who_was_there_cannot_cancel(chair):
    one = signup_at("in", event=event_on(0))
    AttendanceFactory(signup=one, session=one.event.sessions.get())

    with pytest.raises(ValidationError, match="签过到"):
        cancel(one, by=chair)


def test_she_signs_up_again_after_she_cancelled():
    event, resident = event_on(7), woman()
    cancel(sign_up(event, resident)[0])

    assert sign_up(event, resident)[1] is True
    assert (states(event), taken(event)) == (["cancelled", "in"], 1)


def test_who_waits_comes_in_at_the_door_while_a_seat_is_free(chair):
    event = event_on(0, capacity=1)
    first, second = signup_at("waiting", event=event), signup_at("waiting", event=event)

    assert admit(first, by=chair).state == "in"
    with pytest.raises(ValidationError, match="没有空位"):
        admit(second, by=chair)


# --- staying away -------------------------------------------------------------------------------------------------------
def absent(resident, times, **facts):
    """`resident` had a seat `times` times and never came."""
    return [SignupFactory(event=event_at("ended", **facts), resident=resident) for _ in range(times)]


def test_who_stayed_away_twice_waits_until_the_sign_up_is_over():
    resident, event = woman(), event_on(7, capacity=2)
    absent(resident, 2)

    one = sign_up(event, resident)[0]

    assert (one.state, one.behind, taken(event)) == ("waiting", True, 0)
    assert "有 2 次报了名没有来" in words_for_her(one)
    other = sign_up(event, woman())[0]
    assert other.state == "in"
    assert pass_on_seats() == 0
    Event.objects.filter(pk=event.pk).update(signup_until=day(-1))
    assert pass_on_seats() == 1
    one.refresh_from_db()
    assert one.state == "offered"


def test_others_who_wait_come_before_who_stayed_away():
    resident, event = woman(), event_on(7, capacity=1)
    absent(resident, 2)
    first = sign_up(event, woman())[0]
    away, later = sign_up(event, resident)[0], sign_up(event, woman())[0]

    assert (place_in_line(away), place_in_line(later)) == (2, 1)
    cancel(first)
    later.refresh_from_db()
    assert later.state == "offered"


def test_what_does_not_count_as_staying_away(chair):
    resident = woman()
    excuse(absent(resident, 1)[0], why="孩子住院", by=chair)
    absent(resident, 1, ended_on=day(-181))
    came = absent(resident, 1)[0]
    AttendanceFactory(signup=came)
    SignupFactory(resident=resident, state="cancelled", event=event_at("ended"))
    SignupFactory(resident=resident, event=event_at("cancelled"))
    SignupFactory(resident=resident, event=event_on(-1))

    assert missed(resident).count() == 0
    assert sign_up(event_on(7), resident)[0].state == "in"
    with pytest.raises(ValidationError, match="她来过"):
        excuse(came, why="忘了", by=chair)


# --- her word -----------------------------------------------------------------------------------------------------------
def test_she_rates_once_what_she_was_at():
    one = SignupFactory()
    with pytest.raises(ValidationError, match="参加过才能评价"):
        rate(one, score=5)
    AttendanceFactory(signup=one)

    rate(one, score=2, words="讲得太快")

    one.refresh_from_db()
    assert (one.score, one.score_words) == (2, "讲得太快")
    with pytest.raises(ValidationError, match="已经评价过"):
        rate(one, score=5)


def test_somebody_from_the_street_takes_no_counted_seat():
    event = event_on(0, capacity=1, taken=1)
    one = WalkInFactory(event=event)

    cancel(one)

    assert taken(event) == 1
