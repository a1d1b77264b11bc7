"""Raising, handling and answering concerns; the register of the front desk and the 12338 line."""

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from concerns.enums import Origin, Outcome, ReceptionChannel, Status, Told
from concerns.flow import concern_flow
from concerns.models import Concern, Reception
from fedhub.core import audit, crypto
from fedhub.core.flow import FlowError
from fedhub.core.history import write_history
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
def assign_concern(concern, *, person, due_on, agency=None, base_version=None, by):
    """Give the concern to `person` with a day it is due. Raises StaleVersion when it is not the `base_version` read."""
    concern_flow.walk(concern, "assign", base_version=base_version, assigned_to=person, due_on=due_on, agency=agency)
    audit.record("concerns.concern.assign", concern, by=by, person=person.pk, due_on=due_on.isoformat())
    return concern


@transaction.atomic
def finish_concern(concern, *, result, by):
    """Write down what was done."""
    concern_flow.walk(concern, "finish", result=result)
    audit.record("concerns.concern.finish", concern, by=by)
    return concern


@transaction.atomic
def answer_concern(concern, *, answer, told, outcome, base_version=None, by):
    """Record the answer, how it ended and how she was told. Work apps call this when they finish.

    Raises StaleVersion when the concern is no longer the `base_version` that the writer read.
    """
    concern_flow.walk(
        concern, "answer", base_version=base_version,
        answer=answer, told=told, outcome=outcome, answered_at=timezone.now(),
    )  # fmt: skip
    audit.record("concerns.concern.answer", concern, by=by, told=told, outcome=outcome)
    return concern


@transaction.atomic
def close_concern(concern, *, by):
    """Close an answered concern. Raises FlowError while she has not been told (handbook 2.5: 反馈 before 归档)."""
    if concern.status == Status.ANSWERED and concern.told in ("", Told.NOT_YET):
        raise FlowError("还没有告诉本人，不能办结。告诉以后请再点“答复”，选好告知方式。")
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


@transaction.atomic
def follow_households(household_ids, area):
    """Let the concerns of moved households, open or closed, lie where they lie now; returns how many moved."""
    rows = Concern.objects.filter(household_id__in=household_ids).exclude(area=area)
    moved = list(rows.values_list("pk", flat=True))
    Concern.objects.filter(pk__in=moved).update(area=area, version=F("version") + 1, updated_at=timezone.now())
    write_history(Concern.objects.filter(pk__in=moved), reason="随家庭换网格")
    return len(moved)


@transaction.atomic
def follow_area(areas, area, *, reason):
    """Let concerns and entries of the register that still lie in `areas`, places out of use, lie where the person they
    name lies now, and in `area` when they name none or she lies in another community."""
    for model in (Concern, Reception):
        left = model.objects.filter(area__in=areas)
        goes = {}
        for pk, home, code in left.values_list("pk", "resident__area_id", "resident__area__code"):
            goes.setdefault(home if (code or "").startswith(area.community_code) else area.pk, []).append(pk)
        for area_id, ids in goes.items():
            rows = model.objects.filter(pk__in=ids)
            rows.update(area_id=area_id, version=F("version") + 1, updated_at=timezone.now())
            write_history(model.objects.filter(pk__in=ids), reason=reason)


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
        reception.concern = _concern_of(reception, concern_title, by=by)
    reception.save()
    audit.record("concerns.reception.register", reception, by=by)
    return reception


def _concern_of(reception, title, *, by):
    return raise_concern(
        origin=ORIGIN_OF_CHANNEL[reception.channel],
        title=title,
        area=reception.resident.area if reception.resident else reception.area,
        household=reception.resident.home.household if reception.resident and reception.resident.home else None,
        resident=reception.resident,
        detail=reception.matter,
        topic=reception.topic,
        raised_on=timezone.localtime(reception.received_at).date(),
        by=by,
    )


@transaction.atomic
def turn_into_concern(reception, *, title, by):
    """Make a concern of an entry that has none yet; returns the Concern. Raises ValidationError when it has one."""
    concern = _concern_of(reception, title, by=by)
    rows = Reception.objects.filter(pk=reception.pk, concern=None)
    if not rows.update(concern=concern, version=F("version") + 1, updated_at=timezone.now()):
        raise ValidationError("这条登记已经转为诉求了，没有再建。")
    reception.refresh_from_db()
    write_history([reception], reason="转为诉求")
    audit.record("concerns.reception.to_concern", reception, by=by, concern=concern.pk)
    return concern


@transaction.atomic
def change_reception(reception, fields, *, base_version, by):
    """Save changed `fields` of an entry. Raises StaleVersion."""
    fields = list(fields)
    if "phone" in fields:
        reception.phone_blind = crypto.blind(reception.phone, column="households.Phone.number")
        fields = [*fields, "phone_blind"]
    save_version(reception, fields, base_version=base_version)
    audit.record("concerns.reception.change", reception, by=by, fields=sorted(fields))
    return reception
