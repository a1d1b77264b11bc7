"""What happens to families: the seven events."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from households.models import Household, Resident, Status
from households.services.life import (
    move_home,
    move_in,
    move_out,
    record_birth,
    record_death,
    record_marriage,
    register_at,
    split_household,
)
from households.tests.factories import (
    ChildFileFactory,
    HouseholdFactory,
    MembershipFactory,
    ResidentFactory,
    StatusFactory,
)

TODAY = timezone.localdate
YESTERDAY = TODAY() - timedelta(days=1)
pytestmark = pytest.mark.django_db


def spans(resident):
    return [(m.household, m.kind, m.valid_to, m.end_why) for m in resident.memberships.order_by("id")]


def test_moving_in_ends_the_earlier_home_the_day_before_and_her_area_follows(chair, other_grid):
    member = MembershipFactory()
    woman, new = member.resident, HouseholdFactory(area=other_grid, head_name="")

    move_in(woman, new, relation="97", on=TODAY(), by=chair)

    woman.refresh_from_db()
    assert woman.area == other_grid
    assert spans(woman) == [
        (member.household, "lives", YESTERDAY, f"迁入{new.number}"),
        (new, "lives", None, ""),
    ]
    assert Household.objects.get(pk=member.household.pk).people == 0
    assert Household.objects.get(pk=new.pk).people == 1


def test_somebody_who_had_moved_away_may_come_back(chair, grid):
    member = MembershipFactory()
    move_out(member.resident, on=YESTERDAY, why="外出务工", by=chair)

    move_in(member.resident, member.household, relation="02", on=TODAY(), registered=True, by=chair)

    member.resident.refresh_from_db()
    assert (member.resident.state, member.resident.left_on) == ("active", None)
    assert [(kind, end) for _, kind, end, _ in spans(member.resident)] == [
        ("lives", YESTERDAY), ("lives", None), ("registered", None),
    ]  # fmt: skip


def test_a_second_head_is_refused_and_nothing_is_written(chair):
    home, woman = MembershipFactory(resident__name="王桂兰").household, ResidentFactory()

    with pytest.raises(ValidationError, match="已有户主王桂兰"):
        move_in(woman, home, relation="02", on=TODAY(), by=chair)

    assert spans(woman) == []


def test_living_and_being_registered_are_two_facts(chair):
    member, other = MembershipFactory(), HouseholdFactory()

    register_at(member.resident, other, by=chair)

    assert [(m.household, m.kind) for m in member.resident.memberships.current()] == [
        (member.household, "lives"),
        (other, "registered"),
    ]


def test_moving_out_ends_memberships_and_categories_and_keeps_the_record(chair):
    member = MembershipFactory()
    StatusFactory(resident=member.resident)

    move_out(member.resident, on=YESTERDAY, why="随子女到外地", by=chair)

    woman = Resident.objects.get(pk=member.resident.pk)
    assert (woman.state, woman.left_on, woman.left_why) == ("moved", YESTERDAY, "随子女到外地")
    assert spans(woman) == [(member.household, "lives", YESTERDAY, "随子女到外地")]
    assert [(s.valid_to, s.exit_reason) for s in Status.objects.filter(resident=woman, replaced_at=None)] == [
        (YESTERDAY, "moved")
    ]
    assert Household.objects.get(pk=member.household.pk).head_name == ""


def test_a_death_ends_everything_and_closes_the_childs_file(chair):
    child = ChildFileFactory()

    record_death(child.resident, on=TODAY(), by=chair)

    child.refresh_from_db()
    child.resident.refresh_from_db()
    assert (child.closed_on, child.closed_why, child.resident.state) == (TODAY(), "去世", "deceased")
    with pytest.raises(ValidationError, match="已故"):
        record_death(child.resident, on=TODAY(), by=chair)


@pytest.mark.parametrize("event", [move_out, record_death])
def test_no_event_lies_in_the_future(event, chair):
    woman = ResidentFactory()
    more = {"why": "迁出"} if event is move_out else {}

    with pytest.raises(ValidationError, match="不能晚于今天"):
        event(woman, on=TODAY() + timedelta(days=1), by=chair, **more)


def test_a_newborn_lives_there_from_birth(worker):
    home = MembershipFactory().household

    child = record_birth(Resident(name="周子涵", sex="2", birth=YESTERDAY.isoformat()), home, relation="44", by=worker)

    assert [(m.household, m.valid_from) for m in child.memberships.all()] == [(home, YESTERDAY)]
    assert Household.objects.get(pk=home.pk).people == 2


def test_a_birth_needs_its_day(worker):
    with pytest.raises(ValidationError, match="写到哪一天"):
        record_birth(Resident(name="周子涵", birth="2024-06"), HouseholdFactory(), relation="44", by=worker)


@pytest.mark.parametrize(("before", "after"), [("", "21"), ("10", "21"), ("40", "22"), ("30", "22")])
def test_marriage_changes_both_and_may_change_the_home(before, after, worker):
    bride, groom = ResidentFactory(marital=before), MembershipFactory(resident__name="赵建国", resident__sex="1")

    record_marriage(bride, spouse=groom.resident, on=TODAY(), household=groom.household, relation="10", by=worker)

    bride.refresh_from_db()
    groom.resident.refresh_from_db()
    assert (bride.marital, groom.resident.marital, bride.home.household) == (after, "21", groom.household)


def test_nobody_marries_twice_at_once(worker):
    with pytest.raises(ValidationError, match="登记的已经是“已婚”"):
        record_marriage(ResidentFactory(marital="20"), on=TODAY(), by=worker)


def test_a_household_splits(chair, other_grid):
    old = MembershipFactory(resident__name="王桂兰")
    son = MembershipFactory(household=old.household, resident__name="赵建国", relation="20")
    wife = MembershipFactory(household=old.household, resident__name="赵小莉", relation="38")

    new = split_household(
        old.household, Household(area=other_grid, compound="加工厂小区", building="3", room="101"),
        {wife.pk: "10", son.pk: "02"}, on=TODAY(), by=chair,
    )  # fmt: skip

    old.household.refresh_from_db()
    son.resident.refresh_from_db()
    assert (old.household.people, new.people, new.head_name, son.resident.area) == (1, 2, "赵建国", other_grid)


@pytest.mark.parametrize(
    ("relations", "message"),
    [({}, "请勾选"), ({"son": "20"}, "要有一位户主"), ({"son": "02", "mother": "52"}, "整户搬迁")],
)
def test_a_split_that_is_none_is_refused(relations, message, chair, grid):
    mother = MembershipFactory()
    son = MembershipFactory(household=mother.household, relation="20")
    keys = {"mother": mother.pk, "son": son.pk}

    with pytest.raises(ValidationError, match=message):
        split_household(
            mother.household, Household(area=grid), {keys[k]: v for k, v in relations.items()}, on=TODAY(), by=chair
        )


def test_a_whole_household_moves_within_our_places(chair, other_grid):
    member = MembershipFactory()

    move_home(
        member.household, area=other_grid, address={"compound": "加工厂小区", "building": "3", "room": "101"},
        on=TODAY(), by=chair,
    )  # fmt: skip

    home = Household.objects.get(pk=member.household.pk)
    member.resident.refresh_from_db()
    assert (home.area, home.address, home.stair) == (other_grid, "加工厂小区3栋101", "")
    assert member.resident.area == other_grid


def test_a_whole_household_moves_away(chair):
    one = MembershipFactory()
    StatusFactory(resident=None, household=one.household, category="DB")
    two = MembershipFactory(household=one.household, relation="10", resident__name="赵建国")

    move_home(one.household, on=YESTERDAY, why="拆迁", by=chair)

    home = Household.objects.get(pk=one.household.pk)
    assert (home.state, home.closed_on, home.closed_why, home.next_due_on) == ("moved", YESTERDAY, "拆迁", None)
    ended = Status.objects.get(household=home, replaced_at=None)
    assert (ended.valid_to, ended.exit_reason) == (YESTERDAY, "moved")
    assert {r.state for r in Resident.objects.filter(pk__in=[one.resident_id, two.resident_id])} == {"moved"}


@pytest.mark.parametrize(
    ("birth", "said"), [("1986-01-13", "1986年1月13日"), ("1986-01", "1986年1月"), ("1986", "1986年")]
)
def test_nothing_happens_to_anybody_before_she_is_born(grid, chair, birth, said):
    person = ResidentFactory(area=grid, name="王桂兰", birth=birth)
    before = timezone.datetime(1985, 12, 31).date()
    sentence = f"日期早于王桂兰的出生日期（{said}），请核对。"

    for event in (
        lambda: record_death(person, on=before, by=chair),
        lambda: move_out(person, on=before, why="搬走", by=chair),
        lambda: record_marriage(person, on=before, by=chair),
    ):
        with pytest.raises(ValidationError) as refused:
            event()
        assert refused.value.messages == [sentence]
    assert Resident.objects.get(pk=person.pk).state == "active"


def test_a_birth_known_to_the_year_allows_that_year(grid, chair):
    person = ResidentFactory(area=grid, birth="1986")

    record_death(person, on=timezone.datetime(1986, 1, 1).date(), by=chair)

    assert Resident.objects.get(pk=person.pk).state == "deceased"
