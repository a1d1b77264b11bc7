"""Taking what a visitor found into the ledger: the households' own services write it."""

from django.core.exceptions import ValidationError

from fedhub.core.fields import Unreadable
from grids.enums import LEDGER_FIELDS, ChangeState
from households.services.households import change_household
from households.services.residents import change_resident

# Codes of a table: what can be taken without reading every word of it.
CODED = ("employment", "housing")


def ledger_target(change):
    """The Resident or Household that `change` belongs to, or None when a person has to work it in by hand."""
    if change.kind not in LEDGER_FIELDS or not (change.field or change.state == ChangeState.CORRECTED):
        return None
    kind, _ = LEDGER_FIELDS[change.kind]
    return change.taken_resident or change.resident if kind == "resident" else change.visit.household


def is_safe(change):
    """True when a waiting `change` can be taken with others, unread: a code for somebody named, nothing written beside
    it, and her record was not changed since it was found. `ledger_version` is then the version that was looked at."""
    target = ledger_target(change)
    if change.field not in CODED or change.text or target is None or isinstance(change.value, Unreadable):
        return False
    change.ledger_version = target.version
    return target.updated_at <= change.created_at


def write_to_ledger(change, *, base_version=None, by):
    """Write what was decided of a change: its own content, or what was taken instead; a change in words alone writes
    nothing (it is worked in by hand).

    Raises ValidationError when it names nobody or its value cannot be read, StaleVersion when the target is no longer
    at `base_version`.
    """
    corrected = change.state == ChangeState.CORRECTED
    if not (change.field or corrected):
        return
    target = ledger_target(change)
    if target is None:
        raise ValidationError("这条变化没有写是谁的，请用“改后写入”选上是谁。")
    value = change.taken if corrected else change.value
    if isinstance(value, Unreadable):
        raise ValidationError("这条变化的内容无法解密，没有写入台账。请联系管理员。")
    target.refresh_from_db()
    version = base_version or target.version
    kind, field = LEDGER_FIELDS[change.kind]
    reason = f"{change.visit.visited_on:%Y-%m-%d} 走访发现"
    if field == "phone":
        kept = [{"id": phone.pk} for phone in target.phones.all()]
        phones = [*kept, {"number": value}]
        change_resident(target, [], phones=phones, base_version=version, reason=reason, by=by)
        return
    setattr(target, field, value)
    save = change_resident if kind == "resident" else change_household
    save(target, [field], base_version=version, reason=reason, by=by)
