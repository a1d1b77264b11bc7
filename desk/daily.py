"""Work of the quiet hours: the daily backup, what SQLite knows of its indexes, the audit chain's head, old once-keys and
tasks, files without a record."""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts import throttle
from accounts.models import OneTimeCode
from fedhub.core.audit import keep_head
from fedhub.core.backup import BackupError, make_backup, prune, public_key_path
from fedhub.core.files import sweep
from fedhub.core.housekeeping import every_minute
from fedhub.core.models import Attachment, OnceKey, Setting

log = logging.getLogger("fedhub.daily")

ONCE_KEY_DAYS = 7


def _is_time(key, every):
    """True once per `every` (timedelta); notes the time first, so that a failing job does not run each minute."""
    now = timezone.now()
    row, made = Setting.objects.get_or_create(key=key, defaults={"value": {"at": now.isoformat()}})
    if made:
        return True
    return bool(
        Setting.objects.filter(key=key, updated_at__lte=now - every).update(
            value={"at": now.isoformat()}, updated_at=now
        )
    )


@every_minute
def daily_backup():
    """A backup a day for an office's own installation with a recovery key; an office PC is off at night, so any hour."""
    if settings.DEMO or not public_key_path().exists():
        return
    if _is_time("daily_backup", timedelta(hours=20)):
        try:
            make_backup()
            prune()
        except BackupError as error:
            log.error("daily backup failed: %s", error)


@every_minute
def look_over_indexes():
    """Once a day SQLite learns how much each index holds, without which it takes the wrong ones for long lists
    (docs/performance.md). Whole: from a sample it takes those of the places to be fine. PostgreSQL does so by itself."""
    if connection.vendor == "sqlite" and _is_time("index_statistics", timedelta(hours=20)):
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@every_minute
def keep_audit_head():
    """The end of the audit chain, once a day, to the file beside the backups (security design 4.5)."""
    if _is_time("audit_head", timedelta(hours=20)):
        keep_head()


@every_minute
def forget_old_keys():
    """Once-keys after a week, ended sessions, used or expired sign-in codes and old failed sign-ins after a day."""
    if not _is_time("forget_old_keys", timedelta(hours=6)):
        return
    now = timezone.now()
    OnceKey.objects.filter(made_at__lt=now - timedelta(days=ONCE_KEY_DAYS)).delete()
    OneTimeCode.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    throttle.forget_old()


@every_minute
def forget_old_tasks():
    """What became of background tasks, after a day; also those whose worker died, which stand as running for ever."""
    if _is_time("forget_old_tasks", timedelta(hours=6)):
        DBTaskResult.objects.exclude(status=TaskResultStatus.READY).filter(
            started_at__lt=timezone.now() - timedelta(days=1)
        ).delete()


@every_minute
def remove_orphan_files():
    """Attachment files that no record names (a save that failed after the file was written), once a day old."""
    if not _is_time("remove_orphan_files", timedelta(hours=24)):
        return
    known = {uuid.hex for uuid in Attachment.objects.values_list("uuid", flat=True)}
    edge = time.time() - 86_400
    for path in sweep(known):
        if path.stat().st_mtime < edge:
            path.unlink(missing_ok=True)
