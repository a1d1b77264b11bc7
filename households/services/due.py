"""The days of visiting follow the rules: when a rule changed, for all families at once (handbook 2.4).

Set-based: a slice of families is read with its categories in three queries, compared in memory with what the rules say,
and only families for which something differs are written. Nothing else of a household moves: no version, no history.
"""

from django.db import transaction
from django.utils import timezone

from fedhub.core.bulk import update_rows
from fedhub.core.models import Job, Setting
from fedhub.core.models.jobs import JobState
from fedhub.reference import lookup
from households.listing import categories_of_households
from households.models import Household
from households.plan import PLANNED, planned, rhythm_of

KIND = "households.due"
SLICE = 2000
FACTS = ("pk", "risk_level", "hukou_type", "housing", "people", "last_visit_on", "created_at")


def differing(rows, rules=None):
    """Yield `(due, every, grace, weight, household id)` of those of `rows` (Households on the books) for which the rules
    (default: those in use) say something else than what is written."""
    known = {}
    found = list(rows.values_list(*FACTS, *PLANNED))
    categories = categories_of_households([row[0] for row in found]) if found else {}
    for pk, level, hukou, housing, people, last, created_at, *written in found:
        profile = (frozenset(categories.get(pk, ())), level, hukou, housing, people == 1)
        rhythm = known.get(profile)
        if rhythm is None:
            rhythm = known[profile] = rhythm_of(
                profile[0], level=level, hukou_type=hukou, housing=housing, people=people, rules=rules
            )
        right = planned(rhythm, last, created_at)
        if right != tuple(written):
            yield (*right, pk)


def slices(rows):
    """Querysets of at most SLICE of `rows` each, by key, with the key they end at."""
    last = 0
    while True:
        ids = list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:SLICE])
        if not ids:
            return
        yield rows.filter(pk__gt=last, pk__lte=ids[-1]), len(ids)
        last = ids[-1]


def count_differing(rules):
    """For how many families the days or the order would change if `rules` (VisitRules in use) held."""
    return sum(sum(1 for _ in differing(rows, rules)) for rows, _ in slices(Household.objects.active()))


# --- the work and its progress ------------------------------------------------------------------------------------
def ask_for_recomputation(enqueue, *, by):
    """Let all families follow the rules in the background; returns the Job. Call inside the transaction that changed a
    rule: it holds the row of the stamp, so that two changes at once ask one after the other.

    Work that is under way notices by itself that the rules changed again; no second one is started.
    """
    with transaction.atomic():
        there = Job.objects.select_for_update().filter(kind=KIND, finished_at=None).first()
        if there is not None:
            return there
        job = Job.objects.create(kind=KIND, owner=by, total=Household.objects.active().count())
        enqueue(job.pk)
        return job


def latest_job():
    """The newest work of recomputing, or None."""
    return Job.objects.filter(kind=KIND).order_by("-pk").first()


def stamp():
    """What tells that a rule was changed (reference.lookup)."""
    return Setting.objects.filter(key=lookup.STAMP_KEY).values_list("value", flat=True).first()


def recompute_all(job_id):
    """Let every family on the books follow the rules; returns how many were written.

    Interrupted, it may run again from the start: what is right is left alone. When a rule changes meanwhile it starts
    again by itself, with the new rules.
    """
    written = 0
    while True:
        lookup.forget()
        used, done = stamp(), 0
        for rows, size in slices(Household.objects.active()):
            ids = [row[-1] for row in differing(rows)]
            written += _write(ids)
            done += size
            Job.objects.filter(pk=job_id).update(state=JobState.RUNNING, done=done, heartbeat=timezone.now())
            if stamp() != used:
                break
        if _finish(job_id, used, done, written):
            return written


def _write(ids):
    """Write what the rules say of the families `ids`, as they are at this moment; returns how many."""
    if not ids:
        return 0
    with transaction.atomic():
        rows = Household.objects.active().filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
        right = list(differing(rows))
        update_rows(Household, PLANNED, right)
        return len(right)


@transaction.atomic
def _finish(job_id, used, done, written):
    """End the work unless a rule was changed since `used`: whoever changes one holds or awaits the row of the job."""
    job = Job.objects.select_for_update().get(pk=job_id)
    if stamp() != used:
        return False
    now = timezone.now()
    job.state, job.done, job.total, job.heartbeat, job.finished_at = JobState.DONE, done, done, now, now
    job.message = f"{written:,} 户的应访日期或排序变了。" if written else "没有一户要变。"
    job.save(update_fields=["state", "done", "total", "heartbeat", "finished_at", "message"])
    return True
