"""Written words: kept apart from the answers as they come in, looked through, given topics, told one by one."""

import json
import random

from django.core.exceptions import ValidationError
from django.db import transaction

from fedhub.core import audit
from fedhub.reference.lookup import labels
from households.models import Resident
from surveys.enums import Kind
from surveys.models import Survey, TextEntry, TextTag
from surveys.scanning import LONGEST_NAME, cover

AT_ONCE = 500
_order = random.SystemRandom()


def keep_texts(survey, questionnaires, responses):
    """Store the words of `responses` apart from them, mixed with each other; call it in the transaction that stores them."""
    entries = [
        TextEntry(survey=survey, question=q, option=o, words=words)
        for q, o, words in _words(questionnaires, responses)
    ]
    _order.shuffle(entries)
    TextEntry.objects.bulk_create(entries, batch_size=AT_ONCE)


def drop_texts(survey, questionnaires, responses):
    """Take the words of `responses` away again: one text for each that says the same."""
    for question, option, words in _words(questionnaires, responses):
        rows = TextEntry.objects.filter(survey=survey, question=question, option=option)
        if (same := next((row for row in rows.iterator(AT_ONCE) if row.words == words), None)) is not None:
            same.delete()


def _words(questionnaires, responses):
    """(question, option, words) of everything written: no phones, no pictures."""
    for response in responses:
        written = {q.code for q in questionnaires[response.edition].questions() if q.kind == Kind.TEXT}
        for key, words in json.loads(response.texts or "{}").items():
            question, _, option = key.partition(".")
            if words.strip() and (option or question in written):
                yield question, option, words


@transaction.atomic
def forget_texts(survey):
    """When the raw answers go, so do the words; of those that were told the covered text stays."""
    TextEntry.objects.filter(survey=survey, told=False).delete()
    TextEntry.objects.filter(survey=survey).update(words=None)


def scan_waiting():
    """Look through texts that nobody has looked through, a community at a time. Returns how many there were."""
    done = 0
    for survey in Survey.objects.filter(text_entries__scanned=False).select_related("area").distinct():
        names = names_around(survey.area)
        while rows := list(TextEntry.objects.waiting().filter(survey=survey)[:AT_ONCE]):
            for row in rows:
                row.clean, found = cover(row.words, names)
                row.scanned, row.covered = True, bool(found)
            _order.shuffle(rows)
            with transaction.atomic():
                TextEntry.objects.bulk_update(rows, ["clean", "scanned", "covered"], batch_size=100)
            done += len(rows)
    return done


def names_around(area):
    """Names of the residents of the community of `area`, two to four signs long: what may not stand in a text."""
    rows = Resident.objects.filter(area__code__startswith=area.code[:12]).values_list("name", flat=True)
    return frozenset(name for name in rows.iterator(2000) if 2 <= len(name) <= LONGEST_NAME)


@transaction.atomic
def tag_text(entry, *, topics, by):
    """Let `entry` speak of exactly these of the seven `topics`. Raises ValidationError for one that does not exist."""
    wanted = set(topics)
    if wanted - set(labels("survey_topic")):
        raise ValidationError("没有这个方面，请重新选。")
    TextTag.objects.filter(entry=entry).exclude(topic__in=wanted).delete()
    TextTag.objects.bulk_create([TextTag(entry=entry, topic=topic) for topic in sorted(wanted)], ignore_conflicts=True)
    audit.record("surveys.survey.tag", entry.survey, by=by)
