"""Ledgers out of the house: registered, masked unless the right and a purpose say otherwise, stamped, fingerprinted.

Up to `export_background_rows` rows come at once; more are written in the background, lie sealed under SCRATCH_ROOT for
`export_file_hours`, and every download is counted (security design 4.6).
"""

import hashlib
import io
from contextlib import closing
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core import acting, audit, crypto
from fedhub.core.models import Job
from fedhub.core.models.jobs import JobState
from fedhub.core.models.numbers import take_numbers
from fedhub.core.text import chinese_date
from fedhub.ledgers import scratch
from fedhub.ledgers.enums import ExportMode
from fedhub.ledgers.models import ExportRecord
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.stream import ledger_filename, write_xlsx
from fedhub.reference.lookup import rule

STOPPED = "导出没有完成，没有生成文件。请再导出一次；还不行请联系管理员。"
GONE = "文件已过保留时间，已经删除。需要的话请重新导出。"


def export_ledger(resource, *, filters=None, full=False, purpose="", by):
    """Register an export of `resource` and, when it is small, make the file at once.

    `filters`: plain values (area id, as_of and known_on ISO dates, and what the ledger knows itself). Returns
    `(ExportRecord, bytes or None)`; None means that the file is still to be made in the background (see
    `write_export`). Raises ValidationError.
    """
    filters, purpose = filters or {}, purpose.strip()
    if not by.has_perm(resource.export_permission) or (full and not by.has_perm(resource.full_permission)):
        raise ValidationError("您没有这样导出的权限，请联系妇联主席。")
    if full and not purpose:
        raise ValidationError("完整导出，请写明用途。")
    rows = resource.get_rows(by, filters, full=full).count()
    if not rows:
        raise ValidationError(f"按这些条件{resource.none_words}，没有生成文件。请放宽条件。")
    direct = rows <= rule("export_background_rows")
    with transaction.atomic():
        record = _register(resource, filters, full, purpose, rows, direct, by)
        return record, _finish_direct(record) if direct else None


def _register(resource, filters, full, purpose, rows, direct, by):
    day = timezone.localdate()
    area = place_of(filters, by)
    job = None if direct else Job.objects.create(kind="ledgers.export", owner=by, total=rows)
    record = ExportRecord.objects.create(
        number=f"DC{day:%Y%m%d}-{take_numbers(f'export:{day:%Y%m%d}'):03d}",
        ledger=resource.key,
        mode=ExportMode.FULL if full else ExportMode.MASKED,
        purpose=purpose[:100],
        filters=filters,
        columns=resource.headers_of(filters, full=full),
        rows=rows,
        file_name=ledger_filename(resource.label, area.name, day),
        area=area,
        created_by=by,
        job=job,
    )
    audit.record(
        "ledgers.exportrecord.make", record, by=by, reason=purpose, level=3, mode=record.mode, rows=rows,
        ledger=resource.key, filters=filters,
    )  # fmt: skip
    return record


@transaction.atomic
def note_export(*, name, area, filters, columns, rows, data, file_name, by):
    """Register a file that an app made by itself and hands over at once: `data` of so many `rows` under the `columns`, of figures
    that name nobody. Returns the ExportRecord."""
    day = timezone.localdate()
    record = ExportRecord.objects.create(
        number=f"DC{day:%Y%m%d}-{take_numbers(f'export:{day:%Y%m%d}'):03d}", ledger=name, mode=ExportMode.MASKED,
        filters=filters, columns=columns, rows=rows, sha256=hashlib.sha256(data).hexdigest(), file_name=file_name,
        area=area or place_of({}, by), created_by=by, downloads=1,
    )  # fmt: skip
    audit.record(
        "ledgers.exportrecord.make", record, by=by, level=2, mode=record.mode, rows=rows, ledger=name, filters=filters
    )
    return record


def place_of(filters, user):
    """The place whose office is the reporting unit: the chosen one, else the user's community, else the top."""
    own = next((code[:12] for _, _, code in user.open_grants if len(code) >= 12), None)
    places = Area.objects.filter(pk=filters["area"]) if filters.get("area") else Area.objects.filter(code=own)
    return places.first() or Area.objects.order_by("code").first()


def _finish_direct(record):
    file = io.BytesIO()
    _build(record, file)
    ExportRecord.objects.filter(pk=record.pk).update(
        sha256=record.sha256, rows=record.rows, phones_held=record.phones_held, downloads=1, updated_at=timezone.now()
    )
    return file.getvalue()


def write_export(record):
    """Make the file of a registered export in the background and keep it sealed for a while. Returns the record."""
    Job.objects.filter(pk=record.job_id).update(state=JobState.RUNNING, heartbeat=timezone.now())
    with acting.acting_as(record.created_by), scratch.writing() as file:
        _build(record, file)
    now = timezone.now()
    ExportRecord.objects.filter(pk=record.pk).update(
        sha256=record.sha256, rows=record.rows, phones_held=record.phones_held, stored=file.name, updated_at=now,
        expires_at=now + timedelta(hours=rule("export_file_hours")),
    )  # fmt: skip
    Job.objects.filter(pk=record.job_id).update(
        state=JobState.DONE, done=record.rows, heartbeat=now, finished_at=now, message="文件已生成，可以下载。"
    )
    record.refresh_from_db()
    return record


def fail_export(record):
    """Say that the background work stopped."""
    now = timezone.now()
    Job.objects.filter(pk=record.job_id).update(state=JobState.FAILED, message=STOPPED, heartbeat=now, finished_at=now)


def _build(record, file):
    """Write the workbook to the binary `file`, piece by piece; sets rows, phones_held and sha256 of `record` (not saved)."""
    resource, by = ledgers[record.ledger], record.created_by
    counted = _Progress(record.job_id)
    layout = {
        "office": office_of(record.area),
        "reporter": by.name,
        "made_at": timezone.localdate(),
        "unit": resource.unit,
        "stamp": stamp_of(record),
        "total_row": lambda: {resource.total_column: f"{counted.rows} {resource.unit}"},
        "title": title_of(resource, record.filters),
        "name": resource.label,
    }
    fingerprinted = _Fingerprinted(file)
    full = record.mode == ExportMode.FULL
    with closing(counted):
        write_xlsx(
            resource.sheets(user=by, filters=record.filters, full=full, watch=counted, layout=layout), fingerprinted
        )
    record.rows, record.phones_held = counted.rows, counted.phones_held
    record.sha256 = fingerprinted.sha256.hexdigest()


class _Fingerprinted:
    """Hands on what is written to `file` and takes its fingerprint. Nobody can go back in it."""

    def __init__(self, file):
        self.file, self.sha256 = file, hashlib.sha256()

    def write(self, data):
        self.sha256.update(data)
        return self.file.write(data)

    def flush(self):
        self.file.flush()


class _Progress:
    """Counts rows, and people whose numbers stay here, while they are written; keeps the heartbeat of the job going.

    It has a connection of its own: the one that reads the rows stands on a snapshot, and SQLite refuses it any write at
    once ("database is locked") when somebody else has written since. Inside a transaction nobody else can have.
    """

    EVERY = 2000

    def __init__(self, job_id):
        self.job_id, self.rows, self.phones_held, self._own = job_id, 0, 0, None

    def __call__(self, record):
        self.rows += 1
        if record.get("phones_held"):
            self.phones_held += 1
        if self.job_id and not self.rows % self.EVERY:
            self._tell()

    def _tell(self):
        if connection.in_atomic_block:
            Job.objects.filter(pk=self.job_id).update(done=self.rows, heartbeat=timezone.now())
            return
        self._own = self._own or connection.copy()
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with self._own.cursor() as cursor:
            cursor.execute(
                "UPDATE core_job SET done = %s, heartbeat = %s WHERE id = %s", [self.rows, now, self.job_id]
            )

    def close(self):
        """Give the connection back."""
        if self._own is not None:
            self._own.close()


def title_of(resource, filters):
    """The title of the file: the name of the ledger, and the day it stands for when that was chosen."""
    if not filters.get("as_of"):
        return resource.label
    known = f"，登记到{_day_words(filters['known_on'])}" if filters.get("known_on") else ""
    return f"{resource.label}（截至{_day_words(filters['as_of'])}{known}）"


def _day_words(text):
    return chinese_date(date.fromisoformat(text))


def office_of(area):
    """Name of the federation that reports for `area`."""
    while area.parent is not None and not area.office_name:
        area = area.parent
    return area.office_name or area.name


def stamp_of(record):
    """Who, when, register number, mode and purpose: printed in the footer and kept in the file's properties."""
    made = timezone.localtime(record.created_at)
    purpose = f" 用途：{record.purpose}" if record.purpose else ""
    return (
        f"{record.created_by.name} {made:%Y-%m-%d %H:%M} 登记号 {record.number} {record.get_mode_display()}{purpose}"
    )


@transaction.atomic
def take_export(record, *, by):
    """The kept file as a scratch.Kept, for whoever made the export; counted and logged. Raises ValidationError when it is
    gone."""
    if record.created_by_id != by.pk:
        raise ValidationError("只有导出的人自己能下载这个文件。")
    if not record.stored or record.expires_at < timezone.now():
        raise ValidationError(GONE)
    try:
        file = scratch.Kept(record.stored)
    except (OSError, crypto.Undecryptable):
        raise ValidationError(GONE) from None
    ExportRecord.objects.filter(pk=record.pk).update(downloads=F("downloads") + 1)
    audit.record("ledgers.exportrecord.download", record, by=by, level=3, mode=record.mode)
    return file
