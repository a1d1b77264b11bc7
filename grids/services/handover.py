"""交接: somebody leaves a post. Her duties go to others from a day on, her access ends with them, and her open concerns
change hands, all in one transaction (decisions 11; acceptance §2 item 21)."""

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from accounts.services import restore_grant
from concerns.loads import left_by
from concerns.models import AssignmentBatch
from concerns.queries import handlers_of_all
from concerns.services.batches import hand_over as hand_over_concerns
from concerns.services.batches import undo_batch
from fedhub.core import audit
from fedhub.core.versions import save_version
from grids.models import Duty, HandOver
from grids.queries import homes_under
from grids.services.duty import assign_duty, end_duty
from households.models import VisitTask

UNDONE = "撤销交接"


@dataclass(frozen=True)
class Share:
    """One duty of the leaver and who takes it over; None: nobody does, it only ends."""

    duty: Duty
    to: User | None


@transaction.atomic
def hand_over(person, shares, *, on=None, reason, concerns=False, rest_to=None, by):
    """Let `person` give up the duties of `shares` (list of Share) from the day `on` (default today: this minute).

    With `concerns` her open concerns, as far as `by` assigns, go along: each to whoever takes over where it lies, else
    to `rest_to`. Returns the HandOver, for undoing. Raises ValidationError, StaleVersion.
    """
    on, reason = on or timezone.localdate(), reason.strip()
    _check(person, shares, on, reason, concerns)
    return _make(person, shares, on=on, reason=reason, concerns=concerns, rest_to=rest_to, by=by)


@transaction.atomic
def give_up(person, duties, *, on, reason, by):
    """Let `person` give up `duties` from the day `on` (also one gone by), nobody takes them over. Returns the HandOver."""
    return _make(person, [Share(duty, None) for duty in duties], on=on, reason=reason, by=by)


def _make(person, shares, *, on, reason, concerns=False, rest_to=None, by):
    homes = homes_under([share.duty.area for share in shares], by).count()
    lines = [_give(share, on=on, reason=reason, by=by) for share in shares]
    tasks = [line for share in shares for line in _give_tasks(person, share, on=on)]
    batches = _give_concerns(person, shares, rest_to, reason=reason, by=by) if concerns else []
    row = HandOver.objects.create(
        area=_area_of([share.duty for share in shares]), from_person=person, on=on, reason=reason, duties=len(shares),
        homes=homes, concerns=sum(batch.total for batch in batches), created_by=by,
        undo={"duties": lines, "tasks": tasks, "concerns": [batch.pk for batch in batches]},
    )  # fmt: skip
    audit.record(
        "grids.handover.make", row, by=by, reason=reason, person=person.pk, duties=row.duties, concerns=row.concerns
    )
    return row


def _check(person, shares, on, reason, concerns):
    if not shares:
        raise ValidationError("一项包保也没有选，没有动。")
    if not reason:
        raise ValidationError({"reason": "请写交接的原因。"})
    if on < timezone.localdate():
        raise ValidationError({"on": "交接不能早于今天。以前就不负责了的，请到“包保”里结束。"})
    if concerns and on > timezone.localdate():
        raise ValidationError(
            {"concerns": "诉求是现在就换人的。从以后的日子起交接的，请先去掉这个勾，到那天再移交诉求。"}
        )
    for to in {share.to for share in shares if share.to is not None}:
        if to.pk == person.pk:
            raise ValidationError("不能交给她自己。")
        if not to.is_active:
            raise ValidationError(f"{to.name}的账号已停用，请另选一位。")


def _give(share, *, on, reason, by):
    """End one duty, give it to the successor unless she holds it already; the line for undoing."""
    duty, grant = share.duty, share.duty.grant
    before = None if grant is None else (grant.version, grant.valid_to)
    end_duty(duty, why=reason, on=on, by=by)
    ended = before is not None and grant.version != before[0]
    held = share.to is None or Duty.objects.filter(
        area=duty.area, person=share.to, role=duty.role, valid_to=None
    ).exists()  # fmt: skip
    new = None
    if not held:
        new = assign_duty(
            Duty(area=duty.area, person=share.to, role=duty.role, pattern=duty.pattern, valid_from=on), by=by
        )
    return [duty.pk, duty.version, _text(before[1]) if ended else None, new and new.pk]


def _text(day):
    return day.isoformat() if day else ""


def _give_tasks(person, share, *, on):
    """Visits planned for her by name in the place of `share` become the successor's, or those of whoever is in charge
    when there is none yet; the lines for undoing: [task, version since]."""
    to = share.to if on <= timezone.localdate() else None
    inside = Q(household__area__code__startswith=share.duty.area.code)
    ids = list(VisitTask.objects.open().filter(inside, assigned_to=person).values_list("pk", flat=True))
    _assign_tasks(VisitTask.objects.filter(pk__in=ids), to)
    return [list(line) for line in VisitTask.objects.filter(pk__in=ids).values_list("pk", "version")]


def _assign_tasks(tasks, person):
    return tasks.update(assigned_to=person, version=F("version") + 1, updated_at=timezone.now())


def _give_concerns(person, shares, rest_to, *, reason, by):
    """The batches in which her open concerns changed hands; none when she has none."""
    rows, groups = left_by(person, by), {}
    places = rows.order_by().values_list("area_id", "area__code").distinct()
    takers = sorted(((s.duty.area.code, s.to) for s in shares if s.to), key=lambda pair: -len(pair[0]))
    for area_id, code in places:
        to = next((to for own, to in takers if code.startswith(own)), rest_to)
        groups.setdefault(to, []).append(area_id)
    if None in groups:
        raise ValidationError({"to": "她手里还有诉求不在交出去的网格里。请选一位接手的人，或者去掉“诉求一起移交”。"})
    batches = []
    for to, area_ids in groups.items():
        if not handlers_of_all(area_ids, by).filter(pk=to.pk).exists():
            names = "、".join(by.places[pk].name for pk in area_ids)
            raise ValidationError(f"{to.name}管不到这些诉求所在的地方（{names}）。请给她授权，或者另选一位接手。")
        # What follows a lead went with it.
        left = rows.filter(area_id__in=area_ids)
        if left.exists():
            batches.append(hand_over_concerns(left, person=to, from_person=person, reason=reason, by=by))
    return batches


def _area_of(duties):
    """The smallest place that holds all `duties`."""
    area = duties[0].area
    while area.parent is not None and not all(duty.area.code.startswith(area.code) for duty in duties):
        area = area.parent
    return area


# --- taking it back -----------------------------------------------------------------------------------------------
@dataclass
class TakenBack:
    """What an undo did: how many duties and concerns went back, and names of those that changed since and stay."""

    duties: int = 0
    concerns: int = 0
    refused: list = field(default_factory=list)


@transaction.atomic
def undo_hand_over(row, *, by):
    """Give duties, access and concerns of a HandOver back, on the day it was made. Returns TakenBack.

    Raises ValidationError on a later day, a second time, and when her account is closed.
    """
    row.refresh_from_db()
    if not row.may_undo:
        raise ValidationError(
            "这次交接已经撤销过了。" if row.undone_at else "交接只能当天撤销。要换人，请再办一次交接。"
        )
    if not row.from_person.is_active:
        raise ValidationError(f"{row.from_person.name}的账号已经停用，不能再退回去。")
    claimed = HandOver.objects.filter(pk=row.pk, undone_at=None).update(
        undone_at=timezone.now(), version=F("version") + 1
    )
    if not claimed:
        raise ValidationError("这次交接已经撤销过了。")
    result, lines = TakenBack(), row.undo["duties"]
    found = Duty.objects.select_related("area", "person", "grant").in_bulk(
        [pk for line in lines for pk in line[::3] if pk]
    )
    for old, version, grant_to, new in lines:
        if _take_back(found[old], version, grant_to, found.get(new), by=by):
            result.duties += 1
        else:
            result.refused.append(f"{found[old].area} {found[old].get_role_display()}")
    for task, version in row.undo["tasks"]:
        _assign_tasks(VisitTask.objects.open().filter(pk=task, version=version), row.from_person)
    for batch in AssignmentBatch.objects.filter(pk__in=row.undo["concerns"], undone_at=None):
        taken = undo_batch(batch, by=by)
        result.concerns += taken.back
        result.refused += [concern.number for concern in taken.refused]
        if taken.away:
            result.refused.append(f"{taken.away} 件已经不归您管的诉求")
    audit.record(
        "grids.handover.undo", row, by=by, back=result.duties, concerns=result.concerns, refused=len(result.refused)
    )
    return result


def _take_back(old, version, grant_to, new, *, by):
    """Give one duty back; False when it, or what came after it, was changed since."""
    again = Duty.objects.filter(area=old.area, person=old.person, role=old.role, valid_to=None).exists()
    if old.version != version or again or not old.area.is_home or (new is not None and new.valid_to is not None):
        return False
    if new is not None:
        end_duty(new, why=UNDONE, on=max(new.valid_from, timezone.localdate()), by=by)
    old.valid_to, old.ended_at, old.end_why = None, None, ""
    save_version(old, ["valid_to", "ended_at", "end_why"], base_version=version, reason=UNDONE)
    if grant_to is not None:
        restore_grant(old.grant, valid_to=date.fromisoformat(grant_to) if grant_to else None, by=by)
    audit.record("grids.duty.restore", old, by=by, reason=UNDONE, person=old.person_id, role=old.role)
    return True
