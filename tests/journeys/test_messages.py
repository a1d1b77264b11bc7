"""A notice to many with its count and undo, a message to one, her inbox on an old phone, her choice, a line told in person."""

import os

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from fedhub.notices.enums import State
from fedhub.notices.models import Choice, Message
from fedhub.notices.services.sending import send_slice
from fedhub.notices.sms import console
from households.tests.factories import MembershipFactory, PhoneFactory, SafeContactFactory
from portal.services.entry import issue_code
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def her(grid):
    person = MembershipFactory(
        household__area=grid,
        resident__area=grid,
        resident__name="王桂兰",
        resident__birth="1985-03",
        resident__sex="2",
    ).resident
    PhoneFactory(resident=person)
    return person


@pytest.fixture
def flagged(grid):
    person = MembershipFactory(
        household__area=grid,
        resident__area=grid,
        resident__name="李秀英",
        resident__birth="1979-05",
        resident__sex="2",
    ).resident
    SafeContactFactory(resident=person, channels=["home"], spouse_may_answer=True)
    return person


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.usefixtures("noon")
def test_from_the_count_to_her_inbox(
    sign_in, open_page, chair, her, flagged, settings, tmp_path, no_serious_finding, no_sideways_scroll, size
):
    settings.HOME = tmp_path
    desk, shots = sign_in(chair, size), []

    def looked_at(page):
        if folder := os.environ.get("SHOTS"):
            shots.append(
                page.screenshot(path=f"{folder}/messages{size['width']}-{len(shots):02d}.png", full_page=True)
            )
        no_serious_finding(page)
        no_sideways_scroll(page)

    # To many: first how many, and who is left to a person; taken back, sent again.
    for again in (False, True):
        desk.goto("/households/residents/")
        follow(desk.get_by_role("link", name="群发消息"))
        expect(desk.get_by_text("登记了安全联系的要求，由人来定怎么说。")).to_be_visible()
        desk.get_by_label("社区公告：【公告内容】").check()
        desk.get_by_role("textbox", name="公告内容").fill("离婚讲座" if not again else "周六停水")
        if not again:
            looked_at(desk)
            follow(desk.get_by_role("button", name="发给这些人"))
            expect(desk.get_by_text("消息里不写“离婚”这样的词")).to_be_visible()
            looked_at(desk)
            desk.get_by_role("textbox", name="公告内容").fill("周五停水")
        follow(desk.get_by_role("button", name="发给这些人"))
        if not again:
            looked_at(desk)
            follow(desk.get_by_role("button", name="撤回没发的"))
            expect(desk.get_by_text("撤回了 2 条")).to_be_visible()
    Message.objects.filter(state=State.WAITING).update(next_at=timezone.now())
    assert send_slice() == 1
    assert [line["params"] for line in console.sent()] == [{}]

    # Her own page.
    phone = open_page(PHONE if size == PHONE else DESK, color_scheme="dark" if size == DESK else "light")
    phone.goto("/r/enter/")
    phone.get_by_label("登录码").fill(issue_code(her, by=chair))
    follow(phone.get_by_role("button", name="进入"))
    looked_at(phone)
    follow(phone.get_by_role("link", name="我的消息（1 条没看）"))
    looked_at(phone)
    follow(phone.get_by_role("button", name="打开看"))
    expect(phone.get_by_text("周六停水")).to_be_visible()
    looked_at(phone)
    follow(phone.get_by_role("link", name="我的消息"))
    follow(phone.get_by_role("link", name="用什么提醒我"))
    looked_at(phone)
    phone.get_by_label("微信").uncheck()
    phone.get_by_label("几点以后（不选就是白天）").fill("09:30")
    follow(phone.get_by_role("button", name="记下"))
    expect(phone.get_by_text("记下了，从现在起照这样办。")).to_be_visible()
    assert Choice.objects.get().channels == ["sms"]
    assert phone.title() == "社区服务"

    # What is left to a person.
    desk.goto("/households/messages/")
    looked_at(desk)
    follow(desk.get_by_role("link", name="李秀英"))
    looked_at(desk)
    follow(desk.get_by_role("link", name="记为已告知"))
    desk.get_by_label("上门").check()
    looked_at(desk)
    follow(desk.get_by_role("button", name="记为已告知"))
    expect(desk.get_by_text("没有要处理的消息")).to_be_visible()
    assert Message.objects.filter(state=State.TOLD).get().person == flagged
    desk.goto("/households/messages/?state=all")
    looked_at(desk)
    desk.goto("/households/messages/print/")
    looked_at(desk)
    desk.goto(f"{her.get_absolute_url()}?tab=messages")
    looked_at(desk)
    desk.goto(f"/households/residents/{her.pk}/message/")
    looked_at(desk)
    desk.goto("/households/messages/batches/")
    looked_at(desk)
