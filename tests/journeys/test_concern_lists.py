"""Taking in and giving out concerns in a browser: look-alikes while typing, the keyboard, kept filters."""

import re

import pytest
from playwright.sync_api import expect

from concerns.models import AssignmentBatch, Concern
from concerns.tests.factories import ConcernFactory
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_the_same_matter_is_seen_while_typing_and_merged(
    sign_in, chair, grid, no_serious_finding, no_sideways_scroll, viewport
):
    lead = ConcernFactory(area=grid, title="3幢2单元楼道灯不亮", place="3幢2单元")
    page = sign_in(chair, **({"viewport": viewport} if viewport else {}))
    page.goto("/concerns/new/")

    page.get_by_label("诉求", exact=False).first.press_sequentially("三号楼楼道的灯坏了")
    page.get_by_label("并入这件：3幢2单元楼道灯不亮").check()
    page.get_by_label("地点").press_sequentially("三号楼")
    page.get_by_label("不留姓名").check()
    expect(page.get_by_label("代为提出的人")).to_be_hidden()
    page.get_by_label("网格（社区）").select_option(label="第一网格")
    page.wait_for_timeout(900)
    no_serious_finding(page)
    no_sideways_scroll(page)
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_text(f"诉求已登记，并入 {lead.number} 一起办。")).to_be_visible()
    new = Concern.objects.exclude(pk=lead.pk).get()
    assert (new.lead, new.place, new.anonymous) == (lead, "三号楼", True)


def test_a_list_is_walked_ticked_and_given_away_by_keyboard(sign_in, chair, worker, grid, no_serious_finding):
    concerns = [ConcernFactory(area=grid, title=title) for title in ("换锁", "找工作", "学剪纸")]
    page = sign_in(chair)
    page.goto("/concerns/")

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="找工作")).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("x")
    page.get_by_role("button", name="交办选中的诉求").click()
    expect(page.get_by_text("换锁")).to_have_count(0)
    no_serious_finding(page)
    page.get_by_label("交给").select_option(label=worker.name)
    page.get_by_role("button", name="交办", exact=True).click()

    expect(page.get_by_text(f"已把 2 件交给{worker.name}")).to_be_visible()
    assert AssignmentBatch.objects.get().total == 2
    assert Concern.objects.get(pk=concerns[0].pk).assigned_to is None


def test_filters_are_kept_opened_and_deleted(sign_in, chair, grid):
    ConcernFactory(area=grid, title="换锁")
    page = sign_in(chair)
    page.goto("/concerns/")

    page.get_by_label("状态").select_option(label="没办结的")
    page.get_by_text("保存这组条件").click()
    page.get_by_label("这组条件的名称").fill("没办结")
    page.get_by_role("button", name="保存", exact=True).click()
    page.goto("/concerns/")
    page.get_by_role("link", name="没办结", exact=True).click()
    expect(page).to_have_url(re.compile(r"status=open"))
    page.get_by_role("button", name="删掉“没办结”").click()

    expect(page.get_by_text("已删掉。")).to_be_visible()
    expect(page.get_by_role("link", name="没办结", exact=True)).to_have_count(0)
