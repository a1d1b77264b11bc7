"""Levels are decided by people: a review keeps what the sheet suggested, a change waits for a second person."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.models import Setting
from hardship.enums import IN_CARE, ReviewKind
from hardship.models import HardshipFile, Review
from hardship.queries import WEIGHTS, suggestion_for
from hardship.score import KEYS
from hardship.services.files import follow_level, next_review


@transaction.atomic
def review_file(file, *, level, reason, kind=ReviewKind.REGULAR, by):
    """Decide on the level of a family in care. Unchanged, it holds at once and the next review is set; changed, it waits
    for somebody who decides on files. Returns the Review.

    Raises ValidationError: not in care, another change waits already, a reason is missing.
    """
    file = HardshipFile.objects.select_for_update(of=("self",)).select_related("household").get(pk=file.pk)
    if file.state not in IN_CARE:
        raise ValidationError("这份档案现在不在帮扶，不用复核。")
    if open_change_of(file) is not None:
        raise ValidationError("已经有一次等级调整在等确认，请先确认或退回那一次。")
    sheet, level = suggestion_for(file.household), int(level)
    if (level != sheet.level or level != file.level) and not reason.strip():
        raise ValidationError({"reason": "等级有变化，或者和建议的等级不一样，请写理由。"})
    review = Review.objects.create(
        file=file, kind=kind, parts=[list(part) for part in sheet.parts], score=sheet.score, suggested=sheet.level,
        level_before=file.level, level=level, reason=reason.strip(), made_by=by,
    )  # fmt: skip
    if level == file.level:
        _set(file, review_due_on=next_review(level, review.on))
    audit.record("hardship.review.make", file, by=by)
    return review


def open_change_of(file, reviews=None):
    """The change of level that waits for a second person, or None. `reviews`: those of the file, where they were read already."""
    if not file.level:
        return None
    waiting = (None, None, file.level)
    for review in file.reviews.all() if reviews is None else reviews:
        asks = review.kind != ReviewKind.OPENING and review.level != file.level
        if asks and (review.confirmed_on, review.refused_on, review.level_before) == waiting:
            return review
    return None


@transaction.atomic
def confirm_review(review, *, by):
    """The new level holds from today. Returns the file. Raises ValidationError: one's own, decided before, outdated."""
    file, review = _open_change(review, by)
    today, before = timezone.localdate(), file.level
    Review.objects.filter(pk=review.pk).update(confirmed_by=by, confirmed_on=today)
    _set(file, level=review.level, review_due_on=next_review(review.level, today))
    follow_level(file, before, by=by)
    audit.record("hardship.review.confirm", file, by=by)
    return file


@transaction.atomic
def refuse_review(review, *, reason, by):
    """The level stays. Returns the file. Raises ValidationError."""
    if not reason.strip():
        raise ValidationError({"reason": "请写不同意的理由。"})
    file, review = _open_change(review, by)
    Review.objects.filter(pk=review.pk).update(refused_why=reason.strip()[:300], refused_on=timezone.localdate())
    audit.record("hardship.review.refuse", file, by=by)
    return file


def _open_change(review, by):
    file = HardshipFile.objects.select_for_update(of=("self",)).get(pk=review.file_id)
    review = Review.objects.get(pk=review.pk)
    if review.confirmed_on or review.refused_on:
        raise ValidationError("这次等级调整已经有结论了，请刷新后再看。")
    if review.made_by_id == by.pk:
        raise ValidationError("自己评定的，要由另一位负责人确认。")
    if file.state not in IN_CARE or review.level_before != file.level:
        raise ValidationError("档案的情况变了，这次调整已经过时，请重新评定。")
    return file, review


def _set(file, **changes):
    for name, value in changes.items():
        setattr(file, name, value)
    file.version += 1
    file.save(update_fields=[*changes, "version", "updated_at"])


@transaction.atomic
def change_weights(points, *, by):
    """Use `points` ({key: int}) as the score sheet from now on."""
    row = Setting.objects.select_for_update().get_or_create(key=WEIGHTS)[0]
    row.value = {key: int(points[key]) for key in KEYS}
    row.save(update_fields=["value", "updated_at"])
    audit.record("hardship.score.change", by=by)
