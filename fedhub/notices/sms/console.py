"""No carrier: each message is a line of a file below the data folder, for the demo and for trying things out.

It never goes to a log: a log is copied, kept and read by others. The file is its owner's alone.
"""

import json
import os
import uuid

from django.conf import settings
from django.utils import timezone

from fedhub.notices.receipts import Receipt


def path():
    """The file, made when first needed."""
    return settings.HOME / "sms" / "sent.jsonl"


def send(number, template, params):
    """Write the message down; see `fedhub.notices.sms.send`."""
    receipt = Receipt("console", uuid.uuid4().hex)
    line = {
        "at": timezone.localtime().isoformat(timespec="seconds"), "to": number, "template": template, "params": params,
        "receipt": receipt.number,
    }  # fmt: skip
    path().parent.mkdir(mode=0o700, exist_ok=True)
    where = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(where, "a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return receipt


def sent():
    """What was written down, the oldest first: dicts with at, to, template, params, receipt."""
    try:
        return [json.loads(line) for line in path().read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        return []
