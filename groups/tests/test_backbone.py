"""Backbone women: the register, levels, ending, and being one as a link with the federation."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.core.models import AuditEvent
from fedhub.core.versions import StaleVersion
from groups.backbone_enums import BackboneEnd, BackboneLevel, BackboneSource, Skill, SuccessorState, TaskState
from groups.backbone_queries import other_files, own_open_tasks, own_tasks
from groups.models import Backbone, BackboneTask
from groups.services.backbone import (
    TEAM,
    change_backbone,
    end_backbone,
    hand_over_backbone,
    register_backbone,
    set_level,
)
from groups.tasks import end_backbone_of_the_gone
from groups.tests.factories import days_ago
from groups.tests.factories_backbone import (
    BackboneFactory,
    BackboneTaskFactory,
    LevelChangeFactory,
    SuccessorFactory,
    ended,
)
from households.enums import ResidentState
from households.models import Link
from households.services.merge import merge_residents, undo_merge
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def woman(grid):
    return ResidentFactory(area=grid, name="王桂兰", sex="2", birth="1962-04-01")


def file_of(woman, keeper, **facts):
    """An unsaved file."""
    return Backbone(
        **{
            "resident": woman,
            "skills": [Skill.LAW, Skill.MEDIATION],
            "source": BackboneSource.HERSELF,
            "keeper": keeper,
            "valid_from": days_ago(10),
        }
        | facts
    )


def read(row):
    return type(row).objects.get(pk=row.pk)


def links(woman):
    rows = Link.objects.filter(resident=woman, name=TEAM).order_by("pk")
    return list(rows.values_list("kind", "valid_from", "valid_to", "end_reason"))


# --- registering --------------------------------------------------------------------------------------------------------
def test_registering_makes_a_number_a_level_a_link_and_the_tick_in_the_ledger(woman, chair):
    row = register_backbone(file_of(woman, chair, level=BackboneLevel.STREET), ground="街妇〔2026〕3号", by=chair)

    assert (row.number, row.created_by) == (f"GG{TODAY():%Y}-001", chair)
    assert [(one.level, one.since, one.ground, one.recorded_by) for one in row.levels.all()] == [
        (BackboneLevel.STREET, days_ago(10), "街妇〔2026〕3号", chair)
    ]
    assert links(woman) == [("group", days_ago(10), None, "")]
    woman = read(woman)
    assert (woman.is_backbone, woman.history.count()) == (True, 2)
    event = AuditEvent.objects.get(action="groups.backbone.register")
    assert (event.area_id, "王桂兰" in str(event.detail)) == (woman.area_id, False)


def test_she_is_one_only_once_at_a_time(woman, chair):
    register_backbone(file_of(woman, chair), by=chair)

    with pytest.raises(ValidationError, match="已经登记为妇女骨干"):
        register_backbone(file_of(woman, chair), by=chair)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO groups_backbone (number, resident_id, skills, can_do, source, recommended_by, level, valid_from, "
            "end_why, end_note, keeper_id, note, created_by_id, created_at, updated_at, version) SELECT 'GG-x', resident_id, "
            "skills, can_do, source, recommended_by, level, valid_from, end_why, end_note, keeper_id, note, created_by_id, "
            "created_at, updated_at, version FROM groups_backbone"
        )


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"skills": []}, "至少选一样专长"),
        ({"valid_from": TODAY() + datetime.timedelta(days=1)}, "不能晚于今天"),
    ],
)
def test_what_is_missing_is_said(woman, chair, facts, said):
    with pytest.raises(ValidationError, match=said):
        register_backbone(file_of(woman, chair, **facts), by=chair)

    assert (Backbone.objects.count(), links(woman)) == (0, [])


@pytest.mark.parametrize("facts", [{"sex": "1"}, {"birth": f"{TODAY().year - 12}"}, {"state": "moved"}])
def test_only_a_grown_woman_on_the_books_is_registered(grid, chair, facts):
    facts = facts | ({"left_on": TODAY(), "left_why": "迁出"} if "state" in facts else {})
    person = ResidentFactory(area=grid, **{"sex": "2", "birth": "1962-04-01"} | facts)

    with pytest.raises(ValidationError, match="只为在册的成年妇女登记"):
        register_backbone(file_of(person, chair), by=chair)


def test_another_time_begins_after_the_last(woman, chair):
    ended(resident=woman, valid_from=days_ago(90), valid_to=days_ago(5))

    with pytest.raises(ValidationError, match="这一次要晚于那天"):
        register_backbone(file_of(woman, chair, valid_from=days_ago(5)), by=chair)
    register_backbone(file_of(woman, chair, valid_from=days_ago(4)), by=chair)

    assert woman.backbone_terms.count() == 2


def test_whoever_changes_an_old_text_is_told(woman, chair):
    row = register_backbone(file_of(woman, chair), by=chair)
    mine, theirs = read(row), read(row)
    theirs.can_do = "会写诉状"
    change_backbone(theirs, ["can_do"], base_version=theirs.version, by=chair)
    mine.can_do = "有律师证"

    with pytest.raises(StaleVersion):
        change_backbone(mine, ["can_do"], base_version=mine.version, by=chair)

    assert (read(row).can_do, row.history.count()) == ("会写诉状", 2)


# --- level --------------------------------------------------------------------------------------------------------------
def test_a_new_level_is_a_new_row(woman, chair):
    row = register_backbone(file_of(woman, chair), by=chair)

    set_level(row, BackboneLevel.DISTRICT, since=TODAY(), ground="区妇联评选", by=chair)

    assert read(row).level == BackboneLevel.DISTRICT
    assert list(row.levels.order_by("since").values_list("level", "since")) == [
        ("community", days_ago(10)),
        ("district", TODAY()),
    ]


@pytest.mark.parametrize(
    ("level", "days", "said"),
    [("district", -1, "不能晚于今天"), ("district", 100, "这一次要晚于那天"), ("community", 0, "现在就是这个级别")],
)
def test_a_level_that_cannot_be_is_refused(chair, level, days, said):
    row = LevelChangeFactory().backbone

    with pytest.raises(ValidationError, match=said):
        set_level(row, level, since=days_ago(days), by=chair)

    assert (read(row).level, row.levels.count()) == ("community", 1)


# --- ending -------------------------------------------------------------------------------------------------------------
def test_the_end_takes_back_what_she_had_in_hand(woman, chair):
    row = register_backbone(file_of(woman, chair), by=chair)
    task, named = BackboneTaskFactory(backbone=row), SuccessorFactory(backbone=row)

    end_backbone(row, why=BackboneEnd.WISH, note="带孙子", by=chair)

    row = read(row)
    assert (row.valid_to, row.end_why, row.end_note) == (TODAY(), "wish", "带孙子")
    assert (read(task).state, read(named).state) == (TaskState.CANCELLED, SuccessorState.DROPPED)
    assert links(woman) == [("group", days_ago(10), TODAY(), "group")]
    assert read(woman).is_backbone is False
    with pytest.raises(ValidationError, match="已经不是骨干"):
        end_backbone(row, why=BackboneEnd.WISH, by=chair)


@pytest.mark.parametrize(
    ("facts", "said"),
    [({"why": ""}, "请选结束原因"), ({"why": "wish", "on": TODAY() + datetime.timedelta(days=1)}, "到|和今天之间")],
)
def test_an_end_without_reason_or_in_the_future_is_refused(chair, facts, said):
    row = BackboneFactory()

    with pytest.raises(ValidationError, match=said):
        end_backbone(row, by=chair, **facts)

    assert read(row).is_current


@pytest.mark.parametrize("state", [ResidentState.MOVED, ResidentState.DECEASED])
def test_who_moved_away_or_died_is_none_any_more(woman, chair, state):
    row = register_backbone(file_of(woman, chair), by=chair)
    type(woman).objects.filter(pk=woman.pk).update(state=state, left_on=TODAY())

    end_backbone_of_the_gone()
    end_backbone_of_the_gone()

    assert (read(row).valid_to, read(row).end_why) == (TODAY(), BackboneEnd.GONE)
    assert AuditEvent.objects.filter(action="groups.backbone.end").count() == 1


# --- merging, moving, leaving -------------------------------------------------------------------------------------------
def test_a_merge_takes_her_file_along_and_the_undo_brings_it_back(woman, grid, chair):
    other = ResidentFactory(area=grid, name="王桂兰", sex="2", birth="1962-04-01")
    row = register_backbone(file_of(other, chair), by=chair)

    merge = merge_residents(woman, read(other), reason="重复", by=chair)
    assert (read(row).resident, read(woman).is_backbone, links(woman)) == (
        woman,
        True,
        [("group", days_ago(10), None, "")],
    )

    undo_merge(merge, by=chair)
    assert (read(row).resident, read(woman).is_backbone, links(woman)) == (other, False, [])


def test_two_files_merged_are_both_kept_and_come_apart_again(woman, grid, chair):
    other = ResidentFactory(area=grid, name="王桂兰", sex="2", birth="1962-04-01")
    mine, theirs = (register_backbone(file_of(one, chair), by=chair) for one in (woman, other))

    merge = merge_residents(read(woman), read(other), reason="重复", by=chair)
    end_backbone_of_the_gone()
    assert (read(mine).resident, read(theirs).resident, read(theirs).is_current) == (woman, other, True)
    assert [row[2:] for row in links(woman)] == [(None, ""), (TODAY(), "merged")]

    assert list(Backbone.objects.once_each()) == [mine]
    assert other_files(read(mine), chair) == [theirs]
    task = BackboneTaskFactory(backbone=theirs)
    assert (own_tasks(woman), own_open_tasks(woman)) == ([task], 1)

    undo_merge(merge, by=chair)
    assert list(Backbone.objects.once_each().order_by("pk")) == [mine, theirs]
    assert (read(theirs).is_current, [row[2] for row in links(other)]) == (True, [None])


def test_her_file_follows_her_area(worker, woman, other_grid, chair):
    row = register_backbone(file_of(woman, chair), by=chair)
    assert list(Backbone.objects.visible_to(worker)) == [row]

    type(woman).objects.filter(pk=woman.pk).update(area=other_grid)

    assert list(Backbone.objects.visible_to(worker)) == []


def test_who_leaves_hands_over_women_and_tasks(woman, worker, chair):
    row = register_backbone(file_of(woman, worker), by=chair)
    task = BackboneTaskFactory(backbone=row, given_by=worker)
    done = BackboneTaskFactory(backbone=row, given_by=worker, state="cancelled")

    found = hand_over_backbone(
        Backbone.objects.all(), BackboneTask.objects.all(), person=chair, from_person=worker, reason="调离", by=chair
    )

    assert (found, read(row).keeper, read(task).given_by, read(done).given_by) == ((1, 1), chair, chair, worker)
    with pytest.raises(ValidationError, match="不用移交"):
        hand_over_backbone(
            Backbone.objects.all(),
            BackboneTask.objects.all(),
            person=chair,
            from_person=worker,
            reason="调离",
            by=chair,
        )


def test_nothing_is_handed_to_an_account_out_of_use(woman, worker, chair):
    row = register_backbone(file_of(woman, worker), by=chair)
    gone = UserFactory(is_active=False)

    with pytest.raises(ValidationError, match="已停用"):
        hand_over_backbone(
            Backbone.objects.all(),
            BackboneTask.objects.all(),
            person=gone,
            from_person=worker,
            reason="调离",
            by=chair,
        )

    assert read(row).keeper == worker


# --- constraints --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        "level = 'x'",
        "source = 'x'",
        "end_why = 'wish'",
        "valid_to = '2000-01-01', end_why = 'wish'",
        "valid_to = valid_from",
    ],
)
def test_the_database_refuses_what_cannot_be(change):
    BackboneFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE groups_backbone SET {change}")
