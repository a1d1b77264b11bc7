"""The address under which a member's own calendar reads her meetings by itself: a secret part, kept as its mark alone."""

import hashlib
import secrets

from django.db import transaction

from council.models import CalendarKey
from fedhub.core import audit


def mark_of(secret):
    """SHA-256 of the secret part of an address, as 64 hex signs; the secret has 192 random bits, so it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def open_calendar(user):
    """A new address for `user`; an earlier one is shut by it. Returns the secret part, which is never shown again."""
    secret = secrets.token_urlsafe(24)
    CalendarKey.objects.filter(user=user).delete()
    key = CalendarKey.objects.create(user=user, mark=mark_of(secret))
    audit.record("council.calendar.open", key, by=user)
    return secret


@transaction.atomic
def shut_calendar(key, *, by):
    """From now on the address opens nothing."""
    audit.record("council.calendar.shut", key, by=by)
    CalendarKey.objects.filter(pk=key.pk).delete()


def calendar_owner(secret):
    """Whose address this is, None: shut, made up, or the account is closed."""
    key = CalendarKey.objects.filter(mark=mark_of(secret), user__is_active=True).select_related("user").first()
    return key and key.user
