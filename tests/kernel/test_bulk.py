"""Bulk writing: the same rows as the ORM would write."""

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from fedhub.areas.models import Area
from fedhub.areas.tests.factories import community
from fedhub.core.bulk import (
    bump,
    copy_to_history,
    delete_many,
    insert_history,
    insert_many,
    insert_rows,
    take_ids,
    update_many,
)
from fedhub.core.models import Setting


def grids(count, parent):
    return [
        Area(code=f"330106003012{n:03d}", name=f"第{n}网格", kind="grid", parent=parent, outline={"n": n})
        for n in range(1, count + 1)
    ]


def inserted(areas):
    """The rows that `insert_rows` makes of unsaved `areas`, in their order."""
    names = ("code", "name", "kind", "parent", "outline")
    keys = insert_rows(Area, names, [(a.code, a.name, a.kind, a.parent_id, a.outline) for a in areas])
    return list(Area.objects.filter(pk__in=keys).order_by("pk"))


@pytest.mark.django_db
def test_inserted_objects_are_the_rows_that_save_would_write():
    home = community()
    by_save, by_bulk = grids(2, home)
    by_save.save()

    [by_bulk] = inserted([by_bulk])

    saved, made = Area.objects.get(pk=by_save.pk), Area.objects.get(pk=by_bulk.pk)
    differing = {"id", "code", "name", "outline", "created_at", "updated_at"}
    names = {field.attname for field in Area._meta.concrete_fields} - differing
    assert {name: getattr(made, name) for name in names} == {name: getattr(saved, name) for name in names}
    assert (made.outline, made.created_at is not None) == ({"n": 2}, True)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 50, 131])
def test_rows_of_several_statements_are_all_written(count):
    areas = grids(count, community())

    found = inserted(areas)

    assert [(area.code, area.name, area.outline) for area in found] == [(a.code, a.name, a.outline) for a in areas]


@pytest.mark.django_db
def test_keys_taken_are_not_given_again():
    home = community()
    inserted(grids(3, home))
    taken = take_ids(Area, 2)

    later = Area.objects.create(code="330106003012900", name="晚来", kind="grid", parent=home)

    assert len(set(taken)) == 2
    assert later.pk not in set(Area.objects.exclude(pk=later.pk).values_list("pk", flat=True))


@pytest.mark.django_db
def test_changes_and_history_are_written_for_each_row(chair):
    home = community()
    areas = grids(3, home)
    areas = inserted(areas)
    for area in areas:
        area.note = f"改{area.name}"

    update_many(areas, ["note", *bump(areas)])
    insert_history(areas, kind="~", by=chair, reason="批次")

    found = Area.objects.filter(pk__in=[a.pk for a in areas]).order_by("code")
    assert [(a.note, a.version) for a in found] == [(f"改{a.name}", 2) for a in areas]
    [row] = areas[0].history.all()
    assert (row.history_type, row.history_user_id, row.history_change_reason, row.note) == (
        "~", chair.pk, "批次", areas[0].note,
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("by_chair", [True, False])
def test_history_is_copied_as_it_would_be_written(chair, by_chair):
    user = chair if by_chair else None
    areas = grids(600, community())
    areas = inserted(areas)

    insert_history(areas, kind="+", by=user, reason="批次")
    copy_to_history(Area, [a.pk for a in areas], kind="+", by=user, reason="批次")

    rows = [
        list(Area.history.filter(kind="grid").order_by("history_id").values().iterator())[part]
        for part in (slice(600), slice(600, None))
    ]
    for row in [*rows[0], *rows[1]]:
        assert abs(timezone.now() - row.pop("history_date")).total_seconds() < 600
        row.pop("history_id")
    assert rows[0] == rows[1]


@pytest.mark.django_db
def test_a_copied_history_row_holds_the_same_sealed_bytes(chair):
    chair.phone = "13800000417"
    chair.save()
    copy_to_history(User, [chair.pk], kind="~", by=None)

    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user WHERE id = %s", [chair.pk])
        (stored,) = cursor.fetchone()
        cursor.execute("SELECT phone FROM accounts_historicaluser ORDER BY history_id DESC LIMIT 1")
        (copied,) = cursor.fetchone()

    assert bytes(stored) == bytes(copied)
    assert User.history.order_by("-history_id").first().phone == "13800000417"


@pytest.mark.django_db
def test_rows_are_inserted_by_field_names():
    now = timezone.now()

    insert_many(Setting, ("key", "value", "updated_at"), [("one", {"a": 1}, now), ("two", {}, now)])

    assert dict(Setting.objects.values_list("key", "value")) == {"one": {"a": 1}, "two": {}}


@pytest.mark.django_db
def test_rows_are_deleted_by_their_keys():
    areas = grids(2, community())
    areas = inserted(areas)

    delete_many(Area, [areas[0].pk])

    assert list(Area.objects.filter(kind="grid").values_list("pk", flat=True)) == [areas[1].pk]
