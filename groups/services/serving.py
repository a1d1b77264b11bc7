"""Serving what both sides agreed to: a shift on a day, hours written down afterwards, or pressed by herself (handbook 9.2)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from groups.enums import ServiceState
from groups.flow import need_flow
from groups.models import Offer, Service
from groups.need_enums import NeedState, OfferState
from groups.services import hours
from groups.services.needs import check_words, lock
from groups.services.offers import may_serve

NOT_HERS = "这是约好的服务，只有双方同意的志愿者能签到。"
NOT_IN = "还没有按“开始服务”，或者已经结束了。"


def agreed_offer(need, volunteer):
    """The offer by which `volunteer` serves `need`, None without one."""
    rows = Offer.objects.filter(need=need, volunteer=volunteer, state=OfferState.AGREED)
    return rows.select_related("need", "consent").first()


def may_come(need, volunteer, day=None):
    """Raise ValidationError unless both sides agreed that she comes on `day` (default today)."""
    offer = agreed_offer(need, volunteer)
    if offer is None:
        raise ValidationError(NOT_HERS)
    return may_serve(offer, day)


def begun(need):
    """The first hour of what was agreed."""
    need = lock(need)
    if need.state == NeedState.AGREED:
        need_flow.walk(need, "serve")
    return need


def open_service(offer):
    """What she began for this need and has not ended, None without one."""
    return offer.need.services.filter(volunteer=offer.volunteer, state=ServiceState.OPEN).first()


@transaction.atomic
def record_done(offer, *, started_at, ended_at, what, by):
    """Write down what she did, after it. Returns the Service, waiting to be confirmed. Raises ValidationError."""
    may_serve(offer, timezone.localdate(started_at))
    need = offer.need
    check_words(need, what)
    service = Service(
        volunteer=offer.volunteer, need=need, kind=need.kind, what=what or need.what, place=need.place,
        started_at=started_at, ended_at=ended_at,
    )  # fmt: skip
    hours.record_service(service, by=by)
    begun(need)
    return service


@transaction.atomic
def start(offer):
    """She pressed 开始服务 on her own telephone; pressed twice it is once. Returns the Service. Raises ValidationError."""
    may_serve(offer)
    standing = open_service(offer)
    if standing is not None:
        return standing
    need = offer.need
    service = hours.sign_in(offer.volunteer, kind=need.kind, what=need.what, place=need.place, need=need)
    begun(need)
    return service


@transaction.atomic
def stop(offer):
    """She pressed 结束服务. Returns the Service, void when it was under half an hour. Raises ValidationError."""
    service = open_service(offer)
    if service is None:
        raise ValidationError(NOT_IN)
    return hours.sign_out(service)
