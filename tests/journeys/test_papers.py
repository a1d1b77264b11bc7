"""The file of a settled case: printed with its pages, lent until a day, rated by a party, read again with a reason."""

import os
import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from accounts.tests.factories import shown_code, with_authenticator
from fedhub.core import once
from fedhub.core.testing.twins import TOKENS
from mediation.models import CaseShare, OwnRating
from mediation.services import cases
from mediation.services.closing import close_case
from mediation.tests.factories import case_at, finish, settle
from mediation.tests.test_filing import described, put
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "他俩各让一步，先说接送，再说家务。" * 150


@pytest.fixture
def case(grid, chair):
    """Settled, with a long record, a party that somebody acts for, and materials."""
    made = case_at("mediating", grid, chair)
    described(made, 0, chair, sex="2", job="教师", agent="李红", mandate={"power": "plain", "since": "2026-05-01"})
    put(made, chair, kind="identity", name="身份证复印件", pages=1)
    put(made, chair, kind="written", name="结婚证复印件", pages=3, pictures=2)
    cases.mediate(
        made, on=timezone.localdate(), words=LONG, place="微家", present=["0", "1"], result="agreed", by=chair,
        key=once.new_key(),
    )  # fmt: skip
    settle(made, chair, terms=3)
    return made


@pytest.fixture
def looked_at(no_serious_finding):
    shots = []

    def look(page):
        if folder := os.environ.get("SHOTS"):
            shots.append(page.screenshot(path=f"{folder}/papers{len(shots):02d}.png", full_page=True))
        no_serious_finding(page)
        assert "李丽" not in page.title()

    return look


def signed_in(sign_in, chair):
    with_authenticator(chair)
    desk = sign_in(chair, DESK)
    desk.get_by_label("数字或备用码").fill(shown_code())
    follow(desk.get_by_role("button", name="登录", exact=True))
    return desk


def test_the_whole_file_is_printed_and_its_contents_name_the_pages(
    sign_in, chair, case, looked_at, no_sideways_scroll
):
    desk = signed_in(sign_in, chair)
    desk.goto(f"/mediation/cases/{case.pk}/")
    follow(desk.get_by_role("link", name="文书、卷宗"))
    looked_at(desk)
    follow(desk.get_by_role("link", name="打印").first)
    expect(desk.locator(".wf-laid")).to_have_count(1)
    looked_at(desk)

    pages = [(re.search(r"第 (\d+) 页$", text), text) for text in desk.locator(".wf-page-box").all_inner_texts()]
    told = dict(re.findall(r"^\d+\t(\S+)\t(\d+)", desk.locator("table", has_text="文书名称").inner_text(), re.M))
    begins = {}
    for number, text in pages:
        if number:
            begins.setdefault(text.splitlines()[0].strip(), number[1])
    last = max(int(number[1]) for number, _ in pages if number)
    assert told == {title: begins[title] for title in told}
    assert (told["人民调解申请书"], "人民调解协议书" in told, "授权委托书" in told) == ("1", True, True)
    expect(desk.locator("[data-total]")).to_have_text(str(last))
    # The engine that prints makes neither more nor fewer pages of it, and loses no letter of what is long.
    printed = desk.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == len(pages)
    shown = "".join(text for _, text in pages)
    assert shown.count("俩") == 2 * LONG.count("俩")
    desk.set_viewport_size(PHONE)
    desk.reload()
    expect(desk.locator(".wf-laid")).to_have_count(1)
    no_sideways_scroll(desk)
    looked_at(desk)


def test_papers_are_lent_until_a_day_and_then_the_address_never_was(
    sign_in, open_page, chair, case, looked_at, no_sideways_scroll
):
    desk = signed_in(sign_in, chair)
    desk.goto(f"/mediation/cases/{case.pk}/")
    follow(desk.get_by_role("link", name="请外面的专家看"))
    desk.get_by_label("姓名", exact=True).fill("郑岚")
    desk.get_by_label("问过她：和当事人没有利害关系").check()
    desk.get_by_label("协议（已生效").check()
    desk.get_by_label("请她看什么").fill("条款写得对不对")
    looked_at(desk)
    follow(desk.get_by_role("button", name="保存"))
    looked_at(desk)
    text = desk.locator("main").inner_text()
    address, code = re.search(r"/p/expert/[\w-]+/", text)[0], re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", text)[0]

    expert = open_page(PHONE)
    expert.goto(address)
    looked_at(expert)
    expert.get_by_label("查阅码").fill(code.lower())
    follow(expert.get_by_role("button", name="打开"))
    expect(expert.get_by_text("第0周接孩子")).to_be_visible()
    assert expert.locator(".wf-watermark [data-mark*=郑岚]").count() >= 3
    no_sideways_scroll(expert)
    looked_at(expert)

    until = CaseShare.objects.get().until
    with time_machine.travel(timezone.now() + (until - timezone.localdate()) + timedelta(days=1)):
        gone, never = expert.request.get(address), expert.request.get(f"/p/expert/{'x' * 32}/")
    assert (gone.status, TOKENS.sub("", gone.text())) == (404, TOKENS.sub("", never.text()))
    desk.goto(f"/mediation/cases/{case.pk}/")
    expect(desk.get_by_text("收回或者过期以后有人试过")).to_be_visible()


def test_a_party_rates_on_her_phone_and_the_closed_file_asks_why(
    sign_in, open_page, chair, case, looked_at, no_sideways_scroll
):
    desk = signed_in(sign_in, chair)
    desk.goto(f"/mediation/cases/{case.pk}/")
    follow(desk.get_by_role("link", name="请当事人自己评价"))
    desk.get_by_label("给谁").select_option(label="申请人 李丽")
    desk.get_by_label("当面问过本人").check()
    looked_at(desk)
    follow(desk.get_by_role("button", name="出评价单"))
    looked_at(desk)
    address = re.search(r"/p/say/[\w-]+/", desk.locator("main").inner_text())[0]

    phone = open_page(PHONE)
    phone.goto(address)
    looked_at(phone)
    phone.get_by_label("很满意", exact=True).check()
    phone.get_by_label("想说的话").fill("说得公道")
    no_sideways_scroll(phone)
    follow(phone.get_by_role("button", name="送出"))
    expect(phone.get_by_text("谢谢您")).to_be_visible()
    looked_at(phone)
    assert OwnRating.objects.get().score == 5
    OwnRating.objects.update(month=timezone.localdate().replace(day=1) - timedelta(days=31))
    desk.goto("/mediation/cases/ratings/")
    expect(desk.get_by_text("不到 5 份，不显示。")).to_be_visible()
    looked_at(desk)

    finish(case.agreements.get(), chair)
    close_case(case, on=timezone.localdate(), words="办完", by=chair, key=once.new_key())
    desk.goto(f"/mediation/cases/{case.pk}/papers/closing/")
    expect(desk.get_by_role("heading", name="再看结束的案卷")).to_be_visible()
    desk.get_by_label("为什么再看").select_option(label="上级检查、案卷评查")
    desk.get_by_label("具体理由").fill("区里案卷评查")
    looked_at(desk)
    follow(desk.get_by_role("button", name="打开"))
    expect(desk.get_by_role("heading", name="结案报告表")).to_be_visible()
