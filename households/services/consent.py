"""Consent by purpose and the safe way to contact a person."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.versions import StaleVersion, save_version
from fedhub.notices.enums import Channel
from fedhub.notices.services import outbox
from households.consenttexts import current, is_outdated
from households.contact import may_contact
from households.enums import ConsentHow, ConsentPurpose, ContactChannel
from households.models import Consent, Resident, SafeContact

# What a woman can agree to on her own page without having been asked.
OWN_PURPOSES = tuple(purpose for purpose in ConsentPurpose if purpose != ConsentPurpose.SHARE)


@transaction.atomic
def give_consent(consent, *, by):
    """Note a consent (unsaved Consent with resident, purpose, how …) to the text of its day; `by` None: she gave it herself, on
    her own page. Raises ValidationError (PIPL 14, 23, 29)."""
    if consent.given_on > timezone.localdate():
        raise ValidationError({"given_on": "同意日期不能晚于今天。"})
    if consent.purpose == ConsentPurpose.SHARE and not consent.recipient:
        raise ValidationError({"recipient": "请写明提供给哪个单位。"})
    if consent.how == ConsentHow.ORAL and not consent.witness:
        raise ValidationError({"witness": "口头同意要有见证人，请写见证人姓名。"})
    if consent.expires_on and consent.expires_on < consent.given_on:
        raise ValidationError({"expires_on": "有效期不能早于同意日期。"})
    if by is None and consent.how != ConsentHow.ONLINE:
        raise ValidationError({"how": "这里只能登记本人在网上同意的。"})
    consent.taken_by, consent.text_version = by, current(consent.purpose, consent.given_on).version
    consent.save()
    audit.record("households.consent.give", consent.resident, by=by, purpose=consent.purpose)
    return consent


@transaction.atomic
def agree(resident, *, purpose, version):
    """She agrees herself, on her own page, to what she read there: the text `version` of `purpose`. Of a recipient she is asked
    by the office, for each by itself (PIPL art. 23), so that ConsentPurpose.SHARE is not among the purposes.

    Returns the Consent. Raises ValidationError: no such purpose, the text was changed meanwhile, she agreed already."""
    if purpose not in OWN_PURPOSES:
        raise ValidationError("没有这一项。")
    if version != current(purpose).version:
        raise ValidationError("说明刚刚更新了，请看过新的再决定。")
    # One after the other: of two taps the second finds the consent of the first.
    Resident.objects.select_for_update().get(pk=resident.pk)
    if any(one.in_force() for one in Consent.objects.filter(resident=resident, purpose=purpose)):
        raise ValidationError("这一项您已经同意过了。")
    consent = Consent(resident=resident, purpose=purpose, how=ConsentHow.ONLINE, given_on=timezone.localdate())
    return give_consent(consent, by=None)


@transaction.atomic
def give_again(consent):
    """She agrees herself to what was changed since `consent`, which holds no more: a new row, for the same recipient. Raises
    ValidationError when it was taken back, is over, or covers everything still."""
    today = timezone.localdate()
    over = consent.withdrawn_on or (consent.expires_on and consent.expires_on < today)
    if over or not is_outdated(consent.purpose, consent.text_version):
        raise ValidationError("这条不用再同意。")
    wanted = current(consent.purpose).version
    same = Consent.objects.filter(resident=consent.resident, purpose=consent.purpose, recipient=consent.recipient)
    if same.filter(text_version=wanted, withdrawn_on=None).exists():
        raise ValidationError("已经同意过新的说明了。")
    fresh = Consent(
        resident=consent.resident, purpose=consent.purpose, recipient=consent.recipient, how=ConsentHow.ONLINE,
        given_on=today, expires_on=consent.expires_on,
    )  # fmt: skip
    return give_consent(fresh, by=None)


@transaction.atomic
def withdraw_consent(consent, *, by):
    """Note that she took her consent back today; it binds at once (PIPL art. 15). Raises ValidationError."""
    taken_back = Consent.objects.filter(pk=consent.pk, withdrawn_on=None).update(
        withdrawn_on=timezone.localdate(), version=F("version") + 1, updated_at=timezone.now()
    )
    if not taken_back:
        raise ValidationError("这条同意已经撤回了。")
    consent.refresh_from_db()
    if consent.purpose == ConsentPurpose.CONTACT and may_contact(_as_it_is(consent), Channel.INBOX).never:
        outbox.stop_for(consent.resident, "她撤回了日常联系的同意。")
    audit.record("households.consent.withdraw", consent.resident, by=by, purpose=consent.purpose)
    return consent


def _as_it_is(consent):
    """The person of `consent` afresh: what was read before the withdrawal says nothing about it."""
    return Resident.objects.get(pk=consent.resident_id)


@transaction.atomic
def set_safe_contact(safe, fields, *, base_version=None, by):
    """Save how a person may be contacted: a new row, or changed `fields` of the old one. Raises StaleVersion."""
    if not safe.channels or set(safe.channels) - set(ContactChannel.values):
        raise ValidationError({"channels": "请至少选一种可以用的联系方式。"})
    if safe.pk is None:
        try:
            with transaction.atomic():
                safe.save()
        except IntegrityError:
            raise StaleVersion(SafeContact.objects.get(resident=safe.resident)) from None
    else:
        save_version(safe, list(fields), base_version=safe.version if base_version is None else base_version)
    audit.record("households.safecontact.set", safe.resident, by=by, fields=sorted(fields))
    return safe
