"""Raising, handling and answering concerns; the register of the front desk and the 12338 line."""

import secrets

from django.db import transaction
from django.utils import timezone

from concerns.enums import Origin, Outcome, ReceptionChannel, Told
from concerns.flow import concern_flow
from concerns.models import Concern
from fedhub.core import audit, crypto
from fedhub.core.models.numbers import take_numbers
from fedhub.core.versions import save_version
from fedhub.reference.calendar import due_date
from fedhub.reference.lookup import rule

# No letters or digits that look alike; read out over the phone.
_CODE_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"


def _new_code():
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(8))


@transaction.atomic
def raise_concern(*, origin, title, area, by, household=None, resident=None, detail="", topic="", raised_on=None):
    """Register a concern; every source uses this one function. Returns the new Concern.

    `area` is the household's area (or the community). The first answer is due after rule "concern_first_answer" days,
    the closing after "concern_close" (handbook 13.1).
    """
    today = raised_on or timezone.localdate()
    number = take_numbers(f"concern:{today:%Y}")
    concern = Concern(
        number=f"SQ{today:%Y}-{number:04d}",
        code=_new_code(),
        title=title,
        detail=detail,
        topic=topic,
        origin=origin,
        area=area,
        household=household,
        resident=resident,
        raised_on=today,
        due_on=due_date(today, rule("concern_close")),
        created_by=by,
    )
    concern.full_clean(exclude=["area", "household", "resident"])
    concern.save()
    audit.record("concerns.concern.raise", concern, by=by, origin=origin)
    return concern


@transaction.atomic
def accept_concern(concern, *, by):
    """Take a new concern in."""
    concern_flow.walk(concern, "accept")
    audit.record("concerns.concern.accept", concern, by=by)
    return concern


@transaction.atomic
def assign_concern(concern, *, person, due_on, agency=None, by):
    """Give the concern to `person` with a day it is due."""
    concern_flow.walk(concern, "assign", assigned_to=person, due_on=due_on, agency=agency)
    audit.record("concerns.concern.assign", concern, by=by, person=person.pk, due_on=due_on.isoformat())
    return concern


@transaction.atomic
def finish_concern(concern, *, result, by):
    """Write down what was done."""
    concern_flow.walk(concern, "finish", result=result)
    audit.record("concerns.concern.finish", concern, by=by)
    return concern


@transaction.atomic
def answer_concern(concern, *, answer, told, outcome, by):
    """Record the answer, how it ended and how she was told. Work apps call this when they finish."""
    concern_flow.walk(concern, "answer", answer=answer, told=told, outcome=outcome, answered_at=timezone.now())
    audit.record("concerns.concern.answer", concern, by=by, told=told, outcome=outcome)
    return concern


@transaction.atomic
def close_concern(concern, *, by):
    """Close an answered concern."""
    concern_flow.walk(concern, "close", closed_at=timezone.now())
    audit.record("concerns.concern.close", concern, by=by, outcome=concern.outcome)
    return concern


@transaction.atomic
def settle_on_spot(concern, *, answer, by):
    """Solved on the spot: answered face to face and closed in one step."""
    now = timezone.now()
    concern_flow.walk(
        concern, "settle", answer=answer, told=Told.FACE, outcome=Outcome.ON_SPOT, answered_at=now, closed_at=now
    )
    audit.record("concerns.concern.settle", concern, by=by)
    return concern


@transaction.atomic
def withdraw_concern(concern, *, reason, by):
    """She took it back."""
    concern_flow.walk(concern, "withdraw", outcome=Outcome.WITHDRAWN, closed_at=timezone.now())
    audit.record("concerns.concern.withdraw", concern, by=by, reason=reason)
    return concern


ORIGIN_OF_CHANNEL = {
    ReceptionChannel.FRONT_DESK: Origin.FRONT_DESK,
    ReceptionChannel.HOTLINE: Origin.HOTLINE,
    ReceptionChannel.PHONE: Origin.HOTLINE,
    ReceptionChannel.LETTER: Origin.FRONT_DESK,
    ReceptionChannel.UPPER: Origin.UPPER,
}


@transaction.atomic
def register_reception(reception, *, concern_title="", by):
    """Save a new entry of the register; with `concern_title` it also becomes a concern. Returns the Reception."""
    day = timezone.localtime(reception.received_at).date()
    number = take_numbers(f"reception:{day:%Y}")
    reception.number = f"JD{day:%Y}-{number:04d}"
    reception.created_by = by
    reception.phone_blind = crypto.blind(reception.phone, column="households.Phone.number")
    if concern_title:
        reception.concern = raise_concern(
            origin=ORIGIN_OF_CHANNEL[reception.channel],
            title=concern_title,
            area=reception.resident.area if reception.resident else reception.area,
            resident=reception.resident,
            detail=reception.matter,
            topic=reception.topic,
            raised_on=day,
            by=by,
        )
    reception.save()
    audit.record("concerns.reception.register", reception, by=by)
    return reception


@transaction.atomic
def change_reception(reception, fields, *, base_version, by):
    """Save changed `fields` of an entry. Raises StaleVersion."""
    if "phone" in fields:
        reception.phone_blind = crypto.blind(reception.phone, column="households.Phone.number")
        fields = [*fields, "phone_blind"]
    save_version(reception, fields, base_version=base_version)
    audit.record("concerns.reception.change", reception, by=by, fields=sorted(fields))
    return reception
