"""Visits, duties and terms for tests."""

import uuid

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.areas.tests.factories import AreaFactory, community
from grids.enums import ChangeKind, DoubtKind, DutyRole, EnvelopeState, Late, TermRole
from grids.models import Duty, Envelope, Term, TermMember, Visit, VisitChange, VisitDoubt
from households.tests.factories import HouseholdFactory


class VisitFactory(factory.django.DjangoModelFactory):
    """A routine visit today at which somebody was met."""

    class Meta:
        model = Visit

    household = factory.SubFactory(HouseholdFactory)
    grid = factory.LazyAttribute(lambda visit: visit.household.area)
    visitor = factory.SubFactory(UserFactory)
    recorded_by = factory.LazyAttribute(lambda visit: visit.visitor)
    visited_on = factory.LazyFunction(timezone.localdate)
    summary = "家里都好。"


class VisitChangeFactory(factory.django.DjangoModelFactory):
    """Income in words, to be taken into the household's ledger."""

    class Meta:
        model = VisitChange

    visit = factory.SubFactory(VisitFactory)
    kind = ChangeKind.INCOME
    field = "income_note"
    value = "月收入 3200 元"


class EnvelopeFactory(factory.django.DjangoModelFactory):
    """A visit that came late from a phone and lies in the tray."""

    class Meta:
        model = Envelope

    key = factory.LazyFunction(uuid.uuid4)
    user = factory.SubFactory(UserFactory)
    household = factory.SubFactory(HouseholdFactory)
    schema = 1
    saved_at = factory.LazyFunction(timezone.now)
    state = EnvelopeState.TRAY
    late = Late.SCOPE
    fields = [["met", "met"], ["others", "邻居"], ["change", "no"], ["summary", "家里都好"], ["mode", "home"],
              ["kind", "routine"]]  # fmt: skip


class VisitDoubtFactory(factory.django.DjangoModelFactory):
    """The visitor was asked about the hour of a visit."""

    class Meta:
        model = VisitDoubt

    visit = factory.SubFactory(VisitFactory)
    kind = DoubtKind.NIGHT


class DutyFactory(factory.django.DjangoModelFactory):
    """A row alone, without the grant that the service gives."""

    class Meta:
        model = Duty

    area = factory.SubFactory(AreaFactory)
    person = factory.SubFactory(UserFactory)
    role = DutyRole.WORKER


class TermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Term

    area = factory.LazyFunction(community)
    name = factory.Sequence(lambda n: f"第{n + 1}届")
    starts_on = factory.LazyFunction(lambda: timezone.localdate().replace(month=1, day=1))


class TermMemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TermMember

    term = factory.SubFactory(TermFactory)
    name = "何晓燕"
    role = TermRole.COMMITTEE
    starts_on = factory.LazyAttribute(lambda member: member.term.starts_on)
