"""Job seekers for tests."""

import datetime

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from employment.enums import JobKind, SeekerEnd, SeekerState, SkillLevel
from employment.models import CirclePerson, Difficulty, Seeker, Skill
from households.tests.factories import ResidentFactory

TODAY = timezone.localdate


class SeekerFactory(factory.django.DjangoModelFactory):
    """赵小莉, laid off, who wants mornings near her home."""

    class Meta:
        model = Seeker

    resident = factory.SubFactory(ResidentFactory)
    wanted = factory.LazyFunction(lambda: [JobKind.SHOP])
    free_from = datetime.time(8, 30)
    free_until = datetime.time(15, 30)
    walk_minutes = 20
    lead = factory.SubFactory(UserFactory)
    created_by = factory.SelfAttribute("lead")


def seeker_at(state, **facts):
    """A registration in `state`."""
    if state == SeekerState.CLOSED:
        facts = {"ended_on": TODAY(), "end_why": SeekerEnd.WISH} | facts
    return SeekerFactory(state=state, **facts)


class DifficultyFactory(factory.django.DjangoModelFactory):
    """Unemployed for more than a year, recognised ten days ago."""

    class Meta:
        model = Difficulty

    seeker = factory.SubFactory(SeekerFactory)
    kind = "05"
    authority = "区人社局"
    valid_from = factory.LazyFunction(lambda: TODAY() - datetime.timedelta(days=10))
    recorded_by = factory.SubFactory(UserFactory)


class SkillFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Skill

    seeker = factory.SubFactory(SeekerFactory)
    kind = JobKind.SHOP
    level = SkillLevel.NONE
    recorded_by = factory.SubFactory(UserFactory)


class CirclePersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CirclePerson

    seeker = factory.SubFactory(SeekerFactory)
    user = factory.SubFactory(UserFactory)
    does = "陪同面试"
