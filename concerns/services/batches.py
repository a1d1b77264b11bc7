"""Many concerns given to one person at once, a leaver's among them; it can be taken back."""

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from concerns.flow import OPEN, concern_flow
from concerns.models import AssignmentBatch, Concern
from fedhub.core import audit


@transaction.atomic
def assign_many(concerns, *, person, handle_by=None, reason="", from_person=None, by):
    """Give all `concerns` (a queryset) that are not done yet to `person`. Returns the AssignmentBatch, for undoing.

    `handle_by` is the officer's day for all of them, by default each one's own day, or its day of closing; followers go
    with their lead. Raises ValidationError when there is none to give.
    """
    rows = list(
        Concern.objects.select_for_update(of=("self",))
        .filter(pk__in=concerns.filter(status__in=OPEN, lead=None).values("pk"))
        .select_related("area").order_by("pk")
    )  # fmt: skip
    if not rows:
        raise ValidationError("没有可以交办的诉求：都已经办理或者并入别的诉求了。")
    followers = Concern.objects.select_for_update(of=("self",)).filter(
        lead__in=[row.pk for row in rows], status__in=OPEN
    )
    rows += list(followers.order_by("pk"))
    undo = [[row.pk, row.status, row.assigned_to_id, row.handle_by and row.handle_by.isoformat()] for row in rows]
    by_day = {}
    for row in rows:
        by_day.setdefault(handle_by or row.handle_by or max(row.due_on, timezone.localdate()), []).append(row.pk)
    for day, ids in by_day.items():
        concern_flow.walk_many(Concern.objects.filter(pk__in=ids), "assign", by=by, assigned_to=person, handle_by=day)
    batch = AssignmentBatch.objects.create(
        area=_area_of(rows), person=person, from_person=from_person, total=len(rows), reason=reason, created_by=by,
        undo=[[*was, version] for was, version in zip(undo, _versions(undo), strict=True)],
    )  # fmt: skip
    audit.record_many("concerns.concern.assign", rows, by=by, reason=reason, person=person.pk, batch=batch.pk)
    audit.record("concerns.assignmentbatch.add", batch, by=by, total=batch.total, person=person.pk)
    return batch


def _area_of(rows):
    """The smallest place that holds all `rows`: their grid when it is one, else the community of the first."""
    areas = {row.area_id: row.area for row in rows}
    area = next(iter(areas.values()))
    if len(areas) == 1:
        return area
    while area.parent is not None and not all(other.code.startswith(area.code) for other in areas.values()):
        area = area.parent
    return area


def _versions(undo):
    found = dict(Concern.objects.filter(pk__in=[pk for pk, *_ in undo]).values_list("pk", "version"))
    return [found[pk] for pk, *_ in undo]


@dataclass
class TakenBack:
    """What an undo did: how many went back, and those it left alone because they were worked on since."""

    back: int = 0
    refused: list = field(default_factory=list)


@transaction.atomic
def undo_batch(batch, *, by):
    """Give each concern of `batch` back to whose it was; those changed since stay. Returns TakenBack.

    Raises ValidationError when it was undone before.
    """
    claimed = AssignmentBatch.objects.filter(pk=batch.pk, undone_at=None).update(
        undone_at=timezone.now(), version=F("version") + 1
    )
    if not claimed:
        raise ValidationError("这次交办已经撤销过了。")
    result = TakenBack()
    current = dict(Concern.objects.filter(pk__in=[row[0] for row in batch.undo]).values_list("pk", "version"))
    groups = {}
    for pk, status, person, handle_by, version in batch.undo:
        if current.get(pk) == version:
            groups.setdefault((status, person, handle_by), []).append(pk)
        else:
            result.refused.append(pk)
    for (status, person, handle_by), ids in groups.items():
        concern_flow.walk_many(
            Concern.objects.filter(pk__in=ids), f"back_{status}", by=by, assigned_to_id=person,
            handle_by=handle_by and date.fromisoformat(handle_by),
        )  # fmt: skip
        result.back += len(ids)
    result.refused = list(Concern.objects.filter(pk__in=result.refused).order_by("number"))
    audit.record("concerns.assignmentbatch.undo", batch, by=by, back=result.back, refused=len(result.refused))
    return result
