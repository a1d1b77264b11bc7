"""Counting how long a form takes, for the whole community and week alone."""

from django.db import transaction
from django.db.models import F

from grids.models import FormTime
from grids.models.burden import this_week
from grids.services.doubts import community_of

# Seconds are counted in steps: exact enough for a half of all, too coarse to know one again.
STEP = 10


@transaction.atomic
def count_time(form, seconds, *, area):
    """One more `form` (TimedForm) that took `seconds` in the community of `area`; nothing for None.

    No audit row: it would put the time beside a person.
    """
    if seconds is None:
        return
    row = {
        "area": community_of(area), "form": form, "week": this_week(), "seconds": -(-seconds // STEP) * STEP,
    }  # fmt: skip
    FormTime.objects.bulk_create([FormTime(**row)], ignore_conflicts=True)
    FormTime.objects.filter(**row).update(times=F("times") + 1)
