"""From twenty complaints to a repaired car park: the secretary's desk, a member's phone, and at the end a woman's own."""

import os
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.models import Concern
from concerns.tests.factories import ConcernFactory
from council.models import Action, Motion, SecretBallot, Topic, Voted
from council.tests.factories import council_of
from fedhub.core.tests.pictures import jpeg
from households.tests.factories import ResidentFactory
from portal.services.entry import issue_code
from tests.journeys.conftest import PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WOMEN = 20


@pytest.fixture
def women(grid):
    """Twenty women, each with her complaint about parking; the first one reads the answer on her own phone."""
    found = [
        ResidentFactory(area=grid, name="王桂兰", birth="1980-01-01"),
        *ResidentFactory.create_batch(19, area=grid),
    ]
    for woman in found:
        ConcernFactory(area=grid, resident=woman, title="小区停车乱", place="精诚公寓")
    return found


@pytest.fixture
def looked_at(no_serious_finding, no_sideways_scroll):
    """`looked_at(page)`: the page has no serious finding and is not wider than the screen; with SHOTS it is kept as a picture."""
    shots = []

    def look(page):
        if folder := os.environ.get("SHOTS"):
            shots.append(page.screenshot(path=f"{folder}/council{len(shots):02d}.png", full_page=True))
        no_serious_finding(page)
        no_sideways_scroll(page)

    return look


def press(page, name):
    """Press the button or link `name`, also one in the menu of further deeds, and wait for the page it leads to."""
    what = page.locator("main").get_by_role("button", name=name, exact=True)
    what = what.or_(page.locator("main").get_by_role("link", name=name, exact=True)).first
    if not what.is_visible():
        page.get_by_text("更多办法").click()
    follow(what)


def picture(name):
    return {"name": name, "mimeType": "image/jpeg", "buffer": jpeg().read()}


def test_twenty_complaints_become_a_repaired_car_park(
    sign_in, open_page, committee, chair, women, community, looked_at
):
    secretary = user_with(Role.SECRETARY, community, username="secretary", name="冯雪")
    council_of(secretary, committee, notice_days=0)
    desk, phone = sign_in(secretary), sign_in(committee, viewport=PHONE)

    # Twenty complaints are one topic.
    desk.goto("/council/topics/new/")
    desk.get_by_label("议题", exact=False).first.fill("精诚公寓停车管理")
    desk.get_by_label("类别").select_option(label="停车管理")
    desk.get_by_label("来源").select_option(label="走访收集")
    looked_at(desk)
    press(desk, "保存")
    press(desk, "立项")
    press(desk, "立项")
    press(desk, "并入诉求")
    desk.get_by_label(f"全选（{WOMEN}）").check()
    looked_at(desk)
    press(desk, "并入")
    expect(desk.get_by_text("已并入 20 件诉求")).to_be_visible()
    topic = Topic.objects.get()
    assert (topic.supporters, topic.status) == (WOMEN, "accepted")
    looked_at(desk)

    # The meeting: slip and sign-in by phone, the other one ticked; quorum.
    desk.goto("/council/meetings/new/")
    now = timezone.localtime()
    desk.get_by_label("开会时间").fill(f"{now:%Y-%m-%dT%H:%M}")
    desk.get_by_label("地点").fill("社区妇女之家")
    looked_at(desk)
    press(desk, "保存")
    press(desk, "发通知")
    press(desk, "发通知")
    meeting = topic.items.get().meeting
    phone.goto("/council/mine/")
    looked_at(phone)
    press(phone, "回执")
    phone.get_by_label("出席", exact=True).check()
    press(phone, "回执")
    phone.goto(f"/council/check-in/?code={meeting.code or type(meeting).objects.get().code}")
    looked_at(phone)
    press(phone, "签到")
    expect(phone.get_by_text("已签到：")).to_be_visible()
    desk.reload()
    follow(desk.get_by_role("button", name=re.compile("签到.*冯雪")))
    press(desk, "开会")
    expect(desk.get_by_text("已达到会人数，可以表决")).to_be_visible()
    looked_at(desk)

    # Heard, and voted on secretly.
    press(desk, "审议")
    desk.get_by_label("审议情况").fill("大家都说该办")
    press(desk, "记下")
    press(desk, "付诸表决")
    desk.get_by_label("无记名").check()
    press(desk, "开始表决")
    phone.goto("/council/mine/")
    follow(phone.get_by_role("link", name="关于精诚公寓停车管理"))
    looked_at(phone)
    phone.get_by_label("同意", exact=True).check()
    press(phone, "投票")
    expect(phone.get_by_text("您的一票已收到。")).to_be_visible()
    motion = Motion.objects.get()
    desk.goto(f"/council/motions/{motion.pk}/vote/")
    desk.get_by_label("同意", exact=True).check()
    press(desk, "投票")
    desk.goto(motion.get_absolute_url())
    looked_at(desk)
    press(desk, "结束表决")
    expect(desk.get_by_text("同意 2 票，反对 0 票，弃权 0 票，未投 0 人，通过")).to_be_visible()
    assert (SecretBallot.objects.count(), Voted.objects.count()) == (2, 2)

    # Three things to do, with owners and days; hers is on her phone the same minute.
    desk.goto(meeting.get_absolute_url())
    press(desk, "写议定结果")
    desk.get_by_label("决定").first.select_option(label="通过")
    desk.get_by_label("议定内容").fill("划线分区，访客限时。")
    for number, (what, owner) in enumerate([("划车位线", committee), ("贴提示", secretary), ("清障", committee)]):
        desk.get_by_label("做什么").nth(number).fill(what)
        desk.get_by_label("责任人").nth(number).select_option(label=owner.name)
        desk.get_by_label("完成时限").nth(number).fill(f"{now.date() + timedelta(days=9):%Y-%m-%d}")
    looked_at(desk)
    press(desk, "记下并交办")
    press(desk, "结束会议")
    phone.goto("/council/mine/")
    looked_at(phone)
    assert (Action.objects.count(), topic.resolutions.get().made_by) == (3, secretary)

    # Photos before and after from the phone; the others are done too.
    follow(phone.get_by_role("link", name="划车位线"))
    looked_at(phone)
    press(phone, "登记进展")
    phone.get_by_label("进度（%）").fill("40")
    phone.get_by_label("进展", exact=False).last.fill("划了一半")
    phone.get_by_label("办理前的照片").set_input_files(picture("before.jpg"))
    press(phone, "保存")
    press(phone, "办完交验")
    phone.get_by_label("进展").fill("46 个车位划好了")
    phone.get_by_label("办理后的照片").set_input_files(picture("after.jpg"))
    press(phone, "交验")
    for action in Action.objects.exclude(content="划车位线"):
        desk.goto(action.get_absolute_url())
        press(desk, "办完交验")
        desk.get_by_label("进展").fill("办完了")
        press(desk, "交验")
    by_chair = sign_in(chair)
    for action in Action.objects.all():
        by_chair.goto(action.get_absolute_url())
        looked_at(by_chair)
        press(by_chair, "验收")

    # Done, accepted by the supervision group, every woman told, posted.
    desk.goto(topic.get_absolute_url())
    press(desk, "办结")
    desk.get_by_label("办理结果").fill("划了 46 个车位，消防通道清开了。")
    desk.get_by_label("已解决").check()
    press(desk, "办结")
    press(desk, "监督小组")
    desk.get_by_label("何晓燕").check()
    press(desk, "保存")
    phone.goto(topic.get_absolute_url())
    press(phone, "写意见")
    phone.get_by_label("同意验收").check()
    press(phone, "保存")
    looked_at(phone)
    desk.reload()
    press(desk, "验收通过")
    press(desk, "逐人反馈")
    looked_at(desk)
    desk.get_by_label("下面没有选的，都").select_option(label="当面")
    press(desk, "记下反馈")
    expect(desk.get_by_text("已答复 20 人，都告诉到了。")).to_be_visible()
    press(desk, "公示结果")
    looked_at(desk)
    assert Concern.objects.filter(status="answered", outcome="solved").count() == WOMEN

    # Everybody reads the result; one of the twenty is not content, and it is heard again by itself.
    hers = open_page(PHONE)
    topic.refresh_from_db()
    hers.goto(f"/p/results/{topic.key}/")
    expect(hers.get_by_text("划了 46 个车位")).to_be_visible()
    expect(hers.get_by_alt_text("办理后的照片")).to_be_visible()
    looked_at(hers)
    hers.goto("/r/enter/")
    hers.get_by_label("登录码").fill(issue_code(women[0], by=secretary))
    follow(hers.get_by_role("button", name="进入"))
    hers.goto(f"/r/council/{topic.key}/")
    looked_at(hers)
    hers.get_by_label("不满意", exact=True).check()
    hers.get_by_label("原因", exact=False).fill("晚上还是乱停")
    follow(hers.get_by_role("button", name="交上去"))
    topic.refresh_from_db()
    assert (topic.status, topic.reopened, topic.ratings.get().voice) == ("accepted", 1, "proposer")
    desk.goto("/council/figures/")
    looked_at(desk)
