"""Service needs, offers and records for tests."""

import datetime

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.areas.tests.factories import community
from groups.enums import ServiceKind
from groups.models import Offer, ServiceNeed, VolunteerRecord
from groups.need_enums import NeedState, OfferState
from groups.tests.factories import VolunteerFactory
from households.models import Consent
from households.tests.factories import MembershipFactory

TODAY = timezone.localdate


def home(area, **person):
    """Somebody grown who lives in a family of `area`."""
    person = {"birth": "1985-03-01", "name": "赵小莉", "sex": "2"} | person
    facts = {f"resident__{name}": value for name, value in person.items()}
    return MembershipFactory(household__area=area, resident__area=area, **facts).resident


class ServiceNeedFactory(factory.django.DjangoModelFactory):
    """Tutoring at a family's home, twice a week."""

    class Meta:
        model = ServiceNeed

    area = factory.LazyFunction(community)
    number = factory.Sequence(lambda n: f"FW2020-{n + 1:04d}")
    kind = ServiceKind.TUTORING
    what = "辅导四年级数学"
    place = "妇女之家"
    until = factory.LazyFunction(lambda: TODAY() + datetime.timedelta(days=60))


def need_at(state, **facts):
    """A need in `state`."""
    if state in (NeedState.DONE, NeedState.WITHDRAWN, NeedState.EXPIRED):
        facts = {"ended_on": TODAY(), "ended_why": "不用了"} | facts
    return ServiceNeedFactory(state=state, **facts)


def need_of(person, **facts):
    """A need at home of `person`."""
    household = person.memberships.get().household
    return ServiceNeedFactory(household=household, area=household.area, resident=person, place="", **facts)


class OfferFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Offer

    volunteer = factory.SubFactory(VolunteerFactory)
    asked_by = factory.SubFactory(UserFactory)


def offer_at(state, need, **facts):
    """An offer in `state`; at home an agreed one rests on the family's consent."""
    today = TODAY()
    if state != OfferState.ASKED:
        facts = {"answered_on": today} | facts
    if state in (OfferState.AGREED, OfferState.DONE):
        facts = {"served_on": today} | facts
        if need.resident_id:
            facts = {
                "consent": Consent.objects.create(
                    resident=need.resident, purpose="share", recipient="志愿者", how="online", expires_on=need.until
                )
            } | facts
    if state not in (OfferState.ASKED, OfferState.ACCEPTED, OfferState.AGREED):
        facts = {"ended_on": today} | facts
    return OfferFactory(need=need, state=state, **facts)


class RecordFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = VolunteerRecord

    volunteer = factory.SubFactory(VolunteerFactory)
    kind = "training"
    what = "志愿者岗前培训"
    made_by = factory.SubFactory(UserFactory)
