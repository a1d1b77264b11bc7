"""Pages of rounds of gifts: from the criteria to the summary, on the desk and at the door."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from fedhub.core import files
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.tests.pictures import jpeg
from hardship.models import GiftRound, SignedSheet
from hardship.services.gifts import gift_for
from hardship.tests.factories import file_at
from hardship.tests.factories_aid import BatchFactory, FundFactory, delivery_at
from hardship.tests.factories_gifts import GiftRoundFactory, RoundHomeFactory, RoundItemFactory, round_at
from households.tests.factories import HouseholdFactory, StatusFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"


def today():
    return timezone.localdate()


def url(name, row):
    return reverse(f"hardship:round_{name}", args=[row.pk])


def shown(page):
    """Keys of the families in the rows of a round's page."""
    return [int(line.title.split('/"')[0].rpartition("/")[2]) for line in page.context["page"].rows]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_rounds_costs_the_same_for_any_number_of_rows(client, chair, rows):
    for _ in range(rows):
        RoundItemFactory()

    page, queries = queries_beyond(client, reverse("hardship:round_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 5


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("state", "expected"), [("draft", 8), ("running", 8), ("finished", 9)])
def test_the_page_of_a_round_costs_the_same_for_any_number_of_families(client, chair, grid, state, expected, rows):
    gift_round = round_at(state, *HouseholdFactory.create_batch(rows, area=grid))

    page, queries = queries_beyond(client, reverse("hardship:round_detail", args=[gift_round.pk]), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == expected


def test_filters_of_the_list_of_rounds(client, chair):
    old = GiftRoundFactory(
        title="春节慰问", occasion="spring", starts_on=date(today().year - 1, 1, 1), ends_on=today()
    )
    new = round_at("running")

    def found(query):
        return {row[0] for row in client.get(f"{reverse('hardship:round_list')}?{query}").context["page"].rows}

    assert found("") == {old, new}
    assert found("q=春节") == found("state=draft") == found("occasion=spring") == {old}
    assert found(f"year={today().year - 1}") == {old}
    assert found(f"year={today().year}") == found("state=running") == {new}


def test_from_the_criteria_to_the_summary(as_user, chair, worker, grid):
    first, second, third = HouseholdFactory.create_batch(3, area=grid)
    batch = BatchFactory()
    for home in (first, second, third):
        StatusFactory(household=home, resident=None, category="DB")
    HouseholdFactory(area=grid)
    his, hers = as_user(chair), as_user(worker)

    page = his.get(reverse("hardship:round_create"))
    made = his.post(
        reverse("hardship:round_create"),
        filled(page, title="重阳慰问", occasion="elders", starts_on=today(), ends_on=today(), batch_1=batch.pk,
               quantity_1="2", categories=["DB"]),
    )  # fmt: skip
    gift_round = GiftRound.objects.get()
    assert made.headers["Location"] == gift_round.get_absolute_url()
    page = his.get(gift_round.get_absolute_url())
    assert sorted(shown(page)) == [first.pk, second.pk, third.pk]
    assert [row[1:] for row in page.context["needs"]] == [(6, 10, "", "袋")]

    his.post(url("ask", gift_round))
    his.post(url("approve", gift_round), filled(his.get(url("approve", gift_round))))
    page = hers.get(gift_round.get_absolute_url())
    assert page.context["counts"]["waiting"] == 3

    home = gift_round.homes.get(household=first)
    page = hers.get(reverse("hardship:round_home_hand", args=[home.pk]))
    answer = hers.post(
        reverse("hardship:round_home_hand", args=[home.pk]), filled(page, received_by="王桂兰") | {"slip": jpeg()}
    )
    assert answer.headers["Location"] == f"{gift_round.get_absolute_url()}?state=waiting#results"
    assert sorted(shown(hers.get(answer.headers["Location"]))) == [second.pk, third.pk]

    ticked = f"{url('hand', gift_round)}?ids={gift_round.homes.get(household=second).pk}"
    page = hers.get(ticked)
    assert page.context["homes"] == [second]
    hers.post(ticked, filled(page) | {"sheet": jpeg()})
    gift = gift_round.deliveries.get(household=second)
    assert (gift.state, gift.received_by, files.attachments_of(gift.sheet).count()) == ("receipted", "见签收单", 1)
    assert len(hers.get(gift.get_absolute_url()).context["pictures"]) == 1

    page = his.get(url("finish", gift_round))
    assert page.context["left"] == 1
    his.post(url("finish", gift_round), filled(page, why="away"))
    page = his.get(gift_round.get_absolute_url())
    assert (page.context["pieces"], page.context["missed"]) == ([("大米", "袋", 4, 240, 2)], [("家里没人", 1)])
    assert {state: shown(his.get(f"{gift_round.get_absolute_url()}?state={state}")) for state in ("waiting", "missed")} == {
        "waiting": [], "missed": [third.pk],
    }  # fmt: skip
    batch.refresh_from_db()
    assert (batch.left, batch.reserved) == (6, 0)


def test_whoever_got_the_same_lately_is_named_and_taken_in_with_a_reason(client, chair, grid):
    home = HouseholdFactory(area=grid)
    gift = delivery_at("delivered", household=home)
    gift_round = GiftRoundFactory(created_by=chair)
    RoundItemFactory(round=gift_round, batch=gift.batch)
    gift_round.homes.create(household=home, standing="repeat")

    page = client.get(f"{gift_round.get_absolute_url()}?state=repeat")
    assert f"{today():%Y-%m-%d} 发过“大米 1 袋”" in page.context["page"].rows[0].words
    add = f"{url('home_add', gift_round)}?household={home.pk}"
    refused = client.post(add, filled(client.get(add)))
    assert refused.context["form"].errors["why"][-1] == "还要发请写理由。"
    client.post(add, filled(refused, why="一家八口"))
    assert gift_round.homes.get().standing == "in"

    out = reverse("hardship:round_home_out", args=[gift_round.homes.get().pk])
    client.post(out, filled(client.get(out), why="他说不要"))
    assert (gift_round.homes.get().standing, gift_round.homes.get().why) == ("out", "他说不要")


def test_a_stock_too_small_is_said_on_the_page_and_nothing_happens(client, chair, grid):
    gift_round = round_at("asked", *HouseholdFactory.create_batch(11, area=grid))

    page = client.get(url("approve", gift_round))
    answer = client.post(url("approve", gift_round), filled(page))

    item = gift_round.items.get()
    assert page.context["needs"] == [(item, 11, 10, "还差 1 袋", "袋")]
    assert "一户也没有安排" in answer.context["form"].non_field_errors()[0]
    assert gift_round.deliveries.count() == 0


def test_a_list_that_was_sent_back_is_changed_and_asked_for_again(client, chair, grid):
    home = HouseholdFactory(area=grid)
    gift_round = round_at("asked", home, created_by=chair)

    client.post(url("return", gift_round), filled(client.get(url("return", gift_round)), why="太多了"))
    gift_round.refresh_from_db()
    assert (gift_round.state, gift_round.returned_why) == ("draft", "太多了")
    page = client.get(url("update", gift_round))
    assert (page.context["form"]["batch_1"].value(), page.context["form"]["quantity_1"].value()) == (
        gift_round.items.get().batch_id, 1,
    )  # fmt: skip
    client.post(url("update", gift_round), filled(page, quantity_1="3", title="敬老慰问"))
    gift_round.refresh_from_db()
    assert (gift_round.title, gift_round.items.get().quantity, gift_round.homes.get().household) == (
        "敬老慰问", 3, home,
    )  # fmt: skip
    client.post(url("cancel", gift_round), filled(client.get(url("cancel", gift_round)), why="不办了"))
    gift_round.refresh_from_db()
    assert (gift_round.state, gift_round.ended_why) == ("cancelled", "不办了")


def test_a_family_not_reached_says_why_and_other_wants_words(client, chair, grid):
    gift_round = round_at("running", HouseholdFactory(area=grid))
    address = reverse("hardship:round_home_miss", args=[gift_round.homes.get().pk])

    bare = client.post(address, filled(client.get(address), why="other"))
    assert bare.context["form"].errors["words"] == ["请写一句具体情况。"]
    client.post(address, filled(bare, why="other", words="去女儿家了"))

    gift = gift_round.deliveries.get()
    assert (gift.state, gift.cancelled_why) == ("cancelled", "其他：去女儿家了")


def test_money_waits_for_another_on_the_page_and_among_what_waits(as_user, chair, grid, community):
    own = round_at("asked", HouseholdFactory(area=grid), is_money=True, created_by=chair)
    own.items.all().delete()
    own.items.create(fund=FundFactory(), quantity=100)
    round_at("asked", HouseholdFactory(area=grid), title="高温慰问")
    client = as_user(chair)

    page = client.get(own.get_absolute_url())
    assert (page.context["may_decide"], page.context["waits_for_another"]) == (False, True)
    waiting = client.get(reverse("hardship:waiting")).context["parts"]
    assert [(title, [line.title for line in lines]) for title, lines in waiting] == [("节日慰问", ["高温慰问"])]


def test_the_way_on_paper_goes_by_grid_building_and_door_and_is_logged(client, chair, grid, other_grid):
    homes = [
        HouseholdFactory(area=area, compound="春江", building=building, stair="1", room=room, head_name=name)
        for area, building, room, name in (
            (other_grid, "1", "101", "丁一"), (grid, "10", "101", "丙三"), (grid, "2", "302", "乙二"),
            (grid, "2", "101", "甲一"),
        )
    ]  # fmt: skip
    gift_round = round_at("running", *homes)

    page = client.get(url("route", gift_round))

    rows = [
        (name, where, number, stair, one.household.head_name)
        for name, buildings in page.context["grids"] for where, found in buildings for number, stair, one in found
    ]  # fmt: skip
    assert rows == [
        (grid.name, "春江2栋", 1, "1 单元", "甲一"), (grid.name, "春江2栋", 2, "1 单元", "乙二"),
        (grid.name, "春江10栋", 3, "1 单元", "丙三"), (other_grid.name, "春江1栋", 1, "1 单元", "丁一"),
    ]  # fmt: skip
    assert AuditEvent.objects.filter(action="hardship.giftround.print").count() == 1


def test_a_worker_sees_and_ticks_the_families_of_her_grid_alone(as_user, worker, grid, other_grid):
    own, other = HouseholdFactory(area=grid), HouseholdFactory(area=other_grid)
    gift_round = round_at("running", own, other)
    client = as_user(worker)

    page = client.get(gift_round.get_absolute_url())
    assert (shown(page), page.context["counts"]["in"], page.context["may_change"]) == ([own.pk], 1, False)
    page = client.get(f"{url('hand', gift_round)}?all=1")
    assert page.context["homes"] == [own]
    assert (
        client.get(reverse("hardship:round_home_hand", args=[gift_round.homes.get(household=other).pk])).status_code
        == 404
    )
    assert client.get(url("finish", gift_round)).status_code == 404
    assert [name for name, _ in client.get(url("route", gift_round)).context["grids"]] == [grid.name]


def test_nothing_ticked_or_a_round_that_does_not_run_gives_nothing(client, chair, grid):
    gift_round, draft = (
        round_at("running", HouseholdFactory(area=grid)),
        round_at("draft", HouseholdFactory(area=grid)),
    )

    page = client.get(url("hand", gift_round))
    answer = client.post(url("hand", gift_round), filled(page))

    assert (page.context["total"], answer.context["form"].non_field_errors()) == (
        0, ["选中的家庭没有要发的：已经发过，或者取消了。"],
    )  # fmt: skip
    assert client.get(f"{url('hand', draft)}?all=1").status_code == 404
    assert client.get(reverse("hardship:round_home_hand", args=[draft.homes.get().pk])).status_code == 404


def test_a_stranger_finds_no_round_and_no_sheet(as_user, stranger, chair, grid):
    gift_round = round_at("running", HouseholdFactory(area=grid))
    as_user(chair).post(
        f"{url('hand', gift_round)}?all=1",
        filled(as_user(chair).get(f"{url('hand', gift_round)}?all=1")) | {"sheet": jpeg()},
    )
    picture = files.attachments_of(SignedSheet.objects.get()).get()

    client = as_user(stranger)
    assert [
        client.get(address).status_code
        for address in (
            gift_round.get_absolute_url(), url("route", gift_round), reverse("core:file", args=[picture.uuid]),
        )
    ] == [404, 404, 404]  # fmt: skip
    assert client.get(reverse("hardship:round_list")).context["page"].rows == []
    assert as_user(chair).get(reverse("core:file", args=[picture.uuid])).status_code == 200


def test_a_guarded_familys_earlier_gift_is_shown_to_its_circle_alone(as_user, chair, data_officer, grid):
    home = HouseholdFactory(area=grid)
    file = file_at("active", household=home, guarded=True)
    gift = delivery_at("delivered", household=home, file=file)
    gift_round = round_at("draft", home)

    words = [
        as_user(user).get(gift_round.get_absolute_url()).context["page"].rows[0].words
        for user in (chair, data_officer)
    ]

    assert [str(gift.pk) in text for text in words] == [True, False]
    assert words[1] == "—"


def test_goods_without_a_number_are_asked_about_in_the_form(client, chair, grid):
    batch = BatchFactory()
    page = client.get(reverse("hardship:round_create"))

    answer = client.post(
        reverse("hardship:round_create"),
        filled(
            page, title="春节", starts_on=today(), ends_on=today(), batch_1=batch.pk, batch_2=batch.pk, quantity_3="1"
        ),
    )

    assert {name: list(found) for name, found in answer.context["form"].errors.items()} == {
        "batch_1": ["同一批物资只选一次。"], "quantity_1": ["请填大于 0 的数。"], "quantity_2": ["请填大于 0 的数。"],
        "batch_3": ["请选从哪里出。"],
    }  # fmt: skip
    assert [str(m) for m in get_messages(answer.wsgi_request)] == []


def test_money_at_the_door_is_given_by_two_who_hand_over_there(as_user, chair, worker, grid):
    client, fund = as_user(chair), FundFactory()
    gift_round = round_at("running", is_money=True)
    gift_round.items.all().delete()
    item = gift_round.items.create(fund=fund, quantity=300)
    home = RoundHomeFactory(round=gift_round, household__area=grid)
    gift_for(gift_round, item, home).save()
    type(fund).objects.filter(pk=fund.pk).update(reserved=300)
    address = reverse("hardship:round_home_hand", args=[home.pk])

    page = client.get(address)
    assert list(page.context["form"].fields["second_by"].queryset) == [worker]
    refused = client.post(address, filled(page, cash_how="cash"))
    assert refused.context["form"].errors["second_by"] == ["现金要两个人一起办，请选同办人。"]
    client.post(address, filled(refused, cash_how="cash", second_by=worker.pk))

    gift = gift_round.deliveries.get()
    assert (gift.state, gift.second_by, gift.cash_how) == ("delivered", worker, "cash")
