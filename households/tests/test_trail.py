"""What happened to a record in sentences, and who read it; sealed rows and masked values never."""

import pytest
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.acting import acting_as
from households.models import Resident
from households.panels import Panel, household_panels, panels_for, resident_panels
from households.services.households import change_household, move_household
from households.services.residents import change_resident, create_resident
from households.services.status import open_status
from households.tests.factories import HouseholdFactory, id_number
from households.trail import changes_of, readers_of

pytestmark = pytest.mark.django_db


def said(instance):
    return [(line.who, line.title, line.texts) for line in changes_of(instance)]


def test_changes_are_told_in_sentences_with_labels(chair, grid):
    with acting_as(chair):
        woman = create_resident(Resident(area=grid, name="赵小莉", sex="2", birth="1985-04"), by=chair)
        woman.marital, woman.birth, woman.is_volunteer = "20", "1985-04-01", True
        change_resident(woman, ["marital", "birth", "is_volunteer"], base_version=1, by=chair)
        open_status(resident=woman, category="DB", valid_from=timezone.localdate(), by=chair)

    assert said(woman) == [
        ("周敏", "登记了类别", []),
        (
            "周敏",
            "修改资料",
            ["出生日期由“1985年4月”改为“1985年4月1日”", "婚姻状况由“空”改为“已婚”", "志愿者由“否”改为“是”"],
        ),
        ("周敏", "登记", []),
    ]


def test_numbers_and_sealed_texts_are_named_not_told(chair, grid):
    number = id_number("19850401", 2)
    woman = create_resident(Resident(area=grid, name="赵小莉", sex="2", birth="1985-04-01"), by=chair)
    woman.id_number, woman.health_note, woman.id_type = number, "高血压", "01"
    change_resident(woman, ["id_number", "id_type", "health_note"], base_version=1, by=chair)

    texts = changes_of(woman)[0].texts

    assert texts == ["证件类型由“空”改为“居民身份证”", "填了身份证号", "填了健康情况说明"]


def test_a_move_is_told_by_the_names_of_the_grids(chair, other_grid):
    home = HouseholdFactory()

    with acting_as(chair):
        move_household(home, other_grid, by=chair)

    assert said(home)[0] == ("周敏", "换网格", ["网格由“第一网格”改为“第二网格”"])


def test_derived_columns_are_silent(chair):
    home = HouseholdFactory()
    home.head_name = "何晓燕"

    change_household(home, ["head_name"], base_version=1, by=chair)

    assert changes_of(home)[0].texts == ["户主由“王桂兰”改为“何晓燕”"]


def test_readers_are_listed_and_sealed_reading_is_not(chair, worker):
    home = HouseholdFactory()
    audit.record_read(home, by=worker)
    audit.record_sealed_read(home, by=chair)
    audit.record_sealed("households.household.read", home, by=chair)
    audit.record("safety.riskreport.write", home, by=chair)

    assert [(line.who, line.title) for line in readers_of(home)] == [("刘建芳", "看过这一页")]
    assert [line.title for line in changes_of(home)] == ["登记"]


def test_a_reveal_says_what_and_why(client, worker, grid):
    woman = create_resident(Resident(area=grid, name="赵小莉", id_number=id_number()), by=worker)

    client.post(
        "/reveal/", {"label": "households.resident", "pk": woman.pk, "field": "id_number", "reason": "contact"}
    )

    assert [(line.who, line.title, line.texts) for line in readers_of(woman)] == [
        ("刘建芳", "查看了完整的身份证号", ["原因：联系本人"])
    ]


def test_panels_show_only_to_those_who_may(worker, stranger):
    known = [panel.permission for panel in [*household_panels, *resident_panels]]
    sealed = Panel("sealed", "受限", 1, "safety.view_riskreport", "x.html", lambda row, user: {})

    assert panels_for([sealed], worker) == []
    assert not any(permission.startswith("safety.") for permission in known)
