"""Tasks of backbone women on the desk of whoever gave them."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from desk.backbone import backbone_todos
from desk.queries import more_todos, todos
from groups.backbone_enums import TaskState
from groups.tests.factories_backbone import BackboneTaskFactory, task_at

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def test_what_she_gave_comes_when_it_is_due_or_an_answer_waits(worker, chair):
    later = TODAY() + datetime.timedelta(days=30)
    BackboneTaskFactory(given_by=worker, what="约人来听讲座")
    task_at(TaskState.SAID, given_by=worker, due_on=later)
    task_at(TaskState.DECLINED, given_by=worker, due_on=later)
    BackboneTaskFactory(given_by=worker, due_on=later)
    task_at(TaskState.DONE, given_by=worker)
    BackboneTaskFactory(given_by=chair)

    ((kind, rows, count),) = backbone_todos(worker, TODAY())

    assert (kind, count) == ("backbone", 3)
    assert [(row.due, row.action, row.when) for row in rows] == [
        ("今天到期", "登记办好", "today"),
        ("等您确认", "确认", "today"),
        ("她不接", "另想办法", "today"),
    ]
    assert rows[0].title == "约人来听讲座"


def test_five_stand_on_the_card_and_the_rest_is_said(worker):
    for _ in range(7):
        BackboneTaskFactory(given_by=worker)

    rows, counts = todos(worker)

    assert (sum(row.kind == "backbone" for row in rows), counts["backbone"]) == (5, 7)
    assert ("骨干任务还有 2 件", "/groups/backbone/?state=tasks") in more_todos(rows, counts, worker)


def test_the_card_may_be_narrowed_to_them(client, worker):
    BackboneTaskFactory(given_by=worker, what="约人来听讲座")

    page = client.get(reverse("desk:home"), {"kind": "backbone"})

    assert [(one["label"], one["count"]) for one in page.context["segments"] if one["current"]] == [("骨干任务", 1)]
    assert [row.title for _, _, rows in page.context["groups"] for row in rows] == ["约人来听讲座"]


def test_whoever_gives_no_tasks_is_asked_nothing(community):
    assert list(backbone_todos(user_with(Role.STREET, community, username="street"), TODAY())) == []
