"""The look in a real browser: every component, light, dark and large, desk and phone; and the page behaviours."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, LOGIN, PASSWORD, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCREENS = [("desk", DESK), ("tablet", {"width": 820, "height": 1100}), ("phone", PHONE)]
GALLERY = "/desk/components/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["", "large"])
@pytest.mark.parametrize(("name", "viewport"), SCREENS)
def test_the_gallery_has_no_serious_finding(
    chair, sign_in, no_serious_finding, no_sideways_scroll, name, viewport, size, scheme
):
    page = sign_in(chair, viewport)
    page.emulate_media(color_scheme=scheme)
    if size:
        page.context.add_cookies([{"name": "type_size", "value": size, "url": page.url}])

    page.goto(GALLERY)

    expect(page.get_by_role("heading", name="组件", level=1)).to_be_visible()
    no_serious_finding(page)
    no_sideways_scroll(page)


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_the_sign_in_page_has_no_serious_finding(db, open_page, no_serious_finding, no_sideways_scroll, viewport):
    page = open_page(viewport)

    page.goto(LOGIN)

    no_serious_finding(page)
    no_sideways_scroll(page)


def test_a_masked_number_opens_with_a_reason_and_says_that_it_was_recorded(chair, sign_in):
    chair.phone = "15900002286"
    page = sign_in(chair)
    page.goto(GALLERY)
    assert "15900002286" not in page.content()

    page.get_by_role("button", name="查看本人联系电话").click()
    page.get_by_role("button", name="联系本人").click()

    expect(page.locator("[data-revealed]")).to_contain_text("15900002286")
    expect(page.locator("[data-revealed]")).to_contain_text("已留痕")


def test_the_lock_hides_the_page_and_gives_it_back_with_what_was_typed(chair, sign_in):
    page = sign_in(chair)
    page.goto(GALLERY)
    page.get_by_label("出生年月").fill("1991-06")

    page.locator(".wf-who summary").click()
    page.get_by_role("button", name="锁屏").click()
    expect(page.get_by_role("heading", name="组件", level=1)).to_be_hidden()
    page.get_by_label("的密码").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()

    expect(page.get_by_role("heading", name="组件", level=1)).to_be_visible()
    expect(page.get_by_label("出生年月")).to_have_value("1991-06")


def test_on_a_phone_the_menu_opens_as_a_panel_and_tables_are_cards(chair, sign_in):
    page = sign_in(chair, PHONE)
    page.goto(GALLERY)

    expect(page.locator(".wf-table-cards tbody tr").first).to_have_css("display", "block")
    page.get_by_role("link", name="菜单", exact=True).click()

    expect(page.get_by_role("navigation", name="主导航").get_by_role("link", name="工作台")).to_be_visible()
    expect(page.get_by_role("navigation", name="常用")).to_be_attached()


def test_pictures_are_counted_and_one_can_be_taken_out(chair, sign_in):
    page = sign_in(chair)
    page.goto(GALLERY)
    dot = b"\x89PNG\r\n\x1a\n"
    files = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": dot} for n in range(2)]

    page.get_by_label("拍照或选照片").set_input_files(files)
    page.get_by_role("button", name="去掉第 1 张").click()

    expect(page.locator("[data-photos-count]")).to_have_text("1")
