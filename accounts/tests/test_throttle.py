"""Failed sign-ins: strange devices are stopped, a known one goes on working, a network has a limit of its own."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts import throttle
from accounts.models import LoginThrottle
from accounts.services import issue_code, set_password
from accounts.throttle import Bucket

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
LOGIN = reverse("account_login")
NAME = Bucket("name", "zhoumin")
MINUTE = timedelta(minutes=1)


def sign_in(client, name="chair", password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": name, "password": password}, **extra)


def refused(response):
    """What the sign-in page says; '' when it let somebody in."""
    return "" if response.status_code == 302 else " ".join(response.context["form"].non_field_errors())


def strangers_try(times, name="chair", network="10.9.8"):
    """Wrong passwords for `name`, each from a device nobody knows."""
    for number in range(times):
        sign_in(Client(), name, "wrong password", REMOTE_ADDR=f"{network}.{number % 250 + 1}")


@pytest.fixture
def zhou(chair):
    return set_password(chair, PASSWORD, by=chair)


def locked_minutes(bucket):
    until = LoginThrottle.objects.get(bucket=bucket.blind).locked_until
    return None if until is None else round((until - timezone.now()) / MINUTE)


# --- one bucket ---------------------------------------------------------------------------------------------------
def test_five_failures_close_a_bucket_for_fifteen_minutes_and_its_name_is_not_stored():
    for _ in range(4):
        throttle.count_failure([NAME])
    before = throttle.refusal([NAME])
    throttle.count_failure([NAME])

    assert (before, throttle.refusal([NAME])) == ("", "连续输错次数太多，还要等 15 分钟才能再试。")
    with time_machine.travel(timezone.now() + 15 * MINUTE + timedelta(seconds=1)):
        assert throttle.refusal([NAME]) == ""
    assert "zhoumin" not in LoginThrottle.objects.get().bucket


def test_failures_long_ago_do_not_count():
    with time_machine.travel(timezone.now() - 16 * MINUTE):
        for _ in range(4):
            throttle.count_failure([NAME])

    throttle.count_failure([NAME])

    assert throttle.refusal([NAME]) == ""


def test_the_wait_grows_to_an_hour_and_no_further_and_starts_anew_after_a_day():
    waits, now = [], timezone.now()
    for _ in range(4):
        with time_machine.travel(now, tick=False):
            for _ in range(5):
                throttle.count_failure([NAME])
            waits.append(locked_minutes(NAME))
        now += timedelta(hours=2)
    with time_machine.travel(now + timedelta(days=2), tick=False):
        for _ in range(5):
            throttle.count_failure([NAME])
        waits.append(locked_minutes(NAME))

    assert waits == [15, 30, 60, 60, 15]


def test_old_buckets_are_forgotten():
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        throttle.count_failure([NAME])
    throttle.count_failure([Bucket("name", "other")])

    throttle.forget_old()

    assert [row.bucket for row in LoginThrottle.objects.all()] == [Bucket("name", "other").blind]


# --- devices ------------------------------------------------------------------------------------------------------
def test_the_owner_signs_in_on_her_own_device_while_strangers_are_locked_out(zhou):
    desk = Client()
    assert refused(sign_in(desk)) == ""
    desk.post(reverse("account_logout"))

    strangers_try(5)

    assert "还要等 15 分钟" in refused(sign_in(Client()))
    assert refused(sign_in(desk)) == ""
    # Her own sign-in does not open the door to the strangers again.
    assert "还要等 15 分钟" in refused(sign_in(Client()))


def test_a_known_device_has_a_limit_of_its_own_and_locks_nobody_else(zhou):
    desk = Client()
    sign_in(desk)
    desk.post(reverse("account_logout"))

    for _ in range(5):
        sign_in(desk, password="wrong password")

    assert "还要等 15 分钟" in refused(sign_in(desk))
    assert refused(sign_in(Client())) == ""


def test_a_device_is_known_for_the_accounts_that_signed_in_on_it_alone(zhou, worker):
    set_password(worker, PASSWORD, by=worker)
    shared = Client()
    for name in ("worker", "chair"):
        sign_in(shared, name)
        shared.post(reverse("account_logout"))
    only_worker = Client()
    sign_in(only_worker, "worker")
    only_worker.post(reverse("account_logout"))

    strangers_try(5)
    strangers_try(5, "worker")

    assert [refused(sign_in(shared, name)) for name in ("worker",)] == [""]
    shared.post(reverse("account_logout"))
    assert refused(sign_in(shared, "chair")) == ""
    assert "还要等" in refused(sign_in(only_worker, "chair"))


@pytest.mark.parametrize("value", ["", "x", "eyJpZCI6IjEifQ:1tabcd:forged"])
def test_a_forged_device_cookie_is_a_strange_device(zhou, settings, value):
    strangers_try(5)
    client = Client()
    client.cookies[settings.DEVICE_COOKIE_NAME] = value

    assert "还要等 15 分钟" in refused(sign_in(client))


def test_the_device_cookie_is_out_of_reach_of_scripts_and_names_nobody(zhou, settings):
    client = Client()
    sign_in(client)

    cookie = client.cookies[settings.DEVICE_COOKIE_NAME]
    request = RequestFactory().get("/")
    request.COOKIES[settings.DEVICE_COOKIE_NAME] = cookie.value
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 180 * 86400)
    assert throttle.password_buckets(request, " Chair ")[0].kind == "device"
    assert "chair" not in str(throttle._device(request))


# --- networks -----------------------------------------------------------------------------------------------------
def test_fifty_failures_of_any_names_close_a_network_to_strange_devices_for_an_hour(zhou):
    desk = Client()
    sign_in(desk, REMOTE_ADDR="10.9.8.7")
    desk.post(reverse("account_logout"))
    for number in range(50):
        strangers_try(1, f"nobody{number}")

    assert "这个网络里输错的次数太多，没登录过的设备还要等 60 分钟" in refused(
        sign_in(Client(), REMOTE_ADDR="10.9.8.200")
    )
    assert refused(sign_in(Client(), REMOTE_ADDR="10.9.9.200")) == ""
    assert refused(sign_in(desk, REMOTE_ADDR="10.9.8.7")) == ""


def test_a_good_sign_in_does_not_empty_the_networks_bucket(zhou):
    strangers_try(3, "nobody")

    sign_in(Client(), REMOTE_ADDR="10.9.8.7")

    net = Bucket("net", "10.9.8.0/24")
    assert LoginThrottle.objects.get(bucket=net.blind).failures == 3


# --- the other ways in --------------------------------------------------------------------------------------------
def test_a_one_time_code_opens_an_account_that_strangers_locked(zhou):
    strangers_try(5)
    code = issue_code(zhou, by=None)

    response = Client().post(reverse("accounts:code"), {"username": "chair", "code": code})

    assert response.status_code == 302


def test_strangers_cannot_close_the_idle_lock_of_somebody_who_is_signed_in(zhou):
    desk = Client()
    sign_in(desk)
    strangers_try(5)

    response = desk.post(reverse("accounts:unlock"), {"password": PASSWORD})

    assert response.status_code == 302


def test_five_wrong_passwords_at_the_idle_lock_make_it_wait(zhou):
    desk = Client()
    sign_in(desk)
    for _ in range(5):
        desk.post(reverse("accounts:unlock"), {"password": "wrong password"})

    response = desk.post(reverse("accounts:unlock"), {"password": PASSWORD})

    assert (response.status_code, response.context["error"]) == (403, "连续输错次数太多，还要等 15 分钟才能再试。")
