"""Events, sign-ups and what hangs on them, for tests. All of them stand at days around today, whatever the hour."""

import datetime
import uuid

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from employment.enums import JobKind
from employment.event_enums import CheckedBy, EventKind, EventState, SignupSource, SignupState
from employment.models import (
    Attendance,
    CourseCertificate,
    Event,
    Intention,
    Session,
    Signup,
    Stall,
    StallPost,
)
from employment.tests.factories import EmployerFactory, PostFactory
from fedhub.areas.tests.factories import community
from households.tests.factories import ResidentFactory


def day(number):
    """The day that lies `number` days from today."""
    return timezone.localdate() + datetime.timedelta(days=number)


class EventFactory(factory.django.DjangoModelFactory):
    """月嫂培训班, thirty seats, published, next week on two mornings; sign-up until the day before."""

    class Meta:
        model = Event

    area = factory.LazyFunction(community)
    kind = EventKind.COURSE
    title = "月嫂培训班"
    class_no = "第 1 期"
    about = "学护理新生儿。"
    place = "社区三楼教室"
    organiser = "区妇联、康乐养老中心"
    skill = JobKind.NANNY
    capacity = 30
    signup_from = factory.LazyFunction(lambda: day(-10))
    signup_until = factory.LazyAttribute(lambda o: max(o.signup_from, (o.first_on or day(7)) - datetime.timedelta(1)))
    certificate_title = "母婴护理培训合格证"
    state = EventState.OPEN
    first_on = factory.LazyFunction(lambda: day(7))
    last_on = factory.SelfAttribute("first_on")
    keeper = factory.SubFactory(UserFactory)


class SessionFactory(factory.django.DjangoModelFactory):
    """Three hours of an afternoon."""

    class Meta:
        model = Session

    event = factory.SubFactory(EventFactory)
    on = factory.SelfAttribute("event.first_on")
    starts = datetime.time(13, 30)
    ends = datetime.time(16, 30)
    topic = "理论"


def event_on(*numbers, **facts):
    """An event with a session on each of the days that lie `numbers` days from today."""
    event = EventFactory(first_on=day(min(numbers)), last_on=day(max(numbers)), **facts)
    for number in numbers:
        SessionFactory(event=event, on=day(number))
    return event


def event_at(state, **facts):
    """An event in `state`."""
    if state == EventState.ENDED:
        facts = {"ended_on": day(0)} | facts
    if state == EventState.CANCELLED:
        facts = {"cancelled_why": "老师病了"} | facts
    return EventFactory(state=state, **facts)


class SignupFactory(factory.django.DjangoModelFactory):
    """With a seat. Whoever makes one by itself keeps `taken` of the event in mind."""

    class Meta:
        model = Signup

    event = factory.SubFactory(EventFactory)
    resident = factory.SubFactory(ResidentFactory, birth="1985-01-01")
    state = SignupState.IN
    source = SignupSource.SELF


def signup_at(state, **facts):
    """A sign-up in `state`, counted among the seats when it holds one."""
    if state == SignupState.OFFERED:
        now = timezone.now()
        facts = {"offered_at": now, "offer_until": now + datetime.timedelta(hours=24)} | facts
    one = SignupFactory(state=state, **facts)
    if one.holds_seat:
        Event.objects.filter(pk=one.event_id).update(taken=Event.objects.get(pk=one.event_id).taken + 1)
    return one


class WalkInFactory(SignupFactory):
    """Somebody from the street."""

    resident = None
    source = SignupSource.DOOR
    walk_name = "李阿姨"
    walk_phone = "13800138000"
    walk_key = factory.LazyFunction(uuid.uuid4)


class AttendanceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attendance

    signup = factory.SubFactory(SignupFactory)
    session = factory.SubFactory(SessionFactory, event=factory.SelfAttribute("..signup.event"))
    how = CheckedBy.TICK


class StallFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Stall

    event = factory.SubFactory(EventFactory, kind=EventKind.FAIR, title="春风行动招聘会")
    employer = factory.SubFactory(EmployerFactory)
    booth = "A1"


class StallPostFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StallPost

    stall = factory.SubFactory(StallFactory)
    post = factory.SubFactory(PostFactory, employer=factory.SelfAttribute("..stall.employer"))


class IntentionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Intention

    stall_post = factory.SubFactory(StallPostFactory)
    signup = factory.SubFactory(SignupFactory, event=factory.SelfAttribute("..stall_post.stall.event"))
    kind = "intent"
    recorded_by = factory.SubFactory(UserFactory)


class CourseCertificateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CourseCertificate

    number = factory.Sequence(lambda n: f"PX2020-{n + 1:04d}")
    signup = factory.SubFactory(SignupFactory)
    holder = factory.SelfAttribute("signup.resident.name")
    title = "母婴护理培训合格证"
    level = "special"
    course = "月嫂培训班（第 1 期）"
    since = factory.LazyFunction(lambda: day(-9))
    until = factory.LazyFunction(lambda: day(-2))
    lessons = 8
    percent = 100
    issuer = "清河社区妇联"
    issued_by = factory.SubFactory(UserFactory)
