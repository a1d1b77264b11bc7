"""Reading a case again that is over: the reason goes to the sealed trail."""

from datetime import datetime

from django.db import transaction

from fedhub.core import audit
from mediation.models import Case

REREAD = "mediation.case.reread"


@transaction.atomic
def say_why(case, why, *, by):
    """`by` reads the put away `case` because of `why`."""
    audit.record_sealed(REREAD, case, by=by, reason=why)


def is_put_away_now(case):
    """True when `case` is over by now, whatever it was when it was read."""
    return Case.objects.get(pk=case.pk).is_put_away()


def readings_of(case):
    """`[(moment, name, reason)]` of whoever read `case` again after it was over, the latest first."""
    rows = audit.sealed_trail(REREAD, [case]).get(case.pk, [])
    return [(datetime.fromisoformat(one["at"]), one["actor_name"], one["reason"]) for one in reversed(rows)]
