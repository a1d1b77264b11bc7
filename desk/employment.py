"""What job support asks of somebody: whom she leads and has to ask how it goes."""

from desk.todo import SHOWN, Todo, due_chip
from employment.queries import follow_ups_due


def job_todos(user, today):
    """`(kind, rows, true count)` of the follow-ups whose day has come."""
    if not user.has_perm("employment.change_seeker"):
        return
    due = follow_ups_due(user)
    found = list(due.select_related("seeker__resident", "application__post__employer", "startup")[: SHOWN + 1])
    yield "job", [_todo(one, today) for one in found[:SHOWN]], len(found) if len(found) <= SHOWN else due.count()


def _todo(one, today):
    chip, tone, when = due_chip(one.due_on, today)
    name, (what, where) = one.seeker.resident.name, one.work_words
    line = f"就业回访 · {what if one.startup_id else where} · 满 {one.month} 个月"
    return Todo("job", "work", name, line, chip, tone, one.get_absolute_url(), "回访", when)
