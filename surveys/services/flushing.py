"""Putting what came in among the responses, several at a time and mixed, so that no order of rows leads anybody back."""

import json
import logging
import secrets

from django.db import connection, transaction
from django.db.models import Count

from surveys.definition.questionnaire import from_data
from surveys.enums import Mode
from surveys.models import Contact, Edition, Incoming, Picture, Response, Survey
from surveys.services.folding import fold, total_of

log = logging.getLogger("fedhub.surveys")
# Fewer are never put in together while others may still come, and so many stay behind for the next time: what the close puts in at
# last are never one or two, whose answers would be the difference of two pages.
LEAST, MOST, BEHIND = 10, 200, 5
mixer = secrets.SystemRandom()


def editions_of(survey):
    """{number: Questionnaire} of all editions."""
    return {row.number: from_data(row.content) for row in Edition.objects.filter(survey=survey)}


def flush(survey, *, least=LEAST, behind=0):
    """Put up to MOST of what waits among the responses, when there are at least `least` besides the `behind`, taken at random,
    that wait on. Returns how many; none when somebody else put some of them in meanwhile.

    What can be made ready is made ready before anything is locked: whoever sends an answer waits for the writing alone.
    """
    opened = [(row.pk, _opened(row)) for row in Incoming.objects.filter(survey=survey).order_by("id")[:MOST]]
    waiting = [(pk, kept) for pk, kept in opened if kept is not None]
    mixer.shuffle(waiting)
    waiting = waiting[behind:]
    if len(waiting) < max(1, least):
        return 0
    questionnaires = editions_of(survey)
    made = [(_response(survey, kept), kept) for _, kept in waiting]
    total = total_of(questionnaires, [response for response, _ in made])
    with transaction.atomic():
        _hold_open(survey)
        if not _still_wait([pk for pk, _ in waiting]):
            return 0
        for response, kept in made:
            _move_pictures(survey, response, kept)
        Response.objects.bulk_create([response for response, _ in made])
        fold(survey, questionnaires, [response for response, _ in made], total)
        _keep_contacts(survey, made)
        Incoming.objects.filter(pk__in=[pk for pk, _ in waiting]).delete()
    return len(made)


def _still_wait(keys):
    """True when all of them are there and nobody else is putting one in."""
    rows = Incoming.objects.filter(pk__in=keys)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return len(rows.values_list("pk", flat=True)) == len(keys)


def _hold_open(survey):
    """Let the close wait for these to be put in: what came after its mixing would lie in an order of its own. (On SQLite one waits
    for the other anyway; the lock is the one of surveys.services.incoming.)"""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM surveys_survey WHERE id = %s FOR SHARE", [survey.pk])


def _opened(row):
    """What waits, or None for what cannot be opened: it stays where it is."""
    try:
        return json.loads(row.sealed)
    except ValueError:
        log.error("an answer of survey %s cannot be opened", row.survey_id)
        return None


def _response(survey, kept):
    return Response(
        pk=Response._meta.pk.get_default(), survey=survey, edition=kept["e"], answers=kept["a"],
        texts=json.dumps(kept["t"], ensure_ascii=False) if kept["t"] else "", area_id=kept["g"], on=kept["on"],
        way=kept["w"],
    )  # fmt: skip


def _move_pictures(survey, response, kept):
    """Give each picture a new row and number: the order in which pictures came would lead back."""
    if not kept.get("p"):
        return
    texts = json.loads(response.texts)
    asked = {str(pk): code for code, pk in texts.items()}
    for picture in Picture.objects.filter(survey=survey, pk__in=kept["p"]):
        moved = Picture.objects.create(survey=survey, question=asked[str(picture.pk)], sealed=picture.sealed)
        texts[moved.question] = str(moved.pk)
        picture.delete()
    response.texts = json.dumps(texts, ensure_ascii=False)


def _keep_contacts(survey, made):
    named, contacts = survey.mode == Mode.NAMED, []
    marks = {}
    for response, kept in made:
        if kept.get("c"):
            contact = Contact(survey=survey, response=response if named else None, sealed=kept["c"])
            contacts.append(contact)
            marks[kept.get("m")] = contact
    if named:
        # Of several answers from one browser the last that was put in is the one it may change.
        marks.pop(None, None)
        Contact.objects.filter(survey=survey, mark__in=marks).update(mark=None)
        for mark, contact in marks.items():
            contact.mark = mark
    mixer.shuffle(contacts)
    Contact.objects.bulk_create(contacts)


def flush_waiting():
    """The work of every minute: what waits in every survey. In a survey by name nothing is hidden, so nothing waits for more."""
    waiting = Incoming.objects.values("survey_id").annotate(count=Count("id")).values_list("survey_id", "count")
    moved = 0
    for pk, count in list(waiting):
        survey = Survey.objects.get(pk=pk)
        named = survey.mode == Mode.NAMED
        least, behind = (1, 0) if named else (LEAST, BEHIND)
        while count >= least + behind and (done := flush(survey, least=least, behind=behind)):
            moved += done
            count -= done
    if moved:
        sweep_traces()
    return moved


def sweep_traces():
    """Take away what the engine still keeps of rows that are gone: dead rows of PostgreSQL, the write-ahead file of SQLite."""
    if connection.in_atomic_block:
        transaction.on_commit(sweep_traces)
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM surveys_incoming, surveys_draft, surveys_marker, surveys_picture, surveys_contact")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
