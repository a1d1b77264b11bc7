"""走访任务: planned by hand, listed, given to somebody, cancelled, many at once, taken back."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.services import disable_staff
from accounts.tests.factories import user_with
from fedhub.areas.tests.factories import grid as grid_at
from fedhub.core.models import AuditEvent
from fedhub.core.testing.queries import queries_beyond
from households.models import Household, TaskBatch, VisitTask
from households.services.plan import fulfil_tasks, plan_by_hand, restore_task
from households.services.taskbatches import assign_tasks, cancel_tasks, undo_batch
from households.tests.factories import HouseholdFactory, VisitTaskFactory, campaign_at, task_at

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SHELL = "/safety/help/"
LIST = reverse("households:task_list")
ASSIGN, CANCEL = reverse("households:tasks_assign"), reverse("households:tasks_cancel")
BATCHES = reverse("households:taskbatch_list")


def today():
    return timezone.localdate()


def fresh(task):
    return VisitTask.objects.get(pk=task.pk)


def listed(page):
    return [task.pk for task in page.context["page"].rows]


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def boss(as_user, chair):
    """A client signed in as the chair."""
    return as_user(chair)


# --- planned by hand ----------------------------------------------------------------------------------------------
def test_a_worker_plans_a_must_visit_on_the_page_of_the_household(client, worker, committee, grid):
    home = HouseholdFactory(area=grid)
    url = reverse("households:task_create", args=[home.pk])

    answer = client.post(
        url, {"event": "job_loss", "on": today() - DAY, "assigned_to": committee.pk, "note": "白天在家"}
    )

    task = VisitTask.objects.get()
    assert answer.url == f"{home.get_absolute_url()}?tab=tasks"
    assert (task.kind, task.why, task.due_on, task.assigned_to, task.note, task.planned_by) == (
        "must", "必访：失业", today() + 6 * DAY, committee, "白天在家", worker,
    )  # fmt: skip
    page = client.get(answer.url).content.decode()
    assert ("必访：失业" in page, "白天在家" in page, "普通家庭半年走访一次" in page) == (True, True, True)


def test_another_reason_is_written_with_its_day(client, worker, grid):
    url = reverse("households:task_create", args=[HouseholdFactory(area=grid).pk])

    refused = client.post(url, {"event": "other", "on": today()})
    assert set(refused.context["form"].errors) == {"due_on"}
    refused = client.post(url, {"event": "other", "on": today(), "due_on": today() + 3 * DAY})
    assert refused.context["form"].errors["why"] == ["请写事由。"]
    client.post(url, {"event": "other", "why": "送春联", "on": today(), "due_on": today() + 3 * DAY})

    task = VisitTask.objects.get()
    assert (task.kind, task.why, task.rule_key, task.latest_on) == ("other", "送春联", "", today() + 3 * DAY)


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"event": "birth", "on": today() + 2 * DAY}, "on", "不能晚于今天"),
        ({"event": "birth", "on": today(), "due_on": today() - DAY}, "due_on", "不能早于发生"),
        ({"event": "birth", "on": today(), "why": "x"}, "why", "不用写事由"),
        ({"event": "moon", "on": today()}, "event", "请从列表里选"),
        ({"event": "birth", "on": "昨天"}, "on", "没有这一天"),
    ],
)
def test_what_cannot_be_planned_is_refused_at_its_field(client, worker, grid, data, field, words):
    page = client.post(reverse("households:task_create", args=[HouseholdFactory(area=grid).pk]), data)

    assert words in "".join(page.context["form"].errors[field])
    assert not VisitTask.objects.exists()


def test_no_second_must_visit_for_one_event_and_none_after_a_visit(worker, grid):
    home = HouseholdFactory(area=grid)
    plan_by_hand(home, event="birth", on=today(), by=worker)

    with pytest.raises(ValidationError, match="已经安排了"):
        plan_by_hand(home, event="birth", on=today(), by=worker)
    home.last_visit_on = today()
    with pytest.raises(ValidationError, match="已经走访见到人"):
        plan_by_hand(home, event="death", on=today() - DAY, by=worker)


def test_only_those_who_can_go_there_are_offered(client, worker, grid, other_grid):
    away = user_with(Role.GRID_WORKER, other_grid, name="外网格")
    url = reverse("households:task_create", args=[HouseholdFactory(area=grid).pk])

    page = client.post(url, {"event": "birth", "on": today(), "assigned_to": away.pk})

    assert "assigned_to" in page.context["form"].errors


# --- the list -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(client, chair, grid, rows):
    for _ in range(rows):
        VisitTaskFactory(household__area=grid, assigned_to=chair)

    page, queries = queries_beyond(client, reverse("households:task_list"), SHELL)

    assert (len(listed(page)), queries) == (rows, 5)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_bulk_acts_asks_as_much_for_three_as_for_one(client, chair, grid, rows):
    for _ in range(rows):
        assign_tasks(VisitTask.objects.filter(pk=VisitTaskFactory(household__area=grid).pk), person=chair, by=chair)

    page, queries = queries_beyond(client, reverse("households:taskbatch_list"), SHELL)

    assert (len(page.context["page"].rows), queries) == (rows, 2)


def test_the_list_is_filtered_in_its_address(client, worker, grid, other_grid):
    mine = VisitTaskFactory(household__area=grid, assigned_to=worker)
    late = VisitTaskFactory(household__area=grid, since=today() - 9 * DAY, due_on=today() - DAY)
    done = task_at("done", household__area=grid, kind="other")
    other = VisitTaskFactory(household__area=other_grid)

    found = {query: listed(client.get(f"{LIST}?{query}")) for query in (
        "", "state=late", "state=done", "state=all", "person=me", "person=none", "kind=other&state=all",
        f"q={late.household.number}", f"area={grid.code}", "sort=new",
    )}  # fmt: skip

    assert found == {
        "": [late.pk, mine.pk], "state=late": [late.pk], "state=done": [done.pk],
        "state=all": [late.pk, mine.pk, done.pk], "person=me": [mine.pk], "person=none": [late.pk],
        "kind=other&state=all": [done.pk], f"q={late.household.number}": [late.pk],
        f"area={grid.code}": [late.pk, mine.pk], "sort=new": [late.pk, mine.pk],
    }  # fmt: skip
    assert other.pk not in found["state=all"]
    assert [(one["label"], one["count"]) for one in client.get(LIST).context["segments"]] == [
        ("待走访", 2), ("超期的", 1), ("我的", 1), ("全部", None),
    ]  # fmt: skip


# --- one task -----------------------------------------------------------------------------------------------------
def test_a_task_is_cancelled_with_its_reason_and_restored(boss, chair, grid):
    task = VisitTaskFactory(household__area=grid)
    url = reverse("households:task_cancel", args=[task.pk])

    assert "on" in boss.post(url, {"on": today() + DAY, "why": "x"}).context["form"].errors
    boss.post(url, {"on": today(), "why": "已经搬走"})
    assert (fresh(task).state, fresh(task).cancelled_why) == ("cancelled", "已经搬走")
    boss.post(reverse("households:task_restore", args=[task.pk]))

    assert fresh(task).state == "open"
    acts = (
        AuditEvent.objects.filter(target_label="households.VisitTask").order_by("pk").values_list("action", flat=True)
    )
    assert list(acts) == ["households.visittask.cancel", "households.visittask.restore"]


def test_a_worker_plans_but_cancels_nothing(client, worker, grid):
    task = VisitTaskFactory(household__area=grid)

    assert client.get(reverse("households:task_cancel", args=[task.pk])).status_code == 404
    assert client.get(f"{ASSIGN}?ids={task.pk}").status_code == 404


def test_a_task_changes_hands(boss, worker, grid):
    task = VisitTaskFactory(household__area=grid)

    boss.post(reverse("households:task_assign", args=[task.pk]), {"person": worker.pk})
    assert fresh(task).assigned_to == worker
    boss.post(reverse("households:task_assign", args=[task.pk]), {"person": ""})

    assert fresh(task).assigned_to is None


def test_the_tasks_of_a_leaver_stand_on_her_account_and_their_list_is_one_click_away(
    boss, chair, worker, committee, grid
):
    given = [VisitTaskFactory(household__area=grid, assigned_to=committee) for _ in range(2)]
    task_at("done", household__area=grid, assigned_to=committee)
    VisitTaskFactory(household__area=grid, assigned_to=worker)
    disable_staff(committee, by=chair)

    left = boss.get(reverse("accounts:user_detail", args=[committee.pk])).context["left"]
    (line,) = [line for line in left if "走访任务" in line[0]]
    page = boss.get(line[2])
    boss.post(f"{ASSIGN}?all=1&person={committee.pk}", {"person": worker.pk, "counted": 2})

    assert (line[0], line[1], line[3]) == ("还有 2 项走访任务分给她。", "改由谁去", True)
    assert sorted(listed(page)) == [task.pk for task in given]
    assert f'<option value="{committee.pk}" selected>{committee.name}</option>' in page.content.decode()
    assert {fresh(task).assigned_to for task in given} == {worker}


def test_nobody_is_named_as_a_filter_whose_tasks_one_does_not_see(client, worker, chair, committee, other_grid):
    VisitTaskFactory(household__area=other_grid, assigned_to=committee)

    for person in (committee.pk, 0, "x", "²", "9" * 30):
        page = client.get(LIST, {"person": person})
        assert committee.name not in page.content.decode()
        assert page.status_code == 200


def test_what_is_not_to_be_restored_says_why(chair):
    gone = task_at("cancelled")
    Household.objects.filter(pk=gone.household_id).update(state="closed", closed_on=today())
    over = task_at("cancelled", kind="campaign", rule_key="", campaign=campaign_at("closed"))
    twice = task_at("cancelled")
    VisitTaskFactory(household=twice.household, rule_key=twice.rule_key)

    for task, words in ((gone, "不在册"), (over, "已经结束"), (twice, "重新安排")):
        with pytest.raises(ValidationError, match=words):
            restore_task(fresh(task), by=chair)


# --- many at once -------------------------------------------------------------------------------------------------
def test_ticked_tasks_are_counted_given_and_taken_back(boss, worker, committee, grid):
    first = VisitTaskFactory(household__area=grid, assigned_to=committee)
    second, done = VisitTaskFactory(household__area=grid), task_at("done", household__area=grid)
    url = f"{ASSIGN}?ids={first.pk}&ids={second.pk}&ids={done.pk}"

    page = boss.get(url)
    answer = boss.post(url, {"person": worker.pk, "counted": 2})

    assert (page.context["total"], page.context["left_out"]) == (2, 1)
    assert answer.url == BATCHES
    assert {fresh(task).assigned_to for task in (first, second)} == {worker}
    batch = TaskBatch.objects.get()
    assert (batch.total, batch.area, told(answer)) == (2, grid, [f"已把 2 项分给{worker}，可以撤销。"])
    boss.post(reverse("households:taskbatch_undo", args=[batch.pk]))
    assert [fresh(task).assigned_to for task in (first, second)] == [committee, None]
    again = boss.post(reverse("households:taskbatch_undo", args=[batch.pk]))
    assert "这次批量处理已经撤销过了。" in told(again)


def test_more_than_were_counted_are_shown_again(boss, worker, grid):
    VisitTaskFactory(household__area=grid)
    url = f"{ASSIGN}?all=1"
    boss.get(url)
    VisitTaskFactory(household__area=grid)

    page = boss.post(url, {"person": worker.pk, "counted": 1})

    assert "现在是 2 项" in page.content.decode()
    assert not TaskBatch.objects.exists()


def test_all_that_the_filters_leave_are_cancelled_and_come_back(boss, worker, grid, chair):
    here = [VisitTaskFactory(household__area=grid) for _ in range(2)]
    other = VisitTaskFactory(household__area=grid, kind="other", rule_key="")
    url = f"{CANCEL}?all=1&kind=must"

    boss.post(url, {"why": "名单重复", "counted": 2})

    assert [(fresh(t).state, fresh(t).cancelled_why) for t in here] == [("cancelled", "名单重复")] * 2
    assert fresh(other).state == "open"
    VisitTaskFactory(household=here[0].household, rule_key=here[0].rule_key)
    result = undo_batch(TaskBatch.objects.get(), by=chair)
    assert (result.back, result.refused) == (1, [here[0].household])
    assert [fresh(t).state for t in here] == ["cancelled", "open"]


def test_what_was_done_since_stays_done(chair, worker, committee, grid):
    tasks = [VisitTaskFactory(household__area=grid) for _ in range(2)]
    batch = assign_tasks(VisitTask.objects.all(), person=worker, by=chair)
    fulfil_tasks(tasks[0].household, day=today(), by=worker)

    result = undo_batch(batch, by=chair)

    assert (result.back, result.refused) == (1, [tasks[0].household])
    assert (fresh(tasks[0]).state, fresh(tasks[0]).assigned_to, fresh(tasks[1]).assigned_to) == ("done", worker, None)


def test_an_undo_neither_touches_nor_names_a_family_that_lies_elsewhere_by_now(boss, chair, worker, grid, stranger):
    here, gone = [VisitTaskFactory(household__area=grid, household__head_name=name) for name in ("王桂兰", "李秀英")]
    batch = assign_tasks(VisitTask.objects.all(), person=worker, by=chair)
    away = grid_at(1, stranger.grants.get().area)
    Household.objects.filter(pk=gone.household_id).update(area=away)
    VisitTask.objects.filter(pk=gone.pk).update(version=9)

    answer = boss.post(reverse("households:taskbatch_undo", args=[batch.pk]))

    assert [fresh(task).assigned_to for task in (here, gone)] == [None, worker]
    assert "有 1 项的家庭已经不归您管，没有动。" in told(answer)
    assert "李秀英" not in "".join(told(answer))


def test_a_leaver_gets_nothing_back(chair, worker, committee, grid):
    VisitTaskFactory(household__area=grid, assigned_to=committee)
    batch = assign_tasks(VisitTask.objects.all(), person=worker, by=chair)
    disable_staff(committee, by=chair)

    with pytest.raises(ValidationError, match="账号已经停用"):
        undo_batch(batch, by=chair)


def test_nothing_to_do_is_said(chair, worker, grid):
    task_at("done", household__area=grid)

    for act in (
        lambda: assign_tasks(VisitTask.objects.all(), person=worker, by=chair),
        lambda: cancel_tasks(VisitTask.objects.all(), why="x", by=chair),
    ):
        with pytest.raises(ValidationError, match="没有要办的"):
            act()
    with pytest.raises(ValidationError, match="取消原因"):
        cancel_tasks(VisitTask.objects.all(), why=" ", by=chair)


def test_somebody_for_all_the_places_is_asked_for(boss, worker, grid, other_grid):
    ids = "&".join(f"ids={VisitTaskFactory(household__area=place).pk}" for place in (grid, other_grid))

    page = boss.post(f"{ASSIGN}?{ids}", {"person": worker.pk})

    assert page.context["form"].errors["person"] == ["选的人管不到这些家庭所在的地方，请另选一位。"]


def test_strangers_choose_none_of_our_tasks(stranger, as_user, grid):
    task = VisitTaskFactory(household__area=grid)
    client = as_user(stranger)

    assert client.get(f"{ASSIGN}?ids={task.pk}").status_code == 404
    assert listed(client.get(f"{LIST}?state=all")) == []
