"""A business of her own: written down with its loans, asked after as a job is (handbook 8.4, 8.5)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from employment.after import FollowUpState
from employment.ages import too_young
from employment.business import Guarantee, StartupEnd, StartupState
from employment.enums import ApplicationState, Occupation, SeekerState
from employment.flow import followup_flow, seeker_flow, startup_flow
from employment.models import FollowUp, Seeker, Startup, StartupLoan
from employment.services.asking import move_follow_ups, start_follow_ups
from employment.services.seekers import check_open, employ_seeker
from fedhub.core import audit
from fedhub.core.validators import parse_credit_code
from fedhub.core.versions import save_version

LOOKING = (SeekerState.REGISTERED, SeekerState.ACTIVE, SeekerState.PAUSED)


@transaction.atomic
def register_startup(startup, *, by):
    """Write down that she works for herself: her registration says so, the concerns that brought her here are answered, four
    follow-ups are made. Returns the Startup. Raises ValidationError."""
    seeker = Seeker.objects.select_for_update(of=("self",)).select_related("resident").get(pk=startup.seeker_id)
    check_open(seeker)
    if why := too_young(seeker.resident.birth, timezone.localdate()):
        raise ValidationError(why)
    startup.seeker, startup.recorded_by = seeker, by
    _put_right(startup)
    startup.full_clean()
    startup.save()
    audit.record("employment.startup.register", startup, by=by)
    start_follow_ups(since=startup.started_on, startup=startup)
    employ_seeker(seeker, occupation=Occupation.FLEXIBLE, answer=f"已帮助创业：{startup.trade}。", by=by)
    return startup


@transaction.atomic
def change_startup(startup, fields, *, base_version, by):
    """Save changed `fields`; with another first day she is asked on other days. Raises StaleVersion."""
    _put_right(startup)
    startup.full_clean()
    save_version(startup, sorted(fields), base_version=base_version)
    if "started_on" in fields:
        move_follow_ups(since=startup.started_on, startup=startup)
    audit.record("employment.startup.change", startup, by=by, fields=sorted(fields))
    return startup


def _put_right(startup):
    if startup.started_on and startup.started_on > timezone.localdate():
        raise ValidationError({"started_on": "日期不能晚于今天。"})
    if startup.ended_on and startup.started_on and startup.started_on > startup.ended_on:
        raise ValidationError({"started_on": "开办日期不能晚于停办日期。"})
    if startup.licence:
        try:
            startup.licence = parse_credit_code(startup.licence)
        except ValueError as error:
            raise ValidationError({"licence": str(error)}) from None


@transaction.atomic
def end_startup(startup, *, on, why, by):
    """It was given up on the day `on`; `why` is a StartupEnd. What was still to be asked is dropped; who has nothing else looks
    for work again. Raises FlowError, ValidationError."""
    if on > timezone.localdate():
        raise ValidationError({"on": "日期不能晚于今天。"})
    if on < startup.started_on:
        raise ValidationError({"on": "停办日期不能早于开办日期。"})
    startup_flow.walk(startup, "end", ended_on=on, end_why=StartupEnd(why))
    audit.record("employment.startup.end", startup, by=by)
    due = FollowUp.objects.filter(startup=startup, state=FollowUpState.DUE)
    followup_flow.walk_many(due, "drop", by=by)
    lose_work(startup.seeker, by=by)
    return startup


def lose_work(seeker, *, by):
    """She looks for work again, unless another job or business of hers is still asked after or, by what she said last, goes on."""
    seeker.refresh_from_db()
    others = FollowUp.objects.filter(seeker=seeker, state=FollowUpState.DUE).exists()
    others = others or Startup.objects.filter(seeker=seeker, state=StartupState.RUNNING).exists()
    others = others or _has_job(seeker)
    if not others and seeker.state in (SeekerState.EMPLOYED, SeekerState.STABLE):
        seeker_flow.walk(seeker, "lose", occupation=Occupation.LOST)
        audit.record("employment.seeker.lose", seeker, by=by)


def _has_job(seeker):
    """True when she still works in a job that is asked after no more: she said so last. Once she looked
    for work again, what she had said of a job before tells nothing."""
    looked = seeker.history.filter(state__in=LOOKING).order_by("-history_date").first()
    said = FollowUp.objects.filter(
        seeker=seeker,
        application__state__in=(ApplicationState.HIRED, ApplicationState.ELSEWHERE),
        state=FollowUpState.DONE,
    )
    last = {one.application_id: one for one in said.order_by("month")}
    return any(one.is_kept and (looked is None or one.updated_at > looked.history_date) for one in last.values())


# --- loans --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_loan(loan, *, by):
    """Write down what a bank paid out. Returns the StartupLoan. Raises ValidationError."""
    check_open(loan.startup.seeker)
    if loan.lent_on and loan.lent_on > timezone.localdate():
        raise ValidationError({"lent_on": "日期不能晚于今天。"})
    if loan.guarantee and loan.guarantee != Guarantee.NONE and not loan.guarantor:
        raise ValidationError({"guarantor": "写明谁担保；不用担保的选“免担保”。"})
    if loan.guarantee == Guarantee.NONE and loan.guarantor:
        raise ValidationError({"guarantee": "写了谁担保，请选担保方式。"})
    loan.recorded_by = by
    loan.full_clean()
    loan.save()
    audit.record("employment.startup.loan", loan.startup, by=by)
    return loan


@transaction.atomic
def void_loan(loan, *, why, by):
    """Strike a wrong line out."""
    if not StartupLoan.objects.filter(pk=loan.pk, void_on=None).update(void_on=timezone.localdate(), void_why=why):
        raise ValidationError("这笔贷款已经作废了。")
    audit.record("employment.startup.loan_void", loan.startup, by=by)
    return loan
