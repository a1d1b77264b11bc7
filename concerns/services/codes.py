"""Asking by the code that whoever raised a concern was told: how it stands, also for her who left no name."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from concerns.models import Concern
from concerns.services.intake import plain_code
from fedhub.core import audit
from fedhub.core.models import AuditEvent
from fedhub.reference.lookup import rule

ACTION = "concerns.concern.ask_code"


def concern_by_code(code, *, by):
    """The Concern with `code`, however it was typed, in the reader's scope, or None; asking is logged, the code is not.

    A code of another community and one that nobody has are answered alike. Raises ValidationError after rule
    "concern_code_tries" askings in an hour: codes are random, and nobody shall try them out.
    """
    hour_ago = timezone.now() - timedelta(hours=1)
    mine = AuditEvent.objects.filter(actor_id=by.pk, action=ACTION, at__gte=hour_ago)
    asked = mine.exclude(result="budget").count()
    if asked >= rule("concern_code_tries"):
        audit.record(ACTION, by=by, result="budget")
        raise ValidationError({"code": f"一小时里已经查了 {asked} 次，请过一会儿再查，或者按编号、姓名在诉求里找。"})
    found = Concern.objects.visible_to(by).for_list().filter(code=plain_code(code)).first()
    audit.record(ACTION, found, by=by, result="ok" if found else "none")
    return found
