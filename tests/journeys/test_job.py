"""From a worker's phone to a job: mornings only, posts with reasons, recommended, interviewed, hired, asked after a month; and a
post that says 已婚已育优先 is stopped with the law."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests.factories import user_with
from employment.models import Application, FollowUp, Post, Seeker
from employment.tests.factories import EmployerFactory, PostFactory
from households.tests.factories import ResidentFactory
from tests.journeys.conftest import PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def looked_at(no_serious_finding, no_sideways_scroll):
    """`looked_at(page)`: the page has no serious finding and is not wider than the screen; with SHOTS it is kept as a picture."""
    shots = []

    def look(page):
        if folder := os.environ.get("SHOTS"):
            shots.append(page.screenshot(path=f"{folder}/job{len(shots):02d}.png", full_page=True))
        no_serious_finding(page)
        no_sideways_scroll(page)

    return look


def press(page, name):
    """Press the button or link `name` of the page, and wait for the page it leads to."""
    main = page.locator("main")
    follow(
        main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=name, exact=True)).first
    )


def test_she_finds_work_in_the_mornings_and_keeps_it(sign_in, worker, grid, looked_at):
    officer = user_with(Role.JOB_OFFICER, grid.parent, username="jobs", name="马青")
    woman = ResidentFactory(area=grid, name="赵小莉", birth="1993-04-01")
    shop, today = EmployerFactory(area=grid.parent), timezone.localdate()
    PostFactory(employer=shop, title="夜班保洁", kind="clean")
    phone, desk = sign_in(worker, viewport=PHONE), sign_in(officer)

    # The grid worker registers her at her door: mornings only, near home.
    phone.goto(f"/employment/seekers/new/?resident={woman.pk}")
    phone.get_by_label("收银零售", exact=True).check()
    phone.get_by_label("每天几点以后").fill("08:30")
    phone.get_by_label("每天几点以前").fill("13:30")
    phone.get_by_label("步行最多几分钟").fill("20")
    phone.get_by_label("跟进负责人").select_option(label=officer.name)
    looked_at(phone)
    press(phone, "保存")
    expect(phone.get_by_text("08:30 以后，13:30 以前，周末不行")).to_be_visible()
    seeker = Seeker.objects.get()
    assert (seeker.resident, seeker.lead) == (woman, officer)

    # A post that prefers the married with children is not published, and the page says by which law; mended it is.
    desk.goto(shop.get_absolute_url())
    press(desk, "登记岗位")
    for label, text in [
        ("岗位名称", "收银员（上午班）"), ("做什么", "收银、理货"), ("工作地点", "春江路 8 号"), ("上班", "09:00"),
        ("下班", "13:00"), ("工资从", "2600"), ("什么时候发", "每月 15 日"), ("社会保险", "五险"), ("从社区步行几分钟", "10"),
    ]:  # fmt: skip
        desk.get_by_label(label, exact=False).first.fill(text)
    desk.locator("[name=conditions]").fill("已婚已育优先")
    desk.locator("[name=kind]").select_option(label="收银零售")
    press(desk, "保存")
    expect(desk.get_by_text("妇女权益保障法第四十三条第四项")).to_be_visible()
    press(desk, "发布")
    expect(desk.get_by_role("alert").get_by_text("妇女权益保障法第四十三条第四项").first).to_be_visible()
    looked_at(desk)
    post = Post.objects.get(title="收银员（上午班）")
    assert post.state == "draft"
    press(desk, "改")
    desk.locator("[name=conditions]").fill("会用手机收款")
    press(desk, "保存")
    press(desk, "发布")
    expect(desk.get_by_text("招聘中").first).to_be_visible()

    # On the phone it fits, with its reasons; the other one is not there.
    phone.reload()
    expect(phone.get_by_role("link", name="收银员（上午班）")).to_be_visible()
    expect(phone.get_by_text("想做收银零售")).to_be_visible()
    expect(phone.get_by_text("夜班保洁")).to_have_count(0)
    looked_at(phone)

    # The officer recommends with her consent.
    desk.goto(seeker.get_absolute_url())
    looked_at(desk)
    press(desk, "推荐")
    desk.get_by_label("联系电话", exact=True).check()
    looked_at(desk)
    press(desk, "推荐")
    application = Application.objects.get()
    assert (application.post, application.state) == (post, "recommended")

    # Interview, hired.
    desk.goto(application.get_absolute_url())
    press(desk, "登记面试")
    desk.get_by_label("哪天面试").fill(f"{today:%Y-%m-%d}")
    press(desk, "保存")
    press(desk, "登记录用")
    desk.get_by_label("哪天上班").fill(f"{today:%Y-%m-%d}")
    press(desk, "保存")
    expect(desk.get_by_text("单位录用了您")).to_be_visible()
    looked_at(desk)
    assert FollowUp.objects.count() == 4

    # A month later: on the list of who leads, asked, kept; the figures say so and open it.
    FollowUp.objects.filter(month=1).update(due_on=today - timedelta(days=1))
    desk.goto("/employment/followups/")
    follow(desk.get_by_role("link", name="赵小莉"))
    press(desk, "登记回访")
    desk.get_by_label("还在这个岗位").check()
    desk.get_by_label("哪天问的").fill(f"{today:%Y-%m-%d}")
    press(desk, "保存")
    expect(desk.get_by_text("已回访").first).to_be_visible()
    desk.goto("/employment/figures/")
    looked_at(desk)
    follow(desk.get_by_role("row", name="录用满 1 个月还在上班").first.get_by_role("link"))
    expect(desk.get_by_role("link", name="赵小莉")).to_be_visible()
    looked_at(desk)
    phone.goto("/employment/figures/")
    looked_at(phone)
