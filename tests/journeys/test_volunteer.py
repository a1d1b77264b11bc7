"""A retired teacher registers on her telephone; she is accepted, fits a family in hardship, both sides agree, they are paired, she
serves in a shift, her hours count after their notice and stand on a certificate."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from groups.models import Certificate, Offer, Service, ServiceNeed, Shift, Volunteer
from groups.services import hours
from groups.tests.factories import at
from groups.tests.factories_need import home
from hardship.models import HelpRecord, Pairing
from hardship.tests.factories import file_at
from households.tests.factories import ResidentFactory
from portal.services.entry import issue_code
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def looked_at(no_serious_finding, no_sideways_scroll):
    """`looked_at(page)`: the page has no serious finding and is not wider than the screen, at its own size and at the other one;
    with SHOTS it is kept as pictures."""
    shots = []

    def look(page):
        own = page.viewport_size
        for size in (own, DESK if own == PHONE else PHONE):
            page.set_viewport_size(size)
            if folder := os.environ.get("SHOTS"):
                path = f"{folder}/volunteer{len(shots):02d}-{size['width']}.png"
                shots.append(page.screenshot(path=path, full_page=True))
            no_serious_finding(page)
            no_sideways_scroll(page)
        page.set_viewport_size(own)

    return look


def press(page, name):
    """Press the button or link `name` of the page, and wait for the page it leads to."""
    main = page.locator("main")
    follow(
        main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=name, exact=True)).first
    )


def enter(page, person, chair):
    """Come in with a code of the office."""
    page.goto("/r/enter/")
    page.locator("[name=code]").fill(issue_code(person, by=chair))
    press(page, "进入")


def test_a_teachers_hours_become_a_certificate(open_page, sign_in, chair, grid, looked_at):
    teacher = ResidentFactory(area=grid, name="孙玉梅", birth="1960-05-01", sex="2")
    woman = home(grid, name="赵小莉")
    file = file_at("active", household=woman.memberships.get().household, subject=woman, area=grid)
    today = timezone.localdate()
    phone, family, desk = open_page(PHONE), open_page(PHONE), sign_in(chair)

    # She registers on her telephone.
    enter(phone, teacher, chair)
    phone.goto("/r/groups/mine/serve/")
    for label in ("辅导功课", "周末上午"):
        phone.get_by_label(label, exact=True).check()
    phone.get_by_label("特长（可以不写）").fill("数学、语文")
    phone.get_by_text("我知道服务是自愿、没有报酬的").click()
    looked_at(phone)
    press(phone, "登记")
    expect(phone.get_by_text("已经登记，社区妇联审核后告诉您。")).to_be_visible()
    volunteer = Volunteer.objects.get()

    # Staff accept her and write down a training.
    desk.goto(volunteer.get_absolute_url())
    press(desk, "审核通过")
    press(desk, "登记一条")
    desk.locator("[name=kind]").select_option(label="培训")
    desk.locator("[name=what]").fill("志愿者岗前培训")
    press(desk, "保存")
    looked_at(desk)

    # The family's file says that the child needs help; she is found to fit, with why.
    desk.goto(f"{file.get_absolute_url()}?tab=volunteers")
    follow(desk.get_by_role("link", name="登记服务需求").first)
    desk.locator("[name=kind]").select_option(label="辅导功课")
    desk.locator("[name=what]").fill("辅导四年级数学")
    desk.get_by_label("周末上午", exact=True).check()
    desk.locator("[name=skill]").fill("数学")
    desk.locator("[name=detail]").fill("三楼，先打电话")
    looked_at(desk)
    press(desk, "保存")
    need = ServiceNeed.objects.get()
    assert (need.file, need.resident) == (file, woman)
    for words in ("愿意做辅导功课", "会数学", "周末上午有空", "同一个网格"):
        expect(desk.get_by_text(words, exact=True)).to_be_visible()
    looked_at(desk)
    press(desk, "问她愿不愿意去")

    # She reads what, when and roughly where, and nobody's name; she will go.
    phone.goto("/r/groups/mine/")
    looked_at(phone)
    follow(phone.get_by_role("link", name="辅导四年级数学"))
    expect(phone.get_by_text("赵小莉")).to_have_count(0)
    looked_at(phone)
    press(phone, "我愿意去")
    expect(phone.get_by_text("等对方同意").first).to_be_visible()

    # The family reads what she can do, and agrees.
    enter(family, woman, chair)
    family.goto("/r/groups/mine/")
    expect(family.get_by_text("有一位志愿者愿意来。特长：数学、语文")).to_be_visible()
    expect(family.get_by_text("孙玉梅")).to_have_count(0)
    looked_at(family)
    press(family, "同意她来")

    phone.reload()
    expect(phone.get_by_text("赵小莉")).to_be_visible()
    expect(phone.get_by_text("三楼，先打电话")).to_be_visible()
    looked_at(phone)

    # One press pairs them.
    desk.goto(need.get_absolute_url())
    press(desk, "结成帮扶对子")
    pairing = Pairing.objects.get()
    assert (pairing.file, pairing.consent.resident) == (file, woman)
    looked_at(desk)

    # A shift of today, signed in at the desk.
    press(desk, "排一次服务")
    press(desk, "排好")
    shift = Shift.objects.get()
    assert (shift.need, shift.on) == (need, today)
    press(desk, "孙玉梅签到")
    expect(desk.get_by_text("已签到。")).to_be_visible()
    looked_at(desk)
    service = Service.objects.get()
    # Two hours ago, on the day: what a test cannot wait for.
    Service.objects.update(started_at=timezone.now() - timedelta(hours=2))
    Pairing.objects.update(starts_on=today - timedelta(days=9))

    press(desk, "孙玉梅签退")
    service.refresh_from_db()
    assert (service.need, service.half_hours, service.state) == (need, 4, "recorded")

    # Yesterday's, written down afterwards, is confirmed; the pairing hears of it.
    desk.goto(need.get_absolute_url())
    press(desk, "登记服务时间")
    desk.locator("[name=started_at]").fill(f"{at():%Y-%m-%dT%H:%M}")
    desk.locator("[name=ended_at]").fill(f"{at(hour=11):%Y-%m-%dT%H:%M}")
    press(desk, "保存")
    desk.goto(volunteer.get_absolute_url())
    for _ in range(2):
        press(desk, "确认")
    looked_at(desk)
    assert sorted(HelpRecord.objects.values_list("half_hours", flat=True)) == [4, 4]

    # After the days of the notice they count, and stand on a certificate, which she opens herself.
    for one in Service.objects.all():
        hours.count_service(one)
    desk.reload()
    press(desk, "开证明")
    desk.locator("[name=contact]").fill("0571-88880000")
    press(desk, "开证明")
    paper = Certificate.objects.get()
    assert (paper.half_hours, paper.content) == (8, [["辅导功课", 8]])
    phone.goto("/r/groups/mine/")
    expect(phone.get_by_text("已计入 4 小时")).to_be_visible()
    looked_at(phone)
    follow(phone.get_by_role("link", name=paper.number))
    expect(phone.get_by_text("辅导功课 4 小时")).to_be_visible()
    looked_at(phone)

    # She changes what she offers, and thinks of leaving.
    phone.goto("/r/groups/mine/offer/")
    looked_at(phone)
    phone.goto("/r/groups/mine/quit/")
    looked_at(phone)
    desk.goto("/groups/needs/")
    looked_at(desk)
    assert Offer.objects.get().state == "agreed"
