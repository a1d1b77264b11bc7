"""Telling those who asked for it of a new post."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from employment.models import JobWatch
from fedhub.notices.services import outbox


def watch(resident, kind):
    """She wants to hear of new posts of this JobKind; said twice it is once."""
    try:
        with transaction.atomic():
            JobWatch.objects.create(resident=resident, kind=kind)
    except IntegrityError:
        return


def end_watch(resident, kind):
    """She wants it no more; said twice it is once."""
    JobWatch.objects.running().filter(resident=resident, kind=kind).update(ended_on=timezone.localdate())


def tell_watchers(post, *, by):
    """Queue a message of `post` to whoever lives in its community and asked for its kind; for one post once, however often it is
    published. The words name the kind alone; whether and how it may be sent the carrier asks."""
    near = JobWatch.objects.running().filter(kind=post.kind, resident__area__code__startswith=post.area.community_code)
    for one in near.select_related("resident").order_by("pk"):
        outbox.notify(one.resident, "job", {"what": post.get_kind_display()}, about=post, by=by)
