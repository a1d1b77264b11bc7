"""A backbone woman's own page: what she is registered with, what she was asked to do, and nothing that is kept about her."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fedhub.core.models import AuditEvent
from groups.backbone_enums import TaskState
from groups.tests.factories import GroupFactory, MemberFactory, days_ago
from groups.tests.factories_backbone import (
    BackboneFactory,
    BackboneTaskFactory,
    EvaluationFactory,
    HonourFactory,
    SuccessorFactory,
    TrainingFactory,
    ended,
    task_at,
)
from households.tests.factories import ResidentFactory
from portal.copy import copy_of
from portal.services.entry import issue_code

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def url(name, *args):
    return reverse(f"groups_resident:{name}", args=args)


@pytest.fixture
def woman(grid):
    return ResidentFactory(area=grid, name="王桂兰", birth="1962-04-01")


@pytest.fixture
def row(woman):
    return BackboneFactory(resident=woman, skills=["law"], note="嘴硬心软", level="district")


@pytest.fixture
def phone(woman, chair):
    client = Client()
    client.post("/r/enter/", {"code": issue_code(woman, by=chair), "nonce": "x"})
    return client


def text(client, address):
    return client.get(address).content.decode()


def read(one):
    return type(one).objects.get(pk=one.pk)


def test_she_sees_what_she_is_registered_with_and_nothing_of_how_she_is_seen(phone, row):
    TrainingFactory(backbone=row, name="反家暴法")
    TrainingFactory(backbone=row, name="作废的", void_on=TODAY(), void_why="记错人了")
    HonourFactory(backbone=row, paper="区妇〔2025〕8号")
    BackboneTaskFactory(backbone=row, what="约人来听讲座")
    EvaluationFactory(backbone=row, words="有威信，肯跑腿", grade="basic")
    SuccessorFactory(backbone=row, why="邻里都信她")

    shown = text(phone, url("backbone"))

    there = ("区级骨干", "法律", "反家暴法", "区级三八红旗手", "区妇〔2025〕8号", "约人来听讲座", row.number)
    not_there = ("作废的", "有威信", "基本称职", "邻里都信她", "网格长", "后备", "嘴硬心软", "评价")
    assert [words in shown for words in there] == [True] * len(there)
    assert [words in shown for words in not_there] == [False] * len(not_there)


def test_her_other_page_leads_there_only_when_she_is_one(phone, woman):
    GroupFactory()
    assert url("backbone") not in text(phone, url("mine"))
    assert phone.get(url("backbone")).status_code == 404

    BackboneFactory(resident=woman)

    assert url("backbone") in text(phone, url("mine"))


def test_what_waits_for_her_is_counted_on_her_home(phone, row):
    GroupFactory()
    BackboneTaskFactory(backbone=row)
    task_at(TaskState.DONE, backbone=row)

    assert "1 件要办" in text(phone, reverse("resident:mine"))


def test_she_says_that_it_is_done_once(phone, row):
    task = BackboneTaskFactory(backbone=row)

    for _ in range(2):
        answer = phone.post(url("task_done", task.pk), {"said": "来了六个人"})

    task = read(task)
    assert (answer.headers["Location"], task.state, task.said, task.said_on) == (
        url("backbone"), TaskState.SAID, "来了六个人", TODAY(),
    )  # fmt: skip
    assert AuditEvent.objects.filter(action="groups.backbonetask.say").count() == 1


def test_she_declines_with_a_word(phone, row):
    task = BackboneTaskFactory(backbone=row)

    phone.post(url("task_decline", task.pk), {"said": " "})
    assert ("请写一句为什么" in text(phone, url("backbone")), read(task).state) == (True, TaskState.OPEN)

    phone.post(url("task_decline", task.pk), {"said": "要带孙子"})
    assert (read(task).state, read(task).said) == (TaskState.DECLINED, "要带孙子")


@pytest.mark.parametrize("state", [TaskState.DONE, TaskState.CANCELLED])
def test_what_is_settled_stays_as_it_is(phone, row, state):
    task = task_at(state, backbone=row)

    phone.post(url("task_done", task.pk), {"said": "x"})

    assert (read(task).state, "说已办好" in text(phone, url("backbone"))) == (state, True)


def test_a_neighbours_task_is_not_hers_and_nobody_gets_nothing(phone, row):
    task = BackboneTaskFactory(backbone__resident__name="李红梅")

    for name in ("task_done", "task_decline"):
        assert phone.post(url(name, task.pk), {"said": "x"}).status_code == 404
        assert Client().post(url(name, task.pk), {"said": "x"}).status_code in (302, 404)
    assert read(task).state == TaskState.OPEN
    assert row.number not in text(Client(), url("backbone"))


def test_the_file_of_today_comes_before_an_ended_one(phone, woman):
    ended(resident=woman, number="GG-alt", valid_from=days_ago(900), valid_to=days_ago(800))
    assert "GG-alt" in text(phone, url("backbone"))

    row = BackboneFactory(resident=woman)

    shown = text(phone, url("backbone"))
    assert (row.number in shown, "GG-alt" in shown) == (True, False)


def test_her_copy_holds_what_she_reads_herself(woman, row, chair):
    TrainingFactory(backbone=row, name="反家暴法")
    HonourFactory(backbone=row, year=2025, paper="区妇〔2025〕8号")
    BackboneTaskFactory(backbone=row, what="约人来听讲座", given_on=days_ago(5))
    EvaluationFactory(backbone=row, words="有威信")
    MemberFactory(resident=woman, group__name="清和合唱队", valid_from=days_ago(9))

    tables = {title: rows for title, _, rows in copy_of(woman, chair).tables}

    assert tables["队伍"] == [["清和合唱队", "队员", days_ago(9), "现在"]]
    assert tables["妇女骨干"] == [[row.number, "法律", "区级", row.valid_from, "现在"]]
    assert tables["骨干培训"] == [[days_ago(20), "反家暴法", 6]]
    assert tables["请您办的事"] == [[days_ago(5), "约人来听讲座", "在办", ""]]
    assert tables["荣誉"] == [[2025, "区级三八红旗手", "区妇〔2025〕8号"]]
    assert "有威信" not in str(tables)


def test_a_copy_made_by_whoever_does_not_see_her_holds_nothing_of_it(woman, row, stranger):
    tables = {title: rows for title, _, rows in copy_of(woman, stranger).tables}

    assert tables["妇女骨干"] == []
