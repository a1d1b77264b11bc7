"""The door of an event without a network: closed and opened again, the list of the day is there; what was ticked arrives once."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests.factories import user_with
from employment.models import Attendance, Signup
from employment.tests.event_factories import event_on, signup_at
from households.tests.factories import PhoneFactory, ResidentFactory
from tests.journeys.conftest import LOGIN, PHONE, until
from tests.journeys.test_offline import CACHED, STORE, readable, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPENS_AGAIN = """async () => {
  const worker = await navigator.serviceWorker.getRegistration("/employment/sessions/1/door/");
  const shown = document.querySelector("[data-reopens]");
  return Boolean(worker && worker.active && worker.active.state === "activated" && !shown.hidden);
}"""
TWO_DAYS_ON = """() => new Promise((done) => {
  indexedDB.open("fedhub").onsuccess = ({ target }) => {
    const step = target.result.transaction("rolls", "readwrite");
    const rows = step.objectStore("rolls");
    rows.getAll().onsuccess = (event) => event.target.result.forEach((row) => rows.put({ ...row, until: Date.now() - 1 }));
    step.oncomplete = () => { target.result.close(); done(); };
  };
})"""


@pytest.fixture
def session(grid):
    event = event_on(0, capacity=5)
    for name, number in (("王桂兰", "13800138000"), ("李红梅", "13812344821")):
        resident = ResidentFactory(area=grid, name=name, birth="1985-04-01")
        PhoneFactory(resident=resident, number=number)
        signup_at("in", event=event, resident=resident)
    return event.sessions.get()


@pytest.fixture
def officer(grid):
    return user_with(Role.JOB_OFFICER, grid.parent, username="jobs", name="马青")


@pytest.fixture
def door(sign_in, officer, session):
    """The page of the door on the job officer's telephone, kept for the day."""
    page = sign_in(officer, PHONE)
    page.goto(reverse("employment:door", args=[session.pk]))
    wait_until(page, OPENS_AGAIN)
    return page


def opened_again(page):
    page.context.set_offline(True)
    page.reload()
    return page


def test_without_a_network_it_opens_again_and_what_is_ticked_arrives_once(
    door, no_serious_finding, no_sideways_scroll
):
    door.context.set_offline(True)
    door.get_by_role("button", name="王桂兰签到").click()
    expect(door.get_by_text("1 人存在本机，还没上传")).to_be_visible()
    door.reload()

    expect(door.get_by_role("listitem").filter(has_text="王桂兰").get_by_text("已存在本机")).to_be_visible()
    expect(door.locator("[data-came]")).to_have_text("1")
    no_serious_finding(door)
    no_sideways_scroll(door)
    door.get_by_label("手机尾号、拼音首字母、姓名").fill("4821")
    expect(door.get_by_text("王桂兰")).to_be_hidden()
    door.get_by_role("button", name="李红梅签到").click()
    door.locator("[data-walk] [name=name]").fill("张阿姨")
    door.get_by_role("button", name="登记并签到").click()
    expect(door.get_by_text("3 人存在本机，还没上传")).to_be_visible()
    door.reload()
    expect(door.get_by_text("3 人存在本机，还没上传")).to_be_visible()
    assert Attendance.objects.count() == 0

    # The server's own page comes back by itself, and sends.
    door.context.set_offline(False)
    until(lambda: Attendance.objects.count() == 3)
    expect(door.locator("[data-door-shell]")).to_have_count(0)
    door.reload()
    expect(door.locator("[data-came]")).to_have_text("3")
    assert sorted(one.name for one in Signup.objects.came()) == sorted(["王桂兰", "李红梅", "张阿姨"])


def test_who_was_ticked_with_a_network_is_ticked_without_one(door):
    door.get_by_role("button", name="王桂兰签到").click()
    until(lambda: Attendance.objects.count() == 1)
    wait_until(door, "async () => !document.querySelector('[data-person] form[data-done]')")
    door.wait_for_timeout(1500)
    opened_again(door)

    expect(door.get_by_role("listitem").filter(has_text="王桂兰").get_by_text("已签到")).to_be_visible()
    expect(door.get_by_role("button", name="王桂兰签到")).to_have_count(0)


def test_names_lie_nowhere_that_can_be_read_and_sign_out_deletes_them(door):
    found = door.evaluate(STORE)
    assert len(found["rolls"]) == 1
    assert readable(found, "王桂兰", "李红梅", "4821", "月嫂") == []
    assert readable(door.evaluate(CACHED), "李红梅", "4821", "月嫂") == []

    door.goto("/accounts/me/")
    door.get_by_role("button", name="退出登录").click()
    door.wait_for_url(lambda url: LOGIN in url)
    wait_until(door, f"async () => (await ({STORE})()).rolls.length === 0")
    kept = door.evaluate(STORE)
    assert [row["id"] for row in kept["meta"] if str(row["value"]).startswith("key")] == []


def test_after_sign_out_it_names_nobody(door, session):
    door.goto("/accounts/me/")
    door.get_by_role("button", name="退出登录").click()
    door.wait_for_url(lambda url: LOGIN in url)
    wait_until(door, f"async () => (await ({STORE})()).rolls.length === 0")
    door.context.set_offline(True)
    door.goto(reverse("employment:door", args=[session.pk]))

    expect(door.get_by_text("本机没有这一场的名单")).to_be_visible()
    assert "王桂兰" not in door.content()


def test_the_day_after_the_list_is_gone(door):
    door.evaluate(TWO_DAYS_ON)
    opened_again(door)

    expect(door.get_by_text("本机没有这一场的名单")).to_be_visible()
    assert door.evaluate(STORE)["rolls"] == []


def test_the_worker_of_an_officer_serves_nothing_but_doors(door):
    assert door.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).map((one) => one.scope)") == [
        f"{door.evaluate('location.origin')}/employment/sessions/"
    ]


def test_another_day_s_door_is_kept_nowhere_and_says_so(sign_in, officer, grid):
    event = event_on(-1)
    signup_at("in", event=event, resident=ResidentFactory(area=grid, name="王桂兰", birth="1985-04-01"))
    page = sign_in(officer, PHONE)
    page.goto(reverse("employment:door", args=[event.sessions.get().pk]))

    expect(page.get_by_text("名单不存在手机上")).to_be_visible()
    page.wait_for_timeout(1500)
    assert page.evaluate(STORE)["rolls"] == []


def test_a_visitor_s_phone_has_both(sign_in, worker, session):
    page = sign_in(worker, PHONE)
    page.goto(reverse("employment:door", args=[session.pk]))
    wait_until(page, OPENS_AGAIN)
    opened_again(page)
    expect(page.get_by_role("button", name="王桂兰签到")).to_be_visible()
    page.context.set_offline(False)
    page.locator(".wf-shell").wait_for()
    page.goto("/accounts/me/")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(lambda url: LOGIN in url)

    assert page.evaluate(
        "async () => [(await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]"
    ) == [0, 0]
