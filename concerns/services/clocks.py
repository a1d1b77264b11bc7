"""The clocks of a concern: standing still for a reason, and a day of closing moved (handbook 13.1)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from concerns.flow import IN_WORK
from concerns.models import Concern, Extension, Pause
from fedhub.core import audit
from fedhub.core.flow import FlowError
from fedhub.core.history import write_history
from fedhub.reference.calendar import add_working_days, due_by, working_days_between
from fedhub.reference.enums import RuleUnit
from fedhub.reference.lookup import rule, rule_unit


def change_concern(concern, *, reason, **changes):
    """Write `changes` (no status) over the row as it was read, with its history row. Raises FlowError when it moved."""
    rows = Concern.objects.filter(pk=concern.pk, version=concern.version, status=concern.status)
    if not rows.update(**changes, version=F("version") + 1, updated_at=timezone.now()):
        raise FlowError("这件刚被别人办过，请刷新后再看。")
    concern.refresh_from_db()
    write_history([concern], reason=reason)


def after_pause(day, started, ended):
    """The deadline `day` when its clock stood still from `started` until `ended`, in the unit of rule "concern_close"."""
    if rule_unit("concern_close") == RuleUnit.WORKING_DAY:
        return add_working_days(day, working_days_between(started, ended))
    return day + (ended - started)


def escalates_on(concern):
    """The day on which an unclosed concern comes before the chair: rule "concern_escalate" after the day of closing."""
    return due_by(concern.due_on, "concern_escalate")


def escalated_until(day=None):
    """The latest day of closing that has come before the chair by `day` (default today): the way back of `escalates_on`."""
    day = due_on = day or timezone.localdate()
    while due_by(due_on, "concern_escalate") > day:
        due_on -= timedelta(days=1)
    return due_on


def warns_from(day=None):
    """Concerns due by this day are shown as due soon on `day` (default today): rule "concern_warn"."""
    return due_by(day or timezone.localdate(), "concern_warn")


def extends_until(concern):
    """The latest day to which the closing of `concern` may be moved today: rule "concern_extend"."""
    return due_by(max(concern.due_on, timezone.localdate()), "concern_extend")


@transaction.atomic
def pause_concern(concern, *, reason, note="", by):
    """Stop the clock of a lead, and of all that follow it, from today. Returns the Pause.

    Raises FlowError when it is not in work or is overdue already: standing still does not cure being late.
    """
    today = timezone.localdate()
    if concern.status not in IN_WORK:
        raise FlowError("只有已受理、办理中的可以停表。")
    if concern.lead_id:
        raise FlowError(f"这件已并入 {concern.lead.number}，随主件停表。")
    if concern.due_on < today:
        raise FlowError("已经逾期，停表不能免除逾期。请尽快办理，或者说明情况申请延期。")
    try:
        with transaction.atomic():
            pause = Pause.objects.create(concern=concern, from_day=today, reason=reason, note=note, made_by=by)
    except IntegrityError:
        raise FlowError("已经停表了，没有再停。") from None
    change_concern(concern, reason="停表", paused_on=today)
    pause_followers(concern, pause, by=by)
    audit.record("concerns.concern.pause", concern, by=by, why=reason)
    return pause


def pause_followers(lead, pause, *, by):
    """Let the clocks of all that follow `lead` stand still from today as in `pause`; those that are late stay late."""
    today = timezone.localdate()
    for follower in lead.followers.filter(status__in=IN_WORK, paused_on=None, due_on__gte=today):
        Pause.objects.create(concern=follower, from_day=today, reason=pause.reason, note=pause.note, made_by=by)
        change_concern(follower, reason="随主件停表", paused_on=today)


def end_pause(concern, *, by):
    """End the open pause of `concern`, if it has one. Days that were past when it began stay: no pause cures them."""
    if concern.paused_on is None:
        return
    today, started = timezone.localdate(), concern.paused_on
    Pause.objects.filter(concern=concern, to_day=None).update(to_day=today, ended_by=by)
    changes = {"due_on": after_pause(concern.due_on, started, today)}
    if concern.first_answered_at is None and concern.first_due_on >= started:
        changes["first_due_on"] = after_pause(concern.first_due_on, started, today)
    if concern.handle_by and concern.handle_by >= started:
        changes["handle_by"] = after_pause(concern.handle_by, started, today)
    change_concern(concern, reason="恢复计时", paused_on=None, **changes)
    audit.record("concerns.concern.resume", concern, by=by, due_on=concern.due_on.isoformat())


def check_extension(concern, after):
    """Raises ValidationError when the day `after` may not become the new day of closing."""
    if not concern.is_open:
        raise FlowError("已经办结，不用延期。")
    if after <= concern.due_on:
        raise ValidationError({"after": f"新期限要晚于现在的期限（{concern.due_on:%Y-%m-%d}）。"})
    latest = extends_until(concern)
    if after > latest:
        raise ValidationError({"after": f"一次最多延到 {latest:%Y-%m-%d}。"})
    if concern.extensions >= rule("concern_extend_times"):
        raise FlowError(f"已经延期 {concern.extensions} 次，不能再延。")


@transaction.atomic
def extend_concern(concern, *, after, reason, approval=None, by):
    """Move the day of closing to `after`. Returns the Extension. Raises ValidationError."""
    check_extension(concern, after)
    row = Extension.objects.create(
        concern=concern, before=concern.due_on, after=after, reason=reason, approval=approval, made_by=by
    )
    change_concern(concern, reason="延期", due_on=after, extensions=concern.extensions + 1)
    audit.record("concerns.concern.extend", concern, by=by, before=row.before.isoformat(), after=after.isoformat())
    return row
