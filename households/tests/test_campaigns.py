"""专项活动: chosen by rule, started in one go, followed, printed by route, exported, closed."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant
from fedhub.core.models import AuditEvent, Job
from fedhub.core.models.jobs import JobState
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.reference.lookup import labels
from fedhub.reference.shipped import shipped_campaigns
from households.criteria import criteria_words, fitting_homes, next_day
from households.enums import CampaignVisit
from households.forms.campaign import CRITERIA
from households.models import Campaign, Household, VisitTask
from households.progress import news_text, route
from households.services import campaigns
from households.services.campaigns import (
    change_campaign,
    close_campaign,
    create_campaign,
    fill_campaign,
    plan_families,
    start_campaign,
)
from households.services.plan import fulfil_tasks
from households.tasks import SILENT_AFTER, reap_household_jobs
from households.tests.factories import (
    CampaignFactory,
    HouseholdFactory,
    MembershipFactory,
    StatusFactory,
    VisitTaskFactory,
    campaign_at,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SHELL = "/safety/help/"
LIST = reverse("households:campaign_list")


def today():
    return timezone.localdate()


def born(years):
    return today().replace(year=today().year - years, month=1, day=1).isoformat()


def home_of(area, *, age=40, sex="2", category="", **facts):
    """A household of one person."""
    member = MembershipFactory(household__area=area, resident__birth=born(age), resident__sex=sex)
    Household.objects.filter(pk=member.household_id).update(**facts)
    if category:
        StatusFactory(resident=member.resident, category=category)
    return member.household


def page_of(name, campaign):
    return reverse(f"households:campaign_{name}", args=[campaign.pk])


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def boss(as_user, chair):
    """A client signed in as the chair."""
    return as_user(chair)


# --- which families -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({}, ["plain", "old", "poor", "girl", "man", "tenant", "red"]),
        ({"categories": ["DB", "GG"]}, ["old", "poor"]),
        ({"categories": ["GG"], "age_from": 60}, ["old"]),
        ({"age_from": 60}, ["old"]),
        ({"age_to": 14}, ["girl"]),
        ({"living": "2", "age_from": 18}, ["plain", "old", "poor", "tenant", "red"]),
        ({"levels": ["red", "orange"]}, ["red"]),
        ({"kinds": ["rented"]}, ["tenant"]),
        ({"kinds": ["rented", "floating"], "levels": ["red"]}, []),
        ({"areas": ["330106003012002"]}, []),
    ],
)
def test_families_fit_by_category_age_colour_kind_and_grid(community, grid, criteria, found):
    homes = {
        "plain": home_of(grid), "old": home_of(grid, age=80, category="GG"), "poor": home_of(grid, category="DB"),
        "girl": home_of(grid, age=8), "man": home_of(grid, sex="1"), "tenant": home_of(grid, housing="rented"),
        "red": home_of(grid, risk_level="red"),
    }  # fmt: skip
    home_of(grid, state="closed", closed_on=today())

    assert [name for name, home in homes.items() if home in fitting_homes(community, criteria)] == found


def test_a_family_category_counts_as_well_as_that_of_a_person(community, grid):
    home = home_of(grid)
    StatusFactory(resident=None, household=home, category="DB")

    assert list(fitting_homes(community, {"categories": ["DB"]})) == [home]


def test_criteria_are_told_in_words(grid):
    assert criteria_words({}) == ["全部在册家庭"]
    assert criteria_words(
        {
            "categories": ["DB"],
            "living": "2",
            "age_from": 18,
            "levels": ["red"],
            "kinds": ["alone"],
            "areas": [grid.code],
        }
    ) == [
        "类别：低保",
        "风险等级：红色",
        "家庭类型：独自居住",
        "家里有 18 周岁以上的妇女（女孩）",
        f"只在：{grid.name}",
    ]
    assert criteria_words({"age_from": 6, "age_to": 18}) == ["家里有 6—18 周岁的人"]


@pytest.mark.parametrize("one", shipped_campaigns().values(), ids=lambda one: one["key"])
def test_the_shipped_templates_are_whole_and_choose_only_what_there_is(one, community):
    criteria = one["criteria"]

    assert set(criteria) <= set(CRITERIA)
    assert set(criteria.get("categories", ())) <= set(labels("hardship_category"))
    assert one["visit_kind"] in CampaignVisit.values
    assert all(len(one[name]) <= most for name, most in (("name", 40), ("goods", 100), ("ask", 300), ("route", 200)))
    assert next_day(one["month"], one["day"]) >= today() - 30 * DAY
    assert fitting_homes(community, criteria).count() == 0


# --- prepared and started -----------------------------------------------------------------------------------------
def test_a_template_is_chosen_adjusted_looked_at_and_started(client, chair, community, grid):
    old = home_of(grid, age=80, category="KC")
    home_of(grid, age=40)
    templates = client.get(reverse("households:campaign_templates")).content.decode()
    assert "?template=elders" in templates
    url = f"{reverse('households:campaign_create')}?template=elders"
    data = filled(client.get(url), goods="重阳糕两盒", starts_on=today(), ends_on=today() + 9 * DAY)

    answer = client.post(url, data)

    campaign = Campaign.objects.get()
    assert answer.url == campaign.get_absolute_url()
    assert (campaign.state, campaign.template, campaign.goods, campaign.created_by) == (
        "draft", "elders", "重阳糕两盒", chair,
    )  # fmt: skip
    assert campaign.criteria == {"categories": ["GG", "TK", "SD", "KC"], "age_from": 60}, "in the order of the table"
    page = client.get(campaign.get_absolute_url())
    assert (page.context["total"], list(page.context["homes"])) == (1, [old])
    start = client.get(page_of("start", campaign))
    assert start.context["total"] == 1
    client.post(page_of("start", campaign), {"counted": 1})
    task = VisitTask.objects.get()
    assert (task.household, task.campaign, task.kind, task.why, task.due_on, task.assigned_to, task.planned_by) == (
        old, campaign, "campaign", "重阳节走访", today() + 9 * DAY, None, chair,
    )  # fmt: skip
    assert list(AuditEvent.objects.filter(target_label="households.Campaign").order_by("pk").values_list("action", flat=True)) == [
        "households.campaign.create", "households.campaign.start",
    ]  # fmt: skip


def test_more_families_than_were_shown_are_shown_again(client, chair, grid):
    home_of(grid)
    campaign = CampaignFactory()
    client.get(page_of("start", campaign))
    home_of(grid)

    page = client.post(page_of("start", campaign), {"counted": 1})

    assert "现在是 2 户" in page.content.decode()
    assert not VisitTask.objects.exists()


def test_a_draft_is_changed_and_what_runs_is_not(client, chair, community):
    draft, running = CampaignFactory(), campaign_at("running")
    url = page_of("update", draft)

    client.post(url, filled(client.get(url), categories=["DB"], age_from="18"))

    draft.refresh_from_db()
    assert draft.criteria == {"categories": ["DB"], "age_from": 18}
    with pytest.raises(ValidationError, match="不能再改"):
        change_campaign(running, ["name"], base_version=1, by=chair)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_on": "2020-01-01"}, "ends_on"), ({"name": ""}, "name"), ({"age_from": "70", "age_to": "60"}, "age_to"),
        ({"age_from": "x"}, "age_from"), ({"categories": ["没有"]}, "categories"), ({"area": "0"}, "area"),
        ({"goods": "米" * 101}, "goods"),
    ],
)  # fmt: skip
def test_a_campaign_that_cannot_be_is_refused_at_its_field(client, chair, community, change, field):
    url = reverse("households:campaign_create")
    data = {"name": "走访", "area": community.pk, "starts_on": today(), "ends_on": today(), "visit_kind": "holiday",
            "whom": "nobody"}  # fmt: skip

    page = client.post(url, data | change)

    assert field in page.context["form"].errors
    assert not Campaign.objects.exists()


def test_an_unknown_template_is_not_found(client, chair):
    assert client.get(f"{reverse('households:campaign_create')}?template=moon").status_code == 404


def test_nobody_fits_or_it_is_over_says_so(chair, community):
    with pytest.raises(ValidationError, match="没有一户符合"):
        start_campaign(CampaignFactory(), None, by=chair)
    with pytest.raises(ValidationError, match="已经过了"):
        start_campaign(CampaignFactory(starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 2)), None, by=chair)


def test_families_go_to_the_person_in_charge_of_their_grid(worker, chair, community, grid, other_grid):
    here, there = home_of(grid), home_of(other_grid)
    campaign = CampaignFactory(whom="worker")

    start_campaign(campaign, None, by=chair)

    assert [VisitTask.objects.get(household=home).assigned_to for home in (here, there)] == [worker, None]
    RoleGrant.objects.filter(user=worker).update(valid_to=today() - DAY, valid_from=today() - 9 * DAY)
    second = CampaignFactory(whom="worker")
    start_campaign(second, None, by=chair)
    assert set(second.tasks.values_list("assigned_to", flat=True)) == {None}


def test_many_families_are_planned_in_the_background_and_once(chair, grid, monkeypatch):
    monkeypatch.setattr(campaigns, "AT_ONCE", 2)
    monkeypatch.setattr(campaigns, "SLICE", 2)
    homes = [home_of(grid) for _ in range(5)]
    campaign, asked = CampaignFactory(), []

    start_campaign(campaign, asked.append, by=chair)

    job = Job.objects.get()
    assert (asked, job.kind, job.total, VisitTask.objects.count()) == ([job.pk], campaigns.KIND, 5, 0)
    VisitTaskFactory(household=homes[0], kind="campaign", rule_key="", campaign=campaign)
    fill_campaign(campaign)
    fill_campaign(campaign)
    job.refresh_from_db()
    assert (job.state, job.done, job.message) == (JobState.DONE, 5, "已安排 5 户。")
    assert sorted(campaign.tasks.values_list("household_id", flat=True)) == sorted(home.pk for home in homes)


def test_planning_that_stopped_goes_on_from_the_page(boss, chair, grid, monkeypatch):
    monkeypatch.setattr(campaigns, "AT_ONCE", 1)
    homes = [home_of(grid) for _ in range(3)]
    campaign = CampaignFactory()

    def broken(*args):
        raise RuntimeError("王桂兰")

    with monkeypatch.context() as patch:
        patch.setattr(campaigns, "plan_families", broken)
        boss.post(page_of("start", campaign), {"counted": 3})
    campaign.refresh_from_db()
    assert (campaign.state, campaign.job.state, "王桂兰" in campaign.job.message) == (
        "running",
        JobState.FAILED,
        False,
    )
    assert "接着安排" in boss.get(campaign.get_absolute_url()).content.decode()

    boss.post(page_of("resume", campaign))

    assert campaign.tasks.count() == len(homes)
    again = boss.post(page_of("resume", campaign))
    assert told(again)[-1] == "没有中断的安排，不用再来一次。"


def test_planning_whose_worker_died_starts_again(chair, grid, monkeypatch):
    monkeypatch.setattr(campaigns, "AT_ONCE", 0)
    home_of(grid)
    campaign = CampaignFactory()
    start_campaign(campaign, lambda pk: None, by=chair)
    Job.objects.update(heartbeat=timezone.now() - 2 * SILENT_AFTER)

    assert reap_household_jobs() == 1

    assert (campaign.tasks.count(), Job.objects.get().state) == (1, JobState.DONE)


def test_planning_costs_the_same_for_few_and_for_many(chair, grid, django_assert_num_queries):
    for number in (1, 30):
        for _ in range(number):
            HouseholdFactory(area=grid)
        campaign = campaign_at("running")
        with django_assert_num_queries(7):
            plan_families(campaign)


def test_what_was_closed_meanwhile_gets_no_more_families(chair, grid):
    home_of(grid)
    campaign = campaign_at("closed")

    assert plan_families(campaign) == 0


# --- followed and closed ------------------------------------------------------------------------------------------
@pytest.fixture
def running(chair, worker, community, grid, other_grid):
    """A running campaign of three families, one of them done."""
    homes = [home_of(grid), home_of(grid), home_of(other_grid)]
    campaign = create_campaign(Campaign(
        area=community, name="春节慰问", goods="大米一袋", starts_on=today() - DAY, ends_on=today() + DAY
    ), by=chair)  # fmt: skip
    start_campaign(campaign, None, by=chair)
    fulfil_tasks(homes[0], day=today(), chosen=[campaign.tasks.get(household=homes[0])], by=worker)
    return campaign


def test_the_page_tells_how_far_it_is_by_grid(boss, running, grid, other_grid):
    page = boss.get(running.get_absolute_url())

    assert [(row["name"], row["total"], row["done"]) for row in page.context["rows"]] == [
        (grid.name, 2, 1), (other_grid.name, 1, 0),
    ]  # fmt: skip
    assert page.context["figures"] == {"total": 3, "done": 1, "open": 2}
    assert "计划走访 3 户，已走访 1 户（33%）" in page.context["news"]
    listed = boss.get(f"{reverse('households:task_list')}?campaign={running.pk}")
    assert len(listed.context["page"].rows) == 2


def test_the_news_are_numbers_alone(running):
    counts = {"people": 5, "gifts": 4, "concerns": 2}

    text = news_text(running, "古荡社区妇联", {"total": 3, "done": 3, "open": 0}, counts)

    assert text.endswith("古荡社区妇联开展“春节慰问”，计划走访 3 户，已走访 3 户（100%），见到居民 5 人，"
                         "给 4 户送去慰问品（大米一袋），收集诉求 2 件。")  # fmt: skip


def test_closing_cancels_what_is_left_with_the_reason(boss, chair, running):
    assert boss.get(page_of("close", running)).context["left"] == 2

    answer = boss.post(page_of("close", running), {"why": "活动按期结束"})

    running.refresh_from_db()
    assert (running.state, running.closed_on, told(answer)) == (
        "closed", today(), ["已结束，2 户没有走访到，任务已取消。"],
    )  # fmt: skip
    states = running.tasks.order_by("state").values_list("state", "cancelled_why")
    assert list(states) == [("cancelled", "活动结束：活动按期结束")] * 2 + [("done", "")]
    with pytest.raises(ValidationError, match="结束说明"):
        close_campaign(running, why=" ", by=chair)


def test_a_draft_is_given_up(client, chair, community):
    campaign = CampaignFactory()

    client.post(page_of("drop", campaign))

    campaign.refresh_from_db()
    assert (campaign.state, campaign.closed_why) == ("closed", "没有开始")


def test_the_list_on_paper_goes_by_building_stair_and_room(client, chair, grid):
    campaign = campaign_at("running")
    for building, room in (("10", "101"), ("2", "1101"), ("2", "301"), ("2", "302")):
        home = HouseholdFactory(area=grid, building=building, room=room)
        VisitTaskFactory(household=home, kind="campaign", rule_key="", campaign=campaign)

    page = client.get(page_of("route", campaign))

    ((name, buildings),) = page.context["grids"]
    found = [(building, [(n, task.household.room) for n, task in tasks]) for building, tasks in buildings]
    assert (name, found) == (grid.name, [
        ("精诚公寓2栋", [(1, "301"), (2, "302"), (3, "1101")]), ("精诚公寓10栋", [(4, "101")]),
    ])  # fmt: skip
    assert "签收" in page.content.decode()
    assert AuditEvent.objects.filter(action="households.campaign.print", target_id=campaign.pk).count() == 1
    assert route(VisitTask.objects.none()) == []


def test_the_list_leaves_as_a_registered_ledger(boss, running):
    url = reverse("ledgers:ledger_export", args=["visittasks"])
    page = boss.get(f"{url}?campaign={running.pk}&state=all&sort=due")
    assert (page.context["form"].initial["campaign"], page.context["form"].initial["state"]) == (str(running.pk), "")

    answer = boss.post(url, {"mode": "masked", "campaign": running.pk, "state": "open"})

    assert answer.headers["Content-Disposition"].startswith("attachment")
    event = AuditEvent.objects.get(action="ledgers.exportrecord.make")
    assert (event.detail["rows"], event.detail["filters"]["campaign"]) == (2, running.pk)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(client, chair, community, rows):
    for _ in range(rows):
        CampaignFactory()

    page, queries = queries_beyond(client, reverse("households:campaign_list"), SHELL)

    assert (len(page.context["page"].rows), queries) == (rows, 3)


@pytest.mark.parametrize("families", [1, 3])
def test_the_page_of_a_campaign_asks_as_much_for_three_families_as_for_one(client, chair, grid, families):
    for _ in range(families):
        home_of(grid)
    campaign = CampaignFactory()
    start_campaign(campaign, None, by=chair)

    _, queries = queries_beyond(client, campaign.get_absolute_url(), SHELL)

    assert queries == 10


def test_workers_see_their_tasks_but_no_campaign(client, worker, running):
    assert client.get(running.get_absolute_url()).status_code == 404
    assert client.get(LIST).status_code == 404
    page = client.get(f"{reverse('households:task_list')}?state=all")
    assert len(page.context["page"].rows) == 2
