"""Activities and what hangs on them, for tests."""

import datetime

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.areas.tests.factories import community
from groups.activity_enums import ActivityKind, ActivityState, EntryState
from groups.models import Activity, ActivityPhoto, Entry
from groups.tests.factories import at
from households.tests.factories import ResidentFactory


class ActivityFactory(factory.django.DjangoModelFactory):
    """A lecture of today, open from the first minute of the day."""

    class Meta:
        model = Activity

    area = factory.LazyFunction(community)
    number = factory.Sequence(lambda n: f"HD2020-{n + 1:03d}")
    title = "冬季养生讲座"
    kind = ActivityKind.LECTURE
    starts_at = factory.LazyFunction(lambda: at(0, 0))
    ends_at = factory.LazyAttribute(lambda a: a.starts_at + datetime.timedelta(hours=2))
    place = "社区活动室"
    state = ActivityState.OPEN
    keeper = factory.SubFactory(UserFactory)


def activity_at(state, **facts):
    """An activity in `state`."""
    if state == ActivityState.CANCELLED:
        facts = {"cancelled_why": "下雨"} | facts
    if state == ActivityState.SUMMED:
        facts = {"summary": "来了三十人"} | facts
    return ActivityFactory(state=state, **facts)


class EntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Entry

    activity = factory.SubFactory(ActivityFactory, taken=1)
    resident = factory.SubFactory(ResidentFactory)


def entry_at(state, **facts):
    """A name in `state`."""
    if state == EntryState.CAME:
        facts = {"came_at": timezone.now()} | facts
    if state == EntryState.WAITING:
        facts = {"queued_at": timezone.now(), "activity__taken": 0} | facts
    return EntryFactory(state=state, **facts)


class ActivityPhotoFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ActivityPhoto

    activity = factory.SubFactory(ActivityFactory)
    caption = "听讲座"
