"""Hardship files for tests."""

import datetime

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from hardship.enums import FileExit, FileState, Level, ReviewKind
from hardship.models import FileReader, FileStage, HardshipFile, Review
from households.tests.factories import HouseholdFactory

TODAY = timezone.localdate


class HardshipFileFactory(factory.django.DjangoModelFactory):
    """Found on a visit ten days ago, nothing decided yet."""

    class Meta:
        model = HardshipFile

    household = factory.SubFactory(HouseholdFactory)
    area = factory.LazyAttribute(lambda file: file.household.area)
    number = factory.Sequence(lambda n: f"〔2026〕帮字第{n + 1:04d}号")
    category = "ZZ"
    found_on = factory.LazyFunction(lambda: TODAY() - datetime.timedelta(days=10))
    situation = "丈夫失业，她在治病。"
    officer = factory.SubFactory(UserFactory)


def file_at(state, **facts):
    """A file in `state`, with what the state asks for."""
    day = TODAY()
    care = {
        "level": Level.SECOND, "approved_on": day - datetime.timedelta(days=5), "review_due_on": day + datetime.timedelta(days=80),
    }  # fmt: skip
    if state in (FileState.ACTIVE, FileState.EXITING, FileState.WATCHED):
        facts = care | {"approved_by": UserFactory()} | facts
    if state in (FileState.PROPOSED, FileState.EXITING):
        facts = {"proposed_by": UserFactory()} | facts
    if state == FileState.WATCHED:
        facts = {"watch_until": day + datetime.timedelta(days=180)} | facts
    if state == FileState.CLOSED:
        facts = {"closed_on": day, "exit_reason": FileExit.INCOME} | facts
    return HardshipFileFactory(state=state, **facts)


class FileStageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FileStage

    file = factory.SubFactory(HardshipFileFactory)
    state = factory.SelfAttribute("file.state")
    valid_from = factory.SelfAttribute("file.found_on")


class ReviewFactory(factory.django.DjangoModelFactory):
    """The second level, as the score sheet suggested."""

    class Meta:
        model = Review

    file = factory.SubFactory(HardshipFileFactory)
    kind = ReviewKind.REGULAR
    score = 45
    suggested = Level.SECOND
    level_before = Level.SECOND
    level = Level.SECOND
    reason = "和上次一样。"
    made_by = factory.SubFactory(UserFactory)


class FileReaderFactory(factory.django.DjangoModelFactory):
    """Somebody who may read a guarded file for a week."""

    class Meta:
        model = FileReader

    file = factory.SubFactory(HardshipFileFactory, guarded=True)
    user = factory.SubFactory(UserFactory)
    valid_to = factory.LazyFunction(lambda: TODAY() + datetime.timedelta(days=7))
    why = "陪同走访"
    given_by = factory.SubFactory(UserFactory)
