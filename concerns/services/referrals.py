"""Handing a concern to another office, across or up: offered, accepted or refused with a reason, answered."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from concerns.enums import ReferralWay, Status
from concerns.flow import IN_WORK, referral_flow
from concerns.models import Referral
from concerns.services.handling import accept_concern
from concerns.services.together import must_lead
from fedhub.core import audit
from fedhub.core.flow import FlowError


@transaction.atomic
def offer_concern(concern, *, agency, matter, due_on, way=ReferralWay.ACROSS, by):
    """Hand the concern to `agency` with what is asked and a day. Returns the Referral. The officer still follows it.

    A new one is taken in first. Raises FlowError when it is not in work or lies with this agency already.
    """
    must_lead(concern)
    if concern.status == Status.NEW:
        accept_concern(concern, by=by)
    if concern.status not in IN_WORK:
        raise FlowError(f"现在的状态是“{concern.get_status_display()}”，不能转办。")
    if due_on < timezone.localdate():
        raise ValidationError({"due_on": "请对方答复的期限不能早于今天。"})
    try:
        with transaction.atomic():
            referral = Referral.objects.create(
                concern=concern, way=way, agency=agency, matter=matter, due_on=due_on, offered_by=by
            )
    except IntegrityError:
        raise FlowError(f"已经转给{agency}了，还没有回复，没有再转。") from None
    audit.record("concerns.concern.offer", concern, by=by, agency=agency.pk, way=way)
    return referral


@transaction.atomic
def referral_accepted(referral, *, contact="", on=None, base_version=None, by):
    """The other office took it; `contact` is who works on it there."""
    day = _day(referral, on)
    referral_flow.walk(referral, "accept", base_version=base_version, accepted_on=day, contact=contact)
    audit.record("concerns.concern.offer_accepted", referral.concern, by=by, agency=referral.agency_id)
    return referral


@transaction.atomic
def referral_refused(referral, *, reply, on=None, base_version=None, by):
    """The other office sent it back, with its reason."""
    referral_flow.walk(referral, "refuse", base_version=base_version, ended_on=_day(referral, on), reply=reply)
    audit.record("concerns.concern.offer_refused", referral.concern, by=by, agency=referral.agency_id)
    return referral


@transaction.atomic
def referral_answered(referral, *, reply, on=None, base_version=None, by):
    """The other office answered; the officer now writes her own result."""
    referral_flow.walk(referral, "answer", base_version=base_version, ended_on=_day(referral, on), reply=reply)
    audit.record("concerns.concern.offer_answered", referral.concern, by=by, agency=referral.agency_id)
    return referral


@transaction.atomic
def take_referral_back(referral, *, reason, by):
    """We asked for it back."""
    referral_flow.walk(referral, "take_back", ended_on=timezone.localdate(), reply=reason)
    audit.record("concerns.concern.offer_taken_back", referral.concern, by=by, agency=referral.agency_id)
    return referral


def _day(referral, on):
    day = on or timezone.localdate()
    if not referral.offered_on <= day <= timezone.localdate():
        raise ValidationError({"on": "日期要在转出那天和今天之间。"})
    return day
