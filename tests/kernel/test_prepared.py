"""Queries that are built once: the values are those of each run, and no day of the first one stays in them."""

import datetime

import pytest
from django.db.models import Count, DateField, Q
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.areas.tests import factories as places
from fedhub.core.lookups import AnyOf
from fedhub.core.models import Setting
from fedhub.core.prepared import Given, one_row, prepared

pytestmark = pytest.mark.django_db


@prepared
def areas_named(by_code):
    rows = Area.objects.filter(AnyOf("pk", Given("ids")), created_at__date__lte=Given("day", DateField()))
    return rows.order_by("-code" if by_code else "code").values_list("code", "name", "created_at")


def test_each_run_takes_its_own_values_and_reads_columns_as_their_fields_do(django_assert_num_queries):
    one, two = places.grid(1), places.grid(2)
    today = timezone.localdate()
    areas_named.rows(False, ids=[], day=today)

    with django_assert_num_queries(3):
        assert [row[0] for row in areas_named.rows(False, ids={one.pk, two.pk}, day=today)] == [one.code, two.code]
        assert areas_named.rows(False, ids=[two.pk], day=today - datetime.timedelta(days=1)) == []
        ((_, name, at),) = areas_named.rows(False, ids=(two.pk,), day=today)

    assert (name, at) == (two.name, two.created_at)
    assert [row[0] for row in areas_named.rows(True, ids=[one.pk, two.pk], day=today)] == [two.code, one.code]


def test_a_query_that_was_built_is_not_built_again():
    built = []

    @prepared
    def names(kind):
        built.append(kind)
        return Area.objects.filter(kind=kind).values_list("name")

    places.grid(1)
    for _ in range(3):
        assert len(names.rows("grid")) == 1
    assert names.rows("unit") == []

    assert built == ["grid", "unit"]


@pytest.mark.parametrize(("name", "moment"), [("updated_at__date", timezone.localdate), ("updated_at", timezone.now)])
def test_a_day_that_is_not_given_is_refused(name, moment):
    late = prepared(lambda: Setting.objects.filter(**{f"{name}__lte": moment()}).values_list("pk"))

    with pytest.raises(TypeError, match="not Given"):
        late.rows()


def test_sums_are_one_row_even_of_nothing():
    @prepared
    def counted():
        rows = Area.objects.filter(AnyOf("pk", Given("ids")))
        return one_row(rows, Count("pk"), Count("pk", filter=Q(kind="grid")))

    one = places.grid(1)

    assert [tuple(row) for row in counted.rows(ids=[one.pk, one.parent_id])] == [(2, 1)]
    assert [tuple(row) for row in counted.rows(ids=[])] == [(0, 0)]
