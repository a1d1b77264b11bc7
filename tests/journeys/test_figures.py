"""Heat table and figures in a real browser, at both sizes: nothing serious, and a number leads to its list."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from concerns.tests.factories import many
from tests.journeys.conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_the_heat_table_opens_the_list_behind_a_number(
    sign_in, chair, grid, other_grid, viewport, no_serious_finding, no_sideways_scroll
):
    many(9, area=grid, raised_on=timezone.localdate(), topic="1")
    many(2, area=other_grid, raised_on=timezone.localdate(), topic="2")
    page = sign_in(chair, viewport)

    for address in ("/concerns/heat/", f"/concerns/heat/?by=grid&period={timezone.localdate():%Y-%m}"):
        page.goto(address)
        no_serious_finding(page)
        no_sideways_scroll(page)
    page.get_by_role("link", name="9", exact=True).first.click()

    expect(page.get_by_text("共 9 件")).to_be_visible()


@pytest.mark.parametrize("viewport", [DESK, PHONE])
@pytest.mark.parametrize("by", ["topic", "grid", "origin", "person"])
def test_the_figures_have_no_serious_finding(
    sign_in, chair, grid, viewport, by, no_serious_finding, no_sideways_scroll
):
    many(3, area=grid, raised_on=timezone.localdate(), topic="1", score=4)
    page = sign_in(chair, viewport)

    page.goto(f"/concerns/figures/?by={by}")

    expect(page.get_by_role("heading", name="诉求统计", level=1)).to_be_visible()
    no_serious_finding(page)
    no_sideways_scroll(page)
