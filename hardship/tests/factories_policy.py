"""Policies, what became of them, and public notices, for tests."""

import factory

from accounts.tests.factories import UserFactory
from hardship.models import Notice, Policy, PolicyStep
from hardship.tests.factories import HardshipFileFactory
from households.tests.factories import ConsentFactory


class PolicyFactory(factory.django.DjangoModelFactory):
    """重残护理补贴, for whoever has a disability of the first two grades."""

    class Meta:
        model = Policy

    title = factory.Sequence(lambda n: f"政策{n}")
    summary = "按月补助。"
    document = "国发〔2015〕52号"
    conditions = factory.LazyFunction(lambda: {"grades": ["1", "2"]})
    proofs = factory.LazyFunction(lambda: ["disability"])


class PolicyStepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PolicyStep

    file = factory.SubFactory(HardshipFileFactory)
    policy = factory.SubFactory(PolicyFactory)
    step = "told"
    made_by = factory.SubFactory(UserFactory)


class NoticeFactory(factory.django.DjangoModelFactory):
    """A draft."""

    class Meta:
        model = Notice

    file = factory.SubFactory(HardshipFileFactory)
    consent = factory.LazyAttribute(lambda own: ConsentFactory(purpose="notice", taken_by=own.made_by))
    printed_name = "王*兰"
    community = "清和社区"
    kind = "money"
    phone = "0571-88001234"
    made_by = factory.SubFactory(UserFactory)
