"""A changed visit rule over all families (issue mark: 40,000 families in 60 s, in a task with progress)."""

from django.db import connection

from bench.lists import chair
from bench.measure import measured, queries_of
from fedhub.core.models import Job
from fedhub.reference import lookup
from fedhub.reference.models import VisitRule
from households.models import Household
from households.services import due

# Every rule of frequency gets so many days more: nearly every family moves.
LONGER = 1


def run():
    """Seconds of announcing what a change does, of following it, and of following once more when nothing is to do.

    The rules are those of the place with LONGER days more; they are put back at the end.
    """
    due.recompute_all(_job().pk)
    found, rules = {}, list(VisitRule.objects.active())
    for rule in rules:
        rule.every_days = rule.every_days and rule.every_days + LONGER
    with measured(found, "count"):
        announced = due.count_differing(rules)
    _lengthen(LONGER)
    with measured(found, "follow"):
        written = due.recompute_all(_job().pk)
    with measured(found, "again"):
        left = due.recompute_all(_job().pk)
    queries = queries_of(lambda: due.recompute_all(_job().pk))
    _lengthen(-LONGER)
    due.recompute_all(_job().pk)
    if announced != written or left:
        raise RuntimeError(f"announced {announced}, written {written}, left {left}")
    return found | {
        "families": Household.objects.active().count(), "written": written, "queries": queries,
        "vendor": connection.vendor,
    }  # fmt: skip


def _job():
    return Job.objects.create(kind=due.KIND, owner=chair())


def _lengthen(days):
    for rule in VisitRule.objects.exclude(every_days=None):
        VisitRule.objects.filter(pk=rule.pk).update(every_days=rule.every_days + days)
    lookup.forget()
