"""A mediator writes an agreement on the phone, and looks after it on the desk."""

import os

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.tests.factories import shown_code, with_authenticator
from mediation.models import Agreement
from mediation.tests.factories import case_at
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_agreement_is_written_signed_and_looked_after(sign_in, chair, grid, no_serious_finding, no_sideways_scroll):
    with_authenticator(chair)
    case = case_at("mediating", grid, chair)
    desk, day, shots = sign_in(chair, PHONE), timezone.localdate().isoformat(), []

    def looked_at(page):
        if folder := os.environ.get("SHOTS"):
            shots.append(page.screenshot(path=f"{folder}/agreement{len(shots):02d}.png", full_page=True))
        no_serious_finding(page)
        no_sideways_scroll(page)
        assert "李丽" not in page.title()

    def save():
        follow(desk.get_by_role("button", name="保存"))

    desk.get_by_label("数字或备用码").fill(shown_code())
    follow(desk.get_by_role("button", name="登录", exact=True))
    desk.goto(f"/mediation/cases/{case.pk}/")
    looked_at(desk)
    follow(desk.get_by_role("link", name="写协议"))
    follow(desk.get_by_role("link", name="起草协议"))
    desk.get_by_label("主要事实").fill("为接送孩子争吵")
    desk.get_by_label("争议事项").fill("谁接送")
    save()
    follow(desk.get_by_role("link", name="加条款"))
    desk.get_by_label("谁做").select_option("张强")
    desk.get_by_label("为谁").select_option("李丽")
    desk.get_by_label("做什么").fill("每月付餐费，李丽三年内不得再婚")
    desk.get_by_label("金额").fill("1200")
    desk.get_by_label("哪天前做").fill(day)
    save()
    expect(desk.get_by_text("婚姻自由，协议不能限制再婚、结婚。")).to_be_visible()
    looked_at(desk)
    desk.get_by_label("做什么").fill("每月付餐费")
    save()
    looked_at(desk)
    follow(desk.get_by_role("link", name="签订、登记"))
    for label in ("李丽签名", "张强签名", "调解员签名", "调委会盖章"):
        desk.get_by_label(label).fill(day)
    looked_at(desk)
    save()
    desk.set_viewport_size(DESK)
    follow(desk.get_by_role("link", name="记第 1 条履行情况"))
    desk.get_by_label("凭什么知道").fill("看了转账")
    save()
    follow(desk.get_by_role("link", name="记第 7 天回访"))
    desk.get_by_label("履行情况", exact=True).select_option(label="部分履行")
    desk.get_by_label("问到的情况").fill("有两次忘了")
    desk.get_by_label("告知了哪个下一步").select_option(label="双方同意，再调解一次")
    looked_at(desk)
    save()
    looked_at(desk)
    desk.goto("/mediation/duties/")
    looked_at(desk)
    desk.goto(f"/mediation/cases/{case.pk}/notes/")
    desk.get_by_label("笔记").fill("他其实愿意")
    follow(desk.get_by_role("button", name="记下"))
    looked_at(desk)
    desk.emulate_media(media="print")
    expect(desk.get_by_text("他其实愿意")).to_be_hidden()
    assert Agreement.objects.get().state == "signed"
