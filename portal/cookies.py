"""The cookie of a stay: a random key and when it was last used, signed; reading pages writes nothing to the database."""

import time

from django.conf import settings
from django.core import signing

from fedhub.reference.lookup import rule

SALT = "fedhub.portal"


def read(request):
    """The key of the request's stay; '' without one, or when it was idle for too long."""
    try:
        key, seen = signing.loads(request.COOKIES.get(settings.RESIDENT_COOKIE_NAME, ""), salt=SALT)
    except (signing.BadSignature, ValueError):
        return ""
    return key if time.time() - seen <= 60 * rule("idle_minutes_resident") else ""


def write(response, key):
    """Put the cookie of the stay `key`, used now."""
    response.set_cookie(
        settings.RESIDENT_COOKIE_NAME, signing.dumps([key, int(time.time())], salt=SALT), httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def drop(response):
    """Take the cookie back."""
    response.delete_cookie(settings.RESIDENT_COOKIE_NAME, samesite="Lax")
