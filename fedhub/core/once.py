"""Saving forms that may be sent twice: the first submission wins, a repeat gets the same answer."""

import uuid

from django.db import IntegrityError, transaction

from fedhub.core.models import OnceKey


class Repeated(Exception):
    """This submission was saved already; `url` is where the first one led."""

    def __init__(self, url):
        super().__init__(url)
        self.url = url


def new_key():
    """A fresh key for a form, as text."""
    return str(uuid.uuid4())


def parse_key(text):
    """UUID of a posted key, or None when it is missing or malformed (JSON may bring anything in its place)."""
    try:
        return uuid.UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def with_key(data):
    """`data` (a QueryDict) itself, or a copy with a fresh key when the posted one is missing or malformed."""
    if parse_key(data.get("once_key")) is not None:
        return data
    data = data.copy()
    data["once_key"] = new_key()
    return data


def earlier_result(user, key):
    """Result URL of an earlier submission with `key`, or None."""
    return OnceKey.objects.filter(user=user, key=key).values_list("result_url", flat=True).first()


def claim(user, key, view_name):
    """Insert the key; call first inside the saving transaction. Returns the row. Raises Repeated.

    A second request waits for the first one's transaction (the unique index, or SQLite's write lock) and then finds
    its result.
    """
    try:
        with transaction.atomic():
            return OnceKey.objects.create(user=user, key=key, view=view_name[:80])
    except IntegrityError:
        raise Repeated(earlier_result(user, key) or "/") from None


def settle(once_key, url):
    """Store where the saved record is shown."""
    once_key.result_url = url[:300]
    once_key.save(update_fields=["result_url"])
