"""Shifts before their day: who comes, what is changed, and one that does not take place (handbook 9.2)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.versions import save_version
from fedhub.notices.services import outbox
from fedhub.notices.services.telling import tell_on
from groups.enums import RISKY, ServiceState, VolunteerState
from groups.models import Coming, Shift
from groups.services import serving
from groups.services.needs import check_words
from groups.services.shifts import AHEAD_DAYS
from groups.services.volunteers import stops_by_age

# What whoever comes has to know when it changes.
TOLD = {"what", "place", "on"}


def lock(shift):
    """The row that stands, locked."""
    return Shift.objects.select_for_update(of=("self",)).select_related("area").get(pk=shift.pk)


def _still_to_come(shift):
    if shift.off_on:
        raise ValidationError(f"这一场已经取消：{shift.off_why}")
    if shift.on < timezone.localdate():
        raise ValidationError("这一场已经过去了。")


@transaction.atomic
def change_shift(shift, fields, *, base_version, by):
    """Save changed `fields` of one that is still to come; who comes is told by the worker when it is elsewhere, on another day or
    something else. Raises ValidationError, StaleVersion."""
    standing, today = lock(shift), timezone.localdate()
    _still_to_come(standing)
    if "on" in fields and standing.services.standing().exists():
        raise ValidationError({"on": "已经有人签到，日期不能改。"})
    if not today <= shift.on <= today + timedelta(days=AHEAD_DAYS):
        raise ValidationError({"on": f"日期要在今天到 {AHEAD_DAYS} 天以内。"})
    if shift.need_id:
        check_words(shift.need, shift.what)
        check_words(shift.need, shift.place, "place")
    shift.full_clean()
    shift.telling = 0 if TOLD & set(fields) else standing.telling
    save_version(shift, sorted({*fields, "telling"}), base_version=base_version)
    audit.record("groups.shift.change", shift, by=by, fields=sorted(fields))
    return shift


@transaction.atomic
def call_off(shift, *, why, base_version, by):
    """It does not take place: nobody is signed in any more, who was to come is told by the worker, hours that stand stay. Raises
    ValidationError, StaleVersion."""
    why = why.strip()[:100]
    if not why:
        raise ValidationError({"why": "请写为什么取消。"})
    shift = lock(shift)
    _still_to_come(shift)
    if shift.services.filter(state=ServiceState.OPEN).exists():
        raise ValidationError("还有人没有签退，先给她们签退，再取消。")
    shift.off_on, shift.off_why, shift.telling = timezone.localdate(), why, 0
    save_version(shift, ["off_on", "off_why", "telling"], base_version=base_version)
    audit.record("groups.shift.call_off", shift, by=by)
    return shift


# --- who comes --------------------------------------------------------------------------------------------------------
@transaction.atomic
def come(shift, volunteer, *, by=None):
    """She says that she comes; `by` None: on her own page. Said twice it is once. Raises ValidationError."""
    shift = lock(shift)
    _still_to_come(shift)
    if volunteer.state != VolunteerState.ACTIVE:
        raise ValidationError("志愿者登记没有审核，或者暂停了，不能报名。")
    if volunteer.area_id != shift.area_id:
        raise ValidationError("这是别的社区的服务。")
    if shift.kind in RISKY and not (volunteer.insured_until and volunteer.insured_until >= shift.on):
        raise ValidationError("有风险的服务要先有意外保险（志愿服务条例第十七条），请先到社区登记保险。")
    if stop := stops_by_age(volunteer, risky=shift.kind in RISKY):
        raise ValidationError(stop)
    if shift.need_id:
        serving.may_come(shift.need, volunteer, shift.on)
    row, new = Coming.objects.get_or_create(shift=shift, volunteer=volunteer, defaults={"from_portal": by is None})
    if not new and row.dropped_at is None:
        return row
    if not new:
        row.dropped_at, row.from_portal = None, by is None
        save_version(row, ["dropped_at", "from_portal"], base_version=row.version)
    audit.record("groups.coming.add", row, by=by, area=shift.area)
    return row


@transaction.atomic
def drop(row, *, by=None):
    """She does not come after all. Dropped twice it is once."""
    shift = lock(row.shift)
    row.refresh_from_db()
    if row.dropped_at is None:
        row.dropped_at = timezone.now()
        save_version(row, ["dropped_at"], base_version=row.version)
        audit.record("groups.coming.drop", row, by=by, area=shift.area)
    return row


# --- telling ----------------------------------------------------------------------------------------------------------
def tell_who_comes():
    """Queue the messages of shifts that were changed or called off, a slice at a time."""
    return tell_on(Shift.objects.all(), _who_comes, _tell)


def _who_comes(shift):
    rows = Coming.objects.standing().filter(shift=shift, volunteer__resident__isnull=False)
    return rows.select_related("volunteer__resident")


def _tell(shift, row):
    outbox.notify(row.volunteer.resident, "shift_off" if shift.off_on else "shift_changed")
