"""Residents' side of events: anybody reads, whoever is in signs up, waits, confirms, comes and rates; nobody learns of others."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from employment.models import Attendance, Signup
from employment.services.courses import cancel, sign_up
from employment.tests.event_factories import (
    AttendanceFactory,
    CourseCertificateFactory,
    EventFactory,
    SessionFactory,
    SignupFactory,
    event_on,
)
from fedhub.areas.tests import factories as places
from households.tests.factories import ResidentFactory
from portal.services.entry import issue_code

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"events_resident:{name}", args=args)


@pytest.fixture
def woman(grid):
    return ResidentFactory(area=grid, name="王桂兰", birth="1980-01-01")


def phone_of(person, chair):
    client = Client()
    client.post("/r/enter/", {"code": issue_code(person, by=chair), "nonce": "x"})
    return client


@pytest.fixture
def phone(woman, chair):
    return phone_of(woman, chair)


def text(client, address):
    return client.get(address).content.decode()


def test_anybody_reads_what_is_published_and_nothing_else(community, grid):
    shown = event_on(3, title="育婴班")
    hidden = [event_on(3, state="draft", title="还没发布"), event_on(-3, title="上个月的")]
    SignupFactory(event=shown, resident__name="李红梅")

    page = text(Client(), url("events"))

    assert "育婴班" in page
    assert [one.title for one in hidden if one.title in page] == []
    assert "李红梅" not in text(Client(), url("event", shown.key))
    assert Client().get(url("event", hidden[0].key)).status_code == 404
    assert Client().get(url("event", "odd")).status_code == 404


def test_the_doors_stand_at_home_once_something_was_published(phone, community):
    assert "活动和课程" not in text(Client(), "/r/")
    event_on(3)
    assert "活动和课程" in text(Client(), "/r/")
    assert "我的报名和证书" in text(phone, "/r/mine/")


def test_whoever_is_not_in_is_led_to_the_door(community):
    event = event_on(3)

    answers = [Client().post(url(name, event.key), {}) for name in ("join", "confirm", "leave", "rate")]

    assert {answer.headers["Location"] for answer in answers} == {"/r/enter/"}
    assert Client().get(url("mine")).headers["Location"] == "/r/enter/"
    assert Signup.objects.count() == 0


def test_she_signs_up_once_and_opening_an_address_changes_nothing(phone, woman):
    event = event_on(3)
    for name in ("event", "join", "confirm", "leave"):
        phone.get(url(name, event.key))
    assert Signup.objects.count() == 0

    for _ in range(2):
        said = phone.post(url("join", event.key), follow=True).content.decode()

    assert "已经报过名" in said
    assert [(one.resident, one.state, one.source) for one in Signup.objects.all()] == [(woman, "in", "self")]
    assert "已报名" in text(phone, url("mine"))


def test_she_waits_is_offered_confirms_and_leaves(phone, woman, grid):
    event = event_on(3, capacity=1)
    other = sign_up(event, ResidentFactory(area=grid, birth="1985-01-01"))[0]
    assert "候补第 1 位" in phone.post(url("join", event.key), follow=True).content.decode()
    assert "候补第 1 位" in text(phone, url("event", event.key))

    cancel(other)
    assert "我来" in text(phone, url("event", event.key))
    assert "1 个等您确认" in text(phone, "/r/mine/")
    assert "有名额了" in text(phone, "/r/mine/messages/") or woman.messages.exists()
    phone.post(url("confirm", event.key))
    assert Signup.objects.get(resident=woman).state == "in"

    phone.post(url("leave", event.key))
    assert Signup.objects.get(resident=woman).state == "cancelled"
    assert "我要报名" in text(phone, url("event", event.key))


def test_events_of_another_community_are_not_hers(phone, district):
    event = event_on(3, area=places.community(13, "翠苑社区"))

    assert event.title not in text(phone, url("events"))
    assert "别的社区" in phone.post(url("join", event.key), follow=True).content.decode()
    assert Signup.objects.count() == 0


def session_at_noon(**facts):
    """A session of today that begins at a quarter past twelve."""
    event = EventFactory(first_on=timezone.localdate(), **facts)
    return SessionFactory(event=event, starts=datetime.time(12, 15), ends=datetime.time(13, 15))


def test_her_own_telephone_signs_her_in_at_the_door(noon, phone, woman):
    session = session_at_noon()
    SignupFactory(event=session.event, resident=woman)
    address = url("arrive", session.key)

    assert "我到了" in text(phone, address)
    assert Attendance.objects.count() == 0
    for _ in range(2):
        assert "已签到" in phone.post(address).content.decode()

    assert [(one.signup.resident, one.how) for one in Attendance.objects.all()] == [(woman, "qr")]
    assert Client().post(address).headers["Location"].startswith("/r/enter/?next=")
    assert "门口的工作人员" in text(Client(), address)
    assert Client().get(url("arrive", "odd")).status_code == 404


def test_who_has_not_signed_up_is_told_where_to_go(noon, phone):
    session = session_at_noon()

    assert "您没有报名" in phone.post(url("arrive", session.key), follow=True).content.decode()


def test_she_rates_what_she_was_at_once(phone, woman):
    one = SignupFactory(event=event_on(-1), resident=woman)
    rate = url("rate", one.event.key)
    assert "参加过才能评价" in phone.post(rate, {"score": 5}, follow=True).content.decode()
    AttendanceFactory(signup=one, session=one.event.sessions.get())
    assert "请评一评" in text(phone, url("event", one.event.key))

    for typed in ({"score": 9}, {}, {"score": "好"}):
        assert phone.post(rate, typed).context["form"].errors
    phone.post(rate, {"score": 2, "words": "太快"})
    phone.post(rate, {"score": 5})

    one.refresh_from_db()
    assert (one.score, one.score_words) == (2, "太快")
    assert "请评一评" not in text(phone, url("event", one.event.key))


def test_her_certificates_are_hers_alone(phone, woman, chair, grid):
    paper = CourseCertificateFactory(signup__resident=woman)
    neighbour = phone_of(ResidentFactory(area=grid, birth="1985-01-01"), chair)

    assert paper.number in text(phone, url("mine"))
    assert paper.number in text(phone, url("certificate", paper.number))
    assert neighbour.get(url("certificate", paper.number)).status_code == 404
    assert paper.number not in text(neighbour, url("mine"))
    assert neighbour.get(url("certificate", "PX2020-9999")).status_code == 404


def test_an_event_that_is_over_is_shown_to_who_was_there_alone(phone, woman):
    mine = SignupFactory(event=EventFactory(state="ended", ended_on=timezone.localdate()), resident=woman)

    assert phone.get(url("event", mine.event.key)).status_code == 200
    assert Client().get(url("event", mine.event.key)).status_code == 404


# --- to where she was going -----------------------------------------------------------------------------------------------
def test_who_scanned_the_door_comes_back_to_it_after_her_code(woman, chair):
    session = event_on(0).sessions.get()
    door = url("arrive", session.key)
    client = Client()
    sent = client.post(door)
    form = client.get(sent.headers["Location"])
    answer = client.post(
        "/r/enter/", {"code": issue_code(woman, by=chair), "nonce": "x", "next": form.context["next"]}
    )

    assert sent.headers["Location"] == f"/r/enter/?next={door.replace('/', '%2F')}"
    assert f"/r/enter/?next={door}" in text(Client(), door)
    assert answer.headers["Location"] == door
    assert client.get(sent.headers["Location"]).headers["Location"] == door


@pytest.mark.parametrize(
    "asked",
    ["https://example.com/", "//example.com/r/events/0123456789abcdef/", "/r/events/0123456789abcdef/\n", "/", "/r/leave/",
     "javascript:alert(1)", "/r/events/0123456789abcdef/leave/", "\\\\example.com", "/r/jobs/１/"],
)  # fmt: skip
def test_no_other_address_is_gone_to(woman, chair, asked):
    client = Client()
    form = client.get("/r/enter/", {"next": asked})
    answer = client.post("/r/enter/", {"code": issue_code(woman, by=chair), "nonce": "x", "next": asked})

    assert (form.context["next"], answer.headers["Location"]) == ("/r/mine/", "/r/mine/")


# --- budget -----------------------------------------------------------------------------------------------------------
def test_her_page_costs_the_same_with_one_and_three_waiting_rows(phone, woman):
    counted = []
    for _ in range(2):
        for _ in range(1 if not counted else 2):
            SignupFactory(event=event_on(3, capacity=1), resident=woman, state="waiting")
        with CaptureQueriesContext(connection) as queries:
            page = phone.get(url("mine"))
        counted.append((len(page.context["rows"]), len(queries)))

    assert [rows for rows, _ in counted] == [1, 3]
    assert counted[0][1] == counted[1][1]
