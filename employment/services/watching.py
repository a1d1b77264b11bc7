"""Telling those who asked for it of a new post, those who signed up of an event that was called off, and who waits for an
employer in vain that she does (acceptance F6.2)."""

from django.db import transaction
from django.utils import timezone

from employment.models import Application, Event, JobWatch, Post, Signup
from employment.queries import silent_since
from fedhub.notices.services import outbox
from fedhub.notices.services.telling import tell_on

CALLED_OFF = "活动取消了"


def watchers_of(post):
    """Who lives in its community and asked for its kind."""
    near = JobWatch.objects.running().filter(kind=post.kind, resident__area__code__startswith=post.area.community_code)
    return near.select_related("resident")


def _tell_of_post(post, one):
    outbox.notify(one.resident, "job", {"what": post.get_kind_display()}, about=post)


def tell_watchers():
    """Queue the messages of posts that were published, for one post and person once, however often it is published. The words
    name the kind alone; whether and how it may be sent the carrier asks. Of one that is dead by now nobody hears."""
    return tell_on(Post.objects.alive().select_related("area"), watchers_of, _tell_of_post)


def signed_up_for(event):
    """Whose sign-up ended because the event was called off; whom nobody has found in the files is told by nobody."""
    rows = Signup.objects.filter(event=event, resident__isnull=False, cancelled_why=CALLED_OFF)
    return rows.select_related("resident")


def _tell_of_event(event, one):
    why = event.cancelled_why[:60]
    outbox.notify(one.resident, "public", {"what": f"{event.title}取消了。{why}"}, about=event)


def tell_called_off():
    """Queue the messages of events that were called off."""
    return tell_on(Event.objects.all(), signed_up_for, _tell_of_event)


SLICE = 100


def tell_silent():
    """Queue one message for each application of which nothing was heard for too long; what became of it she reads on her own page
    alone. Returns how many."""
    rows = Application.objects.silent(silent_since()).filter(told_on=None).order_by("pk").values_list("pk", flat=True)
    return sum(_tell_of_silence(pk) for pk in list(rows[:SLICE]))


@transaction.atomic
def _tell_of_silence(pk):
    """1 when she is told now, 0 when somebody else did, or the employer answered meanwhile."""
    still = Application.objects.silent(silent_since()).filter(pk=pk, told_on=None)
    if not still.update(told_on=timezone.localdate()):
        return 0
    one = Application.objects.select_related("seeker__resident").get(pk=pk)
    outbox.notify(one.seeker.resident, "sent", about=one)
    return 1
