"""Opening one masked value: a reason, a budget, one audit row (security design 4.4; PIPL art. 28, 51)."""

from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.models import AuditEvent
from fedhub.core.privacy import privacy_of

ACTION = "core.value.reveal"
DAILY_LIMIT = 100
HOURLY_NOTICE = 30

REASONS = {
    "contact": "联系本人",
    "check": "核对资料",
    "form": "代办材料",
    "urgent": "紧急情况",
}


# Label of a model ("households.phone") → function (record) that gives a sentence to be read with the opened value, or
# "". Upper apps register theirs in their hooks.
cautions = {}


# Functions `(user, record, what)` of upper apps, asked before a masked value (`what` is its field) or a stored file (`what`
# is "file") opens: each raises Locked with a sentence, or writes down on what the opening rests.
gates = []


class Locked(Exception):
    """More than the permission is needed to open this; the message is a Chinese sentence."""


def check_gates(user, record, what):
    """Raise Locked when something of `record` must not open to `user`."""
    for gate in gates:
        gate(user, record, what)


class BudgetSpent(Exception):
    """The user opened DAILY_LIMIT values today; no more until tomorrow."""


@dataclass
class Revealed:
    """An opened value, whether this hour's count asks for a look by the chair, and a sentence to be read with it."""

    text: str
    many: bool
    caution: str = ""


def reveal_value(user, label, pk, field, *, reason):
    """Open `field` of the record `label`/`pk` for `user`, with a reason code of REASONS; log it.

    Returns Revealed. Raises ValidationError (unknown reason), BudgetSpent, Locked, or LookupError when the record is out of
    scope, has no such masked field, or does not exist.
    """
    if reason not in REASONS:
        raise ValidationError("请选一个查看原因。")
    model = apps.get_model(label)
    if field not in privacy_of(model).masks:
        raise LookupError(field)
    options = model._meta
    permission = getattr(model.Privacy, "reveal", f"{options.app_label}.reveal_{options.model_name}")
    row = model.objects.visible_to(user, permission).filter(pk=pk).first() if user.has_perm(permission) else None
    if row is None:
        raise LookupError(pk)
    mine = AuditEvent.objects.filter(actor_id=user.pk, action=ACTION)
    now = timezone.now()
    today = now.astimezone(timezone.get_current_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)
    if mine.filter(at__gte=today).count() >= DAILY_LIMIT:
        audit.record(ACTION, row, by=user, reason=REASONS[reason], result="budget", field=field)
        raise BudgetSpent
    check_gates(user, row, field)
    audit.record(ACTION, row, by=user, reason=REASONS[reason], field=field)
    many = mine.filter(at__gte=now - timedelta(hours=1)).count() >= HOURLY_NOTICE
    caution = cautions.get(options.label_lower)
    return Revealed(str(getattr(row, field)), many, caution(row) if caution else "")
