"""Asking for leave to open what is kept about a child, and deciding on it."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.reference.lookup import rule
from households.enums import AccessState
from households.flow import access_flow
from households.minors import ADULT, may_open_minor
from households.models import MinorAccess
from households.models.minor import APPROVE


@transaction.atomic
def ask_access(resident, *, why, by):
    """Ask for leave; whoever is in charge of the child's place writes her reason and opens at once, for this day. Returns the
    MinorAccess. Raises ValidationError when there is nothing to ask for, it was asked already, or no reason is given."""
    why = why.strip()[:200]
    if not why:
        raise ValidationError({"why": "请写为什么要看。"})
    basis = may_open_minor(by, resident)
    if basis is not None:
        raise ValidationError("已满 18 周岁，不用申请。" if basis is ADULT else "您现在就能看，不用申请。")
    if MinorAccess.objects.waiting().filter(resident=resident, user=by).exists():
        raise ValidationError("已经申请过了，正在等审批。")
    access = MinorAccess(resident=resident, user=by, why=why)
    if by.has_perm(APPROVE, resident):
        today = timezone.localdate()
        access.state, access.own_word = AccessState.GRANTED, True
        access.decided_by, access.decided_on, access.until = by, today, today
    access.save()
    verb = "open" if access.own_word else "ask"
    audit.record(f"households.minoraccess.{verb}", access, by=by, area=resident.area, resident=resident.pk)
    return access


def _check_other(access, by):
    if access.user_id == by.pk:
        raise ValidationError("自己申请的，要由另一个人审批。")


@transaction.atomic
def grant_access(access, *, by):
    """Agreed, for the days of rule "minor_access_days". Returns the MinorAccess. Raises ValidationError (one's own), FlowError."""
    _check_other(access, by)
    today = timezone.localdate()
    until = today + timedelta(days=rule("minor_access_days"))
    access_flow.walk(access, "grant", decided_by=by, decided_on=today, until=until)
    _note("grant", access, by)
    return access


@transaction.atomic
def refuse_access(access, *, why, by):
    """Not agreed, with a reason. Returns the MinorAccess. Raises ValidationError, FlowError."""
    _check_other(access, by)
    why = why.strip()[:200]
    if not why:
        raise ValidationError({"why": "请写不同意的理由。"})
    access_flow.walk(access, "refuse", decided_by=by, decided_on=timezone.localdate(), decided_why=why)
    _note("refuse", access, by)
    return access


@transaction.atomic
def end_access(access, *, by):
    """Taken back before its day: from now on nothing opens by it. Returns the MinorAccess. Raises FlowError."""
    access_flow.walk(access, "end")
    _note("end", access, by)
    return access


def _note(verb, access, by):
    audit.record(
        f"households.minoraccess.{verb}", access, by=by, area=access.resident.area, resident=access.resident_id
    )
