"""Several concerns handled as one: merging, parting, and walking a lead with all that follow it. Nobody is lost:
each keeps her number, code and dates, is answered herself and rates the answer herself."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from concerns.enums import Status
from concerns.flow import concern_flow
from concerns.models import Concern, Joining
from concerns.services.clocks import end_pause, pause_followers
from fedhub.core import audit
from fedhub.core.bulk import copy_to_history
from fedhub.core.flow import FlowError

# In which order a concern moves, for "who is furthest".
PROGRESS = [Status.NEW, Status.ACCEPTED, Status.ASSIGNED, Status.DONE]


def must_lead(concern):
    """Raises FlowError for a concern that is handled with another one."""
    if concern.lead_id:
        raise FlowError(f"这件已并入 {concern.lead.number}，随主件办理；要单独办，先拆出来。")


def end_pauses(concern, *, by):
    """Let the clocks of a lead and of all that follow it run again."""
    end_pause(concern, by=by)
    for follower in concern.followers.exclude(paused_on=None):
        end_pause(follower, by=by)


@transaction.atomic
def resume_concern(concern, *, by):
    """Let the clock of a lead that stood still run again, and those of all that follow it. Raises FlowError."""
    must_lead(concern)
    if concern.paused_on is None:
        raise FlowError("已经在计时了，不用恢复。")
    end_pauses(concern, by=by)
    return concern


def walk_with_followers(concern, name, *, by, base_version=None, **changes):
    """Walk a lead, and all that follow it, by one step. Returns the lead. Raises FlowError, StaleVersion."""
    must_lead(concern)
    concern_flow.walk(concern, name, base_version=base_version, **changes)
    moved = concern_flow.walk_many(concern.followers.all(), name, by=by, **changes)
    audit.record_many(f"concerns.concern.{name}", Concern.objects.filter(pk__in=moved), by=by, lead=concern.pk)
    return concern


@transaction.atomic
def join_concerns(lead, concerns, *, reason="", by):
    """Merge `concerns` into `lead`: from now on they are handled with it. Returns how many were merged.

    A concern that leads others brings them along. Raises FlowError when one is answered already, is further than the
    lead, or the lead follows another one.
    """
    ids = {concern.pk for concern in concerns} - {lead.pk}
    # Locked in one order: two who merge each other's at once wait, and do not wait for each other.
    locked = Concern.objects.select_for_update(of=("self",)).select_related("lead").filter(pk__in={*ids, lead.pk})
    rows = list(locked.order_by("pk"))
    lead = next(row for row in rows if row.pk == lead.pk)
    must_lead(lead)
    if lead.status not in PROGRESS:
        raise FlowError("主件已经答复，不能再并入。")
    rows.remove(lead)
    rows += Concern.objects.select_for_update(of=("self",)).filter(lead__in=ids).exclude(pk__in=ids).order_by("pk")
    rows = [row for row in rows if row.lead_id != lead.pk]
    if not rows:
        raise FlowError("请选要并入的诉求。")
    for row in rows:
        if row.status not in PROGRESS:
            raise FlowError(f"{row.number} 已经答复，不能并入。")
        if PROGRESS.index(row.status) > PROGRESS.index(lead.status):
            raise FlowError(f"{row.number} 比主件办得远，请以它为主件。")
    for row in rows:
        end_pause(row, by=by)
    Joining.objects.filter(concern__in=[row.pk for row in rows], parted_at=None).update(
        parted_at=timezone.now(), parted_by=by
    )
    Joining.objects.bulk_create(
        [
            Joining(
                concern=row, lead=lead, reason=reason, joined_by=by, status_before=row.status,
                person_before_id=row.assigned_to_id, handle_by_before=row.handle_by,
            )
            for row in rows
        ],
        batch_size=500,
    )  # fmt: skip
    _set_lead([row.pk for row in rows], lead, by=by)
    _catch_up(lead, [row.pk for row in rows], by=by)
    if lead.paused_on is not None:
        pause_followers(lead, lead.pauses.get(to_day=None), by=by)
    audit.record_many("concerns.concern.join", rows, by=by, reason=reason, lead=lead.pk)
    audit.record("concerns.concern.lead", lead, by=by, reason=reason, count=len(rows))
    return len(rows)


def _set_lead(ids, lead, *, by):
    for start in range(0, len(ids), 500):
        Concern.objects.filter(pk__in=ids[start : start + 500]).update(
            lead=lead, version=F("version") + 1, updated_at=timezone.now()
        )
    copy_to_history(Concern, ids, kind="~", by=by, reason="并案")


def _catch_up(lead, ids, *, by):
    """Bring merged concerns to where their lead stands."""
    rows = Concern.objects.filter(pk__in=ids)
    if lead.status == Status.ACCEPTED:
        concern_flow.walk_many(rows, "accept", by=by)
    elif lead.status == Status.ASSIGNED:
        concern_flow.walk_many(rows, "assign", by=by, assigned_to=lead.assigned_to, handle_by=lead.handle_by)
    elif lead.status == Status.DONE:
        concern_flow.walk_many(rows, "accept", by=by)
        concern_flow.walk_many(rows, "finish", by=by, result=lead.result)


@transaction.atomic
def part_concerns(lead, concerns, *, by):
    """Take `concerns` out of `lead` again, each to where it stood before; one that was answered meanwhile stays
    answered. Returns how many were parted. Raises FlowError when one of them does not follow `lead`."""
    rows = list(
        Concern.objects.select_for_update(of=("self",))
        .filter(pk__in=[c.pk for c in concerns], lead=lead)
        .order_by("pk")
    )
    if len(rows) < len({c.pk for c in concerns}) or not rows:
        raise FlowError("有的已经拆出来了，请刷新后再看。")
    before = {
        joining.concern_id: joining
        for joining in Joining.objects.filter(concern__in=[row.pk for row in rows], parted_at=None)
    }
    for row in rows:
        end_pause(row, by=by)
    ids = [row.pk for row in rows]
    Joining.objects.filter(concern__in=ids, parted_at=None).update(parted_at=timezone.now(), parted_by=by)
    _set_lead(ids, None, by=by)
    groups = {}
    for row in rows:
        was = before[row.pk]
        key = (was.status_before, was.person_before_id, was.handle_by_before)
        groups.setdefault(key, []).append(row.pk)
    for (status, person, handle_by), members in groups.items():
        found = Concern.objects.filter(pk__in=members)
        if status != Status.DONE:
            concern_flow.walk_many(
                found, f"back_{status}", by=by, assigned_to_id=person, handle_by=handle_by, result=""
            )
    audit.record_many("concerns.concern.part", rows, by=by, lead=lead.pk)
    return len(rows)


@transaction.atomic
def leave(concern, *, by):
    """Take one concern out of its lead, staying where it stands (it was answered, withdrawn or opens again)."""
    if concern.lead_id is None:
        return
    Joining.objects.filter(concern=concern, parted_at=None).update(parted_at=timezone.now(), parted_by=by)
    Concern.objects.filter(pk=concern.pk).update(lead=None, version=F("version") + 1, updated_at=timezone.now())
    concern.refresh_from_db()
    copy_to_history(Concern, [concern.pk], kind="~", by=by, reason="拆出")
    audit.record("concerns.concern.part", concern, by=by)


def check_no_followers(concern):
    """Raises ValidationError while others are handled with `concern`."""
    count = concern.followers.filter(status__in=PROGRESS).count()
    if count:
        raise ValidationError(f"还有 {count} 件并入这件，先把它们拆出来，或者并到另一件。")
