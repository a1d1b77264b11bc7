"""What an edited record said earlier (django-simple-history), with a plain user id.

A foreign key to the user would split the first migrations of every app; an id with getter and setter does not.
"""

from django.db import models
from simple_history.models import HistoricalRecords

from fedhub.core import acting


def _get_user(historical_instance, **kwargs):
    return historical_instance.history_user_id


def _set_user(historical_instance, user):
    historical_instance.history_user_id = getattr(user, "pk", None) or acting.current().user_id


def track(**kwargs):
    """History of a master: `history = track()`. Encrypted columns stay encrypted in the copy."""
    return HistoricalRecords(
        history_user_id_field=models.BigIntegerField(null=True, editable=False),
        history_user_getter=_get_user,
        history_user_setter=_set_user,
        **kwargs,
    )


def write_history(objects, *, kind="~", reason=""):
    """Write history rows for `objects` (already saved by a bulk or compare-and-set update)."""
    objects = list(objects)
    if not objects:
        return
    type(objects[0]).history.bulk_history_create(
        objects, batch_size=500, update=kind == "~", default_change_reason=reason
    )


def text_at_version(instance, version):
    """The history row of `instance` that holds its state at `version`, or None."""
    return instance.history.filter(version=version).order_by("-history_id").first()
