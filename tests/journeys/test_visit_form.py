"""The form of a visit at a door, on a phone: each answer opens its own few fields and hides the others'."""

import re

import pytest
from playwright.sync_api import expect

from grids.enums import Met
from grids.models import Visit
from households.tests.factories import MembershipFactory
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What each answer asks for, of the fields that not every answer has.
ASKED = {
    "met": {"people", "change", "problems", "request_1_title"},
    "nobody": {"left_note", "nobody_again"},
    "refused": {"refused_how", "refused_again"},
    "remote": {"remote_mode", "people", "problems", "request_1_title"},
    "moved": {"moved_on", "moved_to", "told_by"},
    "died": {"died_who", "died_on", "told_by"},
    "empty": set(),
}


@pytest.fixture(autouse=True)
def _own_scratch(settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path


def shown(page):
    """Names among those of ASKED whose first input takes room on the page."""
    names = sorted(set().union(*ASKED.values()))
    return {name for name in names if page.locator(f"[name={name}]").first.is_visible()}


def test_each_answer_opens_its_own_short_form(sign_in, worker, grid, no_serious_finding, no_sideways_scroll):
    member = MembershipFactory(household__area=grid)
    page = sign_in(worker)
    page.set_viewport_size(PHONE)
    page.goto(f"/grids/visits/new/{member.household.pk}/")

    for answer, names in ASKED.items():
        page.locator(f"input[name=met][value={answer}]").check(force=True)
        assert (answer, shown(page)) == (answer, names)
        no_sideways_scroll(page)
        no_serious_finding(page)

    page.locator("input[name=met][value=refused]").check(force=True)
    page.get_by_text("家里人说不用来").click()
    page.get_by_role("button", name="保存走访").click()
    expect(page).to_have_url(re.compile(r"/grids/visits/\d+/$"))
    assert Visit.objects.get().met == Met.REFUSED


def test_by_phone_the_form_asks_whom_she_reached(sign_in, worker, grid):
    home = MembershipFactory(household__area=grid).household
    page = sign_in(worker, PHONE)
    page.goto(f"/grids/visits/new/{home.pk}/")
    who = page.locator("#ask_people legend")
    expect(who.get_by_text("见到了谁")).to_be_visible()
    expect(who.get_by_text("联系到了谁")).to_be_hidden()

    page.locator("#ask_met label.wf-choice", has_text="电话、微信").click()

    expect(who.get_by_text("联系到了谁")).to_be_visible()
    expect(who.get_by_text("见到了谁")).to_be_hidden()


def test_the_chosen_period_is_in_sight_on_a_phone(sign_in, worker):
    page = sign_in(worker, PHONE)
    page.goto("/grids/records/mine/")

    line = page.locator(".wf-segments").bounding_box()
    chosen = page.locator(".wf-segments [aria-current]").bounding_box()

    assert line["x"] <= chosen["x"]
    assert chosen["x"] + chosen["width"] <= line["x"] + line["width"]
