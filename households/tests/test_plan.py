"""When a family is to be visited: rules that fit, the shortest of them; must-visits after events."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fedhub.core.models import AuditEvent
from fedhub.reference.enums import VisitEvent
from fedhub.reference.models import VisitRule
from fedhub.reference.services import change_visit_rule, load_reference
from households.enums import TaskKind, TaskState
from households.models import Household, Resident, VisitTask
from households.plan import kinds_of, rhythm_of
from households.services.households import change_household, set_due
from households.services.life import close_household, move_in, record_birth, record_death
from households.services.plan import fulfil_tasks, plan_must_visit, plan_task, reopen_tasks
from households.services.residents import change_resident
from households.services.status import open_status
from households.tests.factories import (
    HouseholdFactory,
    MembershipFactory,
    ResidentFactory,
    VisitTaskFactory,
    campaign_at,
    task_at,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.mark.parametrize(
    ("facts", "every", "weight"),
    [
        ({}, 180, 0),
        ({"categories": ["DB"]}, 60, 20),
        ({"categories": ["DB", "GG"]}, 30, 50),
        ({"categories": ["没有"]}, 180, 0),
        ({"level": "yellow"}, 90, 20),
        ({"categories": ["LSFN"], "level": "red"}, 30, 55),
        ({"hukou_type": "3"}, 90, 10),
        ({"housing": "rented", "people": 3}, 180, 0),
        ({"categories": ["GG", "ZZ", "CJ", "DB"], "level": "red"}, 30, 100),
    ],
)
def test_the_shortest_interval_of_all_fitting_rules_counts_and_weights_add_up(facts, every, weight):
    rhythm = rhythm_of(facts.pop("categories", ()), **facts)

    assert (rhythm.every, rhythm.weight) == (every, weight)


def test_kinds_are_told_by_the_households_own_columns():
    assert kinds_of(hukou_type="3", housing="rented", people=1) == {"floating", "rented", "alone"}
    assert kinds_of(hukou_type="2", people=2) == {"away"}
    assert kinds_of() == set()


def test_a_changed_rule_counts_for_the_next_due_day(chair):
    load_reference()
    home = HouseholdFactory(last_visit_on=today())
    rule = VisitRule.objects.get(key="ordinary")
    rule.every_days = 120
    change_visit_rule(rule, ["every_days"], base_version=rule.version, by=chair)

    set_due(home, today())

    assert (home.next_due_on, home.visit_every) == (today() + 120 * DAY, 120)


def test_a_risk_colour_moves_the_due_day(chair):
    home = HouseholdFactory(last_visit_on=today())
    set_due(home, today())
    home.risk_level = "red"

    change_household(home, ["risk_level"], base_version=home.version, by=chair)

    home.refresh_from_db()
    assert (home.next_due_on, home.visit_weight, home.visit_grace) == (today() + 30 * DAY, 40, 5)


# --- events -------------------------------------------------------------------------------------------------------
def tasks_of(home):
    return [(task.why, (task.due_on - today()).days, task.state) for task in home.visit_tasks.order_by("pk")]


def test_events_plan_must_visits_once(chair, grid):
    member = MembershipFactory(household__area=grid)
    home, person = member.household, member.resident

    plan_must_visit(home, VisitEvent.DISCHARGE, on=today(), by=chair)
    plan_must_visit(home, VisitEvent.DISCHARGE, on=today(), by=chair)
    record_birth(Resident(name="王小宝", sex="1", birth=today().isoformat(), area=grid), home, relation="20", by=chair)
    person.marital = "40"
    change_resident(person, ["marital"], base_version=person.version, by=chair)
    record_death(person, on=today(), by=chair)

    assert tasks_of(home) == [
        ("必访：出院、治疗回来", 3, "open"), ("必访：新生儿出生", 10, "open"), ("必访：离婚", 3, "open"),
        ("必访：家里有人去世", 3, "open"),
    ]  # fmt: skip
    assert AuditEvent.objects.filter(action="households.visittask.plan").count() == 4


def test_moving_in_and_a_new_category_ask_for_a_first_visit_that_names_no_category(chair, grid):
    home = HouseholdFactory(area=grid)
    person = ResidentFactory(area=grid)

    move_in(person, home, relation="02", on=today(), by=chair)
    open_status(resident=person, category="ZZ", valid_from=today(), by=chair)

    assert tasks_of(home) == [("必访：新迁入", 10, "open"), ("新列入要多关心的家庭，首次走访", 3, "open")]
    assert all("重" not in task.why for task in home.visit_tasks.all())


def test_no_must_visit_for_what_was_visited_since_or_is_long_past(chair, grid):
    home = HouseholdFactory(area=grid, last_visit_on=today())

    assert plan_must_visit(home, VisitEvent.BIRTH, on=today() - DAY, by=chair) is None
    assert plan_must_visit(HouseholdFactory(area=grid), VisitEvent.BIRTH, on=today() - 300 * DAY, by=chair) is None


def test_a_rule_out_of_use_plans_nothing(chair, grid):
    load_reference()
    rule = VisitRule.objects.get(key="event-birth")
    rule.active = False
    change_visit_rule(rule, ["active"], base_version=rule.version, by=chair)

    assert plan_must_visit(HouseholdFactory(area=grid), VisitEvent.BIRTH, on=today(), by=chair) is None


def test_a_household_off_the_books_is_not_visited(chair, grid):
    home = HouseholdFactory(area=grid)
    task = plan_task(home, kind=TaskKind.OTHER, why="送春联", due_on=today(), by=chair)

    close_household(home, on=today(), why="拆迁", by=chair)

    task.refresh_from_db()
    assert (task.state, task.cancelled_why, task.cancelled_on) == (TaskState.CANCELLED, "已不在册", today())
    with pytest.raises(Exception, match="不在册"):
        plan_task(home, kind=TaskKind.OTHER, why="送春联", due_on=today(), by=chair)


# --- done and open again ------------------------------------------------------------------------------------------
def test_a_counting_visit_does_must_visits_and_what_was_chosen(worker):
    must = VisitTaskFactory()
    home = must.household
    later = VisitTaskFactory(household=home, since=today() + DAY, due_on=today() + 3 * DAY)
    gift, other = (
        VisitTaskFactory(household=home, kind=TaskKind.CAMPAIGN, rule_key="") for _ in range(2)
    )  # fmt: skip

    done = fulfil_tasks(home, day=today(), chosen=[gift, VisitTaskFactory()], by=worker)

    assert {task.pk for task in done} == {must.pk, gift.pk}
    assert {task.done_on for task in done} == {today()}
    assert set(VisitTask.objects.open().filter(household=home)) == {later, other}


def test_what_a_withdrawn_visit_had_done_is_open_again_unless_planned_anew(worker):
    done = task_at("done")
    twice = task_at("done")
    VisitTaskFactory(household=twice.household, rule_key=twice.rule_key)

    assert reopen_tasks(VisitTask.objects.filter(pk__in=[done.pk, twice.pk]), by=worker) == 1
    done.refresh_from_db()
    assert (done.state, done.done_on) == (TaskState.OPEN, None)


def test_what_nobody_can_do_any_more_is_cancelled_when_its_visit_counts_no_more(worker):
    gone, over = task_at("done"), task_at("done", kind="campaign", rule_key="", campaign=campaign_at("closed"))
    Household.objects.filter(pk=gone.household_id).update(state="closed", closed_on=today())

    assert reopen_tasks(VisitTask.objects.filter(pk__in=[gone.pk, over.pk]), by=worker) == 0
    assert list(VisitTask.objects.order_by("pk").values_list("state", "done_on", "cancelled_why")) == [
        (TaskState.CANCELLED, None, "走访不再计数，这户已不在册"), (TaskState.CANCELLED, None, "走访不再计数，活动已经结束"),
    ]  # fmt: skip
