"""When the present session last proved itself with a second factor: a code of the authenticator or a passkey."""

from datetime import UTC, datetime

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.utils import timezone


def has_factor(user):
    """True when `user` set up an authenticator or a passkey (recovery codes alone are none)."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def minutes_since_proof(request):
    """Minutes since the last second factor of this session, None when there was none."""
    moments = [r["at"] for r in get_authentication_records(request, request.user) if r.get("method") == "mfa"]
    if not moments:
        return None
    return (timezone.now() - datetime.fromtimestamp(max(moments), UTC)).total_seconds() / 60
