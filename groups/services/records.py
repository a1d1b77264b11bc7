"""Training, commendation and evaluation of a volunteer, true and whole (志愿服务条例 art. 19)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from groups.models import VolunteerRecord
from groups.need_enums import RecordKind


@transaction.atomic
def add_record(record, *, by):
    """Write down a training, an honour or an evaluation (unsaved). Returns it. Raises ValidationError."""
    if record.on > timezone.localdate():
        raise ValidationError({"on": "日期不能晚于今天。"})
    if record.kind == RecordKind.RATING and record.points is None:
        raise ValidationError({"points": "评价要打 1—5 分。"})
    if record.kind != RecordKind.RATING:
        record.points = None
    record.made_by = by
    record.full_clean(exclude=["volunteer", "made_by"])
    record.save()
    audit.record("groups.volunteerrecord.add", record, by=by, area=record.volunteer.area, kind=record.kind)
    return record


@transaction.atomic
def void_record(record, *, why, by):
    """A wrong one does not stand; it is read with its reason. Raises ValidationError."""
    if not why.strip():
        raise ValidationError({"why": "请写为什么作废。"})
    done = VolunteerRecord.objects.standing().filter(pk=record.pk).update(void_why=why.strip()[:100])
    if not done:
        raise ValidationError("这一条已经作废了。")
    audit.record("groups.volunteerrecord.void", record, by=by, area=record.volunteer.area)
    return record
