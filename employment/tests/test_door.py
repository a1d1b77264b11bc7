"""The door: ticked, scanned, written down on the spot; late, twice, and by the wrong hand."""

import datetime
import json
import re
import uuid

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from employment.models import Attendance, Event, Intention, Signup
from employment.services.courses import rate
from employment.services.door import check_in, check_in_herself, merge_walk_in, undo_check_in, walk_in
from employment.tests.event_factories import (
    AttendanceFactory,
    CourseCertificateFactory,
    IntentionFactory,
    SignupFactory,
    WalkInFactory,
    event_on,
    signup_at,
)
from employment.views.door import seconds_left
from fedhub.core.testing.envelopes import seal
from households.tests.factories import PhoneFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"employment:{name}", args=args)


@pytest.fixture
def session(community):
    """Today's only session of a course."""
    return event_on(0).sessions.get()


def at(session, hours=0, minutes=0):
    start = timezone.make_aware(datetime.datetime.combine(session.on, session.starts))
    return start + datetime.timedelta(hours=hours, minutes=minutes)


# --- ticking ------------------------------------------------------------------------------------------------------------
def test_the_page_finds_her_by_tail_and_initials(client, chair, grid, session):
    one = SignupFactory(event=session.event, resident__area=grid, resident__name="王桂兰")
    PhoneFactory(resident=one.resident, number="13812344821")

    (row,) = client.get(url("door", session.pk)).context["rows"]

    assert (row[0], row[1], row[2], row[3]) == (one, "wgl", ["4821"], False)


def test_ticked_twice_she_came_once(client, chair, grid, session):
    one = SignupFactory(event=session.event, resident__area=grid)
    for _ in range(2):
        client.post(url("door_tick", session.pk, one.pk))

    assert [(row.signup, row.how, row.checked_by) for row in Attendance.objects.all()] == [(one, "tick", chair)]
    assert client.get(url("door", session.pk)).context["came"] == 1


@pytest.mark.parametrize(("state", "capacity", "after"), [("waiting", 1, "in"), ("offered", 1, "in"), ("in", 1, "in")])
def test_who_waits_comes_in_while_a_seat_is_free(chair, state, capacity, after):
    event = event_on(0, capacity=capacity)
    one = signup_at(state, event=event)

    check_in(event.sessions.get(), one, by=chair)

    one.refresh_from_db()
    assert (one.state, Event.objects.get().taken, Attendance.objects.count()) == (after, 1, 1)


def test_who_waits_stays_outside_when_it_is_full(chair):
    event = event_on(0, capacity=1)
    signup_at("in", event=event)
    waiting = signup_at("waiting", event=event)

    with pytest.raises(ValidationError, match="没有空位"):
        check_in(event.sessions.get(), waiting, by=chair)
    assert Attendance.objects.count() == 0


def test_nobody_is_let_in_before_the_day_or_where_nothing_takes_place(chair):
    later, off = event_on(3), event_on(0, state="cancelled", cancelled_why="下雨")

    with pytest.raises(ValidationError, match="还没有到"):
        check_in(later.sessions.get(), SignupFactory(event=later), by=chair)
    with pytest.raises(ValidationError, match="已取消"):
        check_in(off.sessions.get(), SignupFactory(event=off), by=chair)
    with pytest.raises(ValidationError, match="不是这个活动"):
        check_in(event_on(0).sessions.get(), SignupFactory(event=later), by=chair)


def test_a_wrong_tick_is_taken_back_until_something_rests_on_it(client, chair, grid):
    one, rated, certified = AttendanceFactory.create_batch(3, signup__resident__area=grid)
    rate(rated.signup, score=5)
    CourseCertificateFactory(signup=certified.signup)

    client.post(url("door_undo", one.pk))

    assert list(Attendance.objects.order_by("pk")) == [rated, certified]
    with pytest.raises(ValidationError, match="评价过"):
        undo_check_in(rated, by=chair)
    with pytest.raises(ValidationError, match="先作废证书"):
        undo_check_in(certified, by=chair)


# --- her own telephone --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hours", "minutes", "opens"), [(-1, -1, False), (-1, 0, True), (1, 0, True), (4, 0, True), (4, 1, False)]
)
def test_her_own_telephone_signs_her_in_around_the_session(session, hours, minutes, opens):
    one = SignupFactory(event=session.event)

    with time_machine.travel(at(session, hours, minutes), tick=False):
        if opens:
            assert check_in_herself(session, one.resident)[1] is True
            assert check_in_herself(session, one.resident)[1] is False
        else:
            with pytest.raises(ValidationError, match="签到时间"):
                check_in_herself(session, one.resident)
    assert list(Attendance.objects.values_list("how", flat=True)) == (["qr"] if opens else [])


def test_who_has_not_signed_up_is_sent_to_the_staff(session):
    with time_machine.travel(at(session, 1), tick=False), pytest.raises(ValidationError, match="没有报名"):
        check_in_herself(session, ResidentFactory())


# --- from the street ----------------------------------------------------------------------------------------------------
def test_somebody_from_the_street_is_written_down_and_found_in_the_files_later(client, chair, grid, session):
    page = client.get(url("door", session.pk)).content.decode()
    assert "没有报名，现场来的" in page
    client.post(url("door_walk_in", session.pk), {"name": "李阿姨", "phone": "13800138000"})
    walk = Signup.objects.get()
    assert (walk.name, walk.source, walk.resident, walk.attendances.count()) == ("李阿姨", "door", None, 1)
    woman = ResidentFactory(area=grid, name="李红梅")

    client.post(url("signup_merge", walk.pk), {"resident": woman.pk})

    walk.refresh_from_db()
    assert (walk.resident, walk.walk_name, walk.walk_phone, walk.state) == (woman, "", "", "in")
    assert client.get(url("signup_merge", walk.pk)).status_code == 404


def test_the_same_walk_in_sent_twice_is_one(chair, session):
    key = uuid.uuid4()
    came = [walk_in(session, name="李阿姨", phone="", key=key, by=chair)[1] for _ in range(2)]

    assert (came, Signup.objects.count(), Attendance.objects.count()) == ([True, False], 1, 1)
    with pytest.raises(ValidationError, match="写姓名"):
        walk_in(session, name="  ", phone="", key=uuid.uuid4(), by=chair)


def test_who_had_signed_up_and_came_as_a_stranger_is_one_person(chair, session):
    one = signup_at("in", event=session.event)
    walk = WalkInFactory(event=session.event)
    AttendanceFactory(signup=walk, session=session, how="door")
    IntentionFactory(signup=walk, stall_post__stall__event=session.event)

    standing = merge_walk_in(walk, one.resident, by=chair)

    walk.refresh_from_db()
    assert (standing, walk.state, walk.walk_name, walk.walk_phone) == (one, "merged", "", "")
    assert [row.signup for row in Attendance.objects.all()] == [one]
    assert Intention.objects.get().signup == one
    assert walk_in(session, name="李阿姨", phone="", key=walk.walk_key, by=chair) == (None, False)
    with pytest.raises(ValidationError, match="已经对上"):
        merge_walk_in(walk, one.resident, by=chair)


def test_who_waited_and_came_all_the_same_waits_no_more(chair, session):
    waiting = signup_at("waiting", event=session.event)
    walk = WalkInFactory(event=session.event)

    standing = merge_walk_in(walk, waiting.resident, by=chair)

    waiting.refresh_from_db()
    assert (standing, standing.resident, waiting.state) == (walk, waiting.resident, "cancelled")


# --- what a telephone sends ---------------------------------------------------------------------------------------------
def send(client, session, line, *, user, key=None):
    body = seal(
        {}, user=user.pk, key=key or uuid.uuid4(), plain=json.dumps(line).encode(), head={"type": "application/json"}
    )
    return client.post(
        url("door_send", session.pk), body, content_type="application/octet-stream", keyless=True
    )  # fmt: skip


def test_a_line_that_comes_later_and_twice_is_taken_once_at_its_own_time(client, chair, grid, session):
    one = SignupFactory(event=session.event, resident__area=grid)
    moment = timezone.localtime().replace(hour=0, minute=0, second=1, microsecond=0)
    line = {"signup": one.pk, "at": moment.isoformat()}

    answers = [send(client, session, line, user=chair).json()["state"] for _ in range(2)]

    assert (answers, [row.came_at for row in Attendance.objects.all()]) == (["saved", "saved"], [moment])


def test_somebody_from_the_street_comes_from_a_telephone_once(client, chair, session):
    key = uuid.uuid4()
    for _ in range(2):
        assert send(client, session, {"name": "李阿姨", "phone": "1"}, user=chair, key=key).json()["state"] == "saved"

    assert (Signup.objects.get().walk_key, Attendance.objects.count()) == (key, 1)


@pytest.mark.parametrize("moment", ["2020-01-01T00:00:00+08:00", "2099-01-01T00:00:00Z", "2026-01-01", "odd", 5, None])
def test_a_clock_that_is_wrong_does_not_count(client, chair, grid, session, moment):
    one = SignupFactory(event=session.event, resident__area=grid)

    send(client, session, {"signup": one.pk, "at": moment}, user=chair)

    assert timezone.now() - Attendance.objects.get().came_at < datetime.timedelta(minutes=5)


@pytest.mark.parametrize(
    "line", [[], "odd", {"signup": None}, {"signup": "9" * 40}, {"signup": [1]}, {"name": {}}, {}]
)
def test_odd_lines_change_nothing(client, chair, session, line):
    answer = send(client, session, line, user=chair)

    assert (answer.status_code, Attendance.objects.count()) == (422, 0)


def test_what_is_torn_or_of_somebody_else_changes_nothing(client, chair, session, stranger, as_user):
    one = SignupFactory(event=session.event)
    line = {"signup": one.pk}

    torn = client.post(url("door_send", session.pk), b"x" * 90, content_type="application/octet-stream", keyless=True)
    assert torn.status_code == 422
    large = client.post(
        url("door_send", session.pk), b"x" * 9000, content_type="application/octet-stream", keyless=True
    )
    assert large.status_code == 422
    assert send(client, session, line, user=stranger).status_code == 403
    assert send(as_user(stranger), session, line, user=stranger).status_code == 404
    assert Attendance.objects.count() == 0


def test_a_worker_ticks_her_own_people_alone(client, worker, other_grid, session):
    theirs = SignupFactory(event=session.event, resident__area=other_grid)

    assert client.get(url("door", session.pk)).context["rows"] == []
    assert client.post(url("door_tick", session.pk, theirs.pk)).status_code == 404
    assert send(client, session, {"signup": theirs.pk}, user=worker).status_code == 422
    assert Attendance.objects.count() == 0


# --- without a network --------------------------------------------------------------------------------------------------
def test_the_page_that_a_phone_keeps_names_nobody_and_the_worker_knows_where_it_lies(client, worker, grid):
    signup = SignupFactory(event=event_on(0), resident__area=grid, resident__name="赵小莉")
    page, script = client.get(reverse("employment:door_page")), Client().get("/sw.js").content.decode()
    door = reverse("employment:door", args=[signup.event.sessions.get().pk])

    assert Client().get(reverse("employment:door_page")).status_code == 200
    assert not [word for word in ("赵小莉", worker.name, "csrfmiddlewaretoken") if word in page.content.decode()]
    assert f'DOOR = "{reverse("employment:door_page")}"' in script
    pattern = re.search(r"AT_DOOR = /(.+)/;", script)[1].replace("\\/", "/")
    assert re.fullmatch(pattern, door)
    assert f'data-scope="{door.partition("sessions/")[0]}sessions/"' in client.get(door).content.decode()


@pytest.mark.parametrize(("days", "kept"), [(0, True), (-1, False)])
def test_a_list_may_be_kept_on_its_day_alone(client, worker, days, kept):
    page = client.get(reverse("employment:door", args=[event_on(days).sessions.get().pk])).content.decode()

    assert ("data-seconds" in page, "名单不存在手机上" in page) == (kept, not kept)


@pytest.mark.parametrize(("hour", "seconds"), [(23, 3600), (0, 86_400)])
def test_it_may_be_kept_until_our_midnight(hour, seconds):
    with time_machine.travel(timezone.localtime().replace(hour=hour, minute=0, second=0, microsecond=0), tick=False):
        assert seconds_left() == seconds
