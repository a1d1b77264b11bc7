"""Taking what a visitor found into the ledger: the households' own services write it."""

from django.core.exceptions import ValidationError

from fedhub.core.fields import Unreadable
from grids.enums import LEDGER_FIELDS
from households.services.households import change_household
from households.services.residents import change_resident


def ledger_target(change):
    """The Resident or Household that `change` belongs to, or None when a person has to work it in by hand."""
    if not change.field:
        return None
    kind, _ = LEDGER_FIELDS[change.kind]
    return change.resident if kind == "resident" else change.visit.household


def write_to_ledger(change, *, base_version=None, by):
    """Write field and value of an accepted change; a change in words alone writes nothing (it is worked in by hand).

    Raises ValidationError when it names nobody or its value cannot be read, StaleVersion when the target is no longer
    at `base_version`.
    """
    if not change.field:
        return
    target = ledger_target(change)
    if target is None:
        raise ValidationError("这条变化没有写是谁的，请先到家庭页核实，再选“不采纳”并写明已手工登记。")
    if isinstance(change.value, Unreadable):
        raise ValidationError("这条变化的内容无法解密，没有写入台账。请联系管理员。")
    target.refresh_from_db()
    version = base_version or target.version
    if change.field == "phone":
        kept = [{"id": phone.pk} for phone in target.phones.all()]
        change_resident(target, [], phones=[*kept, {"number": change.value}], base_version=version, by=by)
        return
    setattr(target, change.field, change.value)
    save = change_resident if LEDGER_FIELDS[change.kind][0] == "resident" else change_household
    save(target, [change.field], base_version=version, by=by)
