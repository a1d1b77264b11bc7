"""Every page: who may open it, what it costs, that nothing full-length leaks."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from fedhub.areas.tests.factories import grid as grid_at
from fedhub.core.models import AuditEvent
from households.services.households import assign_households, move_household
from households.services.merge import merge_residents
from households.tests.factories import (
    ChildFileFactory,
    ConsentFactory,
    HouseholdFactory,
    MembershipFactory,
    PhoneFactory,
    ResidentFactory,
    SafeContactFactory,
    StatusFactory,
    id_number,
)

ID = id_number("19850401", 2)
# The part of a list that htmx swaps: without the menu, whose counts belong to other apps.
FRAGMENT = {"HX-Request": "true"}
# Session, user, grants, tree; grids of the filter, reference stamp; then the list itself: count, rows,
# and what hangs on them.
QUERIES = {"household_list": 13, "resident_list": 11, "child_list": 7, "assignment_list": 6}
pytestmark = pytest.mark.django_db


@pytest.fixture
def family(grid):
    """王桂兰户 with its head: number, phone, category, consent, safe contact."""
    member = MembershipFactory(
        household__area=grid, resident__name="王桂兰", resident__birth="", resident__id_number=ID
    )
    PhoneFactory(resident=member.resident)
    StatusFactory(resident=member.resident)
    ConsentFactory(resident=member.resident)
    SafeContactFactory(resident=member.resident)
    return member


HOUSEHOLD_PAGES = [
    "household_detail", "household_update", "household_close", "member_create", "relations", "household_status_create",
    "household_sheet", "arrive", "birth", "split", "move_home",
]  # fmt: skip
RESIDENT_PAGES = [
    "resident_detail", "resident_update", "status_create", "consent_create", "safe_contact", "join", "leave", "death",
    "marriage", "register", "merge_pick",
]  # fmt: skip


def pages_of(family, officer):
    home, woman = family.household, family.resident
    twin = ResidentFactory(area=home.area, name="王桂兰")
    status = woman.statuses.get()
    child = ChildFileFactory(resident__area=home.area, officer=officer)
    pages = [(name, [home.pk]) for name in HOUSEHOLD_PAGES]
    pages += [(name, [woman.pk]) for name in RESIDENT_PAGES]
    pages += [("merge", [woman.pk, twin.pk]), ("status_end", [status.pk]), ("status_correct", [status.pk])]
    pages += [(f"child_{name}", [child.pk]) for name in ("detail", "update", "close")]
    return [(name, reverse(f"households:{name}", args=args)) for name, args in pages]


def test_the_chair_opens_every_page_of_her_place_and_the_stranger_none(chair, stranger, family, as_user):
    ours, theirs = as_user(chair), as_user(stranger)
    pages = pages_of(family, chair)

    opened = {name: ours.get(url).status_code for name, url in pages}
    refused = {name: theirs.get(url).status_code for name, url in pages}

    assert set(opened.values()) == {200}, opened
    assert set(refused.values()) == {404}, refused


@pytest.mark.parametrize("name", HOUSEHOLD_PAGES + RESIDENT_PAGES)
def test_a_page_posted_by_the_stranger_is_a_404_and_changes_nothing(name, stranger, family, as_user):
    row = family.household if name in HOUSEHOLD_PAGES else family.resident
    before = (row.version, row.history.count())

    response = as_user(stranger).post(reverse(f"households:{name}", args=[row.pk]), {"on": "2024-01-01", "why": "无"})

    row.refresh_from_db()
    assert (response.status_code in (404, 405), (row.version, row.history.count())) == (True, before)


@pytest.mark.parametrize("name", ["consent_withdraw", "merge_undo", "assignment_undo"])
def test_steps_of_our_place_are_closed_to_the_stranger(name, chair, stranger, family, other_grid, as_user):
    rows = {
        "consent_withdraw": lambda: family.resident.consents.get(),
        "merge_undo": lambda: merge_residents(family.resident, ResidentFactory(), reason="重复登记", by=chair),
        "assignment_undo": lambda: assign_households([family.household], other_grid, by=chair),
    }
    row = rows[name]()
    url = reverse(f"households:{name}", args=[row.pk])

    refused = as_user(stranger).post(url).status_code
    opened = as_user(chair).post(url).status_code

    assert (refused, opened) == (404, 302)


def test_taking_an_assignment_back_names_no_family_that_lies_elsewhere_by_now(
    chair, stranger, family, other_grid, as_user
):
    bulk = assign_households([family.household], other_grid, by=chair)
    move_household(family.household, grid_at(1, stranger.grants.get().area), by=stranger)

    answer = as_user(chair).post(reverse("households:assignment_undo", args=[bulk.pk]))

    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told[0] == "有 1 户已经不归您管，没有动。"
    assert "王桂兰" not in "".join(told)


@pytest.mark.parametrize(
    "name",
    ["household_list", "resident_list", "child_list", "assignment_list", "household_create", "resident_create",
     "child_create", "blank_visit_form"],
)  # fmt: skip
def test_pages_without_a_row_open_and_show_a_stranger_nothing_of_ours(name, chair, stranger, family, as_user):
    ChildFileFactory(resident__area=family.household.area, resident__name="周子涵")

    ours, theirs = (
        as_user(chair).get(reverse(f"households:{name}")),
        as_user(stranger).get(reverse(f"households:{name}")),
    )

    assert (ours.status_code, theirs.status_code) == (200, 200)
    assert not {"王桂兰", "周子涵", "精诚公寓"} & {w for w in ("王桂兰", "周子涵", "精诚公寓") if w in theirs.text}


@pytest.mark.parametrize("tab", ["", "members", "visits", "concerns", "changes", "readers"])
def test_every_tab_of_a_household_opens(tab, client, chair, family):
    response = client.get(family.household.get_absolute_url(), {"tab": tab} if tab else {})

    assert response.status_code == 200


@pytest.mark.parametrize("tab", ["", "statuses", "consents", "visits", "changes", "readers"])
def test_every_tab_of_a_person_opens(tab, client, chair, family):
    response = client.get(family.resident.get_absolute_url(), {"tab": tab} if tab else {})

    assert response.status_code == 200


def test_an_unknown_tab_is_a_404(client, chair, family):
    assert client.get(family.household.get_absolute_url(), {"tab": "sealed"}).status_code == 404


def test_no_page_contains_a_full_number(client, chair, family):
    texts = {name: client.get(url).text for name, url in pages_of(family, chair)}
    texts |= {name: client.get(reverse(f"households:{name}")).text for name in ("household_list", "resident_list")}

    leaks = [name for name, text in texts.items() if ID in text or "13800000417" in text]

    assert leaks == []


def test_opening_a_page_is_logged_once_an_hour_and_shown(client, chair, family):
    for _ in range(2):
        client.get(family.household.get_absolute_url())
    response = client.get(family.household.get_absolute_url(), {"tab": "readers"})

    assert AuditEvent.objects.filter(action="households.household.read").count() == 1
    assert [(line.who, line.title) for line in response.context["readers"]] == [("周敏", "看过这一页")]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_household_list_costs_the_same_for_any_number_of_rows(
    rows, client, worker, grid, django_assert_num_queries
):
    for _ in range(rows):
        StatusFactory(resident=MembershipFactory(household__area=grid).resident)

    with django_assert_num_queries(QUERIES["household_list"]):
        response = client.get(reverse("households:household_list"), headers=FRAGMENT)

    assert len(response.context["page"].rows) == rows


@pytest.mark.parametrize("most", [1, 1000])
@pytest.mark.parametrize(("page", "unit"), [("household_list", "户"), ("resident_list", "人")])
def test_a_list_of_hits_pages_forth_and_back_whether_few_or_many_were_found(
    page, unit, most, client, worker, grid, other_grid, monkeypatch
):
    monkeypatch.setattr("fedhub.core.paging.COUNT_CAP", most)
    monkeypatch.setattr("fedhub.core.paging._long_lists", {})
    monkeypatch.setattr("fedhub.core.views.ScopedListView.page_size", 2)
    for number, area in enumerate([grid, grid, grid, other_grid], 1):
        MembershipFactory(
            household=HouseholdFactory(area=area, next_due_on=date(2020, 1, number)),
            resident__name=f"王桂{'甲乙丙丁'[number - 1]}", resident__name_sort=str(number),
        )  # fmt: skip
    address = reverse(f"households:{page}")

    first = client.get(address, {"q": "王桂"}, headers=FRAGMENT).context["page"]
    second = client.get(address + first.next_url, headers=FRAGMENT).context["page"]
    back = client.get(address + second.previous_url, headers=FRAGMENT).context["page"]

    assert [len(shown.rows) for shown in (first, second, back)] == [2, 1, 2]
    assert back.rows == first.rows
    assert second.rows[0] not in first.rows
    assert first.total_text == (f"共 3 {unit}" if most == 1000 else f"1+ {unit}")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_people_costs_the_same_for_any_number_of_rows(
    rows, client, worker, grid, django_assert_num_queries
):
    for _ in range(rows):
        member = MembershipFactory(household__area=grid)
        StatusFactory(resident=member.resident)
        PhoneFactory(resident=member.resident)

    with django_assert_num_queries(QUERIES["resident_list"]):
        response = client.get(reverse("households:resident_list"), headers=FRAGMENT)

    assert len(response.context["page"].rows) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_childrens_list_costs_the_same_for_any_number_of_rows(
    rows, client, worker, grid, django_assert_num_queries
):
    for _ in range(rows):
        ChildFileFactory(resident__area=grid)

    with django_assert_num_queries(QUERIES["child_list"]):
        response = client.get(reverse("households:child_list"), headers=FRAGMENT)

    assert len(response.context["page"].rows) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_assignments_costs_the_same_for_any_number_of_rows(
    rows, client, chair, grid, other_grid, django_assert_num_queries
):
    for _ in range(rows):
        assign_households([HouseholdFactory(area=grid)], other_grid, by=chair)

    with django_assert_num_queries(QUERIES["assignment_list"]):
        response = client.get(reverse("households:assignment_list"), headers=FRAGMENT)

    assert len(response.context["page"].rows) == rows


def test_the_lines_of_the_lists_escape_what_was_typed_and_keep_their_marks(client, worker, grid):
    member = MembershipFactory(
        household__area=grid, household__address="<b>1</b>", household__number="H1<i>", resident__name="<script>",
        resident__sex="1", resident__state="moved", resident__left_on="2026-01-05", resident__id_note="对不上",
    )  # fmt: skip
    PhoneFactory(resident=member.resident)

    people = client.get(reverse("households:resident_list"), {"who": "all", "state": "all"}).content.decode()
    homes = client.get(reverse("households:household_list")).content.decode()

    assert ("<script>" in people.split("<tbody>")[1], "&lt;script&gt;</a>" in people) == (False, True)
    assert '</a> <span class="wf-mute">男</span> <span class="wf-chip">已迁出</span></th>' in people
    assert "待核对</span></td>" in people
    assert ("<b>1</b>" in people + homes, "&lt;b&gt;1&lt;/b&gt;" in people, "H1&lt;i&gt;" in homes) == (
        False,
        True,
        True,
    )
