"""A round of gifts: prepared and agreed to on the desk, handed over on the phone, the rest ticked from the signed sheet."""

import os

import pytest
from playwright.sync_api import expect

from fedhub.core.tests.pictures import jpeg
from hardship.models import GiftRound
from hardship.tests.factories_aid import BatchFactory
from households.tests.factories import MembershipFactory
from tests.journeys.conftest import PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_round_from_the_list_to_the_end(sign_in, worker, chair, grid, no_serious_finding, no_sideways_scroll):
    for name, room in (("王桂兰", "101"), ("李秀英", "102"), ("张爱华", "201")):
        MembershipFactory(
            household__area=grid, household__head_name=name, household__compound="春江", household__building="2",
            household__stair="1", household__room=room, household__address=f"春江2栋1单元{room}", resident__name=name,
        )  # fmt: skip
    BatchFactory()
    phone, desk = sign_in(worker, PHONE), sign_in(chair)
    shots = []

    def looked_at(page):
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/gifts{len(shots):02d}.png", full_page=True)
            shots.append(page.url)
        no_serious_finding(page)
        no_sideways_scroll(page)

    desk.goto("/hardship/gifts/")
    looked_at(desk)
    follow(desk.get_by_role("link", name="办一次").first)
    desk.get_by_label("名称").fill("重阳慰问")
    desk.get_by_label("哪天开始发").fill("2026-10-01")
    desk.get_by_label("哪天发完").fill("2036-10-30")
    desk.get_by_label("物资", exact=True).select_option(label="大米 能发 10 袋")
    desk.locator("#id_quantity_1").fill("1")
    looked_at(desk)
    follow(desk.get_by_role("button", name="保存，看有多少户"))
    looked_at(desk)
    follow(desk.get_by_role("button", name="提交审批"))
    follow(desk.get_by_role("link", name="审批", exact=True))
    looked_at(desk)
    follow(desk.get_by_role("button", name="同意，给这些家庭安排"))
    gift_round = GiftRound.objects.get()
    looked_at(desk)

    phone.goto(f"{gift_round.get_absolute_url()}?state=waiting")
    looked_at(phone)
    follow(phone.get_by_role("row", name="王桂兰").get_by_role("link", name="发放"))
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
    expect(phone.get_by_role("row", name="王桂兰")).to_have_count(0)

    desk.goto(f"/hardship/gifts/{gift_round.pk}/route/")
    looked_at(desk)
    desk.goto(f"{gift_round.get_absolute_url()}?state=waiting")
    desk.get_by_label("选中李秀英").check()
    follow(desk.get_by_role("button", name="选中的已发放"))
    desk.get_by_label("签收单照片").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg().read()}
    )
    looked_at(desk)
    follow(desk.get_by_role("button", name="以上家庭已发放"))
    looked_at(desk)
    follow(desk.get_by_role("link", name="办结"))
    desk.get_by_label("家里没人").check()
    looked_at(desk)
    follow(desk.get_by_role("button", name="办结"))
    looked_at(desk)
    desk.goto("/hardship/aid/figures/")
    looked_at(desk)

    assert dict(gift_round.deliveries.values_list("household__head_name", "state")) == {
        "王桂兰": "receipted", "李秀英": "receipted", "张爱华": "cancelled",
    }  # fmt: skip
