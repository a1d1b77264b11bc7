"""Families in hardship and the work of grids: what needs a request, and what does not (acceptance F2.6)."""

import pytest

from grids.enums import LEDGER_FIELDS
from grids.services.places import Part, merge_grids, split_grid
from hardship.services.requests import ADDRESS
from hardship.tests.factories import file_at
from households.models import Household
from households.services.households import assign_households, undo_assignment
from households.tests.factories import HouseholdFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def test_grids_with_families_in_hardship_are_split_and_merged_and_staffed(chair, grid, other_grid):
    """The division of work is no change of address: it moves families between grids and leaves where they live."""
    home = MembershipFactory(household__area=grid, household__room="101").household
    file = file_at("active", household=home)
    rest = HouseholdFactory(area=grid)

    east, _ = split_grid(grid, [Part("东网格", [home]), Part("西网格", [rest])], reason="户数太多", by=chair)
    home.refresh_from_db()
    file.refresh_from_db()
    split = (home.area, file.area, home.room)
    merge_grids([east], other_grid, reason="户数太少", by=chair)
    merged = Household.objects.get(pk=home.pk).area
    rest.refresh_from_db()
    bulk = assign_households([home], rest.area, by=chair)
    undo_assignment(bulk, by=chair)
    home.refresh_from_db()

    assert split == (east, east, "101")
    assert (home.area, merged, home.room) == (other_grid, other_grid, "101")


def test_what_a_visit_found_never_touches_what_changes_by_request():
    """Changes that a visit proposes are taken by one person: none of them may be an address, a category, a guardian."""
    taken = {field for _, field in LEDGER_FIELDS.values()}

    assert taken & {*ADDRESS, "area", "category", "guardian", "carer"} == set()
