"""A leaver's posts go over in a minute in a real browser, at both sizes: nothing serious, and her open page is refused."""

import datetime

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from concerns.tests.factories import concern_at
from grids.models import Duty
from grids.services.duty import assign_duty
from grids.tests.factories import TermFactory, TermMemberFactory, VisitFactory
from households.tests.factories import HouseholdFactory
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_a_leaver_hands_over_and_her_open_page_is_refused(
    sign_in, chair, worker, grid, viewport, no_serious_finding, no_sideways_scroll
):
    leaver, taker = UserFactory(name="吴静"), UserFactory(name="何晓燕")
    assign_duty(Duty(area=grid, person=leaver, role="worker", valid_from=datetime.date(2025, 3, 1)), by=chair)
    home = HouseholdFactory(area=grid)
    VisitFactory(household=home, visitor=leaver)
    concern_at("assigned", area=grid, assigned_to=leaver)
    hers, page = sign_in(leaver, viewport), sign_in(chair, viewport)
    hers.goto(home.get_absolute_url())
    expect(hers.get_by_role("heading", name=str(home))).to_be_visible()

    page.goto("/grids/places/duties/")
    follow(page.locator("td a", has_text="交接吴静"))
    no_serious_finding(page)
    no_sideways_scroll(page)
    page.get_by_label("交给").first.select_option(label=taker.name)
    page.get_by_label("原因").fill("调离")
    follow(page.get_by_role("button", name="交接", exact=True))

    expect(page.get_by_text("吴静的 1 项包保（1 户）、1 件诉求已交接")).to_be_visible()
    no_serious_finding(page)
    no_sideways_scroll(page)
    assert Duty.objects.in_force().get().person == taker
    assert hers.request.get(hers.url).status == 404
    follow(page.locator("td a", has_text="交接单"))
    expect(page.get_by_role("heading", name="交接单")).to_be_visible()
    no_serious_finding(page)


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_records_and_the_change_of_terms_have_no_serious_finding(
    sign_in, chair, worker, grid, community, viewport, no_serious_finding, no_sideways_scroll
):
    VisitFactory(household=HouseholdFactory(area=grid), visitor=worker)
    term = TermFactory(area=community, name="第二届", starts_on=datetime.date(2021, 5, 1))
    TermMemberFactory(term=term, name="刘建芳", user=worker)
    TermMemberFactory(term=term, name="何晓燕")
    page = sign_in(chair, viewport)

    for address in ("/grids/records/", f"/grids/records/{worker.pk}/", "/grids/records/mine/"):
        page.goto(address)
        no_serious_finding(page)
        no_sideways_scroll(page)
    page.goto(f"/grids/records/{worker.pk}/")
    follow(page.get_by_role("row", name="走访 1").first.get_by_role("link", name="1", exact=True).first)
    expect(page.get_by_text("共 1 次")).to_be_visible()
    page.goto(f"/grids/terms/{term.pk}/renew/")
    page.get_by_label("刘建芳（执委）").select_option("leave")
    follow(page.get_by_role("button", name="换届"))
    expect(page.get_by_text("连任 1 人，离任 1 人")).to_be_visible()
    no_serious_finding(page)
    no_sideways_scroll(page)
    follow(page.get_by_role("button", name="换届"))
    expect(page.get_by_role("heading", name="第三届")).to_be_visible()
