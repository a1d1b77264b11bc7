"""Minutes: drafted from the record, approved with number and hash, then only added to and confirmed."""

import hashlib
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from council.enums import MeetingStatus
from council.flow import minutes_flow
from council.models import Addition, Confirmation, Minutes
from council.record import body_of
from fedhub.core import audit
from fedhub.core.flow import FlowError
from fedhub.core.models.numbers import take_numbers
from fedhub.core.versions import save_version


def hash_of(minutes):
    """SHA-256 of everything that final minutes say, as 64 hex signs."""
    said = [minutes.number, minutes.meeting.title, f"{minutes.final_on:%Y-%m-%d}", minutes.body, minutes.sent_to]
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()


def hash_of_addition(addition, before):
    """SHA-256 of an addition and of the hash before it."""
    said = [before, addition.text, addition.signed_name, addition.signed_at.isoformat()]
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()


def is_whole(minutes):
    """True when final minutes and all additions still are what was signed."""
    before = minutes.sha256
    if hash_of(minutes) != before:
        return False
    for addition in minutes.additions.all():
        if hash_of_addition(addition, before) != addition.sha256:
            return False
        before = addition.sha256
    return True


@transaction.atomic
def draft_minutes(meeting, *, by):
    """The draft of a meeting that took place, written from its record; returns the Minutes (the present one when there is one).

    Raises FlowError before the meeting is over.
    """
    if meeting.status != MeetingStatus.HELD:
        raise FlowError("会议结束以后才有纪要。")
    found = Minutes.objects.filter(meeting=meeting).first()
    if found is not None:
        return found
    minutes = Minutes(meeting=meeting, area=meeting.area, body=body_of(meeting), created_by=by)
    minutes.save()
    audit.record("council.minutes.draft", minutes, by=by)
    return minutes


@transaction.atomic
def rewrite_minutes(minutes, *, by):
    """Write the draft anew from the record as it is now. Raises FlowError once it is final."""
    if minutes.is_final:
        raise FlowError("纪要已经定稿，不能再改。")
    minutes.body = body_of(minutes.meeting)
    save_version(minutes, ["body"], base_version=minutes.version, reason="按记录重写")
    audit.record("council.minutes.rewrite", minutes, by=by)
    return minutes


@transaction.atomic
def change_minutes(minutes, fields, *, base_version, by):
    """Save changed `fields` of a draft. Raises StaleVersion, FlowError."""
    if not Minutes.objects.filter(pk=minutes.pk, status="draft").exists():
        raise FlowError("纪要已经定稿，不能再改；要更正请写补充说明。")
    save_version(minutes, fields, base_version=base_version)
    audit.record("council.minutes.change", minutes, by=by, fields=sorted(fields))
    return minutes


@transaction.atomic
def finalise_minutes(minutes, *, by):
    """Approve the draft: it gets its number, its hash and the days in which attendees may object. Raises FlowError.

    What is hashed is what stands in the table now, and nobody changes it meanwhile.
    """
    today = timezone.localdate()
    Minutes.objects.select_for_update(of=("self",)).get(pk=minutes.pk)
    minutes.refresh_from_db()
    minutes.number = f"〔{today:%Y}〕{take_numbers(f'council-minutes:{minutes.area_id}:{today:%Y}')}号"
    minutes.final_on = today
    minutes_flow.walk(
        minutes, "finalise", number=minutes.number, final_on=today, approved_by=by, sha256=hash_of(minutes),
        confirm_until=today + timedelta(days=minutes.meeting.council.confirm_days),
    )  # fmt: skip
    audit.record("council.minutes.finalise", minutes, by=by, sha256=minutes.sha256)
    return minutes


@transaction.atomic
def add_to_minutes(minutes, *, text, by):
    """A signed addition to final minutes. Returns the Addition. Raises FlowError while they are a draft."""
    row = Minutes.objects.select_for_update().get(pk=minutes.pk)
    if not row.is_final:
        raise FlowError("还是草稿，直接改就行。")
    last = row.additions.last()
    addition = Addition(minutes=row, text=text, signed_by=by, signed_name=by.name)
    addition.sha256 = hash_of_addition(addition, last.sha256 if last else row.sha256)
    addition.save()
    audit.record("council.minutes.add", row, by=by)
    return addition


@transaction.atomic
def confirm_minutes(minutes, member, *, agrees, words="", by):
    """An attendee says that the minutes are right, or what is not. Raises FlowError out of time or a second time."""
    if not minutes.is_final or timezone.localdate() > minutes.confirm_until:
        raise FlowError("不在核对期内。")
    if not minutes.meeting.attendances.filter(member=member).exclude(came_at=None).exists():
        raise FlowError("没有出席这次会议，不用核对。")
    if not agrees and not words.strip():
        raise ValidationError({"words": "请写哪里不对。"})
    try:
        with transaction.atomic():
            row = Confirmation.objects.create(
                minutes=minutes, member=member, agrees=agrees, words="" if agrees else words
            )
    except IntegrityError:
        raise FlowError("您已经核对过了。") from None
    audit.record("council.minutes.confirm", minutes, by=by, agrees=agrees)
    return row
