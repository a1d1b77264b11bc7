"""The library of policies, and what became of one for a family."""

import json
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.versions import save_version
from hardship.models import HardshipFile, Policy, PolicyStep
from households.queries import members_of

SHIPPED = Path(__file__).resolve().parent.parent / "fixtures" / "policies.json"


@cache
def shipped_policies():
    """Policies that come with the program, by key: dicts of the fields of Policy. Not one says that it was compared with local
    figures: the office does that."""
    return {one["key"]: {k: v for k, v in one.items() if k != "key"} for one in json.loads(SHIPPED.read_text("utf-8"))}


def unused_policies():
    """`{key: fields}` of the shipped policies whose name the library does not hold (in use or put away)."""
    held = set(Policy.objects.values_list("title", flat=True))
    return {key: one for key, one in shipped_policies().items() if one["title"] not in held}


@transaction.atomic
def take_policies(*, by):
    """Take all shipped policies that are not in the library; they wait to be compared with local figures. Returns how many."""
    taken = [Policy(**fields) for fields in unused_policies().values()]
    for policy in taken:
        policy.save()
        audit.record("hardship.policy.create", policy, by=by)
    return len(taken)


@transaction.atomic
def create_policy(policy, *, by):
    """A new policy; whoever asked for its kind is told once it is public (services.policy_watches). Raises ValidationError."""
    policy.telling = 0
    policy.full_clean()
    policy.save()
    audit.record("hardship.policy.create", policy, by=by)
    return policy


@transaction.atomic
def change_policy(policy, fields, *, base_version, by):
    """Save the changed `fields`; who asked for its kind and was not told of it is told. Raises StaleVersion, ValidationError."""
    policy.telling = 0
    policy.full_clean()
    save_version(policy, sorted({*fields, "telling"}), base_version=base_version)
    audit.record("hardship.policy.change", policy, by=by, fields=sorted(fields))
    return policy


@transaction.atomic
def retire_policy(policy, *, by):
    """Put a policy away: it is matched no more, what was done with it stays. Raises ValidationError."""
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    if policy.retired_on:
        raise ValidationError("已经停用了。")
    policy.retired_on = timezone.localdate()
    policy.save(update_fields=["retired_on"])
    audit.record("hardship.policy.retire", policy, by=by)
    return policy


@transaction.atomic
def restore_policy(policy, *, by):
    """Take a policy back into use. Raises ValidationError where another of the name is in use."""
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    if policy.retired_on is None:
        raise ValidationError("没有停用。")
    policy.retired_on, policy.telling = None, 0
    policy.full_clean()
    policy.save(update_fields=["retired_on", "telling"])
    audit.record("hardship.policy.restore", policy, by=by)
    return policy


@transaction.atomic
def record_step(step, *, by):
    """What became of a policy for a family. Returns the PolicyStep. Raises ValidationError."""
    file = HardshipFile.objects.select_for_update().get(pk=step.file_id)
    if not file.is_open:
        raise ValidationError("档案已经退出，不能再登记。")
    if not Policy.objects.in_use(step.on).filter(pk=step.policy_id).exists():
        raise ValidationError("这项政策那天没有在用，不能登记。")
    if step.resident_id and step.resident_id not in {m.resident_id for m in members_of(file.household)}:
        raise ValidationError("这个人不住在这一户。")
    if step.on > timezone.localdate():
        raise ValidationError({"on": "日期不能晚于今天。"})
    if step.on < file.found_on:
        raise ValidationError({"on": "日期不能早于发现这一家的那天。"})
    step.made_by = by
    step.full_clean()
    step.save()
    audit.record("hardship.hardshipfile.policy", file, by=by, policy=step.policy_id, step=step.step)
    return step


@transaction.atomic
def void_step(step, *, why, by):
    """Strike out a step that was written wrongly. Raises ValidationError."""
    step = PolicyStep.objects.select_for_update().select_related("file").get(pk=step.pk)
    if step.void_on:
        raise ValidationError("已经作废了。")
    step.void_on, step.void_why = timezone.localdate(), why
    step.save(update_fields=["void_on", "void_why"])
    audit.record("hardship.hardshipfile.policy_void", step.file, by=by, reason=why)
    return step
