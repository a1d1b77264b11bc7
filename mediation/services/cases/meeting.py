"""Mediation itself: rights told, meetings of the sides, no agreement, or a party that goes (人民调解法 art. 23 to 26)."""

from django.core.exceptions import ValidationError
from django.db import transaction

from fedhub.core import audit
from fedhub.core.text import chinese_date
from mediation.enums import CaseEntryKind, CaseState
from mediation.services.cases.base import labelled, locked, running, touch, walk, was_sent, write_entry
from mediation.services.cases.intake import refer_case


@transaction.atomic
def tell_rights(case, *, on, signed=(), by, key=None):
    """Rights and duties told, signed by every party (art. 23, 24). Raises FlowError, ValidationError."""
    case = locked(case)
    if was_sent(key):
        return
    if case.officer_id is None:
        raise ValidationError("先指定调解员，再告知权利义务。")
    if {int(place) for place in signed} != set(range(len(case.parties))):
        raise ValidationError({"signed": "每一位当事人都要在告知书上签名。"})
    walk(case, "tell", on, f"告知权利义务，{case.party_names}已签名。", by, key)


@transaction.atomic
def begin_case(case, *, on, words, by, key=None):
    """Mediation begins. Raises FlowError, ValidationError."""
    case = locked(case)
    if not was_sent(key):
        walk(case, "begin", on, f"开始调解。{words}", by, key)


@transaction.atomic
def mediate(case, *, on, words, place="", present=(), others="", result="", violence=False, by, key=None):
    """What was said and done at one meeting of the sides, where, and who was there (`present`: places of parties; `others`:
    names). `result` is a SessionResult. With `violence` mediation stops. Raises ValidationError."""
    if violence:
        told = labelled(
            words,
            日期=chinese_date(on),
            地点=place,
            到场的当事人="、".join(_present(case, present)),
            其他在场的人=others,
        )
        refer_case(case, violence=True, words=told, by=by, key=key)
        return
    case = running(case, key)
    if case is None:
        return
    if case.state != CaseState.MEDIATING:
        raise ValidationError("告知权利义务、开始调解以后再记。")
    there = _present(case, present)
    write_entry(
        case, CaseEntryKind.SESSION, on, words, by=by, key=key, place=place, present=[*there, *filter(None, [others])],
        result=result,
    )  # fmt: skip
    touch(case)
    audit.record_sealed("mediation.case.session", case, by=by)


def _present(case, places):
    """Names of the parties at `places`."""
    places = {str(place) for place in places}
    return [one["name"] for at, one in enumerate(case.parties) if str(at) in places]


@transaction.atomic
def fail_case(case, *, on, words, by, key=None):
    """No agreement; the parties were told of their other legal routes (art. 26). Raises FlowError, ValidationError."""
    case = locked(case)
    if not was_sent(key):
        text = f"调解不成，已告知可以依法通过仲裁、行政、司法等途径维护权利。{words}"
        walk(case, "fail", on, text, by, key, ended_on=on, waiting_since=None)


@transaction.atomic
def withdraw_case(case, *, on, words, by, key=None):
    """A party wants no mediation any more (art. 23). Raises FlowError, ValidationError."""
    case = locked(case)
    if not was_sent(key):
        walk(case, "withdraw", on, f"当事人撤回。{words}", by, key, ended_on=on, waiting_since=None)
