"""Search: what the user may see, by every way of typing it; nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.forms.household import HouseholdFilterForm
from households.forms.resident import ResidentFilterForm
from households.models import Household, Resident
from households.queries import find_households, households_in_category, matching_households, search
from households.tests.factories import (
    HouseholdFactory,
    MembershipFactory,
    PhoneFactory,
    ResidentFactory,
    StatusFactory,
    id_number,
)

ID = "11010519491231002X"
pytestmark = pytest.mark.django_db


@pytest.fixture
def home(grid):
    """王桂兰 lives in 精诚公寓 9-1-1369, phone 13800000417."""
    household = HouseholdFactory(area=grid, building="9", room="1369", number="H330106003012-77042")
    woman = ResidentFactory(area=grid, name="王桂兰", birth="", id_number=ID)
    PhoneFactory(resident=woman)
    MembershipFactory(household=household, resident=woman)
    return household


@pytest.mark.parametrize(
    "text", ["王桂兰", "桂兰", "wgl", "GL", "0417", "13800000417", "138-0000-0417", ID, ID.lower()]
)
def test_a_woman_is_found_by_name_initials_phone_and_number(worker, home, text):
    assert [(hit.kind, hit.title) for hit in search(worker, text)] == [("resident", "王桂兰")]


@pytest.mark.parametrize(
    "text", ["9-1-1369", "9栋1单元1369", "1369", "精诚公寓9栋", "公寓9", "jcgy9", "H330106003012-77042", "77042"]
)
def test_a_household_is_found_by_address_and_number(worker, home, text):
    assert [(hit.kind, hit.pk) for hit in search(worker, text)] == [("household", home.pk)]


@pytest.mark.parametrize("text", ["王桂兰", "wgl", "0417", "13800000417", ID, "9-1-1369", "H330106003012-77042"])
def test_a_stranger_finds_nothing(stranger, home, text):
    assert search(stranger, text) == []


@pytest.mark.parametrize("text", ["", "  ", "不存在", "%", "_", "'", "王%", "\U0010ffff", "8", "-"])
def test_odd_texts_find_nothing_and_break_nothing(worker, home, text):
    assert search(worker, text) == []


def test_a_hit_says_who_and_where_without_numbers(worker, home):
    hit = search(worker, "wgl")[0]

    assert hit.line == "女 · 1949年12月 · 精诚公寓9栋1单元1369 · 第一网格"


def test_a_search_costs_the_same_for_any_number_of_hits(worker, grid, django_assert_num_queries):
    for _ in range(3):
        MembershipFactory(household=HouseholdFactory(area=grid), resident__name="王桂兰")
    worker.scope("households.view_resident"), worker.scope("households.view_household")

    with django_assert_num_queries(5):
        hits = search(worker, "王桂")

    assert len(hits) == 3


def test_the_first_hits_are_the_first_by_name_however_they_were_found(worker, grid):
    for name in ("王桂珍", "王桂兰", "李王桂"):
        MembershipFactory(household=HouseholdFactory(area=grid), resident__name=name)

    assert [hit.title for hit in search(worker, "王桂", limit=2)] == ["李王桂", "王桂兰"]


def test_a_search_by_name_reads_no_identity_number(worker, home):
    with CaptureQueriesContext(connection) as asked:
        assert search(worker, "wgl")

    assert not any("id_number" in query["sql"] for query in asked)


def test_a_household_is_found_through_the_people_who_live_there(worker, home):
    other = HouseholdFactory()

    assert [find_households(worker, text) for text in ("桂兰", "0417", ID, "1369")] == [[home]] * 4
    assert other not in find_households(worker, "王")


def test_a_list_is_narrowed_by_the_same_texts(home):
    HouseholdFactory()
    rows = type(home).objects.all()

    assert [list(matching_households(rows, text)) for text in ("wgl", "9-1", "0417", ID)] == [[home]] * 4


def people_of(user, **asked):
    """Names in the list of people for what is asked."""
    form = ResidentFilterForm({"q": "李", **asked}, user=user)
    return {person.name for person in form.apply(Resident.objects.visible_to(user))}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"李芳", "李梅"}),
        ({"who": "women"}, {"李芳", "李梅"}),
        ({"who": "all", "state": "moved"}, {"李婷"}),
        ({"who": "women", "age": "60-200"}, {"李梅"}),
    ],
)
def test_very_many_of_a_name_hide_nobody_whom_the_list_is_narrowed_to(worker, grid, monkeypatch, asked, found):
    monkeypatch.setattr("households.queries.HIT_CAP", 2)
    for number in range(5):
        ResidentFactory(area=grid, name=f"李丁{number}", sex="1", birth="1980-01-01")
    ResidentFactory(area=grid, name="李芳", sex="2", birth="1980-01-01")
    ResidentFactory(area=grid, name="李梅", sex="2", birth="1940-01-01")
    ResidentFactory(area=grid, name="李婷", sex="2", birth="1980-01-01", state="moved", left_on="2024-01-01")

    assert people_of(worker, **asked) == found


def test_very_many_of_a_name_hide_nobody_of_the_grid_asked_for(chair, grid, other_grid, monkeypatch):
    monkeypatch.setattr("households.queries.HIT_CAP", 2)
    for number in range(5):
        ResidentFactory(area=other_grid, name=f"李丁{number}", sex="2", birth="1980-01-01")
    ResidentFactory(area=grid, name="李芳", sex="2", birth="1980-01-01")

    assert people_of(chair, area=grid.code) == {"李芳"}
    assert len(people_of(chair)) == 2


def test_very_many_families_of_one_address_hide_none_of_the_grid_asked_for(chair, grid, other_grid, monkeypatch):
    monkeypatch.setattr("households.queries.HIT_CAP", 2)
    for number in range(5):
        HouseholdFactory(area=other_grid, building="9", room=f"10{number}")
    home = HouseholdFactory(area=grid, building="9", room="999")

    form = HouseholdFilterForm({"q": "精诚公寓9栋", "area": grid.code}, user=chair)

    assert list(form.apply(Household.objects.visible_to(chair))) == [home]


def test_a_list_narrowed_by_words_holds_nobody_out_of_scope(worker, stranger, grid, other_grid):
    ResidentFactory(area=grid, name="李芳", sex="2", birth="1980-01-01")
    ResidentFactory(area=other_grid, name="李梅", sex="2", birth="1980-01-01")

    assert people_of(worker) == {"李芳"}
    assert people_of(stranger) == set()


def test_people_merged_away_are_not_found(worker, grid):
    kept = ResidentFactory(area=grid, name="赵建国")
    ResidentFactory(area=grid, state="merged", merged_into=kept)

    assert search(worker, "赵小莉") == []


def test_households_of_a_category_are_found_through_people_and_themselves(home):
    member = home.memberships.get()
    StatusFactory(resident=member.resident, category="LA")
    burnt = HouseholdFactory()
    StatusFactory(resident=None, household=burnt, category="ZH")
    rows = type(home).objects.all()

    assert [list(rows.filter(households_in_category(c))) for c in ("LA", "ZH", "DB")] == [[home], [burnt], []]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=70))
def test_any_text_may_be_searched(worker, text):
    assert isinstance(search(worker, text), list)


def test_the_made_up_numbers_of_the_factories_are_valid(grid):
    woman = ResidentFactory(area=grid, birth="", id_number=id_number("19900615"))

    assert (woman.birth, woman.sex, Resident.objects.get(pk=woman.pk).id_note) == ("1990-06-15", "2", "")
