"""Change requests for tests."""

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from hardship.models import ChangeRequest
from hardship.tests.factories import file_at


class ChangeRequestFactory(factory.django.DjangoModelFactory):
    """低保 for the whole family, asked for by somebody."""

    class Meta:
        model = ChangeRequest

    file = factory.LazyFunction(lambda: file_at("active"))
    household = factory.SelfAttribute("file.household")
    area = factory.SelfAttribute("household.area")
    deed = "status_open"
    proposal = factory.LazyFunction(
        lambda: {"category": "DB", "valid_from": timezone.localdate().isoformat(), "authority": "", "proof": ""}
    )
    before = factory.LazyFunction(lambda: {"has": False})
    reason = "批下来了。"
    created_by = factory.SubFactory(UserFactory)


def request_at(state, **facts):
    """A request in `state`."""
    if state in ("approved", "refused"):
        facts = {"decided_by": UserFactory(), "decided_on": timezone.localdate()} | facts
    return ChangeRequestFactory(state=state, **facts)
