"""From a quarrel that both sides want to have mediated to the case that was taken."""

import os

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import shown_code, with_authenticator
from mediation.models import Case, Lead
from mediation.tests.factories import lead_at
from tests.journeys.conftest import PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_lead_becomes_a_case_when_both_sides_agree(sign_in, chair, grid, no_serious_finding, no_sideways_scroll):
    with_authenticator(chair)
    lead_at("confirmed", grid, chair)
    desk, shots = sign_in(chair, PHONE), []

    def looked_at(page):
        if folder := os.environ.get("SHOTS"):
            shots.append(page.screenshot(path=f"{folder}/case{len(shots):02d}.png", full_page=True))
        no_serious_finding(page)
        no_sideways_scroll(page)
        assert "李丽" not in page.title()

    desk.get_by_label("数字或备用码").fill(shown_code())
    follow(desk.get_by_role("button", name="登录", exact=True))
    desk.goto("/mediation/leads/")
    follow(desk.get_by_role("link", name=Lead.objects.get().code))
    follow(desk.get_by_role("link", name="转为调解案件"))
    desk.get_by_label("双方要调解什么").fill("谁接送孩子")
    desk.get_by_label("双方都同意调解").check()
    looked_at(desk)
    follow(desk.get_by_role("button", name="保存"))
    assert Case.objects.get().state == "registered"
    desk.goto("/mediation/cases/")
    looked_at(desk)
    follow(desk.get_by_role("link", name=Case.objects.get().code))
    follow(desk.get_by_role("link", name="加当事人"))
    desk.get_by_label("姓名").fill("张强")
    desk.get_by_label("地位").select_option(label="被申请人")
    follow(desk.get_by_role("button", name="保存"))
    follow(desk.get_by_role("link", name="受理", exact=True))
    desk.get_by_label("申请人 李丽", exact=True).check()
    desk.get_by_label("被申请人 张强").check()
    looked_at(desk)
    follow(desk.get_by_role("button", name="保存"))
    looked_at(desk)
    expect(desk.get_by_text("受理，当事人都同意调解。")).to_be_visible()
