"""What the backbone women ask of whoever gave them something to do: it is due, she says it is done, or she cannot."""

from datetime import timedelta

from desk.todo import SHOWN, Todo, due_chip
from groups.backbone_enums import TaskState
from groups.backbone_queries import tasks_due

WEEK = timedelta(days=7)
SAYS = {TaskState.SAID: ("等您确认", "确认"), TaskState.DECLINED: ("她不接", "另想办法")}


def backbone_todos(user, today):
    """`(kind, rows, true count)` of the tasks that `user` gave: due within a week, said to be done, or declined."""
    if not user.has_perm("groups.add_backbonetask"):
        return
    due = tasks_due(user, today + WEEK)
    found = list(due.select_related("backbone__resident")[: SHOWN + 1])
    yield "backbone", [_todo(one, today) for one in found[:SHOWN]], len(found) if len(found) <= SHOWN else due.count()


def _todo(task, today):
    chip, tone, when = due_chip(task.due_on, today, today + WEEK)
    action = "登记办好"
    if task.state in SAYS:
        (chip, action), tone, when = SAYS[task.state], "info", "today"
    line = f"骨干任务 · {task.backbone.resident.name}"
    return Todo("backbone", "team", task.what, line, chip, tone, task.get_absolute_url(), action, when)
