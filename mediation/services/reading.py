"""Reading a case again that is over: the reason goes to the sealed trail."""

from django.db import transaction

from fedhub.core import audit


@transaction.atomic
def say_why(case, why, *, by):
    """`by` reads the put away `case` because of `why`."""
    audit.record_sealed("mediation.case.reread", case, by=by, reason=why)
