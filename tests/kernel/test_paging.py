import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fedhub.areas.models import Area
from fedhub.areas.tests.factories import grid
from fedhub.core.paging import keyset_page, read_cursor


def walk(rows, sort, size):
    """All pages forwards, then back again from the last one."""
    forwards, after, back = [], None, None
    while True:
        page = keyset_page(rows, sort=sort, size=size, after=after)
        forwards.append([row.pk for row in page.rows])
        if not page.next_cursor:
            back = page.previous_cursor
            break
        after = page.next_cursor
    backwards = []
    while back:
        page = keyset_page(rows, sort=sort, size=size, before=back)
        backwards.insert(0, [row.pk for row in page.rows])
        back = page.previous_cursor
    return forwards, backwards


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


@given(st.text(max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_cursor_made_elsewhere_is_ignored(text):
    assert read_cursor(text) is None
