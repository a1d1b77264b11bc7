"""Taking a file in, mapping its columns, and the user's decisions before and after the write."""

import hashlib
import io

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.models import Job
from fedhub.ledgers import guard, scratch
from fedhub.ledgers.convert import book_facts
from fedhub.ledgers.enums import BatchState, SexCodes, Verdict
from fedhub.ledgers.models import ColumnMap, ImportBatch, ImportRow
from fedhub.ledgers.reader import open_book
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.rows import StagedRow
from fedhub.ledgers.services.check import next_batch_number
from fedhub.ledgers.services.commit import CHOICES, OTHER, SAME, check_undo
from fedhub.ledgers.services.sealed import hand_over_sealed
from fedhub.ledgers.sheets import chosen_sheet, chosen_sheets

OPEN_STATES = (BatchState.UPLOADED, BatchState.CHECKING, BatchState.CHECKED)


def start_import(file, *, ledger, area, by):
    """Take an uploaded `file` into a new batch for `ledger` (its key) and `area`; returns the ImportBatch.

    The file is looked at before anything is stored; one that is refused is stored nowhere. Raises ValidationError with
    one Chinese sentence.
    """
    if ledger not in ledgers or not ledgers[ledger].importable:
        raise ValidationError("没有这本台账，请重新选。")
    resource = ledgers[ledger]
    if not by.has_perm(resource.import_permission, area):
        raise ValidationError("您不能导入到这个范围，请重新选。")
    data = file.read(guard.MAX_PACKED + 1)
    name = file.name or ""
    with open_book(io.BytesIO(data), name) as book:
        sheets = book_facts(resource, book)
    if not sheets:
        raise ValidationError(
            f"没有找到“{resource.label}”的表头（至少要有“姓名”等几列），没有收下。请对照空白模板，看表头是不是在前 20 行里。"
        )
    stored = scratch.put(data)
    try:
        with transaction.atomic():
            batch = _make_batch(resource, sheets, name, data, stored, area, by)
    except BaseException:
        scratch.drop(stored)
        raise
    return batch


def _make_batch(resource, sheets, name, data, stored, area, by):
    chosen = max(sheets, key=lambda sheet: (not sheet["hidden"], len(sheet["mapping"]), sheet["rows"]))
    alike = [sheet for sheet in sheets if sheet["key"] == chosen["key"] and not sheet["hidden"]]
    batch = ImportBatch.objects.create(
        number=next_batch_number(), ledger=resource.key, area=area, created_by=by, file_name=name[-120:],
        sha256=hashlib.sha256(data).hexdigest(), size=len(data), stored=stored, heading={"sheets": sheets},
        sheet="" if len(alike) > 1 else chosen["name"][:60], **remembered(resource, chosen),
    )  # fmt: skip
    audit.record("ledgers.importbatch.upload", batch, by=by, level=3, ledger=resource.key, sha256=batch.sha256)
    return batch


def remembered(resource, sheet):
    """`{"mapping": {column index as text: key}, "sex_codes": SexCodes}`: as chosen last time for this heading, else
    guessed from the headings."""
    known = ColumnMap.objects.filter(ledger=resource.key, heading_key=sheet["key"]).first()
    if known is None:
        return {"mapping": sheet["mapping"], "sex_codes": SexCodes.NONE}
    keys = {column.key for column in resource.imported_columns()}
    fits = {index: key for index, key in known.mapping.items() if key in keys and int(index) < len(sheet["labels"])}
    return {"mapping": fits, "sex_codes": known.sex_codes}


@transaction.atomic
def choose_sheet(batch, sheet, *, by):
    """Choose another sheet ('' for all that are alike); its mapping is guessed anew. Raises ValidationError."""
    names = {facts["name"][:60] for facts in batch.heading["sheets"]}
    if sheet and sheet not in names:
        raise ValidationError("文件里没有这张工作表，请重新选。")
    batch.sheet = sheet
    known = remembered(ledgers[batch.ledger], chosen_sheet(batch))
    batch.mapping, batch.sex_codes = known["mapping"], known["sex_codes"]
    changed = ImportBatch.objects.filter(pk=batch.pk, state__in=[BatchState.UPLOADED, BatchState.CHECKED]).update(
        sheet=batch.sheet, version=F("version") + 1, updated_at=timezone.now(), **known
    )
    if not changed:
        raise ValidationError("这一批现在不能换工作表，请刷新后再看。")
    return batch


@transaction.atomic
def map_columns(batch, mapping, *, sex_codes=None, by):
    """Fix which column feeds what (`{column index: key}`) and make the batch ready for the dry run; returns it.

    `sex_codes` (SexCodes) says what numbers in the column 性别 mean; None leaves what the batch says.

    The choice is remembered for the next workbook with the same heading. Earlier results of this batch are dropped.
    Raises ValidationError, with the columns' names in the sentence.
    """
    resource = ledgers[batch.ledger]
    sheet = chosen_sheet(batch)
    mapping = {str(index): key for index, key in mapping.items() if key}
    _check_mapping(resource, sheet, mapping)
    sex_codes = batch.sex_codes if sex_codes is None else sex_codes
    if sex_codes not in SexCodes.values:
        raise ValidationError("男女代码请从列表里选。")
    sheets = chosen_sheets(batch)
    job = Job.objects.create(kind="ledgers.check", owner=by, total=sum(one["rows"] for one in sheets))
    changed = ImportBatch.objects.filter(pk=batch.pk, state__in=[BatchState.UPLOADED, BatchState.CHECKED]).update(
        mapping=mapping, sex_codes=sex_codes, state=BatchState.CHECKING, job=job, counts={}, seconds=0,
        version=F("version") + 1, updated_at=timezone.now(),
    )  # fmt: skip
    if not changed:
        raise ValidationError("这一批现在不能重新对应列，请刷新后再看。")
    ImportRow.objects.filter(batch=batch).delete()
    ColumnMap.objects.update_or_create(
        ledger=batch.ledger,
        heading_key=sheet["key"],
        defaults={"mapping": mapping, "sex_codes": sex_codes, "used_by": by, "used_at": timezone.now()},
    )
    batch.refresh_from_db()
    return batch


def _check_mapping(resource, sheet, mapping):
    labels = {column.key: column.label for column in resource.imported_columns()}
    unknown = set(mapping.values()) - set(labels)
    outside = [index for index in mapping if not index.isdigit() or int(index) >= len(sheet["labels"])]
    if unknown or outside:
        raise ValidationError("有一列的对应认不出来，请重新选。")
    used = list(mapping.values())
    twice = {key for key in used if used.count(key) > 1}
    if twice:
        raise ValidationError(f"“{labels[min(twice)]}”对应了不止一列，请只留一列。")
    missing = [c.label for c in resource.imported_columns() if c.required and c.key not in used]
    if missing:
        raise ValidationError(f"还没有指出哪一列是“{'”“'.join(missing)}”，请在下面选。")


@transaction.atomic
def choose_row(row, choice, *, by):
    """What the user says about a suspect row: same, other or skip ('' takes it back). Raises ValidationError."""
    if choice and choice not in CHOICES:
        raise ValidationError("请从列表里选。")
    changed = ImportRow.objects.filter(pk=row.pk, verdict=Verdict.SUSPECT, batch__state=BatchState.CHECKED).update(
        choice=choice
    )
    if not changed:
        raise ValidationError("这一行现在不用选，请刷新后再看。")
    row.choice = choice
    return row


def to_write(batch):
    """`(new, changed)`: how many rows the next step would write, decisions about suspects included."""
    resource = ledgers[batch.ledger]
    new, changed = batch.counts.get("new", 0), batch.counts.get("changed", 0)
    for stored in batch.rows.filter(verdict=Verdict.SUSPECT, choice__in=[SAME, OTHER]):
        if resource.pick(StagedRow.from_model(stored)):
            new, changed = (new + 1, changed) if stored.choice == OTHER else (new, changed + 1)
    return new, changed


@transaction.atomic
def request_commit(batch, *, by):
    """Claim a checked batch for writing: only the first of two confirmations gets it. Returns the batch.

    Raises ValidationError when it is not waiting for a confirmation.
    """
    new, changed = to_write(batch)
    if not new + changed:
        raise ValidationError("没有可写入的行：新增和变更都是 0。")
    _claim(batch, BatchState.CHECKED, "ledgers.commit", new + changed, by, "这一批正在写入或已经写入，不用再确认。")
    return batch


@transaction.atomic
def request_undo(batch, *, by):
    """Claim a written batch for taking back. Raises ValidationError when that is not possible (any more)."""
    check_undo(batch)
    total = batch.counts.get("written_new", 0) + batch.counts.get("written_changed", 0)
    _claim(batch, BatchState.DONE, "ledgers.undo", total, by, "这一批正在撤销或已经撤销。")
    return batch


def _claim(batch, state, kind, total, by, refusal):
    job = Job.objects.create(kind=kind, owner=by, total=total)
    changed = ImportBatch.objects.filter(pk=batch.pk, state=state).update(
        state=BatchState.WRITING, job=job, version=F("version") + 1, updated_at=timezone.now()
    )
    if not changed:
        raise ValidationError(refusal)
    batch.refresh_from_db()


@transaction.atomic
def cancel_import(batch, *, by):
    """Give a batch up before it is written; its file and rows go at once, what is sealed to the trained person.

    Raises ValidationError.
    """
    changed = ImportBatch.objects.filter(pk=batch.pk, state__in=OPEN_STATES).update(
        state=BatchState.CANCELLED, version=F("version") + 1, updated_at=timezone.now(), stored="",
        purged_at=timezone.now(),
    )  # fmt: skip
    if not changed:
        raise ValidationError("这一批正在写入或已经结束，不能放弃。")
    hand_over_sealed(batch, by=by)
    ImportRow.objects.filter(batch=batch).delete()
    audit.record("ledgers.importbatch.cancel", batch, by=by)
    transaction.on_commit(lambda: scratch.drop(batch.stored))
    return batch
