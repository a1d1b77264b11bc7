"""What an agreement kept a dispute from becoming (handbook 7.8): a fact of the case, from which the official form is counted."""

from django.core.exceptions import ValidationError
from django.db import transaction

from fedhub.core import audit
from mediation.enums import Averted, CaseEntryKind
from mediation.queries import may_avert
from mediation.services.cases import locked, touch, was_sent, write_entry


@transaction.atomic
def note_averted(case, *, on, what, people, words, by, key=None):
    """That the dispute did not become `what` (Averted), which `people` would have been drawn into; said again it is put right.
    Raises ValidationError: there is no agreement."""
    case = locked(case)
    if was_sent(key):
        return
    if not may_avert(case):
        raise ValidationError("达成协议以后再记。")
    text = f"{Averted(what).label}，涉及 {people} 人。{words}"
    write_entry(case, CaseEntryKind.STEP, on, text, by=by, key=key)
    touch(case, averted=what, averted_people=people, averted_on=on)
    audit.record_sealed("mediation.case.averted", case, by=by)
