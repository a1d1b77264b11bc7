"""Changing an answer given by name, until the survey ends. Answers without a name cannot be found again, and are never changed."""

import json

from django.db import connection, transaction
from django.db.models import F

from surveys.enums import Kind, Mode, Status
from surveys.logic import chosen
from surveys.models import Contact, Picture, Response, Seat, Survey
from surveys.services.drafts import Sheet, key_mark
from surveys.services.flushing import editions_of, flush
from surveys.services.folding import fold, unfold
from surveys.services.incoming import Closed, Full


def answer_of(survey, key):
    """The Sheet of the answer that the browser `key` gave, None without one."""
    if survey.mode != Mode.NAMED:
        return None
    while flush(survey, least=1):
        pass
    row = Contact.objects.filter(survey=survey, mark=key_mark(key)).select_related("response").first()
    if row is None or row.response is None:
        return None
    kept = row.response
    texts = json.loads(kept.texts or "{}")
    photos = {one.code for one in editions_of(survey)[kept.edition].questions() if one.kind == Kind.PHOTO}
    pictures = {code: int(texts.pop(code)) for code in photos & set(texts)}
    return Sheet(kept.edition, kept.answers, texts, aged=True, pictures=pictures, edits=True)


@transaction.atomic
def change_answer(survey, key, filled, seats):
    """Put `filled` in place of the answer that the browser `key` gave. Raises Closed or Full, and then nothing is changed."""
    rows = Survey.objects.filter(pk=survey.pk, status=Status.OPEN)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(of=("self",))
    if not rows.exists():
        raise Closed
    contact = Contact.objects.filter(survey=survey, mark=key_mark(key)).first()
    if contact is None:
        raise Closed
    response = Response.objects.select_for_update(of=("self",)).get(pk=contact.response_id)
    questionnaires = editions_of(survey)
    before = set(json.loads(response.texts or "{}").values())
    _change_seats(survey, response.answers, filled.answers, seats or {})
    unfold(survey, questionnaires, [response])
    response.edition, response.answers, response.area_id = filled.edition, filled.answers, filled.area_id
    response.texts = json.dumps(filled.texts, ensure_ascii=False) if filled.texts else ""
    response.save(update_fields=["edition", "answers", "area", "texts"])
    fold(survey, questionnaires, [response])
    _change_pictures(survey, filled, before)
    if filled.contact:
        contact.sealed = contact.sealed | {name: words for name, words in filled.contact.items() if words}
        contact.save(update_fields=["sealed"])


def _change_pictures(survey, filled, before):
    """Keep the pictures that the answer names now; those it named before and names no more go."""
    for code, number in filled.texts.items():
        if number.isdecimal() and int(number) in filled.pictures:
            Picture.objects.filter(survey=survey, pk=number).update(question=code, expires_on=None)
    gone = {int(words) for words in before if words.isdecimal() and len(words) < 20} - set(filled.pictures)
    Picture.objects.filter(survey=survey, pk__in=gone).delete()


def _seats(answers):
    return {(question, option) for question, value in answers.items() for option in chosen(value)}


def _change_seats(survey, before, after, seats):
    limited = set(seats)
    for question, option in sorted((_seats(before) - _seats(after)) & limited):
        Seat.objects.filter(survey=survey, question=question, option=option, taken__gt=0).update(taken=F("taken") - 1)
    for question, option in sorted((_seats(after) - _seats(before)) & limited):
        rows = Seat.objects.filter(survey=survey, question=question, option=option, taken__lt=F("limit"))
        if not rows.update(taken=F("taken") + 1):
            raise Full(question, option)
