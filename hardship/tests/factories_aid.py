"""Donors, money, goods and deliveries for tests."""

import datetime
from decimal import Decimal

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.areas.tests.factories import community
from hardship.enums import DeliveryState, MoveKind, ReceiptKind
from hardship.models import AidPeriod, Batch, Delivery, Donor, Fund, Movement, ReopenRequest
from hardship.services.books import next_paper
from households.tests.factories import HouseholdFactory

TODAY = timezone.localdate


class DonorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Donor

    area = factory.LazyFunction(community)
    name = "春风粮油店"


class FundFactory(factory.django.DjangoModelFactory):
    """1,000 yuan that came in last month."""

    class Meta:
        model = Fund
        skip_postgeneration_save = True

    area = factory.LazyFunction(community)
    name = "爱心帮扶款"
    balance = Decimal("1000.00")

    @factory.post_generation
    def entry(self, create, extracted, **kwargs):
        if self.balance:
            Movement.objects.create(
                fund=self, kind=MoveKind.RECEIVED, amount=self.balance, on=TODAY(), recorded_by=UserFactory()
            )


class BatchFactory(factory.django.DjangoModelFactory):
    """Ten bags of rice."""

    class Meta:
        model = Batch
        skip_postgeneration_save = True

    area = factory.LazyFunction(community)
    number = factory.Sequence(lambda n: f"WZ2020-{n + 1:04d}")
    item = "大米"
    kind = "米面油"
    unit = "袋"
    received = Decimal("10.00")
    left = Decimal("10.00")
    value = Decimal("60.00")

    @factory.post_generation
    def entry(self, create, extracted, **kwargs):
        if self.received:
            Movement.objects.create(
                batch=self, kind=MoveKind.RECEIVED, amount=self.received, on=TODAY(), recorded_by=UserFactory()
            )


class DeliveryFactory(factory.django.DjangoModelFactory):
    """A bag of rice asked for a family."""

    class Meta:
        model = Delivery

    household = factory.SubFactory(HouseholdFactory)
    area = factory.LazyAttribute(lambda gift: gift.household.area)
    batch = factory.SubFactory(BatchFactory, donor=factory.SubFactory(DonorFactory))
    what = "大米"
    kind = "米面油"
    quantity = Decimal("1.00")
    value = Decimal("60.00")
    created_by = factory.SubFactory(UserFactory)


def delivery_at(state, **facts):
    """A delivery in `state` with its entries of the book."""
    state = DeliveryState(state)
    handed = state in ("delivered", "receipted", "thanked")
    if state in ("approved", "delivered", "receipted", "thanked"):
        facts = {"approved_by": UserFactory()} | facts
    if handed:
        facts = {"handed_on": TODAY(), "handed_by": UserFactory()} | facts
    if state in ("receipted", "thanked"):
        facts = {"received_by": "王桂兰", "receipt_kind": ReceiptKind.SLIP, "receipted_on": TODAY()} | facts
    if state == "thanked":
        facts = {"thanked_on": TODAY()} | facts
    if state == "cancelled":
        facts = {"cancelled_why": "不需要了"} | facts
    if handed:
        facts = {"voucher": next_paper("FF", TODAY())} | facts
    gift = DeliveryFactory(state=state, **facts)
    if state == "approved":
        Batch.objects.filter(pk=gift.batch_id).update(reserved=gift.quantity)
    if handed:
        Movement.objects.create(
            batch=gift.batch, kind=MoveKind.GIVEN, amount=-gift.quantity, on=gift.handed_on, delivery=gift,
            recorded_by=gift.handed_by,
        )  # fmt: skip
        Batch.objects.filter(pk=gift.batch_id).update(left=gift.batch.left - gift.quantity)
    gift.refresh_from_db()
    return gift


def last_month():
    return (TODAY().replace(day=1) - datetime.timedelta(days=1)).replace(day=1)


class AidPeriodFactory(factory.django.DjangoModelFactory):
    """Last month, locked."""

    class Meta:
        model = AidPeriod

    area = factory.LazyFunction(community)
    month = factory.LazyFunction(last_month)


class ReopenRequestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReopenRequest

    period = factory.SubFactory(AidPeriodFactory)
    why = "漏记了一笔。"
    asked_by = factory.SubFactory(UserFactory)
