"""Naming possible successors for a post, and what becomes of it."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core import audit
from groups.flow import successor_flow
from groups.models import Successor
from groups.services.backbone import is_current

TWICE = "她已经在这个岗位的后备名单上。"


@transaction.atomic
def nominate(kind, post, backbone, *, why, by):
    """Propose `backbone` for a post (accounts.posts). Returns the Successor. Raises ValidationError."""
    why = why.strip()[:100]
    if not why:
        raise ValidationError({"why": "请写推荐理由。"})
    backbone = is_current(backbone)
    if backbone.resident_id in post.people:
        raise ValidationError({"backbone": "她就是现任，不用提名。"})
    try:
        with transaction.atomic():
            row = Successor.objects.create(
                kind=kind.key, ref=post.ref, post=post.name[:60], area=Area.objects.get(pk=post.area_id),
                backbone=backbone, why=why, proposed_by=by, created_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise ValidationError({"backbone": TWICE}) from error
    audit.record("groups.successor.nominate", row, by=by, kind=kind.key)
    return row


def _walk(row, name, *, by, why=""):
    successor_flow.walk(row, name, decided_by=by, decided_on=timezone.localdate(), ended_why=why)
    audit.record(f"groups.successor.{name}", row, by=by, kind=row.kind)
    return row


@transaction.atomic
def agree_successor(row, *, by):
    """On the list from now on. Raises ValidationError, FlowError."""
    is_current(row.backbone)
    return _walk(row, "agree", by=by)


@transaction.atomic
def take_post(row, *, by):
    """She took the post over; whoever keeps the post enters that there. Raises FlowError."""
    return _walk(row, "take", by=by)


def _with_reason(row, name, why, by):
    why = why.strip()[:100]
    if not why:
        raise ValidationError({"why": "请写为什么。"})
    return _walk(row, name, by=by, why=why)


@transaction.atomic
def refuse_successor(row, *, why, by):
    """Not agreed. Raises ValidationError, FlowError."""
    return _with_reason(row, "refuse", why, by)


@transaction.atomic
def drop_successor(row, *, why, by):
    """Not thought of any more. Raises ValidationError, FlowError."""
    return _with_reason(row, "drop", why, by)
