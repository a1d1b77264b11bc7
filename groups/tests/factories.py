"""Groups and what hangs on them, for tests."""

import datetime

import factory
from django.utils import timezone

from fedhub.areas.tests.factories import community
from groups.enums import GroupKind, GroupState, MemberState
from groups.models import Group, Meeting, Member
from households.tests.factories import ResidentFactory

TODAY = timezone.localdate


def days_ago(days):
    return TODAY() - datetime.timedelta(days=days)


class GroupFactory(factory.django.DjangoModelFactory):
    """The arts team; it rehearses on Thursdays."""

    class Meta:
        model = Group

    area = factory.LazyFunction(community)
    number = factory.Sequence(lambda n: f"DW2026-{n + 1:03d}")
    name = "巾帼文艺宣传队"
    kind = GroupKind.ARTS
    rhythm = "每周四 19:00"
    venue = "社区活动室"


def group_at(state, **facts):
    """A group in `state`."""
    if state == GroupState.ENDED:
        facts = {"ended_on": TODAY(), "ended_why": "人少了"} | facts
    return GroupFactory(state=state, **facts)


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member

    group = factory.SubFactory(GroupFactory)
    resident = factory.SubFactory(ResidentFactory)
    valid_from = factory.LazyFunction(lambda: days_ago(30))


def member_at(state, **facts):
    """A place in `state`."""
    if state == MemberState.LEFT:
        facts = {"valid_to": TODAY()} | facts
    elif state != MemberState.ACTIVE:
        facts = {"valid_from": None} | facts
    return MemberFactory(state=state, **facts)


class MeetingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Meeting

    group = factory.SubFactory(GroupFactory)
    on = factory.LazyFunction(lambda: days_ago(7))
    topic = "排练扇子舞"
