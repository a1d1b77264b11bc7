"""Files of left-behind and difficult children, each with a named officer (未成年人保护法 art. 43)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.text import normalise
from fedhub.core.versions import save_version
from households.enums import ChildKind, ResidentState
from households.guards import Guarded, check_guard
from households.models import ChildFile

MINOR = 18
GUARDIANSHIP = {"guardian", "guardian_relation", "carer"}
LEFT_BEHIND_UNDER = 16


def check_child_file(child):
    """Raise ValidationError unless kinds, age and officer of the file `child` fit (handbook 3.1)."""
    unknown = set(child.kinds) - set(ChildKind.values)
    if unknown or not child.kinds:
        raise ValidationError({"kinds": "请至少选一个类型。"})
    age = child.resident.age()
    if age is None:
        raise ValidationError({"resident": "这个孩子还没有出生日期，请先补上再登记。"})
    if age >= MINOR:
        raise ValidationError({"resident": f"{child.resident.name}已满 18 周岁，不再登记为儿童。"})
    if ChildKind.LEFT_BEHIND in child.kinds and age >= LEFT_BEHIND_UNDER:
        raise ValidationError({"kinds": "留守儿童指未满 16 周岁的孩子，请改选其他类型。"})
    if not child.officer.is_active:
        raise ValidationError({"officer": "专人的账号已停用，请换一位。"})


def changes_guardianship(child):
    """True when the child had a file before that named another guardian or carer than `child` does: closing a file and
    opening a new one must not be a way around change_child_file."""
    last = ChildFile.objects.filter(resident=child.resident).exclude(pk=child.pk).order_by("-pk").first()
    return last is not None and any(getattr(last, name) != getattr(child, name) for name in GUARDIANSHIP)


@transaction.atomic
def open_child_file(child, *, by):
    """Register a child (unsaved ChildFile). Raises ValidationError, also when a file is open already."""
    if child.resident.state != ResidentState.ACTIVE:
        raise ValidationError({"resident": f"{child.resident.name}{child.resident.get_state_display()}，不能登记。"})
    check_child_file(child)
    if ChildFile.objects.filter(resident=child.resident, closed_on=None).exists():
        raise ValidationError({"resident": f"{child.resident.name}已经有在管的信息，不用重复登记。"})
    if changes_guardianship(child):
        check_guard(Guarded.GUARDIAN, resident=child.resident)
    child.save()
    audit.record("households.childfile.open", child, by=by, area=child.resident.area, officer=child.officer_id)
    return child


@transaction.atomic
def change_child_file(child, fields, *, base_version, approved=None, by):
    """Save changed `fields` of a file. Raises StaleVersion, ValidationError; who has the custody of a child of a family in
    hardship changes by request alone (households.guards)."""
    check_child_file(child)
    if GUARDIANSHIP & set(fields):
        check_guard(Guarded.GUARDIAN, resident=child.resident, approved=approved)
    save_version(child, list(fields), base_version=base_version)
    audit.record("households.childfile.change", child, by=by, area=child.resident.area, fields=sorted(fields))
    return child


@transaction.atomic
def close_child_file(child, *, on, why, by):
    """End a file on `on` with its reason. Raises ValidationError, StaleVersion."""
    if child.closed_on is not None:
        raise ValidationError("这份信息已经退出了，请刷新后再看。")
    if not child.opened_on <= on <= timezone.localdate():
        raise ValidationError({"closed_on": "退出日期要在登记日期和今天之间。"})
    child.closed_on, child.closed_why = on, normalise(why)[:60]
    if not child.closed_why:
        raise ValidationError({"closed_why": "请写退出原因。"})
    save_version(child, ["closed_on", "closed_why"], base_version=child.version, reason=child.closed_why)
    audit.record("households.childfile.close", child, by=by, area=child.resident.area, reason=child.closed_why)
    return child


def close_open_child_files(resident, *, on, why, by):
    """Close the open file of a child who moved away or died."""
    for child in ChildFile.objects.filter(resident=resident, closed_on=None):
        close_child_file(child, on=max(on, child.opened_on), why=why or "退出", by=by)


def comes_of_age(resident):
    """The day a person turns 18, or None without a birth date to the day."""
    if len(resident.birth) != 10:
        return None
    year, month, day = (int(part) for part in resident.birth.split("-"))
    return date(year + MINOR, month, 28 if (month, day) == (2, 29) else day)
