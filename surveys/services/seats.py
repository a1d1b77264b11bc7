"""Seats: how many of a survey, or of one of its options, were taken before anybody counted them."""

import json

from django.db.models import Sum

from surveys.logic import chosen
from surveys.models import Incoming, Tally


def taken_before(survey, question="", option=""):
    """How many answers that are there took it: those that are counted, and those that wait. Call it in the transaction that makes
    the seat; an answer that another process takes in without knowing of the limit yet comes on top, for SURVEY_RECHECK_SECONDS."""
    rows = Tally.objects.filter(survey=survey, question=question, row="", option=option)
    counted = rows.aggregate(sum=Sum("n"))["sum"] or 0
    waiting = Incoming.objects.filter(survey=survey).values_list("sealed", flat=True)
    return counted + sum(_takes(text, question, option) for text in waiting)


def _takes(text, question, option):
    """True when what waits (surveys.services.incoming.packed) took it; what cannot be opened counts for the survey alone."""
    if not question:
        return True
    try:
        answers = json.loads(text)["a"]
    except (TypeError, ValueError):
        return False
    return option in chosen(answers.get(question))
