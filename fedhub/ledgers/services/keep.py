"""How long files, rows and undo data live, and what happens to work whose worker died (decisions on import and tasks)."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from fedhub.core.models import Job
from fedhub.core.models.jobs import JobState
from fedhub.ledgers import scratch
from fedhub.ledgers.enums import BatchState
from fedhub.ledgers.models import ExportRecord, ImportBatch, ImportRow
from fedhub.ledgers.services.check import end_job, fail_batch
from fedhub.ledgers.services.commit import NOT_UNDONE, NOT_WRITTEN, release_batch
from fedhub.ledgers.services.sealed import hand_over_sealed
from fedhub.reference.lookup import rule

# A slice is judged in well under a second; a worker silent for so long is dead.
SILENT_AFTER = timedelta(seconds=120)
RESTARTED = "后台工作中断过，已从中断处接着做。"
GAVE_UP = "后台工作两次中断，没有完成，台账没有改动。请重新上传，或请管理员看看电脑是否内存不足。"


def reap_jobs(restart_check, restart_export, in_line=None, now=None):
    """Deal with work whose heartbeat is older than SILENT_AFTER; returns how many pieces there were.

    A dry run or an export starts again once (`restart_check(batch)`, `restart_export(record)`; a dry run goes on where
    it stopped); a write that died left nothing, so its batch is given back for another confirmation. Work that still
    waits is left alone while its task is among `in_line` (batch ids, record ids): otherwise the worker died with it
    before its first step, or it was never handed over.
    """
    now = now or timezone.now()
    batches, records = in_line or ((), ())
    waiting = Q(pk__in=ImportBatch.objects.filter(pk__in=batches, job__isnull=False).values("job"))
    waiting |= Q(pk__in=ExportRecord.objects.filter(pk__in=records, job__isnull=False).values("job"))
    silent = Job.objects.filter(
        kind__startswith="ledgers.", finished_at=None, heartbeat__lt=now - SILENT_AFTER
    ).exclude(waiting, state=JobState.WAITING)
    found = list(silent)
    for job in found:
        if job.kind == "ledgers.commit":
            _give_back(job, BatchState.CHECKED, NOT_WRITTEN)
        elif job.kind == "ledgers.undo":
            _give_back(job, BatchState.DONE, NOT_UNDONE)
        elif job.message == RESTARTED:
            _give_up(job)
        else:
            _restart(job, now, restart_check, restart_export)
    return len(found)


def _give_up(job):
    batch = ImportBatch.objects.select_related("created_by", "area").filter(job=job, state=BatchState.CHECKING).first()
    if batch is not None:
        fail_batch(batch, GAVE_UP)
    else:
        end_job(job.pk, JobState.FAILED, GAVE_UP)


def _give_back(job, state, message):
    batch = ImportBatch.objects.filter(job=job).first()
    if batch is None or not release_batch(batch, state, message):
        end_job(job.pk, JobState.FAILED, message)


def _restart(job, now, restart_check, restart_export):
    claimed = Job.objects.filter(pk=job.pk, heartbeat=job.heartbeat).update(
        state=JobState.WAITING, heartbeat=now, message=RESTARTED
    )
    batch = ImportBatch.objects.filter(job=job, state=BatchState.CHECKING).first()
    record = ExportRecord.objects.filter(job=job, stored="").first()
    if claimed and batch is not None:
        restart_check(batch)
    elif claimed and record is not None:
        restart_export(record)
    elif claimed:
        end_job(job.pk, JobState.CANCELLED)


def purge_imports(now=None):
    """Remove what has served: files and raw rows `import_raw_hours` after the end, undo data after `import_undo_hours`.

    A batch nobody went on with for that long is given up. Returns how many batches were touched.
    """
    now = now or timezone.now()
    raw_edge = now - timedelta(hours=rule("import_raw_hours"))
    undo_edge = now - timedelta(hours=rule("import_undo_hours"))
    idle = ImportBatch.objects.filter(
        state__in=[BatchState.UPLOADED, BatchState.CHECKED, BatchState.CHECKING], updated_at__lt=raw_edge
    )
    touched = idle.update(state=BatchState.CANCELLED)
    over = ImportBatch.objects.filter(purged_at=None).filter(
        Q(state__in=[BatchState.DONE, BatchState.UNDONE], committed_at__lt=raw_edge)
        | Q(state__in=[BatchState.CANCELLED, BatchState.FAILED], updated_at__lt=raw_edge)
    )
    for batch in list(over.select_related("created_by", "area")):
        hand_over_sealed(batch, by=batch.created_by)
        rows = ImportRow.objects.filter(batch=batch)
        if batch.state == BatchState.DONE:
            rows.filter(undo__isnull=True).delete()
            rows.update(raw=None, parsed=None, findings=None)
        else:
            rows.delete()
        scratch.drop(batch.stored)
        ImportBatch.objects.filter(pk=batch.pk).update(stored="", purged_at=now)
        touched += 1
    touched += ImportRow.objects.filter(batch__state=BatchState.DONE, batch__committed_at__lt=undo_edge).delete()[0]
    return touched


def purge_exports(now=None):
    """Remove exported files past their life (the register row stays) and files that nothing names any more."""
    now = now or timezone.now()
    stale = ExportRecord.objects.exclude(stored="").filter(expires_at__lt=now)
    for record in list(stale):
        scratch.drop(record.stored)
        ExportRecord.objects.filter(pk=record.pk).update(stored="")
    _drop_orphans(now)


def _drop_orphans(now):
    known = set(ImportBatch.objects.exclude(stored="").values_list("stored", flat=True))
    known |= set(ExportRecord.objects.exclude(stored="").values_list("stored", flat=True))
    scratch.sweep(known, before=now - timedelta(days=1))
