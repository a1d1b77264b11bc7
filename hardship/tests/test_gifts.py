"""Rounds of gifts: who gets something, all or nothing from the stock, a voucher each, what is left goes back."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.core import files
from fedhub.core.flow import FlowError
from fedhub.core.images import CleanImage
from fedhub.core.models import AuditEvent, Job
from hardship import tasks
from hardship.models import Batch, Delivery, Fund, GiftRound, Movement, RoundHome, RoundItem, SignedSheet
from hardship.rounds import counts_of, homes_of, missed, pieces, waiting_rounds
from hardship.services import gifts
from hardship.services.deliveries import reverse_delivery
from hardship.services.gifts import (
    add_home,
    approve_round,
    ask_round,
    change_round,
    choose_homes,
    create_round,
    fill_round,
    finish_round,
    hand_over,
    leave_out,
    miss_home,
    resume_round,
)
from hardship.tests.factories import file_at
from hardship.tests.factories_aid import BatchFactory, FundFactory, delivery_at
from hardship.tests.factories_gifts import GiftRoundFactory, round_at
from hardship.tests.test_aid import at_once
from households.tests.factories import HouseholdFactory, MembershipFactory, StatusFactory

pytestmark = pytest.mark.django_db
PICTURE = CleanImage(b"jpeg", "image/jpeg", 1, 1, "0" * 64)


def today():
    return timezone.localdate()


def no_queue(job_id):
    raise AssertionError("nothing goes to the background here")


def made(chair, *, batch=None, quantity=1, **facts):
    """A round made through the service, of goods."""
    facts = {"title": "重阳慰问", "occasion": "elders", "starts_on": today(), "ends_on": today()} | facts
    area = facts.pop("area", None) or chair.grants.get().area
    return create_round(
        GiftRound(area=area, **facts), [RoundItem(batch=batch or BatchFactory(), quantity=Decimal(quantity))], by=chair
    )


def listed(gift_round):
    return dict(gift_round.homes.order_by("order").values_list("household_id", "standing"))


# --- the list ---------------------------------------------------------------------------------------------------------
def test_the_families_that_fit_stand_in_the_order_of_walking(chair, grid, other_grid):
    far = HouseholdFactory(area=other_grid, building="1", room="101")
    ten, two = (HouseholdFactory(area=grid, compound="春江", building=n, room="101") for n in ("10", "2"))
    HouseholdFactory(area=grid, state="moved", closed_on=today())

    gift_round = made(chair)

    assert list(gift_round.homes.order_by("order").values_list("household_id", flat=True)) == [two.pk, ten.pk, far.pk]


def test_the_criteria_choose_and_goods_for_a_category_go_to_it_alone(chair, grid):
    poor = StatusFactory(resident=MembershipFactory(household__area=grid).resident, category="DB")
    MembershipFactory(household__area=grid)
    home = poor.resident.memberships.get().household

    chosen = made(chair, criteria={"categories": ["DB"]})
    tied = made(chair, batch=BatchFactory(category="DB"))

    assert list(listed(chosen)) == list(listed(tied)) == [home.pk]


def test_only_families_of_the_makers_places_are_chosen(worker, chair, grid, other_grid):
    own = HouseholdFactory(area=grid)
    HouseholdFactory(area=other_grid)

    assert list(listed(made(chair, area=grid))) == [own.pk]


def test_whoever_got_the_same_lately_stands_beside_the_list(chair, grid):
    before, plain = HouseholdFactory(area=grid), HouseholdFactory(area=grid)
    delivery_at("delivered", household=before)
    delivery_at("cancelled", household=plain)
    other_kind = HouseholdFactory(area=grid)
    delivery_at("delivered", household=other_kind, kind="被服")

    gift_round = made(chair)

    assert listed(gift_round) == {before.pk: "repeat", plain.pk: "in", other_kind.pk: "in"}


def test_the_same_occasion_of_this_year_counts_beyond_the_window(chair, grid):
    home, other = HouseholdFactory(area=grid), HouseholdFactory(area=grid)
    long_ago = today() - timezone.timedelta(days=200)
    for one, occasion in ((home, "elders"), (other, "heat")):
        delivery_at("delivered", household=one, occasion=occasion, asked_on=long_ago, handed_on=long_ago)

    assert listed(made(chair)) == {home.pk: "repeat", other.pk: "in"}


def test_one_more_family_is_taken_in_with_a_reason_and_one_left_out(chair, grid):
    before = HouseholdFactory(area=grid)
    delivery_at("delivered", household=before)
    gift_round = made(chair)

    with pytest.raises(ValidationError, match="还要发请写理由"):
        add_home(gift_round, before, by=chair)
    home = add_home(gift_round, before, why="一家八口", by=chair)
    assert (home.standing, home.why, home.by_hand) == ("in", "一家八口", True)
    with pytest.raises(ValidationError, match="已经在名单里"):
        add_home(gift_round, before, why="再来", by=chair)

    leave_out(home, why="不在家", by=chair)
    choose_homes(gift_round, by=chair)
    assert listed(gift_round) == {before.pk: "out"}
    actions = list(
        AuditEvent.objects.filter(action__startswith="hardship.giftround.").values_list("action", flat=True)
    )
    assert actions == [f"hardship.giftround.{verb}" for verb in ("create", "add_home", "leave_out")]


def test_families_of_other_places_or_off_the_books_are_not_taken_in(chair, grid, other_grid):
    gift_round = made(chair, area=grid)

    with pytest.raises(ValidationError, match="这户不在"):
        add_home(gift_round, HouseholdFactory(area=other_grid), by=chair)
    with pytest.raises(ValidationError, match="迁出或注销"):
        add_home(gift_round, HouseholdFactory(area=grid, state="moved", closed_on=today()), by=chair)


def test_changing_a_round_lists_its_families_anew_and_keeps_what_was_decided_by_hand(chair, grid):
    home, out = HouseholdFactory(area=grid), HouseholdFactory(area=grid, people=1)
    gift_round = made(chair)
    leave_out(gift_round.homes.get(household=out), why="搬走了", by=chair)
    fund = FundFactory()

    gift_round.criteria = {"kinds": ["alone"]}
    change_round(
        gift_round,
        ["criteria"],
        [RoundItem(fund=fund, quantity=Decimal(100))],
        base_version=gift_round.version,
        by=chair,
    )

    assert listed(gift_round) == {out.pk: "out"} | ({home.pk: "in"} if home.people == 1 else {})
    assert ([item.fund for item in gift_round.items.all()], gift_round.is_money) == ([fund], True)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"occasion": "heat"}, "只用于高温"),
        ({"expires_on": timezone.localdate() - timezone.timedelta(days=1)}, "过了有效期"),
    ],
)
def test_goods_for_something_else_or_past_their_date_are_refused(chair, grid, facts, sentence):
    with pytest.raises(ValidationError, match=sentence):
        made(chair, batch=BatchFactory(**facts))


def test_goods_and_money_are_not_one_round(chair, community):
    items = [RoundItem(batch=BatchFactory(), quantity=1), RoundItem(fund=FundFactory(), quantity=1)]

    with pytest.raises(ValidationError, match="分开办"):
        create_round(GiftRound(area=community, title="春节", starts_on=today(), ends_on=today()), items, by=chair)
    with pytest.raises(ValidationError, match="请选每户发什么"):
        create_round(GiftRound(area=community, title="春节", starts_on=today(), ends_on=today()), [], by=chair)


# --- asked and agreed to ------------------------------------------------------------------------------------------------
def test_every_family_gets_its_delivery_and_the_stock_is_kept_back(chair, grid):
    homes = HouseholdFactory.create_batch(3, area=grid)
    batch = BatchFactory()
    gift_round = ask_round(made(chair, batch=batch, quantity=2), by=chair)
    assert list(waiting_rounds(chair)) == [gift_round]

    approve_round(gift_round, no_queue, by=chair)

    batch.refresh_from_db()
    found = Delivery.objects.filter(round=gift_round)
    assert (gift_round.state, batch.reserved, batch.left) == ("running", 6, 10)
    assert {(g.household_id, g.state, g.quantity, g.value, g.what) for g in found} == {
        (home.pk, "approved", 2, 120, "大米") for home in homes
    }
    assert AuditEvent.objects.filter(action="hardship.delivery.approve").count() == 3
    assert list(waiting_rounds(chair)) == []


def test_a_stock_too_small_gives_nobody_anything(chair, grid):
    HouseholdFactory.create_batch(6, area=grid)
    batch = BatchFactory()
    gift_round = ask_round(made(chair, batch=batch, quantity=2), by=chair)

    with pytest.raises(ValidationError) as refused:
        approve_round(gift_round, no_queue, by=chair)

    batch.refresh_from_db()
    gift_round.refresh_from_db()
    assert refused.value.messages == [f"6 户不够发，一户也没有安排：“{batch}”要 12 袋，能发的只有 10 袋，还差 2 袋。"]
    assert (gift_round.state, batch.reserved, Delivery.objects.count()) == ("asked", 0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_rounds_agreed_to_at_once_never_promise_more_than_there_is(chair, grid):
    HouseholdFactory.create_batch(6, area=grid)
    batch = BatchFactory()
    rounds = [ask_round(made(chair, batch=batch, occasion="daily"), by=chair) for _ in range(2)]

    answers = at_once(lambda one: approve_round(one, no_queue, by=chair), rounds)

    batch.refresh_from_db()
    assert answers == (1, 1)
    assert (batch.reserved, Delivery.objects.count()) == (6, 6)


def test_who_got_the_same_since_the_list_was_made_stops_it(chair, grid):
    home = HouseholdFactory(area=grid)
    gift_round = ask_round(made(chair), by=chair)
    delivery_at("delivered", household=home)

    with pytest.raises(ValidationError, match="名单定好以后又发过的"):
        approve_round(gift_round, no_queue, by=chair)

    assert Delivery.objects.filter(round=gift_round).count() == 0


def test_families_that_left_meanwhile_drop_off(chair, grid):
    home, gone = HouseholdFactory.create_batch(2, area=grid)
    gift_round = ask_round(made(chair), by=chair)
    type(gone).objects.filter(pk=gone.pk).update(state="moved", closed_on=today())

    approve_round(gift_round, no_queue, by=chair)

    assert listed(gift_round) == {home.pk: "in", gone.pk: "gone"}
    assert [g.household for g in gift_round.deliveries.all()] == [home]


def test_money_is_agreed_to_by_another(chair, grid, community):
    HouseholdFactory(area=grid)
    fund = FundFactory()
    gift_round = create_round(
        GiftRound(area=community, title="春节", starts_on=today(), ends_on=today()),
        [RoundItem(fund=fund, quantity=Decimal(300))], by=chair,
    )  # fmt: skip
    ask_round(gift_round, by=chair)

    with pytest.raises(ValidationError, match="要由两个人"):
        approve_round(gift_round, no_queue, by=chair)
    assert list(waiting_rounds(chair)) == []
    approve_round(gift_round, no_queue, by=UserFactory())

    fund.refresh_from_db()
    assert (gift_round.state, fund.reserved, gift_round.deliveries.get().kind) == ("running", 300, "钱款")


def refused_by_the_database(gift_round, **values):
    sets = ", ".join(f"{name} = %s" for name in values)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE hardship_giftround SET {sets} WHERE id = %s", [*values.values(), gift_round.pk])
    return True


def test_the_database_refuses_what_the_services_would(chair):
    asked, running = round_at("asked", is_money=True), round_at("running")

    assert refused_by_the_database(asked, state="approved", approved_by_id=asked.created_by_id, approved_on=today())
    assert refused_by_the_database(asked, state="approved")
    assert refused_by_the_database(asked, asked_on=None)
    assert refused_by_the_database(asked, state="nonsense")
    assert refused_by_the_database(asked, ends_on=today() - timezone.timedelta(days=1))
    assert refused_by_the_database(running, state="finished")
    assert refused_by_the_database(running, occasion="nonsense")
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundItem.objects.create(round=asked, batch=BatchFactory(), fund=FundFactory(), quantity=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundHome.objects.create(round=asked, household=HouseholdFactory(), standing="x")


def test_a_family_gets_each_thing_of_a_round_once(chair, grid):
    gift_round = round_at("running", HouseholdFactory(area=grid))
    gift = gift_round.deliveries.get()

    gift.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        gift.save(force_insert=True)


def test_many_families_are_arranged_in_the_background_and_again_after_a_stop(chair, grid, monkeypatch):
    monkeypatch.setattr(gifts, "AT_ONCE", 2)
    monkeypatch.setattr(gifts, "SLICE", 2)
    HouseholdFactory.create_batch(5, area=grid)
    batch, queue = BatchFactory(), []
    gift_round = ask_round(made(chair, batch=batch), by=chair)

    approve_round(gift_round, queue.append, by=chair)
    batch.refresh_from_db()
    assert (gift_round.state, batch.reserved, gift_round.deliveries.count()) == ("approved", 5, 0)
    with pytest.raises(ValidationError, match="没有中断"):
        resume_round(gift_round, queue.append, by=chair)

    # The worker died after the first slice.
    first = gift_round.homes.order_by("pk")[:2]
    for home in first:
        gifts.gift_for(gift_round, gifts.items_of(gift_round)[0], home).save()
    Job.objects.filter(pk=queue[0]).update(state="failed", finished_at=timezone.now())
    resume_round(GiftRound.objects.get(pk=gift_round.pk), queue.append, by=chair)
    gift_round = GiftRound.objects.get(job_id=queue[1])
    fill_round(gift_round)

    gift_round.refresh_from_db()
    batch.refresh_from_db()
    assert (gift_round.state, gift_round.deliveries.count(), batch.reserved) == ("running", 5, 5)
    assert (gift_round.job.state, gift_round.job.done) == ("done", 5)


def test_work_that_broke_or_whose_worker_died_is_marked_so_that_somebody_goes_on(chair, grid, monkeypatch):
    monkeypatch.setattr(gifts, "AT_ONCE", 0)
    HouseholdFactory(area=grid)
    queue = []
    gift_round = approve_round(ask_round(made(chair), by=chair), queue.append, by=chair)
    monkeypatch.setattr(gifts, "gift_for", lambda *facts: 1 / 0)

    tasks.fill_round.func(queue[0])
    gift_round.job.refresh_from_db()
    assert (gift_round.job.state, gift_round.job.message) == ("failed", tasks.STOPPED)

    long_ago = timezone.now() - 2 * tasks.SILENT_AFTER
    silent = Job.objects.create(kind=gifts.KIND, owner=chair, total=1, state="running")
    Job.objects.filter(pk=silent.pk).update(heartbeat=long_ago)
    assert tasks.reap_gift_jobs() == 1
    silent.refresh_from_db()
    assert silent.state == "failed"
    monkeypatch.undo()

    resume_round(GiftRound.objects.get(), queue.append, by=chair)
    tasks.fill_round.func(queue[1])

    gift_round.refresh_from_db()
    assert (gift_round.state, gift_round.deliveries.count()) == ("running", 1)


# --- handed over --------------------------------------------------------------------------------------------------------
def test_fifty_families_get_fifty_vouchers_without_a_gap(chair, grid):
    homes = HouseholdFactory.create_batch(50, area=grid)
    batch = BatchFactory(received=60, left=60)
    gift_round = approve_round(ask_round(made(chair, batch=batch), by=chair), no_queue, by=chair)

    hand_over(gift_round, [home.pk for home in homes], on=today(), sheet=PICTURE, by=chair)

    batch.refresh_from_db()
    vouchers = list(gift_round.deliveries.order_by("voucher").values_list("voucher", flat=True))
    assert vouchers == [f"FF{today().year}-{n:04d}" for n in range(1, 51)]
    assert (batch.left, batch.reserved) == (10, 0)
    assert Movement.objects.filter(batch=batch, kind="given").count() == 50
    sheet = SignedSheet.objects.get()
    assert (sheet.homes, sheet.area, files.attachments_of(sheet, "receipt").count()) == (50, grid, 1)
    assert set(gift_round.deliveries.values_list("state", "received_by", "receipt_kind", "sheet")) == {
        ("receipted", "见签收单", "slip", sheet.pk)
    }


def test_a_family_at_the_door_signs_for_all_it_gets(chair, grid, community):
    home, batches = HouseholdFactory(area=grid), [BatchFactory(), BatchFactory(item="食用油", unit="桶")]
    gift_round = create_round(
        GiftRound(area=community, title="春节", starts_on=today(), ends_on=today()),
        [RoundItem(batch=batch, quantity=1) for batch in batches], by=chair,
    )  # fmt: skip
    approve_round(ask_round(gift_round, by=chair), no_queue, by=chair)

    hand_over(
        gift_round, [home.pk], on=today(), received_by="王桂兰", kind="signature", picture=PICTURE, by=chair
    )  # fmt: skip

    found = list(gift_round.deliveries.order_by("pk"))
    assert [(g.what, g.state, g.received_by, g.sheet) for g in found] == [
        ("大米", "receipted", "王桂兰", None), ("食用油", "receipted", "王桂兰", None),
    ]  # fmt: skip
    assert [files.attachments_of(g, "receipt").count() for g in found] == [1, 1]
    with pytest.raises(ValidationError, match="没有要发的"):
        hand_over(gift_round, [home.pk], on=today(), by=chair)


def test_a_sheet_of_two_grids_is_seen_by_whoever_has_both(chair, worker, grid, other_grid):
    homes = [HouseholdFactory(area=area) for area in (grid, other_grid)]
    gift_round = approve_round(ask_round(made(chair), by=chair), no_queue, by=chair)

    hand_over(gift_round, [home.pk for home in homes], on=today(), sheet=PICTURE, by=chair)

    assert [SignedSheet.objects.visible_to(user).count() for user in (chair, worker)] == [1, 0]


def test_one_hands_over_to_families_of_ones_own_places_alone(chair, worker, grid, other_grid):
    own, other = (HouseholdFactory(area=area) for area in (grid, other_grid))
    gift_round = approve_round(ask_round(made(chair), by=chair), no_queue, by=chair)

    handed = hand_over(gift_round, [own.pk, other.pk], on=today(), by=worker)

    assert [gift.household for gift in handed] == [own]


def test_what_was_not_handed_over_goes_back_with_the_reason(chair, grid):
    got, away, rest = HouseholdFactory.create_batch(3, area=grid)
    batch = BatchFactory()
    gift_round = approve_round(ask_round(made(chair, batch=batch), by=chair), no_queue, by=chair)
    hand_over(gift_round, [got.pk], on=today(), by=chair)
    miss_home(gift_round, away, why="家里没人", by=chair)
    with pytest.raises(ValidationError, match="请选没发到的原因"):
        finish_round(gift_round, why="", by=chair)

    assert finish_round(gift_round, why="不要", note="发完了", by=chair) == 1

    batch.refresh_from_db()
    given = gift_round.deliveries.all()
    counts = counts_of(homes_of(gift_round, chair))
    assert (gift_round.state, gift_round.ended_by, batch.left, batch.reserved) == ("finished", chair, 9, 0)
    assert (counts["in"], counts["given"], counts["missed"], counts["waiting"]) == (3, 1, 2, 0)
    assert pieces(given) == [("大米", "袋", 1, 60, 1)]
    assert sorted(missed(given)) == [("不要", 1), ("家里没人", 1)]


def test_a_wrong_one_is_undone_by_its_reversal(chair, grid):
    home, batch = HouseholdFactory(area=grid), BatchFactory()
    gift_round = approve_round(ask_round(made(chair, batch=batch), by=chair), no_queue, by=chair)
    (gift,) = hand_over(gift_round, [home.pk], on=today(), by=chair)

    reverse_delivery(gift, reason="发错人了", by=chair)

    batch.refresh_from_db()
    assert (batch.left, pieces(gift_round.deliveries.all())) == (10, [])
    assert missed(gift_round.deliveries.all()) == [("发错人了", 1)]


# --- guarded files ------------------------------------------------------------------------------------------------------
def test_a_guarded_file_neither_hides_nor_shows_in_a_round(chair, worker, data_officer, grid):
    plain, guarded = HouseholdFactory(area=grid), HouseholdFactory(area=grid)
    file_at("active", household=plain)
    file = file_at("active", household=guarded, guarded=True)
    delivery_at("delivered", household=guarded, file=file)

    gift_round = approve_round(ask_round(made(chair), by=chair), no_queue, by=chair)

    assert listed(gift_round) == {plain.pk: "in", guarded.pk: "in"}
    assert set(gift_round.deliveries.values_list("file", flat=True)) == {None}
    for user in (chair, worker, data_officer):
        assert counts_of(homes_of(gift_round, user))["in"] == 2
        assert Delivery.objects.visible_to(user).filter(round=gift_round).count() == 2


def test_a_round_that_was_decided_on_meanwhile_is_not_changed(chair, grid):
    home = HouseholdFactory(area=grid)
    gift_round = ask_round(made(chair), by=chair)

    for act in (
        lambda: add_home(gift_round, home, by=chair),
        lambda: leave_out(gift_round.homes.get(), why="x", by=chair),
        lambda: change_round(gift_round, [], [], base_version=1, by=chair),
    ):
        with pytest.raises(ValidationError, match="名单已经提交"):
            act()
    with pytest.raises(FlowError):
        ask_round(gift_round, by=chair)


def test_an_empty_list_or_one_whose_days_are_over_is_not_asked_for(chair, grid):
    with pytest.raises(ValidationError, match="一户也没有"):
        ask_round(GiftRoundFactory(), by=chair)
    HouseholdFactory(area=grid)
    past = today() - timezone.timedelta(days=1)
    with pytest.raises(ValidationError, match="结束日期已经过了"):
        ask_round(made(chair, starts_on=past, ends_on=past), by=chair)


def test_money_in_the_hand_needs_two(chair, grid, community):
    home, other = HouseholdFactory(area=grid), UserFactory()
    gift_round = create_round(
        GiftRound(area=community, title="春节", starts_on=today(), ends_on=today()),
        [RoundItem(fund=FundFactory(), quantity=Decimal(300))], by=other,
    )  # fmt: skip
    assert listed(gift_round) == {}
    RoundHome.objects.create(round=gift_round, household=home)
    approve_round(ask_round(gift_round, by=other), no_queue, by=chair)

    with pytest.raises(ValidationError, match="两个人一起办"):
        hand_over(gift_round, [home.pk], on=today(), cash_how="cash", by=chair)
    hand_over(gift_round, [home.pk], on=today(), cash_how="cash", second_by=other, by=chair)

    gift = gift_round.deliveries.get()
    assert (gift.state, gift.second_by, Fund.objects.get().balance) == ("delivered", other, 700)
    assert Batch.objects.count() == 0
