"""Writing a checked batch in one transaction, and taking it back: all or nothing, and the job says which."""

import logging
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core import acting, audit
from fedhub.core.bulk import update_many, update_rows
from fedhub.core.garbage import seldom_collected
from fedhub.core.models import Job
from fedhub.core.models.jobs import JobState
from fedhub.ledgers.enums import BatchState, Verdict
from fedhub.ledgers.models import ImportBatch, ImportRow
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.rows import ImportContext, StagedRow
from fedhub.ledgers.services.sealed import hand_over_sealed
from fedhub.reference.lookup import rule

log = logging.getLogger("fedhub.ledgers")

SLICE = 1000
SAME, OTHER, SKIP = "same", "other", "skip"
TO_WRITE = ("pk", "number", "parsed", "verdict", "target_id", "choice")
CHOICES = {SAME: "是同一人", OTHER: "是另一人", SKIP: "不导入"}
NOT_WRITTEN = "写入没有完成，一行也没有写进台账。可以再确认一次。"
NOT_UNDONE = "撤销没有完成，台账保持原样。可以再试一次。"


class WriteFailed(Exception):
    """The write was rolled back as a whole; the batch is as it was before. The text names no data."""


def writing_context(batch, by):
    """The ImportContext of a commit or undo."""
    resource = ledgers[batch.ledger]
    return ImportContext(
        user=by, area=batch.area, permission=resource.import_permission, number=batch.number,
        today=timezone.localdate(), columns=resource.by_key, memo={"checked_at": batch.created_at},
    )  # fmt: skip


def commit_batch(batch, *, by):
    """Write everything that `batch` (state WRITING) promises, in one transaction; returns the batch, then DONE.

    Whatever goes wrong leaves no row: the batch goes back to CHECKED and WriteFailed is raised.
    """
    Job.objects.filter(pk=batch.job_id).update(state=JobState.WRITING, heartbeat=timezone.now())
    try:
        with acting.acting_as(by), seldom_collected(), transaction.atomic():
            # Holding the row makes the reaper wait until this write has ended, one way or the other.
            if not ImportBatch.objects.filter(pk=batch.pk, state=BatchState.WRITING).update(version=F("version") + 1):
                return batch
            _write(batch, by)
    except Exception as error:
        log.error("import %s was not written: %s", batch.number, type(error).__name__)
        release_batch(batch, BatchState.CHECKED, NOT_WRITTEN)
        raise WriteFailed(batch.number) from error
    batch.refresh_from_db()
    return batch


def _write(batch, by):
    resource, context = ledgers[batch.ledger], writing_context(batch, by)
    counts = batch.counts | {"written_new": 0, "written_changed": 0, "late": 0}
    # What stood in the cells and what was said is not written: opening it for each row would only take time.
    wanted = batch.rows.exclude(verdict=Verdict.REFUSED).exclude(verdict=Verdict.SAME)
    for stored in slices(wanted.values_list(*TO_WRITE, named=True)):
        rows = [row for row in map(_to_write, stored) if _is_to_write(resource, row)]
        written = resource.write_rows(context, rows)
        _store_results(rows, written, counts)
    resource.finish_rows(context)
    hand_over_sealed(batch, by=by)
    now = timezone.now()
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=BatchState.DONE, counts=counts, committed_at=now, updated_at=now
    )
    Job.objects.filter(pk=batch.job_id).update(
        state=JobState.DONE, message="已写入台账。", heartbeat=now, finished_at=now, done=F("total")
    )
    audit.record(
        "ledgers.importbatch.commit", batch, by=by, level=3,
        new=counts["written_new"], changed=counts["written_changed"], late=counts["late"], sha256=batch.sha256,
    )  # fmt: skip


def slices(rows):
    """Lists of stored rows in file order, a few at a time; rows may be written while they are walked."""
    last = 0
    while chunk := list(rows.filter(number__gt=last).order_by("number")[:SLICE]):
        last = chunk[-1].number
        yield chunk


def _to_write(stored):
    """A StagedRow from TO_WRITE: its findings are those of the write alone."""
    pk, number, parsed, verdict, target_id, choice = stored
    return StagedRow(
        number=number, sheet="", row=number, raw=[], values=parsed["v"], plan=parsed["p"], verdict=verdict,
        target_id=target_id, choice=choice, memo={"pk": pk},
    )  # fmt: skip


def _is_to_write(resource, row):
    return row.verdict in (Verdict.NEW, Verdict.CHANGED) or (row.choice in (SAME, OTHER) and resource.pick(row))


def _store_results(rows, written, counts):
    """Undo data of the written rows; rows that were refused at the last moment say so."""
    good = []
    for row in rows:
        result = written[row.number]
        if result.undo is None:
            row.verdict = Verdict.REFUSED.value
            counts["late"] += 1
            continue
        counts["written_new" if "made" in result.undo else "written_changed"] += 1
        good.append((result.target_id, result.undo, row.memo["pk"]))
    update_rows(ImportRow, ["target_id", "undo"], good)
    told = [row for row in rows if row.findings]
    if told:
        said = dict(ImportRow.objects.filter(pk__in=[row.memo["pk"] for row in told]).values_list("pk", "findings"))
        update_rows(
            ImportRow, ["verdict", "findings"],
            [(row.verdict, [*(said[row.memo["pk"]] or []), *row.findings_data()], row.memo["pk"]) for row in told],
        )  # fmt: skip


def release_batch(batch, state, message):
    """Give a batch back after a write that did not happen; only while it is still WRITING. True when it did."""
    now = timezone.now()
    changed = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.WRITING).update(
        state=state, version=F("version") + 1, updated_at=now
    )
    if changed:
        Job.objects.filter(pk=batch.job_id).update(
            state=JobState.FAILED, message=message, heartbeat=now, finished_at=now
        )
    batch.refresh_from_db()
    return bool(changed)


# --- taking back ----------------------------------------------------------------------------------------------------
def undo_until(batch):
    """The moment until which `batch` can be taken back, or None when it was not written."""
    return batch.committed_at + timedelta(hours=rule("import_undo_hours")) if batch.committed_at else None


def check_undo(batch):
    """Raise ValidationError unless `batch` can be taken back now."""
    if batch.state != BatchState.DONE:
        raise ValidationError("这一批现在不能撤销，请刷新后再看。")
    if timezone.now() > undo_until(batch):
        raise ValidationError(
            f"写入已超过 {rule('import_undo_hours')} 小时，撤销数据已清除，不能再撤销。请在各人档案里改。"
        )


def undo_batch(batch, *, by):
    """Take back a written `batch` (state WRITING again, see `request_undo`); rows changed since stay and are listed.

    Returns the batch, then UNDONE. Sealed reports are not taken back: nothing here knows of them.
    """
    Job.objects.filter(pk=batch.job_id).update(state=JobState.WRITING, heartbeat=timezone.now())
    try:
        with acting.acting_as(by), transaction.atomic():
            if not ImportBatch.objects.filter(pk=batch.pk, state=BatchState.WRITING).update(version=F("version") + 1):
                return batch
            _undo(batch, by)
    except Exception as error:
        log.error("import %s was not taken back: %s", batch.number, type(error).__name__)
        release_batch(batch, BatchState.DONE, NOT_UNDONE)
        raise WriteFailed(batch.number) from error
    batch.refresh_from_db()
    return batch


def _undo(batch, by):
    resource, context = ledgers[batch.ledger], writing_context(batch, by)
    back = stayed = 0
    for stored in slices(batch.rows.filter(undo__isnull=False)):
        rows = [StagedRow.from_model(one) for one in stored]
        for row, one in zip(rows, stored, strict=True):
            row.memo["undo"] = one.undo
        kept = resource.undo_rows(context, rows)
        for one in stored:
            if one.number in kept:
                one.choice = "kept"
                one.findings = [*(one.findings or []), {"text": kept[one.number], "kind": "warn",
                                                        "remedy": "没有撤销，请在档案里核对后自行改回"}]  # fmt: skip
        update_many([one for one in stored if one.number in kept], ["choice", "findings"])
        stayed += len(kept)
        back += len(stored) - len(kept)
    resource.finish_undo(context)
    now = timezone.now()
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=BatchState.UNDONE, undone_at=now, updated_at=now, counts={**batch.counts, "undone": back, "kept": stayed}
    )
    Job.objects.filter(pk=batch.job_id).update(
        state=JobState.DONE, message="已撤销。", heartbeat=now, finished_at=now, done=F("total")
    )
    audit.record("ledgers.importbatch.undo", batch, by=by, level=3, undone=back, kept=stayed)
