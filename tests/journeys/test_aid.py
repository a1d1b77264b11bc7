"""Something for a family on the phone: asked for, approved, handed over, signed for with a finger, thanked for."""

import pytest
from playwright.sync_api import expect

from fedhub.core.files import attachments_of
from hardship.models import Delivery
from hardship.tests.factories_aid import BatchFactory, DonorFactory
from households.tests.factories import MembershipFactory
from tests.journeys.conftest import PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_rice_from_the_request_to_the_thanks(sign_in, worker, chair, grid, no_serious_finding, no_sideways_scroll):
    home = MembershipFactory(household__area=grid, resident__name="王桂兰").household
    BatchFactory(donor=DonorFactory())
    phone, desk = sign_in(worker, PHONE), sign_in(chair)

    def looked_at(page):
        no_serious_finding(page)
        no_sideways_scroll(page)

    phone.goto(f"/hardship/aid/new/?household={home.pk}")
    looked_at(phone)
    phone.get_by_label("从哪里出").select_option(label="大米 还有 10 袋")
    phone.get_by_label("多少").fill("2")
    follow(phone.get_by_role("button", name="提交审批"))
    gift = Delivery.objects.get()
    desk.goto(gift.get_absolute_url())
    follow(desk.get_by_role("button", name="同意发放"))
    looked_at(desk)

    phone.reload()
    follow(phone.get_by_role("link", name="登记发放"))
    looked_at(phone)
    follow(phone.get_by_role("button", name="保存"))
    follow(phone.get_by_role("link", name="登记签收"))
    phone.get_by_label("签收人").fill("王桂兰")
    sheet = phone.locator("[data-sign] canvas")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    phone.mouse.move(box["x"] + 20, box["y"] + 20)
    phone.mouse.down()
    phone.mouse.move(box["x"] + 200, box["y"] + 60, steps=5)
    phone.mouse.up()
    expect(phone.get_by_text("已签，点“保存”留下")).to_be_visible()
    looked_at(phone)
    follow(phone.get_by_role("button", name="保存"))
    looked_at(phone)
    assert [a.kind for a in attachments_of(gift)] == ["receipt"]

    desk.reload()
    expect(desk.get_by_text("您捐赠的大米（2 袋）")).to_be_visible()
    expect(desk.get_by_role("button", name="复制")).to_be_visible()
    follow(desk.get_by_role("button", name="已致谢"))

    gift.refresh_from_db()
    assert (gift.state, gift.received_by, gift.receipt_kind) == ("thanked", "王桂兰", "signature")
