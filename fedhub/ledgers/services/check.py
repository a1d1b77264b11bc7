"""The dry run: every row of the file judged in slices, each its own transaction, so that a killed worker resumes.

Nothing but the batch and its rows is written. Rows are read in file order; what an earlier row said is remembered for
all of them, also those judged before an interruption.
"""

import time

from django.db import transaction
from django.db.models import Count, F, Max
from django.utils import timezone

from fedhub.core import acting, audit, crypto
from fedhub.core.bulk import insert_prepared, prepare_rows
from fedhub.core.garbage import seldom_collected
from fedhub.core.models import Job
from fedhub.core.models.jobs import JobState
from fedhub.core.models.numbers import take_numbers
from fedhub.ledgers import scratch
from fedhub.ledgers.convert import dataset_rows, file_rows, guess_columns, stored_book
from fedhub.ledgers.enums import BatchState, Verdict
from fedhub.ledgers.grids import code_of, grid_counts
from fedhub.ledgers.models import ImportBatch, ImportRow
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.rows import ImportContext
from fedhub.ledgers.services.commit import commit_batch
from fedhub.ledgers.services.sealed import hand_over_sealed
from fedhub.ledgers.sheets import chosen_sheets

SLICE = 500
STORED = (
    "batch",
    "number",
    "raw",
    "parsed",
    "verdict",
    "findings",
    "sealed",
    "target_id",
    "grid_code",
    "choice",
    "undo",
)
GONE = "暂存的文件已经不在了，请重新上传。台账没有任何改动。"


def next_batch_number():
    """ "DR20240630-001"; call inside the transaction that uses it."""
    day = f"{timezone.localdate():%Y%m%d}"
    return f"DR{day}-{take_numbers(f'import:{day}'):03d}"


def context_of(batch):
    """What the rows of `batch` are judged against: its uploader's scope as it is now."""
    resource = ledgers[batch.ledger]
    return ImportContext(
        user=batch.created_by,
        area=batch.area,
        permission=resource.import_permission,
        number=batch.number,
        today=timezone.localdate(),
        columns=resource.by_key,
    )


def check_batch(batch):
    """Judge all rows of `batch` (state CHECKING) that are not judged yet. Returns the batch.

    Stops quietly when the batch was given up meanwhile; a file that is gone makes it FAILED.
    """
    if batch.state != BatchState.CHECKING:
        return batch
    started = time.monotonic()
    with acting.acting_as(batch.created_by), seldom_collected():
        try:
            data = scratch.get(batch.stored)
        except (OSError, crypto.Undecryptable):
            return fail_batch(batch, GONE)
        with stored_book(batch, data) as book:
            rows = file_rows(batch, book, ledgers[batch.ledger], chosen_sheets(batch))
            return _check(batch, rows, started)


def _check(batch, rows, started):
    """Judge and store `rows` (an iterable of StagedRow that counts what it skips in `rows.skipped`)."""
    resource, context = ledgers[batch.ledger], context_of(batch)
    done = batch.rows.aggregate(last=Max("number"))["last"] or 0
    Job.objects.filter(pk=batch.job_id).update(state=JobState.RUNNING, heartbeat=timezone.now())
    waiting = []
    for row in rows:
        resource.note_row(context, row)
        if row.number > done:
            waiting.append(row)
        if len(waiting) == SLICE:
            if not _store_slice(batch, resource, context, waiting):
                return batch
            waiting = []
    if not _store_slice(batch, resource, context, waiting):
        return batch
    return _finish_check(batch, rows, started)


def _store_slice(batch, resource, context, rows):
    """Judge one slice and store it; False when the batch is no longer being checked.

    Judging and sealing take no lock; only the insert does, so that others save meanwhile.
    """
    running = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.CHECKING)
    if not running.exists():
        return False
    resource.judge_rows(context, rows)
    prepared = prepare_rows(
        ImportRow,
        STORED,
        (
            (batch.pk, row.number, row.raw_data(), row.parsed_data(), row.verdict, row.findings_data(),
             row.sealed or None, row.target_id, code_of(resource, context, row), "", None)
            for row in rows
        ),
    )  # fmt: skip
    with transaction.atomic():
        counts = running.values_list("counts", flat=True).first()
        warned = (counts or {}).get("warned", 0) + sum(map(_is_warned, rows))
        if counts is None or not running.update(counts={"warned": warned}):
            return False
        insert_prepared(ImportRow, STORED, prepared)
        if rows:
            Job.objects.filter(pk=batch.job_id).update(done=rows[-1].number, heartbeat=timezone.now())
    return True


def _is_warned(row):
    """True for a row that would be written although something in it was not understood."""
    open_verdicts = (Verdict.NEW, Verdict.CHANGED, Verdict.SAME)
    return row.verdict in open_verdicts and any(finding.kind == "warn" for finding in row.findings)


@transaction.atomic
def _finish_check(batch, rows, started):
    warned = ImportBatch.objects.values_list("counts", flat=True).get(pk=batch.pk).get("warned", 0)
    counts = count_verdicts(batch)
    counts |= {"read": sum(counts.values()), "warned": warned, "grids": grid_counts(batch)}
    counts |= {"skipped": len(rows.skipped), "skipped_rows": rows.skipped[:50]}
    changed = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.CHECKING).update(
        state=BatchState.CHECKED,
        counts=counts,
        seconds=round(batch.seconds + time.monotonic() - started, 1),
        version=F("version") + 1,
        updated_at=timezone.now(),
    )
    if changed:
        end_job(batch.job_id, JobState.DONE, "试运行完成，台账一行也没有改。")
        audit.record("ledgers.importbatch.check", batch, by=batch.created_by, rows=counts["read"])
    batch.refresh_from_db()
    return batch


def count_verdicts(batch):
    """`{verdict: rows}` of all five verdicts."""
    found = dict(batch.rows.values_list("verdict").annotate(n=Count("pk")).order_by())
    return {verdict: found.get(verdict, 0) for verdict in Verdict.values}


def end_job(job_id, state, message=""):
    """Close a Job row; one that is over keeps what it says (the reaper may wait for the very write that ends it)."""
    now = timezone.now()
    Job.objects.filter(pk=job_id, finished_at=None).update(
        state=state, message=message, heartbeat=now, finished_at=now
    )


@transaction.atomic
def fail_batch(batch, message):
    """Give up a batch whose work cannot go on; the sentence stands on its page. Sealed texts found so far go on."""
    failed = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.CHECKING).update(
        state=BatchState.FAILED, version=F("version") + 1, updated_at=timezone.now()
    )
    if failed:
        hand_over_sealed(batch, by=batch.created_by)
    end_job(batch.job_id, JobState.FAILED, message)
    batch.refresh_from_db()
    return batch


def import_dataset(resource, dataset, *, area, by, commit):
    """Run a tablib Dataset through check and, with `commit`, commit; returns the batch. There is no file behind it."""
    mapping = {str(i): key for i, key in guess_columns(resource, [str(h or "") for h in dataset.headers]).items()}
    with transaction.atomic():
        job = Job.objects.create(kind="ledgers.check", owner=by, total=len(dataset))
        batch = ImportBatch.objects.create(
            number=next_batch_number(), ledger=resource.key, area=area, created_by=by, file_name="dataset", sha256="",
            size=0, state=BatchState.CHECKING, job=job, mapping=mapping,
        )  # fmt: skip
    with acting.acting_as(by):
        batch = _check(batch, dataset_rows(resource, dataset), time.monotonic())
        if commit:
            ImportBatch.objects.filter(pk=batch.pk, state=BatchState.CHECKED).update(state=BatchState.WRITING)
            batch.refresh_from_db()
            batch = commit_batch(batch, by=by)
    return batch
