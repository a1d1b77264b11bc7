"""A woman fills a survey in on an old phone, with scripts and without; put aside and carried on; helped; and she is answered."""

import gzip
import os
import re

import pytest
from playwright.sync_api import expect

from surveys.definition.questionnaire import Condition, Option, Question, Questionnaire, Section
from surveys.enums import Kind
from surveys.models import Incoming, Letter
from surveys.tests.factories import SurveyFactory, published
from surveys.tests.papers import EVERY
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HURT = Questionnaire(
    (
        Section(
            "家里",
            questions=(
                Question(
                    "q1", Kind.MULTIPLE, "最近有过吗？",
                    options=(Option("a", "吵架"), Option("b", "动手", help=True), Option("n", "都没有", exclusive=True)),
                ),
            ),
        ),
        Section("别的", questions=(Question("q2", Kind.TEXT, "想说的话", long=True, shown_if=(Condition("q1"),)),)),
    )
)  # fmt: skip


@pytest.fixture
def shot(no_serious_finding, no_sideways_scroll):
    """`shot(page, name)`: nothing serious for axe, not wider than the screen, one neutral title; a picture when SHOTS is set."""

    def look(page, name):
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)
        no_serious_finding(page)
        no_sideways_scroll(page)
        assert page.title() == "社区问卷"

    return look


@pytest.mark.parametrize(("size", "scripts"), [(PHONE, True), (PHONE, False), (DESK, True)])
def test_every_kind_of_question_is_answered(open_page, chair, grid, shot, size, scripts):
    survey = published(SurveyFactory(area=grid.parent, phone="88886666"), by=chair, content=EVERY)
    page, name = open_page(size, java_script_enabled=scripts), "script" if scripts else "plain"
    # axe is a script itself.
    look = shot if scripts else lambda page, name: None
    page.goto(f"/s/{survey.token}/")
    look(page, f"{name}-0-first")
    follow(page.get_by_role("link", name="开始填"))
    look(page, f"{name}-1")
    follow(page.get_by_role("button", name="下一页"))
    expect(page.get_by_text("有地方要改一下")).to_be_visible()
    look(page, f"{name}-1-wrong")
    page.get_by_text("年满 16 周岁", exact=True).check()
    page.locator("#q-s1").get_by_text("其他").check()
    page.get_by_label("其他，请写明").fill("在家")
    page.locator("#q-m1").get_by_text("是", exact=True).check()
    page.locator("#q-k1").get_by_text("5", exact=True).check()
    follow(page.get_by_role("button", name="下一页"))
    look(page, f"{name}-2-matrix")
    page.get_by_role("group", name="价格").get_by_text("是", exact=True).check()
    follow(page.get_by_role("button", name="下一页"))
    look(page, f"{name}-3-ranking")
    page.locator("#q-r1 select").first.select_option("1")
    follow(page.get_by_role("button", name="下一页"))
    look(page, f"{name}-4")
    page.get_by_label("几岁").fill("35")
    page.get_by_label("哪天").fill("2026-01-31")
    page.get_by_label("一句话").fill("很好")
    follow(page.get_by_role("button", name="下一页"))
    look(page, f"{name}-5")
    page.get_by_label("住哪个网格").select_option(label=grid.name)
    follow(page.get_by_role("button", name="上一页"))
    # Nothing of either page is lost on the way back, by the button or by the key.
    expect(page.get_by_label("几岁")).to_have_value("35")
    follow(page.get_by_role("button", name="下一页"))
    expect(page.get_by_label("住哪个网格")).to_have_value(grid.code)
    page.go_back()
    expect(page.get_by_label("几岁")).to_be_visible()
    page.go_forward()
    follow(page.get_by_role("button", name="下一页"))
    look(page, f"{name}-6-photo")
    follow(page.get_by_role("button", name="下一页"))
    page.get_by_text("我同意").check()
    look(page, f"{name}-7-last")
    follow(page.get_by_role("button", name="交卷"))
    expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()
    look(page, f"{name}-8-thanks")
    assert Incoming.objects.count() == 1
    page.goto(f"/s/{survey.token}/")
    expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()


def test_help_beside_an_answer_reading_aloud_and_leaving(open_page, chair, settings, live_server, shot):
    settings.QUIT_URL = f"{live_server.url}/accounts/auth/login/"
    # Beside an answer, where the survey as a whole is about something else.
    page, survey = open_page(PHONE), published(SurveyFactory(age_from=0), by=chair, content=HURT)
    page.goto(f"/s/{survey.token}/1/")
    expect(page.locator("[data-help-box]")).to_be_hidden()
    page.get_by_text("动手", exact=True).check()
    expect(page.locator("[data-help-box]")).to_be_visible()
    page.get_by_text("都没有", exact=True).check()
    expect(page.get_by_label("动手", exact=True)).not_to_be_checked()
    expect(page.locator("[data-help-box]")).to_be_hidden()
    # Where all of it is about such things the numbers stand there from the first, and nothing is kept on the phone.
    survey = published(SurveyFactory(sensitive=True, title="家庭生活问卷", age_from=0), by=chair, content=HURT)
    page = open_page(PHONE)
    page.goto(f"/s/{survey.token}/1/")
    shot(page, "sensitive-1")
    expect(page.get_by_role("complementary", name="可以找谁")).to_be_visible()
    assert page.locator("[data-help-box]").count() == 0
    page.get_by_text("都没有", exact=True).check()
    expect(page.get_by_role("button", name="读给我听")).to_be_visible()
    follow(page.get_by_role("button", name="下一页"))
    page.get_by_label("想说的话").fill("只有我知道的话")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    page.get_by_role("button", name="快速离开").click()
    page.wait_for_url("**/login/")
    page.go_back()
    assert "只有我知道的话" not in page.content()


def test_what_was_typed_comes_back_after_a_crash_and_goes_when_it_is_sent(open_page, chair):
    survey = published(SurveyFactory(age_from=0), by=chair)
    page = open_page(PHONE)
    page.goto(f"/s/{survey.token}/1/")
    page.get_by_text("在工作", exact=True).check()
    page.get_by_label("还想说什么？").fill("写到一半")
    page.goto("about:blank")
    page.goto(f"/s/{survey.token}/1/")
    expect(page.get_by_label("还想说什么？")).to_have_value("写到一半")
    expect(page.get_by_label("在工作")).to_be_checked()
    follow(page.get_by_role("button", name="交卷"))
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_put_aside_large_letters_and_a_letter_answered(open_page, sign_in, chair, shot):
    survey = published(SurveyFactory(age_from=0), by=chair)
    page = open_page(PHONE)
    page.goto(f"/s/{survey.token}/")
    follow(page.get_by_role("link", name="大字版"))
    follow(page.get_by_role("link", name="开始填"))
    shot(page, "large-1")
    page.get_by_label("还想说什么？").fill("写到一半")
    page.get_by_text("先存着").click()
    follow(page.get_by_role("button", name="存起来"))
    shot(page, "large-kept")
    code = page.locator(".s-code").inner_text()

    other = open_page(PHONE)
    other.goto(f"/s/{survey.token}/on/")
    shot(other, "carry-on")
    other.get_by_label("码", exact=True).fill(code)
    follow(other.get_by_role("button", name="接着填"))
    expect(other.get_by_label("还想说什么？")).to_have_value("写到一半")
    other.get_by_text("在工作", exact=True).check()
    follow(other.get_by_role("button", name="交卷"))
    letter = other.locator(".s-code").inner_text()
    follow(other.get_by_role("button", name="现在写几句"))
    other.get_by_label("写几句").fill("想学月嫂")
    follow(other.get_by_role("button", name="寄出"))
    shot(other, "letter")

    desk = sign_in(chair, DESK)
    desk.goto(f"/surveys/{survey.pk}/collecting/")
    if folder := os.environ.get("SHOTS"):
        desk.screenshot(path=f"{folder}/collecting.png", full_page=True)
    follow(desk.get_by_role("link", name="1 封等答复"))
    follow(desk.get_by_role("link", name="想学月嫂"))
    desk.get_by_label("答复").fill("下周一上午")
    follow(desk.get_by_role("button", name="寄出"))
    if folder := os.environ.get("SHOTS"):
        desk.screenshot(path=f"{folder}/conversation.png", full_page=True)
    assert Letter.objects.count() == 2

    page.goto(f"/s/{survey.token}/letter/")
    page.get_by_label("码", exact=True).fill(letter)
    follow(page.get_by_role("button", name="打开"))
    expect(page.get_by_text("下周一上午")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_phone_is_handed_over_and_comes_back_locked(
    sign_in, worker, chair, grid, size, no_serious_finding, no_sideways_scroll
):
    survey = published(SurveyFactory(area=grid.parent, age_from=0), by=chair)
    page = sign_in(worker, size)
    for name in ("collecting", "assist", "paper", "codes"):
        page.goto(f"/surveys/{survey.pk}/{name}/")
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/staff-{name}-{size['width']}.png", full_page=True)
        no_serious_finding(page)
        no_sideways_scroll(page)
    page.goto(f"/surveys/{survey.pk}/assist/")
    follow(page.get_by_role("button", name="锁上，把手机递给她"))
    assert worker.name not in page.content()
    follow(page.get_by_role("link", name="开始填"))
    page.get_by_text("在工作", exact=True).check()
    follow(page.get_by_role("button", name="交卷"))
    expect(page.get_by_text("请把手机还给工作人员")).to_be_visible()
    follow(page.get_by_role("link", name=re.compile("回工作平台")))
    expect(page.get_by_label("密码")).to_be_visible()


def test_the_first_page_is_light(open_page, chair, live_server):
    """Two requests, at most 8 KB packed (G10); static files are packed when the site is put up, here they are weighed so."""
    survey = published(SurveyFactory(area=chair.grants.get().area, phone="88886666"), by=chair)
    page = open_page(PHONE)
    sizes = []
    page.on("response", lambda answer: sizes.append((answer.url, len(gzip.compress(answer.body(), 6)))))
    page.goto(f"/s/{survey.token}/")
    page.wait_for_load_state("networkidle")

    own = [(url, size) for url, size in sizes if url.startswith(live_server.url)]
    assert len(own) == 2
    assert sum(size for _, size in own) <= 8_000
