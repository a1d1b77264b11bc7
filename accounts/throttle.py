"""Counting failed sign-ins in the database: 5 in 15 minutes lock the name for 15 minutes (GB/T 22239-2019 b)."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import LoginThrottle
from fedhub.core import crypto

LIMIT = 5
WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)


def _row(name):
    return LoginThrottle.objects.filter(name_blind=crypto.blind(name.strip().lower() or "-", column="accounts.login"))


def locked_until(name):
    """Time until which `name` may not try again, or None."""
    until = _row(name).values_list("locked_until", flat=True).first()
    return until if until and until > timezone.now() else None


@transaction.atomic
def count_failure(name):
    """Count one failed try of `name`; lock it at the limit. Unknown names are counted alike."""
    now = timezone.now()
    blind = crypto.blind(name.strip().lower() or "-", column="accounts.login")
    rows = LoginThrottle.objects.filter(name_blind=blind)
    try:
        with transaction.atomic():
            LoginThrottle.objects.create(name_blind=blind, failures=0, first_at=now)
    except IntegrityError:
        rows.filter(first_at__lt=now - WINDOW).update(failures=0, first_at=now)
    rows.update(failures=F("failures") + 1)
    rows.filter(failures__gte=LIMIT).update(locked_until=now + LOCK, failures=0, first_at=now)


def clear(name):
    """Forget failures after a good sign-in."""
    _row(name).update(failures=0, locked_until=None)
