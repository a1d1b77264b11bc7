"""Pages of grid work: scope, cost, double submissions, the phone form, refusals in words."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from concerns.tests.factories import concern_at
from fedhub.areas.tests import factories as places
from fedhub.core.testing.client import once_key_of
from fedhub.core.testing.queries import queries_beyond
from grids.enums import ChangeKind, ChangeState, DutyRole, Met
from grids.models import Duty, Term, Visit, VisitChange
from grids.services.duty import assign_duty
from grids.tests.factories import DutyFactory, TermFactory, TermMemberFactory, VisitChangeFactory, VisitFactory
from households.enums import ContactChannel
from households.models import Household
from households.tests.factories import (
    HouseholdFactory,
    MembershipFactory,
    ResidentFactory,
    SafeContactFactory,
    StatusFactory,
)

pytestmark = pytest.mark.django_db
# A page without rows, for the queries that every page makes.
SHELL = "/safety/help/"
DAY = datetime.timedelta(days=1)


def today():
    return timezone.localdate()


# --- who may open what --------------------------------------------------------------------------------------------
@pytest.fixture
def records(grid, community):
    """One record of each kind in the first grid."""
    household = MembershipFactory(household__area=grid).household
    visit = VisitFactory(household=household)
    return {
        "household": household.pk,
        "visit": visit.pk,
        "change": VisitChangeFactory(visit=visit).pk,
        "grid": grid.pk,
        "community": community.pk,
        "duty": DutyFactory(area=grid).pk,
        "term": (term := TermFactory(area=community)).pk,
        "member": TermMemberFactory(term=term).pk,
    }


PAGES = [
    ("visit_create", "household"), ("visit_detail", "visit"), ("visit_amend", "visit"), ("visit_withdraw", "visit"),
    ("visit_photos", "visit"), ("change_refuse", "change"), ("grid_detail", "grid"), ("grid_update", "grid"),
    ("grid_split", "grid"), ("grid_merge", "grid"), ("grid_close", "grid"), ("community_detail", "community"),
    ("duty_end", "duty"), ("term_detail", "term"), ("term_update", "term"), ("member_create", "term"),
    ("member_update", "member"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), PAGES)
def test_the_chair_opens_every_page_and_a_stranger_none(as_user, chair, stranger, records, name, kind):
    url = reverse(f"grids:{name}", args=[records[kind]])

    assert as_user(chair).get(url).status_code == 200
    assert as_user(stranger).get(url).status_code == 404
    assert as_user(stranger).post(url, {"reason": "x", "once_key": str(uuid.uuid4())}).status_code in (404, 405)


@pytest.mark.parametrize(("name", "field"), [("grid_merge", "grids"), ("visit_amend", "people")])
@pytest.mark.parametrize("number", ["9" * 25, "²", "-1"])
def test_a_tick_for_a_row_that_cannot_be_is_refused(client, chair, records, name, field, number):
    row = records["grid" if name == "grid_merge" else "visit"]

    page = client.post(reverse(f"grids:{name}", args=[row]), {field: [number], "once_key": str(uuid.uuid4())})

    assert page.context["form"].errors[field]


@pytest.mark.parametrize(("name", "kind"), [
    ("change_refuse", "change"), ("grid_update", "grid"), ("grid_split", "grid"), ("grid_merge", "grid"),
    ("grid_close", "grid"), ("duty_end", "duty"), ("term_update", "term"), ("member_create", "term"),
    ("member_update", "member"),
])  # fmt: skip
def test_a_grid_worker_does_not_open_the_office_pages(client, worker, records, name, kind):
    assert client.get(reverse(f"grids:{name}", args=[records[kind]])).status_code == 404


@pytest.mark.parametrize("name", [
    "today", "visit_list", "visit_pick", "change_list", "grid_list", "grid_create", "duty_list", "duty_create",
    "term_list", "term_create",
])  # fmt: skip
def test_lists_and_empty_forms_open_on_an_empty_office(client, chair, name):
    assert client.get(reverse(f"grids:{name}")).status_code == 200


# --- cost of lists ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_visit_list_costs_the_same_for_any_number_of_rows(client, worker, grid, rows):
    visits = VisitFactory.create_batch(rows, household__area=grid)

    response, queries = queries_beyond(client, reverse("grids:visit_list"), SHELL)

    assert set(response.context["page"].rows) == set(visits)
    assert queries == 5


@pytest.mark.parametrize("rows", [1, 3])
def test_the_change_list_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    changes = VisitChangeFactory.create_batch(rows, visit__household__area=grid)

    response, queries = queries_beyond(client, reverse("grids:change_list"), SHELL)

    assert {row["change"] for row in response.context["page"].rows} == set(changes)
    assert queries == 5


@pytest.mark.parametrize("rows", [1, 3])
def test_the_duty_list_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    duties = DutyFactory.create_batch(rows, area=grid)

    response, queries = queries_beyond(client, reverse("grids:duty_list"), SHELL)

    assert set(response.context["page"].rows) == set(duties)
    assert queries == 4


@pytest.mark.parametrize("rows", [1, 3])
def test_the_grid_list_costs_the_same_for_any_number_of_rows(client, chair, rows):
    for number in range(1, rows + 1):
        HouseholdFactory(area=DutyFactory(area=grid_of(number)).area)

    response, queries = queries_beyond(client, reverse("grids:grid_list"), SHELL)

    assert [row["homes"] for row in response.context["page"].rows] == [1] * rows
    assert queries == 6


def test_the_grid_list_counts_the_families_of_its_small_units(client, chair, grid):
    unit = places.place(f"{grid.code}01", "一号联户单元", "unit", grid)
    HouseholdFactory(area=grid), HouseholdFactory(area=unit)

    rows = client.get(reverse("grids:grid_list")).context["page"].rows

    assert [(row["code"], row["homes"]) for row in rows] == [(grid.code, 2)]


def test_the_figure_of_families_opens_the_list_of_just_these(client, chair, grid, other_grid, community):
    mine = HouseholdFactory(area=grid)
    HouseholdFactory(area=other_grid)
    unit = places.place(f"{grid.code}01", "一号联户单元", "unit", grid)

    tiles = client.get(reverse("grids:grid_detail", args=[grid.pk])).context["figures"]
    listed = client.get(tiles[0]["url"]).context["page"].rows
    urls = [
        client.get(reverse(f"grids:{name}_detail", args=[area.pk])).context["figures"][0]["url"]
        for name, area in (("grid", unit), ("community", community))
    ]

    assert (tiles[0]["figure"], [row.pk if hasattr(row, "pk") else row["id"] for row in listed]) == (1, [mine.pk])
    assert urls == ["", reverse("households:household_list")]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_term_list_costs_the_same_for_any_number_of_rows(client, chair, rows):
    terms = [TermMemberFactory(term__name=f"第{n}届").term for n in range(rows)]

    response, queries = queries_beyond(client, reverse("grids:term_list"), SHELL)

    assert set(response.context["page"].rows) == set(terms)
    assert queries == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_today_costs_the_same_for_any_number_of_rows(client, worker, grid, rows):
    for _ in range(rows):
        MembershipFactory(household__area=grid, household__next_due_on=today())

    response, queries = queries_beyond(client, reverse("grids:today"), SHELL)

    assert [group.total for group in response.context["groups"]] == [rows]
    assert queries == 15


def grid_of(number):
    return places.grid(number)


# --- today --------------------------------------------------------------------------------------------------------
def test_today_is_grouped_by_urgency_and_says_why_without_the_category(client, worker, grid):
    late = MembershipFactory(household__area=grid, household__next_due_on=today() - 7 * DAY)
    StatusFactory(resident=late.resident, category="TK")
    Household.objects.filter(pk=late.household_id).update(visit_every=30)
    HouseholdFactory(area=grid, next_due_on=today())
    HouseholdFactory(area=grid, next_due_on=today() + 30 * DAY)
    concern_at("assigned", area=grid, assigned_to=worker, due_on=today() - DAY, title="楼道灯不亮")

    response = client.get(reverse("grids:today"))

    groups = {group.key: group for group in response.context["groups"]}
    assert [(e.title, e.when, e.reason) for e in groups["late"].entries] == [
        ("赵小莉", "7 天", "每月走访"), ("楼道灯不亮", "1 天", "诉求办理中"),
    ]  # fmt: skip
    assert (groups["late"].unit, groups["today"].unit, groups["today"].total) == ("件", "户", 1)
    assert "特困" not in response.content.decode()


def test_today_shows_the_grids_in_charge_when_there_are_any(client, chair, grid, other_grid):
    mine = HouseholdFactory(area=grid, next_due_on=today())
    HouseholdFactory(area=other_grid, next_due_on=today())
    assert sum(group.total for group in client.get(reverse("grids:today")).context["groups"]) == 2

    assign_duty(Duty(area=grid, person=chair, role=DutyRole.COMMITTEE), by=chair)

    response = client.get(reverse("grids:today"))
    assert [e.url for g in response.context["groups"] for e in g.entries] == [
        reverse("grids:visit_create", args=[mine.pk])
    ]
    assert response.context["places"] == "第一网格"


def test_a_promised_visit_stands_on_its_day_until_it_is_made(client, worker, grid):
    home = HouseholdFactory(area=grid, next_due_on=today() + 90 * DAY, last_visit_on=today() - 10 * DAY)
    VisitFactory(household=home, visited_on=today() - 10 * DAY, next_on=today())

    (group,) = client.get(reverse("grids:today")).context["groups"]
    assert [(e.reason, e.when) for e in group.entries] == [("约好回访", "今天")]

    VisitFactory(household=home, visited_on=today())
    Household.objects.filter(pk=home.pk).update(last_visit_on=today())
    assert client.get(reverse("grids:today")).context["groups"] == []


def test_an_agreement_about_visits_is_hinted_at_and_told_on_the_form(client, worker, grid):
    member = MembershipFactory(household__area=grid, household__next_due_on=today())
    SafeContactFactory(resident=member.resident, channels=[ContactChannel.PHONE])

    (group,) = client.get(reverse("grids:today")).context["groups"]
    form = client.get(reverse("grids:visit_create", args=[member.household.pk]))

    assert group.entries[0].hint == "上门前先看约定"
    assert form.context["notes"] == [("赵小莉", "她没有同意用上门联系。")]


def test_a_family_is_found_by_name_and_only_in_scope(client, worker, grid, other_grid):
    mine = MembershipFactory(household__area=grid).household
    MembershipFactory(household__area=other_grid)

    response = client.get(reverse("grids:visit_pick"), {"q": "赵小莉"})

    assert response.context["homes"] == [mine]


# --- filters ------------------------------------------------------------------------------------------------------
def test_visits_are_filtered_by_what_stands_in_the_address(client, chair, grid, other_grid):
    mine = VisitFactory(household__area=grid, met=Met.NOBODY, kind="must")
    VisitFactory(household__area=other_grid)
    VisitFactory(household__area=grid, visited_on=today() - 70 * DAY)

    def found(**query):
        return list(client.get(reverse("grids:visit_list"), query).context["page"].rows)

    assert found(grid=grid.pk, month=f"{today():%Y-%m}") == [mine]
    assert found(met="nobody") == [mine]
    assert found(kind="must") == [mine]
    assert found(visitor=mine.visitor_id) == [] or found(visitor=mine.visitor_id) == [mine]
    assert len(found(month="nonsense", kind="nonsense")) == 3


# --- the queue of changes -----------------------------------------------------------------------------------------
def test_a_change_is_taken_into_the_ledger_with_one_click(client, chair, grid):
    change = VisitChangeFactory(visit__household__area=grid)
    page = client.get(reverse("grids:change_list"))
    row = page.context["page"].rows[0]

    client.post(
        reverse("grids:change_accept", args=[change.pk]), {"version": row["version"], "once_key": once_key_of(page)}
    )

    change.refresh_from_db()
    assert change.state == ChangeState.ACCEPTED
    assert Household.objects.get(pk=change.visit.household_id).income_note == "月收入 3200 元"
    assert client.get(reverse("grids:change_list")).context["page"].rows == []


def test_a_change_against_a_newer_ledger_is_sent_back_with_a_sentence(client, chair, grid):
    change = VisitChangeFactory(visit__household__area=grid)
    Household.objects.filter(pk=change.visit.household_id).update(version=5)

    response = client.post(reverse("grids:change_accept", args=[change.pk]), {"version": 1}, follow=True)

    change.refresh_from_db()
    assert change.state == ChangeState.PROPOSED
    assert "台账刚被别人改过，没有写入" in response.content.decode()


# --- office pages -------------------------------------------------------------------------------------------------
def test_a_duty_made_on_the_page_opens_the_grid_and_its_end_closes_it(client, chair, grid, as_user):
    person = UserFactory()
    household = HouseholdFactory(area=grid)
    data = {"area": grid.pk, "person": person.pk, "role": "worker", "valid_from": today().isoformat()}

    client.post(reverse("grids:duty_create"), data | {"once_key": str(uuid.uuid4())})
    assert as_user(person).get(reverse("grids:visit_create", args=[household.pk])).status_code == 200

    url = reverse("grids:duty_end", args=[Duty.objects.get().pk])
    client.post(url, {"on": today().isoformat(), "why": "调动", "once_key": str(uuid.uuid4())})
    assert as_user(person).get(reverse("grids:visit_create", args=[household.pk])).status_code == 404


def test_a_grid_is_split_by_building_on_its_page(client, chair, grid):
    east = HouseholdFactory(area=grid, building="1")
    west = HouseholdFactory(area=grid, building="2")
    data = {"name_1": "东网格", "name_2": "西网格", "to_0": "1", "to_1": "2", "on": today().isoformat(),
            "reason": "户数太多", "once_key": str(uuid.uuid4())}  # fmt: skip

    response = client.post(reverse("grids:grid_split", args=[grid.pk]), data)

    assert response.status_code == 302
    assert [Household.objects.get(pk=h.pk).area.name for h in (east, west)] == ["东网格", "西网格"]
    assert "分出“东网格”" in client.get(reverse("grids:grid_detail", args=[grid.pk])).content.decode()


def test_the_split_page_asks_where_the_rest_goes(client, chair, grid):
    woman = ResidentFactory(area=grid)
    data = {"name_1": "东网格", "name_2": "西网格", "rest": "3", "on": today().isoformat(), "reason": "户数太多"}

    refused = client.post(reverse("grids:grid_split", args=[grid.pk]), data)
    client.post(reverse("grids:grid_split", args=[grid.pk]), data | {"rest": "2", "once_key": str(uuid.uuid4())})

    assert refused.context["form"].errors["rest"] == ["新网格 3 还没有起名字。"]
    woman.refresh_from_db()
    assert woman.area.name == "西网格"


def test_a_split_that_forgets_a_building_says_so_and_changes_nothing(client, chair, grid):
    household = HouseholdFactory(area=grid)
    data = {"name_1": "东网格", "name_2": "西网格", "to_0": "", "on": today().isoformat(), "reason": "x"}

    response = client.post(reverse("grids:grid_split", args=[grid.pk]), data)

    assert response.context["form"].errors["to_0"]
    assert Household.objects.get(pk=household.pk).area == grid


def test_a_new_grid_gets_its_code_from_the_community(client, chair, community, grid):
    data = {"parent": community.pk, "name": "第二网格", "grid_kind": "basic", "opened_on": today().isoformat()}

    response = client.post(reverse("grids:grid_create"), data | {"once_key": str(uuid.uuid4())})

    assert "330106003012002" in client.get(response.url).content.decode()


def test_a_term_and_its_members_are_kept_with_dates(client, chair, community):
    data = {"area": community.pk, "name": "第三届", "starts_on": "2026-01-01", "once_key": str(uuid.uuid4())}
    client.post(reverse("grids:term_create"), data)
    term = Term.objects.get()
    member = {"name": "何晓燕", "role": "committee", "starts_on": "2026-01-01", "ends_on": "2026-02-01"}

    refused = client.post(reverse("grids:member_create", args=[term.pk]), member)
    client.post(
        reverse("grids:member_create", args=[term.pk]),
        member | {"end_why": "调动", "once_key": str(uuid.uuid4())},
    )

    assert refused.context["form"].errors["end_why"] == ["填了离任日期，请写离任原因。"]
    assert [m.name for m in client.get(term.get_absolute_url()).context["former"]] == ["何晓燕"]


def test_reading_pages_write_nothing_but_the_reading_of_a_visit(client, chair, records):
    before = User.objects.count(), Visit.objects.count(), VisitChange.objects.count()

    for name, kind in PAGES:
        client.get(reverse(f"grids:{name}", args=[records[kind]]))

    assert before == (User.objects.count(), Visit.objects.count(), VisitChange.objects.count())


def test_a_new_phone_number_stays_masked_among_the_changes(client, chair, grid):
    VisitChangeFactory(visit__household__area=grid, kind=ChangeKind.PHONE, field="phone", value="13800002286")

    page = client.get(reverse("grids:change_list"))

    assert [row["new"] for row in page.context["page"].rows] == ["138****2286"]
    assert "13800002286" not in page.content.decode()
