"""Registering and changing people; identity number, phones, duplicates."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from fedhub.core.models import AuditEvent
from fedhub.core.validators import parse_id_number
from fedhub.core.versions import StaleVersion
from households.models import Resident
from households.services.residents import (
    ELSEWHERE,
    change_resident,
    create_resident,
    likely_duplicates,
    set_id_number,
)
from households.tests.factories import HouseholdFactory, MembershipFactory, PhoneFactory, ResidentFactory, id_number

ID = "11010519491231002X"
pytestmark = pytest.mark.django_db


def test_a_new_person_lies_in_her_household_and_is_found(worker, grid):
    household = HouseholdFactory(area=grid, head_name="")

    woman = create_resident(
        Resident(name="王 桂兰", id_number=ID),
        phones=[{"number": "138 0000 0417"}, {"number": "无电话"}],
        household=household,
        relation="02",
        by=worker,
    )

    household.refresh_from_db()
    assert (woman.name, woman.area, woman.birth, woman.sex, woman.id_note) == ("王桂兰", grid, "1949-12-31", "2", "")
    assert [(p.number, p.usable) for p in woman.phones.all()] == [("13800000417", True), ("无电话", False)]
    assert (household.head_name, household.people) == ("王桂兰", 1)
    assert {"王桂兰", "桂兰", "兰", "wgl", "gl", "l"} == set(woman.keys.values_list("key", flat=True))
    event = AuditEvent.objects.get(action="households.resident.create")
    assert (event.target_id, event.actor_id, event.detail) == (woman.pk, worker.pk, {"source": "desk"})
    assert woman.history.count() == 1


def test_typed_facts_that_differ_from_the_identity_number_stay_and_are_noted():
    woman = Resident(name="赵小莉", birth="1949-12-30", sex="1")

    set_id_number(woman, ID)

    assert (woman.birth, woman.sex) == ("1949-12-30", "1")
    assert woman.id_note == "填的出生日期与身份证号里的（1949-12-31）不一致；填的性别与身份证号里的（女）不一致"


@given(
    st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2020, 1, 1)),
    st.integers(1, 999),
    st.sampled_from(["", "1985", "1985-04", "1985-04-01"]),
    st.sampled_from(["", "1", "2"]),
)
def test_a_valid_number_agrees_with_birth_and_sex_or_a_discrepancy_is_open(day, order, birth, sex):
    """Rule 4 of the handbook's test oracles (13.2)."""
    woman = Resident(name="赵小莉", birth=birth, sex=sex)

    set_id_number(woman, id_number(f"{day:%Y%m%d}", order))

    found = parse_id_number(woman.id_number)
    assert (woman.birth, woman.sex) == (found.birth, found.sex) or woman.id_note


def test_other_documents_are_kept_as_they_are():
    woman = Resident(name="Anna Lee", id_type="03", birth="1990-01-02", sex="2")

    set_id_number(woman, "e 1234567")

    assert (woman.id_number, woman.birth, woman.id_note) == ("E1234567", "1990-01-02", "")
    assert woman.id_blind


def test_a_wrong_number_is_refused_with_one_sentence(worker, grid):
    with pytest.raises(ValidationError) as refused:
        create_resident(Resident(name="赵小莉", area=grid, id_number="110105194912310021"), by=worker)

    assert refused.value.messages == ["身份证号校验不通过，可能有一位抄错，请对照证件核对。"]
    assert Resident.objects.count() == 0


def test_a_taken_number_is_refused_without_telling_whose(worker, grid, other_grid):
    ResidentFactory(area=other_grid, name="周子涵", id_number=ID)

    with pytest.raises(ValidationError) as refused:
        create_resident(Resident(name="赵小莉", area=grid, id_number=ID), by=worker)

    assert refused.value.messages == [ELSEWHERE]
    assert "周子涵" not in ELSEWHERE


def test_somebody_without_household_needs_a_community(worker):
    with pytest.raises(ValidationError, match="没有家庭的，请选所在社区"):
        create_resident(Resident(name="赵小莉"), by=worker)


def test_changing_keeps_history_keys_and_head(worker):
    member = MembershipFactory(resident__name="王桂兰")
    woman = member.resident
    woman.name, woman.id_number = "王桂芳", ID

    change_resident(woman, ["name", "id_number"], base_version=woman.version, by=worker)

    woman.refresh_from_db()
    member.household.refresh_from_db()
    assert (woman.version, member.household.head_name) == (2, "王桂芳")
    assert woman.id_note == "填的出生日期与身份证号里的（1949-12-31）不一致"
    assert set(woman.keys.values_list("key", flat=True)) == {"王桂芳", "桂芳", "芳", "wgf", "gf", "f"}
    assert [h.name for h in woman.history.order_by("history_id")][-1] == "王桂芳"
    event = AuditEvent.objects.get(action="households.resident.change")
    assert event.detail == {"fields": ["id_note", "id_number", "id_type", "name"]}


def test_somebody_elses_change_is_not_overwritten(worker):
    woman = ResidentFactory()
    mine = Resident.objects.get(pk=woman.pk)
    woman.workplace = "酒精厂"
    change_resident(woman, ["workplace"], base_version=1, by=worker)
    mine.workplace = "超市"

    with pytest.raises(StaleVersion):
        change_resident(mine, ["workplace"], base_version=1, by=worker)

    woman.refresh_from_db()
    assert woman.workplace == "酒精厂"


def test_phones_are_kept_added_and_removed(worker):
    woman = ResidentFactory()
    kept, gone = PhoneFactory(resident=woman), PhoneFactory(resident=woman, number="13900000001")

    change_resident(
        woman,
        [],
        phones=[{"id": kept.pk, "shared": True}, {"number": "010-12345678", "owner_kind": "home"}],
        base_version=1,
        by=worker,
    )

    assert [(p.number, p.shared, p.owner_kind) for p in woman.phones.all()] == [
        ("13800000417", True, "self"),
        ("010-12345678", False, "home"),
    ]
    assert gone.number not in [p.number for p in woman.phones.all()]
    assert AuditEvent.objects.get(action="households.resident.change").detail == {"fields": ["phones"]}


def test_duplicates_inside_the_scope_are_shown_with_the_reason(worker, grid):
    same_id = ResidentFactory(area=grid, name="王桂兰", id_number=ID, birth="", sex="")
    same_birth = ResidentFactory(area=grid)
    PhoneFactory(resident=ResidentFactory(area=grid, name="周敏"))

    found = likely_duplicates(worker, name="赵小莉", birth="1985-04", id_number=ID, phone="13800000417")

    assert {(r.name, why) for r, why in found.inside} == {
        (same_id.name, "身份证号相同"),
        (same_birth.name, "姓名和出生年月相同"),
        ("周敏", "电话相同"),
    }
    assert (found.elsewhere, found.taken) == (False, True)


def test_a_duplicate_elsewhere_is_only_hinted_at_and_logged_once_an_hour(worker, other_grid):
    other = ResidentFactory(area=other_grid, id_number=ID, birth="", sex="")

    found = [likely_duplicates(worker, id_number=ID) for _ in range(2)]

    assert [(f.inside, f.elsewhere, f.taken) for f in found] == [([], True, True)] * 2
    events = AuditEvent.objects.filter(action="households.resident.hint")
    assert [(e.target_id, e.actor_id) for e in events] == [(other.pk, worker.pk)]


def test_a_name_alone_tells_nothing_about_other_grids(worker, other_grid):
    ResidentFactory(area=other_grid)

    assert not likely_duplicates(worker, name="赵小莉")


def test_the_record_itself_is_no_duplicate(worker, grid):
    woman = ResidentFactory(area=grid, id_number=ID, birth="", sex="")

    assert not likely_duplicates(worker, name=woman.name, id_number=ID, exclude=woman)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE households_resident SET state = 'moved'",
        "UPDATE households_resident SET left_on = '2024-01-01'",
        "UPDATE households_resident SET state = 'merged'",
        "UPDATE households_resident SET state = 'gone'",
        "UPDATE households_resident SET id_blind = 'x'",
    ],
)
def test_the_database_refuses_people_that_cannot_be(statement, grid):
    ResidentFactory(area=grid), ResidentFactory(area=grid)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
