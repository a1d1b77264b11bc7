"""What a list of concerns may be asked for beside the status, each one condition: lists, loads and links say the same."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from concerns.enums import ApprovalStatus, Outcome, Status
from concerns.models import Approval, Referral
from concerns.services.clocks import escalated_until
from fedhub.reference.calendar import due_by
from fedhub.reference.lookup import rule

WEEK, RECENT = timedelta(days=7), timedelta(days=30)
LABELS = {
    "open": "没办结的",
    "overdue": "逾期的",
    "escalated": "逾期报主席的",
    "soon": "快到期的",
    "week": "7 天内到期的",
    "unheard": "过了首次答复期限的",
    "paused": "停表的",
    "asked": "等审批的",
    "agency": "在其他单位的",
    "lately": "近 30 天办结的",
}


def at(status):
    """The condition that a concern stands at `status`; of an open one it says so twice, for the indexes of what is open."""
    return Q(status=status) if status == Status.CLOSED else Q(status=status, closed_at=None)


def condition(name, day=None):
    """The condition (Q) behind `name` of LABELS on `day` (default today)."""
    day = day or timezone.localdate()
    open_ones = Q(closed_at=None)
    running = open_ones & Q(paused_on=None)
    if name == "overdue":
        return running & Q(due_on__lt=day)
    if name == "escalated":
        return running & Q(due_on__lte=escalated_until(day))
    if name in ("soon", "week"):
        last = due_by(day, "concern_warn") if name == "soon" else day + WEEK
        return running & Q(due_on__gte=day) & (Q(due_on__lte=last) | Q(handle_by__lte=last))
    if name == "unheard":
        return running & Q(first_answered_at=None, first_due_on__lt=day)
    if name == "paused":
        return open_ones & Q(paused_on__isnull=False)
    if name == "asked":
        return Q(pk__in=Approval.objects.filter(status=ApprovalStatus.ASKED).values("concern_id"))
    if name == "agency":
        return Q(pk__in=Referral.objects.waiting().values("concern_id"))
    if name == "lately":
        return Q(closed_at__gte=timezone.now() - RECENT)
    return open_ones


def unrated():
    """Told how it ended, and nobody has asked her yet what she thinks of it.

    A low score opens a concern again: one that still bears it was answered anew and not rated since.
    """
    not_yet = Q(score=None) | Q(reopened__gt=0, score__lte=rule("concern_low_score"))
    return not_yet & Q(status__in=[Status.ANSWERED, Status.CLOSED]) & ~Q(outcome=Outcome.WITHDRAWN)
