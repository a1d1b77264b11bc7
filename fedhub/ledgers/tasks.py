"""Long work of the ledgers in the background: ids go in, nothing comes out, errors leave no text (decisions on tasks)."""

import logging

from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from fedhub.core.housekeeping import every_minute
from fedhub.ledgers.models import ExportRecord, ImportBatch
from fedhub.ledgers.services.check import check_batch, fail_batch
from fedhub.ledgers.services.commit import WriteFailed, commit_batch, undo_batch
from fedhub.ledgers.services.export import fail_export, write_export
from fedhub.ledgers.services.keep import SILENT_AFTER, purge_exports, purge_imports, reap_jobs

log = logging.getLogger("fedhub.ledgers")
STOPPED = "试运行没有完成，台账没有改动。请再试一次；还不行，请把表格发给管理员看。"


@task(queue_name="slow")
def check_import(batch_id):
    """Dry run of a batch."""
    batch = ImportBatch.objects.select_related("area", "created_by").get(pk=batch_id)
    try:
        check_batch(batch)
    except Exception as error:
        # The text of the error may quote a cell, so only its kind is kept.
        log.error("check of import %s stopped: %s", batch.number, type(error).__name__)
        fail_batch(batch, STOPPED)


@task(queue_name="slow")
def commit_import(batch_id, user_id):
    """Write a batch that was claimed for it."""
    batch = ImportBatch.objects.select_related("area", "created_by").get(pk=batch_id)
    try:
        commit_batch(batch, by=User.objects.get(pk=user_id))
    except WriteFailed:
        log.error("import %s was rolled back", batch.number)


@task(queue_name="slow")
def undo_import(batch_id, user_id):
    """Take a batch back that was claimed for it."""
    batch = ImportBatch.objects.select_related("area", "created_by").get(pk=batch_id)
    try:
        undo_batch(batch, by=User.objects.get(pk=user_id))
    except WriteFailed:
        log.error("undo of import %s was rolled back", batch.number)


@task(queue_name="slow")
def make_export(record_id):
    """Write the file of an export record."""
    record = ExportRecord.objects.select_related("area", "created_by", "job").get(pk=record_id)
    try:
        write_export(record)
    except Exception as error:
        log.error("export %s stopped: %s", record.number, type(error).__name__)
        fail_export(record)


@every_minute
def reap_ledger_jobs():
    """Restart or give back work whose worker died."""
    reap_jobs(lambda batch: check_import.enqueue(batch.pk), lambda record: make_export.enqueue(record.pk), in_line())


def in_line():
    """`(batch ids, record ids)` whose task waits for a worker, or was taken by one just now."""
    taken = Q(status=TaskResultStatus.RUNNING, started_at__gt=timezone.now() - SILENT_AFTER)
    open_tasks = DBTaskResult.objects.filter(
        Q(status=TaskResultStatus.READY) | taken, task_path__startswith=f"{__name__}."
    )
    batches, records = set(), set()
    for path, given in open_tasks.values_list("task_path", "args_kwargs"):
        (records if path == make_export.module_path else batches).add(given["args"][0])
    return batches, records


@every_minute
def purge_ledger_files():
    """Files, raw rows and undo data past their time."""
    purge_imports()
    purge_exports()
