"""The follow-ups that a job, or a business of her own, begins with."""

from employment.after import MONTHS
from employment.models import FollowUp
from fedhub.reference.calendar import add_months


def start_follow_ups(*, since, application=None, startup=None):
    """One FollowUp for each of MONTHS after the day `since`, in the caller's transaction."""
    seeker = (application or startup).seeker
    for month in MONTHS:
        FollowUp.objects.create(
            seeker=seeker, application=application, startup=startup, month=month, due_on=add_months(since, month)
        )
