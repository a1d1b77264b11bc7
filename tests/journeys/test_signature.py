"""Signing on the phone at the door."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from fedhub.core.files import attachments_of, read
from grids.models import Visit
from households.tests.factories import MembershipFactory
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ABOVE_THE_BAR = """() => document.querySelector(".wf-ink").getBoundingClientRect().bottom
  <= document.querySelector(".wf-submit").getBoundingClientRect().top"""


def draw(page, *strokes):
    """Draw `strokes` (lists of points, in shares of the sheet) with the pointer."""
    sheet = page.locator("[data-sign] canvas")
    page.wait_for_function(ABOVE_THE_BAR)
    box = sheet.bounding_box()
    for points in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=5)
        page.mouse.up()


def test_the_person_visited_signs_on_the_phone_again_and_it_is_kept(
    sign_in, worker, grid, no_serious_finding, no_sideways_scroll
):
    home = MembershipFactory(household__area=grid, resident__name="王桂兰").household
    phone = sign_in(worker, PHONE)
    phone.goto(f"/grids/visits/new/{home.pk}/")
    phone.locator("label.wf-choice", has_text=re.compile("^没有变化")).click()

    phone.get_by_text("请对方签名（可以不签）").click()
    draw(phone, [(0.1, 0.1), (0.9, 0.1)])
    phone.get_by_role("button", name="重签").click()
    expect(phone.get_by_text("还没有签")).to_be_visible()
    draw(phone, [(0.2, 0.5), (0.8, 0.5)], [(0.5, 0.2), (0.5, 0.8)])
    expect(phone.get_by_text("已签，和走访一起保存")).to_be_visible()
    no_serious_finding(phone)
    no_sideways_scroll(phone)
    phone.get_by_role("button", name="保存走访").click()

    expect(phone.get_by_role("img", name="对方签名")).to_be_visible()
    stored = Image.open(io.BytesIO(read(attachments_of(Visit.objects.get(), kind="signature").get())))
    dark = [max(stored.getpixel((int(x * 960), int(y * 480)))) < 80 for x, y in ((0.5, 0.5), (0.5, 0.3), (0.5, 0.1))]
    assert dark == [True, True, False]


def test_without_a_signature_nothing_is_sent(sign_in, worker, grid):
    home = MembershipFactory(household__area=grid, resident__name="王桂兰").household
    phone = sign_in(worker, PHONE)
    phone.goto(f"/grids/visits/new/{home.pk}/")
    phone.get_by_text("请对方签名（可以不签）").click()
    draw(phone, [(0.1, 0.1), (0.9, 0.1)])
    phone.get_by_role("button", name="重签").click()

    phone.locator("label.wf-choice", has_text=re.compile("^没有变化")).click()
    phone.get_by_role("button", name="保存走访").click()

    expect(phone).to_have_url(re.compile(r"/grids/visits/\d+/$"))
    assert attachments_of(Visit.objects.get()).count() == 0


def test_nobody_is_asked_to_sign_without_script(worker, grid, open_page, sign_in):
    home = MembershipFactory(household__area=grid).household
    cookies = sign_in(worker, PHONE).context.cookies()
    plain = open_page(PHONE, java_script_enabled=False)
    plain.context.add_cookies(cookies)

    plain.goto(f"/grids/visits/new/{home.pk}/")

    expect(plain.get_by_role("button", name="保存走访")).to_be_visible()
    expect(plain.get_by_text("请对方签名（可以不签）")).to_be_hidden()
