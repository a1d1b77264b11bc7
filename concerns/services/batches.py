"""Many concerns given to one person at once, a leaver's among them; it can be taken back."""

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from concerns.flow import OPEN, concern_flow
from concerns.models import AssignmentBatch, Concern
from fedhub.core import audit
from fedhub.core.bulk import copy_to_history


@transaction.atomic
def assign_many(concerns, *, person, handle_by=None, reason="", from_person=None, by):
    """Give all `concerns` (a queryset) that are not done yet to `person`. Returns the AssignmentBatch, for undoing.

    `handle_by` is the officer's day for all of them, by default each one's own day, or its day of closing; followers go
    with their lead. Raises ValidationError when there is none to give, or one was promised for an earlier day.
    """
    rows = _led(concerns)
    if not rows:
        raise ValidationError("没有可以交办的诉求：都已经办理或者并入别的诉求了。")
    _check_day(rows, handle_by)
    undo = _before(rows)
    _assign(rows, person=person, handle_by=handle_by, by=by)
    return _keep(rows, undo, person=person, from_person=from_person, reason=reason, by=by)


@transaction.atomic
def hand_over(concerns, *, person, from_person, reason="", by):
    """Give all open `concerns` (a queryset) in the hands of `from_person`, a leaver, to `person`. Returns the batch.

    Those in work are assigned with their own day; those done or answered, and those handled with a lead of somebody
    else, change hands as they stand. Raises ValidationError when there is none.
    """
    hers = concerns.open().filter(assigned_to=from_person)
    leading = _led(hers)
    known = {row.pk for row in leading}
    others = hers.exclude(pk__in=known).values("pk")
    standing = list(
        Concern.objects.select_for_update(of=("self",)).filter(pk__in=others).select_related("area").order_by("pk")
    )
    rows = [*leading, *standing]
    if not rows:
        raise ValidationError("她手里没有没办结的诉求，不用移交。")
    undo = _before(rows)
    _assign(leading, person=person, handle_by=None, by=by)
    _change_hands([row.pk for row in standing], person.pk, by=by, reason="移交")
    return _keep(rows, undo, person=person, from_person=from_person, reason=reason, by=by)


def _led(concerns):
    """Those of `concerns` that can be assigned, locked, and all that follow them."""
    rows = list(
        Concern.objects.select_for_update(of=("self",))
        .filter(pk__in=concerns.filter(status__in=OPEN, lead=None).values("pk"))
        .select_related("area").order_by("pk")
    )  # fmt: skip
    followers = Concern.objects.select_for_update(of=("self",)).select_related("area")
    return rows + list(followers.filter(lead__in=[row.pk for row in rows], status__in=OPEN).order_by("pk"))


def _check_day(rows, day):
    """Raises ValidationError when the officer's `day` lies behind a day of closing that was promised and is to come."""
    early = sum(1 for row in rows if day and timezone.localdate() <= row.due_on < day)
    if early:
        raise ValidationError(
            {"handle_by": f"其中 {early} 件的办结期限比这天早。请选早一些的日子，或者空着，按每件自己的期限。"}
        )


def _before(rows):
    return [[row.pk, row.status, row.assigned_to_id, row.handle_by and row.handle_by.isoformat()] for row in rows]


def _assign(rows, *, person, handle_by, by):
    by_day = {}
    for row in rows:
        by_day.setdefault(handle_by or row.handle_by or max(row.due_on, timezone.localdate()), []).append(row.pk)
    for day, ids in by_day.items():
        concern_flow.walk_many(Concern.objects.filter(pk__in=ids), "assign", by=by, assigned_to=person, handle_by=day)


def _change_hands(ids, person_id, *, by, reason):
    """Let the concerns `ids` stay where they stand, in the hands of another person."""
    for start in range(0, len(ids), 500):
        Concern.objects.filter(pk__in=ids[start : start + 500]).update(
            assigned_to_id=person_id, version=F("version") + 1, updated_at=timezone.now()
        )
    copy_to_history(Concern, ids, kind="~", by=by, reason=reason)


def _keep(rows, undo, *, person, from_person, reason, by):
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
    """What an undo did: how many went back, those it left alone because they were worked on since, and how many it left
    alone because they lie outside the places of whoever undoes: of these nothing is told."""

    back: int = 0
    refused: list = field(default_factory=list)
    away: int = 0


@transaction.atomic
def undo_batch(batch, *, by):
    """Give each concern of `batch` back to whose it was; those changed since stay. Returns TakenBack.

    Raises ValidationError when it was undone before, or when somebody who had one of them has no account any more.
    """
    gone = User.objects.filter(pk__in={row[2] for row in batch.undo} - {None}, is_active=False)
    if names := "、".join(gone.order_by("name", "pk").values_list("name", flat=True)):
        raise ValidationError(f"{names}的账号已经停用，不能再退回去。要换人，请重新交办或移交。")
    claimed = AssignmentBatch.objects.filter(pk=batch.pk, undone_at=None).update(
        undone_at=timezone.now(), version=F("version") + 1
    )
    if not claimed:
        raise ValidationError("这次交办已经撤销过了。")
    result = TakenBack()
    # Locked, so that nobody works on one between this look and the step back.
    mine = Concern.objects.visible_to(by, "concerns.assign_concern")
    rows = mine.select_for_update(of=("self",)).filter(pk__in=[row[0] for row in batch.undo])
    current = dict(rows.order_by("pk").values_list("pk", "version"))
    groups = {}
    for pk, status, person, handle_by, version in batch.undo:
        if pk not in current:
            result.away += 1
        elif current[pk] == version:
            groups.setdefault((status, person, handle_by), []).append(pk)
        else:
            result.refused.append(pk)
    for (status, person, handle_by), ids in groups.items():
        if status in OPEN:
            concern_flow.walk_many(
                Concern.objects.filter(pk__in=ids), f"back_{status}", by=by, assigned_to_id=person,
                handle_by=handle_by and date.fromisoformat(handle_by),
            )  # fmt: skip
        else:
            _change_hands(ids, person, by=by, reason="撤销移交")
        result.back += len(ids)
    result.refused = list(Concern.objects.filter(pk__in=result.refused).order_by("number"))
    audit.record("concerns.assignmentbatch.undo", batch, by=by, back=result.back, refused=len(result.refused))
    return result
