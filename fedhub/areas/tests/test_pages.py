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

    assert {area for area, _ in response.context["areas"]} >= set(grids)
    assert queries == 2
