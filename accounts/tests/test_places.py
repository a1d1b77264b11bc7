"""The tree of a large district is kept by the process, and follows every change at once."""

import pytest
from django.db import transaction

from accounts.models import User
from fedhub.areas import places
from fedhub.areas.models import Area
from fedhub.areas.services import change_area, close_area, open_area

pytestmark = pytest.mark.django_db
VIEW = "households.view_household"


@pytest.fixture(autouse=True)
def large(monkeypatch):
    """Every tree counts as large; nothing is held before or after."""
    places.forget()
    monkeypatch.setattr(places, "SMALL", 1)
    yield
    places.forget()


def seen(user):
    """The account as the next request loads it."""
    return User.objects.get(pk=user.pk)


def held(user):
    """The account after requests enough for the tree to be held."""
    for _ in range(3):
        seen(user).scope(VIEW)
    return seen(user)


def test_a_held_tree_costs_one_query_and_is_the_same_as_a_read_one(chair, grid, django_assert_num_queries):
    read = dict(seen(chair).places)
    user = held(chair)

    with django_assert_num_queries(1) as asked:
        assert dict(user.places) == read
    assert "COUNT" in asked[0]["sql"]
    assert list(read) == list(Area.objects.order_by("code").values_list("pk", flat=True))


def test_a_small_tree_is_read_anew_in_one_query(chair, grid, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(places, "SMALL", 500)
    user = held(chair)

    with django_assert_num_queries(1) as asked:
        assert grid.pk in user.places
    assert "COUNT" not in asked[0]["sql"]


def opened(grid, by):
    return open_area(Area(code=f"{grid.parent.code}077", name="新网格", kind="grid", parent=grid.parent), by=by)


def renamed(grid, by):
    grid.name = "改名网格"
    return change_area(grid, ["name"], base_version=grid.version, by=by)


def saved(grid, by):
    grid.name = "改名网格"
    grid.save()


@pytest.mark.parametrize("change", [opened, renamed, saved, lambda grid, by: close_area(grid, by=by)])
def test_every_change_of_a_place_shows_in_the_next_request(chair, grid, change):
    held(chair)

    change(grid, by=chair)

    facts = ("pk", "code", "name", "status")
    now = [(pk, place.code, place.name, place.status) for pk, place in seen(chair).places.items()]
    assert now == list(Area.objects.order_by("code").values_list(*facts))


def test_a_new_grid_is_in_scope_at_once_and_a_stranger_to_others(chair, worker, grid):
    held(chair), held(worker)

    new = opened(grid, by=chair)

    assert seen(chair).has_perm(VIEW, new)
    assert seen(worker).scope(VIEW) == {grid.pk}
    assert not seen(worker).has_perm(VIEW, new)


def test_a_change_that_is_taken_back_is_forgotten(chair, grid):
    held(chair)
    with transaction.atomic():
        renamed(grid, by=chair)
        assert seen(chair).places[grid.pk].name == "改名网格"
        transaction.set_rollback(True)
    grid.refresh_from_db()

    assert seen(chair).places[grid.pk].name == grid.name != "改名网格"


def test_what_was_worked_out_for_one_account_does_not_serve_another(chair, worker, other_grid, grid):
    for _ in range(2):
        assert held(worker).scope(VIEW) == {grid.pk}
        assert held(chair).scope(VIEW) is None
        assert [code for code, _ in held(worker).grids(VIEW)] == [grid.code]
        assert {grid.code, other_grid.code} <= {code for code, _ in held(chair).grids(VIEW)}


def test_scopes_are_not_kept_without_end(chair, grid):
    tree = held(chair).places

    for number in range(places._MOST_SCOPES * 2):
        tree.inside((f"9{number:05d}",))

    assert len(tree._scopes) <= places._MOST_SCOPES
    assert tree.inside((grid.code,)) == {grid.pk}
    assert tree.inside(()) == frozenset()


def test_scopes_that_another_thread_drops_are_worked_out_again():
    """As when 200 are kept and a second request clears them between the asking and the taking."""

    class Dropping(dict):
        def __contains__(self, codes):
            return True

    tree = places.Places({7: places.Place("110101001001001", "第一网格", "", "grid", "active")})
    tree.__dict__["_scopes"] = Dropping()

    assert tree.inside(("110101001002",)) == frozenset()
    assert tree.inside(("110101001001",)) is None
