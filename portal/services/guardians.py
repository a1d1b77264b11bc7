"""Who may speak for a child under fourteen: written down by the staff, over by itself, shut without a word (PIPL art. 31)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit
from households.consenttexts import current
from households.enums import ConsentHow, ResidentState
from households.minors import is_under
from portal.enums import GuardianEnd
from portal.models import EntryCode, Guardian, Stay

OWN_FROM = 14


def is_ward(child, day=None):
    """True when `child` is on the books and surely under fourteen on `day`: the day of birth is known. Of whoever may be older
    or younger nobody speaks from afar; the guardian comes in person."""
    return child.state == ResidentState.ACTIVE and len(child.birth) == 10 and is_under(child.birth, OWN_FROM, day)


def is_in_force(guardian, day=None):
    """True when the consent of `guardian` holds on `day` (default today): neither withdrawn nor over, the child still small."""
    day = day or timezone.localdate()
    over = guardian.ended_on is not None or guardian.ends_on is not None and guardian.ends_on < day
    return guardian.given_on <= day and not over and is_ward(guardian.child, day)


def may_come_in(guardian):
    """True when the way in is open to `guardian` now: the consent holds, and nobody shut the way."""
    return guardian.stopped_at is None and is_in_force(guardian)


@transaction.atomic
def record_guardian(guardian, *, by):
    """Write down the consent of a guardian (unsaved Guardian) whose papers were seen. Raises ValidationError."""
    if not is_ward(guardian.child):
        raise ValidationError("只给未满 14 周岁、出生日期登记到日的孩子登记监护人。满 14 周岁的由本人自己来。")
    if guardian.person is not None:
        guardian.name = guardian.person.name
    if not guardian.name.strip():
        raise ValidationError({"name": "请选在册的监护人，或者写姓名。"})
    if guardian.how == ConsentHow.ONLINE:
        raise ValidationError({"how": "监护人的同意当面登记：纸质签字，或者口头（有见证人）。"})
    if guardian.how == ConsentHow.ORAL and not guardian.witness.strip():
        raise ValidationError({"witness": "口头同意要有见证人，请写见证人姓名。"})
    if guardian.given_on > timezone.localdate():
        raise ValidationError({"given_on": "同意日期不能晚于今天。"})
    if guardian.ends_on and guardian.ends_on < guardian.given_on:
        raise ValidationError({"ends_on": "不能早于同意日期。"})
    guardian.taken_by, guardian.text_version = by, current("child").version
    try:
        with transaction.atomic():
            guardian.save(force_insert=True)
    except IntegrityError:
        raise ValidationError({"name": "这位监护人已经登记过。"}) from None
    audit.record("portal.guardian.record", guardian.child, by=by)
    return guardian


@transaction.atomic
def end_guardian(guardian, *, why, by=None):
    """The consent ends today: withdrawn by the guardian (`by` None), over, or written down by mistake (GuardianEnd). Stays and
    codes end with it. Raises ValidationError when it is over already."""
    why = GuardianEnd(why)
    ended = Guardian.objects.filter(pk=guardian.pk, ended_on=None).update(ended_on=timezone.localdate(), end_why=why)
    if not ended:
        raise ValidationError("这条已经结束了。")
    _shut(guardian)
    audit.record("portal.guardian.end", guardian.child, by=by, why=why)


@transaction.atomic
def stop_guardian(guardian, *, by):
    """Shut the way in without a word: codes open nothing, and what the guardian reads is what a wrong code would say."""
    now = timezone.now()
    if Guardian.objects.filter(pk=guardian.pk, stopped_at=None).update(stopped_at=now, stopped_by=by):
        _shut(guardian)
        audit.record("portal.guardian.stop", guardian.child, by=by)


@transaction.atomic
def resume_guardian(guardian, *, by):
    """Open the way in again; a new code is needed."""
    if Guardian.objects.exclude(stopped_at=None).filter(pk=guardian.pk).update(stopped_at=None, stopped_by=None):
        audit.record("portal.guardian.resume", guardian.child, by=by)


def _shut(guardian):
    now = timezone.now()
    Stay.objects.filter(guardian=guardian, ended_at=None).update(ended_at=now)
    EntryCode.objects.filter(guardian=guardian, used_at=None, dropped_at=None).update(dropped_at=now)
    EntryCode.objects.filter(guardian=guardian).update(used_with=None)
