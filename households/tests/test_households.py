"""Households: number, address, head, due day, moving, bulk assignment with undo."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from fedhub.areas.tests import factories as places
from fedhub.core.models import AuditEvent
from households.models import Household, HouseholdPlace, Status
from households.queries import households_due, place_on
from households.services.households import (
    assign_households,
    change_household,
    create_household,
    move_household,
    note_visit,
    recompute_due,
    refresh_household,
    set_relations,
    undo_assignment,
)
from households.services.life import close_household
from households.tests.factories import HouseholdFactory, MembershipFactory, ResidentFactory, StatusFactory

TODAY = timezone.localdate
pytestmark = pytest.mark.django_db


def test_a_new_household_gets_number_place_keys_and_due_day(worker, grid):
    homes = [
        create_household(Household(area=grid, compound="精诚公寓", building="2", stair="1", room=room), by=worker)
        for room in ("301", "302")
    ]

    assert [h.number for h in homes] == ["H330106003012-00001", "H330106003012-00002"]
    home = homes[0]
    assert (home.address, home.address_key) == ("精诚公寓2栋1单元301", "精诚公寓2-1-301")
    assert [(p.area, p.valid_from, p.valid_to) for p in home.places.all()] == [(grid, TODAY(), None)]
    assert home.next_due_on == TODAY() + timedelta(days=180)
    assert "2-1-301" in home.keys.values_list("key", flat=True)
    assert AuditEvent.objects.filter(action="households.household.create").count() == 2


def test_a_household_lies_in_a_grid_and_nowhere_else(worker, community):
    with pytest.raises(ValidationError, match="不能放家庭"):
        create_household(Household(area=community), by=worker)


def test_the_address_follows_its_parts_until_somebody_writes_one(worker):
    home = HouseholdFactory(room="301")
    home.room = "302"
    change_household(home, ["room"], base_version=1, by=worker)
    composed = home.address
    home.address = "精诚公寓物业楼上"
    change_household(home, ["address"], base_version=2, by=worker)
    home.room = "303"
    change_household(home, ["room"], base_version=3, by=worker)

    assert composed == "精诚公寓2栋1单元302"
    assert (home.address, home.address_key) == ("精诚公寓物业楼上", "精诚公寓2-1-303")
    assert "2-1-303" in home.keys.values_list("key", flat=True)


def test_the_area_is_never_changed_by_the_way(worker, other_grid):
    home = HouseholdFactory()
    area = home.area
    home.area = other_grid

    change_household(home, ["area", "note"], base_version=1, by=worker)

    home.refresh_from_db()
    assert home.area == area


def test_the_head_is_the_member_with_that_relation():
    home = MembershipFactory(resident__name="赵建国", relation="10").household
    assert (home.head_name, home.people) == ("王桂兰", 1)

    head = MembershipFactory(household=home, resident__name="何晓燕", relation="02")
    assert (home.head_name, home.head_sort[:3], home.people) == ("何晓燕", "he2", 2)

    head.valid_to = TODAY()
    head.save()
    refresh_household(home)
    assert (home.head_name, home.people) == ("", 1)


def test_relations_allow_one_head(worker):
    one = MembershipFactory()
    two = MembershipFactory(household=one.household, relation="10", resident__name="赵建国")

    with pytest.raises(ValidationError, match="只能有一位户主"):
        set_relations(one.household, {two.pk: ("02", 1)}, by=worker)
    set_relations(one.household, {one.pk: ("12", 1), two.pk: ("02", 1)}, by=worker)

    one.household.refresh_from_db()
    assert one.household.head_name == "赵建国"


def test_people_move_with_their_household(worker, chair, other_grid):
    member = MembershipFactory()
    home, grid = member.household, member.household.area

    move_household(home, other_grid, reason="网格调整", by=chair)

    member.resident.refresh_from_db()
    assert (home.area, member.resident.area, home.version) == (other_grid, other_grid, 2)
    assert [(p.area, p.valid_to) for p in home.places.order_by("id")] == [
        (grid, TODAY() - timedelta(days=1)),
        (other_grid, None),
    ]
    assert home.history.latest("history_id").area_id == other_grid.pk
    assert member.resident.history.latest("history_id").area_id == other_grid.pk
    assert (place_on(home, TODAY()), place_on(home, TODAY() - timedelta(days=1))) == (other_grid, grid)


def test_somebody_registered_but_living_elsewhere_does_not_move(chair, other_grid):
    member = MembershipFactory(kind="registered")

    move_household(member.household, other_grid, by=chair)

    member.resident.refresh_from_db()
    assert member.resident.area != other_grid


def test_a_closed_grid_and_a_closed_household_take_part_in_no_move(chair, other_grid, community):
    home = HouseholdFactory()

    with pytest.raises(ValidationError, match="不能放家庭"):
        move_household(home, community, by=chair)
    close_household(home, on=TODAY(), why="拆迁", by=chair)
    with pytest.raises(ValidationError, match="不在册"):
        move_household(home, other_grid, by=chair)


class TestOnePlace(TestCase):
    """Rule 1 of the handbook's test oracles: at most one current grid, whatever is moved when."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 365)), max_size=6))
    def test_a_household_has_one_current_grid_and_one_on_every_day(self, moves):
        grids = {n: places.grid(n) for n in range(1, 5)}
        home = HouseholdFactory(area=grids[1])
        start = TODAY() - timedelta(days=365)
        lay = dict.fromkeys(range(366), grids[1])
        for number, day in sorted(moves, key=lambda move: move[1]):
            move_household(home, grids[number], on=start + timedelta(days=day), by=None)
            lay |= dict.fromkeys(range(day, 366), grids[number])

        assert HouseholdPlace.objects.filter(household=home, valid_to=None).count() == 1
        asked = {0, 365, *(day + offset for _, day in moves for offset in (-1, 0, 1) if 0 <= day + offset <= 365)}
        assert {day: place_on(home, start + timedelta(days=day)) for day in asked} == {day: lay[day] for day in asked}


def test_a_move_lies_between_the_last_one_and_today(chair, grid, other_grid):
    home = HouseholdFactory(area=grid)
    move_household(home, other_grid, on=TODAY() - timedelta(days=10), by=chair)

    with pytest.raises(ValidationError, match="有 1 户是后来才到现在的网格的"):
        move_household(home, grid, on=TODAY() - timedelta(days=11), by=chair)
    with pytest.raises(ValidationError, match="不能晚于今天"):
        move_household(home, grid, on=TODAY() + timedelta(days=1), by=chair)

    home.refresh_from_db()
    assert home.area == other_grid
    assert [(p.area, p.valid_from, p.valid_to) for p in home.places.order_by("id")] == [
        (grid, TODAY() - timedelta(days=365), TODAY() - timedelta(days=11)),
        (other_grid, TODAY() - timedelta(days=10), None),
    ]


@pytest.mark.parametrize(("state", "reason"), [("moved", "moved"), ("closed", "other")])
def test_a_household_off_the_books_leaves_no_category_open(chair, state, reason):
    home = HouseholdFactory()
    status = StatusFactory(resident=None, household=home, category="DB")

    close_household(home, on=TODAY() - timedelta(days=3), why="拆迁", state=state, by=chair)

    status.refresh_from_db()
    ended = Status.objects.get(household=home, replaced_at=None)
    assert (ended.valid_to, ended.exit_reason) == (TODAY() - timedelta(days=3), reason)
    assert status.replaced_by == ended
    assert Household.objects.get(pk=home.pk).next_due_on is None


def test_bulk_assignment_moves_and_its_undo_brings_back(chair, other_grid):
    homes = [MembershipFactory().household for _ in range(3)]
    grid = homes[0].area

    bulk = assign_households(homes, other_grid, reason="第二网格划分", by=chair)
    moved = set(Household.objects.filter(area=other_grid))
    result = undo_assignment(bulk, by=chair)

    assert (bulk.total, moved) == (3, set(homes))
    assert (set(result.back), result.refused) == (set(homes), [])
    assert Household.objects.filter(area=grid).count() == 3
    assert {m.resident.area for h in homes for m in h.memberships.select_related("resident__area")} == {grid}
    with pytest.raises(ValidationError, match="已经撤销过"):
        undo_assignment(bulk, by=chair)


def test_undo_leaves_alone_what_was_moved_since_and_lists_it(chair, other_grid):
    stay, again, closed = HouseholdFactory(), HouseholdFactory(), HouseholdFactory()
    grid, third = stay.area, places.grid(3)
    bulk = assign_households([stay, again, closed], other_grid, by=chair)
    again.refresh_from_db()
    move_household(again, third, by=chair)
    move_household(again, other_grid, by=chair)
    closed.refresh_from_db()
    close_household(closed, on=TODAY(), why="拆迁", by=chair)

    result = undo_assignment(bulk, by=chair)

    assert (result.back, result.refused) == ([stay], [again, closed])
    assert {h.area for h in Household.objects.filter(pk__in=[again.pk, closed.pk])} == {other_grid}
    assert Household.objects.get(pk=stay.pk).area == grid


def test_assigning_what_lies_there_already_is_refused(chair, grid):
    with pytest.raises(ValidationError, match="都已经在这个网格"):
        assign_households([HouseholdFactory(area=grid)], grid, by=chair)


def test_due_day_follows_the_newest_counting_visit_and_the_category(worker):
    member = MembershipFactory()
    home = member.household
    day = TODAY() - timedelta(days=5)

    note_visit(home, day=day, by=worker)
    note_visit(home, day=day - timedelta(days=30), by=worker)
    plain = (home.last_visit_on, home.next_due_on)
    StatusFactory(resident=member.resident, category="GG")
    note_visit(home, day=day, by=worker)

    assert plain == (day, day + timedelta(days=180))
    assert home.next_due_on == day + timedelta(days=30)


def test_without_visits_the_day_of_registration_counts(worker):
    home = HouseholdFactory(last_visit_on=date(2024, 1, 1))

    recompute_due(home)

    assert (home.last_visit_on, home.next_due_on) == (None, TODAY() + timedelta(days=180))


def test_due_households_are_those_of_the_user_longest_overdue_first(worker, grid, other_grid):
    late, now = [HouseholdFactory(area=grid, next_due_on=TODAY() - timedelta(days=d)) for d in (9, 0)]
    HouseholdFactory(area=other_grid, next_due_on=TODAY())
    HouseholdFactory(area=grid, next_due_on=TODAY() + timedelta(days=1))

    assert list(households_due(worker, TODAY())) == [late, now]


def test_nobody_may_be_left_in_a_closed_household(chair):
    home = MembershipFactory().household

    with pytest.raises(ValidationError, match="还有在册的人"):
        close_household(home, on=TODAY(), why="拆迁", by=chair)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE households_household SET state = 'moved'",
        "UPDATE households_household SET closed_on = '2024-01-01'",
        "UPDATE households_household SET state = 'lost'",
        "UPDATE households_householdplace SET valid_to = '1990-01-01'",
        "UPDATE households_householdplace SET household_id = (SELECT min(id) FROM households_household)",
        "UPDATE households_membership SET valid_to = '1990-01-01'",
        "UPDATE households_membership SET kind = 'guest'",
        "UPDATE households_membership SET resident_id = (SELECT min(id) FROM households_resident)",
    ],
)
def test_the_database_refuses_households_that_cannot_be(statement, grid):
    MembershipFactory(), MembershipFactory(resident=ResidentFactory(name="周敏"))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
