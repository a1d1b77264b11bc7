"""Counting failed sign-ins in the database, so that guessing is slow and nobody can lock somebody else out.

Three buckets (security design 4.8; GB/T 22239-2019 身份鉴别 b). A device that signed in to an account before carries a
signed cookie and has a bucket of its own: strangers on the same network may fill the account's bucket, the owner at
her own desk does not notice. All strange devices share the account's bucket, and a network has one for all accounts.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts.models import LoginThrottle
from fedhub.core import crypto
from fedhub.core.network import address_prefix

SALT = "fedhub.device"
DEVICE_AGE = timedelta(days=180)
# An office PC is shared: the cookie remembers the last accounts that signed in on it.
NAMES_KEPT = 20
FORGET_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Bucket:
    """Failures of one kind of source: `tries` in `window` close it for `lock`, doubled each time up to `longest`."""

    kind: str
    value: str
    tries: int = 5
    window: timedelta = timedelta(minutes=15)
    lock: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(hours=1)
    # Of what nobody shall be found by: the hour alone is kept.
    coarse: bool = False

    def began(self, now):
        """When a count that begins now is said to have begun."""
        return now.replace(minute=0, second=0, microsecond=0) if self.coarse else now

    @property
    def blind(self):
        """Fingerprint under which the bucket is stored."""
        return crypto.blind(f"{self.kind}:{self.value}", column="accounts.login")


def _plain(name):
    return name.strip().lower()[:150]


def _name_mark(name):
    return crypto.blind(_plain(name) or "-", column="accounts.device")


# --- devices ------------------------------------------------------------------------------------------------------
def _device(request):
    """`(id, [marks of the accounts that signed in on it])` of the request's device cookie; ("", []) without one."""
    try:
        found = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=DEVICE_AGE.total_seconds()
        )
    except signing.BadSignature:
        return "", []
    return found["id"], found["names"]


def device_mark(request):
    """The browser's own number, '' where nobody signed in yet."""
    return _device(request)[0]


def remember_device(request, response, name):
    """Put the cookie of a device on which `name` signed in."""
    device, names = _device(request)
    mark = _name_mark(name)
    names = [*(one for one in names if one != mark), mark][-NAMES_KEPT:]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps({"id": device or secrets.token_hex(16), "names": names}, salt=SALT),
        max_age=DEVICE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


# --- buckets ------------------------------------------------------------------------------------------------------
def _network(request):
    prefix = address_prefix(request)
    hour = timedelta(hours=1)
    return [Bucket("net", prefix, tries=50, window=hour, lock=hour)] if prefix else []


def _own_device(request, name):
    device, names = _device(request)
    return [Bucket("device", f"{device}:{_plain(name)}")] if _name_mark(name) in names else []


def password_buckets(request, name):
    """Buckets of a try with the password of `name`."""
    return _own_device(request, name) or [Bucket("name", _plain(name)), *_network(request)]


def code_buckets(request, name):
    """Buckets of a try with a one-time code. A code cannot be guessed in its 24 hours, so the account's own bucket
    is left out: the code is the way in for whoever was locked out."""
    return _own_device(request, name) or _network(request)


def public_buckets(request, kind, tries):
    """Buckets of what anybody may do on a public page (`kind`: ask by a code, write something): so many an hour from a network."""
    hour = timedelta(hours=1)
    return [Bucket(kind, address_prefix(request) or "-", tries=tries, window=hour, lock=hour, coarse=True)]


def lock_buckets(request):
    """Buckets of opening the idle lock: the session is the user's own, nobody else can fill it."""
    return [Bucket("session", f"{request.user.pk}:{request.session.session_key}")]


def refusal(buckets):
    """Why no try is possible now, as a Chinese sentence; '' when one is."""
    now = timezone.now()
    kinds = {bucket.blind: bucket.kind for bucket in buckets}
    closed = LoginThrottle.objects.filter(bucket__in=kinds, locked_until__gt=now).order_by("-locked_until").first()
    if closed is None:
        return ""
    minutes = max(1, int((closed.locked_until - now).total_seconds() // 60) + 1)
    if kinds[closed.bucket] == "net":
        return f"这个网络里输错的次数太多，没登录过的设备还要等 {minutes} 分钟才能再试。"
    return f"连续输错次数太多，还要等 {minutes} 分钟才能再试。"


@transaction.atomic
def count_failure(buckets):
    """Count one failed try in each of `buckets` and close those that are full. Unknown names are counted alike."""
    now = timezone.now()
    for bucket in buckets:
        LoginThrottle.objects.get_or_create(bucket=bucket.blind, defaults={"first_at": bucket.began(now)})
        row = LoginThrottle.objects.select_for_update().get(bucket=bucket.blind)
        if row.first_at < now - FORGET_AFTER:
            row.locks = 0
        if row.first_at < now - bucket.window:
            row.failures, row.first_at = 0, bucket.began(now)
        row.failures += 1
        if row.failures >= bucket.tries:
            row.locked_until = now + min(bucket.lock * 2**row.locks, bucket.longest)
            row.failures, row.first_at, row.locks = 0, bucket.began(now), min(row.locks + 1, 10)
        row.save(update_fields=["failures", "first_at", "locked_until", "locks"])


def clear(buckets):
    """Forget failures after a good sign-in; a network's stay, since anybody with an account could empty them."""
    own = [bucket.blind for bucket in buckets if bucket.kind != "net"]
    LoginThrottle.objects.filter(bucket__in=own).update(failures=0, locked_until=None, locks=0)


def forget_old():
    """Delete buckets nobody filled for a day (names that do not exist would pile up)."""
    edge = timezone.now() - FORGET_AFTER
    LoginThrottle.objects.filter(first_at__lt=edge).delete()
