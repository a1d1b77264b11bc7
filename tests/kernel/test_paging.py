import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fedhub.areas.models import Area
from fedhub.areas.tests.factories import grid
from fedhub.core import paging
from fedhub.core.models import Setting
from fedhub.core.paging import keyset_page, read_cursor


def walk(rows, sort, size, **how):
    """All pages forwards, then back again from the last one."""
    forwards, after, back = [], None, None
    while True:
        page = keyset_page(rows, sort=sort, size=size, after=after, **how)
        forwards.append([row.pk if hasattr(row, "pk") else row["id"] for row in page.rows])
        if not page.next_cursor:
            back = page.previous_cursor
            break
        after = page.next_cursor
    backwards = []
    while back:
        page = keyset_page(rows, sort=sort, size=size, before=back, **how)
        backwards.insert(0, [row.pk if hasattr(row, "pk") else row["id"] for row in page.rows])
        back = page.previous_cursor
    return forwards, backwards


def read_values(ids):
    """A reader as lists have one, in an order of its own."""
    return list(Area.objects.filter(pk__in=ids).order_by("-pk").values("id", "note", "code"))


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["note", "-note", "code", "-code"])
@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_pages_forwards_and_backwards_hold_every_row_once(community, sort, size):
    for number, note in enumerate("aabbbc", 1):
        Area.objects.filter(pk=grid(number).pk).update(note=note)
    rows = Area.objects.grids()

    forwards, backwards = walk(rows, sort, size)

    sign = "-" if sort.startswith("-") else ""
    expected = [row.pk for row in rows.order_by(sort, f"{sign}pk")]
    assert sum(forwards, []) == expected
    assert forwards[:-1] == backwards


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["note", "-note", "code", "-code"])
@pytest.mark.parametrize("size", [1, 2, 3, 10])
@pytest.mark.parametrize("known", [True, False])
def test_pages_read_by_ids_are_the_same_whether_the_hits_are_known_or_asked_for(community, sort, size, known):
    for number, note in enumerate("aabbbc", 1):
        Area.objects.filter(pk=grid(number).pk).update(note=note)
    rows = Area.objects.grids()
    ordered = [row.pk for row in rows.order_by(sort, f"{'-' if sort.startswith('-') else ''}pk")]

    found = walk(rows, sort, size, reader=read_values, hits=ordered if known else None)

    assert found == walk(rows, sort, size)


@pytest.mark.django_db
def test_who_pages_on_from_a_row_that_is_no_hit_any_more_goes_on_where_it_was(community):
    places = [grid(number) for number in range(1, 5)]
    rows = Area.objects.grids()
    first = keyset_page(rows, sort="code", size=2, reader=read_values, hits=[place.pk for place in places])
    gone = places[1]
    rows = rows.exclude(pk=gone.pk)

    page = keyset_page(
        rows, sort="code", size=2, after=first.next_cursor, reader=read_values,
        hits=[place.pk for place in places if place != gone],
    )  # fmt: skip

    assert [row["id"] for row in page.rows] == [places[2].pk, places[3].pk]


@given(st.text(max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_cursor_made_elsewhere_is_ignored(text):
    assert read_cursor(text) is None


@pytest.mark.django_db
def test_a_list_longer_than_the_cap_is_counted_once_in_a_while_a_short_one_always(
    monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(paging, "COUNT_CAP", 2)
    paging._long_lists.clear()
    Setting.objects.bulk_create(Setting(key=f"k{n}", value={}) for n in range(2))
    rows = Setting.objects.filter(key__startswith="k")

    with django_assert_num_queries(2):
        assert [paging.capped_count(rows, "short") for _ in range(2)] == [2, 2]
    Setting.objects.create(key="k2", value={})
    with django_assert_num_queries(2):
        assert [paging.capped_count(rows, "long") for _ in range(2)] + [paging.capped_count(rows)] == [3, 3, 3]
