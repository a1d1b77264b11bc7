"""Cost of the pages of places."""

import pytest
from django.urls import reverse

from fedhub.areas.tests.factories import BuildingFactory
from fedhub.areas.tests.factories import grid as grid_number
from fedhub.core.testing.queries import queries_beyond

pytestmark = pytest.mark.django_db
# A page without rows, for the queries that every page makes.
SHELL = "/safety/help/"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_building_list_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    buildings = BuildingFactory.create_batch(rows, area=grid)

    response, queries = queries_beyond(client, reverse("areas:building_list"), SHELL)

    assert set(response.context["page"].rows) == set(buildings)
    assert queries == 4


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tree_costs_the_same_for_any_number_of_places(client, chair, rows):
    grids = [grid_number(number) for number in range(1, rows + 1)]

    response, queries = queries_beyond(client, reverse("areas:area_list"), SHELL)

    assert {area for area, *_ in response.context["areas"]} >= set(grids)
    assert queries == 2


def test_what_lies_above_her_scope_is_shown_and_opens_nothing(client, worker, grid):
    page = client.get(reverse("areas:area_list"))

    opening = {area.code: opens for area, _, opens in page.context["areas"]}
    assert {code: len(code) > 12 for code in opening} == opening
    address = reverse("areas:area_detail", args=[grid.parent_id])
    assert (address in page.content.decode(), client.get(address).status_code) == (False, 404)


@pytest.mark.parametrize("words", ["第二网", "330106003012002"])
def test_a_place_is_found_by_name_or_code_below_all_that_it_lies_in(client, chair, words):
    grid_number(1)
    wanted = grid_number(2)

    page = client.post(reverse("areas:area_list"), {"q": words}, follow=True)

    shown = [area.code for area, *_ in page.context["areas"]]
    assert shown[-1] == wanted.code
    assert [code for code in shown if not wanted.code.startswith(code)] == []
    assert wanted.parent.code in shown


def test_a_search_for_places_shows_none_of_another_community(client, stranger, as_user, grid):
    page = as_user(stranger).post(reverse("areas:area_list"), {"q": grid.name}, follow=True)

    assert page.context["areas"] == []
    assert "没有符合条件的区域" in page.content.decode()
