"""Many visit tasks given to one person, or cancelled, at once; it can be taken back."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from fedhub.core import audit
from households.enums import CampaignState, TaskBatchKind
from households.flow import task_flow
from households.models import TaskBatch, VisitTask
from households.services.plan import twin_of


@transaction.atomic
def assign_tasks(tasks, *, person, reason="", by):
    """Give all open ones of `tasks` (a queryset) to `person`. Returns the TaskBatch, for undoing. Raises
    ValidationError when there is none to give."""
    rows = _locked(tasks)
    _hand(rows, person.pk)
    return _keep(rows, TaskBatchKind.ASSIGN, person=person, reason=reason, by=by)


@transaction.atomic
def cancel_tasks(tasks, *, why, by):
    """Cancel all open ones of `tasks` (a queryset) with a reason. Returns the TaskBatch, for undoing. Raises
    ValidationError when there is none."""
    if not why.strip():
        raise ValidationError("请写取消原因。")
    rows = _locked(tasks)
    task_flow.walk_many(
        VisitTask.objects.filter(pk__in=[row.pk for row in rows]), "cancel", by=by, cancelled_on=timezone.localdate(),
        cancelled_why=why.strip()[:60],
    )  # fmt: skip
    return _keep(rows, TaskBatchKind.CANCEL, person=None, reason=why, by=by)


@transaction.atomic
def assign_task(task, person, *, by):
    """Give one open task to `person` (None: to nobody). Raises ValidationError when it is done or cancelled."""
    if not _hand([task], person and person.pk):
        raise ValidationError("这项任务已经走访或取消了，不用再分。")
    task.refresh_from_db()
    audit.record("households.visittask.assign", task, by=by, area=task.household.area, person=person and person.pk)
    return task


def _locked(tasks):
    chosen = tasks.open().values("pk")
    rows = list(
        VisitTask.objects.select_for_update(of=("self",)).filter(pk__in=chosen)
        .select_related("household__area").order_by("pk")
    )  # fmt: skip
    if not rows:
        raise ValidationError("选中的任务都已经走访或取消了，没有要办的。")
    return rows


def _hand(rows, person_id):
    """Write who goes; returns how many rows were still open."""
    ids, count = [row.pk for row in rows], 0
    for start in range(0, len(ids), 500):
        count += (
            VisitTask.objects.open()
            .filter(pk__in=ids[start : start + 500])
            .update(assigned_to_id=person_id, version=F("version") + 1, updated_at=timezone.now())
        )
    return count


def _keep(rows, kind, *, person, reason, by):
    versions = dict(VisitTask.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "version"))
    batch = TaskBatch.objects.create(
        area=_area_of(rows), kind=kind, person=person, total=len(rows), reason=reason.strip()[:60], created_by=by,
        undo=[[row.pk, row.assigned_to_id, versions[row.pk]] for row in rows],
    )  # fmt: skip
    audit.record(f"households.taskbatch.{kind}", batch, by=by, reason=reason, count=batch.total,
                 person=person and person.pk)  # fmt: skip
    audit.record_many(f"households.visittask.{kind}", rows, by=by, reason=reason, area=batch.area, batch=batch.pk)
    return batch


def _area_of(rows):
    """The smallest place that holds the households of all `rows`."""
    areas = {row.household.area_id: row.household.area for row in rows}
    area = next(iter(areas.values()))
    while area.parent is not None and not all(other.code.startswith(area.code) for other in areas.values()):
        area = area.parent
    return area


@dataclass
class TakenBack:
    """What an undo did: how many went back, the households of those left alone because they changed since, and how many
    were left alone because their families lie outside the places of whoever undoes: of these nothing is told."""

    back: int = 0
    refused: list = field(default_factory=list)
    away: int = 0


@transaction.atomic
def undo_batch(batch, *, by):
    """Put the tasks of `batch` back as they were; those done, given away or planned anew since stay. Returns TakenBack.

    Raises ValidationError when it was undone before, or when somebody who had one of them has no account any more.
    """
    gone = User.objects.filter(pk__in={person for _, person, _ in batch.undo} - {None}, is_active=False)
    if batch.kind == TaskBatchKind.ASSIGN and (
        names := "、".join(gone.order_by("name").values_list("name", flat=True))
    ):
        raise ValidationError(f"{names}的账号已经停用，不能再退回去。要换人，请重新分派。")
    claimed = TaskBatch.objects.filter(pk=batch.pk, undone_at=None).update(
        undone_at=timezone.now(), version=F("version") + 1
    )
    if not claimed:
        raise ValidationError("这次批量处理已经撤销过了。")
    rows = VisitTask.objects.visible_to(by, "households.change_visittask")
    rows = rows.select_for_update(of=("self",)).select_related("household", "campaign")
    found = {row.pk: row for row in rows.filter(pk__in=[pk for pk, _, _ in batch.undo]).order_by("pk")}
    result, groups = TakenBack(), {}
    for pk, person, version in batch.undo:
        task = found.get(pk)
        if task is None:
            result.away += 1
        elif task.version == version and not (batch.kind == TaskBatchKind.CANCEL and _planned_anew(task)):
            groups.setdefault(person, []).append(task)
        else:
            result.refused.append(task.household)
    for person, tasks in groups.items():
        if batch.kind == TaskBatchKind.ASSIGN:
            _hand(tasks, person)
        else:
            task_flow.walk_many(
                VisitTask.objects.filter(pk__in=[task.pk for task in tasks]), "reopen", by=by, cancelled_on=None,
                cancelled_why="", done_on=None,
            )  # fmt: skip
        result.back += len(tasks)
    audit.record("households.taskbatch.undo", batch, by=by, back=result.back, refused=len(result.refused))
    return result


def _planned_anew(task):
    """True when the household left the books, or another open task stands in the place of the cancelled one."""
    return not task.household.is_open or _campaign_is_over(task) or twin_of(task).exists()


def _campaign_is_over(task):
    return task.campaign is not None and task.campaign.state == CampaignState.CLOSED
