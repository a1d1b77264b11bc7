"""A one-time code by a short message to the number on file (security design 4.9).

Whoever asks learns nothing: the page answers without looking whose the number is. The worker looks later, and sends only where
the number is one woman's own and a message can do her no harm.
"""

import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core import audit, crypto
from fedhub.core.fields import Unreadable
from fedhub.notices import sms
from fedhub.reference.lookup import rule
from households.contact import may_contact
from households.enums import ContactChannel, PhoneOwner, ResidentState
from households.models import Phone
from households.services.residents import PHONE_COLUMN
from portal.enums import Way
from portal.models import PhoneCode
from portal.services.entry import begin_stay, is_too_young, whoever_now

log = logging.getLogger("fedhub.portal")
HANDLE, NUMBER, ANSWER = (f"portal.PhoneCode.{name}" for name in ("handle", "number_blind", "blind"))
TEMPLATE = "login_code"
# Messages to one number, and to all together; more are asked for in vain, and nobody is told: that somebody asked before is
# nobody's business. All together are counted by what was sent: asking for numbers that nobody has shuts no woman out.
AN_HOUR, A_DAY, ALL_AN_HOUR = 3, 6, 300


def is_on():
    """True when messages leave this machine (the demo shows them in a file), so that nobody waits in vain."""
    return sms.is_on() and (settings.SMS_SENDER != "console" or settings.DEMO)


@transaction.atomic
def ask_code(number, enqueue):
    """Note that somebody wants a code for `number`; `enqueue(id)` gives it to the worker. Returns the handle of the form."""
    handle = secrets.token_urlsafe(24)
    row = PhoneCode.objects.create(
        handle=crypto.blind(handle, column=HANDLE), number=number, number_blind=crypto.blind(number, column=NUMBER)
    )
    transaction.on_commit(lambda: enqueue(row.pk))
    return handle


def send_code(pk):
    """The worker's part: find out whose the number is, make the code, send it. Nothing happens where it must not go."""
    row = PhoneCode.objects.get(pk=pk)
    number, row.number = row.number, ""
    row.save(update_fields=["number"])
    # A worker that was away sends nothing that opens no more by the time it is read, perhaps at night.
    late = row.asked_at < timezone.now() - timedelta(minutes=rule("portal_phone_minutes"))
    person = None if not number or late or _is_too_often(row) else _only_owner(number)
    if person is None:
        return
    digits = f"{secrets.randbelow(10**6):06d}"
    row.resident, row.blind, row.sent_at = person, _answer(digits, _tail(person)), timezone.now()
    row.save(update_fields=["resident", "blind", "sent_at"])
    audit.record("portal.phonecode.send", person)
    try:
        sms.send(number, TEMPLATE, {"code": digits})
    except sms.SmsFailed as error:
        log.error("a code was not sent: %s", error.code)


def come_in_by_phone(handle, digits, tail):
    """Use a code: `handle` of the form, the six `digits`, the last four of the identity number. Returns `(Resident, key
    of the browser)`, or None for whatever does not fit; each handle has rule "portal_phone_tries" tries."""
    since = timezone.now() - timedelta(minutes=rule("portal_phone_minutes"))
    rows = PhoneCode.objects.filter(handle=crypto.blind(handle, column=HANDLE), used_at=None, asked_at__gt=since)
    given = _answer(digits.strip(), tail.strip().upper())
    # Counted and kept before anything is compared, so that no number of tries at once gets more.
    if not rows.filter(tries__lt=rule("portal_phone_tries")).update(tries=F("tries") + 1):
        return None
    row = rows.select_related("resident__area").first()
    if not secrets.compare_digest(row.blind or "-", given):
        return None
    return _let_in(row)


@transaction.atomic
def _let_in(row):
    person = whoever_now(row.resident)
    if person is None or not _may_have(person):
        return None
    if not PhoneCode.objects.filter(pk=row.pk, used_at=None).update(used_at=timezone.now()):
        return None
    return person, begin_stay(person, way=Way.PHONE)


def forget_codes():
    """Delete what was asked for the day before."""
    PhoneCode.objects.filter(asked_at__lt=timezone.now() - timedelta(days=1)).delete()


def _answer(digits, tail):
    return crypto.blind(f"{digits}:{tail}", column=ANSWER)


def _tail(person):
    number = person.id_number
    return "" if not number or isinstance(number, Unreadable) else number[-4:].upper()


def _is_too_often(row):
    sent = PhoneCode.objects.filter(number_blind=row.number_blind, sent_at__isnull=False)
    now = timezone.now()
    hour, day = (sent.filter(sent_at__gt=now - timedelta(hours=hours)).count() for hours in (1, 24))
    together = PhoneCode.objects.filter(sent_at__gt=now - timedelta(hours=1)).count()
    return hour >= AN_HOUR or day >= A_DAY or together >= ALL_AN_HOUR


def _may_have(person):
    """True when a message can reach nobody but her, and she is who may come in by herself."""
    verdict = may_contact(person, ContactChannel.SMS)
    return verdict.ok and not verdict.neutral and not is_too_young(person) and len(_tail(person)) == 4


def _only_owner(number):
    """The Resident whose own number this is and nobody else's; None for one that is shared, her husband's, or on file twice."""
    rows = Phone.objects.filter(
        blind=crypto.blind(number, column=PHONE_COLUMN), resident__state=ResidentState.ACTIVE
    ).select_related("resident__area", "resident__safe_contact")
    found = list(rows[:2])
    if len(found) != 1 or found[0].owner_kind != PhoneOwner.SELF or found[0].shared or not found[0].usable:
        return None
    return found[0].resident if _may_have(found[0].resident) else None
