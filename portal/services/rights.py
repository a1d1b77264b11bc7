"""What she asks of what is kept of her, and its answer; each has its day."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.flow import FlowError
from fedhub.reference.lookup import rule
from households.enums import ResidentState
from portal.enums import Proof, RequestState, Right
from portal.models import RightsRequest

ANSWERED = "这件请求刚刚已经答复过，或者本人撤回了。"


@transaction.atomic
def ask_right(resident, *, kind, words="", proof=Proof.CODE, by=None, guardian=None):
    """Note what `resident` asks (Right), to be answered within rule "rights_request_days". `by`: whoever wrote it down for her,
    with how she was recognised (Proof). `guardian`: who asks for a child.

    Returns the RightsRequest. Raises ValidationError: nothing is said, one is open."""
    if resident.state == ResidentState.MERGED:
        raise ValidationError("这条记录已经并入别人，请在保留的那条上登记。")
    if kind != Right.COPY and not words.strip():
        raise ValidationError({"words": "请写明哪里要改、要删什么。"})
    if (by is None) != (proof == Proof.CODE):
        raise ValidationError({"proof": "请选怎么确认是本人。"})
    today = timezone.localdate()
    request = RightsRequest(
        resident=resident, guardian=guardian, kind=kind, words=words.strip(), proof=proof, made_on=today, taken_by=by,
        due_on=today + timedelta(days=rule("rights_request_days")),
    )  # fmt: skip
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError:
        raise ValidationError({"kind": "这一种已经提过，正在办。"}) from None
    audit.record("portal.rightsrequest.ask", resident, by=by, kind=kind)
    return request


@transaction.atomic
def answer_right(request, *, done, answer, by):
    """Answer it: done, or refused with the reason (art. 50). Raises FlowError when it is answered or withdrawn already,
    ValidationError without words."""
    if not answer.strip():
        raise ValidationError({"answer": "写明办了什么；没有办理的写明理由。"})
    state = RequestState.DONE if done else RequestState.REFUSED
    _walk(request, state=state, answer=answer.strip(), answered_by=by, answered_on=timezone.localdate())
    audit.record("portal.rightsrequest.answer", request.resident, by=by, kind=request.kind, state=state)


@transaction.atomic
def withdraw_right(request):
    """She needs it no more. Raises FlowError when it is answered or withdrawn already."""
    _walk(request, state=RequestState.WITHDRAWN)
    audit.record("portal.rightsrequest.withdraw", request.resident, kind=request.kind)


def _walk(request, **changes):
    if not RightsRequest.objects.filter(pk=request.pk, state=RequestState.OPEN).update(**changes):
        raise FlowError(ANSWERED)
