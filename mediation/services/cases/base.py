"""What every act in a case does: lock it, see whether the form came before, write a line, walk a step."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from fedhub.core import audit, crypto
from fedhub.reference.calendar import add_working_days, due_by, is_working_day
from mediation.enums import RUNNING, CaseEntryKind
from mediation.flow import case_flow
from mediation.models import Case, CaseEntry

NOT_RUNNING = "案件不在办理中。"


def once_mark(key, column="mediation.CaseEntry.once"):
    return crypto.blind(str(key) if key else "", column=column)


def was_sent(key):
    """True when the form of `key` wrote into a case before."""
    return bool(key) and (
        Case.objects.filter(once=once_mark(key, "mediation.Case.once")).exists()
        or CaseEntry.objects.filter(once=once_mark(key)).exists()
    )


def labelled(words, **facts):
    """`words` and below them a line for each of `facts` that says something: the sealed report has no fields of a form."""
    return "\n".join([words, *(f"{label}：{text}" for label, text in facts.items() if text)])


def told_of(body):
    """What the sealed report takes along of a case: the matter, and how each party is reached without harm."""
    reached = [f"怎么联系{one['name']}：{one['contact']}" for one in body.get("parties", ()) if one["contact"]]
    asked = body.get("request", "")
    return [body.get("facts", ""), f"申请事项：{asked}" if asked else "", *reached]


def last_day(accepted_on):
    """Last day of the month that mediation may take; one that is no working day moves to the next (民法典 art. 203)."""
    return to_working_day(due_by(accepted_on, "mediation_close"))


def to_working_day(day):
    """`day` or, where that is no working day, the next that is one (民法典 art. 203)."""
    return day if is_working_day(day) else add_working_days(day, 1)


def locked(case):
    """The case as it is now, locked until the transaction ends."""
    return Case.objects.select_for_update(of=("self",)).select_related("area").get(pk=case.pk)


def running(case, key):
    """The running case, locked; None when the form of `key` wrote before: asked behind the lock, for two taps come at once."""
    case = locked(case)
    if was_sent(key):
        return None
    if case.state not in RUNNING:
        raise ValidationError(NOT_RUNNING)
    return case


def write_entry(case, kind, on, words, *, by, key=None, **more):
    """A line in the record of a locked case. Raises ValidationError for a day out of its time."""
    if not (case.accepted_on or case.applied_on) <= on <= timezone.localdate():
        raise ValidationError({"on": "不早于申请、受理的日期，不晚于今天。"})
    CaseEntry(
        case=case, number=case.entries.count() + 1, kind=kind, on=on, body={"by": by.name, "words": words, **more},
        once=once_mark(key),
    ).save(force_insert=True)  # fmt: skip


def touch(case, **fields):
    """Change `fields` of a locked case; its version goes on."""
    Case.objects.filter(pk=case.pk).update(version=case.version + 1, updated_at=timezone.now(), **fields)


def walk(case, step, on, words, by, key, told=None, kind=CaseEntryKind.STEP, **fields):
    """Take the case by `step`, say so in its record and in the sealed trail (`told`: what stands there alone)."""
    case_flow.walk(case, step, **fields)
    write_entry(case, kind, on, words, by=by, key=key)
    audit.record_sealed(f"mediation.case.{step}", case, by=by, **(told or {}))
