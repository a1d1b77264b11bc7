"""From "I want to work again" to a post: registered on a phone, a post that may not say what it says, sent, hired."""

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests.factories import user_with
from employment.models import Application, Post, Seeker
from employment.tests.factories import EmployerFactory
from households.tests.factories import ResidentFactory
from tests.journeys.conftest import PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_wish_to_the_post(sign_in, worker, grid, no_serious_finding, no_sideways_scroll):
    officer = user_with(Role.JOB_OFFICER, grid.parent, username="jobs", name="马青")
    woman = ResidentFactory(area=grid, name="王桂兰")
    employer = EmployerFactory()
    desk, phone = sign_in(officer), sign_in(worker, PHONE)

    phone.goto(f"/employment/seekers/new/?resident={woman.pk}")
    no_serious_finding(phone)
    no_sideways_scroll(phone)
    phone.get_by_label("收银零售").check()
    phone.get_by_label("每天几点以后").fill("08:30")
    phone.get_by_label("每天几点以前").fill("15:30")
    phone.get_by_label("步行最多几分钟").fill("20")
    follow(phone.get_by_role("button", name="保存"))
    expect(phone.get_by_text("08:30 以后，15:30 以前，周末不行")).to_be_visible()
    no_serious_finding(phone)
    no_sideways_scroll(phone)

    desk.goto(employer.get_absolute_url())
    no_serious_finding(desk)
    follow(desk.get_by_role("link", name="登记岗位"))
    no_serious_finding(desk)
    for label, text in [
        ("岗位名称", "收银员（上午班）"), ("做什么", "收银、理货"), ("工作地点", "春江路 8 号"), ("上班", "09:00"),
        ("下班", "13:00"), ("工资从", "2600"), ("什么时候发", "每月 15 日"), ("社会保险", "五险"), ("从社区步行几分钟", "10"),
    ]:  # fmt: skip
        desk.get_by_label(label, exact=False).first.fill(text)
    desk.locator("[name=conditions]").fill("已婚已育优先")
    desk.locator("[name=kind]").select_option(label="收银零售")
    follow(desk.get_by_role("button", name="保存"))
    expect(desk.get_by_text("妇女权益保障法第四十三条第四项")).to_be_visible()
    follow(desk.get_by_role("button", name="发布"))
    assert Post.objects.get().state == "draft"
    follow(desk.get_by_role("link", name="改", exact=True))
    desk.locator("[name=conditions]").fill("会用手机收款")
    follow(desk.get_by_role("button", name="保存"))
    follow(desk.get_by_role("button", name="发布"))
    expect(desk.get_by_text("招聘中")).to_be_visible()
    expect(desk.get_by_text("想做收银零售")).to_be_visible()
    no_serious_finding(desk)

    phone.reload()
    follow(phone.get_by_role("link", name="推荐", exact=True))
    phone.get_by_label("技能和证书").check()
    no_serious_finding(phone)
    no_sideways_scroll(phone)
    follow(phone.get_by_role("button", name="推荐"))
    assert Application.objects.get().seeker == Seeker.objects.get()

    desk.goto(Application.objects.get().get_absolute_url())
    no_serious_finding(desk)
    follow(desk.get_by_role("link", name="登记录用"))
    follow(desk.get_by_role("button", name="保存"))
    expect(desk.get_by_text("单位录用了您，祝工作顺利。")).to_be_visible()
    desk.goto("/employment/seekers/")
    no_serious_finding(desk)
    expect(desk.get_by_role("row", name="王桂兰").get_by_text("已就业")).to_be_visible()
    assert (Seeker.objects.get().state, Post.objects.get().left) == ("employed", 0)
