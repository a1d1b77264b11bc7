"""Sealed reports for tests."""

import factory

from fedhub.areas.tests.factories import grid
from safety.enums import ReportSource, Sign
from safety.models import RiskReport


class RiskReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RiskReport

    area = factory.LazyFunction(lambda: grid(1))
    source = ReportSource.VISIT
    subject = factory.LazyFunction(lambda: {"household": None, "resident": None, "name": "王桂兰户"})
    reporter = factory.LazyFunction(lambda: {"id": 1, "name": "刘建芳"})
    signs = factory.LazyFunction(lambda: [Sign.FIGHT.value])
    text = "听到打骂声，手臂有伤。"
