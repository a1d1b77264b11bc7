"""Telling those who asked for it of a new post, and those who signed up of an event that was called off."""

from employment.models import Event, JobWatch, Post, Signup
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
