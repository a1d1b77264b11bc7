"""What becomes of a change that a visitor found: taken as it is, taken with other content, done as a life event, or
refused with a reason (handbook 2.5). What was proposed stays beside what was taken."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.versions import StaleVersion
from grids.enums import LEDGER_FIELDS, ChangeState, MemberEvent
from grids.models import VisitChange
from grids.services.ledger import is_safe, write_to_ledger
from households.services.life import move_home, move_out, record_death


@transaction.atomic
def confirm_change(change, *, base_version=None, by):
    """Take a proposed change into the ledger, with the visit as its source.

    `base_version` is the version of the resident or household as the person deciding saw it (default: as it stands).
    Raises ValidationError when the change was decided already, has no one to belong to or is a life event, StaleVersion
    when the ledger was changed meanwhile.
    """
    if change.event:
        raise ValidationError("搬走、去世要先核实，再用“去登记”办理，不能直接写入。")
    _decide(change, ChangeState.ACCEPTED, by=by)
    write_to_ledger(change, base_version=base_version, by=by)
    _note("confirm", change, by=by)
    return change


@transaction.atomic
def correct_change(change, *, value, resident=None, base_version=None, by):
    """Take `value` into the ledger instead of what was proposed; both are kept. Raises as `confirm_change` does, and for a
    kind that has no place in the ledger."""
    if change.kind not in LEDGER_FIELDS:
        raise ValidationError("这类变化没有对应的台账项目，请到家庭页登记。")
    if not value:
        raise ValidationError("请写要写进台账的内容。")
    _decide(change, ChangeState.CORRECTED, taken=value, taken_resident=resident, by=by)
    write_to_ledger(change, base_version=base_version, by=by)
    _note("correct", change, by=by)
    return change


@transaction.atomic
def do_event(change, *, on, who=None, why="", keep_registration=False, by):
    """Register the life event of which a visitor was told: death or leaving of `who`, or (no one named) the leaving of the
    whole family. Another day or person than proposed is kept beside the proposal. Returns the VisitChange.

    Raises ValidationError as the events do, and when the change is none or was decided already.
    """
    if not change.event:
        raise ValidationError("这条变化不是搬走或去世。")
    household = change.visit.household
    same_who = change.resident_id in (None, getattr(who, "pk", None)) and (who is None) == (change.resident_id is None)
    same = same_who and change.happened_on in (None, on)
    taken = {} if same else {"taken": on.isoformat(), "taken_resident": who}
    _decide(change, ChangeState.ACCEPTED if same else ChangeState.CORRECTED, by=by, **taken)
    if change.event == MemberEvent.DIED:
        record_death(who, on=on, by=by)
    elif who is not None:
        move_out(who, on=on, why=why, keep_registration=keep_registration, by=by)
    else:
        move_home(household, on=on, why=why, by=by)
    _note("confirm" if same else "correct", change, by=by)
    return change


@transaction.atomic
def refuse_change(change, *, reason, by):
    """Leave the ledger as it is and say why. Raises ValidationError when the change was decided already."""
    if not reason:
        raise ValidationError("请写不采纳的理由。")
    _decide(change, ChangeState.REFUSED, why=reason, by=by)
    _note("refuse", change, by=by, reason=reason)
    return change


def confirm_many(changes, *, by):
    """Take those of `changes` into the ledger that are safe to take unread (`ledger.is_safe`), each by itself.

    Returns how many were taken; what somebody else decided or changed meanwhile is left. Raises ValidationError when there
    is none.
    """
    taken = 0
    for change in changes:
        if not is_safe(change):
            continue
        try:
            confirm_change(change, base_version=change.ledger_version, by=by)
        except (ValidationError, StaleVersion):
            continue
        taken += 1
    if not taken:
        raise ValidationError("没有可以一起写入的：都处理过了，或者台账后来又改过，请逐条看。")
    return taken


def _decide(change, state, *, why="", taken="", taken_resident=None, by):
    now = timezone.now()
    rows = VisitChange.objects.waiting().filter(pk=change.pk)
    if not rows.update(
        state=state, decided_by=by, decided_at=now, decided_why=why, taken=taken, taken_resident=taken_resident,
        version=F("version") + 1, updated_at=now,
    ):  # fmt: skip
        raise ValidationError("这条变化已经有人处理过了，没有再动。")
    change.refresh_from_db()


def _note(verb, change, *, by, **more):
    audit.record(
        f"grids.visitchange.{verb}", change, by=by, area=change.visit.household.area, visit=change.visit_id,
        kind=change.kind, field=change.field, **more,
    )  # fmt: skip
