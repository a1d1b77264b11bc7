"""Rows of the portal for tests."""

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from households.tests.factories import ResidentFactory
from portal.models import Guardian


class GuardianFactory(factory.django.DjangoModelFactory):
    """The mother of a child of nine, who signed."""

    class Meta:
        model = Guardian

    child = factory.SubFactory(
        ResidentFactory, birth=factory.LazyFunction(lambda: f"{timezone.localdate().year - 9}-01-01")
    )
    name = "王桂兰"
    kind = "mother"
    proof = "hukou"
    how = "paper"
    text_version = "1"
    taken_by = factory.SubFactory(UserFactory)
