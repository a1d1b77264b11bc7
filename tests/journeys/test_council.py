"""The story of the council in two browsers: the secretary's desk and a member's phone."""

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.tests.factories import ConcernFactory
from council.models import Action, Motion, SecretBallot, Topic, Voted
from council.services.meetings import notify_meeting
from council.services.topics import take_concerns
from council.tests.factories import council_of, meeting_of, topic_at
from households.tests.factories import ResidentFactory
from tests.journeys.conftest import PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_topic_is_heard_voted_secretly_on_a_phone_and_given_out(
    sign_in, chair, committee, grid, community, no_serious_finding, no_sideways_scroll
):
    secretary = user_with(Role.SECRETARY, community, username="secretary", name="冯雪")
    council = council_of(secretary, committee)
    topic = topic_at("accepted")
    take_concerns(
        topic, [ConcernFactory(area=grid, resident=ResidentFactory(area=grid)) for _ in range(2)], by=secretary
    )
    meeting = notify_meeting(meeting_of(council, by=secretary), short_notice="急", by=secretary)
    desk, phone = sign_in(secretary), sign_in(committee, viewport=PHONE)

    phone.goto("/council/mine/")
    no_serious_finding(phone)
    no_sideways_scroll(phone)
    phone.goto(f"/council/check-in/?code={meeting.code}")
    phone.get_by_role("button", name="签到", exact=True).click()
    expect(phone.get_by_text("已签到：")).to_be_visible()

    desk.goto(meeting.get_absolute_url())
    follow(desk.get_by_role("button", name="签到：冯雪"))
    follow(desk.get_by_role("button", name="开会", exact=True))
    expect(desk.get_by_text("已达到会人数，可以表决")).to_be_visible()
    no_serious_finding(desk)
    follow(desk.get_by_role("link", name="审议", exact=True))
    desk.get_by_label("审议情况").fill("大家都说该办")
    follow(desk.get_by_role("button", name="记下"))
    follow(desk.get_by_role("link", name="付诸表决"))
    desk.get_by_label("无记名").check()
    follow(desk.get_by_role("button", name="开始表决"))

    phone.goto("/council/mine/")
    follow(phone.get_by_role("link", name="关于精诚公寓停车管理"))
    no_serious_finding(phone)
    no_sideways_scroll(phone)
    phone.get_by_label("同意", exact=True).check()
    follow(phone.get_by_role("button", name="投票"))
    expect(phone.get_by_text("您的一票已收到。")).to_be_visible()

    motion = Motion.objects.get()
    desk.goto(f"/council/motions/{motion.pk}/vote/")
    desk.get_by_label("同意", exact=True).check()
    follow(desk.get_by_role("button", name="投票"))
    desk.goto(motion.get_absolute_url())
    follow(desk.get_by_role("button", name="结束表决"))
    expect(desk.get_by_text("同意 2 票，反对 0 票，弃权 0 票，未投 0 人，通过")).to_be_visible()
    assert (SecretBallot.objects.count(), Voted.objects.count()) == (2, 2)

    desk.goto(meeting.get_absolute_url())
    follow(desk.get_by_role("link", name="写议定结果"))
    desk.get_by_label("决定").select_option(label="通过")
    desk.get_by_label("议定内容").fill("划线分区，访客限时。")
    desk.get_by_label("做什么").first.fill("划车位线")
    desk.get_by_label("责任人").first.select_option(label=committee.name)
    follow(desk.get_by_role("button", name="记下并交办"))
    phone.goto("/")
    expect(phone.get_by_text("划车位线").first).to_be_visible()
    assert Action.objects.get().owner == committee
    assert Topic.objects.get().status == "decided"
