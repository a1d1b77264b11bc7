"""Follow-ups of an agreement: made when it takes effect, at 7, 30 and 90 days (rule `mediation_followup`; 人民调解法 art. 31)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.reference.lookup import rule
from mediation.enums import LOOKED_AFTER, CaseEntryKind, Kept, NextStep
from mediation.models import FollowUp
from mediation.services.cases import locked, refer_case, touch, was_sent, write_entry


def make_followups(agreement, effective_on):
    """The follow-ups of an agreement that takes effect on a day."""
    FollowUp.objects.bulk_create(
        [
            FollowUp(agreement=agreement, days=days, due_on=effective_on + timedelta(days=days), body={})
            for days in sorted(set(rule("mediation_followup")))
        ]
    )


def looked_after(agreement, key):
    """The case of an agreement in force, locked; None when the form of `key` wrote before. Raises ValidationError."""
    case = locked(agreement.case)
    if was_sent(key):
        return None
    if case.state not in LOOKED_AFTER or not case.agreements.standing().filter(pk=agreement.pk).exists():
        raise ValidationError("这份协议不在履行中。")
    return case


@transaction.atomic
def answer_followup(followup, *, on, result="", words, next_step="", again_on=None, violence=False, by, key=None):
    """What was found. Where something is not kept a next step is told (`next_step`, NextStep); with `again_on` somebody looks
    once more on that day. With `violence` nothing of it stays here: the case is passed on. Raises FlowError, ValidationError."""
    agreement = followup.agreement
    if violence:
        refer_case(agreement.case, violence=True, words=words, by=by, key=key)
        return
    case = looked_after(agreement, key)
    if case is None:
        return
    _check(agreement, on, result, next_step, again_on)
    body = {"by": by.name, "words": words, "next": next_step}
    if not FollowUp.objects.filter(pk=followup.pk, done_on=None).update(result=result, done_on=on, body=body):
        raise ValidationError("别人刚才记了这次回访，请刷新后再看。")
    told = f"告知下一步：{NextStep(next_step).label}。" if next_step else ""
    text = f"第{followup.days}天回访：{Kept(result).label}。{told}{words}"
    write_entry(case, CaseEntryKind.FOLLOW, on, text, by=by, key=key)
    if again_on:
        days = (again_on - agreement.effective_on).days
        FollowUp.objects.get_or_create(agreement=agreement, days=days, defaults={"due_on": again_on, "body": {}})
    touch(case)
    audit.record_sealed("mediation.case.followup", case, by=by)


def _check(agreement, on, result, next_step, again_on):
    if not agreement.effective_on <= on <= timezone.localdate():
        raise ValidationError({"on": "不早于协议生效，不晚于今天。"})
    if result not in Kept.values:
        raise ValidationError({"result": "请选履行情况。"})
    if result != Kept.KEPT and not next_step:
        raise ValidationError({"next_step": "没有全部履行的，告知当事人下一步能怎么办。"})
    if again_on and again_on <= on:
        raise ValidationError({"again_on": "要晚于这次回访。"})
