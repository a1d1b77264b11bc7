"""Campaigns: prepared, started (one task a family, in one go), closed (handbook 2.5 kind of visit; acceptance 2, 22)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.roles import Role
from fedhub.core import audit
from fedhub.core.models import Job
from fedhub.core.models.jobs import JobState
from fedhub.core.versions import save_version
from households.criteria import fitting_homes
from households.enums import CampaignState, CampaignWhom, TaskKind
from households.flow import campaign_flow, task_flow
from households.models import Campaign, VisitTask
from households.plan import CAMPAIGN_WEIGHT

KIND = "households.campaign"
# So many families are planned while the page waits; more in the background, with progress.
AT_ONCE, SLICE = 500, 500
ROLES = {CampaignWhom.WORKER: Role.GRID_WORKER, CampaignWhom.COMMITTEE: Role.COMMITTEE}


@transaction.atomic
def create_campaign(campaign, *, by):
    """Prepare a campaign: nobody is visited yet. Returns it. Raises ValidationError."""
    campaign.created_by = by
    campaign.full_clean()
    campaign.save()
    audit.record("households.campaign.create", campaign, by=by, template=campaign.template)
    return campaign


@transaction.atomic
def change_campaign(campaign, fields, *, base_version, by):
    """Save changed `fields` of a campaign that has not started. Raises ValidationError, StaleVersion."""
    if campaign.state != CampaignState.DRAFT:
        raise ValidationError("已经开始或结束的活动不能再改。")
    campaign.full_clean()
    save_version(campaign, sorted(fields), base_version=base_version)
    audit.record("households.campaign.change", campaign, by=by, fields=sorted(fields))
    return campaign


@transaction.atomic
def start_campaign(campaign, enqueue, *, by):
    """Start: every fitting family gets its task, up to AT_ONCE at once, more in the background (`enqueue(job id)`).

    Returns the Campaign. Raises ValidationError when no family fits or its days are over, FlowError.
    """
    if campaign.ends_on < timezone.localdate():
        raise ValidationError("结束日期已经过了，请先改日期。")
    total = fitting_homes(campaign.area, campaign.criteria).count()
    if not total:
        raise ValidationError("没有一户符合条件，请先改条件。")
    campaign_flow.walk(campaign, "start", started_on=timezone.localdate())
    audit.record("households.campaign.start", campaign, by=by, count=total)
    if total <= AT_ONCE:
        plan_families(campaign)
        return campaign
    job = Job.objects.create(kind=KIND, owner=by, total=total)
    Campaign.objects.filter(pk=campaign.pk).update(job=job)
    campaign.job = job
    enqueue(job.pk)
    return campaign


@transaction.atomic
def resume_campaign(campaign, enqueue, *, by):
    """Go on with planning the families of a running campaign whose background work stopped. Returns the Campaign.

    Raises ValidationError when nothing stopped."""
    job = Job.objects.select_for_update().filter(pk=campaign.job_id).first()
    if campaign.state != CampaignState.RUNNING or job is None or job.state != JobState.FAILED:
        raise ValidationError("没有中断的安排，不用再来一次。")
    fresh = Job.objects.create(kind=KIND, owner=by, total=job.total)
    Campaign.objects.filter(pk=campaign.pk).update(job=fresh)
    campaign.job = fresh
    audit.record("households.campaign.resume", campaign, by=by)
    enqueue(fresh.pk)
    return campaign


def fill_campaign(campaign):
    """Plan the visits of a started campaign in the background. It may run again: no family gets a second task."""

    def tell(done):
        Job.objects.filter(pk=campaign.job_id).update(state=JobState.RUNNING, done=done, heartbeat=timezone.now())

    planned = plan_families(campaign, tell)
    now = timezone.now()
    Job.objects.filter(pk=campaign.job_id).update(
        state=JobState.DONE, done=F("total"), heartbeat=now, finished_at=now, message=f"已安排 {planned:,} 户。"
    )


def plan_families(campaign, tell=None):
    """One task for each fitting family that has none of this campaign yet, a slice a transaction; returns how many
    families have one now. `tell(done)` is called after each slice. A campaign that was closed meanwhile gets no more.
    """
    last, done = 0, 0
    carers = _carers(campaign)
    while True:
        homes = list(
            fitting_homes(campaign.area, campaign.criteria).filter(pk__gt=last).order_by("pk")
            .values_list("pk", "area__code")[:SLICE]
        )  # fmt: skip
        if not homes:
            break
        with transaction.atomic():
            if not Campaign.objects.running().select_for_update().filter(pk=campaign.pk).exists():
                break
            VisitTask.objects.bulk_create(
                [_task(campaign, pk, carers(code)) for pk, code in homes], batch_size=SLICE, ignore_conflicts=True
            )
        last, done = homes[-1][0], done + len(homes)
        if tell is not None:
            tell(done)
    return campaign.tasks.count()


def _task(campaign, household_id, person_id):
    return VisitTask(
        household_id=household_id, kind=TaskKind.CAMPAIGN, campaign=campaign, why=campaign.name, since=campaign.starts_on,
        earliest_on=campaign.starts_on, due_on=campaign.ends_on, latest_on=campaign.ends_on,
        assigned_to_id=person_id, weight=CAMPAIGN_WEIGHT, planned_by_id=campaign.created_by_id,
    )  # fmt: skip


def _carers(campaign):
    """A function from the code of a grid or unit to the id of who gets its families, or None."""
    if campaign.whom == CampaignWhom.NOBODY:
        return lambda code: None
    grants = RoleGrant.objects.in_force().filter(
        role=ROLES[CampaignWhom(campaign.whom)], user__is_active=True, area__code__startswith=campaign.area.code[:12]
    )
    # The nearest place wins; of several people there the one who has it longest.
    found = {}
    for code, person in grants.order_by("valid_from", "pk").values_list("area__code", "user_id"):
        found.setdefault(code, person)
    known = {}

    def carer(code):
        if code not in known:
            known[code] = next((found[code[:n]] for n in range(len(code), 11, -1) if code[:n] in found), None)
        return known[code]

    return carer


@transaction.atomic
def close_campaign(campaign, *, why, by):
    """End a running campaign: what is not done is cancelled with the reason. Returns how many were cancelled.

    Raises ValidationError (no reason), FlowError.
    """
    if not why.strip():
        raise ValidationError("请写结束说明，例如：活动结束。")
    today = timezone.localdate()
    campaign_flow.walk(campaign, "close", closed_on=today, closed_why=why.strip()[:60])
    left = task_flow.walk_many(
        VisitTask.objects.open().filter(campaign=campaign), "cancel", by=by, cancelled_on=today,
        cancelled_why=f"活动结束：{why.strip()}"[:60],
    )  # fmt: skip
    audit.record("households.campaign.close", campaign, by=by, reason=why, cancelled=len(left))
    return len(left)


@transaction.atomic
def drop_campaign(campaign, *, by):
    """Give up a campaign that never started. Raises FlowError."""
    campaign_flow.walk(campaign, "drop", closed_on=timezone.localdate(), closed_why="没有开始")
    audit.record("households.campaign.drop", campaign, by=by)
    return campaign
