"""What everybody may see: told surveys and the texts that were chosen one by one."""

from surveys.enums import Status
from surveys.models import Finding, Survey, TextEntry


def told_surveys():
    """Surveys whose results are told, the newest first."""
    return Survey.objects.filter(status=Status.TOLD).order_by("-updated_at", "-pk")


def told_survey(token):
    """The told survey of that token, or None."""
    return told_surveys().filter(token=token).first()


def told_findings(survey):
    """Findings that are told, with their concerns."""
    return Finding.objects.filter(survey=survey, told=True).select_related("concern").order_by("pk")


def told_texts(survey, results):
    """[(question, [covered words])] of the told texts of the told questions, in their mixed order."""
    rows = TextEntry.objects.filter(survey=survey, told=True, question__in=survey.shown).order_by("pk")
    found = {}
    for entry in rows:
        found.setdefault(entry.question, []).append(entry.clean)
    return [(q.label, found[q.code]) for q in results.questionnaire.questions() if q.code in found]
