"""包保: taking and giving up charge of a grid; access comes and goes with it (decisions 11, handbook 2.3)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from accounts.services import end_grant, give_grant
from fedhub.core import audit
from fedhub.core.dated import take_away
from fedhub.core.versions import save_version
from grids.enums import DutyRole

# A supporting person gets no access of her own.
ROLE_OF_DUTY = {
    DutyRole.HEAD: Role.GRID_WORKER,
    DutyRole.WORKER: Role.GRID_WORKER,
    DutyRole.COMMITTEE: Role.COMMITTEE,
}


@transaction.atomic
def assign_duty(duty, *, by):
    """Save a new Duty (area, person, role, pattern, valid_from set) and the grant that belongs to it.

    Returns the Duty. Raises ValidationError when the place is out of use or no home, the account is closed, or the
    same person holds the same duty there already.
    """
    if not duty.area.is_home:
        raise ValidationError(f"“{duty.area.name}”不是在用的网格，不能安排包保。")
    if not duty.person.is_active:
        raise ValidationError(f"{duty.person.name}的账号已停用，请先恢复账号。")
    same = type(duty).objects.filter(area=duty.area, person=duty.person, role=duty.role, valid_to=None)
    if same.exists():
        raise ValidationError(f"{duty.person.name}已经是“{duty.area.name}”的{duty.get_role_display()}，不用重复安排。")
    duty.created_by = by
    role = ROLE_OF_DUTY.get(duty.role)
    if role is not None:
        duty.grant = give_grant(
            duty.person, role=role, area=duty.area, valid_from=duty.valid_from, valid_to=duty.valid_to,
            source=f"包保：{duty.get_role_display()}", by=by,
        )  # fmt: skip
    duty.save()
    audit.record("grids.duty.assign", duty, by=by, person=duty.person_id, role=duty.role)
    return duty


@transaction.atomic
def end_duty(duty, *, why, on=None, by):
    """End a duty and its grant: from the day `on` (default today: at once) neither holds any more. Returns the Duty.

    Raises ValidationError when it has ended already or no reason is given.
    """
    on = on or timezone.localdate()
    if duty.ended_at is not None or (duty.valid_to is not None and duty.valid_to < on):
        raise ValidationError("这项包保已经结束了。")
    if not why:
        raise ValidationError("请写结束原因。")
    duty.end_why = why
    save_version(duty, [*take_away(duty, on), "end_why"], base_version=duty.version, reason=why)
    grant = duty.grant
    if grant is not None and grant.ended_at is None and (grant.valid_to is None or grant.valid_to >= duty.valid_to):
        end_grant(grant, on=on, by=by)
    audit.record("grids.duty.end", duty, by=by, reason=why, person=duty.person_id, role=duty.role)
    return duty
