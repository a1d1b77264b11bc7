"""Private notes: nothing of them leaves the author's own page, so they touch no case, write no entry and no word into a trail."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit, crypto
from mediation.models import PrivateNote


@transaction.atomic
def write_note(case, *, words, by, key=None):
    """A note of `by`, for herself. Returns nothing; sent twice it is one note."""
    note = PrivateNote(
        case=case, author=by, on=timezone.localdate(), body={"words": words},
        once=crypto.blind(str(key) if key else "", column="mediation.PrivateNote.once"),
    )  # fmt: skip
    try:
        with transaction.atomic():
            note.save(force_insert=True)
    except IntegrityError:
        if not note.once:
            raise
        return
    audit.record_sealed("mediation.case.note", case, by=by)


@transaction.atomic
def tear_note(note, *, by):
    """Her note is gone for good. Raises ValidationError when it is gone already."""
    if not PrivateNote.objects.filter(pk=note.pk, author=by).delete()[0]:
        raise ValidationError("这条笔记已经删了。")
