"""Backbone women and what stands in their files, for tests."""

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.areas.tests.factories import grid
from groups.backbone_enums import (
    BackboneEnd,
    BackboneSource,
    Grade,
    HonourKind,
    HonourLevel,
    Skill,
    SuccessorState,
    TaskState,
)
from groups.models import Backbone, BackboneTask, Evaluation, Honour, LevelChange, Successor, Training
from groups.tests.factories import days_ago
from households.tests.factories import ResidentFactory

TODAY = timezone.localdate


class BackboneFactory(factory.django.DjangoModelFactory):
    """A retired judge's clerk who settles quarrels, in the first grid."""

    class Meta:
        model = Backbone

    number = factory.Sequence(lambda n: f"GG2000-{n + 1:03d}")
    resident = factory.SubFactory(
        ResidentFactory, name="王桂兰", sex="2", birth="1962-04-01", area=factory.LazyFunction(lambda: grid(1))
    )
    skills = factory.LazyFunction(lambda: [Skill.MEDIATION])
    source = BackboneSource.COMMITTEE
    valid_from = factory.LazyFunction(lambda: days_ago(100))
    keeper = factory.SubFactory(UserFactory)
    created_by = factory.SelfAttribute("keeper")


def ended(**facts):
    """One who is none any more."""
    return BackboneFactory(**{"valid_to": TODAY(), "end_why": BackboneEnd.WISH} | facts)


class LevelChangeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LevelChange

    backbone = factory.SubFactory(BackboneFactory)
    level = "community"
    since = factory.LazyFunction(lambda: days_ago(100))
    recorded_by = factory.SelfAttribute("backbone.keeper")


class TrainingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Training

    backbone = factory.SubFactory(BackboneFactory)
    on = factory.LazyFunction(lambda: days_ago(20))
    name = "家庭矛盾调解"
    hours = 6
    organiser = "区妇联"
    recorded_by = factory.SelfAttribute("backbone.keeper")


class HonourFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Honour

    backbone = factory.SubFactory(BackboneFactory)
    kind = HonourKind.RED_FLAG
    level = HonourLevel.DISTRICT
    year = factory.LazyFunction(lambda: TODAY().year)
    recorded_by = factory.SelfAttribute("backbone.keeper")


class EvaluationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Evaluation

    backbone = factory.SubFactory(BackboneFactory)
    year = factory.LazyFunction(lambda: TODAY().year)
    grade = Grade.EXCELLENT
    words = "有威信，肯跑腿"
    recorded_by = factory.SelfAttribute("backbone.keeper")


class BackboneTaskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BackboneTask

    backbone = factory.SubFactory(BackboneFactory)
    what = "约三号楼的姐妹来听讲座"
    given_by = factory.SelfAttribute("backbone.keeper")
    given_on = factory.LazyFunction(lambda: days_ago(5))
    due_on = factory.LazyFunction(TODAY)


def task_at(state, **facts):
    """A task in `state`."""
    if state == TaskState.DONE:
        facts = {"done_on": TODAY(), "result": "来了六个人"} | facts
    if state in (TaskState.SAID, TaskState.DECLINED):
        facts = {"said_on": TODAY(), "said": "来了六个人"} | facts
    return BackboneTaskFactory(state=state, **facts)


class SuccessorFactory(factory.django.DjangoModelFactory):
    """Somebody to follow as head of the first grid."""

    class Meta:
        model = Successor

    area = factory.LazyFunction(lambda: grid(1))
    kind = "grid_head"
    ref = factory.SelfAttribute("area.pk")
    post = "第一网格网格长"
    backbone = factory.SubFactory(BackboneFactory)
    why = "邻里都信她"
    proposed_by = factory.SelfAttribute("backbone.keeper")


def successor_at(state, **facts):
    """A nomination in `state`."""
    if state != SuccessorState.PROPOSED:
        facts = {"decided_on": TODAY(), "ended_why": "搬走了"} | facts
    return SuccessorFactory(state=state, **facts)
