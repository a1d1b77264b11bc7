"""A volunteer who helps a family in hardship: made a helper and paired with one press, her confirmed hours heard of by the
pairing, and an end of both when she leaves (handbook 4.4, 9.2)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from groups.enums import ServiceKind
from groups.need_enums import OfferState, Rhythm
from hardship.enums import HelperKind, HelpKind, PairingEnd, PairingState
from hardship.models import Helper, HelpRecord, Pairing
from hardship.models.pairing import ALIVE
from hardship.services.pairing import create_helper, end_pairing, log_help, pair, void_help

SOURCE = "groups.volunteer"
# What a kind of service is among the kinds of help.
HELP = {
    ServiceKind.ELDERS: HelpKind.COMPANY,
    ServiceKind.CHILDREN: HelpKind.CARE,
    ServiceKind.TUTORING: HelpKind.LESSONS,
    ServiceKind.CLEAN: HelpKind.CARE,
    ServiceKind.LAW: HelpKind.LAW,
    ServiceKind.MIND: HelpKind.MIND,
    ServiceKind.MEDICAL: HelpKind.MEDICAL,
}
# Days after which somebody must be heard of, by what was agreed.
DAYS = {Rhythm.OFTEN: 7, Rhythm.WEEKLY: 14, Rhythm.MONTHLY: 45}
NO_FILE = "这个需求不是困难档案的，不能直接结对。"
NOT_AGREED = "双方同意以后才能结对。"
MOST_HALVES = 48


def helps_with(kinds):
    """Codes of HelpKind for kinds of service, in the order of the table."""
    found = {HELP.get(kind, HelpKind.OTHER) for kind in kinds}
    return [code for code in HelpKind.values if code in found]


def helper_as(volunteer):
    """The Helper that a volunteer is, None when she is none yet."""
    return Helper.objects.filter(source_key=SOURCE, source_id=volunteer.pk).first()


def pairings_of(volunteer):
    """Pairings in which she helps and that have not ended."""
    return Pairing.objects.filter(helper__source_key=SOURCE, helper__source_id=volunteer.pk, state__in=ALIVE)


def make_helper(volunteer, *, by):
    """The Helper that `volunteer` is, made when she is none yet; made twice it is one."""
    found = helper_as(volunteer)
    if found is not None:
        return found
    return create_helper(
        Helper(
            area=volunteer.area, kind=HelperKind.VOLUNTEER, name=volunteer.name, phone=volunteer.phone,
            resident=volunteer.resident, source_key=SOURCE, source_id=volunteer.pk, skills=helps_with(volunteer.kinds),
            cap=volunteer.cap, note=f"志愿者 {volunteer.number}",
        ),
        by=by,
    )  # fmt: skip


@transaction.atomic
def pair_volunteer(offer, *, by):
    """Pair the volunteer of an agreed offer with the family of its hardship file, on the consent that was given for her.
    Returns the Pairing, waiting for a second signature when she has as many families as she may. Raises ValidationError."""
    need = offer.need
    if need.file_id is None:
        raise ValidationError(NO_FILE)
    if offer.state != OfferState.AGREED:
        raise ValidationError(NOT_AGREED)
    helper = make_helper(offer.volunteer, by=by)
    made = pair(
        Pairing(
            file=need.file, helper=helper, kinds=helps_with([need.kind]), every_days=DAYS.get(need.rhythm, 30),
            until=need.until if need.until > timezone.localdate() else None,
            promise=f"{need.what}（{need.get_rhythm_display()}）", consent=offer.consent,
        ),
        by=by,
    )  # fmt: skip
    offer.pairing = made
    offer.save(update_fields=["pairing", "updated_at"])
    audit.record("groups.offer.pair", offer, by=by, area=need.area)
    return made


# --- hours heard of ---------------------------------------------------------------------------------------------------
def note_help(service, *, by):
    """A confirmed service for a hardship file is a record of help of the pairing, so that nothing is written twice. Returns the
    HelpRecord, None where there is no pairing that runs."""
    if service.need_id is None or service.need.file_id is None or service.help_record_id:
        return None
    day = timezone.localdate(service.started_at)
    pairing = pairings_of(service.volunteer).filter(
        file=service.need.file_id, state=PairingState.ACTIVE, starts_on__lte=day
    ).first()  # fmt: skip
    if pairing is None:
        return None
    halves = min(service.half_hours, MOST_HALVES)
    record = log_help(HelpRecord(pairing=pairing, on=day, half_hours=halves, done=service.what), by=by)
    service.help_record = record
    service.save(update_fields=["help_record", "updated_at"])
    return record


def drop_help(service, *, why, by):
    """A service that is void is no help either."""
    record = service.help_record
    if record is not None and record.voided_on is None:
        void_help(record, reason=why, by=by)


def end_pairing_of(offer, *, reason, by):
    """What grew out of an offer ends with it: its pairing, the one that took the place of it, and any that rests on its consent.
    Returns the pairings."""
    rows = pairings_of(offer.volunteer).filter(file=offer.need.file_id)
    if offer.pairing_id is None:
        rows = rows.filter(consent__isnull=False, consent=offer.consent_id)
    rows = list(rows.select_related("consent"))
    for pairing in rows:
        end_pairing(pairing, on=max(timezone.localdate(), pairing.starts_on), end_reason=reason, by=by)
    return rows


# --- she pauses or leaves ---------------------------------------------------------------------------------------------
@transaction.atomic
def rest_helper(volunteer, *, active):
    """While she pauses she is not suggested for pairings; those that run stay, and her page says so."""
    helper = helper_as(volunteer)
    if helper is not None and helper.is_active != active:
        helper.is_active = active
        helper.version += 1
        helper.save(update_fields=["is_active", "version", "updated_at"])


@transaction.atomic
def end_helping(volunteer, *, by):
    """She left: her pairings end, and the family without a helper shows where such families are shown. Returns how many."""
    rest_helper(volunteer, active=False)
    rows = list(pairings_of(volunteer))
    for pairing in rows:
        day = max(timezone.localdate(), pairing.starts_on)
        end_pairing(pairing, on=day, end_reason=PairingEnd.HELPER, note="志愿者退出", by=by)
    return len(rows)
