"""Whether this installation may take work: the database writes, the disk has room, clock and audit chain are sane."""

import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from fedhub.core.audit import head_is_whole
from fedhub.core.models import AuditEvent, Setting

# Below this an import or a backup may stop half-way (security design 4.18).
LEAST_FREE = 500 * 1024 * 1024
# How far the newest record may lie ahead of a clock that was set back.
TOLERANCE = timedelta(minutes=5)


def findings():
    """`{part: True when it is sound}` for database, disk, clock and audit; the rest is unknown without a database."""
    try:
        found = {"database": writes()}
        found["disk"] = all(has_room(folder) for folder in folders())
        found["clock"] = clock_is_sane()
        found["audit"] = head_is_whole()
    except (DatabaseError, OSError):
        return {"database": False}
    return found


def writes():
    """True when a row can be written; it is taken back at once, so that no probe is ever in a backup."""
    with transaction.atomic():
        Setting.objects.create(key=f"probe {timezone.now().timestamp()}")
        transaction.set_rollback(True)
    return True


def folders():
    """The folders that grow: attachments, and the database where it is a file."""
    found = [Path(settings.MEDIA_ROOT)]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA database_list")
            found += [Path(file).parent for _, _, file in cursor.fetchall() if file]
    return found


def has_room(folder):
    """True when the disk of `folder` (which need not exist yet) has at least LEAST_FREE bytes left."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free >= LEAST_FREE


def clock_is_sane():
    """True unless the newest audit row lies in the future."""
    newest = AuditEvent.objects.order_by("-id").values_list("at", flat=True).first()
    return newest is None or newest <= timezone.now() + TOLERANCE
