"""Who mediates a case: given to somebody, mediated together, stepped back from."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from mediation.enums import CaseEntryKind
from mediation.models import CaseBar, Mediator
from mediation.services import team
from mediation.services.bars import bar, bar_people
from mediation.services.cases.base import NOT_RUNNING, locked, was_sent, write_entry


@transaction.atomic
def assign_case(case, person, *, was=None, by):
    """Give an open case to `person`; `was`: the account that led it when the page was opened. Raises ValidationError: somebody
    else was quicker, or she is barred from it (said before anything is shown to her)."""
    now = locked(case)
    if now.is_open() and now.officer_id != was:
        raise ValidationError("刚才有人改过调解员，这次没有指定。请重新打开再看。")
    case = _clear_for(case, person)
    team.lead(case, person)
    audit.record_sealed("mediation.case.assign", case, by=by, user=person.pk)


def _clear_for(case, person):
    """The open case, locked, once `person` has no conflict of interest with it. Nobody ends her term meanwhile."""
    case = locked(case)
    if not case.is_open():
        raise ValidationError(NOT_RUNNING)
    list(Mediator.objects.select_for_update().filter(user=person))
    bar_people(case)
    if CaseBar.objects.filter(case=case, user=person).exists():
        raise ValidationError({"person": "这个人和当事人有利害关系，要回避，不能调解这个案件。"})
    return locked(case)


@transaction.atomic
def join_case(case, person, *, by):
    """`person` mediates along. Raises ValidationError: she is barred from it, does already, or nobody leads yet."""
    case = _clear_for(case, person)
    if case.officer_id is None:
        raise ValidationError("先指定主持调解的人，再加一起调解的人。")
    if not team.join(case, person):
        raise ValidationError({"person": "她已经在调解这个案件了。"})
    audit.record_sealed("mediation.case.join", case, by=by, user=person.pk)


@transaction.atomic
def leave_case(case, person, *, words, recuse=False, by, key=None):
    """`person` mediates no more, from now. With `recuse` she sees it no more for good, even as the only one that had
    it; without, she cannot go before somebody else is named. Raises ValidationError."""
    case = locked(case)
    if was_sent(key):
        return
    now = team.members(case)
    if not case.is_open() or person.pk not in {one.user_id for one in now}:
        raise ValidationError({"person": "她已经不在调解这个案件了。"})
    if len(now) == 1 and not recuse:
        raise ValidationError({"person": "只有她一个人在调解，先指定别人。"})
    text = f"{person.name}{'回避' if recuse else '退出'}，不再调解这个案件。{words}"
    write_entry(case, CaseEntryKind.STEP, timezone.localdate(), text, by=by, key=key)
    if recuse:
        bar(case, person.pk)
    else:
        team.leave(case, person.pk)
    audit.record_sealed("mediation.case.leave", case, by=by, user=person.pk, recuse=recuse)
