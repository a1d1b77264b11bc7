"""Taking one filled questionnaire in: all of it or nothing, once, while the survey is open and has room.

What is written: the answer, sealed, among those that wait; a fingerprint that somebody answered; the seats it takes. Nothing
says which belongs to which, when it came or from where (security design 4.10).
"""

import hmac
import json
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core import crypto
from fedhub.core.fields import random_key
from surveys.enums import Status, Way
from surveys.logic import chosen
from surveys.models import Helped, Incoming, Pass, Picture, Seat

MARKED = (
    "INSERT INTO surveys_marker (id, survey_id, mark) VALUES (%s, %s, %s) ON CONFLICT (survey_id, mark) DO NOTHING"
)
TAKEN = (
    "INSERT INTO surveys_incoming (id, survey_id, sealed) SELECT %s, id, %s FROM surveys_survey "
    "WHERE id = %s AND status = %s AND starts_on <= %s AND (ends_on IS NULL OR ends_on >= %s)"
)
HELPED = (
    "INSERT INTO surveys_helped (survey_id, user_id, way, count) VALUES (%s, %s, %s, 1) "
    "ON CONFLICT (survey_id, user_id, way) DO UPDATE SET count = surveys_helped.count + 1"
)
PASS = "surveys.Pass.blind"  # noqa: S105 - the name of a column


class Refused(Exception):
    """The answer was not taken."""


class Again(Refused):
    """It is there already: the second of two taps, or somebody who answered before."""


class Closed(Refused):
    """The survey takes no answers now."""


class Full(Refused):
    """No seat is left: of the survey (question ""), or of one option."""

    def __init__(self, question, option):
        super().__init__(question, option)
        self.question, self.option = question, option


@dataclass
class Filled:
    """One filled questionnaire. `mark`: fingerprint of who answered; `token`: a one-time code instead; `helper`: id of the member
    of staff who filled in for her; `contact`: {"name", "phone"}; `edits`: the browser that may change it later."""

    edition: int
    answers: dict
    texts: dict
    area_id: int
    mark: str = ""
    token: str = ""
    way: str = Way.SELF
    helper: int | None = None
    contact: dict | None = None
    edits: str = ""
    pictures: list = field(default_factory=list)


def marked(survey, identity):
    """The fingerprint of `identity` (her WeChat, her browser, her form) in this survey, made with the survey's own secret."""
    return hmac.new(survey.secret.encode(), identity.encode(), "sha256").hexdigest()[:43]


def pass_mark(code):
    """The fingerprint of a one-time code."""
    return crypto.blind(code, column=PASS)


@transaction.atomic(savepoint=False)
def take_in(survey, filled, seats=None):
    """Keep `filled`. `seats`: {(question, option): limit} of the edition. Raises Again, Full or Closed; then nothing is kept, nor
    anything else of the transaction it was called in."""
    day = timezone.localdate()
    with connection.cursor() as cursor:
        _once(cursor, survey, filled, day)
        if seats:
            _sit(survey, filled.answers, seats)
        if filled.helper:
            cursor.execute(HELPED, [survey.pk, filled.helper, str(filled.way)])
        if filled.pictures:
            Picture.objects.filter(survey=survey, pk__in=filled.pictures).update(expires_on=None)
        sealed = Incoming._meta.get_field("sealed").get_db_prep_value(packed(filled, day), connection)
        # The share lock of PostgreSQL lets whoever closes the survey wait for this answer, so that none comes after.
        lock = " FOR SHARE" if connection.vendor == "postgresql" else ""
        cursor.execute(TAKEN + lock, [random_key(), sealed, survey.pk, str(Status.OPEN), day, day])
        if not cursor.rowcount:
            raise Closed


def _once(cursor, survey, filled, day):
    if filled.token:
        passes = Pass.objects.filter(survey=survey, blind=pass_mark(filled.token), used=False)
        if not passes.exclude(expires_on__lt=day).update(used=True):
            raise Again
        return
    cursor.execute(MARKED, [random_key(), survey.pk, filled.mark])
    if not cursor.rowcount:
        raise Again


def _sit(survey, answers, seats):
    """Take a seat of each kind that the answer needs, in one order for all; a seat is never given twice. Where none stands any
    more, the limit was taken away a moment ago."""
    wanted = {(question, option) for question, value in answers.items() for option in chosen(value)} | {("", "")}
    for question, option in sorted(wanted & set(seats)):
        rows = Seat.objects.filter(survey=survey, question=question, option=option)
        if not rows.filter(taken__lt=F("limit")).update(taken=F("taken") + 1) and rows.exists():
            raise Full(question, option)


def packed(filled, day):
    """Text of what waits: no moment finer than the day, nothing of who sent it but what she wrote herself."""
    kept = {
        "e": filled.edition, "a": filled.answers, "t": filled.texts, "g": filled.area_id, "on": day.isoformat(),
        "w": str(filled.way),
    }  # fmt: skip
    kept |= {"c": filled.contact} if filled.contact else {}
    kept |= {"m": filled.edits} if filled.edits else {}
    kept |= {"p": filled.pictures} if filled.pictures else {}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def helped_counts(survey):
    """[(name, way, count)] of who helped with how many."""
    rows = Helped.objects.filter(survey=survey).select_related("user").order_by("user__name", "way")
    return [(row.user.name, row.get_way_display(), row.count) for row in rows]
