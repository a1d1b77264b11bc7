import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from fedhub.areas.enums import AreaKind, AreaStatus
from fedhub.areas.models import Area
from fedhub.areas.services import (
    change_area,
    close_area,
    import_areas,
    next_grid_code,
    next_unit_code,
    open_area,
    place_of_address,
)
from fedhub.areas.tests import factories as places
from fedhub.areas.tests.factories import BuildingFactory, grid

pytestmark = pytest.mark.django_db

CHAIN = "代码,名称,妇联名称\n330106,西湖区,\n330106003,文新街道,\n330106003012,清和社区,清和社区妇联\n"


def upload(text, encoding="utf-8"):
    return io.BytesIO(text.encode(encoding))


def test_grid_codes_go_on_from_the_last_one(community):
    grid(1), grid(2)

    assert next_grid_code(community) == "330106003012003"
    assert next_unit_code(grid(1)) == "33010600301200101"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("33010600301200", "应是 15 位"),
        ("330106003013001", "代码应以上级"),
        ("33010600301200a", "应是 15 位"),
    ],
)
def test_a_grid_code_that_does_not_fit_is_refused(community, chair, code, sentence):
    with pytest.raises(ValidationError, match=sentence):
        open_area(Area(code=code, name="第九网格", kind=AreaKind.GRID, parent=community), by=chair)


def test_an_office_may_ask_for_its_own_form_of_grid_codes(community, chair, settings):
    settings.GRID_CODE_PATTERN = r"\d{12}[12]\d{2}"

    with pytest.raises(ValidationError, match="不符合本地的编码规则"):
        open_area(Area(code="330106003012001", name="第一网格", kind=AreaKind.GRID, parent=community), by=chair)

    opened = open_area(Area(code="330106003012101", name="第一网格", kind=AreaKind.GRID, parent=community), by=chair)
    assert next_grid_code(community) == "330106003012102"
    assert opened.kind == AreaKind.GRID


def test_a_code_is_used_once(community, chair):
    grid(1)

    with pytest.raises(ValidationError, match="已经用过"):
        open_area(Area(code="330106003012001", name="重复", kind=AreaKind.GRID, parent=community), by=chair)


def test_a_grid_hangs_on_a_community_only(community, chair):
    with pytest.raises(ValidationError, match="直接放在社区"):
        open_area(Area(code="330106003999001", name="悬空", kind=AreaKind.GRID, parent=community.parent), by=chair)


def test_closing_keeps_the_place_and_writes_a_line(community, chair):
    first, second = grid(1), grid(2)
    Area.objects.filter(pk=first.pk).update(opened_on=date(2024, 1, 1))
    first.refresh_from_db()

    close_area(first, status=AreaStatus.MERGED, on=date(2026, 6, 30), into=[second], reason="合并", by=chair)

    stored = Area.objects.get(pk=first.pk)
    assert (stored.status, stored.closed_on) == (AreaStatus.MERGED, date(2026, 6, 30))
    assert [(line.old, line.new, line.kind) for line in first.became.all()] == [(first, second, "merged")]


def test_a_place_is_not_closed_before_it_opened(community, chair):
    first = grid(1)

    with pytest.raises(ValidationError, match="才启用"):
        close_area(first, on=first.opened_on - timedelta(days=1), by=chair)

    assert Area.objects.get(pk=first.pk).status == AreaStatus.ACTIVE


def test_a_closed_place_did_not_open_after_it_closed(community, chair):
    first = close_area(grid(1), by=chair)
    first.opened_on = first.closed_on + timedelta(days=1)

    with pytest.raises(ValidationError, match="启用日期不能晚于停用的那天"):
        change_area(first, ["opened_on"], base_version=first.version, by=chair)


def test_the_database_refuses_a_place_that_closed_before_it_opened(community):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE areas_area SET status = 'closed', opened_on = '2026-01-02', closed_on = '2026-01-01' "
            "WHERE code = %s",
            [community.code],
        )


def test_a_place_with_places_in_use_below_is_not_closed(community, chair):
    grid(1)

    with pytest.raises(ValidationError, match="下面还有在用的区域"):
        close_area(community, by=chair)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_chain_is_read_from_csv(db, encoding):
    made, kept = import_areas(upload(CHAIN, encoding), by=None)
    again = import_areas(upload(CHAIN, encoding), by=None)

    assert (made, kept, again) == (3, 0, (0, 3))
    assert Area.objects.get(code="330106003012").office_name == "清和社区妇联"
    assert list(Area.objects.order_by("code").values_list("root", flat=True)) == [True, None, None]


def test_trailing_zeros_of_the_twelve_digit_form_are_read(db):
    made, _ = import_areas(upload("代码,名称\n330106000000,西湖区\n330106003000,文新街道\n"), by=None)

    assert made == 2
    assert list(Area.objects.order_by("code").values_list("code", "kind")) == [
        ("330106", "district"),
        ("330106003", "street"),
    ]


def test_places_are_read_into_ones_own_scope_alone(chair):
    places.community(13, "翠苑社区")
    theirs = "330106003013001,翠苑一网格,\n"
    mine = "330106003012001,第一网格,\n33010600301200101,一号联户单元,\n330106003012,清和社区,\n"

    with pytest.raises(ValidationError, match="第 5 行：“翠苑一网格”不在您能管理的范围里"):
        import_areas(upload("代码,名称,妇联名称\n" + mine + theirs), by=chair)
    assert not Area.objects.grids().exists()

    assert import_areas(upload("代码,名称,妇联名称\n" + mine), by=chair) == (2, 1)


def test_a_community_is_not_added_from_below(chair):
    places.community(13, "翠苑社区")

    with pytest.raises(ValidationError, match="不在您能管理的范围里"):
        import_areas(upload("代码,名称\n330106003014,新社区\n"), by=chair)


def test_the_form_offers_only_places_of_ones_own_scope(as_user, chair, data_officer, community):
    places.community(13, "翠苑社区")

    offered = {
        user.username: set(as_user(user).get(reverse("areas:area_create")).context["form"].fields["parent"].queryset)
        for user in (chair, data_officer)
    }

    assert offered == {"chair": {community}, "data": {community}}


def test_one_bad_line_leaves_nothing_and_is_named(db):
    with pytest.raises(ValidationError, match="第 5 行"):
        import_areas(upload(CHAIN + "3301060030,坏代码,\n"), by=None)

    assert Area.objects.count() == 0


def test_the_database_allows_one_root(community):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE areas_area SET root = %s, parent_id = NULL WHERE code = %s", [True, community.code])


def test_the_database_refuses_a_closed_place_without_a_day(community):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE areas_area SET status = 'closed' WHERE code = %s", [community.code])


def test_an_address_finds_its_grid_by_building_or_by_the_only_grid_of_the_compound(community):
    first, second = grid(1), grid(2)
    BuildingFactory(area=first, compound="精诚公寓", name="1栋")
    BuildingFactory(area=second, compound="精诚公寓", name="2栋")
    BuildingFactory(area=second, compound="酒精厂旧院", name="")

    assert place_of_address("精诚公寓", "2栋", within=community) == second
    assert place_of_address("精诚公寓", "9栋", within=community) is None
    assert place_of_address("酒精厂旧院", "12号", within=community) == second
