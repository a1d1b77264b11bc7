"""Secrets of the second factor under a new key: allauth keeps them as text inside its own JSON (see adapters)."""

import base64

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from fedhub.core import crypto
from fedhub.core.rotation import OtherPlace, other_places, renewed

MFA_COLUMN = "mfa.Authenticator.data"
# What of `data` went through StaffMFAAdapter.encrypt: the TOTP secret, the recovery codes' seed, codes taken over.
SINGLE, LISTS = ("secret", "seed"), ("migrated_codes",)


def _values(data):
    yield from (data[name] for name in SINGLE if name in data)
    for name in LISTS:
        yield from data.get(name, ())


def _renew(text):
    stored = base64.b64decode(text)
    if crypto.key_id_of(stored) == settings.KEYRING.master("main")[0]:
        return text
    new = renewed(stored, column=MFA_COLUMN)
    return text if new is None else base64.b64encode(new).decode()


def rotate_secrets():
    """Write the secrets under an old key again; return how many devices were changed."""
    done = 0
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is None:
                continue
            data = row.data | {name: _renew(row.data[name]) for name in SINGLE if name in row.data}
            data |= {name: [_renew(text) for text in row.data[name]] for name in LISTS if name in row.data}
            if data != row.data:
                Authenticator.objects.filter(pk=pk).update(data=data)
                done += 1
    return done


def secret_key_ids():
    """The key id of every secret."""
    for data in Authenticator.objects.values_list("data", flat=True):
        for text in _values(data):
            yield crypto.key_id_of(base64.b64decode(text))


other_places.register(OtherPlace("accounts.second_factor", "main", rotate=rotate_secrets, key_ids=secret_key_ids))
