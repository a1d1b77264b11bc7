"""State machines as data: a Flow is a list of Steps; only `walk` writes a status."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core.bulk import copy_to_history
from fedhub.core.history import write_history
from fedhub.core.versions import StaleVersion


class FlowError(ValidationError):
    """A step is not possible from the record's present status; the message is a Chinese sentence."""


@dataclass(frozen=True)
class Step:
    """One step: `name` (code), `label` (Chinese verb), `sources` (statuses), `target` (status), `permission`."""

    name: str
    label: str
    sources: tuple
    target: str
    permission: str


class Flow:
    """The steps of one kind of record, by name."""

    def __init__(self, *steps, field="status"):
        self.steps = {step.name: step for step in steps}
        self.field = field

    def open_steps(self, instance, user=None):
        """Steps possible from the record's status (and allowed to `user`, when given)."""
        status = getattr(instance, self.field)
        return [
            step
            for step in self.steps.values()
            if status in step.sources and (user is None or user.has_perm(step.permission, instance))
        ]

    @transaction.atomic
    def walk(self, instance, name, *, base_version=None, **changes):
        """Move `instance` by the step `name`, setting `changes` with it, by compare-and-set; history row included.

        Returns the instance. Raises FlowError when the step does not start from the row's present status, also when
        somebody else moved it a moment ago, and StaleVersion when the row is no longer the `base_version` that was read.
        """
        step = self.steps[name]
        model = type(instance)
        now = timezone.now()
        extra = {"version": F("version") + 1, "updated_at": now} if hasattr(instance, "version") else {}
        rows = model._base_manager.filter(pk=instance.pk, **{f"{self.field}__in": step.sources})
        read = rows if base_version is None else rows.filter(version=base_version)
        if not read.update(**{self.field: step.target}, **changes, **extra):
            if base_version is not None and (current := rows.first()):
                raise StaleVersion(current)
            shown = dict(model._meta.get_field(self.field).flatchoices)
            present = model._base_manager.values_list(self.field, flat=True).get(pk=instance.pk)
            raise FlowError(f"现在的状态是“{shown.get(present, present)}”，不能{step.label}。请刷新后再看。")
        instance.refresh_from_db()
        if hasattr(model, "history"):
            write_history([instance], reason=step.label)
        return instance

    @transaction.atomic
    def walk_many(self, rows, name, *, by, **changes):
        """Move all `rows` (a queryset) from which the step `name` starts, setting `changes` with it; history included.

        Returns the ids that moved, in order; rows in another status are left alone. Three statements for 500 rows.
        """
        step, model = self.steps[name], rows.model
        starts = rows.filter(**{f"{self.field}__in": step.sources}).order_by("pk").select_for_update(of=("self",))
        ids = list(starts.values_list("pk", flat=True))
        extra = {"version": F("version") + 1, "updated_at": timezone.now()} if hasattr(model, "version") else {}
        for start in range(0, len(ids), 500):
            part = model._base_manager.filter(pk__in=ids[start : start + 500])
            part.update(**{self.field: step.target}, **changes, **extra)
        if hasattr(model, "history"):
            copy_to_history(model, ids, kind="~", by=by, reason=step.label)
        return ids
