"""Wishes to hear of something new, whichever app they belong to (models.watch.Watch)."""

from django.db import IntegrityError, transaction
from django.utils import timezone


def watch(model, resident, kind, **more):
    """She wants to hear of this kind; said twice it is once. True when it is new. `more`: further fields of `model`."""
    try:
        with transaction.atomic():
            model.objects.create(resident=resident, kind=kind, **more)
    except IntegrityError:
        return False
    return True


def end_watch(model, resident, kind):
    """She wants it no more; said twice it is once. True when one was running."""
    rows = model.objects.running().filter(resident=resident, kind=kind)
    return bool(rows.update(ended_on=timezone.localdate()))
