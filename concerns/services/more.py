"""Going on writing about a concern that was raised before."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from concerns.enums import Status
from concerns.services.clocks import change_concern
from fedhub.core import audit
from fedhub.core.flow import FlowError

MOST = 2000


@transaction.atomic
def write_on(concern, words, *, by=None):
    """Add `words` to what was said of an open concern, below a line with the day. Raises FlowError when it is closed,
    ValidationError when nothing is said or no room is left. Of one that nobody raised for nobody the audit says nothing."""
    if concern.status == Status.CLOSED:
        raise FlowError("这件已经办结，不能再补充。不满意的请评价，或者另提一件。")
    if not words.strip():
        raise ValidationError({"words": "请写要补充的话。"})
    detail = f"{concern.detail}\n\n{timezone.localdate():%Y-%m-%d} 补充：{words.strip()}".strip()
    if len(detail) > MOST:
        raise ValidationError({"words": f"写满了，连原来的一共最多 {MOST} 个字。请写短一点。"})
    change_concern(concern, reason="补充", detail=detail)
    if by is not None or not concern.anonymous:
        audit.record("concerns.concern.write_on", concern, by=by)
