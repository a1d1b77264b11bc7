"""Menu entries of surveys, and what they do by themselves: each minute what came in is put among the responses; once a day
surveys end and old things go."""

from django.utils import timezone

from fedhub.core.housekeeping import every_minute
from fedhub.core.menu import Entry, menu
from fedhub.core.models import Setting
from fedhub.core.residents import Door, home_doors
from surveys.models import Survey
from surveys.services.closing import close_ended, forget_answers, forget_begun
from surveys.services.flushing import flush_waiting

DAILY = "surveys_daily"


@every_minute
def put_in_what_came():
    """Answers that wait are mixed and put among the responses."""
    flush_waiting()


@every_minute
def end_and_forget():
    """Once a day: surveys whose last day is over end; drafts and raw answers whose time is over go."""
    today = timezone.localdate().isoformat()
    row, made = Setting.objects.get_or_create(key=DAILY, defaults={"value": {"on": today}})
    if not made and row.value.get("on") == today:
        return
    close_ended()
    forget_answers()
    forget_begun()
    Setting.objects.filter(key=DAILY).update(value={"on": today})


def waiting_count(user):
    """How many surveys wait for `user` to review them; None for whoever reviews none."""
    return Survey.objects.waiting_for(user).count() if user.has_perm("surveys.publish_survey") else None


menu.register(
    Entry("surveys.list", "surveys", "问卷", "surveys:survey_list", "surveys.view_survey", 10, waiting_count)
)
home_doors.register(Door("surveys.told", 40, "您说的，我们做了", "told:list"))
