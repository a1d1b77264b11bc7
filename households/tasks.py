"""Long work of households in the background: ids go in, nothing comes out, errors leave no text (decisions on tasks)."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from fedhub.core.housekeeping import every_minute
from fedhub.core.models import Job
from fedhub.core.models.jobs import JobState
from fedhub.ledgers.services.check import end_job
from households.models import Campaign
from households.services import campaigns, due

log = logging.getLogger("fedhub.households")
# A slice takes well under a second; a worker silent for so long is dead.
SILENT_AFTER = timedelta(seconds=120)
RESTARTED = "后台工作中断过，已重新开始；已经写好的不受影响。"
GAVE_UP = "后台工作两次中断，没有做完；已经写好的不受影响。请再试一次，还不行请联系管理员。"
STOPPED = "没有做完；已经写好的不受影响。请再试一次，还不行请联系管理员。"


@task(queue_name="slow")
def recompute_due_days(job_id):
    """Let all families follow the visit rules."""
    try:
        due.recompute_all(job_id)
    except Exception as error:
        log.error("recomputing due days stopped: %s", type(error).__name__)
        end_job(job_id, JobState.FAILED, STOPPED)


@task(queue_name="slow")
def fill_campaign(job_id):
    """Plan the visits of a campaign that has started."""
    campaign = Campaign.objects.select_related("area", "created_by").get(job_id=job_id)
    try:
        campaigns.fill_campaign(campaign)
    except Exception as error:
        log.error("campaign %s stopped: %s", campaign.pk, type(error).__name__)
        end_job(job_id, JobState.FAILED, STOPPED)


TASKS = {due.KIND: recompute_due_days, campaigns.KIND: fill_campaign}


def follow_rules(*, by):
    """Let all families follow the visit rules in the background; returns the Job."""
    return due.ask_for_recomputation(recompute_due_days.enqueue, by=by)


@every_minute
def reap_household_jobs():
    """Start work again, once, whose worker died; both kinds may run again from the start. Returns how many there were."""
    now = timezone.now()
    silent = Job.objects.filter(kind__in=TASKS, finished_at=None, heartbeat__lt=now - SILENT_AFTER)
    found = list(silent.exclude(pk__in=in_line(now), state=JobState.WAITING))
    for job in found:
        if job.message == RESTARTED:
            end_job(job.pk, JobState.FAILED, GAVE_UP)
        elif Job.objects.filter(pk=job.pk, heartbeat=job.heartbeat, finished_at=None).update(
            state=JobState.WAITING, heartbeat=now, done=0, message=RESTARTED
        ):
            TASKS[job.kind].enqueue(job.pk)
    return len(found)


def in_line(now):
    """Ids of the jobs whose task waits for a worker, or was taken by one just now."""
    taken = Q(status=TaskResultStatus.RUNNING, started_at__gt=now - SILENT_AFTER)
    open_tasks = DBTaskResult.objects.filter(
        Q(status=TaskResultStatus.READY) | taken, task_path__startswith=f"{__name__}."
    )
    return {given["args"][0] for given in open_tasks.values_list("args_kwargs", flat=True)}
