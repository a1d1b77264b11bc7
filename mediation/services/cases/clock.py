"""The month that mediation may take: longer, standing still, going on."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from mediation.enums import CaseEntryKind
from mediation.services.cases.base import running, to_working_day, touch, write_entry


@transaction.atomic
def extend_case(case, *, until, agreed=False, words, by, key=None):
    """More time, which every party agrees to. Raises ValidationError."""
    case = running(case, key)
    if case is None:
        return
    if not agreed:
        raise ValidationError({"agreed": "双方同意才能延长。"})
    if case.waiting_since:
        raise ValidationError("暂停着，先恢复再延长。")
    if until <= max(case.due_on, timezone.localdate()):
        raise ValidationError({"until": "要晚于现在的期限和今天。"})
    text = f"双方同意，期限由{case.due_on}延长到{until}。{words}"
    write_entry(case, CaseEntryKind.CLOCK, timezone.localdate(), text, by=by, key=key)
    touch(case, due_on=until)
    audit.record_sealed("mediation.case.extend", case, by=by)


@transaction.atomic
def pause_case(case, *, words, by, key=None):
    """The month stands still from today, with the reason (an expert's opinion, a party is away). Raises ValidationError."""
    case, today = running(case, key), timezone.localdate()
    if case is None:
        return
    if case.waiting_since:
        raise ValidationError("已经暂停了。")
    write_entry(case, CaseEntryKind.CLOCK, today, f"期限暂停：{words}", by=by, key=key)
    touch(case, waiting_since=today)
    audit.record_sealed("mediation.case.pause", case, by=by)


@transaction.atomic
def resume_case(case, *, by, words="", key=None):
    """The month goes on; it ends later by as many days as it stood still. Raises ValidationError."""
    case, today = running(case, key), timezone.localdate()
    if case is None:
        return
    if not case.waiting_since:
        raise ValidationError("没有暂停。")
    due = to_working_day(case.due_on + (today - case.waiting_since))
    write_entry(case, CaseEntryKind.CLOCK, today, f"恢复办理，期限到{due}。{words}", by=by, key=key)
    touch(case, waiting_since=None, due_on=due)
    audit.record_sealed("mediation.case.resume", case, by=by)
