"""The follow-ups that a job, or a business of her own, begins with."""

from employment.after import MONTHS, FollowUpState
from employment.models import FollowUp
from fedhub.reference.calendar import add_months


def start_follow_ups(*, since, application=None, startup=None):
    """One FollowUp for each of MONTHS after the day `since`, in the caller's transaction."""
    seeker = (application or startup).seeker
    for month in MONTHS:
        FollowUp.objects.create(
            seeker=seeker, application=application, startup=startup, month=month, due_on=add_months(since, month)
        )


def move_follow_ups(*, since, startup):
    """The business began on another day, `since`: what is still to be asked is asked that many months after it."""
    for one in FollowUp.objects.filter(startup=startup, state=FollowUpState.DUE):
        day = add_months(since, one.month)
        if one.due_on != day:
            one.due_on = day
            one.save(update_fields=["due_on", "updated_at"])
