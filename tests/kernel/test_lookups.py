"""Conditions that the ORM has not."""

from datetime import UTC, date, datetime

import pytest
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.lookups import AnyOf, Aside, EndOf, LocalDay, Unseen


@pytest.mark.parametrize("name", ["pk", "parent_id"])
def test_any_of_says_what_in_says(grid, other_grid, community, name):
    for ids in ([], [grid.pk], [grid.pk, community.pk, community.pk], range(100_000)):
        expected = {area for area in Area.objects.all() if getattr(area, name) in ids}

        assert set(Area.objects.filter(AnyOf(name, ids))) == expected


def test_an_unseen_day_is_compared_as_a_seen_one(grid, other_grid):
    Area.objects.filter(pk=grid.pk).update(opened_on=date(2025, 3, 31))
    Area.objects.exclude(pk=grid.pk).update(opened_on=date(2025, 4, 1))

    rows = Area.objects.filter(GreaterThanOrEqual(Unseen("opened_on"), date(2025, 3, 31)))

    assert list(rows.filter(LessThan(Unseen("opened_on"), date(2025, 4, 1)))) == [grid]
    assert rows.count() == Area.objects.count()


def test_any_of_takes_texts_too(grid, other_grid, community):
    found = Area.objects.filter(AnyOf("code", [grid.code, community.code, "'; --"]))

    assert set(found) == {grid, community}


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 3, 31, 15, 59, 59, 999_999, tzinfo=UTC), date(2025, 3, 31)),
        (datetime(2025, 3, 31, 16, tzinfo=UTC), date(2025, 4, 1)),
        (datetime(2024, 12, 31, 16, 0, 0, 1, tzinfo=UTC), date(2025, 1, 1)),
    ],
)
def test_the_local_day_of_a_moment_is_the_one_that_django_gives(grid, moment, day):
    Area.objects.filter(pk=grid.pk).update(created_at=moment)

    found = Area.objects.filter(pk=grid.pk).annotate(day=LocalDay("created_at")).values_list("day", "created_at__date")

    assert list(found) == [(day, day)]


@pytest.mark.parametrize(
    ("moment", "within"),
    [
        (datetime(2025, 3, 31, 15, 59, 59, 999_999, tzinfo=UTC), True),
        (datetime(2025, 3, 31, 16, tzinfo=UTC), False),
        (datetime(2025, 3, 31, 16, 0, 0, 1, tzinfo=UTC), False),
        (datetime(2025, 3, 30, 20, tzinfo=UTC), True),
    ],
)
def test_a_day_ends_at_our_midnight(grid, moment, within):
    Area.objects.filter(pk=grid.pk).update(created_at=moment, opened_on=date(2025, 3, 31))

    assert Area.objects.filter(pk=grid.pk, created_at__lt=EndOf("opened_on")).exists() is within


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_days_are_told_behind_and_at_utc_too(grid, zone):
    moments = [datetime(2025, 1, 31, hour, 30, tzinfo=UTC) for hour in (0, 4, 5, 12, 23)]
    with timezone.override(zone):
        for moment in moments:
            Area.objects.filter(pk=grid.pk).update(created_at=moment, opened_on=date(2025, 1, 30))
            day = timezone.localdate(moment)

            found = Area.objects.filter(pk=grid.pk).annotate(day=LocalDay("created_at"))

            assert found.get().day == day
            assert found.filter(created_at__lt=EndOf("opened_on")).exists() is (day <= date(2025, 1, 30))


def test_a_condition_set_aside_says_the_same(grid, other_grid):
    assert set(Area.objects.filter(Aside("name", grid.name))) == {grid}
    assert not Area.objects.filter(Aside("name", "' OR 1 --"))
