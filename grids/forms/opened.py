"""When a form was opened: a signed time that the form carries along, kept nowhere."""

import time

from django.core import signing

SALT = "grids.form.opened"
# A form that lay open longer was put aside, and tells nothing about the work.
PUT_ASIDE = 3600


def opened_now():
    """The signed time for a form that opens now."""
    return signing.dumps(int(time.time()), salt=SALT)


def seconds_since(text):
    """Seconds since the form with the signed time `text` was opened; None when it was put aside, or the text is not ours."""
    try:
        opened = signing.loads(text or "", salt=SALT)
    except signing.BadSignature:
        return None
    seconds = int(time.time()) - opened
    return seconds if 0 <= seconds <= PUT_ASIDE else None
