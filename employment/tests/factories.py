"""Job seekers, employers and posts for tests."""

import datetime

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from employment.after import FollowUpState, StillWorks
from employment.business import BusinessKind, Guarantee, StartupEnd, StartupState
from employment.enums import (
    ApplicationState,
    CheckPaper,
    ComplaintKind,
    EmployerState,
    JobKind,
    PostState,
    SeekerEnd,
    SeekerState,
    SkillLevel,
)
from employment.models import (
    Application,
    CirclePerson,
    Complaint,
    Difficulty,
    Employer,
    FollowUp,
    Post,
    Seeker,
    Skill,
    Startup,
    StartupLoan,
)
from employment.models.post import MONTH_HOURS
from fedhub.areas.tests.factories import community
from households.tests.factories import ConsentFactory, ResidentFactory

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


class EmployerFactory(factory.django.DjangoModelFactory):
    """春风超市, whose licence was seen."""

    class Meta:
        model = Employer
        django_get_or_create = ("area", "code")

    area = factory.LazyFunction(community)
    name = "春风超市"
    code = "91350100M000100Y43"
    business = "日用百货零售"
    address = "春江路 8 号"
    contact = "周老板"
    phone = "13800138000"
    state = EmployerState.CHECKED
    checked_on = factory.LazyFunction(TODAY)
    checked_by = factory.SubFactory(UserFactory)
    checked_paper = CheckPaper.LICENCE


class PostFactory(factory.django.DjangoModelFactory):
    """Two cashiers in the mornings, published today for a month."""

    class Meta:
        model = Post

    employer = factory.SubFactory(EmployerFactory)
    area = factory.SelfAttribute("employer.area")
    title = "收银员（上午班）"
    kind = JobKind.SHOP
    total = 2
    left = factory.SelfAttribute("total")
    duties = "收银、理货。"
    conditions = "会用收银机，男女不限。"
    place = "春江路 8 号"
    shift_from = datetime.time(9, 0)
    shift_to = datetime.time(13, 0)
    pay_from = 2600
    pay_unit = "month"
    pay_month = factory.LazyAttribute(lambda o: {"month": 1, "hour": MONTH_HOURS}.get(o.pay_unit, 0) * o.pay_from)
    pay_day = "每月 15 日"
    insurance = "五险"
    state = PostState.OPEN
    published_on = factory.LazyFunction(TODAY)
    valid_until = factory.LazyFunction(lambda: TODAY() + datetime.timedelta(days=30))
    keeper = factory.SubFactory(UserFactory)


class ComplaintFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Complaint

    employer = factory.SubFactory(EmployerFactory)
    kind = ComplaintKind.OTHER
    text = "说好的时间不一样。"
    recorded_by = factory.SubFactory(UserFactory)


def employer_at(state, **facts):
    """An employer in `state`."""
    if state == EmployerState.SUSPENDED:
        facts = {"suspended_on": TODAY(), "suspended_why": "投诉"} | facts
    return EmployerFactory(state=state, **facts)


class ApplicationFactory(factory.django.DjangoModelFactory):
    """Recommended today, with her consent to tell this employer."""

    class Meta:
        model = Application

    seeker = factory.SubFactory(SeekerFactory)
    post = factory.SubFactory(PostFactory)
    recommended_by = factory.SubFactory(UserFactory)
    consent = factory.LazyAttribute(
        lambda a: ConsentFactory(
            resident=a.seeker.resident, purpose="share", recipient="春风超市", taken_by=a.recommended_by
        )
    )


def application_at(state, **facts):
    """An application in `state`."""
    if state == ApplicationState.HIRED:
        facts = {"hired_on": TODAY()} | facts
    if state == ApplicationState.REFUSED:
        facts = {"refused_why": "filled"} | facts
    return ApplicationFactory(state=state, **facts)


class StartupFactory(factory.django.DjangoModelFactory):
    """A breakfast shop of hers, for three months."""

    class Meta:
        model = Startup

    seeker = factory.SubFactory(SeekerFactory, state=SeekerState.EMPLOYED)
    kind = BusinessKind.SOLE
    trade = "早餐店"
    started_on = factory.LazyFunction(lambda: TODAY() - datetime.timedelta(90))
    recorded_by = factory.SubFactory(UserFactory)


def startup_at(state, **facts):
    """A start-up in `state`."""
    if state == StartupState.ENDED:
        facts = {"ended_on": TODAY(), "end_why": StartupEnd.LOSS} | facts
    return StartupFactory(state=state, **facts)


class LoanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StartupLoan

    startup = factory.SubFactory(StartupFactory)
    amount = 200_000
    bank = "杭州联合银行"
    guarantee = Guarantee.FUND
    guarantor = "市担保公司"
    lent_on = factory.LazyFunction(lambda: TODAY() - datetime.timedelta(60))
    months = 36
    recorded_by = factory.SubFactory(UserFactory)


class FollowUpFactory(factory.django.DjangoModelFactory):
    """One month after she began two months ago; due. With `startup` it asks after that."""

    class Meta:
        model = FollowUp

    startup = None
    seeker = factory.LazyAttribute(lambda o: (o.startup or o.application).seeker)
    application = factory.LazyAttribute(
        lambda o: (
            None
            if o.startup
            else application_at(
                ApplicationState.HIRED,
                seeker=seeker_at(SeekerState.EMPLOYED),
                recommended_on=TODAY() - datetime.timedelta(90),
            )
        )
    )
    month = 1
    due_on = factory.LazyFunction(lambda: TODAY() - datetime.timedelta(days=3))


def follow_up_in(grid, *, lead=None, **facts):
    """A FollowUp that is due, of somebody who lives in `grid`."""
    seeker = seeker_at(SeekerState.EMPLOYED, resident__area=grid, **({"lead": lead} if lead else {}))
    hired = application_at(
        ApplicationState.HIRED, seeker=seeker, recommended_on=TODAY() - datetime.timedelta(days=400)
    )
    return FollowUpFactory(application=hired, **facts)


def follow_up_at(state, **facts):
    """A follow-up in `state`."""
    if state == FollowUpState.DONE:
        facts = {"done_on": TODAY(), "done_by": UserFactory(), "works": StillWorks.SAME} | facts
    return FollowUpFactory(state=state, **facts)
