"""Every change of a telephone number leaves a line: sealed bytes below, the mask on the page."""

import pytest
from django.db import connection

from fedhub.core.acting import acting_as
from households.models import Phone, Resident
from households.services.merge import merge_residents, undo_merge
from households.services.residents import change_resident, create_resident
from households.tests.factories import MembershipFactory, PhoneFactory, ResidentFactory
from households.trail import changes_of

pytestmark = pytest.mark.django_db
OLD, NEW = "13800000417", "13900000228"


@pytest.fixture
def woman(chair, grid):
    return create_resident(Resident(area=grid, name="赵小莉", sex="2"), phones=[{"number": OLD}], by=chair)


def rows():
    return list(Phone.history.order_by("history_id").values_list("history_type", "number", "history_user_id"))


def told(instance):
    return [(line.who, line.texts) for line in changes_of(instance) if line.title == "改了联系电话"]


def test_the_first_number_is_kept_and_is_no_change(woman, chair):
    assert rows() == [("+", OLD, chair.pk)]
    assert told(woman) == []


def test_a_replaced_number_is_told_once_by_masks_on_her_page_and_her_familys(woman, chair):
    household = MembershipFactory(resident=woman).household

    change_resident(woman, [], phones=[{"number": NEW}], base_version=woman.version, by=chair)

    assert rows()[1:] == [("-", OLD, chair.pk), ("+", NEW, chair.pk)]
    assert told(woman) == [("周敏", ["去掉 138****0417", "新增 139****0228"])]
    assert told(household) == [("周敏", ["赵小莉：去掉 138****0417", "赵小莉：新增 139****0228"])]


def test_facts_of_a_kept_number_are_told(woman, chair):
    phone = woman.phones.get()
    kept = {"id": phone.pk, "owner_kind": "spouse", "shared": True}

    change_resident(woman, [], phones=[kept], base_version=woman.version, by=chair)
    change_resident(woman, [], phones=[kept], base_version=woman.version, by=chair)

    assert rows()[1:] == [("~", OLD, chair.pk)]
    assert told(woman) == [("周敏", ["138****0417 机主由“本人”改为“配偶”", "138****0417 多人合用由“否”改为“是”"])]


def test_the_history_holds_no_number_in_clear(woman):
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM households_historicalphone")
        (stored,) = cursor.fetchone()

    assert OLD.encode() not in bytes(stored)
    assert Phone.history.get().number == OLD


def test_a_page_of_changes_shows_no_whole_number(client, chair, woman):
    change_resident(woman, [], phones=[{"number": NEW}], base_version=woman.version, by=chair)

    page = client.get(f"{woman.get_absolute_url()}?tab=changes").content.decode()

    assert "去掉 138****0417；新增 139****0228" in page
    assert (OLD in page, NEW in page) == (False, False)


def test_a_merge_and_its_undo_leave_lines_and_no_news(chair):
    kept, gone = ResidentFactory(name="王桂兰"), ResidentFactory(name="王桂兰")
    phone = PhoneFactory(resident=gone)

    with acting_as(chair):
        merge = merge_residents(kept, gone, reason="同一个人", by=chair)
        undo_merge(merge, by=chair)

    lines = phone.history.order_by("history_id").values_list("history_type", "resident", "history_change_reason")
    assert list(lines) == [("+", gone.pk, None), ("~", kept.pk, "随居民合并"), ("~", gone.pk, "撤销合并")]
    assert told(kept) == []


@pytest.mark.parametrize("tab_of", ["resident", "household"])
def test_the_page_of_changes_costs_the_same_for_one_and_three_changes(
    client, chair, woman, tab_of, django_assert_num_queries
):
    household = MembershipFactory(resident=woman).household
    instance = {"resident": woman, "household": household}[tab_of]
    for number in (NEW, "13900000229", "13900000230"):
        change_resident(woman, [], phones=[{"number": number}], base_version=woman.version, by=chair)
        with django_assert_num_queries({"resident": 6, "household": 7}[tab_of]):
            changes_of(instance)
