"""Work of all functions that carries a campaign: each seen by its own row rule, never by the tag; counts open their lists;
pictures with consent; the sheet; the same again."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.tests.factories import ConcernFactory
from council.tests.factories import topic_at
from desk import campaigning  # noqa: F401 - registers the kinds
from fedhub.areas.tests import factories as places
from fedhub.core import files
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled, once_key_of
from fedhub.core.testing.queries import queries_beyond
from grids.tests.factories import VisitFactory
from groups.tests.factories_activity import ActivityFactory, ActivityPhotoFactory, entry_at
from hardship.tests.factories_aid import delivery_at
from hardship.tests.factories_gifts import GiftRoundFactory
from households.campaign_kinds import CampaignKind, campaign_kinds
from households.campaign_work import campaigns_of, met_elsewhere, offered_rows, tagged_kinds, work_of
from households.models import Campaign, CampaignTag, VisitTask
from households.services.campaign_tags import repeat_campaign, tag_work
from households.tests.factories import HouseholdFactory, MembershipFactory, VisitTaskFactory, campaign_at
from safety.models import SafetyFile

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"


def at(name, campaign, *more):
    return reverse(f"households:campaign_{name}", args=[campaign.pk, *more])


@pytest.fixture
def campaign(community):
    today = timezone.localdate()
    return campaign_at("running", area=community, name="三八慰问", starts_on=today - timedelta(days=3), ends_on=today)


def tag(campaign, key, row, by):
    return tag_work(campaign, campaign_kinds[key], [row.pk], by=by)


def numbers(campaign, user):
    return {kind.key: number for kind, number in work_of(campaign, user, tagged_kinds(campaign)) if number}


def test_what_is_sealed_is_no_kind():
    with pytest.raises(TypeError, match="sealed"):
        CampaignKind("files", 1, "x", "件", "safety.view_safetyfile", SafetyFile, "created_at", SafetyFile.objects.all)
    assert [kind.key for kind in campaign_kinds] == [
        "visits", "rounds", "goods", "activities", "surveys", "concerns", "events", "topics",
    ]  # fmt: skip


def test_work_is_hung_on_a_campaign_counted_listed_and_taken_off(client, chair, campaign, grid):
    talk = ActivityFactory(title="维权讲座")
    visit = VisitFactory(household=HouseholdFactory(area=grid))
    page = client.get(at("work_add", campaign, "activities"))
    client.post(page.wsgi_request.path, filled(page, rows=[str(talk.pk)]))
    page = client.get(at("work_add", campaign, "visits"))
    client.post(page.wsgi_request.path, filled(page, rows=[str(visit.pk)]))

    assert numbers(campaign, chair) == {"visits": 1, "activities": 1}
    assert (
        f"{timezone.localdate(talk.starts_at)}　维权讲座"
        in client.get(at("work_add", campaign_at("running", area=campaign.area), "activities")).content.decode()
    )
    detail = client.get(campaign.get_absolute_url()).content.decode()
    assert (at("work", campaign, "activities") in detail, campaigns_of("activities", talk.pk, chair)) == (
        True,
        [campaign],
    )
    assert campaign.get_absolute_url() in client.get(talk.get_absolute_url()).content.decode()
    page = client.get(at("work", campaign, "activities"))
    assert [words for _, words, _ in page.context["page"].rows] == ["维权讲座"]

    for _ in range(2):
        client.post(at("work_drop", campaign, "activities", talk.pk), filled(page))

    assert numbers(campaign, chair) == {"visits": 1}
    found = AuditEvent.objects.filter(action__endswith="tag").order_by("id").values_list("action", flat=True)
    assert list(found) == ["households.campaign.tag"] * 2 + ["households.campaign.untag"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number(client, chair, campaign, rows):
    for _ in range(rows):
        tag(campaign, "activities", ActivityFactory(), chair)

    page, number = queries_beyond(client, reverse("households:campaign_work", args=[campaign.pk, "activities"]), SHELL)

    assert (len(page.context["page"].rows), number) == (rows, 3)


def test_all_kinds_are_offered_within_their_days_and_place(chair, campaign, grid):
    mine = [
        ConcernFactory(area=grid), topic_at("accepted", title="停车"), ActivityFactory(),
        VisitFactory(household=HouseholdFactory(area=grid)),
    ]  # fmt: skip
    ActivityFactory(starts_at=timezone.now() + timedelta(days=90))
    ActivityFactory(area=places.community(13, "翠苑社区"))

    found = {kind.key: list(offered_rows(campaign, kind, chair)) for kind in campaign_kinds}

    assert {key: rows for key, rows in found.items() if rows} == {
        "concerns": [mine[0]], "topics": [mine[1]], "activities": [mine[2]], "visits": [mine[3]],
    }  # fmt: skip


def test_the_tag_shows_nobody_what_she_does_not_see_anyway(campaign, chair, grid, as_user):
    visit = VisitFactory(household=HouseholdFactory(area=grid))
    tag(campaign, "visits", visit, chair)
    there = places.community(13, "翠苑社区")
    stranger = user_with(Role.DATA_OFFICER, there, name="外人")

    assert numbers(campaign, stranger) == {}
    client = as_user(stranger)
    answers = [client.get(at("work", campaign, "visits")), client.get(at("work_add", campaign, "visits"))]
    answers.append(client.get(at("sheet", campaign)))
    answers.append(client.post(at("work_drop", campaign, "visits", visit.pk)))
    answers.append(client.post(at("repeat", campaign)))
    assert {answer.status_code for answer in answers} == {404}

    # What moved away is seen there and no more here, tag or no tag.
    type(visit.household).objects.update(area=places.grid(1, there))
    here, elsewhere = (type(user).objects.get(pk=user.pk) for user in (chair, stranger))
    assert (numbers(campaign, here), numbers(campaign, elsewhere)) == ({}, {"visits": 1})
    page = as_user(chair).get(at("work", campaign, "visits"))
    assert page.context["page"].rows == []


def test_a_kind_that_somebody_may_not_look_at_is_not_there(chair, campaign, as_user, community, monkeypatch):
    job = user_with(Role.JOB_OFFICER, community, name="就业专干")

    assert as_user(job).get(at("work", campaign, "visits")).status_code == 404
    assert as_user(chair).get(at("work", campaign, "no_such")).status_code == 404


def test_what_lies_elsewhere_or_is_not_seen_is_left_out(chair, campaign):
    far = ActivityFactory(area=places.community(13, "翠苑社区"))

    assert (tag(campaign, "activities", far, chair), CampaignTag.objects.count()) == (0, 0)


def test_twice_is_once_and_nothing_is_hung_on_what_has_not_started(chair, campaign, community):
    talk = ActivityFactory()

    assert [tag(campaign, "activities", talk, chair) for _ in range(2)] == [1, 0]
    with pytest.raises(ValidationError, match="还没有开始"):
        tag(campaign_at("draft", area=community), "activities", talk, chair)


def test_a_picture_stands_on_the_page_while_it_may_be_shown(client, chair, campaign):
    photo = ActivityPhotoFactory(published=True, nobody=True, caption="合影")
    files.store(b"x", owner=photo, kind="photo", name="a.jpg", content_type="image/jpeg", by=chair)
    tag(campaign, "activities", photo.activity, chair)

    pages = (campaign.get_absolute_url(), at("sheet", campaign))
    assert ["：合影" in client.get(page).content.decode() for page in pages] == [True, True]
    type(photo).objects.update(published=False)
    assert ["：合影" in client.get(page).content.decode() for page in pages] == [False, False]


def test_the_sheet_has_numbers_and_no_family(client, chair, campaign, grid):
    visit = VisitFactory(household=HouseholdFactory(area=grid, address="精诚公寓 3 栋 101"))
    tag(campaign, "visits", visit, chair)

    said = client.get(at("sheet", campaign)).content.decode()

    assert ("三八慰问总结" in said, "1 次" in said, "精诚公寓 3 栋" in said) == (True, True, False)


# --- whom other work reached ---------------------------------------------------------------------------------------------
def waiting(campaign, home):
    return VisitTaskFactory(household=home, kind="campaign", campaign=campaign)


@pytest.mark.parametrize("rows", [1, 3])
def test_who_came_to_an_activity_is_reached_and_her_family_is_on_the_list(client, chair, campaign, grid, rows):
    talk = ActivityFactory()
    tag(campaign, "activities", talk, chair)
    for _ in range(rows):
        member = MembershipFactory(household__area=grid)
        waiting(campaign, member.household)
        entry_at("came", activity=talk, resident=member.resident)
    stayed = MembershipFactory(household__area=grid)
    waiting(campaign, stayed.household)
    entry_at("in", activity=talk, resident=stayed.resident)

    assert f"{rows} 户这些工作已经联系到" in client.get(campaign.get_absolute_url()).content.decode()
    page, number = queries_beyond(client, reverse("households:campaign_met", args=[campaign.pk]), SHELL)
    assert (len(page.context["page"].rows), number) == (rows, 4)


def test_a_visit_and_a_gift_reach_a_family_and_what_was_tried_in_vain_does_not(client, chair, campaign, grid):
    seen, tried, given, waits = (HouseholdFactory(area=grid) for _ in range(4))
    for home in (seen, tried, given, waits):
        waiting(campaign, home)
    for home, met in ((seen, "met"), (tried, "nobody")):
        tag(campaign, "visits", VisitFactory(household=home, met=met), chair)
    gifts = GiftRoundFactory(area=campaign.area, starts_on=timezone.localdate())
    tag(campaign, "rounds", gifts, chair)
    for home, state in ((given, "delivered"), (waits, "approved")):
        delivery_at(state, household=home, round=gifts)

    page = client.get(at("met", campaign))

    assert {task.household for task in page.context["page"].rows} == {seen, given}


def test_nobody_learns_from_it_whom_she_does_not_see(as_user, chair, campaign, grid):
    member = MembershipFactory(household__area=grid)
    waiting(campaign, member.household)
    talk = ActivityFactory()
    entry_at("came", activity=talk, resident=member.resident)
    tag(campaign, "activities", talk, chair)
    stranger = user_with(Role.DATA_OFFICER, places.community(13, "翠苑社区"), name="外人")

    assert as_user(stranger).get(at("met", campaign)).status_code == 404
    mine = VisitTask.objects.visible_to(stranger)
    assert met_elsewhere(mine, campaign, stranger, {"activities"}).count() == 0
    assert met_elsewhere(VisitTask.objects.all(), campaign, stranger, {"activities"}).count() == 0


# --- the same again ---------------------------------------------------------------------------------------------------
def test_one_press_makes_this_years_from_last_years(client, chair, community):
    today = timezone.localdate()
    old = campaign_at(
        "closed", area=community, name="重阳走访", starts_on=today - timedelta(days=400), ends_on=today - timedelta(days=395),
        goods="米油", criteria={"age_from": 60},
    )  # fmt: skip
    data = {"once_key": once_key_of(client.get(old.get_absolute_url()))}

    for _ in range(2):
        answer = client.post(at("repeat", old), data)

    new = Campaign.objects.exclude(pk=old.pk).get()
    assert answer.url == new.get_absolute_url()
    assert (new.state, new.name, new.goods, new.criteria, new.area) == (
        "draft",
        "重阳走访",
        "米油",
        {"age_from": 60},
        community,
    )
    assert (new.ends_on >= today, new.ends_on - new.starts_on) == (True, old.ends_on - old.starts_on)


def test_the_last_of_february_has_its_day_every_year(chair, community):
    old = campaign_at("closed", area=community, starts_on=date(2024, 2, 29), ends_on=date(2024, 3, 8))

    new = repeat_campaign(old, by=chair)

    assert (new.starts_on.month, new.starts_on.day, new.ends_on.month, new.ends_on.day) == (2, 28, 3, 8)
