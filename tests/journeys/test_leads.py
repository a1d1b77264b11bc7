"""A quarrel from the volunteer who heard of it to the couple that made up: one more "prevented", counted by nobody's hand."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests.factories import shown_code, user_with, with_authenticator
from mediation.models import Lead
from safety.models import RiskReport
from tests.journeys.conftest import PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def record(phone, grid, words, violence=False):
    """Tell the micro-home of a quarrel."""
    phone.goto("/mediation/leads/new/")
    phone.get_by_label("在哪个网格").select_option(str(grid.pk))
    phone.get_by_label("纠纷类型").select_option(label="夫妻关系")
    phone.get_by_label("风险等级").select_option(label="黄（中）")
    phone.get_by_label("主要矛盾").fill(words)
    phone.get_by_label("当事人一方").fill("李丽")
    if violence:
        phone.get_by_label("有打骂").check()
    follow(phone.get_by_role("button", name="交给微家"))
    expect(phone.get_by_text("已交给微家，由专人上门。")).to_be_visible()


def test_a_quarrel_is_heard_talked_over_and_settled(
    sign_in, chair, community, grid, no_serious_finding, no_sideways_scroll
):
    with_authenticator(chair)
    volunteer = sign_in(user_with(Role.VOLUNTEER, community, username="vol", name="陈玉兰"), PHONE)
    record(volunteer, grid, "天天为带孩子吵")
    record(volunteer, grid, "他动了手", violence=True)
    assert (Lead.objects.count(), RiskReport.objects.count()) == (1, 1)

    desk, shots = sign_in(chair, PHONE), []

    def looked_at(page):
        if folder := os.environ.get("SHOTS"):
            shots.append(page.screenshot(path=f"{folder}/leads{len(shots):02d}.png", full_page=True))
        no_serious_finding(page)
        no_sideways_scroll(page)
        assert "李丽" not in page.title()

    desk.get_by_label("数字或备用码").fill(shown_code())
    follow(desk.get_by_role("button", name="登录", exact=True))
    looked_at(volunteer)
    desk.goto("/mediation/leads/")
    looked_at(desk)
    follow(desk.get_by_role("link", name=Lead.objects.get().code))
    for act, fill in (
        ("上门核实", {"核实的情况": "两人都在家"}),
        ("记一次谈心", {"谈了什么": "谈了一下午", "根源在哪里": "没人帮着带", "给了什么建议": "排一张接送表"}),
        ("化解，办结", {"情况": "和好了"}),
    ):
        follow(desk.get_by_role("link", name=act))
        for label, words in fill.items():
            desk.get_by_label(label).fill(words)
        looked_at(desk)
        follow(desk.get_by_role("button", name="保存"))
    looked_at(desk)
    desk.goto("/mediation/leads/figures/")
    looked_at(desk)
    # Nobody has seen yet that it lasts.
    expect(desk.get_by_role("row", name="预防").get_by_role("link", name="0")).to_be_visible()
    Lead.objects.update(calm_on=timezone.localdate() - timedelta(days=30), next_on=timezone.localdate())
    desk.goto("/mediation/leads/?state=look")
    looked_at(desk)
    follow(desk.get_by_role("link", name=Lead.objects.get().code))
    follow(desk.get_by_role("link", name="回看"))
    desk.get_by_label("看到的").select_option(label="平稳，没有再闹")
    desk.get_by_label("看到、问到的情况").fill("一家人在做饭")
    looked_at(desk)
    follow(desk.get_by_role("button", name="保存"))
    desk.goto("/mediation/leads/figures/")
    row = desk.get_by_role("row", name="预防")
    follow(row.get_by_role("link", name="1"))
    expect(desk.get_by_role("link", name=Lead.objects.get().code)).to_be_visible()
    expect(desk.get_by_text("李丽")).to_have_count(0)
