"""Concerns and register entries for tests."""

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from concerns.enums import Origin, Outcome, ReceptionChannel, ReferralWay, Status, Told
from concerns.models import Concern, Reception, Referral
from fedhub.areas.tests.factories import grid
from fedhub.reference.tests.factories import AgencyFactory


class ConcernFactory(factory.django.DjangoModelFactory):
    """A new concern of the first grid."""

    class Meta:
        model = Concern

    number = factory.Sequence(lambda n: f"SQ2000-{n + 1:04d}")
    code = factory.Sequence(lambda n: f"TEST{n:04d}")
    title = "楼道灯不亮"
    topic = "1"
    origin = Origin.VISIT
    area = factory.LazyFunction(lambda: grid(1))
    first_due_on = factory.LazyFunction(timezone.localdate)
    due_on = factory.LazyFunction(timezone.localdate)


def concern_at(status, **fields):
    """A concern that stands at `status` with what the constraints ask for."""
    told = {"answer": "已装好新灯。", "told": Told.FACE, "outcome": Outcome.SOLVED, "answered_at": timezone.now()}
    facts = {
        Status.ASSIGNED: {"handle_by": timezone.localdate()},
        Status.DONE: {"result": "物业换了灯泡。"},
        Status.ANSWERED: told,
        Status.CLOSED: told | {"closed_at": timezone.now()},
    }.get(status, {})
    if status == Status.ASSIGNED and not fields.get("assigned_to"):
        fields["assigned_to"] = UserFactory()
    return ConcernFactory(**{"status": status, **facts, **fields})


class ReceptionFactory(factory.django.DjangoModelFactory):
    """A woman at the desk in the first grid."""

    class Meta:
        model = Reception

    number = factory.Sequence(lambda n: f"JD2000-{n + 1:04d}")
    channel = ReceptionChannel.FRONT_DESK
    visitor_name = "王桂兰"
    matter = "想找离家近的工作。"
    area = factory.LazyFunction(lambda: grid(1))
    handler = factory.SubFactory(UserFactory)


class ReferralFactory(factory.django.DjangoModelFactory):
    """A concern in work, handed to the property company."""

    class Meta:
        model = Referral

    concern = factory.LazyFunction(lambda: concern_at(Status.ASSIGNED))
    way = ReferralWay.ACROSS
    agency = factory.SubFactory(AgencyFactory)
    matter = "请换灯泡。"
    offered_by = factory.SubFactory(UserFactory)
    due_on = factory.LazyFunction(timezone.localdate)


def many(count, **fields):
    """`count` new concerns written at once."""
    return Concern.objects.bulk_create(ConcernFactory.build_batch(count, **fields))
