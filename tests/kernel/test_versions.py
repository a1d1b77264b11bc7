import pytest

from fedhub.areas.models import Area
from fedhub.core.acting import acting_as
from fedhub.core.versions import UNKNOWN, StaleVersion, conflicts, save_version

pytestmark = pytest.mark.django_db


def test_a_save_raises_the_version_and_keeps_the_old_text_in_history(grid, chair):
    grid.note = "东门有施工"

    with acting_as(chair):
        save_version(grid, ["note"], base_version=1)

    stored = Area.objects.get(pk=grid.pk)
    latest = stored.history.latest("history_id")
    assert (stored.version, stored.note) == (2, "东门有施工")
    assert (latest.version, latest.note, latest.history_user_id) == (2, "东门有施工", chair.pk)


def test_a_save_from_an_old_version_writes_nothing_and_shows_the_current_row(grid):
    mine = Area.objects.get(pk=grid.pk)
    grid.note = "别人写的"
    save_version(grid, ["note"], base_version=1)
    mine.note = "我写的"

    with pytest.raises(StaleVersion) as caught:
        save_version(mine, ["note"], base_version=1)

    assert caught.value.current.note == "别人写的"
    assert Area.objects.get(pk=grid.pk).note == "别人写的"


def test_different_fields_merge_and_the_same_field_is_asked(grid):
    grid.note, grid.east = "别人的备注", "东河"
    save_version(grid, ["note", "east"], base_version=1)
    current = Area.objects.get(pk=grid.pk)

    found = conflicts(current, 1, {"note": "我的备注", "south": "南路"})

    assert {c.name: c.clashes for c in found} == {"note": True, "south": False}


def test_a_base_that_nobody_kept_makes_every_difference_a_clash(grid):
    grid.history.all().delete()

    found = conflicts(grid, 1, {"note": "我的备注", "name": grid.name})

    assert [(c.name, c.base is UNKNOWN, c.clashes) for c in found] == [("note", True, True), ("name", True, False)]
