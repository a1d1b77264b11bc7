"""Asking how it goes in the job, or in a business of her own: made by themselves on the day it began, each written down once
(acceptance F6.7)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns.enums import Origin
from concerns.services.intake import raise_concern
from employment.after import STABLE_MONTHS, WORKING, FollowUpState, Problem, StillWorks
from employment.business import StartupEnd, StartupState
from employment.enums import SeekerState
from employment.flow import followup_flow, seeker_flow
from employment.models import FollowUp, Startup
from employment.services.startups import change_startup, end_startup, lose_work
from fedhub.core import audit
from fedhub.core.history import write_history
from safety.enums import ReportSource
from safety.services.reports import report_risk

JOBS_TOPIC = "1"


@transaction.atomic
def record_follow_up(follow_up, *, works, on, pay=None, has_contract=None, is_insured=None, employs=None, problems=(),
                     note="", to_concern=False, signs=(), risk_text="", by):  # fmt: skip
    """Write down what she said on the day `on`. `works` is a StillWorks, `problems` are codes of Problem, with `to_concern` they
    become a concern; `employs`: how many have work by a business of hers. Returns the FollowUp.

    `signs` (safety Sign) and `risk_text` go to the sealed compartment alone, with the harassment that was ticked: this row, its
    concern and the audit are the same as if nothing of it had been said. Raises FlowError when it was written down already,
    ValidationError for a day to come or before she began.
    """
    if on > timezone.localdate():
        raise ValidationError({"on": "日期不能晚于今天。"})
    if follow_up.startup_id and on < follow_up.startup.started_on:
        raise ValidationError({"on": "日期早于开办的日期，请核对。"})
    if follow_up.application_id and on < follow_up.application.recommended_on:
        raise ValidationError({"on": "日期早于推荐的日期，请核对。"})
    resident, sealed = follow_up.seeker.resident, bool(signs or risk_text)
    kept = [code for code in problems if not (sealed and code == Problem.HARASSED)]
    followup_flow.walk(
        follow_up, "record", done_on=on, done_by=by, works=StillWorks(works), pay=pay, has_contract=has_contract,
        is_insured=is_insured, employs=employs, problems=sorted(kept), note=note,
    )  # fmt: skip
    if to_concern and kept:
        _to_concern(follow_up, by)
    audit.record("employment.followup.record", follow_up, by=by, month=follow_up.month)
    if follow_up.startup_id:
        _follow_startup(follow_up, by=by)
    _follow_seeker(follow_up, by=by)
    if sealed:
        report_risk(
            area=resident.area, source=ReportSource.JOB, by=by, signs=list(signs), resident=resident,
            text=_told(risk_text, problems, follow_up), key=f"{ReportSource.JOB}:{follow_up.pk}",
        )  # fmt: skip
    return follow_up


def _told(text, problems, follow_up):
    what, where = follow_up.work_words
    place = f"单位：{where}，岗位：{what}"
    return "\n".join(filter(None, [text, Problem.HARASSED.label if Problem.HARASSED in problems else "", place]))


def _to_concern(follow_up, by):
    resident, (what, where) = follow_up.seeker.resident, follow_up.work_words
    concern = raise_concern(
        origin=Origin.FRONT_DESK, title=f"就业回访：{'、'.join(follow_up.problem_words)}"[:60], area=resident.area,
        resident=resident, topic=JOBS_TOPIC, by=by,
        detail=f"{where}，{what}，满 {follow_up.month} 个月。{follow_up.note}".strip(),
    )  # fmt: skip
    FollowUp.objects.filter(pk=follow_up.pk).update(concern=concern)
    follow_up.concern = concern
    write_history([follow_up], reason="转成诉求")


def _follow_startup(follow_up, *, by):
    """The business goes with what she said: given up, or how many have work by it now."""
    startup = Startup.objects.select_for_update(of=("self",)).get(pk=follow_up.startup_id)
    if startup.state != StartupState.RUNNING:
        return
    if follow_up.employs is not None and follow_up.employs != startup.employs:
        startup.employs = follow_up.employs
        change_startup(startup, ["employs"], base_version=startup.version, by=by)
    if follow_up.works == StillWorks.LOST:
        end_startup(startup, on=follow_up.done_on, why=StartupEnd.TOLD, by=by)


def _follow_seeker(follow_up, *, by):
    """Her registration goes with what she said: lost work is looked for again, a job of six months counts as stable."""
    seeker = follow_up.seeker
    seeker.refresh_from_db()
    if follow_up.works == StillWorks.LOST:
        later = FollowUp.objects.filter(
            application=follow_up.application_id, startup=follow_up.startup_id, state=FollowUpState.DUE
        )
        followup_flow.walk_many(later, "drop", by=by)
        lose_work(seeker, by=by)
    elif follow_up.works in WORKING and follow_up.month >= STABLE_MONTHS and seeker.state == SeekerState.EMPLOYED:
        seeker_flow.walk(seeker, "settle")
        audit.record("employment.seeker.settle", seeker, by=by)


@transaction.atomic
def drop_follow_up(follow_up, *, by):
    """She is not asked at this month. Raises FlowError."""
    followup_flow.walk(follow_up, "drop")
    audit.record("employment.followup.drop", follow_up, by=by, month=follow_up.month)
    return follow_up
