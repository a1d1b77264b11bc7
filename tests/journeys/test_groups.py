"""The arts team rehearses on Thursdays: its leader takes attendance on her telephone; a resident finds the group, joins, signs up
for an activity; the chair sees whom nobody reaches yet fall by one; a shift is called off, work is hung on a campaign."""

import os
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from desk import campaigning  # noqa: F401 - the kinds that carry a campaign
from groups.enums import MemberRole
from groups.models import Activity, Attendance, Entry, Shift
from groups.services import names
from groups.services.groups import take_in
from groups.tests.factories import GroupFactory, ShiftFactory, VolunteerFactory
from groups.tests.factories_activity import ActivityFactory
from households.tests.factories import MembershipFactory, ResidentFactory, campaign_at
from portal.services.entry import issue_code
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shot(request):
    """`shot(page)`: a picture of the whole page, in the folder of SHOTS where one is asked for."""
    taken = []

    def take(page):
        if folder := os.environ.get("SHOTS"):
            taken.append(page.screenshot(path=f"{folder}/{request.node.name}{len(taken):02d}.png", full_page=True))

    return take


def enter(page, code):
    page.goto("/r/enter/")
    page.locator("[name=code]").fill(code)
    follow(page.locator("form.r-form button"))


def test_the_arts_team(open_page, sign_in, chair, community, grid, no_serious_finding, no_sideways_scroll, shot):
    team = GroupFactory(
        area=community, rhythm="每周四 19:00", venue="社区活动室", about="唱歌、跳舞、小品", works="《夸夸咱社区》"
    )
    women = [
        MembershipFactory(
            household__area=grid, resident=ResidentFactory(area=grid, name=name, sex="2", birth=f"19{n}-05-01")
        )
        for name, n in (("李队长", 70), ("孙玉梅", 72), ("王桂兰", 80), ("赵小妹", 85))
    ]
    leader, singer, woman, _ = (one.resident for one in women)
    take_in(team, leader, role=MemberRole.LEADER, by=chair)
    take_in(team, singer, by=chair)

    def look(page):
        no_serious_finding(page)
        no_sideways_scroll(page)
        shot(page)

    # The chair: two whom nobody reaches; the next rehearsal in one press.
    desk = sign_in(chair, DESK)
    desk.goto(reverse("households:link_coverage"))
    unreached = desk.locator("tfoot").locator("[data-label='未覆盖']")
    before = int(unreached.inner_text())
    desk.goto(team.get_absolute_url())
    follow(desk.get_by_role("button", name="排下一次排练"))
    rehearsal = Activity.objects.get(group=team)
    assert (timezone.localtime(rehearsal.starts_at).weekday(), rehearsal.members_only) == (3, True)
    talk = ActivityFactory(
        number="HD-1",
        area=community,
        title="包饺子送温暖",
        capacity=1,
        starts_at=timezone.now() + timedelta(days=2),
        place="妇女之家",
    )
    # Its day has come.
    Activity.objects.filter(pk=rehearsal.pk).update(
        starts_at=timezone.now() - timedelta(minutes=5), ends_at=timezone.now() + timedelta(hours=2)
    )

    # The leader, on her telephone, without an account.
    hers = open_page(PHONE)
    enter(hers, issue_code(leader, by=chair))
    hers.goto(reverse("groups_resident:mine"))
    follow(hers.get_by_role("link", name="队长：点名、队员"))
    expect(hers.get_by_text("孙玉梅")).to_be_visible()
    look(hers)
    follow(hers.get_by_role("link", name="今天的点名"))
    follow(hers.get_by_role("button", name="孙玉梅到了"))
    expect(hers.get_by_text("孙玉梅：已到。")).to_be_visible()
    look(hers)
    names.mark(Entry.objects.get(activity=rehearsal, resident=leader), "tick", by=chair)
    desk.goto(rehearsal.get_absolute_url())
    follow(desk.get_by_role("button", name="登记已举办"))
    assert Attendance.objects.filter(present="came").count() == 2
    hers.goto(reverse("groups_resident:lead_meeting", args=[team.pk]))
    look(hers)

    # A resident finds the group and asks to come in; she signs up for an activity and says yes to pictures.
    phone = open_page(PHONE)
    enter(phone, issue_code(woman, by=chair))
    phone.goto(reverse("groups_resident:groups"))
    follow(phone.get_by_role("link", name=team.name))
    look(phone)
    follow(phone.get_by_role("button", name="申请加入"))
    phone.goto(reverse("groups_resident:activities"))
    look(phone)
    follow(phone.get_by_role("link", name="包饺子送温暖"))
    phone.get_by_label("同意公开有我的照片").check()
    look(phone)
    follow(phone.get_by_role("button", name="我要报名"))
    expect(phone.get_by_text("报名成功")).to_be_visible()
    look(phone)
    entry = Entry.objects.get(resident=woman)
    assert (entry.state, entry.portrait) == ("in", True)
    names.sign_up(talk, singer)
    follow(phone.get_by_role("button", name="我不来了"))
    expect(phone.get_by_text("已取消，名额让给了别人。")).to_be_visible()
    assert Entry.objects.get(activity=talk, resident=singer).state == "in"
    phone.goto(reverse("groups_resident:my_activities"))
    look(phone)

    # The chair says yes: one fewer whom nobody reaches.
    desk.goto(team.get_absolute_url())
    follow(desk.get_by_role("button", name="同意", exact=True))
    desk.goto(reverse("households:link_coverage"))
    assert int(unreached.inner_text()) == before - 1
    shot(desk)
    phone.goto(reverse("groups_resident:group", args=[team.pk]))
    expect(phone.get_by_role("button", name="同意队长看得到我的电话")).to_be_visible()
    look(phone)


def test_a_shift_and_a_campaign_and_her_own_calendar(
    sign_in, open_page, chair, community, grid, no_serious_finding, no_sideways_scroll, shot
):
    shift = ShiftFactory(area=community, on=timezone.localdate() + timedelta(days=2))
    woman = ResidentFactory(area=grid, name="王桂兰", birth="1980-01-01")
    VolunteerFactory(area=community, resident=woman, name="王桂兰")
    today = timezone.localdate()
    campaign = campaign_at(
        "running", area=community, name="三八慰问", starts_on=today, ends_on=today + timedelta(days=5)
    )
    ActivityFactory(area=community, title="维权讲座")

    def look(page):
        no_serious_finding(page)
        no_sideways_scroll(page)
        shot(page)

    phone = open_page(PHONE)
    enter(phone, issue_code(woman, by=chair))
    phone.goto(reverse("groups_resident:shifts"))
    follow(phone.get_by_role("button", name="我来"))
    expect(phone.get_by_text("您说了来。")).to_be_visible()
    look(phone)

    for size in (DESK, PHONE):
        page = sign_in(chair, size)
        page.goto(shift.get_absolute_url())
        expect(page.get_by_text("自己报名")).to_be_visible()
        look(page)
        page.goto(reverse("groups:shift_update", args=[shift.pk]))
        look(page)
        page.goto(campaign.get_absolute_url())
        look(page)
        page.goto(reverse("households:campaign_work_add", args=[campaign.pk, "activities"]))
        look(page)
        page.goto(reverse("desk:calendar_address"))
        look(page)
    page.goto(reverse("households:campaign_work_add", args=[campaign.pk, "activities"]))
    page.get_by_label("维权讲座").check()
    follow(page.get_by_role("button", name="挂上"))
    expect(page.get_by_role("link", name="维权讲座")).to_be_visible()
    look(page)
    page.goto(reverse("households:campaign_sheet", args=[campaign.pk]))
    expect(page.get_by_text("1 场")).to_be_visible()
    shot(page)
    page.goto(reverse("groups:shift_call_off", args=[shift.pk]))
    page.get_by_label("为什么取消").fill("下雨")
    follow(page.get_by_role("button", name="取消这一场"))
    assert Shift.objects.get().off_why == "下雨"
    look(page)
    phone.reload()
    expect(phone.get_by_text("取消了：下雨")).to_be_visible()
    look(phone)
