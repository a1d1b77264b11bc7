"""The end of a survey: what waits is put in, rows are written anew in a random order, secrets and drafts are forgotten; later
the raw answers go and the counts stay."""

import secrets
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from fedhub.core import audit
from surveys.enums import Status
from surveys.flow import survey_flow
from surveys.models import Contact, Draft, Letter, Marker, Pass, Picture, Response, Survey, Thread
from surveys.services.flushing import flush, sweep_traces
from surveys.services.texts import forget_texts

# Tables whose order of rows could lead back from an answer to when it came.
MIXED = ("surveys_response", "surveys_contact", "surveys_picture", "surveys_textentry")


@transaction.atomic
def close_survey(survey, *, by=None, base_version=None):
    """End the collecting. From here on nobody can say who answered, the office's own keys included. Returns the survey."""
    survey = survey_flow.walk(survey, "close", base_version=base_version, closed_at=timezone.now(), secret="")
    while flush(survey, least=1):
        pass
    for table in MIXED:
        mix(table, survey)
    Marker.objects.filter(survey=survey).delete()
    Draft.objects.filter(survey=survey).delete()
    Pass.objects.filter(survey=survey).delete()
    Picture.objects.filter(survey=survey, expires_on__isnull=False).delete()
    Contact.objects.filter(survey=survey).update(mark=None)
    audit.record("surveys.survey.close", survey, by=by)
    transaction.on_commit(sweep_all_traces)
    return survey


def mix(table, survey):
    """Write the rows of `survey` in `table` anew, in a random order, within this transaction: neither ctid, xmin nor the place in
    a page of SQLite tells in which order they came."""
    name = f"mixed_{secrets.token_hex(6)}"
    with connection.cursor() as cursor:
        # Names of our own; the only value is a parameter.
        cursor.execute(
            f"CREATE TEMPORARY TABLE {name} AS SELECT * FROM {table} WHERE survey_id = {int(survey.pk)} ORDER BY random()"  # noqa: S608
        )
        cursor.execute(f"DELETE FROM {table} WHERE survey_id = %s", [survey.pk])  # noqa: S608
        cursor.execute(f"INSERT INTO {table} SELECT * FROM {name} ORDER BY random()")  # noqa: S608
        cursor.execute(f"DROP TABLE {name}")


def sweep_all_traces():
    """After a close also the file of the responses is written anew on PostgreSQL."""
    sweep_traces()
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            for table in (*MIXED, "surveys_marker", "surveys_incoming", "surveys_draft", "surveys_pass"):
                cursor.execute(f"VACUUM FULL {table}")


def close_ended(day=None):
    """End the collecting of every survey whose last day is over (daily). Returns how many."""
    day = day or timezone.localdate()
    ended = Survey.objects.filter(status__in=[Status.OPEN, Status.PAUSED], ends_on__lt=day)
    for survey in (rows := list(ended)):
        close_survey(survey)
    return len(rows)


@transaction.atomic
def archive_survey(survey, *, by, base_version=None):
    """Put the survey away. Its raw answers go when their months are over; its counts stay. Returns the survey."""
    survey = survey_flow.walk(survey, "archive", base_version=base_version)
    audit.record("surveys.survey.archive", survey, by=by)
    return survey


def forget_answers(day=None):
    """Delete the raw answers, letters and contacts of every survey whose months are over (daily); the counts stay. Returns how
    many responses went."""
    day, gone = day or timezone.localdate(), 0
    ended = Survey.objects.filter(closed_at__isnull=False).filter(
        Q(responses__isnull=False) | Q(contacts__isnull=False) | Q(threads__isnull=False) | Q(pictures__isnull=False)
    )
    for survey in ended.distinct():
        if keep_until(survey) < day:
            gone += _forget(survey)
    return gone


def keep_until(survey):
    """The last day on which raw answers of a closed survey are kept."""
    day = timezone.localdate(survey.closed_at)
    month = day.month - 1 + survey.keep_months
    year, month = day.year + month // 12, month % 12 + 1
    first = day.replace(year=year, month=month, day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return first.replace(day=min(day.day, (after - timedelta(days=1)).day))


@transaction.atomic
def _forget(survey):
    Contact.objects.filter(survey=survey).delete()
    Picture.objects.filter(survey=survey).delete()
    Letter.objects.filter(thread__survey=survey).delete()
    Thread.objects.filter(survey=survey).delete()
    forget_texts(survey)
    gone, _ = Response.objects.filter(survey=survey).delete()
    audit.record("surveys.survey.forget", survey, responses=gone)
    transaction.on_commit(sweep_all_traces)
    return gone


def forget_begun(day=None):
    """Delete drafts, pictures and passes whose days are over (daily)."""
    day = day or timezone.localdate()
    Draft.objects.filter(expires_on__lt=day).delete()
    Picture.objects.filter(expires_on__lt=day).delete()
    Pass.objects.filter(expires_on__lt=day, used=False).delete()
