"""Trainings, honours, evaluations and tasks of backbone women; who came to one, or did what she was asked, was spoken to."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.versions import save_version
from groups.backbone_enums import TaskState
from groups.flow import backbonetask_flow
from groups.models import BackboneTask, Training
from groups.services.backbone import TEAM, is_current
from households.services.link import note_group_contacts, unnote_group_contact

LATE = "日期不能晚于今天。"
EVALUATED = "这一年已经评过。要改，先作废原来的，再重新评。"


def _met(backbone, on, *, by):
    """She was spoken to on the day `on`."""
    note_group_contacts([backbone.resident], name=TEAM, on=on, by=by)


def last_met(backbone):
    """The last day on which a training or a task done says that she was spoken to since she is one, None without one."""
    trainings = backbone.trainings.standing().filter(on__gte=backbone.valid_from)
    days = [
        trainings.aggregate(last=Max("on"))["last"],
        backbone.tasks.filter(state=TaskState.DONE).aggregate(last=Max("done_on"))["last"],
    ]
    return max(filter(None, days), default=None)


# --- lines --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_line(line, *, by):
    """Write down a Training, Honour or Evaluation (unsaved). Returns it. Raises ValidationError."""
    line.backbone = is_current(line.backbone)
    line.recorded_by = by
    today = timezone.localdate()
    if isinstance(line, Training):
        if line.on > today:
            raise ValidationError({"on": LATE})
    elif line.year > today.year:
        raise ValidationError({"year": "年度不能晚于今年。"})
    line.full_clean(exclude=["words"], validate_constraints=False)
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as error:
        raise ValidationError({"year": EVALUATED}) from error
    if isinstance(line, Training) and line.on >= line.backbone.valid_from:
        _met(line.backbone, line.on, by=by)
    audit.record(f"groups.{line._meta.model_name}.add", line, by=by, area=line.backbone.resident.area)
    return line


@transaction.atomic
def strike_line(line, *, why, by):
    """A line was wrong: it stays, struck, with the reason. Raises ValidationError, StaleVersion."""
    why = why.strip()[:100]
    if not why:
        raise ValidationError({"why": "请写为什么作废。"})
    if line.void_on is not None:
        raise ValidationError("已经作废了，请刷新后再看。")
    line.void_on, line.void_why = timezone.localdate(), why
    save_version(line, ["void_on", "void_why"], base_version=line.version)
    if isinstance(line, Training):
        person, earlier = line.backbone.resident, last_met(line.backbone)
        if earlier is None or earlier < line.on:
            unnote_group_contact(person, name=TEAM, on=line.on, earlier=earlier, by=by)
    audit.record(f"groups.{line._meta.model_name}.strike", line, by=by, area=line.backbone.resident.area)
    return line


# --- tasks --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def give_task(task, *, by):
    """Ask a backbone woman to do something (unsaved BackboneTask). Returns it. Raises ValidationError."""
    task.backbone, task.given_by = is_current(task.backbone), by
    if task.due_on < timezone.localdate():
        raise ValidationError({"due_on": "日期不能早于今天。"})
    task.full_clean(validate_constraints=False)
    task.save()
    audit.record("groups.backbonetask.give", task, by=by, area=task.backbone.resident.area)
    return task


def _walk(task, name, *, by, **changes):
    backbonetask_flow.walk(task, name, **changes)
    task.backbone = type(task.backbone).objects.select_related("resident__area").get(pk=task.backbone_id)
    audit.record(f"groups.backbonetask.{name}", task, by=by, area=task.backbone.resident.area)
    return task


@transaction.atomic
def finish_task(task, *, on, result, by):
    """Done on the day `on`, with its result. Raises ValidationError, FlowError."""
    result = result.strip()[:200]
    if not result:
        raise ValidationError({"result": "请写办得怎样。"})
    if not task.given_on <= on <= timezone.localdate():
        raise ValidationError({"on": f"日期要在 {task.given_on:%Y-%m-%d} 到今天之间。"})
    _walk(task, "done", by=by, done_on=on, result=result)
    _met(task.backbone, on, by=by)
    return task


@transaction.atomic
def cancel_task(task, *, why, by):
    """Not wanted any more. Raises ValidationError, FlowError."""
    why = why.strip()[:200]
    if not why:
        raise ValidationError({"why": "请写为什么取消。"})
    return _walk(task, "cancel", by=by, result=why)


@transaction.atomic
def ask_again(task, *, by):
    """Whoever gave it asks her to go on, or once more. Raises FlowError."""
    return _walk(task, "again", by=by)


@transaction.atomic
def say_done(task, *, said=""):
    """She says on her own page that it is done; said twice it is once. Raises FlowError."""
    return _said(task, "say", TaskState.SAID, said)


@transaction.atomic
def decline_task(task, *, said):
    """She cannot or does not want to, and says why. Raises ValidationError, FlowError."""
    if not said.strip():
        raise ValidationError("请写一句为什么不能办。")
    return _said(task, "decline", TaskState.DECLINED, said)


def _said(task, name, target, said):
    task = BackboneTask.objects.select_for_update(of=("self",)).select_related("backbone").get(pk=task.pk)
    if task.state == target:
        return task
    return _walk(task, name, by=None, said=said.strip()[:100], said_on=timezone.localdate())
