"""Saving an edited record without overwriting what somebody else wrote meanwhile."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from fedhub.core.history import text_at_version, write_history


class StaleVersion(Exception):
    """The record was changed by somebody else since the page was opened. Carries the current row as `current`."""

    def __init__(self, current):
        super().__init__("stale")
        self.current = current


# Stands for a text that nobody kept; equal to nothing that was ever written.
UNKNOWN = object()


@dataclass
class FieldConflict:
    """One field of a conflict: what stood when editing began, what stands now, what is proposed."""

    name: str
    label: str
    base: object
    theirs: object
    mine: object

    @property
    def clashes(self):
        """True when both sides changed the field, differently."""
        return self.base != self.theirs and self.base != self.mine and self.theirs != self.mine


@transaction.atomic
def save_version(instance, fields, *, base_version, reason=""):
    """Write `fields` of `instance` if the row still has `base_version`; history row included.

    Returns the instance with its new version. Raises StaleVersion otherwise, with nothing written.
    """
    model = type(instance)
    now = timezone.now()
    values = {name: getattr(instance, model._meta.get_field(name).attname) for name in fields}
    changed = model._base_manager.filter(pk=instance.pk, version=base_version).update(
        **{model._meta.get_field(name).attname: value for name, value in values.items()},
        version=base_version + 1,
        updated_at=now,
    )
    if not changed:
        raise StaleVersion(model._base_manager.get(pk=instance.pk))
    instance.version, instance.updated_at = base_version + 1, now
    if hasattr(model, "history"):
        write_history([instance], reason=reason)
    return instance


def conflicts(current, base_version, proposed):
    """Three-way comparison field by field: list of FieldConflict for `proposed` ({name: value}).

    The base text comes from the history row of `base_version`; version 0 is a record that was not there yet, an UNKNOWN
    base makes every difference a clash.
    """
    base = type(current)() if base_version == 0 else text_at_version(current, base_version)
    found = []
    for name, mine in proposed.items():
        model_field = current._meta.get_field(name)
        theirs = getattr(current, name)
        before = UNKNOWN if base is None else getattr(base, name, theirs)
        found.append(FieldConflict(name, str(model_field.verbose_name), before, theirs, mine))
    return found
