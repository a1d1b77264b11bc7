"""How the collecting of one survey goes."""

from surveys.enums import Status
from surveys.models import Incoming, Letter, Pass, Thread
from surveys.services.closing import keep_until
from surveys.services.incoming import helped_counts

MOST_THREADS = 200


def collecting_facts(survey, user):
    """Context of the page about the collecting: how many came, who helped with how many, what `user` may do."""
    running = survey.status in (Status.OPEN, Status.PAUSED)
    may_change = user.has_perm("surveys.change_survey", survey)
    return {
        "helped": helped_counts(survey), "kept": survey.responses.count(), "is_open": survey.status == Status.OPEN,
        "waiting": Incoming.objects.filter(survey=survey).count(),
        "codes_left": Pass.objects.filter(survey=survey, used=False, expires_on=None).count(),
        "letters": Thread.objects.filter(survey=survey, waiting=True).count(), "may_answer": may_change,
        "may_close": running and may_change, "may_help": user.has_perm("surveys.assist_survey"),
        "may_archive": survey.status in (Status.CLOSED, Status.TOLD) and user.has_perm("surveys.publish_survey", survey),
        "keep_until": keep_until(survey) if survey.closed_at else None,
    }  # fmt: skip


def threads_of(survey):
    """[(Thread, last Letter, how many)] of a survey, those that wait for an answer first; two queries."""
    threads = list(Thread.objects.filter(survey=survey).order_by("-waiting", "id")[:MOST_THREADS])
    found = {}
    for letter in Letter.objects.filter(thread__in=threads).order_by("number"):
        found.setdefault(letter.thread_id, []).append(letter)
    return [(thread, found[thread.pk][-1], len(found[thread.pk])) for thread in threads if thread.pk in found]
