"""Adding responses to the counts, in the transaction that keeps them."""

import json
from collections import Counter

from django.db import connection

from surveys.counting import counted
from surveys.models import Tally
from surveys.services.texts import drop_texts, keep_texts

UPSERT = (
    "INSERT INTO surveys_tally (survey_id, question, row, option, area_id, n) VALUES (%s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (survey_id, question, row, option, area_id) DO UPDATE SET n = surveys_tally.n + excluded.n"
)

TAKE = (
    "UPDATE surveys_tally SET n = n - %s "
    "WHERE survey_id = %s AND question = %s AND row = %s AND option = %s AND area_id = %s"
)


def fold(survey, questionnaires, responses, total=None):
    """Count `responses` (unsaved or saved) of `survey` and keep their words apart. `questionnaires`: {edition: Questionnaire} of
    the editions they answer; `total`: what `total_of` gives for them, where it was counted before.

    One statement for all; call it in the transaction that stores them. Rows are written in one order, so that two at once wait
    for each other instead of locking each other out.
    """
    total = total_of(questionnaires, responses) if total is None else total
    with connection.cursor() as cursor:
        cursor.executemany(UPSERT, [(survey.pk, *key, n) for key, n in sorted(total.items())])
    keep_texts(survey, questionnaires, responses)


def unfold(survey, questionnaires, responses):
    """Take `responses` out of the counts again, as they were counted, and their words away; call it in the transaction that
    changes or deletes them."""
    total = total_of(questionnaires, responses)
    with connection.cursor() as cursor:
        cursor.executemany(TAKE, [(n, survey.pk, *key) for key, n in sorted(total.items())])
    drop_texts(survey, questionnaires, responses)


def total_of(questionnaires, responses):
    """Counter {(question, row, option, area id): n} of `responses`."""
    total = Counter()
    for response in responses:
        texts = json.loads(response.texts or "{}")
        for key, n in counted(questionnaires[response.edition], response.answers, texts).items():
            total[(*key, response.area_id)] += n
    return total


def recount(survey, questionnaires):
    """{(question, row, option, area id): n} counted anew from the responses kept; equals what stands in Tally."""
    return dict(total_of(questionnaires, survey.responses.iterator(2000)))


def tallied(survey):
    """{(question, row, option, area id): n} as kept."""
    rows = Tally.objects.filter(survey=survey).values_list("question", "row", "option", "area_id", "n")
    return {key: n for *parts, n in rows for key in [tuple(parts)]}
