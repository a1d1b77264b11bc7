"""Pages of money, goods and gifts: lists, a gift from the request to the thanks, the book, locked months."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.areas.tests import factories as places
from fedhub.core import files
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.tests.pictures import jpeg
from hardship.models import AidPeriod, Batch, Delivery, Donor, Fund
from hardship.queries import expiring_goods, waiting_gifts
from hardship.tests.factories import file_at
from hardship.tests.factories_aid import (
    AidPeriodFactory,
    BatchFactory,
    DeliveryFactory,
    DonorFactory,
    FundFactory,
    ReopenRequestFactory,
    delivery_at,
    last_month,
)
from households.tests.factories import HouseholdFactory, MembershipFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_gifts_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for _ in range(rows):
        delivery_at("delivered", household__area=grid)

    page, queries = queries_beyond(client, reverse("hardship:delivery_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_goods_costs_the_same_for_any_number_of_rows(client, chair, rows):
    BatchFactory.create_batch(rows)

    page, queries = queries_beyond(client, reverse("hardship:batch_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_money_costs_the_same_for_any_number_of_rows(client, chair, rows):
    FundFactory.create_batch(rows)

    page, queries = queries_beyond(client, reverse("hardship:fund_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_donors_costs_the_same_for_any_number_of_rows(client, chair, rows):
    DonorFactory.create_batch(rows)

    page, queries = queries_beyond(client, reverse("hardship:donor_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


def test_a_gift_from_the_request_to_the_thanks(as_user, worker, chair, grid):
    member, batch = MembershipFactory(household__area=grid), BatchFactory(donor=DonorFactory())
    hers, his = as_user(worker), as_user(chair)
    url = f"{reverse('hardship:delivery_create')}?household={member.household.pk}"
    hers.post(url, filled(hers.get(url), source=f"b{batch.pk}", quantity="2", resident=member.resident.pk))
    gift = Delivery.objects.get()
    assert (gift.state, gift.resident, gift.what, gift.value) == ("pledged", member.resident, "大米", 120)
    assert list(waiting_gifts(chair)) == [gift]

    his.post(reverse("hardship:delivery_approve", args=[gift.pk]))
    url = reverse("hardship:delivery_deliver", args=[gift.pk])
    hers.post(url, filled(hers.get(url)))
    url = reverse("hardship:delivery_receipt", args=[gift.pk])
    page = hers.get(url)
    assert page.context["form"]["received_by"].value() == member.resident.name
    bare = hers.post(url, filled(page))
    assert bare.context["form"].non_field_errors() == ["请签名，或者拍下签收单。"]
    hers.post(url, filled(bare) | {"slip": jpeg()})
    his.post(reverse("hardship:delivery_thank", args=[gift.pk]))

    gift.refresh_from_db()
    batch.refresh_from_db()
    assert (gift.state, gift.received_by, gift.receipt_kind) == ("thanked", member.resident.name, "slip")
    assert (batch.left, batch.reserved, files.attachments_of(gift).count()) == (8, 0, 1)
    assert "您捐赠的大米（2 袋）" in his.get(gift.get_absolute_url()).context["thanks"]


def test_the_second_gift_is_asked_about_on_the_form_with_day_and_giver(client, chair, worker, grid):
    gift = delivery_at("delivered", household__area=grid, handed_by=worker)
    url = f"{reverse('hardship:delivery_create')}?household={gift.household.pk}"
    page = client.get(url)

    answer = client.post(url, filled(page, source=f"b{gift.batch_id}", quantity="1"))

    assert answer.context["form"].errors["repeat_reason"][0] == (
        f"{today():%Y-%m-%d} 发过“大米 1 袋”（日常帮扶，刘建芳经办）"
    )
    assert Delivery.objects.count() == 1


def test_whoever_approves_is_told_of_the_earlier_gift_and_why_again(client, chair, worker, grid):
    earlier = delivery_at("delivered", household__area=grid, handed_by=worker)
    gift = DeliveryFactory(household=earlier.household, batch=earlier.batch, repeat_reason="添了两口人")

    page = client.get(gift.get_absolute_url())

    assert page.context["earlier"] == [(earlier, f"{today():%Y-%m-%d} 发过“大米 1 袋”（日常帮扶，刘建芳经办）")]
    assert "再发的理由：添了两口人" in page.content.decode()
    assert client.get(earlier.get_absolute_url()).context["earlier"] == []


def test_earlier_gifts_to_a_guarded_family_are_told_to_no_outsider(as_user, data_officer, chair, grid):
    file = file_at("active", household__area=grid, guarded=True)
    earlier = delivery_at("delivered", household=file.household, file=file)
    gift = DeliveryFactory(household=file.household, batch=earlier.batch)

    told = [as_user(u).get(gift.get_absolute_url()).context["earlier"] for u in (data_officer, chair)]

    assert [[one for one, _ in rows] for rows in told] == [[], [earlier]]


def test_somebody_of_the_family_chosen_before_is_not_kept_for_another(client, chair, grid):
    first, second = (MembershipFactory(household__area=grid) for _ in range(2))
    batch = BatchFactory()
    url = f"{reverse('hardship:delivery_create')}?household={first.household.pk}"
    form = filled(client.get(url), source=f"b{batch.pk}", quantity="1", resident=first.resident.pk)

    answer = client.post(url, form | {"household": second.household.pk})

    assert answer.context["form"].errors["resident"] == ["这个人不在这一家，请重新选给谁。"]
    assert Delivery.objects.count() == 0


def test_what_is_for_one_purpose_says_so_where_it_is_chosen(client, chair, grid):
    BatchFactory(occasion="children", category="DB", restriction="只给小学生")
    FundFactory()
    page = client.get(f"{reverse('hardship:delivery_create')}?household={HouseholdFactory(area=grid).pk}")

    groups = dict(page.context["form"].fields["source"].choices[1:])
    assert [words for _, words in groups["物资"]] == ["大米 还有 10 袋（只用于六一，只给“低保”，只给小学生）"]
    assert [words for _, words in groups["款项"]] == ["爱心帮扶款 还有 1000.00 元", "款项，由审批的人定从哪笔出"]


@pytest.mark.parametrize("donor", [None, False, True])
def test_the_way_ends_with_the_thanks_where_a_donor_wants_them(client, chair, grid, donor):
    given = donor if donor is None else DonorFactory(wants_thanks=donor)
    gift = delivery_at("receipted", household__area=grid, batch=BatchFactory(donor=given))

    page = client.get(gift.get_absolute_url())

    assert bool(page.context["thanks"]) is bool(donor)
    assert [name for *_, name in page.context["steps"]] == (["thank", "reverse"] if donor else ["reverse"])
    assert [s["label"] for s in page.context["life"]] == ["提出", "审批", "发放", "签收", "致谢"][: 5 if donor else 4]
    assert page.context["life"][3]["state"] == ("now" if donor else "done")


def test_nobody_gives_from_what_is_not_hers(client, worker, grid):
    foreign = BatchFactory(area=places.community(13, "翠苑社区"))
    home = HouseholdFactory(area=grid)
    url = f"{reverse('hardship:delivery_create')}?household={home.pk}"

    answer = client.post(url, filled(client.get(url), source=f"b{foreign.pk}", quantity="1"))

    assert "source" in answer.context["form"].errors


def test_money_asked_by_the_chair_waits_for_another(as_user, chair, community, grid):
    gift = DeliveryFactory(household__area=grid, fund=FundFactory(), batch=None, created_by=chair)
    page = as_user(chair).get(gift.get_absolute_url())

    assert page.context["waits_for_another"] is True
    assert [name for *_, name in page.context["steps"]] == ["cancel"]
    assert list(waiting_gifts(chair)) == []
    deputy = user_with(Role.CHAIR, community, username="deputy")
    assert [name for *_, name in as_user(deputy).get(gift.get_absolute_url()).context["steps"]] == [
        "approve",
        "cancel",
    ]


def test_money_asked_for_at_the_door_gets_its_purse_at_the_desk(as_user, worker, chair, grid):
    fund = FundFactory(name="应急款")
    FundFactory(name="小额款", balance=Decimal(50))
    FundFactory(name="六一款", occasion="children")
    home = HouseholdFactory(area=grid)
    hers, his = as_user(worker), as_user(chair)
    url = f"{reverse('hardship:delivery_create')}?household={home.pk}"
    hers.post(url, filled(hers.get(url), source="m", quantity="300", occasion="urgent"))
    gift = Delivery.objects.get()
    assert (gift.source, gift.kind, gift.quantity) == (None, "钱款", 300)
    assert "款项，审批时定" in hers.get(gift.get_absolute_url()).content.decode()
    assert list(waiting_gifts(chair)) == [gift]

    url = reverse("hardship:delivery_purse", args=[gift.pk])
    assert [(u, posts) for _, u, posts, name in his.get(gift.get_absolute_url()).context["steps"]][0] == (url, False)
    page = his.get(url)
    assert list(page.context["form"].fields["fund"].queryset) == [fund]
    his.post(url, filled(page, fund=fund.pk))

    gift.refresh_from_db()
    assert (gift.state, gift.fund, gift.approved_by) == ("approved", fund, chair)
    assert as_user(worker).get(url).status_code == 404


def test_cash_is_registered_with_the_second_person(as_user, worker, chair, grid):
    gift = DeliveryFactory(household__area=grid, fund=FundFactory(), batch=None, created_by=worker, quantity=200)
    as_user(chair).post(reverse("hardship:delivery_approve", args=[gift.pk]))
    hers, url = as_user(worker), reverse("hardship:delivery_deliver", args=[gift.pk])

    refused = hers.post(url, filled(hers.get(url), cash_how="cash"))
    assert refused.context["form"].errors["second_by"] == ["现金要两个人一起办，请选同办人。"]
    hers.post(url, filled(hers.get(url), cash_how="cash", second_by=chair.pk))

    gift.refresh_from_db()
    assert (gift.state, gift.second_by, gift.fund.balance) == ("delivered", chair, 800)


def test_wrong_gifts_are_reversed_by_whoever_decides(as_user, worker, chair, grid):
    gift = delivery_at("receipted", household__area=grid)
    url = reverse("hardship:delivery_reverse", args=[gift.pk])

    assert as_user(worker).get(url).status_code == 404
    as_user(chair).post(url, filled(as_user(chair).get(url), reason="发错人了"))

    gift.refresh_from_db()
    assert (gift.state, gift.cancelled_why, gift.batch.left) == ("cancelled", "发错人了", 10)


def test_filters_of_the_list_of_gifts(client, chair, grid, other_grid):
    rice = delivery_at("delivered", household__area=grid, occasion="spring")
    asked = DeliveryFactory(household__area=other_grid)

    def shown(query):
        rows = client.get(f"{reverse('hardship:delivery_list')}?{query}").context["page"].rows
        return {int(row.title.split('/"')[0].rpartition("/")[2]) for row in rows}

    assert shown("") == {rice.pk, asked.pk}
    assert shown("state=given") == shown("occasion=spring") == shown(f"q={rice.voucher}") == {rice.pk}
    assert shown(f"area={other_grid.code}") == shown("state=pledged") == {asked.pk}
    assert shown(f"since={today() + DAY}") == set()
    assert shown(f"since={today()}&until={today()}") == {rice.pk}


def test_gifts_of_a_span_of_days_stand_by_the_day_they_were_handed_over(client, chair, grid):
    gifts = [delivery_at("delivered", household__area=grid) for _ in range(3)]
    for gift, back in zip(gifts, (1, 9, 4), strict=True):
        Delivery.objects.filter(pk=gift.pk).update(handed_on=today() - DAY * back)
    DeliveryFactory(household__area=grid)

    def shown(query):
        page = client.get(f"{reverse('hardship:delivery_list')}?{query}").context["page"]
        return [int(row.title.split('/"')[0].rpartition("/")[2]) for row in page.rows]

    assert shown(f"since={today() - DAY * 30}") == [gifts[n].pk for n in (0, 2, 1)]
    assert shown(f"until={today()}") == [gifts[n].pk for n in (0, 2, 1)]
    # A day that is none filters nothing.
    assert len(shown("since=x")) == len(shown("")) == 4


# --- books ------------------------------------------------------------------------------------------------------------
def test_goods_and_money_come_in_on_their_pages(client, chair, community):
    url = reverse("hardship:donor_create")
    client.post(url, filled(client.get(url), name="春风粮油店", phone="13800138000"))
    donor = Donor.objects.get()
    assert (donor.area, donor.phone) == (community, "13800138000")

    url = reverse("hardship:batch_create")
    client.post(url, filled(client.get(url), item="大米", unit="袋", quantity="20", value="60", donor=donor.pk))
    url = reverse("hardship:fund_create")
    client.post(url, filled(client.get(url), name="爱心款", donor=donor.pk))
    fund = Fund.objects.get()
    url = reverse("hardship:fund_move", args=[fund.pk])
    client.post(url, filled(client.get(url), kind="received", amount="500"))

    fund.refresh_from_db()
    assert (Batch.objects.get().left, fund.balance) == (20, 500)
    page = client.get(donor.get_absolute_url())
    assert (list(page.context["batches"]), list(page.context["funds"])) == ([Batch.objects.get()], [fund])
    assert "13800138000" not in page.content.decode()


def test_an_entry_is_reversed_on_its_page(client, chair):
    fund = FundFactory()
    entry = fund.movements.get()
    url = reverse("hardship:movement_reverse", args=[entry.pk])

    client.post(url, filled(client.get(url), reason="记重了"))

    fund.refresh_from_db()
    assert fund.balance == 0
    entries = client.get(fund.get_absolute_url()).context["entries"]
    assert [(line.amount, line.undo) for line in entries] == [("-1000.00", ""), ("1000.00", "")]
    client.post(reverse("hardship:fund_close", args=[fund.pk]))
    assert client.get(fund.get_absolute_url()).context["source"].closed_on == today()


def test_the_book_names_no_guarded_family_to_outsiders(as_user, data_officer, chair, grid):
    file = file_at("active", household__area=grid, household__head_name="赵小莉", guarded=True)
    gift = delivery_at("delivered", household=file.household, file=file)

    pages = [as_user(u).get(gift.batch.get_absolute_url()).content.decode() for u in (data_officer, chair)]

    assert ["不公开的家庭" in page for page in pages] == [True, False]
    assert [str(file.household) in page for page in pages] == [False, True]


def test_what_was_given_keeps_its_name_unit_and_value(client, chair, grid):
    fresh, used = BatchFactory(), delivery_at("delivered", household__area=grid).batch

    names = [
        list(client.get(reverse("hardship:batch_update", args=[batch.pk])).context["form"].fields)
        for batch in (fresh, used)
    ]

    assert [name for name in names[0] if name not in names[1]] == ["item", "unit", "value"]
    assert "received_on" not in names[0]
    url = reverse("hardship:batch_update", args=[used.pk])
    client.post(url, filled(client.get(url), kind="粮油", unit="箱"))
    used.refresh_from_db()
    assert (used.kind, used.unit) == ("粮油", "袋")


def test_what_expires_soon(chair):
    soon = BatchFactory(expires_on=today() + 20 * DAY)
    BatchFactory(expires_on=today() + 40 * DAY)
    BatchFactory(expires_on=today(), left=0)

    assert list(expiring_goods(chair)) == [soon]


# --- figures and locked months -----------------------------------------------------------------------------------------
def test_each_figure_opens_what_it_counts(client, chair, grid):
    gift = delivery_at("delivered", household__area=grid)
    delivery_at("delivered", household__area=grid, occasion="heat", batch=gift.batch)

    page = client.get(reverse("hardship:aid_figures"))

    for _, _, times, _, _, url in page.context["occasions"]:
        assert len(client.get(url).context["page"].rows) == times
    assert len(client.get(page.context["href"]).context["page"].rows) == page.context["times"] == 2
    assert page.context["worth"] == 120
    assert [sums for _, sums in page.context["batches"]] == [(0, 10, 2, 8)]


def test_gifts_to_guarded_families_count_in_the_sums(as_user, data_officer, grid):
    file = file_at("active", household__area=grid, guarded=True)
    delivery_at("delivered", household=file.household, file=file)

    page = as_user(data_officer).get(reverse("hardship:aid_figures"))

    assert page.context["times"] == 1


def test_a_month_is_locked_asked_for_and_reopened_on_the_pages(as_user, data_officer, chair, community):
    hers, his = as_user(data_officer), as_user(chair)
    lock = reverse("hardship:period_lock")
    hers.post(lock, {"month": f"{last_month():%Y-%m}", "area": community.pk})
    period = AidPeriod.objects.get()

    again = hers.post(lock, {"month": f"{last_month():%Y-%m}", "area": community.pk})
    assert [str(m) for m in get_messages(again.wsgi_request)][-1] == f"{period}已经锁账了。"

    url = reverse("hardship:period_ask", args=[period.pk])
    hers.post(url, filled(hers.get(url), why="漏记一笔"))
    waiting = his.get(period.get_absolute_url()).context["waiting"]
    url = reverse("hardship:reopen_decide", args=[waiting.pk])
    his.post(url, filled(his.get(url), agree="1"))

    page = hers.get(period.get_absolute_url())
    assert (page.context["is_open"], page.context["waiting"]) == (True, None)


@pytest.mark.parametrize("month", ["", "x", "2026-13", "9999-99"])
def test_a_month_that_is_none_locks_nothing(client, chair, community, month):
    client.post(reverse("hardship:period_lock"), {"month": month, "area": community.pk})

    assert AidPeriod.objects.count() == 0


def test_one_does_not_decide_on_ones_own_request(client, chair, community):
    request = ReopenRequestFactory(period=AidPeriodFactory(area=community), asked_by=chair)
    url = reverse("hardship:reopen_decide", args=[request.pk])

    answer = client.post(url, filled(client.get(url), agree="1"))

    assert answer.context["form"].non_field_errors() == ["自己申请的，要由另一个人审批。"]
