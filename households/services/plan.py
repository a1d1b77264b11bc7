"""Planning visits: must-visits after events, other tasks, and what a counting visit does to them (handbook 2.4)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.versions import save_version
from households.enums import CampaignState, MembershipKind, TaskKind, TaskState
from households.flow import task_flow
from households.models import Household, VisitTask
from households.plan import event_rule, first_visit_rule

# What a list says of a must-visit that a category asks for: the category itself is for the family's page.
FIRST_VISIT = "新列入要多关心的家庭，首次走访"


@transaction.atomic
def plan_task(household, *, kind, why, due_on, by, since=None, earliest_on=None, latest_on=None, resident=None,
              assigned_to=None, weight=0, rule_key="", note=""):  # fmt: skip
    """Plan one visit to `household`; returns the VisitTask, or the open one that is there already for the same rule.

    Raises ValidationError when the household is off the books or the days do not fit together.
    """
    if not household.is_open:
        raise ValidationError(f"{household}已不在册，不能安排走访。")
    earliest, latest = earliest_on or min(timezone.localdate(), due_on), latest_on or due_on
    if not earliest <= due_on <= latest:
        raise ValidationError("日期要按最早、应在、最晚的顺序。")
    if rule_key and kind == TaskKind.MUST:
        there = VisitTask.objects.open().filter(household=household, kind=kind, rule_key=rule_key).first()
        if there is not None:
            return there
    task = VisitTask.objects.create(
        household=household, kind=kind, why=why.strip()[:80], since=since or timezone.localdate(),
        earliest_on=earliest, due_on=due_on, latest_on=latest, resident=resident, assigned_to=assigned_to,
        weight=weight, rule_key=rule_key, note=note.strip(), planned_by=by,
    )  # fmt: skip
    audit.record("households.visittask.plan", task, by=by, area=household.area, kind=kind)
    return task


def plan_must_visit(household, event, *, on, resident=None, by):
    """A must-visit after `event` (VisitEvent) of the day `on`, if a rule in use asks for one; returns it or None.

    A household off the books, or one visited since, needs none.
    """
    return _must(household, event_rule(event), why=None, on=on, resident=resident, by=by)


def plan_first_visit(household, category, *, on, resident=None, by):
    """The first visit after a category began, if its rule asks for one; returns it or None."""
    return _must(household, first_visit_rule(category), why=FIRST_VISIT, on=on, resident=resident, by=by)


def _must(household, rule, *, why, on, resident, by):
    if rule is None or household is None or not household.is_open:
        return None
    if household.last_visit_on is not None and household.last_visit_on > on:
        return None
    due = on + timedelta(days=rule.within_days)
    if due < timezone.localdate() - timedelta(days=rule.within_days):
        # An event entered long after it happened is history, not a task.
        return None
    return plan_task(
        household, kind=TaskKind.MUST, why=why or _must_words(rule), since=on, earliest_on=on, due_on=due,
        latest_on=due + timedelta(days=rule.grace_days), resident=resident, weight=rule.weight, rule_key=rule.key, by=by,
    )  # fmt: skip


@transaction.atomic
def plan_by_hand(household, *, event, on, why="", due_on=None, assigned_to=None, resident=None, note="", by):
    """A visit planned by hand: after `event` (VisitEvent) of the day `on`, or for another reason `why` (event "").

    `due_on` is the day it should be done by, by default what the rule of the event says. Returns the VisitTask. Raises
    ValidationError: nothing said, a day to come, visited since, planned already, off the books.
    """
    rule = event_rule(event) if event else None
    if event and rule is None:
        raise ValidationError({"event": "这一种现在没有必访规则。请改选“其他”，写明事由。"})
    if not event and not why.strip():
        raise ValidationError({"why": "请写事由。"})
    if on > timezone.localdate():
        raise ValidationError({"on": "发生日期不能晚于今天。"})
    due_on = due_on or (on + timedelta(days=rule.within_days) if rule else None)
    if due_on is None:
        raise ValidationError({"due_on": "请写应在哪天以前走访。"})
    if due_on < on:
        raise ValidationError({"due_on": "应访日期不能早于发生的那天。"})
    if rule is not None:
        if household.last_visit_on is not None and household.last_visit_on > on:
            raise ValidationError(f"这件事之后，{household.last_visit_on:%m月%d日}已经走访见到人了，不用再安排必访。")
        if VisitTask.objects.open().filter(household=household, kind=TaskKind.MUST, rule_key=rule.key).exists():
            raise ValidationError("同样的必访已经安排了，还没有走访。")
    return plan_task(
        household, kind=TaskKind.MUST if rule else TaskKind.OTHER, why=_must_words(rule) if rule else why, since=on,
        earliest_on=min(on, due_on), due_on=due_on, latest_on=due_on + timedelta(days=rule.grace_days if rule else 0),
        resident=resident, assigned_to=assigned_to, weight=rule.weight if rule else 0,
        rule_key=rule.key if rule else "", note=note, by=by,
    )  # fmt: skip


def _must_words(rule):
    return f"必访：{rule.name.split('，')[0]}"


def home_of(resident):
    """The household in which `resident` lives, or None."""
    return Household.objects.filter(
        memberships__resident=resident, memberships__kind=MembershipKind.LIVES, memberships__valid_to=None
    ).first()


@transaction.atomic
def fulfil_tasks(household, *, day, chosen=(), by):
    """A counting visit took place on `day`: must-visits from before are done, and the `chosen` tasks; returns them."""
    due = VisitTask.objects.open().filter(household=household)
    ids = set(due.filter(kind=TaskKind.MUST, since__lte=day).values_list("pk", flat=True))
    ids |= set(due.filter(pk__in=[task.pk for task in chosen]).values_list("pk", flat=True))
    done = task_flow.walk_many(VisitTask.objects.filter(pk__in=ids), "finish", by=by, done_on=day) if ids else []
    return list(VisitTask.objects.filter(pk__in=done))


def twin_of(task):
    """Open tasks planned for the same reason as `task`, which is over: with one of them it need not be opened again."""
    open_ones = VisitTask.objects.open().exclude(pk=task.pk)
    if task.kind == TaskKind.MUST:
        return open_ones.filter(household=task.household_id, kind=task.kind, rule_key=task.rule_key)
    if task.kind == TaskKind.GAP:
        return open_ones.filter(kind=task.kind, resident=task.resident_id)
    return open_ones.none()


@transaction.atomic
def put_off_tasks(household, *, until, pause, by):
    """Nobody was met: what waits at the door now is due on the day `until`, and with `pause` not before it; never later
    than its own latest day. Returns the VisitTasks that moved."""
    moved = []
    for task in VisitTask.objects.begun().filter(household=household):
        due = max(task.due_on, min(until, task.latest_on))
        earliest = max(task.earliest_on, min(until, due)) if pause else task.earliest_on
        if (due, earliest) == (task.due_on, task.earliest_on):
            continue
        task.due_on, task.earliest_on = due, earliest
        save_version(task, ["due_on", "earliest_on"], base_version=task.version)
        audit.record("households.visittask.put_off", task, by=by, area=household.area, due=due.isoformat())
        moved.append(task)
    return moved


@transaction.atomic
def reopen_tasks(tasks, *, by):
    """What a visit had done is to be done again, since it counts no more; returns how many tasks are open again.

    One that was planned anew meanwhile for the same reason stays done; one that nobody can do any more (the family left the
    books, the campaign is over) is cancelled.
    """
    again = 0
    for task in tasks.filter(state=TaskState.DONE).select_related("household", "campaign"):
        if twin_of(task).exists():
            continue
        task_flow.walk(task, "reopen", done_on=None)
        why = _why_over(task)
        if why:
            cancel_task(task, why=f"走访不再计数，{why}", by=by)
        else:
            again += 1
    return again


def _why_over(task):
    """Why nobody goes for `task` any more, "" while somebody may."""
    if not task.household.is_open:
        return "这户已不在册"
    over = task.campaign is not None and task.campaign.state == CampaignState.CLOSED
    return "活动已经结束" if over else ""


@transaction.atomic
def cancel_task(task, *, on=None, why, by):
    """Nobody needs to go any more. Raises ValidationError (no reason, a day to come or before the household was
    registered), FlowError."""
    on, today = on or timezone.localdate(), timezone.localdate()
    if not why:
        raise ValidationError("请写取消原因。")
    if on > today:
        raise ValidationError("取消日期不能晚于今天。")
    if on < timezone.localdate(task.household.created_at):
        raise ValidationError("取消日期不能早于这户登记的日期。")
    task_flow.walk(task, "cancel", cancelled_on=on, cancelled_why=why.strip()[:60])
    audit.record("households.visittask.cancel", task, by=by, area=task.household.area, reason=why)
    return task


@transaction.atomic
def restore_task(task, *, by):
    """Take a cancellation back. Raises FlowError, ValidationError when it was planned anew meanwhile, its household left
    the books or its campaign is over."""
    if twin_of(task).exists():
        raise ValidationError("同样的任务已经重新安排了，不用恢复。")
    if not task.household.is_open:
        raise ValidationError(f"{task.household}已不在册，不能恢复。")
    if task.campaign is not None and task.campaign.state == CampaignState.CLOSED:
        raise ValidationError("这次专项活动已经结束，不能恢复。")
    task_flow.walk(task, "reopen", cancelled_on=None, cancelled_why="", done_on=None)
    audit.record("households.visittask.restore", task, by=by, area=task.household.area)
    return task


@transaction.atomic
def drop_tasks(household, *, why, by):
    """The household left the books: what is open is cancelled. Returns how many."""
    ids = task_flow.walk_many(
        VisitTask.objects.open().filter(household=household), "cancel", by=by, cancelled_on=timezone.localdate(),
        cancelled_why=why.strip()[:60],
    )  # fmt: skip
    return len(ids)
