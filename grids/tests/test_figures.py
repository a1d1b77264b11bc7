"""走访统计: each number is the number of rows of its list; recounted by hand."""

import re
from collections import Counter
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.tests.factories import UserFactory
from concerns.tests.factories import ConcernFactory, concern_at
from fedhub.areas.models import Area
from fedhub.areas.tests.factories import place
from fedhub.core.testing.queries import queries_beyond
from grids.enums import FACE_TO_FACE, Met, VisitMode
from grids.figures import Line, home_lines, month_lines, total, visit_lines
from grids.models import Visit
from grids.tests.factories import VisitFactory
from households.models import Household
from households.tests.factories import HouseholdFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("grids:visit_figures")
SHELL = "/safety/help/"
MARCH = date(2025, 3, 1)
LINK = re.compile(r'<a href="([^"]+since=[^"]*)">([\d,]+)(?: 次)?</a>')


@pytest.fixture
def helper():
    """Somebody who goes along."""
    return UserFactory(name="何晓燕")


@pytest.fixture
def some(grid, other_grid, chair, helper):
    """Visits of February to April 2025 of every sort, in two grids and a 联户单元, and concerns."""
    unit = place(f"{grid.code}01", "第一单元", "unit", grid)
    homes = [HouseholdFactory(area=area, visit_every=30) for area in (grid, grid, unit, other_grid)]
    Household.objects.update(created_at="2024-01-01T00:00+08:00")
    for home, day, facts in (
        (0, MARCH, {"satisfaction": 5}), (0, date(2025, 3, 31), {"partner": helper}), (1, date(2025, 3, 9), {}),
        (2, date(2025, 3, 10), {"visitor": helper, "partner": chair, "satisfaction": 2}),
        (3, date(2025, 3, 11), {"met": Met.NOBODY}), (3, date(2025, 3, 12), {"met": Met.REFUSED}),
        (3, date(2025, 3, 12), {"mode": VisitMode.PHONE}), (0, date(2025, 2, 28), {}), (1, date(2025, 4, 1), {}),
        (1, date(2024, 3, 2), {}),
    ):  # fmt: skip
        VisitFactory(household=homes[home], visited_on=day, **({"visitor": chair} | facts))
    gone = VisitFactory(household=homes[0], visited_on=MARCH, visitor=chair)
    Visit.objects.filter(pk=gone.pk).update(withdrawn_at="2025-03-02T00:00+08:00", withdrawn_why="记错了")
    concern_at("closed", area=grid, raised_on=MARCH, due_on=MARCH, topic="1")
    ConcernFactory(area=unit, raised_on=MARCH, topic="")
    return homes


def links(response):
    return [(unescape(url), int(text.replace(",", ""))) for url, text in LINK.findall(response.content.decode())]


@pytest.mark.parametrize("query", [{"by": "grid"}, {"by": "person"}, {"by": "month"}, {"grid": "own"}])
@pytest.mark.parametrize("until", ["2025-03", "2025-04"])
def test_every_figure_is_the_number_of_rows_of_its_list(client, chair, some, grid, query, until):
    query = {name: grid.code if value == "own" else value for name, value in query.items()}
    found = links(client.get(PAGE, {"since": "2025-03", "until": until} | query))

    wrong = [(url, number, n) for url, number in found if (n := client.get(url).context["page"].total) != number]
    assert wrong == []
    assert len(found) > 40
    assert sum(number > 1 for _, number in found) > 8


def test_visits_of_a_grid_out_of_use_still_open(client, chair, some, other_grid):
    Household.objects.filter(area=other_grid).update(area=some[0].area)
    Area.objects.filter(pk=other_grid.pk).update(status="closed", closed_on=timezone.localdate())

    found = links(client.get(PAGE, {"since": "2025-03", "until": "2025-03", "by": "grid"}))

    wrong = [(url, number, n) for url, number in found if (n := client.get(url).context["page"].total) != number]
    assert wrong == []


def test_the_figures_of_march_as_counted_by_hand(some):
    visits = total(visit_lines(Visit.objects.all(), MARCH, MARCH).values())
    homes = total(home_lines(Household.objects.active(), MARCH, MARCH).values())

    assert visits.counts == Counter(kept=7, counting=4, contact=1, unmet=2, both=2, rated=2)
    assert (visits.reasons, visits.satisfaction) == ({"nobody": 1, "refused": 1}, 3.5)
    assert homes.counts == Counter(homes=4, due=4, covered=3, missed=1, visited=3, found=0, risky=0)
    assert homes.coverage == 75.0


def test_nothing_due_has_no_coverage():
    assert (Line().coverage, Line().satisfaction) == (None, None)


def test_grids_hold_their_units(client, chair, some):
    rows = client.get(PAGE, {"since": "2025-03", "until": "2025-03", "by": "grid"}).context["rows"]

    assert [(row["label"], row["counts"]["counting"][0], row["counts"]["due"][0]) for row in rows] == [
        ("第一网格", 4, 3), ("第二网格", 0, 1),
    ]  # fmt: skip


def test_both_visitors_are_counted_and_found(client, chair, helper, some):
    rows = client.get(PAGE, {"since": "2025-03", "until": "2025-03", "by": "person"}).context["rows"]

    assert {row["label"]: row["counts"]["kept"][0] for row in rows} == {chair.name: 7, helper.name: 2}


def test_months_without_visits_stand_there(client, chair, some):
    rows = client.get(PAGE, {"since": "2024-12", "until": "2025-02", "by": "month"}).context["rows"]

    assert [(row["label"], row["counts"]["kept"][0]) for row in rows] == [
        ("2024年12月", 0), ("2025年1月", 0), ("2025年2月", 1),
    ]  # fmt: skip


def test_the_period_is_compared(client, chair, some):
    page = client.get(PAGE, {"since": "2025-03", "until": "2025-03"})

    rows = {label: ([value for value, _ in cells], changes) for label, _, cells, changes in page.context["headline"]}
    assert rows["见到人的走访"] == ([4, 1, 1], ["+300.0%", "+300.0%"])
    assert rows["走访覆盖率"][0] == [75.0, 25.0, 25.0]
    assert rows["走访覆盖率"][1] == ["+50.0 个百分点", "+50.0 个百分点"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_grids(client, chair, community, rows):
    for number in range(rows):
        area = place(f"{community.code}0{50 + number}", f"新{number}网格", "grid", community)
        VisitFactory(household__area=area)

    response, queries = queries_beyond(client, PAGE, SHELL)

    assert len(response.context["rows"]) == rows
    assert queries == 14


def test_a_worker_sees_her_grid_and_a_stranger_nothing(some, as_user, worker, stranger):
    rows = as_user(worker).get(PAGE, {"since": "2025-03", "until": "2025-03", "by": "grid"}).context["rows"]
    assert [row["label"] for row in rows] == ["第一网格"]

    page = as_user(stranger).get(PAGE, {"since": "2025-03", "until": "2025-03"})
    assert page.context["rows"] == page.context["topics"] == []


VISITS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(-200, 61), st.sampled_from(Met.values), st.sampled_from(VisitMode.values)),
    max_size=12,
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VISITS, st.lists(st.sampled_from([30, 90, 180]), min_size=3, max_size=3))
def test_families_and_visits_agree_with_a_recount(grid, worker, drawn, everies):
    homes = [HouseholdFactory(area=grid, visit_every=every) for every in everies]
    mine = Household.objects.filter(pk__in=[home.pk for home in homes])
    mine.update(created_at="2024-01-01T00:00+08:00")
    counting = {home.pk: [] for home in homes}
    kept = 0
    for number, shift, met, mode in drawn:
        day = MARCH + timedelta(days=shift)
        VisitFactory(household=homes[number], visited_on=day, met=met, mode=mode, visitor=worker)
        kept += 0 <= shift < 31
        if met == Met.MET and mode in FACE_TO_FACE:
            counting[homes[number].pk].append(day)
    due = covered = visited = 0
    for home in homes:
        last = max((day for day in counting[home.pk] if day < MARCH), default=date(2024, 1, 1))
        is_due = last + timedelta(days=home.visit_every) <= date(2025, 3, 31)
        is_visited = any(MARCH <= day <= date(2025, 3, 31) for day in counting[home.pk])
        due, covered, visited = due + is_due, covered + (is_due and is_visited), visited + is_visited

    visits = Visit.objects.filter(household__in=mine)
    line = total([*home_lines(mine, MARCH, MARCH).values(), *visit_lines(visits, MARCH, MARCH).values()])

    names = ("due", "covered", "visited", "kept")
    assert [line.counts[name] for name in names] == [due, covered, visited, kept]
    assert sum(one.counts["kept"] for _, one in month_lines(visits, MARCH, MARCH)) == kept
