"""The address under which a calendar on somebody's own telephone reads by itself what she may see: a secret part, kept as its
mark alone."""

import hashlib
import secrets

from django.db import transaction

from accounts.models import CalendarKey
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
    audit.record("accounts.calendar.open", key, by=user)
    return secret


@transaction.atomic
def shut_calendar(key, *, by):
    """From now on the address opens nothing."""
    audit.record("accounts.calendar.shut", key, by=by)
    CalendarKey.objects.filter(pk=key.pk).delete()


def shut_calendar_of(user, *, by):
    """The same for whoever leaves, in the caller's transaction: an account that is opened again has no address."""
    for key in CalendarKey.objects.filter(user=user):
        shut_calendar(key, by=by)


def calendar_owner(secret):
    """Whose address this is, None: shut, made up, or the account is closed."""
    key = CalendarKey.objects.filter(mark=mark_of(secret), user__is_active=True).select_related("user").first()
    return key and key.user
