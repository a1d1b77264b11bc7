"""Visit rules, visit tasks and campaigns in a browser: desk and phone without a serious finding; a rule changed by hand."""

import re

import pytest
from playwright.sync_api import expect

from fedhub.reference.models import VisitRule
from fedhub.reference.services import load_reference
from households.services.campaigns import start_campaign
from households.tests.factories import CampaignFactory, MembershipFactory, VisitTaskFactory
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_the_pages_of_planning_have_no_serious_finding(
    sign_in, chair, grid, no_serious_finding, no_sideways_scroll, viewport
):
    load_reference()
    home = MembershipFactory(household__area=grid).household
    task = VisitTaskFactory(household=home)
    draft, running = CampaignFactory(), CampaignFactory(name="春节慰问")
    start_campaign(running, None, by=chair)
    page = sign_in(chair, viewport)
    rule = VisitRule.objects.get(key="category-db")

    for path in (
        "/reference/visit-rules/", f"/reference/visit-rules/{rule.pk}/edit/", "/reference/visit-rules/new/",
        "/households/tasks/", f"/households/{home.pk}/?tab=tasks", f"/households/{home.pk}/tasks/new/",
        f"/households/tasks/assign/?ids={task.pk}", "/households/campaigns/templates/",
        "/households/campaigns/new/?template=elders", draft.get_absolute_url(), f"{draft.get_absolute_url()}start/",
        running.get_absolute_url(), f"{running.get_absolute_url()}close/", f"{running.get_absolute_url()}route/",
    ):  # fmt: skip
        page.goto(path)
        no_serious_finding(page)
        no_sideways_scroll(page)


def test_a_rule_is_changed_after_its_effect_was_shown(sign_in, chair, grid):
    load_reference()
    MembershipFactory(household__area=grid)
    page = sign_in(chair)
    rule = VisitRule.objects.get(key="ordinary")
    page.goto(f"/reference/visit-rules/{rule.pk}/edit/")
    page.locator("[name=every_days]").fill("120")

    follow(page.get_by_role("button", name="看看影响"))
    expect(page.get_by_text("约 1 户的应访日期或排序会变")).to_be_visible()
    follow(page.get_by_role("button", name="确定，保存"))

    expect(page).to_have_url(re.compile(r"/visit-rules/$"))
    expect(page.get_by_text("1 户的应访日期或排序变了")).to_be_visible()
    assert VisitRule.objects.get(key="ordinary").every_days == 120
