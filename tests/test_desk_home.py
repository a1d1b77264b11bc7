from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from concerns.enums import Origin
from concerns.models import Approval
from concerns.services.clocks import escalated_until, warns_from
from concerns.services.handling import assign_concern
from concerns.services.intake import raise_concern
from concerns.tests.factories import ReferralFactory, concern_at
from desk.todo import SHOWN
from fedhub.areas.tests.factories import community as community_of
from fedhub.areas.tests.factories import grid as grid_of
from fedhub.core.context import page
from fedhub.core.menu import menu_for
from fedhub.core.testing.queries import queries_beyond
from fedhub.notices.tests.factories import message_at
from grids.enums import Met
from grids.models import Visit
from grids.tests.factories import VisitFactory
from households.tests.factories import HouseholdFactory, ResidentFactory
from safety.services.reports import report_risk

pytestmark = pytest.mark.django_db
HOME = reverse("desk:home")
WEEK = timedelta(days=7)


def rows_of(response):
    """Titles of the to-do rows by group."""
    return {key: [row.title for row in rows] for key, _, rows in response.context["groups"]}


def test_the_home_page_sorts_due_visits_into_overdue_today_and_this_week(client, worker, grid):
    today = timezone.localdate()
    for name, days in (("王桂兰", -7), ("李秀珍", 0), ("张月娥", 3), ("孙玉芬", 8)):
        HouseholdFactory(area=grid, head_name=name, next_due_on=today + timedelta(days=days))

    response = client.get(HOME)

    assert rows_of(response) == {"late": ["王桂兰户"], "today": ["李秀珍户"], "week": ["张月娥户"]}


def test_a_family_that_refused_is_not_due_on_the_home_page_before_the_day_agreed(client, worker, grid):
    today = timezone.localdate()
    home = HouseholdFactory(area=grid, head_name="王桂兰", next_due_on=today - WEEK)
    visit = VisitFactory(household=home, met=Met.REFUSED, next_on=today + WEEK)

    before = client.get(HOME)
    Visit.objects.filter(pk=visit.pk).update(next_on=today)

    assert rows_of(before)["late"] == []
    assert rows_of(client.get(HOME))["late"] == ["王桂兰户"]


def test_a_concern_raised_by_the_worker_waits_on_the_chairs_home(as_user, chair, worker, grid):
    raise_concern(origin=Origin.VISIT, title="想给孩子报暑期托管", area=grid, by=worker)

    response = as_user(chair).get(HOME)

    assert [row.title for _, _, rows in response.context["groups"] for row in rows] == ["想给孩子报暑期托管"]


def test_the_worker_sees_only_concerns_assigned_to_her(client, worker, chair, grid):
    mine = raise_concern(origin=Origin.VISIT, title="楼道灯不亮", area=grid, by=worker)
    raise_concern(origin=Origin.VISIT, title="别人的事", area=grid, by=worker)
    assign_concern(mine, person=worker, handle_by=timezone.localdate(), by=chair)

    response = client.get(HOME)

    assert rows_of(response)["today"] == ["楼道灯不亮"]


def test_a_stranger_sees_nothing_of_ours(as_user, stranger, grid, worker):
    HouseholdFactory(area=grid, next_due_on=timezone.localdate())
    raise_concern(origin=Origin.VISIT, title="楼道灯不亮", area=grid, by=worker)

    response = as_user(stranger).get(HOME)

    assert rows_of(response) == {"late": [], "today": [], "week": []}
    assert [tile["figure"] for tile in response.context["tiles"]] == ["0", "0", "0", "0"]


def test_the_figures_count_visits_at_which_somebody_was_met(as_user, chair, worker, grid):
    household = HouseholdFactory(area=grid)
    for met in (Met.MET, Met.MET, Met.NOBODY):
        Visit.objects.create(household=household, grid=grid, visitor=worker, recorded_by=worker, met=met)

    tiles = as_user(chair).get(HOME).context["tiles"]

    assert [(t["label"], t["figure"]) for t in tiles] == [
        ("本月走访", "2"), ("本月见到", "1"), ("走访逾期", "0"), ("本月诉求", "0"),
    ]  # fmt: skip


def test_the_coverage_bar_shows_met_households_of_each_grid(as_user, chair, worker, grid):
    first = HouseholdFactory(area=grid)
    HouseholdFactory(area=grid)
    HouseholdFactory(area=grid_of(2))
    Visit.objects.create(household=first, grid=grid, visitor=worker, recorded_by=worker)

    assert as_user(chair).get(HOME).context["coverage"] == [("第一网格", 50, 1, 2), ("第二网格", 0, 0, 1)]


def test_what_the_card_does_not_show_is_counted_and_linked(client, worker, grid):
    HouseholdFactory.create_batch(8, area=grid, next_due_on=timezone.localdate())

    response = client.get(HOME)

    assert response.context["more"] == [("走访还有 3 件", reverse("grids:today"))]


def test_what_is_overdue_by_the_rule_comes_before_the_chair_and_not_twice(as_user, chair, worker, grid):
    today = timezone.localdate()
    late = concern_at("assigned", area=grid, assigned_to=worker, title="拖久了的", due_on=escalated_until(today))
    concern_at("assigned", area=grid, assigned_to=worker, title="今天到期的", due_on=today)
    concern_at("assigned", area=grid, title="停着的", due_on=today - timedelta(days=20), paused_on=today)

    mine = as_user(chair).get(HOME)
    hers = as_user(worker).get(HOME)

    kinds = [(row.kind, row.title) for _, _, rows in mine.context["groups"] for row in rows]
    assert kinds == [("escalated", late.title), ("concern", "今天到期的")]
    assert {row.kind for _, _, rows in hers.context["groups"] for row in rows} == {"concern"}
    assert [(s["label"], s["count"]) for s in mine.context["segments"]] == [
        ("全部", 2),
        ("逾期报主席", 1),
        ("诉求", 1),
    ]


def test_what_waits_beyond_the_card_is_the_number_of_its_list(as_user, chair, worker, grid):
    day = timezone.localdate()
    for _ in range(7):
        mine = concern_at(
            "assigned", area=grid, assigned_to=worker, due_on=escalated_until(day), first_due_on=day - WEEK
        )
        ReferralFactory(concern=mine, due_on=day - timedelta(days=1))
    late_only = {"area": grid, "due_on": escalated_until(day) + timedelta(days=1), "first_due_on": day - WEEK}
    ReferralFactory(concern=concern_at("assigned", assigned_to=chair, **late_only), due_on=day - timedelta(days=1))

    def waiting(user):
        client = as_user(user)
        return {
            text: client.get(url).context["page"].total - SHOWN
            for text, url in client.get(HOME).context["more"]
            if not text.startswith("诉求")
        }

    assert waiting(chair) == {"逾期报主席还有 2 件": 2}
    assert waiting(worker) == {"首次答复还有 2 件": 2, "催办还有 2 件": 2}


def test_requests_wait_on_the_chairs_home_and_not_on_the_askers(as_user, chair, worker, stranger, grid):
    concern = concern_at("answered", area=grid, title="想延期的", due_on=timezone.localdate() + timedelta(days=30))
    Approval.objects.create(concern=concern, kind="not_possible", reason="太窄。", asked_by=worker)

    found = {
        name: [row.action for _, _, rows in as_user(user).get(HOME).context["groups"] for row in rows]
        for name, user in (("chair", chair), ("worker", worker), ("stranger", stranger))
    }

    assert found == {"chair": ["审批"], "worker": [], "stranger": []}


def test_the_officer_is_reminded_of_silent_concerns_and_of_offices_that_are_late(as_user, chair, worker, grid):
    today = timezone.localdate()
    far = {"due_on": today + timedelta(days=30), "handle_by": today + timedelta(days=30), "area": grid}
    silent = concern_at("assigned", assigned_to=worker, first_due_on=today - timedelta(days=1), **far)
    heard = concern_at("assigned", assigned_to=worker, first_due_on=today, **far)
    ReferralFactory(concern=heard, due_on=today - timedelta(days=2))
    ReferralFactory(concern=heard, due_on=today)
    ReferralFactory(concern=concern_at("assigned", assigned_to=chair, **far), due_on=today - timedelta(days=2))

    rows = [row for _, _, rows in as_user(worker).get(HOME).context["groups"] for row in rows]

    assert [(row.kind, row.due, row.url) for row in rows] == [
        ("unheard", "逾期 1 天", reverse("concerns:concern_tell", args=[silent.pk])),
        ("referral", "逾期 2 天", heard.get_absolute_url()),
    ]


def test_a_concern_is_marked_due_soon_by_the_rule_in_working_days(client, worker, grid):
    soon = warns_from()
    for day in (soon, soon + timedelta(days=1)):
        concern_at(
            "assigned", area=grid, assigned_to=worker, due_on=day, handle_by=day, first_answered_at=timezone.now()
        )

    rows = [row for _, _, rows in client.get(HOME).context["groups"] for row in rows]

    assert [row.tone for row in rows] == ["warn", "quiet"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_to_dos_of_concerns_cost_the_same_for_any_number_of_rows(
    client, chair, worker, grid, rows, django_assert_num_queries
):
    today = timezone.localdate()
    for _ in range(rows):
        concern = concern_at("assigned", area=grid, assigned_to=worker, due_on=today - timedelta(days=20))
        ReferralFactory(concern=concern, due_on=today - timedelta(days=2))
        Approval.objects.create(concern=concern, kind="not_possible", reason="太窄。", asked_by=chair)
    client.get(HOME)

    with django_assert_num_queries(40):
        client.get(HOME)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_home_page_costs_the_same_for_any_number_of_rows(client, worker, grid, rows, django_assert_num_queries):
    HouseholdFactory.create_batch(rows, area=grid, next_due_on=timezone.localdate())
    client.get(HOME)

    with django_assert_num_queries(40):
        client.get(HOME)


def test_a_sealed_report_changes_nothing_on_the_chairs_home_and_shows_one_line_to_the_trained_person(
    as_user, chair, safety_officer, worker, grid
):
    household = HouseholdFactory(area=grid, next_due_on=timezone.localdate())
    before = rows_of(as_user(chair).get(HOME))

    report_risk(area=grid, source="visit", by=worker, signs=["injury"], text="手臂有伤", household=household)

    assert rows_of(as_user(chair).get(HOME)) == before
    assert rows_of(as_user(safety_officer).get(HOME))["today"] == ["有一条待办"]


def test_the_chair_is_told_that_no_backup_was_ever_made(client, chair):
    texts = [banner["text"] for banner in client.get(HOME).context["banners"]]

    assert [text[:8] for text in texts if "备份" in text] == ["还没有做过备份。"]


def test_large_type_is_remembered_and_switched_back(client, chair):
    client.post(reverse("desk:type_size"), {"next": "/"})
    large = client.get(HOME)
    client.post(reverse("desk:type_size"), {"next": "/"})

    assert 'data-type="large"' in large.content.decode()
    assert 'data-type="large"' not in client.get(HOME).content.decode()


def test_type_size_does_not_lead_to_another_site(client, chair):
    response = client.post(reverse("desk:type_size"), {"next": "https://example.org/"})

    assert response.url == HOME


def test_search_finds_in_scope_only(as_user, worker, stranger, grid):
    HouseholdFactory(area=grid, number="H330106003012-00001")

    mine = as_user(worker).get(reverse("desk:search"), {"q": "H330106003012-00001"})
    theirs = as_user(stranger).get(reverse("desk:search"), {"q": "H330106003012-00001"})

    assert (len(mine.context["hits"]), len(theirs.context["hits"])) == (1, 0)


def test_the_audit_list_holds_no_sealed_row_and_nothing_of_other_communities(as_user, chair, stranger, worker, grid):
    elsewhere = grid_of(1, community_of(13, "翠苑社区"))
    raise_concern(origin=Origin.VISIT, title="我们的", area=grid, by=worker)
    raise_concern(origin=Origin.VISIT, title="他们的", area=elsewhere, by=stranger)
    report_risk(area=grid, source="visit", by=worker, signs=["injury"])

    rows = as_user(chair).get(reverse("desk:audit_list")).context["page"].rows

    assert [(row["who"], row["what"]) for row in rows] == [("刘建芳", "诉求：登记")]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_audit_list_costs_the_same_for_any_number_of_rows(as_user, chair, worker, grid, rows):
    client = as_user(chair)
    for number in range(rows):
        raise_concern(origin=Origin.VISIT, title=f"第 {number} 件", area=grid, by=worker)

    page, queries = queries_beyond(client, reverse("desk:audit_list"), reverse("safety:help"))

    assert (len(page.context["page"].rows), queries) == (rows, 3)


@pytest.mark.parametrize(
    ("path", "current"),
    [("/households/campaigns/", "专项活动"), ("/households/7/", "家庭"), ("/grids/visits/figures/", "走访统计"),
     ("/", "工作台"), ("/nowhere/", None)],
)  # fmt: skip
def test_one_entry_of_the_menu_is_the_present_one(chair, path, current):
    groups = menu_for(chair, path)

    entries = [entry for group in groups for entry in (group["children"] or [group])]
    assert [entry["label"] for entry in entries if entry["current"]] == ([current] if current else [])
    assert sum(group["current"] for group in groups) == (current is not None)


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/grids/today/", ["今日"]),
        ("/grids/today/people/", ["今日"]),
        ("/households/tasks/", ["今日"]),
        ("/households/campaigns/3/", ["今日"]),
        ("/grids/visits/5/", ["今日"]),
        ("/grids/visits/pick/", ["记走访"]),
        ("/households/", ["家庭"]),
        ("/households/residents/7/", ["家庭"]),
        ("/households/links/women/", ["家庭"]),
        ("/accounts/me/", ["我的"]),
        ("/concerns/", []),
        ("/grids/terms/", []),
    ],
)
def test_the_bar_of_the_phone_knows_where_a_page_belongs(rf, chair, path, current):
    request = rf.get(path)
    request.user = chair

    assert [item["label"] for item in page(request)["bottom_menu"] if item["current"]] == current


def test_messages_for_a_human_stand_on_the_home_page_as_one_row(client, worker, grid, other_grid):
    for area in (grid, grid, other_grid):
        message_at("human", ResidentFactory(area=area))

    groups = client.get(HOME).context["groups"]
    found = [row for _, _, rows in groups for row in rows if row.kind == "message"]

    assert [(row.title, row.url) for row in found] == [("有 2 条消息要由人来告诉", reverse("households:message_list"))]
