"""Codes that let one questionnaire be filled in once: printed on paper, or made when staff fill in for somebody."""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns.services.intake import CODE_LETTERS
from fedhub.core import audit
from fedhub.core.text import match_key
from surveys.enums import Status
from surveys.models import Pass
from surveys.services.incoming import pass_mark

# 13 letters of 26: 61 bits.
LETTERS, MOST_AT_ONCE = 13, 300


def new_pass_code():
    """A random code of at least 60 bits."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(LETTERS))


def plain_pass(text):
    """The code that `text` means, however it was typed; '' when it is none."""
    text = match_key(text or "").upper().replace("-", "").replace(" ", "")
    return text if len(text) == LETTERS and set(text) <= set(CODE_LETTERS) else ""


def spaced(code):
    """The code as it is printed."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


@transaction.atomic
def print_codes(survey, count, *, by):
    """Make `count` codes for a sheet of paper; they are kept nowhere in clear. Returns them as printed. Raises ValidationError."""
    if survey.status not in (Status.OPEN, Status.PAUSED):
        raise ValidationError("发布以后才能印一次性码。")
    if not 1 <= count <= MOST_AT_ONCE:
        raise ValidationError(f"一次印 1 到 {MOST_AT_ONCE} 个。")
    codes = [new_pass_code() for _ in range(count)]
    Pass.objects.bulk_create([Pass(survey=survey, blind=pass_mark(code)) for code in sorted(codes)])
    audit.record("surveys.pass.print", survey, by=by, count=count)
    return [spaced(code) for code in codes]


def make_pass(survey):
    """A code for one questionnaire filled in today at the side of somebody. Returns it."""
    if survey.status != Status.OPEN:
        raise ValidationError("这份问卷现在不收集。")
    code = new_pass_code()
    Pass.objects.create(survey=survey, blind=pass_mark(code), expires_on=timezone.localdate() + timedelta(days=1))
    return code


def is_open(survey, code):
    """True when `code` was made for the survey and not used yet."""
    code = plain_pass(code)
    if not code:
        return False
    rows = Pass.objects.filter(survey=survey, blind=pass_mark(code), used=False)
    return rows.exclude(expires_on__lt=timezone.localdate()).exists()
