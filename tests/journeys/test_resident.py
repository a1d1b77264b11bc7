"""A woman's own pages on an old phone: the code from her grid worker, what she says, the answer, her word on it, leaving."""

import os
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from concerns.models import Concern, Rating
from households.models import Consent
from households.tests.factories import ConsentFactory, MembershipFactory
from safety.models import RiskReport
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def her(grid):
    return MembershipFactory(
        household__area=grid, resident__area=grid, resident__name="王桂兰", resident__birth="1985-03"
    ).resident


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_she_comes_in_says_something_reads_the_answer_and_leaves(
    sign_in, open_page, worker, her, settings, live_server, no_serious_finding, no_sideways_scroll, size
):
    # Another site, as far as the test may go.
    settings.QUIT_URL = f"{live_server.url}/accounts/auth/login/"
    ConsentFactory(resident=her, taken_by=worker)
    desk = sign_in(worker, DESK)
    desk.goto(f"{her.get_absolute_url()}?tab=portal")
    follow(desk.get_by_role("link", name="给一个登录码"))
    follow(desk.get_by_role("button", name="给一个登录码"))
    code = desk.locator("p.wf-code").inner_text()
    assert her.name not in desk.locator("main section").first.inner_text()

    phone, shots = open_page(size), []

    def looked_at():
        if folder := os.environ.get("SHOTS"):
            shots.append(phone.screenshot(path=f"{folder}/mine{size['width']}-{len(shots):02d}.png", full_page=True))
        no_serious_finding(phone)
        no_sideways_scroll(phone)
        assert phone.title() == "社区服务"

    phone.goto("/r/")
    looked_at()
    follow(phone.get_by_role("link", name="用登录码进入"))
    phone.get_by_label("登录码").fill("AAAA-AAAA")
    follow(phone.get_by_role("button", name="进入"))
    expect(phone.get_by_text("这个码打不开")).to_be_visible()
    looked_at()
    phone.get_by_label("登录码").fill(code.lower())
    follow(phone.get_by_role("button", name="进入"))
    looked_at()

    follow(phone.get_by_role("link", name="说一件事"))
    looked_at()
    phone.get_by_label("什么事").fill("楼道灯不亮")
    follow(phone.get_by_role("button", name="交上去"))
    looked_at()
    follow(phone.get_by_role("link", name="我的事"))
    looked_at()

    concern = Concern.objects.get()
    Concern.objects.update(
        status="answered", outcome="solved", answer="换好了", told="face", answered_at=timezone.now(),
        first_answered_at=timezone.now(), assigned_to=worker, result="换好了",
    )  # fmt: skip
    concern.replies.create(
        kind="final", text="物业 7 月 4 日换好了。", outcome="solved", told="face", told_at=timezone.now(), heard="self",
        made_by=worker,
    )  # fmt: skip
    phone.reload()
    follow(phone.get_by_role("link", name="楼道灯不亮"))
    looked_at()
    phone.get_by_text("很满意", exact=True).check()
    follow(phone.get_by_role("button", name="交上去"))
    expect(phone.get_by_text("您评了 5 分")).to_be_visible()
    assert Rating.objects.get().score == 5

    phone.goto("/r/mine/data/")
    expect(phone.get_by_text(re.compile("刘建芳")).first).to_be_visible()
    looked_at()
    follow(phone.get_by_role("button", name="撤回这条同意"))
    assert Consent.objects.get().withdrawn_on == timezone.localdate()
    follow(phone.get_by_role("link", name="大字版"))
    looked_at()

    follow(phone.get_by_role("button", name="快速离开"))
    expect(phone).to_have_url(settings.QUIT_URL)
    phone.go_back()
    # The page that was left is not there any more: the way back leads to the way in, or to what is empty.
    expect(phone.get_by_text("我的信息和同意")).to_have_count(0)
    phone.goto("/r/mine/")
    expect(phone).to_have_url(re.compile("/r/enter/$"))


def test_without_scripts_everything_works_too(browser, live_server, ended_requests, grid, settings):
    settings.QUIT_URL = f"{live_server.url}/accounts/auth/login/"
    context = browser.new_context(viewport=PHONE, locale="zh-CN", base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/r/say/")
    page.get_by_label("什么事").fill("路灯不亮")
    page.get_by_label("哪个社区、网格").select_option(str(grid.pk))
    page.get_by_role("button", name="交上去").click()
    code = page.locator(".r-code").inner_text()
    page.goto("/r/ask/")
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    assert page.get_by_role("heading", level=1).inner_text() == "新登记"
    page.goto("/r/say/")
    page.get_by_label("什么事").fill("他又动手了")
    page.get_by_label("哪个社区、网格").select_option(str(grid.pk))
    page.get_by_label(re.compile("这件事只给专门的人看")).check()
    page.get_by_role("button", name="交上去").click()
    assert page.get_by_role("link", name="12338").count() == 2
    assert (RiskReport.objects.count(), Concern.objects.count()) == (1, 1)
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/told.png", full_page=True)
    page.get_by_role("button", name="快速离开").click()
    page.wait_for_url(settings.QUIT_URL)
    context.close()
