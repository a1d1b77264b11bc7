"""A free course: published on the desk, signed up for from her telephone, the door without a network, a certificate."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests.factories import user_with
from employment.models import Attendance, CourseCertificate, Event, Signup
from employment.services.events import publish_event
from employment.tests.event_factories import event_on, signup_at
from households.tests.factories import PhoneFactory, ResidentFactory
from portal.services.entry import issue_code
from tests.journeys.conftest import PHONE, follow, until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_course_to_the_certificate(open_page, sign_in, grid, worker, no_serious_finding, no_sideways_scroll):
    officer = user_with(Role.JOB_OFFICER, grid.parent, username="jobs", name="马青")
    woman = ResidentFactory(area=grid, name="王桂兰", birth="1985-04-01")
    other = ResidentFactory(area=grid, name="李红梅", birth="1985-04-01")
    PhoneFactory(resident=other, number="13812344821")
    event = event_on(0, capacity=2, state="draft", signup_until=Event().signup_from)
    publish_event(event, by=officer)
    signup_at("in", event=event, resident=other)
    hers = open_page(PHONE)

    hers.goto("/r/enter/")
    hers.locator("[name=code]").fill(issue_code(woman, by=worker))
    follow(hers.locator("form.r-form button"))
    hers.goto(reverse("events_resident:event", args=[event.key]))
    no_serious_finding(hers)
    no_sideways_scroll(hers)
    follow(hers.get_by_role("button", name="我要报名"))
    expect(hers.get_by_text("报名成功")).to_be_visible()
    no_serious_finding(hers)

    helper = user_with(Role.JOB_OFFICER, grid.parent, username="helper", name="冯雪")
    desk, door = sign_in(officer), sign_in(helper, PHONE)
    desk.goto(event.get_absolute_url())
    no_serious_finding(desk)
    follow(desk.get_by_role("link", name="报名名单"))
    expect(desk.get_by_role("row", name="王桂兰").get_by_text("已报名")).to_be_visible()
    no_serious_finding(desk)

    door.goto(reverse("employment:door", args=[event.sessions.get().pk]))
    no_serious_finding(door)
    no_sideways_scroll(door)
    door.context.set_offline(True)
    door.get_by_label("手机尾号、拼音首字母、姓名").fill("4821")
    expect(door.get_by_role("button", name="王桂兰签到")).to_be_hidden()
    door.get_by_role("button", name="李红梅签到").click()
    expect(door.get_by_text("1 人存在本机，还没上传")).to_be_visible()
    door.get_by_label("手机尾号、拼音首字母、姓名").fill("wgl")
    door.get_by_role("button", name="王桂兰签到").click()
    door.locator("[data-walk] [name=name]").fill("张阿姨")
    door.get_by_role("button", name="登记并签到").click()
    expect(door.get_by_text("3 人存在本机，还没上传")).to_be_visible()
    assert Attendance.objects.count() == 0
    no_serious_finding(door)

    # Closed and opened again: what was ticked is still there, and arrives once.
    door.context.set_offline(False)
    door.reload()
    until(lambda: Attendance.objects.count() == 3)
    door.reload()
    expect(door.get_by_role("listitem").get_by_text("已签到")).to_have_count(3)
    expect(door.locator("[data-came]")).to_have_text("3")
    assert sorted(one.name for one in Signup.objects.came()) == sorted(["王桂兰", "李红梅", "张阿姨"])
    assert Attendance.objects.count() == 3

    # A line that the server refuses is taken off the count, and stays on the page with the reason.
    Event.objects.filter(pk=event.pk).update(state="cancelled", cancelled_why="老师病了")
    door.locator("[data-walk] [name=name]").fill("赵阿姨")
    door.get_by_role("button", name="登记并签到").click()
    expect(door.locator("[data-walked] li")).to_have_text(re.compile("赵阿姨.*不能签到"))
    expect(door.locator("[data-came]")).to_have_text("3")
    expect(door.get_by_text("存在本机，还没上传")).to_be_hidden()
    no_serious_finding(door)
    Event.objects.filter(pk=event.pk).update(state="open", cancelled_why="")

    desk.goto(reverse("employment:certificate_issue", args=[event.pk]))
    expect(desk.get_by_text("现场登记的，先对上居民")).to_be_visible()
    no_serious_finding(desk)
    follow(desk.get_by_role("button", name="发证"))
    expect(desk.get_by_text("发了 2 本证书")).to_be_visible()
    no_serious_finding(desk)

    hers.goto(reverse("events_resident:mine"))
    number = CourseCertificate.objects.get(signup__resident=woman).number
    expect(hers.get_by_text(number)).to_be_visible()
    no_serious_finding(hers)
    no_sideways_scroll(hers)
