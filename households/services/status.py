"""Dated category rows: opened, ended, corrected; a row once written is never edited (decision 7)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.reference.lookup import labels
from households.enums import ExitReason, MembershipKind, ResidentState, Source
from households.guards import FACT, Guarded, check_guard
from households.models import Household, Status
from households.services.households import set_due
from households.services.plan import plan_first_visit

FACTS = (
    "category",
    "valid_from",
    "valid_to",
    "exit_reason",
    "source",
    "authority",
    "proof",
    "expires_on",
    "amount",
    "note",
)


@transaction.atomic
def open_status(*, resident=None, household=None, category, valid_from, source=Source.DESK, approved=None, by, **more):
    """Note that a person or household is in `category` from `valid_from`. `more`: authority, proof, expires_on
    (of the proof), amount (yuan a month), note, valid_to, exit_reason. Returns the Status.

    Violence is no category (decision 2): codes that the table does not know are refused. Raises ValidationError when
    the same category is open already or the dates do not fit.
    """
    status = Status(
        resident=resident, household=household, category=category, valid_from=valid_from, source=source,
        recorded_by=by, **more,
    )  # fmt: skip
    _check(status)
    check_guard(Guarded.CATEGORY, household=household, resident=resident, approved=approved)
    same = _rows_of(status).filter(category=category, valid_to=None, replaced_at=None)
    if status.valid_to is None and same.exists():
        raise ValidationError(f"已经登记了“{labels('hardship_category').get(category, category)}”，不用重复登记。")
    status.save()
    audit.record("households.status.open", _owner(status), by=by, source=source)
    home = _due_of(status)
    if status.valid_to is None:
        plan_first_visit(home, category, on=valid_from, resident=resident, by=by)
    return status


@transaction.atomic
def end_status(status, *, on, reason, approved=None, by):
    """End an open category on its last day `on` for `reason` (ExitReason). Returns the new row; the old one is kept as
    replaced, so that an earlier ledger can be repeated exactly."""
    if status.valid_to is not None or status.replaced_at is not None:
        raise ValidationError("这条类别已经结束或更正过，请刷新后再看。")
    check_guard(Guarded.CATEGORY, household=status.household, resident=status.resident, approved=approved)
    new = _replace(status, by=by, valid_to=on, exit_reason=reason)
    audit.record("households.status.end", _owner(new), by=by, reason=ExitReason(reason).label)
    return new


@transaction.atomic
def correct_status(status, *, approved=None, by, **changes):
    """Replace a wrong row by a right one with `changes`; the old row stays and prints as 更正. Returns the new row."""
    if status.replaced_at is not None:
        raise ValidationError("这条类别已经更正过，请刷新后再看。")
    unknown = set(changes) - set(FACTS)
    if unknown:
        raise TypeError(f"unknown facts: {sorted(unknown)}")
    check_guard(Guarded.CATEGORY, household=status.household, resident=status.resident, approved=approved)
    new = _replace(status, by=by, **changes)
    audit.record("households.status.correct", _owner(new), by=by, fields=sorted(changes))
    return new


@transaction.atomic
def end_all(*, resident=None, household=None, on, reason, by):
    """End every open category of a person (moved away, died) or of a household (off the books) on the day `on`, but
    never before it began. Returns how many were ended."""
    owner = {"resident": resident} if resident is not None else {"household": household}
    rows = list(Status.objects.filter(**owner, valid_to=None, replaced_at=None).select_related(*owner))
    for status in rows:
        end_status(status, on=max(on, status.valid_from), reason=reason, approved=FACT, by=by)
    return len(rows)


def _replace(status, *, by, **changes):
    new = Status(resident_id=status.resident_id, household_id=status.household_id, recorded_by=by)
    for name in FACTS:
        setattr(new, name, changes.get(name, getattr(status, name)))
    if new.valid_to is None:
        new.exit_reason = ""
    _check(new)
    now = timezone.now()
    new.recorded_at = now
    claimed = Status.objects.filter(pk=status.pk, replaced_at=None).update(replaced_at=now)
    if not claimed:
        raise ValidationError("这条类别刚被别人更正，请刷新后再看。")
    twin = _rows_of(new).filter(category=new.category, valid_to=None, replaced_at=None)
    if new.valid_to is None and twin.exists():
        raise ValidationError("同一类别已经有一条没有结束的记录，没有更正。")
    new.save()
    Status.objects.filter(pk=status.pk).update(replaced_by=new)
    status.refresh_from_db()
    _due_of(new)
    return new


def _check(status):
    names = labels("hardship_category")
    if status.category not in names:
        raise ValidationError({"category": "没有这个类别，请从列表里选。"})
    if status.valid_from > timezone.localdate():
        raise ValidationError({"valid_from": "起始日期不能晚于今天。"})
    if status.expires_on is not None and status.expires_on < status.valid_from:
        raise ValidationError({"expires_on": "证件有效期不能早于起始日期。"})
    if status.amount is not None and status.amount < 0:
        raise ValidationError({"amount": "金额不能小于 0。"})
    if status.valid_to is not None:
        if status.valid_to < status.valid_from:
            raise ValidationError({"valid_to": "结束日期不能早于起始日期。"})
        if not status.exit_reason:
            raise ValidationError({"exit_reason": "请选结束原因。"})


def _owner(status):
    return status.resident if status.resident_id else status.household


def _rows_of(status):
    if status.resident_id:
        return Status.objects.filter(resident_id=status.resident_id)
    return Status.objects.filter(household_id=status.household_id)


def _due_of(status):
    """The shortest visit interval may have changed: work out the due day of the household concerned, and return it."""
    household = status.household
    if household is None and status.resident.state == ResidentState.ACTIVE:
        household = Household.objects.filter(
            memberships__resident_id=status.resident_id,
            memberships__kind=MembershipKind.LIVES,
            memberships__valid_to=None,
        ).first()
    if household is not None:
        set_due(household, household.last_visit_on)
    return household
