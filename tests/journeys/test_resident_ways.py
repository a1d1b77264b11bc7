"""The other ways in: a code by short message, a guardian's; the card in WeChat; nothing to be seen after leaving."""

import os
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from concerns.models import Concern
from concerns.tests.factories import ConcernFactory
from fedhub.notices.enums import State
from fedhub.notices.sms import console
from fedhub.notices.tests.factories import message_at
from fedhub.notices.wechat import sharing
from fedhub.notices.wechat.signing import jsapi_signature
from households.services.residents import make_phone
from households.tests.factories import ConsentFactory, MembershipFactory
from portal.models import Guardian
from portal.services.entry import issue_code
from portal.services.guardians import record_guardian
from portal.tests.test_portal import answered, said
from portal.tests.test_wechat import wechat  # noqa: F401
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AGENT = "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/107 Mobile Safari/537.36 MicroMessenger/8.0.49"
# What WeChat's own script does with what a page gives it: here it writes it down.
WX = """window.seen = {}; window.wx = {config: (c) => { window.seen.config = c; }, ready: (f) => f(),
updateAppMessageShareData: (d) => { window.seen.friend = d; }, updateTimelineShareData: (d) => { window.seen.circle = d; }};"""
BRIDGE = "window.WeixinJSBridge = {call: (name) => { (window.called = window.called || []).push(name); }};"


@pytest.fixture
def her(grid):
    person = MembershipFactory(
        household__area=grid, resident__area=grid, resident__name="王桂兰", resident__birth="1985-03",
        resident__id_number="11010519491231002X",
    ).resident  # fmt: skip
    make_phone(person, "13800138000").save()
    return person


@pytest.fixture
def child(grid):
    birth = f"{timezone.localdate().year - 9}-01-01"
    return MembershipFactory(
        household__area=grid, resident__area=grid, resident__name="张小雨", resident__birth=birth
    ).resident


def shot(page, name):
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/ways-{name}.png", full_page=True)


@pytest.fixture
def look(no_serious_finding, no_sideways_scroll):
    def looked_at(page, name):
        shot(page, name)
        no_serious_finding(page)
        no_sideways_scroll(page)
        assert page.title() == "社区服务"

    return looked_at


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_with_a_code_by_short_message(open_page, her, settings, tmp_path, look, size):
    settings.DEMO, settings.SMS_SENDER, settings.HOME = True, "console", tmp_path
    page = open_page(size)

    page.goto("/r/")
    follow(page.get_by_role("link", name="用短信验证码进入"))
    look(page, f"phone-{size['width']}")
    page.get_by_label("手机号").fill("138 0013 8000")
    follow(page.get_by_role("button", name="要一个验证码"))
    look(page, f"code-{size['width']}")
    page.get_by_label("六位验证码").fill(console.sent()[0]["params"]["code"])
    page.get_by_label("证件号后四位").fill("0000")
    follow(page.get_by_role("button", name="进入"))
    expect(page.get_by_text("没有打开")).to_be_visible()
    page.get_by_label("证件号后四位").fill("002x")
    follow(page.get_by_role("button", name="进入"))
    expect(page.get_by_role("heading", name="我的事")).to_be_visible()
    look(page, f"in-{size['width']}")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_guardian_says_something_for_the_child(browser, live_server, ended_requests, child, worker, scripts, look):
    guardian = record_guardian(
        Guardian(child=child, name="张建国", kind="father", proof="hukou", how="paper"), by=worker
    )
    code = issue_code(child, guardian=guardian, by=worker)
    context = browser.new_context(
        viewport=PHONE, locale="zh-CN", base_url=live_server.url, java_script_enabled=scripts, color_scheme="dark"
    )
    page = context.new_page()
    page.goto("/r/enter/")
    page.get_by_label("登录码").fill(code)
    page.get_by_role("button", name="进入").click()
    page.get_by_role("heading", name="孩子的事").wait_for()
    if scripts:
        look(page, "ward")
    page.get_by_role("link", name="为孩子说一件事").click()
    page.get_by_label("什么事").fill("校门口没有斑马线")
    page.get_by_role("button", name="交上去").click()
    page.get_by_role("link", name="孩子的事").click()
    page.get_by_text("校门口没有斑马线").wait_for()
    shot(page, f"ward-said-{scripts}")
    assert Concern.objects.get().resident == child
    page.get_by_role("button", name="撤回同意").click()
    page.get_by_text("已经撤回").wait_for()
    page.goto("/r/ward/")
    page.wait_for_url("**/r/enter/")
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_by_the_code_of_a_nameless_concern(browser, live_server, ended_requests, grid, worker, scripts, look):
    concern = answered(ConcernFactory(area=grid, anonymous=True, household=None, resident=None), worker)
    context = browser.new_context(
        viewport=PHONE, locale="zh-CN", base_url=live_server.url, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto("/r/ask/")
    page.get_by_label("查询码").fill(concern.code)
    page.get_by_role("button", name="查询").click()
    page.get_by_role("heading", name="这次办得怎么样").wait_for()
    if scripts:
        look(page, "asked")
    page.get_by_label("还想说的话").fill("昨天有人摔了。")
    page.get_by_role("button", name="补上去").click()
    page.get_by_text("补上了").wait_for()
    page.get_by_text("满意", exact=True).check()
    page.get_by_role("button", name="交上去").click()
    page.get_by_text("您评了 4 分").wait_for()
    context.close()


def test_the_card_in_wechat_is_signed_for_the_very_page(
    browser,
    live_server,
    ended_requests,
    wechat,  # noqa: F811
    settings,
    her,
    worker,
):
    settings.SITE_URL = live_server.url
    assert sharing.keep_ticket()
    context = browser.new_context(viewport=PHONE, locale="zh-CN", base_url=live_server.url, user_agent=AGENT)
    context.add_init_script(BRIDGE)
    context.route("https://res.wx.qq.com/**", lambda route: route.fulfill(body=WX, content_type="text/javascript"))
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in ("/r/", "/r/say/?from=timeline"):
        page.goto(path)
        page.wait_for_function("window.seen && window.seen.circle")
        seen = page.evaluate("window.seen")
        config = seen["config"]
        url = page.evaluate("location.href.split('#')[0]")
        assert config["signature"] == jsapi_signature("ticket-1", config["nonceStr"], config["timestamp"], url)
        assert config["jsApiList"] == ["updateAppMessageShareData", "updateTimelineShareData"]
        assert (seen["friend"]["title"], seen["friend"]["desc"]) == ("社区服务", "有事可以说，凭码看进展。")
        assert seen["friend"]["link"] == f"{live_server.url}{path.partition('?')[0]}"
        assert page.request.get(seen["friend"]["imgUrl"]).headers["content-type"] == "image/png"
        assert page.evaluate("window.called") is None
    # Without WeChat's script the page works, and nothing is asked of anybody else on a page of hers.
    context.unroute("https://res.wx.qq.com/**")
    context.route("https://res.wx.qq.com/**", lambda route: route.abort())
    page.goto("/r/")
    expect(page.get_by_role("link", name="说一件事")).to_be_visible()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/r/enter/")
    page.get_by_label("登录码").fill(issue_code(her, by=worker))
    follow(page.get_by_role("button", name="进入"))
    page.wait_for_function("window.called")
    assert page.evaluate("window.called") == ["hideOptionMenu"]
    assert [url for url in asked if not url.startswith(live_server.url)] == []
    assert [text for text in complaints if "ERR_FAILED" not in text] == []
    context.close()


def test_after_leaving_no_page_comes_back(open_page, her, child, worker, settings, live_server):
    """Each page of hers, and a guardian's: left at once, then back: nothing of it from the browser's memory, nothing in titles
    or addresses."""
    settings.QUIT_URL = f"{live_server.url}/accounts/auth/login/"
    concern = answered(said(her), worker)
    ConsentFactory(resident=her, taken_by=worker)
    message = message_at(State.SENT, her)
    guardian = record_guardian(
        Guardian(child=child, name="张建国", kind="father", proof="hukou", how="paper"), by=worker
    )
    words = re.compile("楼道灯|我的事|我的信息|换好|要什么|什么事|我的消息|用什么提醒|还可以同意|孩子的事")
    hers = [
        "mine/", f"mine/{concern.code}/", "mine/data/", "mine/data/agree/", "mine/data/ask/", "mine/messages/",
        f"mine/messages/{message.pk}/", "mine/messages/choice/", "say/",
    ]  # fmt: skip
    for path in [f"/r/{one}" for one in (*hers, "ward/", "ward/say/")]:
        page = open_page(PHONE)
        page.goto("/r/enter/")
        code = issue_code(child, guardian=guardian, by=worker) if "ward" in path else issue_code(her, by=worker)
        page.get_by_label("登录码").fill(code)
        follow(page.get_by_role("button", name="进入"))
        page.goto(path)
        expect(page.locator("main")).to_have_text(words)
        assert (page.title(), page.locator("link[rel=icon]").get_attribute("href")) == ("社区服务", "data:,")
        assert page.locator("meta[property='og:title']").get_attribute("content") == "社区服务"
        assert page.locator("meta[property='og:image'], meta[name=description]").count() == 0
        follow(page.get_by_role("button", name="快速离开"))
        expect(page).to_have_url(settings.QUIT_URL)
        for _ in range(3):
            page.go_back()
            page.wait_for_load_state()
            if path != "/r/say/":
                expect(page.locator("body")).not_to_have_text(words)
        page.context.close()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_staff_records_a_guardian_and_makes_the_menu(
    sign_in,
    chair,
    child,
    size,
    wechat,  # noqa: F811
    no_serious_finding,
    no_sideways_scroll,
):
    parent = MembershipFactory(
        household=child.memberships.get().household, resident__area=child.area, resident__name="王桂兰",
        resident__birth="1985-03-01",
    ).resident  # fmt: skip
    desk = sign_in(chair, size)

    def looked(name):
        shot(desk, f"{name}-{size['width']}")
        no_serious_finding(desk)
        no_sideways_scroll(desk)

    desk.goto(f"{child.get_absolute_url()}?tab=portal")
    follow(desk.get_by_role("link", name="登记监护人的同意"))
    looked("guardian")
    desk.get_by_label("监护人（在册的）").select_option(str(parent.pk))
    desk.get_by_label("与孩子的关系").select_option("mother")
    desk.get_by_label("看了什么证明").select_option("birth")
    desk.get_by_label("同意的方式").select_option("oral")
    follow(desk.get_by_role("button", name="保存"))
    expect(desk.get_by_text("口头同意要有见证人，请写见证人姓名。")).to_be_visible()
    desk.get_by_label("见证人").fill("何晓燕")
    follow(desk.get_by_role("button", name="保存"))
    looked("panel")
    follow(desk.get_by_role("button", name="停用（不告诉他）"))
    expect(desk.get_by_text("不会知道原因")).to_be_visible()
    follow(desk.get_by_role("link", name="给监护人登录码"))
    looked("stopped-code")
    desk.goto("/portal/wechat/menu/")
    looked("menu")
    desk.goto(f"{parent.get_absolute_url()}?tab=consents")
    follow(desk.get_by_role("link", name="登记同意").first)
    looked("consent")
