"""A half-filled form that arrives after the idle lock is sealed and handed back, so that nothing typed is lost."""

import base64
import json

from fedhub.core import crypto

COLUMN = "accounts.lock.post"
LIMIT = 200_000
LEFT_OUT = {"csrfmiddlewaretoken", "password"}


def seal_post(request):
    """The posted fields and their address as sealed text for a hidden input; '' when there is nothing to keep."""
    if request.method != "POST":
        return ""
    fields = [[k, v] for k, vs in request.POST.lists() for v in vs if k not in LEFT_OUT]
    data = json.dumps([request.user.pk, request.get_full_path(), fields]).encode()
    if len(data) > LIMIT:
        return ""
    return base64.urlsafe_b64encode(crypto.encrypt(data, column=COLUMN)).decode()


def open_post(user, sealed):
    """`(path, [(name, value)])` of a form sealed for `user`, or None when it is missing, damaged or another's."""
    try:
        owner, path, fields = json.loads(crypto.decrypt(base64.urlsafe_b64decode(sealed), column=COLUMN))
    except (ValueError, crypto.Undecryptable):
        return None
    return (path, fields) if owner == user.pk else None
