"""Conditions that the ORM has not."""

import pytest

from fedhub.areas.models import Area
from fedhub.core.lookups import AnyOf


@pytest.mark.parametrize("name", ["pk", "parent_id"])
def test_any_of_says_what_in_says(grid, other_grid, community, name):
    for ids in ([], [grid.pk], [grid.pk, community.pk, community.pk], range(100_000)):
        expected = {area for area in Area.objects.all() if getattr(area, name) in ids}

        assert set(Area.objects.filter(AnyOf(name, ids))) == expected


def test_any_of_takes_texts_too(grid, other_grid, community):
    found = Area.objects.filter(AnyOf("code", [grid.code, community.code, "'; --"]))

    assert set(found) == {grid, community}
