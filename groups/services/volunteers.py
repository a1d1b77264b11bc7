"""Registering volunteers (志愿服务条例 art. 7, 12, 17; handbook 9.2)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit, crypto
from fedhub.core.models.numbers import take_numbers
from fedhub.core.versions import save_version
from groups.flow import volunteer_flow
from groups.models import Volunteer
from households.minors import born_late
from households.services.link import end_group_links, keep_group_links

BLIND = "groups.Volunteer.id_blind"
# The name under which being a volunteer stands among a woman's links.
TEAM = "志愿者队伍"
TWICE = "她已经登记过志愿者。"


def is_minor(volunteer):
    """True for somebody who is not surely 18 today."""
    return born_late(volunteer.birth)


def _check(volunteer):
    if not volunteer.told_risks:
        raise ValidationError({"told_risks": "先说明服务内容和可能的风险，再登记（志愿服务条例第十二条）。"})
    if is_minor(volunteer) and not (volunteer.guardian and volunteer.guardian_on):
        raise ValidationError({"guardian": "未满十八周岁的，写监护人和同意日期。"})
    volunteer.id_blind = crypto.blind(volunteer.id_number, column=BLIND)
    same = Volunteer.objects.filter(id_blind=volunteer.id_blind, area=volunteer.area).exclude(pk=volunteer.pk)
    if volunteer.id_blind and same.exclude(state__in=["left", "refused"]).exists():
        raise ValidationError({"id_number": TWICE})


@transaction.atomic
def register_volunteer(volunteer, *, by):
    """Register a volunteer (unsaved), waiting for approval. Returns her with her number. Raises ValidationError."""
    today = timezone.localdate()
    volunteer.created_by = by
    _check(volunteer)
    volunteer.number = f"ZY{today:%Y}-{take_numbers(f'volunteer:{today:%Y}'):04d}"
    volunteer.full_clean(exclude=["id_number", "phone", "emergency", "health", "guardian"], validate_constraints=False)
    try:
        with transaction.atomic():
            volunteer.save()
    except IntegrityError as error:
        raise ValidationError({"resident": TWICE}) from error
    audit.record("groups.volunteer.register", volunteer, by=by)
    return volunteer


@transaction.atomic
def change_volunteer(volunteer, fields, *, base_version, by):
    """Save changed `fields`. Raises ValidationError, StaleVersion."""
    _check(volunteer)
    also = {"id_blind"} if "id_number" in fields else set()
    save_version(volunteer, sorted({*fields, *also}), base_version=base_version)
    audit.record("groups.volunteer.change", volunteer, by=by, fields=sorted(fields))
    return volunteer


def _walk(volunteer, name, why, by, *, asks=True):
    why = why.strip()[:100]
    if asks and not why:
        raise ValidationError({"why": "请写原因。"})
    volunteer_flow.walk(volunteer, name, state_why=why)
    audit.record(f"groups.volunteer.{name}", volunteer, by=by)
    return volunteer


@transaction.atomic
def accept_volunteer(volunteer, *, by):
    """She may serve from now on; a woman on the books is in reach through it. Raises FlowError."""
    _walk(volunteer, "accept", "", by, asks=False)
    if volunteer.resident is not None:
        keep_group_links([volunteer.resident], name=TEAM, since=timezone.localdate(), by=by)
    return volunteer


@transaction.atomic
def refuse_volunteer(volunteer, *, why, by):
    """Not accepted, with a reason. Raises ValidationError, FlowError."""
    return _walk(volunteer, "refuse", why, by)


@transaction.atomic
def pause_volunteer(volunteer, *, why, by):
    """No service meanwhile. Raises ValidationError, FlowError."""
    return _walk(volunteer, "pause", why, by)


@transaction.atomic
def resume_volunteer(volunteer, *, by):
    """She serves again. Raises FlowError."""
    return _walk(volunteer, "resume", "", by, asks=False)


@transaction.atomic
def leave_volunteers(volunteer, *, why, by):
    """She leaves; her hours stay, and are certified as before. Raises ValidationError, FlowError."""
    _walk(volunteer, "leave", why, by)
    if volunteer.resident is not None:
        end_group_links([volunteer.resident], name=TEAM, by=by)
    return volunteer
