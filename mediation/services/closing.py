"""How a case ends: by law, closed with an outcome worked out from its records, taken up again; and what the parties think."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.flow import FlowError
from mediation.enums import (
    TO_CLOSE,
    TO_REOPEN,
    CaseEntryKind,
    EndGround,
    Score,
    Side,
)
from mediation.models import Opinion
from mediation.queries import open_ends, outcome_of, run_of
from mediation.services import following
from mediation.services.cases import ask_agreement, last_day, locked, touch, walk, was_sent, write_entry
from mediation.services.filing import file_away


@transaction.atomic
def stop_case(case, *, on, ground, words, by, key=None):
    """Ended because the law leaves no room for mediation (EndGround); the parties were told. Raises FlowError, ValidationError."""
    case = locked(case)
    if was_sent(key):
        return
    text = f"依法终止：{EndGround(ground).label}。{words}"
    walk(case, "stop", on, text, by, key, ended_on=on, waiting_since=None)
    if ground in (EndGround.COURT, EndGround.OFFENCE):
        following.goes_outside(case, on=on, words=EndGround(ground).label, by=by)


@transaction.atomic
def close_case(case, *, on, words, keep="", remarks="", checker="", by, key=None):
    """Closed, and the file is kept for `keep` (Keep; '' by its importance). Raises FlowError, ValidationError: something is
    still to be done (queries.open_ends)."""
    case = locked(case)
    if was_sent(key):
        return
    if case.state not in TO_CLOSE:
        raise FlowError(f"现在的状态是“{case.get_state_display()}”，不能结案。请刷新后再看。")
    if missing := open_ends(case):
        raise ValidationError(missing)
    if case.ended_on and on < case.ended_on:
        raise ValidationError({"on": "不早于调解结束的日期。"})
    outcome = outcome_of(case)
    file_away(case, on=on, keep=keep, remarks=remarks, checker=checker, by=by)
    text = f"结案：{outcome.label}。{words}"
    walk(case, "close", on, text, by, key, closed_on=on, outcome=outcome)
    following.is_closed(case, outcome, on=on, by=by)


@transaction.atomic
def reopen_case(case, *, words, agreed=(), by, key=None):
    """Mediated again, with the reason: every party wants it (art. 17), the month begins anew, rights are told anew. An agreement
    in force binds until another replaces it. Raises FlowError, ValidationError."""
    case, today = locked(case), timezone.localdate()
    if was_sent(key):
        return
    if case.state in TO_REOPEN:
        ask_agreement(case, agreed)
    walk(
        case, "reopen", today, f"重新办理，当事人都同意再调解。{words}", by, key, kind=CaseEntryKind.REOPEN,
        accepted_on=case.accepted_on or today, due_on=last_day(today), ended_on=None, closed_on=None, outcome="",
        waiting_since=None,
    )  # fmt: skip
    following.is_reopened(case, by=by)


@transaction.atomic
def note_opinion(case, *, party, score, on, how, words="", by, key=None):
    """How satisfied a party is: each is asked once a run, when mediation is over. Raises ValidationError."""
    case = locked(case)
    if was_sent(key):
        return
    place = int(party)
    if case.state not in TO_REOPEN or not 0 <= place < len(case.parties):
        raise ValidationError("调解结束以后再问满意度。")
    if on < (case.ended_on or on) or on > timezone.localdate():
        raise ValidationError({"on": "不早于调解结束，不晚于今天。"})
    row = Opinion(
        case=case, place=place, run=run_of(case), score=int(score), on=on,
        body={"by": by.name, "how": how, "words": words},
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise ValidationError({"party": "这位当事人已经问过了。"}) from None
    one = case.parties[place]
    text = f"问了{Side(one['side']).label}{one['name']}的满意度：{Score(int(score)).label}。{words}"
    write_entry(case, CaseEntryKind.FOLLOW, on, text, by=by, key=key)
    touch(case)
    audit.record_sealed("mediation.case.opinion", case, by=by)
