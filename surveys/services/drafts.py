"""What she has filled in so far: kept sealed under the key in her browser, carried on elsewhere with a short code."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from concerns.services.intake import new_code, plain_code
from fedhub.core import crypto
from fedhub.core.fields import random_key
from surveys.models import Draft

DAYS = 7
KEY, CODE = "surveys.Draft.blind", "surveys.Draft.code"
# A draft is no answer: nothing else of a visitor is ever written while she only looks.
WRITE = (
    "INSERT INTO surveys_draft (id, survey_id, blind, sealed, expires_on) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (survey_id, blind) DO UPDATE SET sealed = excluded.sealed, expires_on = excluded.expires_on"
)


@dataclass
class Sheet:
    """What is filled in: answers and texts as in a Response, the edition they were given to, whether she said how old she is, the
    numbers of her pictures, what is wrong on the page she is led to, and whether it changes an answer she gave before."""

    edition: int = 0
    answers: dict = field(default_factory=dict)
    texts: dict = field(default_factory=dict)
    aged: bool = False
    pictures: dict = field(default_factory=dict)
    wrong: dict = field(default_factory=dict)
    edits: bool = False

    def to_text(self):
        return json.dumps(self.__dict__, ensure_ascii=False, separators=(",", ":"))


def key_mark(key):
    """The fingerprint under which the draft of a browser lies."""
    return crypto.blind(key, column=KEY)


def draft_of(survey, key):
    """The Sheet of the browser `key`, None without one."""
    row = Draft.objects.filter(survey=survey, blind=key_mark(key)).first() if key else None
    return _sheet(row.sealed) if row else None


def _sheet(text):
    try:
        return Sheet(**json.loads(text))
    except (ValueError, TypeError):
        # It cannot be opened any more: she begins anew.
        return None


def save_draft(survey, key, sheet):
    """Keep `sheet` for the browser `key`, for DAYS from today. Returns the last day."""
    last = timezone.localdate() + timedelta(days=DAYS)
    sealed = Draft._meta.get_field("sealed").get_db_prep_value(sheet.to_text(), connection)
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [random_key(), survey.pk, key_mark(key), sealed, last])
    return last


def drop_draft(survey, key):
    """Delete the draft of the browser `key`."""
    Draft.objects.filter(survey=survey, blind=key_mark(key)).delete()


def leave_draft(survey, key):
    """She left in a hurry: what she can carry on with a code stays, anything else goes."""
    Draft.objects.filter(survey=survey, blind=key_mark(key), code=None).delete()


def hand_out_code(survey, key):
    """A new code with which the draft is carried on on another device, XXXX-XXXX; earlier ones open no more."""
    text = new_code()
    Draft.objects.filter(survey=survey, blind=key_mark(key)).update(code=crypto.blind(text, column=CODE))
    return f"{text[:4]}-{text[4:]}"


@transaction.atomic
def carry_on(survey, text, key):
    """Move the draft whose code is `text` to the browser `key`; the code opens no more. Returns True when there is one."""
    text = plain_code(text)
    row = Draft.objects.filter(survey=survey, code=crypto.blind(text, column=CODE)).first() if text else None
    if row is None or row.expires_on < timezone.localdate():
        return False
    Draft.objects.filter(survey=survey, blind=key_mark(key)).exclude(pk=row.pk).delete()
    Draft.objects.filter(pk=row.pk).update(blind=key_mark(key), code=None)
    return True
