"""Long work of aid in the background: ids go in, nothing comes out, errors leave no text."""

import logging
from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from fedhub.core.housekeeping import every_minute
from fedhub.core.models import Job
from fedhub.core.models.jobs import JobState
from hardship.models import GiftRound
from hardship.services import gifts
from hardship.services.policy_watches import tell_of_policies

log = logging.getLogger("fedhub.hardship")
# A slice takes well under a second; work that has begun and says nothing for so long is dead.
SILENT_AFTER = timedelta(seconds=120)
STOPPED = "没有做完；已经安排好的不受影响。请点“接着安排”，还不行请联系管理员。"


@task(queue_name="slow")
def fill_round(job_id):
    """Make the deliveries of a round that was agreed to."""
    gift_round = GiftRound.objects.select_related("area", "created_by", "approved_by").get(job_id=job_id)
    try:
        gifts.fill_round(gift_round)
    except Exception as error:
        log.error("round %s stopped: %s", gift_round.pk, type(error).__name__)
        stop(job_id)


def stop(job_id):
    """Mark work that will not go on by itself."""
    now = timezone.now()
    Job.objects.filter(pk=job_id, finished_at=None).update(
        state=JobState.FAILED, finished_at=now, heartbeat=now, message=STOPPED
    )


@every_minute
def reap_gift_jobs():
    """Mark work whose worker died in the middle, so that somebody can go on with it. Returns how many there were."""
    silent = Job.objects.filter(
        kind=gifts.KIND, state=JobState.RUNNING, finished_at=None, heartbeat__lt=timezone.now() - SILENT_AFTER
    )
    found = list(silent.values_list("pk", flat=True))
    for pk in found:
        stop(pk)
    return len(found)


every_minute(tell_of_policies)
