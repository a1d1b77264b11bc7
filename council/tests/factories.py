"""Councils, topics and meetings for tests."""

from datetime import timedelta

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from council.enums import Category, Choice, Decision, SignIn, Source, Status
from council.models import Action, Council, Meeting, Member, Motion, Topic
from council.services.meetings import hear_item, open_meeting, plan_meeting, sign_in
from council.services.outcome import resolve_topic
from council.services.votes import close_motion, open_motion, write_votes
from fedhub.areas.tests.factories import community


class CouncilFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Council

    area = factory.LazyFunction(community)
    name = "梧桐社区妇女议事会"
    term_from = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=400))


class MemberFactory(factory.django.DjangoModelFactory):
    """A member with an account."""

    class Meta:
        model = Member

    council = factory.SubFactory(CouncilFactory)
    user = factory.SubFactory(UserFactory)
    name = factory.LazyAttribute(lambda member: member.user.name if member.user else "冯爱华")
    since = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=300))


class TopicFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Topic

    area = factory.LazyFunction(community)
    number = factory.Sequence(lambda n: f"YT-2000-{n + 1:03d}")
    title = "精诚公寓停车管理"
    category = Category.PARKING
    source = Source.PAPER
    reply_due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))


FACTS = {
    Status.DECLINED: lambda: {"reason": "不归议事会管"},
    Status.PASSED: lambda: {"body": "street"},
    Status.MERGED: lambda: {"lead": TopicFactory()},
    Status.CLOSED: lambda: {"closed_at": timezone.now()},
    Status.PUBLISHED: lambda: {"public_from": timezone.localdate(), "public_to": timezone.localdate()},
}


def topic_at(status, **fields):
    """A topic that stands at `status` with what the constraints ask for."""
    return TopicFactory(status=status, **{**FACTS.get(status, dict)(), **fields})


def council_of(*users, area=None, **fields):
    """A council in which `users` have seats."""
    council = CouncilFactory(area=area or community(), **fields)
    for user in users:
        MemberFactory(council=council, user=user)
    return council


def meeting_of(council, *, by, **fields):
    """A meeting of today that is still to come, planned by the service: agenda and seats are there. Late in the evening
    it is the last minute of today, since tomorrow's counts nowhere yet."""
    now = timezone.localtime()
    facts = {
        "starts_at": min(now + timedelta(minutes=30), now.replace(hour=23, minute=59, second=59)),
        "place": "社区妇女之家",
        **fields,
    }
    return plan_meeting(Meeting(council=council, **facts), by=by)


def sitting(council, *, by, come=None):
    """A meeting that is on, with `come` members (default all) signed in."""
    meeting = open_meeting(meeting_of(council, by=by), by=by)
    for member in list(council.members.seated().order_by("pk"))[:come]:
        sign_in(meeting, member, how=SignIn.TICK, by=by)
    return meeting


def heard(meeting, topic, *, by):
    """The item of `topic`, heard."""
    return hear_item(meeting.items.get(topic=topic), summary="大家都说该办。", by=by)


def voted(item, *, by, choice=Choice.AGREE, **fields):
    """A closed vote on `item`, everybody in the room of one mind."""
    motion = open_motion(Motion(item=item, text="是否划线分区停车", **fields), by=by)
    members = Member.objects.filter(attendances__meeting=item.meeting).exclude(attendances__came_at=None)
    write_votes(motion, dict.fromkeys(members, choice), by=by)
    return close_motion(motion, by=by)


def task(owner, **fields):
    """An unsaved action."""
    return Action(content="划车位线", owner=owner, due_on=timezone.localdate() + timedelta(days=10), **fields)


def decided(council, topic, *, by, owner=None, decision=Decision.AGREED):
    """The Resolution of `topic`, heard, voted and given out in a meeting of `council`, which goes on."""
    meeting = sitting(council, by=by)
    item = heard(meeting, topic, by=by)
    motion = voted(item, by=by)
    topic.refresh_from_db()
    return resolve_topic(
        topic,
        decision=decision,
        text="划线分区，访客限时。",
        actions=[task(owner or by)],
        item=item,
        motion=motion,
        by=by,
    )
