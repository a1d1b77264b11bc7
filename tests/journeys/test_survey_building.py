"""The first half of a survey's story: pasted, looked at on the phone frame, reviewed, published, printed as a poster."""

import os

import pytest
from playwright.sync_api import expect

from fedhub.reference.services import load_reference
from surveys.models import Survey
from surveys.services.writing import written
from surveys.tests.factories import SurveyFactory
from tests.journeys.conftest import PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = """1. 您现在有工作吗？ [单选题] *
A. 有
B. 没有（请跳至第3题）

2. 上班难在哪里？ [多选题]【最多选择2项】
A. 孩子没人带
B. 离家远
C. 其他____

3. 您在哪个网格？ [网格题]

4. 画一画 [绘图题]
"""


def test_from_a_text_to_the_poster(sign_in, chair, worker, no_serious_finding, no_sideways_scroll):
    load_reference()
    desk, shots = sign_in(chair), []

    def looked_at(page):
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/survey{len(shots):02d}.png", full_page=True)
            shots.append(page.url)
        no_serious_finding(page)
        no_sideways_scroll(page)

    desk.goto("/surveys/")
    looked_at(desk)
    follow(desk.get_by_role("link", name="新建问卷").first)
    desk.get_by_label("标题").fill("上班妈妈的难处")
    desk.get_by_label("为什么问").fill("想向议事会提建议")
    desk.get_by_label("自愿留联系方式").check()
    desk.get_by_label("截止日期").fill("2099-12-31")
    looked_at(desk)
    follow(desk.get_by_role("button", name="保存，去写题目"))
    looked_at(desk)
    follow(desk.get_by_role("link", name="粘贴文字").first)
    desk.get_by_label("问卷文字").fill(TEXT)
    follow(desk.get_by_role("button", name="放进问卷"))
    expect(desk.get_by_text("没有“绘图题”这种题型")).to_be_visible()
    looked_at(desk)
    desk.get_by_label("问卷文字").fill(TEXT.replace("绘图题", "填空题"))
    follow(desk.get_by_role("button", name="放进问卷"))
    phone_frame = desk.get_by_role("region", name="手机上的样子")
    expect(phone_frame).to_contain_text("上班难在哪里？")
    looked_at(desk)

    # Moved by the keyboard, by dragging, and back by one undo.
    desk.get_by_role("link", name="4. 画一画").focus()
    with desk.expect_navigation():
        desk.keyboard.press("Alt+ArrowUp")
    expect(desk.locator("[data-code]").nth(2)).to_contain_text("画一画")
    with desk.expect_navigation():
        desk.locator("[data-code=q4] .sv-grip").drag_to(
            desk.locator("[data-code=q1]"), target_position={"x": 40, "y": 4}
        )
    expect(desk.locator("[data-code]").first).to_contain_text("画一画")
    follow(desk.get_by_role("button", name="撤销上一步"))
    expect(desk.locator("[data-code]").nth(2)).to_contain_text("画一画")
    follow(desk.get_by_role("button", name="删除“画一画”"))

    follow(desk.get_by_role("link", name="2. 上班难在哪里？"))
    desk.get_by_label("问什么").fill("上班最难的是什么？")
    expect(desk.get_by_role("region", name="手机上的样子")).to_contain_text("上班最难的是什么？")
    looked_at(desk)
    follow(desk.get_by_role("button", name="保存"))

    follow(desk.get_by_role("link", name="选了以后"))
    desk.get_by_label("离家远").select_option("显示求助电话")
    looked_at(desk)
    follow(desk.get_by_role("button", name="保存"))
    expect(desk.get_by_text("选“离家远”显示求助电话")).to_be_visible()

    follow(desk.get_by_role("button", name="送审"))
    looked_at(desk)
    follow(desk.get_by_role("link", name="发布", exact=True))
    looked_at(desk)
    follow(desk.get_by_role("button", name="发布", exact=True))
    survey = Survey.objects.get()
    assert (survey.status, survey.edition, survey.mode) == ("open", 1, "voluntary")
    assert [q.label for q in written(survey).questions()] == [
        "您现在有工作吗？",
        "上班最难的是什么？",
        "您在哪个网格？",
    ]
    expect(desk.get_by_label("填写的网址")).to_have_value(f"{desk.url.split('/surveys')[0]}/s/{survey.token}/")
    looked_at(desk)
    follow(desk.get_by_role("link", name="打印海报"))
    expect(desk.get_by_role("heading", name="上班妈妈的难处")).to_be_visible()
    looked_at(desk)

    phone = sign_in(worker, PHONE)
    phone.goto(survey.get_absolute_url())
    looked_at(phone)


def drag_by_finger(page, grip, target):
    """From the grip to the upper edge of `target`, as a touch screen tells it."""
    grip.scroll_into_view_if_needed()
    screen, box, goal = page.context.new_cdp_session(page), grip.bounding_box(), target.bounding_box()
    x, start, stop = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, goal["y"] + 6
    touch = lambda kind, *points: screen.send(  # noqa: E731
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for y in points]}
    )
    touch("touchStart", start)
    for part in range(1, 11):
        touch("touchMove", start + (stop - start) * part / 10)
    touch("touchEnd")


def test_the_editor_works_on_a_phone_and_without_scripts(sign_in, open_page, chair, community, no_sideways_scroll):
    load_reference()
    survey = SurveyFactory(area=community)
    page = sign_in(chair, PHONE)
    cookies = page.context.cookies()
    page.goto(f"/surveys/{survey.pk}/questions/")
    no_sideways_scroll(page)
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/editor_phone.png", full_page=True)
    with page.expect_navigation():
        drag_by_finger(page, page.locator("[data-code=q3] .sv-grip"), page.locator("[data-code=q1]"))
    expect(page.locator("[data-code]").first).to_contain_text("还想说什么？")
    follow(page.get_by_role("button", name="撤销上一步"))

    plain = open_page(PHONE, java_script_enabled=False)
    plain.context.add_cookies(cookies)
    plain.goto(f"/surveys/{survey.pk}/questions/")
    follow(plain.get_by_role("button", name="下移“您现在工作吗？”"))
    follow(plain.locator(".sv-add").first.get_by_role("button", name="加一题"))
    plain.get_by_label("问什么").fill("孩子多大？")
    follow(plain.get_by_role("button", name="保存"))

    survey.refresh_from_db()
    assert [q.label for q in written(survey).questions()] == [
        "难在哪里？",
        "您现在工作吗？",
        "还想说什么？",
        "孩子多大？",
    ]
