"""Naming mediators, ending their term, duty, and stepping back from people."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.versions import save_version
from mediation.models import Case, DutyTurn, Lead, Mediator, StepBack
from mediation.services.bars import bar_user

TAKEN = "这位调解员这个时段已经排了班。"


@transaction.atomic
def name_mediator(mediator, *, by):
    """Register a mediator. Leads that she must not see are barred at once. Raises ValidationError."""
    mediator.created_by = by
    mediator.full_clean()
    mediator.save()
    bar_user(mediator.user_id)
    audit.record("mediation.mediator.create", mediator, by=by)
    return mediator


@transaction.atomic
def change_mediator(mediator, fields, *, base_version, by):
    """Save changed `fields`. Raises StaleVersion, ValidationError."""
    mediator.full_clean()
    save_version(mediator, sorted(fields), base_version=base_version)
    bar_user(mediator.user_id)
    audit.record("mediation.mediator.change", mediator, by=by, fields=sorted(fields))
    return mediator


def locked(mediator):
    """The row of `mediator`, locked: nobody gives her a matter while her term ends."""
    return Mediator.objects.select_for_update(of=("self",)).select_related("user").get(pk=mediator.pk)


@transaction.atomic
def end_mediator(mediator, *, by):
    """She mediates no more from today; turns to come are taken off the roster. Raises ValidationError when she has open leads
    or cases."""
    mediator = locked(mediator)
    if mediator.ended_on:
        raise ValidationError("已经不再担任了。")
    if mediator.user_id and Lead.objects.in_hand_of(mediator.user).exists():
        raise ValidationError("她手里还有没办结的线索，先改派给别人。")
    if mediator.user_id and Case.objects.in_hand_of(mediator.user).exists():
        raise ValidationError("她手里还有没办结的案件，先改派给别人。")
    mediator.ended_on = timezone.localdate()
    save_version(mediator, ["ended_on"], base_version=mediator.version)
    mediator.turns.filter(on__gt=mediator.ended_on).delete()
    audit.record("mediation.mediator.end", mediator, by=by)
    return mediator


@transaction.atomic
def step_back(mediator, resident, *, kin, why, by):
    """`mediator` handles nothing of `resident`; leads and cases of that person close to her at once. Returns the open matters that
    nobody has in hand because of it. Raises ValidationError."""
    mediator = locked(mediator)
    if StepBack.objects.filter(mediator=mediator, resident=resident).exists():
        raise ValidationError({"resident": "已经在回避名单上。"})
    StepBack.objects.create(mediator=mediator, resident=resident, kin=kin, why=why)
    left = bar_user(mediator.user_id)
    audit.record("mediation.stepback.add", mediator, by=by)
    return left


@transaction.atomic
def put_on_duty(mediator, *, on, slot, by):
    """One turn on the roster. Raises ValidationError: she has it already, or is not in her term on that day."""
    if mediator.ended_on or not mediator.mediates or not mediator.term_from <= on <= mediator.term_to:
        raise ValidationError({"on": "那天不在她的聘期里。"})
    turn = DutyTurn(area=mediator.area, mediator=mediator, on=on, slot=slot, created_by=by)
    try:
        with transaction.atomic():
            turn.save()
    except IntegrityError as error:
        raise ValidationError({"slot": TAKEN}) from error
    audit.record("mediation.dutyturn.add", turn, by=by)
    return turn


@transaction.atomic
def take_off_duty(turn, *, by):
    """Take a turn of today or later off the roster. Raises ValidationError for one that is over."""
    if turn.on < timezone.localdate():
        raise ValidationError("过去的值班不能改。")
    audit.record("mediation.dutyturn.remove", turn, by=by)
    turn.delete()
