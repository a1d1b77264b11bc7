"""What the visits of a campaign brought: people, goods, photos, concerns; a visit taken back counts no more."""

import pytest
from django.urls import reverse
from django.utils import timezone

from fedhub.core.files import store
from fedhub.core.testing.queries import queries_beyond
from grids.enums import Met, VisitKind
from grids.models import Visit
from grids.services.visit import Request, log_visit, withdraw_visit
from households.enums import CampaignVisit
from households.models import VisitTask
from households.progress import brought, by_grid, gifts_handed, newest_photos, totals
from households.services.campaigns import start_campaign
from households.tests.factories import CampaignFactory, HouseholdFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def visit_for(member, campaign, by, **facts):
    """A visit of today that does the task of the campaign."""
    visit = Visit(
        household=member.household, visitor=by, visited_on=timezone.localdate(), kind=campaign.visit_kind, **facts
    )
    task = campaign.tasks.get(household=member.household)
    return log_visit(visit, people=[member.resident], tasks=[task], requests=[Request("想换锁")], by=by)


@pytest.mark.parametrize("families", [1, 3])
def test_the_photos_of_a_campaign_stand_on_its_page_the_newest_first(as_user, worker, chair, grid, families):
    members = [MembershipFactory(household__area=grid) for _ in range(families)]
    campaign = CampaignFactory()
    start_campaign(campaign, None, by=chair)
    photos = [
        store(b"x", owner=visit_for(member, campaign, worker), kind="photo", name="a.jpg", content_type="image/jpeg",
              by=worker)
        for member in members
    ]  # fmt: skip
    wrong = visit_for(MembershipFactory(household=members[0].household, relation="10"), campaign, worker)
    store(b"x", owner=wrong, kind="photo", name="b.jpg", content_type="image/jpeg", by=worker)

    page, queries = queries_beyond(as_user(chair), campaign.get_absolute_url(), "/safety/help/")

    urls = [reverse("core:file", args=[photo.uuid]) for photo in reversed(photos)]
    assert [row["url"] for row in page.context["photos"]] == urls
    assert f"{timezone.localdate():%Y-%m-%d} {members[-1].household}的照片" in page.content.decode()
    assert queries == 12


def test_who_may_not_open_the_visits_sees_none_of_their_photos(worker, chair, stranger, grid):
    member = MembershipFactory(household__area=grid)
    campaign = CampaignFactory()
    start_campaign(campaign, None, by=chair)
    store(
        b"x",
        owner=visit_for(member, campaign, worker),
        kind="photo",
        name="a.jpg",
        content_type="image/jpeg",
        by=worker,
    )

    shown = [len(newest_photos(campaign.tasks.all(), user)) for user in (chair, worker, stranger)]

    assert shown == [1, 1, 0]


def test_a_campaign_asks_for_kinds_of_visits_that_there_are():
    known = dict(VisitKind.choices)

    assert set(CampaignVisit.values) <= set(known)
    assert CampaignVisit.HOLIDAY.label == known["holiday"]


def test_the_visits_of_a_campaign_are_summed_and_one_taken_back_is_not(worker, chair, grid):
    members = [MembershipFactory(household__area=grid) for _ in range(2)]
    HouseholdFactory(area=grid)
    campaign = CampaignFactory()
    start_campaign(campaign, None, by=chair)
    kept, wrong = (visit_for(member, campaign, worker, gifts="大米一袋") for member in members)
    other = Visit(household=members[0].household, visitor=worker, gifts="别的", met=Met.MET)
    log_visit(other, people=[members[0].resident], by=worker)
    store(b"x", owner=kept, kind="photo", name="a.jpg", content_type="image/jpeg", by=worker)
    tasks = VisitTask.objects.visible_to(chair).filter(campaign=campaign)

    assert brought(tasks) == {"visits": 2, "people": 2, "gifts": 2, "photos": 1, "concerns": 2}
    withdraw_visit(wrong, reason="记错了户", by=worker)

    assert totals(by_grid(tasks)) == {"total": 3, "done": 1, "open": 2}
    assert brought(tasks) == {"visits": 1, "people": 1, "gifts": 1, "photos": 1, "concerns": 1}
    assert gifts_handed(tasks) == [("大米一袋", 1)]
