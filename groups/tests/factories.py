"""Groups and what hangs on them, for tests."""

import datetime

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.areas.tests.factories import community
from groups.enums import GroupKind, GroupState, MemberState, ServiceKind, ServiceState, VolunteerState
from groups.models import Group, Meeting, Member, Service, Shift, Volunteer
from households.tests.factories import ResidentFactory

TODAY = timezone.localdate


def days_ago(days):
    return TODAY() - datetime.timedelta(days=days)


class GroupFactory(factory.django.DjangoModelFactory):
    """The arts team; it rehearses on Thursdays."""

    class Meta:
        model = Group

    area = factory.LazyFunction(community)
    number = factory.Sequence(lambda n: f"DW2020-{n + 1:03d}")
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


class VolunteerFactory(factory.django.DjangoModelFactory):
    """A retired teacher who tutors."""

    class Meta:
        model = Volunteer

    area = factory.LazyFunction(community)
    number = factory.Sequence(lambda n: f"ZY2020-{n + 1:04d}")
    name = "孙玉梅"
    birth = "1960-05-01"
    kinds = factory.LazyFunction(lambda: [ServiceKind.TUTORING])
    told_risks = True
    state = VolunteerState.ACTIVE


def at(days=1, hour=9, minute=0):
    """A moment so many days ago."""
    day = TODAY() - datetime.timedelta(days=days)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))


class ShiftFactory(factory.django.DjangoModelFactory):
    """Cleaning the yard, today."""

    class Meta:
        model = Shift

    area = factory.LazyFunction(community)
    kind = ServiceKind.CLEAN
    what = "清洁庭院"
    place = "三号院"
    on = factory.LazyFunction(TODAY)


class ServiceFactory(factory.django.DjangoModelFactory):
    """Yesterday from nine to eleven."""

    class Meta:
        model = Service

    volunteer = factory.SubFactory(VolunteerFactory)
    kind = ServiceKind.TUTORING
    what = "辅导四年级数学"
    started_at = factory.LazyFunction(at)
    ended_at = factory.LazyAttribute(lambda s: s.started_at + datetime.timedelta(hours=2))
    half_hours = 4
    recorded_by = factory.SubFactory(UserFactory)


def service_at(state, **facts):
    """A service in `state`."""
    if state == ServiceState.OPEN:
        facts = {"ended_at": None, "half_hours": 0} | facts
    if state in (ServiceState.CONFIRMED, ServiceState.COUNTED):
        facts = {"confirmed_by": UserFactory(), "noticed_on": days_ago(1), "counts_on": TODAY()} | facts
    if state == ServiceState.VOID:
        facts = {"void_why": "记错了"} | facts
    return ServiceFactory(state=state, **facts)
