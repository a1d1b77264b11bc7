"""Registering somebody who looks for work, and what is known of her (handbook 8.3)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns.enums import Outcome, Told
from concerns.flow import OPEN
from concerns.services.answers import answer_concern
from employment.after import FollowUpState
from employment.ages import too_young
from employment.enums import SeekerSource, SeekerState
from employment.flow import followup_flow, seeker_flow
from employment.models import CirclePerson, Difficulty, FollowUp, Seeker, SeekerConcern, Skill
from fedhub.core import audit
from fedhub.core.versions import save_version
from households.enums import ResidentState
from households.models import Resident


@transaction.atomic
def register_seeker(seeker, *, by):
    """Register `seeker` (unsaved, with resident and wishes). Returns the Seeker.

    Raises ValidationError for somebody who is or may be under 16 (禁止使用童工规定 art. 2, 7), who is off the books, or who is
    registered already.
    """
    resident = Resident.objects.select_for_update(of=("self",)).get(pk=seeker.resident_id)
    if why := too_young(resident.birth, timezone.localdate()):
        raise ValidationError({"resident": why})
    if resident.state != ResidentState.ACTIVE:
        raise ValidationError({"resident": "这位居民已经不在册，不能登记求职。"})
    if Seeker.objects.open().filter(resident=resident).exists():
        raise ValidationError({"resident": "已经有求职登记，请打开原来的。"})
    if seeker.lead_id is None:
        seeker.lead = by
    seeker.created_by = by
    seeker.full_clean(exclude=["wanted"])
    seeker.save()
    audit.record("employment.seeker.register", seeker, by=by, source=seeker.source)
    return seeker


@transaction.atomic
def change_seeker(seeker, fields, *, base_version, by):
    """Save changed `fields`. Raises StaleVersion."""
    seeker.full_clean(exclude=["wanted"])
    save_version(seeker, sorted(fields), base_version=base_version)
    audit.record("employment.seeker.change", seeker, by=by, fields=sorted(fields))
    return seeker


def step_seeker(seeker, name, *, by):
    """Walk one step that needs nothing but the wish: activate, pause, lose. Raises FlowError."""
    return _walk(seeker, name, by=by)


@transaction.atomic
def _walk(seeker, name, *, by, **changes):
    """One step with its line in the audit. No step that leads to work is open to somebody under 16."""
    if name == "activate" and (why := too_young(seeker.resident.birth, timezone.localdate())):
        raise ValidationError(why)
    seeker_flow.walk(seeker, name, **changes)
    audit.record(f"employment.seeker.{name}", seeker, by=by)
    return seeker


@transaction.atomic
def close_seeker(seeker, *, end_why, by):
    """Take her off the books of job support; what was still to be asked of her work is dropped."""
    _walk(seeker, "close", by=by, ended_on=timezone.localdate(), end_why=end_why)
    followup_flow.walk_many(FollowUp.objects.filter(seeker=seeker, state=FollowUpState.DUE), "drop", by=by)
    return seeker


# --- what is known of her -----------------------------------------------------------------------------------------------
def check_open(seeker):
    """Raises ValidationError once she is off the books."""
    if seeker.ended_on:
        raise ValidationError("求职登记已经注销，不能再登记。")


@transaction.atomic
def add_difficulty(difficulty, *, by):
    """Copy what the labour office recognised. Raises ValidationError when the same kind overlaps."""
    check_open(difficulty.seeker)
    difficulty.recorded_by = by
    difficulty.full_clean()
    Seeker.objects.select_for_update(of=("self",)).get(pk=difficulty.seeker_id)
    rows = Difficulty.objects.filter(seeker=difficulty.seeker, kind=difficulty.kind).exclude(
        valid_to__lt=difficulty.valid_from
    )
    if difficulty.valid_to:
        rows = rows.exclude(valid_from__gt=difficulty.valid_to)
    if rows.exists():
        raise ValidationError({"kind": "这一类已经登记过，时间有重叠。请先结束原来的。"})
    difficulty.save()
    audit.record("employment.seeker.difficulty", difficulty.seeker, by=by)
    return difficulty


@transaction.atomic
def end_difficulty(difficulty, *, on, by):
    """Let it hold until `on`, its last day. Raises ValidationError."""
    if on < difficulty.valid_from:
        raise ValidationError({"on": "不能早于开始日期。"})
    rows = Difficulty.objects.filter(pk=difficulty.pk, valid_to=difficulty.valid_to)
    if difficulty.valid_to and difficulty.valid_to <= on or not rows.update(valid_to=on):
        raise ValidationError("这一项已经结束了。")
    audit.record("employment.seeker.difficulty_end", difficulty.seeker, by=by)
    difficulty.valid_to = on
    return difficulty


@transaction.atomic
def add_skill(skill, *, by):
    """Note a skill or certificate."""
    check_open(skill.seeker)
    skill.recorded_by = by
    skill.full_clean()
    skill.save()
    audit.record("employment.seeker.skill", skill.seeker, by=by)
    return skill


@transaction.atomic
def void_skill(skill, *, why, by):
    """Strike a wrong line out."""
    if not Skill.objects.filter(pk=skill.pk, void_on=None).update(void_on=timezone.localdate(), void_why=why):
        raise ValidationError("这一项已经作废了。")
    audit.record("employment.seeker.skill_void", skill.seeker, by=by)
    return skill


@transaction.atomic
def add_to_circle(person, *, by):
    """Name somebody who walks with her besides the lead. Raises ValidationError."""
    check_open(person.seeker)
    if person.user_id == person.seeker.lead_id:
        raise ValidationError({"user": "已经是负责人。"})
    person.full_clean()
    person.save()
    audit.record("employment.seeker.circle", person.seeker, by=by, person=person.user_id)
    return person


@transaction.atomic
def leave_circle(person, *, by):
    """She walks along no more from today."""
    if not CirclePerson.objects.filter(pk=person.pk, valid_to=None).update(valid_to=timezone.localdate()):
        raise ValidationError("已经不在跟进小组里。")
    audit.record("employment.seeker.circle_end", person.seeker, by=by, person=person.user_id)
    return person


# --- concerns -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def into_employment(concern, *, by):
    """Bring `concern` to her open registration, or open one that `by` leads. Returns the Seeker. Raises ValidationError."""
    seeker = Seeker.objects.visible_to(by).open().filter(resident_id=concern.resident_id).first()
    if seeker is None:
        words = f"{concern.number} {concern.title}\n{concern.detail}".strip()
        found = Seeker(resident=concern.resident, source=SeekerSource.CONCERN, note=words[:300])
        seeker = register_seeker(found, by=by)
    SeekerConcern.objects.create(concern=concern, seeker=seeker, added_by=by)
    audit.record("employment.seeker.concern", seeker, by=by, concern=concern.number)
    return seeker


def employ_seeker(seeker, *, occupation, answer, by):
    """She has work, as `occupation` says: her registration says so, the concerns that brought her here are answered; her other
    applications stay for whoever looks after them."""
    if seeker.state in (SeekerState.REGISTERED, SeekerState.ACTIVE, SeekerState.PAUSED):
        seeker_flow.walk(seeker, "employ", occupation=occupation)
        audit.record("employment.seeker.employ", seeker, by=by)
    answer_concerns_of(seeker, answer=answer, by=by)


def answer_concerns_of(seeker, *, answer, by):
    """Answer the open concerns that brought her here; that she was told is noted on the concern itself, by whoever tells her."""
    for link in seeker.from_concerns.filter(concern__status__in=OPEN).select_related("concern"):
        answer_concern(link.concern, answer=answer, told=Told.NOT_YET, outcome=Outcome.SOLVED, by=by)
