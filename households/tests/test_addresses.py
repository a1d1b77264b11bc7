"""Parts of an address in the order in which people count, and a building as people call it."""

import pytest

from households.addresses import building_label, natural
from households.models import VisitTask
from households.progress import route
from households.tests.factories import HouseholdFactory, VisitTaskFactory


def test_numbers_sort_as_people_count():
    assert sorted(["10栋", "2栋", "甲", "", "1"], key=natural) == ["", "1", "2栋", "10栋", "甲"]
    assert natural("2-10") > natural("2-9")


@pytest.mark.parametrize(
    ("building", "label"), [("2", "精诚公寓2栋"), ("A", "精诚公寓A栋"), ("2号楼", "精诚公寓2号楼"), ("", "精诚公寓")]
)
def test_a_building_is_called_as_people_call_it(building, label):
    assert building_label("精诚公寓", building) == label


@pytest.mark.django_db
def test_the_list_by_route_takes_any_room(grid):
    """ "²" is called a digit, but is no number."""
    for room in ("²", "101"):
        VisitTaskFactory(household=HouseholdFactory(area=grid, compound="精诚公寓", building="A", room=room))

    ((_, ((label, tasks),)),) = route(VisitTask.objects.all())

    assert (label, [task.household.room for _, task in tasks]) == ("精诚公寓A栋", ["101", "²"])
