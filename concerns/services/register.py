"""The register of the front desk and the 12338 line."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from concerns.enums import Origin, ReceptionChannel
from concerns.models import Reception
from concerns.services.intake import raise_concern
from fedhub.core import audit, crypto
from fedhub.core.history import write_history
from fedhub.core.models.numbers import take_numbers
from fedhub.core.versions import save_version

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
