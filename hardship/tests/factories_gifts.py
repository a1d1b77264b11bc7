"""Rounds of gifts for tests."""

import datetime
from decimal import Decimal

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.areas.tests.factories import community
from hardship.enums import RoundState
from hardship.models import Batch, GiftRound, RoundHome, RoundItem
from hardship.services.gifts import gift_for, items_of
from hardship.tests.factories_aid import BatchFactory
from households.tests.factories import HouseholdFactory

TODAY = timezone.localdate


class GiftRoundFactory(factory.django.DjangoModelFactory):
    """重阳慰问 of the community, in preparation."""

    class Meta:
        model = GiftRound

    area = factory.LazyFunction(community)
    title = "重阳慰问"
    occasion = "elders"
    starts_on = factory.LazyFunction(TODAY)
    ends_on = factory.LazyFunction(lambda: TODAY() + datetime.timedelta(days=9))
    created_by = factory.SubFactory(UserFactory)


class RoundItemFactory(factory.django.DjangoModelFactory):
    """A bag of rice for each family."""

    class Meta:
        model = RoundItem

    round = factory.SubFactory(GiftRoundFactory)
    batch = factory.SubFactory(BatchFactory)
    quantity = Decimal("1.00")


class RoundHomeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RoundHome

    round = factory.SubFactory(GiftRoundFactory)
    household = factory.SubFactory(HouseholdFactory)
    order = factory.Sequence(lambda n: n + 1)


def round_at(state, *homes, **facts):
    """A round in `state` for the families `homes`, a bag of rice for each; once it runs, with their deliveries."""
    state = RoundState(state)
    decided = state in ("approved", "running", "finished")
    if state not in ("draft", "cancelled"):
        facts = {"asked_on": TODAY()} | facts
    if decided:
        facts = {"approved_by": UserFactory(), "approved_on": TODAY()} | facts
    if state in ("finished", "cancelled"):
        facts = {"ended_by": UserFactory(), "ended_on": TODAY(), "ended_why": "办完了"} | facts
    gift_round = GiftRoundFactory(state=state, **facts)
    item = RoundItemFactory(round=gift_round)
    rows = [RoundHomeFactory(round=gift_round, household=home) for home in homes]
    if state == "running":
        for row in rows:
            gift_for(gift_round, items_of(gift_round)[0], row).save()
    if decided and state != "finished":
        Batch.objects.filter(pk=item.batch_id).update(reserved=len(homes))
    return gift_round
