"""Registering volunteers (志愿服务条例 art. 7, 12, 17; handbook 9.2)."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core import audit, crypto
from fedhub.core.models.numbers import take_numbers
from fedhub.core.validators import parse_id_number
from fedhub.core.versions import save_version
from groups.enums import VolunteerState
from groups.flow import volunteer_flow
from groups.models import Volunteer
from groups.services.helping import end_helping, rest_helper
from groups.services.offers import let_go
from households.minors import born_late
from households.models import Resident
from households.services.link import end_group_links, keep_group_links

BLIND = "groups.Volunteer.id_blind"
# The name under which being a volunteer stands among a woman's links.
TEAM = "志愿者队伍"
TWICE = "她已经登记过志愿者。"
NEEDS_PAPER = "未满十八周岁的，先收到监护人签字的同意书（写明放在哪里），再审核通过。"
NEEDS_GUARDIAN = "未满十八周岁的，写监护人和同意日期。"
NOT_HERS = "是社区妇联暂停的，请到社区问。"
# The text that a volunteer agrees to (templates/groups/_agreement.html); a changed text is another version.
AGREEMENT = "2026-1"
# What she changes herself, on her own page.
OWN_FIELDS = ("kinds", "times", "skills", "tongues", "near", "cap", "limits", "phone", "emergency", "may_name")


def is_minor(volunteer):
    """True for somebody who is not surely 18 today by any of the dates that are known."""
    return any(born_late(one) for one in volunteer.births)


def stops_by_age(volunteer, *, risky, at_night=False):
    """Why her age keeps her from what is risky or at night, '' when it does not (志愿服务条例 art. 15)."""
    if not (risky or at_night):
        return ""
    if not volunteer.births:
        return "出生日期没有登记，不安排有风险、夜里的服务，先登记出生日期。"
    if not is_minor(volunteer):
        return ""
    return "未成年人不安排有风险的服务。" if risky else "未成年人不安排夜里（22 点到 6 点）的服务。"


def _fill_birth(volunteer):
    """An empty birth date follows from the identity number."""
    if volunteer.id_number and not volunteer.birth:
        with suppress(ValueError):
            volunteer.birth = parse_id_number(volunteer.id_number).birth


def _check(volunteer):
    _fill_birth(volunteer)
    if not volunteer.told_risks:
        raise ValidationError({"told_risks": "先说明服务内容和可能的风险，再登记（志愿服务条例第十二条）。"})
    if is_minor(volunteer) and not (volunteer.guardian and volunteer.guardian_on):
        raise ValidationError({"guardian": NEEDS_GUARDIAN})
    if volunteer.guardian_on and volunteer.guardian_on > timezone.localdate():
        raise ValidationError({"guardian_on": "日期不能晚于今天。"})
    if volunteer.insured_from and (
        volunteer.insured_until is None or volunteer.insured_until < volunteer.insured_from
    ):
        raise ValidationError({"insured_until": "写保险到哪天，不能早于开始的日期。"})
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
    if volunteer.told_risks:
        volunteer.agreed_on, volunteer.agreed_version = volunteer.agreed_on or today, AGREEMENT
    volunteer.number = f"ZY{today:%Y}-{take_numbers(f'volunteer:{today:%Y}'):04d}"
    volunteer.full_clean(
        exclude=["id_number", "phone", "emergency", "health", "guardian", "address"], validate_constraints=False
    )
    try:
        with transaction.atomic():
            volunteer.save()
    except IntegrityError as error:
        raise ValidationError({"resident": TWICE}) from error
    audit.record("groups.volunteer.register", volunteer, by=by)
    return volunteer


def register_herself(resident, *, told_risks, guardian="", guardian_on=None, **offer):
    """She registers on her own page; `offer`: values of OWN_FIELDS. Staff decide. Who is registered has that record. Returns the
    Volunteer. Raises ValidationError: who is not surely grown names her guardian, whose signed paper is asked for before she is
    accepted (志愿服务条例 art. 12)."""
    with transaction.atomic():
        resident = Resident.objects.select_for_update(of=("self",)).select_related("area").get(pk=resident.pk)
        standing = resident.volunteering.exclude(state__in=[VolunteerState.LEFT, VolunteerState.REFUSED]).first()
        if standing is not None:
            return standing
        volunteer = Volunteer(
            resident=resident, area=Area.objects.get(code=resident.area.community_code), name=resident.name,
            sex=resident.sex, birth=resident.birth, education=resident.education, political=resident.political,
            told_risks=told_risks, guardian=guardian, guardian_on=guardian_on,
            **{name: value for name, value in offer.items() if name in OWN_FIELDS},
        )  # fmt: skip
        return register_volunteer(volunteer, by=None)


@transaction.atomic
def change_volunteer(volunteer, fields, *, base_version, by):
    """Save changed `fields`. Raises ValidationError, StaleVersion."""
    birth = volunteer.birth
    _check(volunteer)
    also = {"id_blind"} if "id_number" in fields else set()
    if volunteer.birth != birth:
        also.add("birth")
    try:
        with transaction.atomic():
            save_version(volunteer, sorted({*fields, *also}), base_version=base_version)
    except IntegrityError as error:
        raise ValidationError({"resident": TWICE}) from error
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
    """She may serve from now on; a woman on the books is in reach through it. Raises ValidationError for a minor without her
    guardian's paper, FlowError."""
    if volunteer.state == VolunteerState.PENDING and is_minor(volunteer) and not volunteer.guardian_paper:
        raise ValidationError(NEEDS_PAPER)
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
    """No service meanwhile; her pairings stay and her page says so. `by` None: at her own word. Raises ValidationError,
    FlowError."""
    _walk(volunteer, "pause", why, by)
    Volunteer.objects.filter(pk=volunteer.pk).update(own_pause=by is None)
    rest_helper(volunteer, active=False)
    return volunteer


@transaction.atomic
def resume_volunteer(volunteer, *, by):
    """She serves again. Raises FlowError."""
    _walk(volunteer, "resume", "", by, asks=False)
    Volunteer.objects.filter(pk=volunteer.pk).update(own_pause=False)
    rest_helper(volunteer, active=True)
    return volunteer


@transaction.atomic
def leave_volunteers(volunteer, *, why, by):
    """She leaves; what was agreed and her pairings end, her hours stay and are certified as before. Raises ValidationError,
    FlowError."""
    _walk(volunteer, "leave", why, by)
    end_helping(volunteer, by=by)
    let_go(volunteer, by=by)
    if volunteer.resident is not None:
        end_group_links([volunteer.resident], name=TEAM, by=by)
    return volunteer


# --- at her own word ------------------------------------------------------------------------------------------------------
def change_herself(volunteer, fields, *, base_version):
    """Her own offer changed on her own page: names of OWN_FIELDS. Raises ValidationError, StaleVersion."""
    if set(fields) - set(OWN_FIELDS):
        raise TypeError(f"{sorted(set(fields) - set(OWN_FIELDS))} are not hers to change")
    return change_volunteer(volunteer, fields, base_version=base_version, by=None)


def resume_herself(volunteer):
    """She comes back from a pause that she asked for herself. Raises ValidationError, FlowError."""
    if volunteer.state == VolunteerState.PAUSED and not volunteer.own_pause:
        raise ValidationError(NOT_HERS)
    return resume_volunteer(volunteer, by=None)
