"""A backbone woman from her registration to a task that she did, and the post that she may follow in."""

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests.factories import user_with
from groups.backbone_enums import TaskState
from groups.models import Backbone, BackboneTask, Successor
from groups.tests.factories import GroupFactory
from households.tests.factories import ResidentFactory
from portal.services.entry import issue_code
from tests.journeys.conftest import PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, name):
    """Press the button or link `name` of the page, and wait for the page it leads to."""
    main = page.locator("main")
    follow(
        main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=name, exact=True)).first
    )


def test_she_is_registered_does_what_she_was_asked_and_is_named_as_a_successor(
    sign_in, open_page, community, grid, no_serious_finding, no_sideways_scroll
):
    def looked_at(page):
        no_serious_finding(page)
        no_sideways_scroll(page)

    chair = user_with(Role.CHAIR, community, username="chair", name="周敏")
    woman = ResidentFactory(area=grid, name="王桂兰", sex="2", birth="1962-04-01")
    GroupFactory(area=community, name="清和调解队", kind="mediation")
    desk = sign_in(chair)

    desk.goto(f"/groups/backbone/new/?resident={woman.pk}")
    desk.get_by_label("调解", exact=True).check()
    desk.get_by_label("怎样成为骨干").select_option(label="执委推荐")
    desk.get_by_label("级别").select_option(label="街道级")
    looked_at(desk)
    press(desk, "保存")
    row = Backbone.objects.get()
    looked_at(desk)
    press(desk, "交办任务")
    desk.get_by_label("做什么").fill("约三号院的姐妹来听讲座")
    press(desk, "交办")
    task = BackboneTask.objects.get()

    phone = open_page(PHONE)
    phone.goto("/r/enter/")
    phone.locator("input[name=code]").fill(issue_code(woman, by=chair))
    follow(phone.locator("main form button[type=submit]").last)
    phone.goto("/r/groups/mine/backbone/")
    looked_at(phone)
    phone.get_by_label("办得怎样（可以不写）").fill("来了十一个人")
    press(phone, "办好了")
    expect(phone.get_by_text("本人说已办好")).to_be_visible()

    desk.goto("/")
    expect(desk.get_by_role("link", name="约三号院的姐妹来听讲座", exact=True)).to_be_visible()
    desk.goto(row.get_absolute_url())
    press(desk, "登记办好")
    expect(desk.get_by_label("办得怎样")).to_have_value("来了十一个人")
    press(desk, "保存")
    task.refresh_from_db()
    assert task.state == TaskState.DONE

    desk.goto("/groups/succession/")
    looked_at(desk)
    line = desk.locator("li", has_text="清和调解队队长")
    expect(line.get_by_text("擅长调解、街道级骨干、办好任务 1 件")).to_be_visible()
    follow(line.get_by_role("link", name="提名"))
    desk.get_by_label("提名谁").select_option(index=1)
    desk.get_by_label("推荐理由").fill("劝得住人")
    looked_at(desk)
    press(desk, "提名")
    press(desk, "列入后备")
    assert (Successor.objects.get().state, Successor.objects.get().backbone) == ("agreed", row)
