"""Money and goods: the book adds up whatever happens, nothing goes below zero, a gift leaves proof and no name."""

import importlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from accounts.tests.factories import UserFactory, user_with
from fedhub.areas.tests import factories as places
from fedhub.core import files
from fedhub.core.images import CleanImage
from fedhub.core.models import AuditEvent
from fedhub.core.versions import StaleVersion
from hardship.enums import DeliveryState, MoveKind, Occasion, ReceiptKind
from hardship.figures import by_batch, by_fund, by_occasion, totals
from hardship.models import AidPeriod, Batch, Delivery, Fund, Movement
from hardship.services.books import close_source, move, open_batch, open_fund, reverse_movement
from hardship.services.deliveries import (
    approve_delivery,
    cancel_delivery,
    deliver,
    hand_over_at_visit,
    open_batches,
    pledge,
    receipt,
    reverse_delivery,
    thank,
    thanks_text,
)
from hardship.services.periods import ask_reopening, grant_reopening, lock_lapsed, lock_period
from hardship.tests.factories import file_at
from hardship.tests.factories_aid import (
    AidPeriodFactory,
    BatchFactory,
    DeliveryFactory,
    DonorFactory,
    FundFactory,
    delivery_at,
    last_month,
)
from households.tests.factories import HouseholdFactory, MembershipFactory, StatusFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def asked(household, by, **facts):
    return pledge(Delivery(household=household, quantity=Decimal(1), **facts), by=by)


def adds_up(source):
    source.refresh_from_db()
    left = source.balance if isinstance(source, Fund) else source.left
    return left == sum((m.amount for m in source.movements.all()), Decimal(0)) and 0 <= source.reserved <= left


# --- the book ---------------------------------------------------------------------------------------------------------
def test_goods_come_in_as_a_batch_with_its_first_entry(chair, community):
    batch = open_batch(Batch(area=community, item="大米", unit="袋", value=60), quantity=Decimal(20), by=chair)

    entry = batch.movements.get()
    assert (batch.number, batch.kind, batch.received, batch.left) == (f"WZ{today().year}-0001", "大米", 20, 20)
    assert (entry.kind, entry.amount, entry.on, entry.recorded_by) == ("received", 20, today(), chair)


def test_money_comes_in_and_goes_out_by_entries(chair, community):
    fund = open_fund(Fund(area=community, name="爱心款"), by=chair)

    move(fund, MoveKind.RECEIVED, Decimal("500.50"), on=today(), by=chair)
    move(fund, MoveKind.RETURNED, Decimal("100.50"), on=today(), note="捐赠方收回", by=chair)

    fund.refresh_from_db()
    assert (fund.balance, fund.free) == (400, 400)
    with pytest.raises(ValidationError, match="能动用的只有 400 元"):
        move(fund, MoveKind.RETURNED, Decimal("400.01"), on=today(), note="x", by=chair)
    with pytest.raises(ValidationError, match="请写原因"):
        move(fund, MoveKind.LOST, Decimal(1), on=today(), by=chair)
    assert adds_up(fund)


def test_what_is_promised_cannot_be_taken_away(chair, grid):
    batch = BatchFactory()
    approve_delivery(
        pledge(Delivery(household=HouseholdFactory(area=grid), batch=batch, quantity=8), by=chair), by=chair
    )

    with pytest.raises(ValidationError, match="只有 2 袋"):
        move(batch, MoveKind.LOST, Decimal(3), on=today(), note="受潮", by=chair)
    with pytest.raises(ValidationError, match="没有用完"):
        close_source(Batch.objects.get(), by=chair)


def test_a_wrong_entry_is_put_right_by_its_opposite_once(chair):
    fund = FundFactory()
    entry = move(fund, MoveKind.RECEIVED, Decimal(300), on=today(), by=chair)

    made = reverse_movement(entry, reason="记重了", by=chair)

    fund.refresh_from_db()
    assert (made.amount, made.reverses, fund.balance) == (-300, entry, 1000)
    for wrong in (entry, made):
        with pytest.raises(ValidationError, match="冲"):
            reverse_movement(wrong, reason="再来", by=chair)
    assert adds_up(fund)


def test_what_was_given_away_meanwhile_cannot_be_put_back_to_nothing(chair, grid):
    batch = BatchFactory()
    hand_over_at_visit(HouseholdFactory(area=grid), batch, 5, on=today(), occasion=Occasion.DAILY, by=chair)

    with pytest.raises(ValidationError, match="只有 5 袋"):
        reverse_movement(batch.movements.get(kind="received"), reason="不是我们的", by=chair)
    assert adds_up(batch)


STEPS = st.lists(
    st.tuples(st.sampled_from(["in", "out", "undo", "ask", "give", "cancel", "back"]), st.integers(1, 7)), max_size=14
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@pytest.mark.parametrize("kind", ["fund", "batch"])
def test_whatever_is_done_the_book_adds_up(chair, grid, kind, steps):
    """Any sequence of entries, promises, gifts and reversals: sums equal the entries, nothing below zero."""
    with transaction.atomic():
        source = FundFactory(balance=Decimal(10)) if kind == "fund" else BatchFactory()
        other, gifts, home = UserFactory(), [], HouseholdFactory(area=grid)
        for what, number in steps:
            try:
                with transaction.atomic():
                    do(source, what, Decimal(number), gifts, home, chair, other)
            except ValidationError:
                pass
            assert adds_up(source)
        assert sum(g.quantity for g in Delivery.objects.filter(state="approved")) == source.reserved
        handed = sum(g.quantity for g in Delivery.objects.handed_over())
        out = sum(m.amount for m in Movement.objects.filter(delivery__isnull=False))
        assert handed == -out
        transaction.set_rollback(True)


def do(source, what, number, gifts, home, chair, other):
    if what == "in":
        move(source, MoveKind.RECEIVED, number, on=today(), by=chair)
    elif what == "out":
        move(source, MoveKind.LOST, number, on=today(), note="少了", by=chair)
    elif what == "undo":
        entries = list(source.movements.order_by("pk"))
        reverse_movement(entries[int(number) % len(entries)], reason="记错", by=chair)
    elif what == "ask":
        name = "fund" if isinstance(source, Fund) else "batch"
        gift = Delivery(household=home, quantity=number, repeat_reason="还要", **{name: source})
        gifts.append(approve_delivery(pledge(gift, by=other), by=chair))
    elif gifts:
        gift = gifts[int(number) % len(gifts)]
        gift.refresh_from_db()
        if what == "give":
            deliver(gift, on=today(), cash_how="bank" if gift.fund_id else "", by=chair)
        elif what == "cancel":
            cancel_delivery(gift, reason="不要了", by=chair)
        else:
            reverse_delivery(gift, reason="发错", by=chair)


def at_once(act, things):
    """How often `act(thing)` went through and how often it was refused, all `things` in threads that start together."""
    gate = threading.Barrier(len(things))

    def run(thing):
        try:
            gate.wait()
            act(thing)
            return "done"
        except ValidationError:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(things)) as pool:
        answers = list(pool.map(run, things))
    return answers.count("done"), answers.count("refused")


@pytest.mark.django_db(transaction=True)
def test_thirty_at_once_from_a_stock_of_ten_give_exactly_ten(chair, grid):
    batch = BatchFactory()
    homes = [HouseholdFactory(area=grid) for _ in range(30)]

    def give(home):
        hand_over_at_visit(home, Batch.objects.get(), 1, on=today(), occasion=Occasion.DAILY, by=chair)

    assert at_once(give, homes) == (10, 20)
    batch.refresh_from_db()
    assert adds_up(batch)
    assert (batch.left, batch.reserved, Delivery.objects.count()) == (0, 0, 10)
    assert sorted(Delivery.objects.values_list("voucher", flat=True)) == [
        f"FF{today().year}-{n:04d}" for n in range(1, 11)
    ]


@pytest.mark.django_db(transaction=True)
def test_thirty_approved_at_once_promise_no_more_than_there_is(chair, grid):
    batch = BatchFactory()
    gifts = [asked(HouseholdFactory(area=grid), chair, batch=batch) for _ in range(30)]

    assert at_once(lambda gift: approve_delivery(Delivery.objects.get(pk=gift.pk), by=chair), gifts) == (10, 20)

    batch.refresh_from_db()
    assert (batch.left, batch.reserved) == (10, 10)
    assert Delivery.objects.filter(state="approved").count() == 10


@pytest.mark.django_db(transaction=True)
def test_at_the_door_and_at_the_desk_at_once_nobody_waits_for_ever(chair, grid):
    """Both need the goods and the series of vouchers; taken in another order each would wait for the other."""
    batch = BatchFactory()
    gifts = [asked(HouseholdFactory(area=grid), chair, batch=batch) for _ in range(5)]
    for gift in gifts:
        approve_delivery(gift, by=chair)
    homes = [HouseholdFactory(area=grid) for _ in range(15)]

    def give(thing):
        if isinstance(thing, Delivery):
            deliver(Delivery.objects.get(pk=thing.pk), on=today(), by=chair)
        else:
            hand_over_at_visit(thing, Batch.objects.get(), 1, on=today(), occasion=Occasion.DAILY, by=chair)

    mixed = [thing for pair in zip(homes, gifts + homes[:10], strict=True) for thing in pair]
    assert at_once(give, list(dict.fromkeys(mixed))) == (10, 10)
    batch.refresh_from_db()
    assert (batch.left, batch.reserved, adds_up(batch)) == (0, 0, True)


@pytest.mark.django_db(transaction=True)
def test_two_who_give_the_same_family_at_once_are_not_both_unwarned(chair, grid):
    home = HouseholdFactory(area=grid)
    batch = BatchFactory()

    assert at_once(lambda _: asked(home, chair, batch=Batch.objects.get(pk=batch.pk)), range(6)) == (1, 5)


@pytest.mark.django_db(transaction=True)
def test_given_or_cancelled_at_once_it_is_one_of_both(chair, grid):
    batch = BatchFactory()
    gift = approve_delivery(asked(HouseholdFactory(area=grid), chair, batch=batch), by=chair)
    acts = {
        "give": lambda one: deliver(one, on=today(), by=chair),
        "cancel": lambda one: cancel_delivery(one, reason="不要了", by=chair),
    }

    def act(name):
        try:
            acts[name](Delivery.objects.get(pk=gift.pk))
        except StaleVersion as stale:
            raise ValidationError("x") from stale

    assert at_once(act, ["give", "cancel"] * 3) == (1, 5)
    assert adds_up(batch)
    assert batch.reserved == 0


# --- out of use -------------------------------------------------------------------------------------------------------
def test_what_is_out_of_use_takes_nothing_in(chair):
    fund = FundFactory(balance=0)
    close_source(fund, by=chair)

    with pytest.raises(ValidationError, match="已经停用"):
        move(fund, MoveKind.RECEIVED, Decimal(5), on=today(), by=chair)
    with pytest.raises(ValidationError, match="已经停用"):
        close_source(fund, by=chair)
    assert (fund.balance, fund.movements.count()) == (0, 0)


def test_closing_sees_what_came_in_a_moment_ago(chair):
    fund = FundFactory(balance=0)
    move(Fund.objects.get(), MoveKind.RECEIVED, Decimal(5), on=today(), by=chair)

    with pytest.raises(ValidationError, match="还有 5 元没有用完"):
        close_source(fund, by=chair)


def test_what_comes_back_puts_a_closed_batch_in_use_again(chair, grid):
    batch = BatchFactory(received=1, left=1)
    gift = hand_over_at_visit(HouseholdFactory(area=grid), batch, 1, on=today(), occasion=Occasion.DAILY, by=chair)
    close_source(batch, by=chair)

    reverse_delivery(gift, reason="没收到", by=chair)

    batch.refresh_from_db()
    assert (batch.left, batch.closed_on, adds_up(batch)) == (1, None, True)


# --- gifts ------------------------------------------------------------------------------------------------------------
def test_the_same_kind_within_the_window_needs_a_reason_that_is_audited(chair, worker, grid):
    home, batch = HouseholdFactory(area=grid), BatchFactory()
    hand_over_at_visit(home, batch, 1, on=today(), occasion=Occasion.DAILY, by=worker)

    with pytest.raises(ValidationError) as refused:
        asked(home, chair, batch=BatchFactory(item="面粉"))
    assert refused.value.message_dict["repeat_reason"] == [
        f"{today():%Y-%m-%d} 发过“大米 1 袋”（日常帮扶，刘建芳经办）", "还要发请写理由。",
    ]  # fmt: skip

    gift = asked(home, chair, batch=batch, repeat_reason="家里添了两口人")
    assert gift.repeat_reason == "家里添了两口人"
    event = AuditEvent.objects.get(action="hardship.delivery.pledge", detail={"repeated": True})
    assert (event.reason, event.target_id) == ("家里添了两口人", gift.pk)


def test_what_was_asked_for_long_ago_and_given_lately_counts_as_lately(chair, grid):
    home = HouseholdFactory(area=grid)
    delivery_at("delivered", household=home, asked_on=today() - 100 * DAY, handed_on=today() - 20 * DAY)

    with pytest.raises(ValidationError, match="还要发请写理由"):
        asked(home, chair, batch=BatchFactory())


def test_another_kind_or_long_ago_is_no_repetition(chair, grid):
    home = HouseholdFactory(area=grid)
    delivery_at("delivered", household=home, asked_on=today() - 100 * DAY, handed_on=today() - 91 * DAY)
    asked(home, chair, batch=BatchFactory(item="棉被", kind="被服"))

    assert asked(home, chair, batch=BatchFactory()).repeat_reason == ""


def test_the_same_feast_is_asked_about_for_longer(chair, grid):
    home = HouseholdFactory(area=grid)
    long_ago = today() - 200 * DAY
    delivery_at("delivered", household=home, asked_on=long_ago, handed_on=long_ago, occasion=Occasion.AUTUMN)

    with pytest.raises(ValidationError, match="还要发请写理由"):
        asked(home, chair, batch=BatchFactory(), occasion=Occasion.AUTUMN)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"occasion": "spring"}, "只用于春节慰问"),
        ({"category": "DB"}, "只给有“低保”的家庭"),
        ({"expires_on": timezone.localdate() - DAY}, "过了有效期"),
    ],
)
def test_goods_for_one_purpose_go_to_nothing_else(chair, grid, limit, words):
    with pytest.raises(ValidationError, match=words):
        asked(HouseholdFactory(area=grid), chair, batch=BatchFactory(**limit))


def test_goods_for_one_category_go_to_a_family_that_has_it(chair, grid):
    member = MembershipFactory(household__area=grid)
    StatusFactory(resident=member.resident, category="DB")

    assert asked(member.household, chair, batch=BatchFactory(category="DB")).state == DeliveryState.PLEDGED


def test_goods_of_another_community_are_not_given(chair, grid):
    foreign = BatchFactory(area=places.community(13, "翠苑社区"))

    with pytest.raises(ValidationError, match="是翠苑社区的，这户不在那里"):
        asked(HouseholdFactory(area=grid), chair, batch=foreign)
    with pytest.raises(ValidationError, match="是翠苑社区的"):
        hand_over_at_visit(HouseholdFactory(area=grid), foreign, 1, on=today(), occasion=Occasion.DAILY, by=chair)
    assert Delivery.objects.count() == 0


def test_somebody_of_another_family_is_not_given_what_this_one_gets(chair, grid):
    mine, other = (MembershipFactory(household__area=grid) for _ in range(2))

    with pytest.raises(ValidationError, match="这个人不在这一家"):
        asked(mine.household, chair, batch=BatchFactory(), resident=other.resident)
    assert asked(mine.household, chair, batch=BatchFactory(), resident=mine.resident).resident == mine.resident


def test_goods_that_went_off_meanwhile_are_not_handed_over(chair, grid):
    yesterday = today() - DAY
    gift = delivery_at("approved", household__area=grid, asked_on=yesterday, batch__expires_on=yesterday)

    with pytest.raises(ValidationError, match="过了有效期"):
        deliver(gift, on=today(), by=chair)
    assert deliver(gift, on=yesterday, by=chair).state == "delivered"


def test_a_visit_written_down_later_gives_what_was_good_on_its_day(worker, grid):
    yesterday = today() - DAY
    batch = BatchFactory(expires_on=yesterday)

    hand_over_at_visit(HouseholdFactory(area=grid), batch, 1, on=yesterday, occasion=Occasion.DAILY, by=worker)

    batch.refresh_from_db()
    assert (batch.left, list(open_batches(worker, grid))) == (9, [])


def test_money_needs_two_who_decide_and_cash_two_pairs_of_hands(chair, worker, grid):
    fund, home = FundFactory(), HouseholdFactory(area=grid)
    own = asked(home, chair, fund=fund)
    with pytest.raises(ValidationError, match="两个人"):
        approve_delivery(own, by=chair)

    gift = approve_delivery(asked(home, worker, fund=fund, repeat_reason="另一笔"), by=chair)
    with pytest.raises(ValidationError, match="两个人一起办"):
        deliver(gift, on=today(), cash_how="cash", second_by=worker, by=worker)
    deliver(gift, on=today(), cash_how="cash", second_by=chair, by=worker)

    assert (gift.handed_by, gift.second_by, gift.cash_how) == (worker, chair, "cash")
    fund.refresh_from_db()
    assert (fund.balance, fund.reserved) == (999, 0)


def test_money_may_be_asked_for_before_its_purse_is_known(chair, worker, grid):
    gift = asked(HouseholdFactory(area=grid), worker)
    assert (gift.source, gift.what, gift.amount_words, gift.value) == (None, "钱款", "1 元", 1)
    with pytest.raises(ValidationError, match="请选从哪笔款项出"):
        approve_delivery(gift, by=chair)
    with pytest.raises(ValidationError, match="不能登记发放"):
        deliver(gift, on=today(), cash_how="bank", by=worker)
    with pytest.raises(ValidationError, match="只用于六一"):
        approve_delivery(gift, fund=FundFactory(occasion="children"), by=chair)
    fund = FundFactory()

    gift = approve_delivery(Delivery.objects.get(), fund=fund, by=chair)

    fund.refresh_from_db()
    assert (gift.state, gift.fund, fund.reserved) == ("approved", fund, 1)


def test_who_asked_for_money_does_not_choose_its_purse(chair, grid):
    gift = asked(HouseholdFactory(area=grid), chair)

    with pytest.raises(ValidationError, match="两个人"):
        approve_delivery(gift, fund=FundFactory(), by=chair)
    refused(
        "UPDATE hardship_delivery SET state = 'approved', approved_by_id = %s WHERE id = %s", UserFactory().pk, gift.pk
    )
    assert cancel_delivery(gift, reason="不用了", by=chair).state == "cancelled"


@pytest.mark.parametrize("number", ["123", "12345", "6222021202001234567", "12a4", "１２３４"])
def test_no_more_than_the_end_of_an_account_is_kept(chair, worker, grid, number):
    gift = approve_delivery(asked(HouseholdFactory(area=grid), worker, fund=FundFactory()), by=chair)

    with pytest.raises(ValidationError, match="最后四位"):
        deliver(gift, on=today(), cash_how="bank", bank_tail=number, by=worker)
    assert deliver(gift, on=today(), cash_how="bank", bank_tail="4567", by=worker).bank_tail == "4567"


def test_a_receipt_needs_its_proof(worker, grid):
    gift = delivery_at("delivered", household__area=grid)

    with pytest.raises(ValidationError, match="请签名"):
        receipt(gift, received_by="王桂兰", kind=ReceiptKind.SIGNATURE, by=worker)
    with pytest.raises(ValidationError, match="不是银行转账"):
        receipt(gift, received_by="王桂兰", kind=ReceiptKind.BANK, by=worker)
    receipt(
        gift,
        received_by="王桂兰",
        kind=ReceiptKind.SLIP,
        picture=CleanImage(b"x", "image/jpeg", 1, 1, "0" * 64),
        by=worker,
    )

    assert [a.kind for a in files.attachments_of(gift)] == ["receipt"]
    assert (gift.state, gift.receipted_on) == ("receipted", today())


def test_thanks_tell_the_donor_nothing_of_the_family(worker, grid):
    donor = DonorFactory(name="春风粮油店")
    member = MembershipFactory(household__area=grid)
    gift = delivery_at(
        "receipted", household=member.household, batch=BatchFactory(donor=donor), resident=member.resident,
        what=f"给{member.household.head_name}家的米", repeat_reason=f"{member.resident.name}住院",
    )  # fmt: skip

    text = thanks_text(gift, "春江社区妇联")

    home = member.household
    told = [home.head_name, home.number, home.address, member.resident.name, grid.name, gift.voucher, gift.received_by]
    assert text.startswith("春风粮油店：\n您捐赠的大米（1 袋）")
    assert [word for word in told if word and word in text] == []


def test_nobody_is_thanked_who_is_not_known_or_does_not_want_it(chair, grid):
    for donor in (None, DonorFactory(wants_thanks=False)):
        gift = delivery_at("receipted", household__area=grid, batch=BatchFactory(donor=donor))
        with pytest.raises(ValidationError, match="没有要致谢的捐赠方"):
            thank(gift, by=chair)


def test_the_book_keeps_no_words_about_the_family(chair, worker, grid):
    gift = hand_over_at_visit(
        HouseholdFactory(area=grid), BatchFactory(), 1, on=today(), occasion=Occasion.DAILY, by=worker
    )
    reverse_delivery(gift, reason="应该给赵小莉家", by=chair)

    assert set(Movement.objects.filter(delivery=gift).values_list("note", flat=True)) == {gift.voucher}
    assert Delivery.objects.get().cancelled_why == "应该给赵小莉家"


def test_what_one_may_hand_out(worker, stranger, grid):
    batch = BatchFactory()
    BatchFactory(left=0, received=0)
    BatchFactory(reserved=10)
    BatchFactory(expires_on=today() - DAY)

    assert list(open_batches(worker, grid)) == [batch]
    assert list(open_batches(stranger, grid)) == []


def test_gifts_to_a_guarded_family_are_there_for_its_circle_alone(chair, worker, grid):
    outsider = user_with(Role.GRID_WORKER, grid, username="outsider")
    file = file_at("active", household__area=grid, guarded=True, officer=worker)
    gift = delivery_at("delivered", household=file.household, file=file)

    assert [gift in Delivery.objects.visible_to(u) for u in (worker, chair, outsider)] == [True, True, False]
    assert asked(file.household, outsider, batch=BatchFactory()).file is None


# --- locked months ----------------------------------------------------------------------------------------------------
def test_a_locked_month_takes_no_entry(chair, community):
    AidPeriodFactory(area=community)

    with pytest.raises(ValidationError, match="已经锁账"):
        move(FundFactory(), MoveKind.RECEIVED, Decimal(5), on=last_month(), by=chair)


def test_a_month_is_locked_when_it_is_over(chair, community):
    with pytest.raises(ValidationError, match="还没有过完"):
        lock_period(community, today().replace(day=1), by=chair)
    fund = FundFactory(balance=0)
    Movement.objects.create(fund=fund, kind="received", amount=70, on=last_month(), recorded_by=chair)

    period = lock_period(community, last_month(), by=chair)

    assert period.figures["funds"] == {str(fund.pk): ["爱心帮扶款", "0.00", "70.00", "0.00", "70.00"]}
    with pytest.raises(ValidationError, match="已经锁账了"):
        lock_period(community, last_month(), by=chair)


def test_a_restated_month_keeps_both_values_for_ever(chair, data_officer, community):
    fund = FundFactory(balance=0)
    period = lock_period(community, last_month(), by=chair)
    request = ask_reopening(period, why="漏记一笔捐款", by=chair)
    with pytest.raises(ValidationError, match="另一个人"):
        grant_reopening(request, by=chair)
    grant_reopening(request, by=data_officer)

    move(fund, MoveKind.RECEIVED, Decimal(70), on=last_month(), by=chair)
    AidPeriod.objects.update(reopened_until=today() - DAY)
    with pytest.raises(ValidationError, match="已经锁账"):
        move(fund, MoveKind.RECEIVED, Decimal(5), on=last_month(), by=chair)
    assert lock_lapsed() == 1

    period.refresh_from_db()
    assert (period.state, period.figures["funds"]) == ("locked", {})
    assert [(r["on"], r["figures"]["funds"]) for r in period.restated] == [
        (today().isoformat(), {str(fund.pk): ["爱心帮扶款", "0.00", "70.00", "0.00", "70.00"]})
    ]
    assert lock_lapsed() == 0


# --- figures ----------------------------------------------------------------------------------------------------------
def test_figures_equal_the_recount(chair, worker, grid, community):
    fund, batch = FundFactory(), BatchFactory()
    homes = [HouseholdFactory(area=grid) for _ in range(2)]
    for home in homes:
        hand_over_at_visit(home, batch, 2, on=today(), occasion=Occasion.HEAT, by=worker)
    gift = approve_delivery(asked(homes[0], worker, fund=fund, occasion=Occasion.URGENT), by=chair)
    deliver(gift, on=today(), cash_how="bank", by=worker)
    wrong = hand_over_at_visit(homes[1], batch, 1, on=today(), occasion=Occasion.DAILY, reason="补发", by=worker)
    reverse_delivery(wrong, reason="没收到", by=chair)

    days = (today().replace(day=1), today())
    assert by_fund(Fund.objects.all(), *days) == [(fund, (0, 1000, 1, 999))]
    assert by_batch(Batch.objects.all(), *days) == [(batch, (0, 11, 5, 6))]
    assert by_occasion(Delivery.objects.all(), *days) == [
        ("heat", "高温", 2, 2, Decimal(240)), ("urgent", "应急救助", 1, 1, Decimal(1)),
    ]  # fmt: skip
    assert totals(Delivery.objects.all(), *days) == (3, 2, Decimal(241))


def test_a_reversal_does_not_move_the_figures_of_a_month_that_is_over(chair, worker, grid):
    gift = delivery_at("delivered", household__area=grid)
    before = last_month().replace(day=5)
    Delivery.objects.filter(pk=gift.pk).update(handed_on=before, asked_on=before)
    gift.refresh_from_db()
    month, this = (last_month(), last_month().replace(day=28)), (today().replace(day=1), today())

    reverse_delivery(gift, reason="发错人了", by=chair)

    assert totals(Delivery.objects.all(), *month) == (1, 1, Decimal(60))
    assert totals(Delivery.objects.all(), *this) == (0, 0, 0)
    assert list(Delivery.objects.all().given(*month)) == [gift]
    assert list(Delivery.objects.all().given()) == []


# --- what the database refuses ------------------------------------------------------------------------------------------
def refused(sql, *values):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'lost'", "quantity = 0", "approved_by_id = NULL", "handed_on = NULL", "voucher = NULL", "batch_id = NULL",
        "cash_how = 'cash'", "state = 'receipted'", "cancelled_why = 'x'", "occasion = 'party'", "receipt_kind = 'bank'",
    ],
)  # fmt: skip
def test_a_delivery_that_does_not_fit_together_is_refused(grid, change):
    gift = delivery_at("delivered", household__area=grid)

    refused(f"UPDATE hardship_delivery SET {change} WHERE id = %s", gift.pk)


def test_cash_with_one_pair_of_hands_and_self_approved_money_are_refused(chair, worker, grid):
    gift = approve_delivery(asked(HouseholdFactory(area=grid), worker, fund=FundFactory()), by=chair)
    deliver(gift, on=today(), cash_how="bank", by=worker)

    refused("UPDATE hardship_delivery SET cash_how = 'cash' WHERE id = %s", gift.pk)
    refused("UPDATE hardship_delivery SET cash_how = 'cash', second_by_id = handed_by_id WHERE id = %s", gift.pk)
    refused("UPDATE hardship_delivery SET approved_by_id = created_by_id WHERE id = %s", gift.pk)


@pytest.mark.parametrize(
    ("table", "change"),
    [("batch", "left = -1"), ("batch", "left = 11"), ("batch", "reserved = 11"), ("fund", "balance = -1"),
     ("fund", "reserved = 1001"), ("fund", "closed_on = '2026-01-01'"), ("batch", "closed_on = '2026-01-01'")],
)  # fmt: skip
def test_stock_and_money_never_go_below_zero(table, change):
    BatchFactory()
    FundFactory()
    column, value = change.split(" = ")

    refused(f'UPDATE hardship_{table} SET "{column}" = {value}')


@pytest.mark.parametrize("sql", ["UPDATE hardship_movement SET amount = 5", "DELETE FROM hardship_movement"])
def test_entries_of_the_book_are_neither_changed_nor_deleted(sql):
    FundFactory()
    run = importlib.import_module("hardship.migrations.0002_append_only").Migration.operations[0]
    with_connection = SimpleNamespace(connection=connection)
    run.reverse_code(None, with_connection)
    run.code(None, with_connection)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_delivery_is_booked_once(worker, grid):
    gift = delivery_at("delivered", household__area=grid)

    with pytest.raises(IntegrityError), transaction.atomic():
        Movement.objects.create(
            batch=gift.batch, kind="given", amount=-1, on=today(), delivery=gift, recorded_by=worker
        )


def test_a_gift_asked_for_a_family_that_left_is_refused(chair, grid):
    with pytest.raises(ValidationError, match="迁出或注销"):
        asked(HouseholdFactory(area=grid, state="moved", closed_on=today()), chair, batch=BatchFactory())
    assert DeliveryFactory(household__area=grid).area == grid
