"""What files hold, for tests."""

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from hardship.accounts import quarter_of
from hardship.models import Cause, Evidence, Measure, MemberFact, Need, YearAccount
from hardship.tests.factories import HardshipFileFactory

TODAY = timezone.localdate


class CauseFactory(factory.django.DjangoModelFactory):
    """因病, the main cause."""

    class Meta:
        model = Cause

    file = factory.SubFactory(HardshipFileFactory)
    code = "01"
    is_main = True


class MeasureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Measure

    cause = factory.SubFactory(CauseFactory)
    file = factory.SelfAttribute("cause.file")
    quarter = factory.LazyFunction(lambda: quarter_of(TODAY()))
    item = "联系大病救助"


class NeedFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Need

    file = factory.SubFactory(HardshipFileFactory)
    kind = "medical"
    detail = "报销住院费"


class EvidenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Evidence

    file = factory.SubFactory(HardshipFileFactory)
    kind = "diagnosis"
    number = "ZD2026-778"
    seen_by = factory.SubFactory(UserFactory)


class YearAccountFactory(factory.django.DjangoModelFactory):
    """Three people, 36,000 yuan earned, 42,000 spent."""

    class Meta:
        model = YearAccount

    file = factory.SubFactory(HardshipFileFactory)
    year = factory.LazyFunction(lambda: TODAY().year - 1)
    people = 3
    wages = 36000
    illness = 42000


class MemberFactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MemberFact

    file = factory.SubFactory(HardshipFileFactory)
