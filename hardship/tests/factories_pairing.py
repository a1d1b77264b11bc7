"""Helpers, pairings and hours for tests."""

import datetime

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.areas.tests.factories import community
from hardship.enums import HelperKind, HelpKind, PairingEnd, PairingState
from hardship.models import Helper, HelpRecord, Pairing
from hardship.tests.factories import file_at

TODAY = timezone.localdate


class HelperFactory(factory.django.DjangoModelFactory):
    """周老板, who owns a shop and brings goods."""

    class Meta:
        model = Helper

    area = factory.LazyFunction(community)
    kind = HelperKind.UNIT
    name = "春风粮油店"
    skills = factory.LazyFunction(lambda: [HelpKind.GOODS, HelpKind.JOB])


class PairingFactory(factory.django.DjangoModelFactory):
    """Running for twenty days, to be heard of every thirty."""

    class Meta:
        model = Pairing

    file = factory.LazyFunction(lambda: file_at("active"))
    household = factory.SelfAttribute("file.household")
    area = factory.SelfAttribute("household.area")
    helper = factory.SubFactory(HelperFactory)
    kinds = factory.LazyFunction(lambda: [HelpKind.GOODS])
    starts_on = factory.LazyFunction(lambda: TODAY() - datetime.timedelta(days=20))
    speaks_by = factory.LazyAttribute(lambda p: p.starts_on + datetime.timedelta(days=p.every_days))
    every_days = 30


def pairing_at(state, **facts):
    """A pairing in `state`."""
    if state == PairingState.WAITING:
        facts = {"over_cap": True, "created_by": UserFactory()} | facts
    if state in (PairingState.ENDED, PairingState.REFUSED):
        facts = {"ended_on": TODAY(), "end_reason": PairingEnd.DONE} | facts
    return PairingFactory(state=state, **facts)


class HelpRecordFactory(factory.django.DjangoModelFactory):
    """An hour yesterday."""

    class Meta:
        model = HelpRecord

    pairing = factory.SubFactory(PairingFactory)
    on = factory.LazyFunction(lambda: TODAY() - datetime.timedelta(days=1))
    half_hours = 2
    done = "送了一袋米，陪着说了会儿话。"
    made_by = factory.SubFactory(UserFactory)
