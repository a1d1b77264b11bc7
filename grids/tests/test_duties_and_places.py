"""包保 gives and takes access; grids split, merge and close without rewriting anything."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import Role
from accounts.tests.factories import UserFactory, user_with
from concerns.services.handling import withdraw_concern
from concerns.tests.factories import ConcernFactory, ReceptionFactory, concern_at
from fedhub.areas.enums import AreaKind, AreaStatus
from fedhub.areas.models import Area, AreaChange
from fedhub.areas.tests.factories import BuildingFactory, place
from fedhub.core.checks import own_models
from grids.enums import DutyRole
from grids.models import Duty, Visit
from grids.services.duty import assign_duty, end_duty
from grids.services.places import Part, close_grid, merge_grids, open_grid, split_grid
from grids.tests.factories import DutyFactory, VisitFactory
from households.models import ChildFile, Household, HouseholdPlace, Resident
from households.queries import place_on
from households.tests.factories import ChildFileFactory, HouseholdFactory, MembershipFactory, ResidentFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def again(user):
    """The user as the next request sees her."""
    return User.objects.get(pk=user.pk)


# --- duties -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("duty_role", "role"), [
    (DutyRole.HEAD, Role.GRID_WORKER), (DutyRole.WORKER, Role.GRID_WORKER), (DutyRole.COMMITTEE, Role.COMMITTEE),
])  # fmt: skip
def test_a_duty_gives_the_role_and_ending_it_takes_the_role_away(chair, grid, duty_role, role):
    person, household = UserFactory(), HouseholdFactory(area=grid)

    duty = assign_duty(Duty(area=grid, person=person, role=duty_role), by=chair)

    assert (duty.grant.role, duty.grant.area, duty.grant.user) == (role, grid, person)
    assert list(Household.objects.visible_to(again(person))) == [household]

    end_duty(duty, why="换届", by=chair)

    assert list(Household.objects.visible_to(again(person))) == []
    assert not Duty.objects.in_force().exists()
    assert not RoleGrant.objects.in_force().filter(user=person).exists()


def test_a_duty_that_began_today_ends_at_once_and_claims_no_day_before(chair, grid):
    person, today = UserFactory(), timezone.localdate()
    HouseholdFactory(area=grid)
    duty = assign_duty(Duty(area=grid, person=person, role=DutyRole.WORKER), by=chair)

    end_duty(duty, why="填错了", by=chair)

    duty.refresh_from_db()
    for row in (duty, duty.grant):
        assert (row.valid_from, row.valid_to) == (today, today)
        assert row.ended_at is not None
    assert list(Household.objects.visible_to(again(person))) == []
    assert held(person, today, -1, 0, 1) == ([0, 0, 0], [0, 0, 0])


def held(person, day, *offsets):
    """How many duties and grants of `person` are in force on the days around `day`."""
    return tuple(
        [rows.in_force(day + n * DAY).count() for n in offsets]
        for rows in (Duty.objects.filter(person=person), RoleGrant.objects.filter(user=person))
    )


def test_the_day_after_the_record_says_that_it_was_held_on_its_day(chair, grid):
    person, day = UserFactory(), timezone.localdate()
    duty = assign_duty(Duty(area=grid, person=person, role=DutyRole.WORKER), by=chair)
    end_duty(duty, why="填错了", by=chair)

    with time_machine.travel(timezone.now() + 2 * DAY):
        assert held(person, day, -1, 0, 1, 2) == ([0, 1, 0, 0], [0, 1, 0, 0])


def test_a_duty_taken_back_before_it_begins_never_holds(chair, grid):
    start = timezone.localdate() + 3 * DAY
    duty = assign_duty(Duty(area=grid, person=UserFactory(), role=DutyRole.WORKER, valid_from=start), by=chair)

    end_duty(duty, why="不来了", by=chair)

    assert (duty.valid_from, duty.valid_to, duty.grant.valid_to) == (start, start, start)
    assert [Duty.objects.in_force(start + n * DAY).count() for n in (-1, 0, 1)] == [0, 0, 0]


def test_a_duty_ended_for_a_day_to_come_holds_until_then(chair, grid):
    today = timezone.localdate()
    duty = assign_duty(Duty(area=grid, person=UserFactory(), role=DutyRole.WORKER), by=chair)

    end_duty(duty, why="调动", on=today + 5 * DAY, by=chair)

    assert [Duty.objects.in_force(today + n * DAY).count() for n in (0, 4, 5)] == [1, 1, 0]
    assert (duty.ended_at, duty.grant.ended_at, duty.grant.valid_to) == (None, None, today + 4 * DAY)


def test_a_supporting_person_gets_no_access(chair, grid):
    person = UserFactory()
    HouseholdFactory(area=grid)

    duty = assign_duty(Duty(area=grid, person=person, role=DutyRole.SUPPORT), by=chair)

    assert duty.grant is None
    assert list(Household.objects.visible_to(again(person))) == []


def test_an_ended_duty_does_not_take_away_what_was_granted_otherwise(chair, grid, worker):
    household = HouseholdFactory(area=grid)
    duty = assign_duty(Duty(area=grid, person=worker, role=DutyRole.COMMITTEE), by=chair)

    end_duty(duty, why="换届", by=chair)

    assert list(Household.objects.visible_to(again(worker))) == [household]


def test_a_duty_that_began_earlier_ends_the_day_before(chair, grid):
    began = timezone.localdate() - 30 * DAY
    duty = assign_duty(Duty(area=grid, person=UserFactory(), role=DutyRole.WORKER, valid_from=began), by=chair)

    end_duty(duty, why="调动", on=timezone.localdate() - 2 * DAY, by=chair)

    duty.grant.refresh_from_db()
    assert (duty.valid_from, duty.valid_to) == (began, timezone.localdate() - 3 * DAY)
    assert (duty.grant.valid_from, duty.grant.valid_to) == (duty.valid_from, duty.valid_to)


def test_what_cannot_be_a_duty_is_refused_with_a_sentence(chair, grid, community):
    person = UserFactory()
    assign_duty(Duty(area=grid, person=person, role=DutyRole.WORKER), by=chair)

    with pytest.raises(ValidationError, match="不用重复安排"):
        assign_duty(Duty(area=grid, person=person, role=DutyRole.WORKER), by=chair)
    with pytest.raises(ValidationError, match="不是在用的网格"):
        assign_duty(Duty(area=community, person=person, role=DutyRole.WORKER), by=chair)
    with pytest.raises(ValidationError, match="已停用"):
        assign_duty(Duty(area=grid, person=UserFactory(is_active=False), role=DutyRole.WORKER), by=chair)


def test_a_duty_ends_once_and_with_a_reason(chair, grid):
    duty = assign_duty(Duty(area=grid, person=UserFactory(), role=DutyRole.WORKER), by=chair)

    with pytest.raises(ValidationError, match="原因"):
        end_duty(duty, why="", by=chair)
    end_duty(duty, why="换届", by=chair)
    with pytest.raises(ValidationError, match="已经结束"):
        end_duty(duty, why="换届", by=chair)


@pytest.mark.parametrize("change", [
    "role = 'queen'", "valid_to = '2000-01-01', end_why = 'x'", "valid_to = valid_from", "end_why = 'x'",
    "ended_at = '2026-01-01 00:00:00+00:00'",
])  # fmt: skip
def test_the_database_refuses_a_duty_that_cannot_be(grid, change):
    duty = DutyFactory(area=grid)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE grids_duty SET {change} WHERE id = %s", [duty.pk])


def test_the_database_refuses_the_same_open_duty_twice(grid):
    duty = DutyFactory(area=grid)

    with pytest.raises(IntegrityError), transaction.atomic():
        DutyFactory(area=grid, person=duty.person, role=duty.role)


# --- opening ------------------------------------------------------------------------------------------------------
def test_grids_are_numbered_within_their_community(chair, community, grid):
    opened = open_grid(Area(parent=community, name="新网格"), by=chair)

    assert opened.code == f"{community.code}002"
    assert opened.kind == AreaKind.GRID


@pytest.mark.parametrize("code", ["330106003013001", "33010600301200", "33010600301200a", "330106003012001"])
def test_a_grid_code_starts_with_its_community_and_is_used_once(chair, community, grid, code):
    with pytest.raises(ValidationError):
        open_grid(Area(parent=community, name="新网格", code=code), by=chair)


# --- splitting ----------------------------------------------------------------------------------------------------
@pytest.fixture
def split_case(grid, chair, worker):
    """A grid of two buildings, its worker by duty, one visit, one open concern and one closed."""
    east = MembershipFactory(household__area=grid, household__building="1").household
    west = HouseholdFactory(area=grid, building="2")
    assign_duty(Duty(area=grid, person=worker, role=DutyRole.WORKER), by=chair)
    visit = VisitFactory(household=east)
    concern = ConcernFactory(area=grid, household=east)
    closed = concern_at("closed", area=grid, household=east)
    return east, west, visit, concern, closed


def test_splitting_moves_families_duties_and_concerns_and_rewrites_nothing(grid, chair, worker, split_case):
    east, west, visit, concern, closed = split_case
    building = BuildingFactory(area=grid, name="1")

    news = split_grid(grid, [Part("东网格", [east], [building]), Part("西网格", [west])], reason="户数太多", by=chair)

    for row in (grid, east, west, visit, concern, closed, building):
        row.refresh_from_db()
    assert [new.code for new in news] == ["330106003012002", "330106003012003"]
    assert (grid.status, grid.closed_on) == (AreaStatus.SPLIT, timezone.localdate())
    assert (east.area, west.area, building.area) == (news[0], news[1], news[0])
    assert visit.grid == grid
    assert (concern.area, closed.area) == (news[0], news[0])
    assert [row.area for row in concern.history.order_by("history_id")] == [grid, news[0]]
    assert east.memberships.get().resident.area == news[0]
    assert set(Duty.objects.in_force().values_list("area", "person")) == {(new.pk, worker.pk) for new in news}
    assert set(Household.objects.visible_to(again(worker))) == {east, west}
    assert list(Visit.objects.visible_to(again(worker))) == [visit]
    assert set(AreaChange.objects.values_list("old", "new", "kind")) == {(grid.pk, n.pk, "split") for n in news}


def test_a_duty_that_ends_on_a_day_to_come_goes_on_until_then_in_the_new_grids(grid, chair):
    person, household = UserFactory(), HouseholdFactory(area=grid)
    last = timezone.localdate() + 4 * DAY
    duty = assign_duty(Duty(area=grid, person=person, role=DutyRole.WORKER), by=chair)
    end_duty(duty, why="调动", on=last + DAY, by=chair)

    news = split_grid(grid, [Part("东网格", [household]), Part("西网格")], reason="户数太多", by=chair)

    running = Duty.objects.running().order_by("area__code").values_list("area", "valid_to", "end_why")
    assert list(running) == [(new.pk, last, "调动") for new in news]
    assert list(Household.objects.visible_to(again(person))) == [household]
    grants = RoleGrant.objects.running().filter(user=person).order_by("area__code").values_list("area", "valid_to")
    assert list(grants) == [(new.pk, last) for new in news]


def test_plain_grants_follow_a_split_too(grid, chair, worker):
    household = HouseholdFactory(area=grid)

    split_grid(grid, [Part("东网格", [household]), Part("西网格")], reason="户数太多", by=chair)

    assert list(Household.objects.visible_to(again(worker))) == [household]
    assert set(RoleGrant.objects.in_force().filter(user=worker).values_list("area__name", flat=True)) == {
        "东网格", "西网格",
    }  # fmt: skip


def test_a_duty_on_a_small_unit_does_not_grow_by_a_split(grid, chair):
    unit = place(f"{grid.code}01", "一号联户单元", AreaKind.UNIT, grid)
    person, household = UserFactory(), HouseholdFactory(area=unit)
    assign_duty(Duty(area=unit, person=person, role=DutyRole.WORKER), by=chair)

    split_grid(grid, [Part("东网格", [household]), Part("西网格")], reason="户数太多", by=chair)

    unit.refresh_from_db()
    assert unit.status == AreaStatus.SPLIT
    assert list(Household.objects.visible_to(again(person))) == []


def test_a_split_that_forgets_a_family_changes_nothing(grid, chair, split_case):
    east, west, *_ = split_case

    with pytest.raises(ValidationError, match="还有 1 户"):
        split_grid(grid, [Part("东网格", [east]), Part("西网格")], reason="户数太多", by=chair)

    grid.refresh_from_db()
    assert grid.status == AreaStatus.ACTIVE
    assert Area.objects.grids().count() == 1


def test_a_split_into_one_or_with_a_family_in_two_is_refused(grid, chair):
    household = HouseholdFactory(area=grid)

    with pytest.raises(ValidationError, match="两个网格"):
        split_grid(grid, [Part("东网格", [household])], reason="x", by=chair)
    with pytest.raises(ValidationError, match="被分到了两个"):
        split_grid(grid, [Part("东网格", [household]), Part("西网格", [household])], reason="x", by=chair)
    with pytest.raises(ValidationError, match="不能晚于今天"):
        split_grid(grid, [Part("东"), Part("西")], on=timezone.localdate() + DAY, reason="x", by=chair)


@pytest.fixture
def rest_case(grid):
    """What hangs on no family of a grid: a woman alone, her concern and call, others of nobody, a family that left."""
    woman = ResidentFactory(area=grid)
    child = ChildFileFactory(resident__area=grid)
    left = HouseholdFactory(area=grid, state="moved", closed_on=timezone.localdate())
    return {
        "woman": woman,
        "child": child.resident,
        "left": left,
        "hers": ConcernFactory(area=grid, resident=woman),
        "nobodys": ConcernFactory(area=grid),
        "done": concern_at("closed", area=grid),
        "call": ReceptionFactory(area=grid, resident=woman),
        "visitor": ReceptionFactory(area=grid),
    }


def where(rows):
    """The areas of `rows` as stored, each once."""
    return {type(row).objects.get(pk=row.pk).area for row in rows}


@pytest.mark.parametrize("part", [0, 1, None])
def test_what_hangs_on_no_family_goes_where_the_split_says_else_to_the_community(
    grid, community, chair, worker, rest_case, part
):
    parts = [Part("东网格", rest=part == 0), Part("西网格", rest=part == 1)]

    news = split_grid(grid, parts, reason="户数太多", by=chair)

    goal = community if part is None else news[part]
    assert where(rest_case.values()) == {goal}
    for name in ("woman", "left", "hers", "call"):
        history = rest_case[name].history.order_by("-history_id").values_list("area", "history_change_reason")
        assert history.first()[0] == goal.pk
    assert set(Resident.objects.visible_to(again(worker))) == (
        set() if part is None else {rest_case["woman"], rest_case["child"]}
    )


def test_the_concern_of_a_woman_goes_with_her_family_in_a_split(grid, chair):
    member = MembershipFactory(household__area=grid)
    concern = ConcernFactory(area=grid, resident=member.resident)
    call = ReceptionFactory(area=grid, resident=member.resident)

    news = split_grid(grid, [Part("东网格", [member.household]), Part("西网格", rest=True)], reason="x", by=chair)

    assert where([concern, call]) == {news[0]}


def test_a_split_that_forgets_a_building_changes_nothing(grid, chair):
    BuildingFactory(area=grid)

    with pytest.raises(ValidationError, match="还有 1 个楼栋"):
        split_grid(grid, [Part("东网格"), Part("西网格")], reason="户数太多", by=chair)

    grid.refresh_from_db()
    assert grid.status == AreaStatus.ACTIVE


# --- days ---------------------------------------------------------------------------------------------------------
def opened(area, days_ago):
    Area.objects.filter(pk=area.pk).update(opened_on=timezone.localdate() - days_ago * DAY)
    area.refresh_from_db()
    return area


def test_a_grid_is_not_split_merged_or_closed_before_it_opened(grid, other_grid, chair):
    opened(grid, 30), opened(other_grid, 10)
    day = timezone.localdate() - 11 * DAY

    with pytest.raises(ValidationError, match="第二网格”.*才启用"):
        split_grid(other_grid, [Part("东"), Part("西")], on=day, reason="x", by=chair)
    with pytest.raises(ValidationError, match="第二网格”.*才启用"):
        merge_grids([grid], other_grid, on=day, reason="x", by=chair)
    with pytest.raises(ValidationError, match="第二网格”.*才启用"):
        merge_grids([other_grid], grid, on=day, reason="x", by=chair)
    with pytest.raises(ValidationError, match="第二网格”.*才启用"):
        close_grid(other_grid, on=day, reason="x", by=chair)

    assert Area.objects.grids().active().count() == 2


def test_a_grid_is_not_split_for_a_day_before_its_newest_family_came(grid, chair):
    opened(grid, 400)
    home = HouseholdFactory(area=grid)
    HouseholdPlace.objects.filter(household=home).update(valid_from=timezone.localdate() - 3 * DAY)
    parts = [Part("东", [home]), Part("西")]

    with pytest.raises(ValidationError, match="有 1 户是后来才到现在的网格的"):
        split_grid(grid, parts, on=timezone.localdate() - 4 * DAY, reason="x", by=chair)
    assert [place_on(home, timezone.localdate() - n * DAY) for n in (4, 3, 0)] == [None, grid, grid]

    news = split_grid(grid, parts, on=timezone.localdate() - 2 * DAY, reason="x", by=chair)

    assert [place_on(home, timezone.localdate() - n * DAY) for n in (4, 3, 2, 0)] == [None, grid, news[0], news[0]]


# --- merging and closing ------------------------------------------------------------------------------------------
def test_merging_brings_families_and_duties_together(grid, other_grid, chair, worker):
    mine, theirs = HouseholdFactory(area=grid), HouseholdFactory(area=other_grid)
    other = user_with(Role.GRID_WORKER, other_grid)
    visit = VisitFactory(household=theirs)

    merge_grids([other_grid], grid, reason="户数少", by=chair)

    other_grid.refresh_from_db()
    visit.refresh_from_db()
    assert other_grid.status == AreaStatus.MERGED
    assert set(Household.objects.visible_to(again(other))) == {mine, theirs}
    assert set(Household.objects.visible_to(again(worker))) == {mine, theirs}
    assert visit.grid == other_grid
    assert AreaChange.objects.get().new == grid


def test_merging_brings_along_what_hangs_on_no_family(grid, other_grid, chair, rest_case):
    other = user_with(Role.GRID_WORKER, other_grid)
    unit = place(f"{grid.code}01", "一号联户单元", AreaKind.UNIT, grid)
    alone = ResidentFactory(area=unit)
    building = BuildingFactory(area=unit)

    merge_grids([grid], other_grid, reason="户数少", by=chair)

    assert where([*rest_case.values(), alone, building]) == {other_grid}
    assert set(Resident.objects.visible_to(again(other))) == {rest_case["woman"], rest_case["child"], alone}
    assert [c.resident for c in ChildFile.objects.visible_to(again(other))] == [rest_case["child"]]
    reasons = rest_case["woman"].history.order_by("history_id").values_list("area", "history_change_reason")
    assert list(reasons) == [(grid.pk, None), (other_grid.pk, "网格合并")]
    assert place_on(rest_case["left"], timezone.localdate()) == other_grid


# Rows that stay where they were made: what was true on its day, what is ended and given anew, what lies above grids.
STAY = {
    "accounts.RoleGrant", "areas.AreaChange", "grids.Duty", "grids.FormTime", "grids.HandOver", "grids.PhotoPrint",
    "grids.Term", "grids.Visit", "households.BulkAssignment", "households.Campaign", "households.HouseholdPlace",
    "households.LinkBatch", "households.TaskBatch", "concerns.AssignmentBatch",
    "ledgers.ExportRecord", "ledgers.ImportBatch", "reference.Agency", "reference.Venue",
    "areas.Area", "hardship.AidPeriod", "hardship.Batch", "hardship.Donor", "hardship.Fund", "hardship.Helper",
    "hardship.GiftRound", "hardship.SignedSheet", "notices.MessageBatch", "surveys.Survey", "surveys.Response",
    "surveys.Tally", "surveys.Finding", "council.Council", "council.Topic", "council.Meeting", "council.Minutes",
    "council.Motion", "council.Action", "mediation.Mediator", "mediation.DutyTurn", "mediation.ScreeningRound",
    "mediation.GridReport", "employment.Employer", "employment.Post", "groups.Group", "groups.Volunteer",
    "employment.Event", "groups.Activity", "groups.Shift", "mediation.OwnRating",
}  # fmt: skip
MOVE = {
    "areas.Building", "concerns.Concern", "concerns.Reception",
    "hardship.ChangeRequest", "hardship.Delivery", "hardship.HardshipFile", "hardship.Pairing",
    "households.Household", "households.Resident", "safety.RiskReport", "safety.SafetyFile", "safety.UrgentOpening",
    "safety.Destruction", "mediation.Lead", "mediation.Case", "groups.Successor", "groups.ServiceNeed",
}  # fmt: skip


def test_every_table_that_lies_in_a_grid_is_known_to_move_or_to_stay():
    found = {
        model._meta.label
        for model in own_models()
        if not model.__name__.startswith("Historical")
        for column in model._meta.concrete_fields
        if column.related_model is Area
    }

    assert found == MOVE | STAY


def test_grids_merge_within_one_community(grid, stranger, chair):
    foreign = place("330106003013001", "翠苑一网格", AreaKind.GRID, Area.objects.get(code="330106003013"))

    with pytest.raises(ValidationError, match="不在同一个社区"):
        merge_grids([foreign], grid, reason="x", by=chair)
    with pytest.raises(ValidationError, match="至少选一个"):
        merge_grids([grid], grid, reason="x", by=chair)


def test_a_grid_closes_when_no_family_is_left(grid, chair, worker):
    household = HouseholdFactory(area=grid)
    woman, concern = ResidentFactory(area=grid), ConcernFactory(area=grid)
    with pytest.raises(ValidationError, match="还有 1 户在册家庭、1 位没有家庭的居民、1 件没办完的诉求"):
        close_grid(grid, reason="拆迁", by=chair)
    Household.objects.filter(pk=household.pk).update(state="closed", closed_on=timezone.localdate())
    Resident.objects.filter(pk=woman.pk).update(state="moved", left_on=timezone.localdate())
    withdraw_concern(concern, reason="x", by=chair)

    close_grid(grid, reason="拆迁", by=chair)

    grid.refresh_from_db()
    assert (grid.status, AreaChange.objects.get().new) == (AreaStatus.CLOSED, None)
    assert not RoleGrant.objects.in_force().filter(area=grid).exists()
