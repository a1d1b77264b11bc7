"""A child's facts: shut, asked for in one step, agreed to, read, and found in the yearly list."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from households.models import MinorAccess
from households.tests.factories import ChildFileFactory, MembershipFactory, StatusFactory
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_leave_is_asked_for_agreed_to_and_every_reading_is_listed(
    sign_in, chair, worker, grid, no_serious_finding, no_sideways_scroll, viewport
):
    child = ChildFileFactory(resident__area=grid, guardian="陈奶奶", school="文新小学", officer=chair)
    MembershipFactory(resident=child.resident, household__area=grid)
    StatusFactory(resident=child.resident, category="LSET", proof="街道 5 号")
    hers, his = sign_in(worker, viewport), sign_in(chair, viewport)

    def good(page):
        no_serious_finding(page)
        no_sideways_scroll(page)

    for address in (child.get_absolute_url(), f"{child.resident.get_absolute_url()}?tab=statuses"):
        hers.goto(address)
        good(hers)
        expect(hers.get_by_text("陈奶奶")).to_have_count(0)
        expect(hers.get_by_text("街道 5 号")).to_have_count(0)

    follow(hers.get_by_role("link", name="申请查看"))
    good(hers)
    hers.get_by_label("为什么要看").fill("带她办残疾证，要核对证件号")
    follow(hers.get_by_role("button", name="提交申请"))
    good(hers)

    his.goto(reverse("households:minor_list"))
    good(his)
    follow(his.get_by_role("link", name="周子涵"))
    good(his)
    follow(his.get_by_role("button", name="同意看 7 天"))
    good(his)

    hers.goto(child.get_absolute_url())
    good(hers)
    expect(hers.get_by_text("陈奶奶").first).to_be_visible()
    his.goto(reverse("households:minor_openings"))
    good(his)
    expect(his.get_by_role("row", name="周子涵")).to_contain_text(f"第 {MinorAccess.objects.get().pk} 号")
