"""Handing out a code, coming in with it, leaving."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns.services.intake import new_code, plain_code
from fedhub.core import audit, crypto
from fedhub.reference.lookup import rule
from households.enums import ResidentState
from households.minors import is_under
from households.models import Resident
from portal.enums import Way
from portal.models import Binding, EntryCode, PhoneCode, Stay
from portal.services.guardians import OWN_FROM, is_in_force, may_come_in

CODE, KEY, NONCE = "portal.EntryCode.blind", "portal.Stay.blind", "portal.EntryCode.used_with"
AGAIN = timedelta(minutes=2)


@transaction.atomic
def issue_code(resident, *, by, guardian=None):
    """Make a code for `resident`, or for a `guardian` of a child, that opens once within rule "portal_code_hours"; earlier ones
    of the same person open no more. Returns it as text, XXXX-XXXX; it is kept nowhere. Raises ValidationError for somebody who
    cannot have one. For a guardian whose way in is shut it looks like any other, and opens nothing."""
    if resident.state != ResidentState.ACTIVE:
        raise ValidationError("她已不在册，不能给登录码。")
    if guardian is None and is_too_young(resident):
        raise ValidationError(f"未满 {OWN_FROM} 周岁（或者出生日期不明），由监护人办理，不给她本人登录码。")
    if guardian is not None and not is_in_force(guardian):
        raise ValidationError("监护人的同意已经结束，或者孩子已满 14 周岁，不能给登录码。")
    now = timezone.now()
    EntryCode.objects.filter(resident=resident, guardian=guardian).open(now).update(dropped_at=now)
    text = new_code()
    EntryCode.objects.create(
        resident=resident, guardian=guardian, blind=_code_mark(text), issued_by=by, issued_at=now,
        expires_at=now + timedelta(hours=rule("portal_code_hours")),
        dropped_at=now if guardian is not None and guardian.stopped_at else None,
    )  # fmt: skip
    audit.record("portal.entrycode.issue", resident, by=by)
    return f"{text[:4]}-{text[4:]}"


def is_too_young(resident, day=None):
    """True when she is not surely 14 on `day` (default today); without a date of birth nobody knows."""
    return not resident.birth or is_under(resident.birth, OWN_FROM, day)


def _code_mark(text):
    return crypto.blind(plain_code(text), column=CODE)


def _key_mark(key):
    return crypto.blind(key, column=KEY)


@transaction.atomic
def come_in(text, nonce=""):
    """Use the code `text`, however it was typed. Returns `(Resident, key of the browser)`, or None for a code that opens nothing,
    whatever the reason. The stay before it ends: she is in at one place. The same form (`nonce`) opens once more within
    AGAIN: its answer may have been lost on the way."""
    if not plain_code(text):
        return None
    now, mark = timezone.now(), crypto.blind(str(nonce), column=NONCE) if nonce else None
    codes = EntryCode.objects.filter(blind=_code_mark(text)).select_related("resident__area", "guardian__child")
    code = codes.open(now).first()
    if code is None or not EntryCode.objects.open(now).filter(pk=code.pk).update(used_at=now, used_with=mark):
        code = codes.filter(used_at__gt=now - AGAIN, used_with=mark).first() if mark else None
    if code is None or code.guardian and not may_come_in(code.guardian):
        return None
    person = whoever_now(code.resident)
    return (person, begin_stay(person, guardian=code.guardian)) if person else None


def begin_stay(person, *, way=Way.CODE, guardian=None):
    """Let `person` in, or a `guardian` of hers, in the caller's transaction; the stay before it ends. Returns the
    key of the browser."""
    now, key = timezone.now(), secrets.token_urlsafe(32)
    Stay.objects.filter(resident=person, guardian=guardian, ended_at=None).update(ended_at=now)
    Stay.objects.create(resident=person, guardian=guardian, way=way, blind=_key_mark(key), began_at=now)
    audit.record("portal.stay.begin", person, way=way, **({"guardian": guardian.pk} if guardian else {}))
    return key


def whoever_now(resident):
    """The record that stands for `resident` today: the one she was merged into; None when nobody is on the books."""
    seen = set()
    while resident.merged_into_id and resident.pk not in seen:
        seen.add(resident.pk)
        resident = Resident.objects.select_related("area").get(pk=resident.merged_into_id)
    return resident if resident.state == ResidentState.ACTIVE else None


def stay_of(key):
    """The Stay of the browser's `key`, with `resident` the record that stands for her today, or None; one query. A guardian's
    is over with the guardian's right."""
    earliest = timezone.now() - timedelta(hours=settings.RESIDENT_STAY_HOURS)
    stay = Stay.objects.filter(blind=_key_mark(key), ended_at=None, began_at__gt=earliest).select_related(
        "resident__area", "guardian__child"
    )
    found = stay.first()
    person = whoever_now(found.resident) if found else None
    if person is None or found.guardian and not may_come_in(found.guardian):
        return None
    found.resident = person
    return found


def leave(key):
    """End the stay of the browser's `key`; nothing happens when it is over."""
    Stay.objects.filter(blind=_key_mark(key), ended_at=None).update(ended_at=timezone.now())


@transaction.atomic
def shut_out(resident, *, by):
    """End every stay of `resident`, drop her codes, also those sent by short message, and untie her WeChat: a code got into wrong
    hands, or she wants it closed. A new code may still be sent to a number that her record calls hers alone."""
    now = timezone.now()
    Stay.objects.filter(resident=resident, ended_at=None).update(ended_at=now)
    EntryCode.objects.filter(resident=resident, used_at=None, dropped_at=None).update(dropped_at=now)
    EntryCode.objects.filter(resident=resident).update(used_with=None)
    PhoneCode.objects.filter(resident=resident, used_at=None).update(used_at=now)
    Binding.objects.filter(resident=resident, ended_at=None).update(ended_at=now)
    audit.record("portal.stay.end", resident, by=by)
