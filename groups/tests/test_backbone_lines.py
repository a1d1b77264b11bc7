"""What stands in a backbone woman's file, and that it keeps her in reach."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from groups.backbone_enums import TaskState
from groups.backbone_queries import own_tasks
from groups.models import BackboneTask, Evaluation, Honour, Training
from groups.services.backbone import TEAM
from groups.services.backbone_lines import (
    add_line,
    cancel_task,
    decline_task,
    finish_task,
    give_task,
    strike_line,
)
from groups.tests.factories import days_ago
from groups.tests.factories_backbone import (
    BackboneFactory,
    BackboneTaskFactory,
    EvaluationFactory,
    HonourFactory,
    TrainingFactory,
    ended,
    task_at,
)
from households.models import Link
from households.services.link import keep_group_links, note_contact

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def row(chair):
    """A backbone woman with her link."""
    row = BackboneFactory(keeper=chair)
    keep_group_links([row.resident], name=TEAM, since=row.valid_from, by=chair)
    return row


def contact(row):
    """(day, how) of her link as a backbone woman, and the day of her record."""
    link = Link.objects.get(resident=row.resident, name=TEAM)
    row.resident.refresh_from_db()
    return link.noted_on, link.noted_how, row.resident.contacted_on


def read(one):
    return type(one).objects.get(pk=one.pk)


def training(row, on, **facts):
    return Training(**{"backbone": row, "on": on, "name": "家庭矛盾调解", "hours": 6} | facts)


# --- contact ------------------------------------------------------------------------------------------------------------
def test_who_was_at_a_training_was_spoken_to(row, chair):
    add_line(training(row, days_ago(20)), by=chair)

    assert contact(row) == (days_ago(20), "activity", days_ago(20))


def test_a_training_before_she_was_one_is_kept_and_is_no_contact(row, chair):
    add_line(training(row, days_ago(200)), by=chair)

    assert (row.trainings.count(), contact(row)[:2]) == (1, (None, ""))


def test_a_training_struck_is_no_contact_and_the_one_before_is_again(row, chair):
    add_line(training(row, days_ago(40)), by=chair)
    wrong = add_line(training(row, days_ago(20)), by=chair)

    strike_line(wrong, why="记错人了", by=chair)
    assert contact(row) == (days_ago(40), "activity", days_ago(40))

    strike_line(read(row.trainings.get(on=days_ago(40))), why="记错人了", by=chair)
    assert contact(row)[:2] == (None, "")


def test_a_training_struck_leaves_what_was_noted_by_hand(row, chair):
    line = add_line(training(row, days_ago(20)), by=chair)
    link = Link.objects.get(resident=row.resident)
    note_contact(link, on=days_ago(3), how="phone", base_version=link.version, by=chair)

    strike_line(line, why="记错人了", by=chair)

    assert contact(row) == (days_ago(3), "phone", days_ago(3))


def test_a_task_done_was_a_contact(row, chair):
    task = BackboneTaskFactory(backbone=row)

    finish_task(task, on=days_ago(1), result="来了六个人", by=chair)

    assert contact(row) == (days_ago(1), "activity", days_ago(1))
    assert (read(task).state, read(task).done_on, read(task).result) == (TaskState.DONE, days_ago(1), "来了六个人")


# --- lines --------------------------------------------------------------------------------------------------------------
def test_lines_are_struck_with_a_reason_once(row, chair):
    for line in (TrainingFactory(backbone=row), HonourFactory(backbone=row), EvaluationFactory(backbone=row)):
        with pytest.raises(ValidationError, match="请写为什么作废"):
            strike_line(line, why=" ", by=chair)
        strike_line(line, why="重复登记", by=chair)
        with pytest.raises(ValidationError, match="已经作废"):
            strike_line(read(line), why="重复登记", by=chair)

        assert (read(line).void_on, read(line).void_why) == (TODAY(), "重复登记")


def test_a_year_is_evaluated_once_until_it_is_struck(row, chair):
    def evaluate(grade):
        return add_line(Evaluation(backbone=row, year=TODAY().year, grade=grade, words="好"), by=chair)

    first = evaluate("good")
    with pytest.raises(ValidationError, match="这一年已经评过"):
        evaluate("excellent")
    strike_line(first, why="评错了", by=chair)
    evaluate("excellent")

    assert list(row.evaluations.standing().values_list("grade", flat=True)) == ["excellent"]


def test_what_cannot_be_is_refused(row, chair):
    tomorrow = TODAY() + datetime.timedelta(days=1)
    year = {"backbone": row, "year": TODAY().year + 1}
    for line, said in (
        (training(row, tomorrow), "不能晚于今天"),
        (training(row, TODAY(), hours=0), "1"),
        (Honour(kind="red_flag", level="city", **year), "不能晚于今年"),
        (Evaluation(grade="good", words="好", **year), "不能晚于今年"),
        (training(ended(resident__name="李红梅"), TODAY()), "已经不是骨干"),
    ):
        with pytest.raises(ValidationError, match=said):
            add_line(line, by=chair)

    assert (Training.objects.count(), Honour.objects.count(), Evaluation.objects.count()) == (0, 0, 0)


def test_an_honour_without_a_full_name_is_called_by_level_and_kind():
    assert (HonourFactory(title="").words, Honour(title="全国三八红旗手标兵").words) == (
        "区级三八红旗手",
        "全国三八红旗手标兵",
    )


# --- tasks --------------------------------------------------------------------------------------------------------------
def test_a_task_is_due_on_a_day_to_come(row, chair):
    with pytest.raises(ValidationError, match="不能早于今天"):
        give_task(BackboneTask(backbone=row, what="约人", due_on=days_ago(1)), by=chair)

    task = give_task(BackboneTask(backbone=row, what="约人", due_on=TODAY()), by=chair)

    assert (task.given_by, task.given_on, task.state) == (chair, TODAY(), TaskState.OPEN)


@pytest.mark.parametrize(("days", "said"), [(-1, "到今天之间"), (6, "到今天之间")])
def test_it_is_done_between_the_day_it_was_given_and_today(chair, days, said):
    task = BackboneTaskFactory()

    with pytest.raises(ValidationError, match=said):
        finish_task(task, on=days_ago(days), result="好", by=chair)


def test_words_are_asked_for(chair):
    task = BackboneTaskFactory()
    for act in (
        lambda: finish_task(task, on=TODAY(), result=" ", by=chair),
        lambda: cancel_task(task, why=" ", by=chair),
        lambda: decline_task(task, said=" "),
    ):
        with pytest.raises(ValidationError, match="请写"):
            act()

    assert read(task).state == TaskState.OPEN


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("backbonetask", "state = 'x'"),
        ("backbonetask", "state = 'done'"),
        ("backbonetask", "state = 'said'"),
        ("backbonetask", "due_on = '2000-01-01'"),
        ("backbonetask", "done_on = due_on"),
        ("training", "void_on = '2026-01-01'"),
        ("training", "void_why = 'x'"),
        ("honour", "kind = 'x'"),
        ("honour", "level = 'x'"),
        ("evaluation", "grade = 'x'"),
        ("levelchange", "level = 'x'"),
    ],
)
def test_the_database_refuses_what_cannot_be(table, change, chair):
    row = BackboneFactory()
    for factory in (BackboneTaskFactory, TrainingFactory, HonourFactory, EvaluationFactory):
        factory(backbone=row)
    row.levels.create(level="community", since=row.valid_from, recorded_by=chair)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE groups_{table} SET {change}")


def test_what_is_open_stands_first_however_much_was_done_since():
    woman = BackboneFactory()
    old = BackboneTaskFactory(backbone=woman, given_on=days_ago(90))
    for _ in range(21):
        task_at("done", backbone=woman)

    found = own_tasks(woman.resident)

    assert (found[0], len(found)) == (old, 20)
