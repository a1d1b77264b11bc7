"""Sending in the background: no ids go in, nothing comes out, errors leave no text (decisions on tasks)."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from fedhub.core.housekeeping import every_minute
from fedhub.notices.models import Message
from fedhub.notices.services import sending

log = logging.getLogger("fedhub.notices")
# A slice ends by itself after half a minute; a worker silent for so long is dead.
SILENT_AFTER = timedelta(minutes=3)


@task(queue_name="default")
def send_due():
    """Send one slice, and go on as long as there is more."""
    try:
        taken = sending.send_slice()
    except Exception as error:
        log.error("sending stopped: %s", type(error).__name__)
        return
    if taken and Message.objects.due().exists():
        send_due.enqueue()


@every_minute
def send_notices():
    """Let a worker send what is due, unless one is at it already."""
    sending.hand_over_stuck()
    if Message.objects.due().exists() and not _in_line():
        send_due.enqueue()


def _in_line():
    """True when a slice waits for a worker, or was taken by one just now."""
    taken = Q(status=TaskResultStatus.RUNNING, started_at__gt=timezone.now() - SILENT_AFTER)
    rows = DBTaskResult.objects.filter(Q(status=TaskResultStatus.READY) | taken, task_path=send_due.module_path)
    return rows.exists()


@every_minute
def forget_old_notices():
    """Messages whose time of keeping is over, a slice at a time."""
    sending.forget_old()
