"""What the chair has to allow: longer time, "not possible", going up (rules "concern_approve_…")."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from concerns.enums import ApprovalKind, ReferralWay
from concerns.flow import approval_flow
from concerns.models import Approval
from concerns.services.answers import needs_approval
from concerns.services.clocks import check_extension, extend_concern
from concerns.services.referrals import offer_concern
from concerns.services.together import must_lead
from fedhub.core import audit
from fedhub.core.flow import FlowError
from fedhub.reference.lookup import rule
from fedhub.reference.models import Agency


@transaction.atomic
def ask_extension(concern, *, after, reason, by):
    """Move the day of closing to `after`, or ask the chair to. Returns the Extension, or the Approval that waits."""
    must_lead(concern)
    check_extension(concern, after)
    if not _must_ask(concern, ApprovalKind.EXTEND, by):
        return extend_concern(concern, after=after, reason=reason, by=by)
    return _ask(concern, ApprovalKind.EXTEND, reason, {"after": after.isoformat()}, by=by)


@transaction.atomic
def ask_not_possible(concern, *, reason, by):
    """Ask to answer "not possible". Returns the Approval; raises FlowError when nobody needs to be asked."""
    must_lead(concern)
    if not concern.is_open:
        raise FlowError("已经办结，不用申请。")
    if not needs_approval(concern, ApprovalKind.NOT_POSSIBLE, by):
        raise FlowError("不用审批，可以直接按“无法办理”答复。")
    return _ask(concern, ApprovalKind.NOT_POSSIBLE, reason, {}, by=by)


@transaction.atomic
def pass_up(concern, *, agency, matter, due_on, by):
    """Hand the concern to the next level, or ask the chair to. Returns the Referral, or the Approval that waits."""
    must_lead(concern)
    if not _must_ask(concern, ApprovalKind.PASS_UP, by):
        return offer_concern(concern, agency=agency, matter=matter, due_on=due_on, way=ReferralWay.UP, by=by)
    details = {"agency": agency.pk, "due_on": due_on.isoformat()}
    return _ask(concern, ApprovalKind.PASS_UP, matter, details, by=by)


def _must_ask(concern, kind, user):
    """Each extension and each way up is allowed anew; only "not possible" stays allowed until it opens again."""
    return bool(rule(f"concern_approve_{kind}")) and not user.has_perm("concerns.approve_concern", concern)


def _ask(concern, kind, reason, details, *, by):
    try:
        with transaction.atomic():
            approval = Approval.objects.create(concern=concern, kind=kind, reason=reason, details=details, asked_by=by)
    except IntegrityError:
        raise FlowError("已经申请过了，正在等审批。") from None
    audit.record("concerns.concern.ask", concern, by=by, kind=kind)
    return approval


@transaction.atomic
def grant_approval(approval, *, note="", by):
    """Allow what was asked, and do it. Raises FlowError when the asker decides herself or it is decided already."""
    _decide(approval, "grant", note=note, by=by)
    concern, details = approval.concern, approval.details or {}
    if approval.kind == ApprovalKind.EXTEND:
        after = date.fromisoformat(details["after"])
        extend_concern(concern, after=after, reason=approval.reason, approval=approval, by=by)
    elif approval.kind == ApprovalKind.PASS_UP:
        offer_concern(
            concern, agency=Agency.objects.get(pk=details["agency"]), matter=approval.reason,
            due_on=date.fromisoformat(details["due_on"]), way=ReferralWay.UP, by=approval.asked_by,
        )  # fmt: skip
    return approval


@transaction.atomic
def return_approval(approval, *, note, by):
    """Not like this: back to the asker with a note."""
    return _decide(approval, "return", note=note, by=by)


@transaction.atomic
def drop_approval(approval, *, by):
    """The asker takes her request back."""
    if approval.asked_by_id != by.pk:
        raise FlowError("只有申请人能取消自己的申请。")
    approval_flow.walk(approval, "drop", decided_by=by, decided_at=timezone.now())
    audit.record("concerns.concern.drop", approval.concern, by=by, kind=approval.kind)
    return approval


def _decide(approval, step, *, note, by):
    if approval.asked_by_id == by.pk:
        raise FlowError("自己申请的不能自己审批。")
    approval_flow.walk(approval, step, decided_by=by, decided_at=timezone.now(), note=note)
    audit.record(f"concerns.concern.{step}", approval.concern, by=by, kind=approval.kind)
    return approval
