"""One broken lamp, told three times: merged, handed to the property company, answered to each woman in her own way, and
opened again by the one who is not satisfied."""

import re

import pytest
from playwright.sync_api import expect

from concerns.enums import Origin, Status
from concerns.models import Concern, Rating, Referral, Reply
from concerns.services.answers import tell_progress
from concerns.services.intake import raise_concern
from fedhub.reference.tests.factories import AgencyFactory
from households.models import SafeContact
from households.services.consent import set_safe_contact
from households.tests.factories import MembershipFactory
from tests.journeys.conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOLD = [
    (Origin.VISIT, "王桂兰", "3 幢楼道的灯坏了", "phone"),
    (Origin.SURVEY, "赵小莉", "楼道灯不亮，晚上看不见", "sms"),
    (Origin.FRONT_DESK, "李秀珍", "楼梯的灯要修", ""),
]


@pytest.fixture
def women(worker, grid):
    """The three; 赵小莉 may be written to only by letter."""
    AgencyFactory(name="清和物业", kind="property")
    made = []
    for origin, name, title, channel in TOLD:
        member = MembershipFactory(household__area=grid, resident__area=grid, resident__name=name)
        made.append(
            raise_concern(
                origin=origin, title=title, area=grid, household=member.household, resident=member.resident, topic="6",
                place="3 幢", channel=channel, by=worker,
            )
        )  # fmt: skip
    set_safe_contact(SafeContact(resident=made[1].resident, channels=["letter"]), [], by=worker)
    return made


def more(page, name):
    """Choose one of 更多办法."""
    page.get_by_text("更多办法").click()
    page.locator(".wf-deeds").get_by_role("link", name=name, exact=True).click()


def tell_by(page, channel):
    """Choose a channel as a thumb does."""
    page.locator(f"label:has(input[value={channel}])").click()


def answer_her(page, concern):
    """Open the answer to one woman from the worksheet."""
    page.locator(f"a[href='/concerns/{concern.pk}/answer/']").click()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_lamp_told_three_times_is_mended_once_and_answered_three_times(
    sign_in, chair, worker, women, no_serious_finding, no_sideways_scroll, viewport
):
    lead, second, third = women
    page = sign_in(chair, viewport)

    def good():
        no_serious_finding(page)
        no_sideways_scroll(page)

    # One matter of three.
    page.goto(lead.get_absolute_url())
    page.get_by_role("link", name="并案", exact=True).last.click()
    good()
    for concern in (second, third):
        page.get_by_role("checkbox", name=concern.number).check(force=True)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="要并成一件的")).to_be_visible()
    good()
    page.get_by_role("radio", name=lead.number).check(force=True)
    page.get_by_label("原因").fill("同一盏灯")
    page.get_by_role("button", name="并案").click()
    expect(page.get_by_text("已把 2 件并入")).to_be_visible()

    # Taken in, given to the grid worker, handed to the property company, mended.
    page.get_by_role("button", name="受理").click()
    page.get_by_role("link", name="交办", exact=True).click()
    page.get_by_label("承办人").select_option(label="刘建芳")
    page.get_by_role("button", name="交办").click()
    more(page, "转办")
    page.get_by_label("转给哪个单位").select_option(label="清和物业")
    page.get_by_role("button", name="转办").click()
    good()
    page.get_by_role("link", name="登记对方回复").click()
    page.get_by_label("对方的回复").fill("灯泡已换。")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="办理完").click()
    expect(page.get_by_label("办理结果")).to_have_value("清和物业回复：灯泡已换。")
    page.get_by_role("button", name="办理完").click()

    # Each hears it in her own way; the forbidden one is refused with the reason.
    page.get_by_role("link", name="答复", exact=True).click()
    good()
    expect(page.get_by_role("radio", name="电话")).to_be_checked()
    page.get_by_label("答复内容").fill("灯修好了，请您看看。")
    page.get_by_role("button", name="答复").click()
    expect(page.get_by_role("heading", name=re.compile("^逐人答复"))).to_be_visible()
    good()
    answer_her(page, second)
    expect(page.get_by_label("答复内容")).to_have_value("灯修好了，请您看看。")
    tell_by(page, "sms")
    page.get_by_role("button", name="答复").click()
    expect(page.get_by_text("她没有同意用短信联系。请换一种方式或时间。")).to_be_visible()
    tell_by(page, "letter")
    page.get_by_role("button", name="答复").click()
    answer_her(page, third)
    tell_by(page, "face")
    page.get_by_role("button", name="答复").click()

    # 李秀珍 is not satisfied: her words open it again, for her alone.
    more(page, "评价")
    page.get_by_role("radio", name="2 分").check(force=True)
    page.get_by_label("她的话").fill("才亮了一晚。")
    page.get_by_role("button", name="记下评价").click()
    expect(page.get_by_text("“才亮了一晚。”")).to_be_visible()
    good()

    assert [reply.told for reply in Reply.objects.all()] == ["phone", "letter", "face"]
    assert (Referral.objects.get().reply, Rating.objects.get().words) == ("灯泡已换。", "才亮了一晚。")
    found = {c.pk: (c.status, c.lead_id) for c in Concern.objects.all()}
    assert found == {
        lead.pk: (Status.ANSWERED, None), second.pk: (Status.ANSWERED, lead.pk), third.pk: (Status.ACCEPTED, None),
    }  # fmt: skip


def test_a_pasted_address_does_not_make_the_page_wider_than_the_phone(sign_in, chair, grid, no_sideways_scroll):
    pasted = f"https://example.org/{'a' * 300}"
    concern = raise_concern(origin=Origin.FRONT_DESK, title="楼道灯不亮", area=grid, detail=pasted, by=chair)
    tell_progress(concern, text=pasted, told="face", proof="9" * 150, by=chair)
    page = sign_in(chair, PHONE)

    page.goto(concern.get_absolute_url())

    expect(page.get_by_text(pasted).first).to_be_visible()
    no_sideways_scroll(page)
