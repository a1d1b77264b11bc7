"""Asking a volunteer for a need, and the consent of both sides; either may take it back (志愿服务条例 art. 12, 21; PIPL art. 23).

The volunteer answers first: she reads what, when, roughly where and which risks, and no name. The family reads that somebody is
ready, what she can do, and no name. Only when both agreed does the volunteer read whom she goes to.
"""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.flow import FlowError
from fedhub.notices.services import outbox
from groups.flow import need_flow, offer_flow
from groups.matching import fit, stops_asking
from groups.models import Offer
from groups.need_enums import WANTING, NeedState, OfferSide, OfferState
from groups.need_queries import has_speaker, ready_one, wanted_of
from groups.services.helping import end_pairing_of
from groups.services.needs import close_consent, lock, recipient_of, settle, walk_offer
from hardship.enums import PairingEnd
from households.enums import ConsentHow, ConsentPurpose
from households.models import Consent
from households.services.consent import give_consent

ENDED = "这个需求已经结束，不能再问。"
UNCHECKED = "从诉求转来的，先点“改”核对要做什么、什么时候，再问志愿者。"
ENOUGH = "要的人数已经够了：问了的、说定的一共 {} 位。"
TWICE = "已经问过这位志愿者，还没有结果。"
NO_CONSENT = "家庭撤回了同意，或者同意已经到期，先重新征得同意。"
MOVED_OUT = "她已经不住在这户了，不能再代这户答应。请撤回这个需求，为现在住在这户的人重新登记。"
NOT_NOW = "现在不能去：{}。请告诉社区妇联。"
NOT_THEN = "这次服务不能登记：{}。"


@transaction.atomic
def ask(need, volunteer, *, by):
    """Ask `volunteer` for `need`. Returns the Offer, waiting for her answer. Raises ValidationError: it is over, enough are asked,
    she must not be asked (matching's hard stops), she is asked already."""
    need = lock(need)
    if need.state not in WANTING:
        raise ValidationError(ENDED)
    if need.is_unchecked:
        raise ValidationError(UNCHECKED)
    if not has_speaker(need):
        raise ValidationError(MOVED_OUT)
    if need.offers.filter(volunteer=volunteer).running().exists():
        raise ValidationError(TWICE)
    asked = need.offers.running().count()
    if asked >= need.wanted:
        raise ValidationError(ENOUGH.format(asked))
    found = fit(ready_one(volunteer, need), wanted_of(need))
    if found.stops:
        raise ValidationError(f"不能请{volunteer.name}：{found.stops}。")
    try:
        with transaction.atomic():
            offer = Offer.objects.create(need=need, volunteer=volunteer, asked_by=by, reasons=found.reasons)
    except IntegrityError as error:
        raise ValidationError(TWICE) from error
    if need.state in (NeedState.OPEN, NeedState.OFFERED):
        need_flow.walk(need, "offer")
    _tell(volunteer.resident, "serve_ask", offer, by)
    audit.record("groups.offer.ask", offer, by=by, area=need.area)
    return offer


def _tell(person, template, offer, by):
    if person is not None:
        outbox.notify(person, template, about=offer, by=by)


def _held(offer):
    """The Offer as it is, its need locked."""
    need = lock(offer.need)
    held = Offer.objects.select_related("volunteer__resident", "consent", "pairing").get(pk=offer.pk)
    held.need = need
    return held


def _record(verb, offer, by):
    audit.record(f"groups.offer.{verb}", offer, by=by, area=offer.need.area)
    return offer


def _why(why):
    if not why.strip():
        raise ValidationError({"why": "请写原因。"})
    return why


@transaction.atomic
def accept(offer, *, by=None):
    """She will go; `by` is the staff member who noted it, None when she pressed it. At a place nobody else is asked. Returns the
    Offer. Raises ValidationError when she may not go any more, FlowError."""
    offer, today = _held(offer), timezone.localdate()
    stop = stops_asking(ready_one(offer.volunteer, offer.need), wanted_of(offer.need))
    if stop and offer.state == OfferState.ASKED:
        raise ValidationError(NOT_NOW.format(stop))
    offer_flow.walk(offer, "accept", answered_on=today, answered_by=by)
    outbox.stop_about(offer, "她已经答复了。")
    _record("accept", offer, by)
    if offer.need.is_at_home:
        if has_speaker(offer.need):
            _tell(offer.need.resident, "serve_consent", offer, by)
        return offer
    return _settled(offer, None, by)


def _settled(offer, consent, by):
    """Both agreed."""
    offer_flow.walk(offer, "agree", served_on=timezone.localdate(), consent=consent)
    outbox.stop_about(offer, "家庭已经答复了。")
    need = lock(offer.need)
    if need.state in (NeedState.OPEN, NeedState.OFFERED):
        need_flow.walk(need, "agree")
    _tell(offer.volunteer.resident, "serve_agreed", offer, by)
    return _record("agree", offer, by)


@transaction.atomic
def decline(offer, *, why, by=None):
    """Not this time, with a reason; it costs her nothing. Raises ValidationError, FlowError."""
    offer = _held(offer)
    why, today = _why(why), timezone.localdate()
    offer_flow.walk(
        offer, "decline", answered_on=today, answered_by=by, ended_on=today, ended_side=OfferSide.VOLUNTEER,
        why=why.strip()[:100],
    )  # fmt: skip
    outbox.stop_about(offer, "她已经答复了。")
    settle(offer.need)
    return _record("decline", offer, by)


@transaction.atomic
def served_agrees(offer, *, how=ConsentHow.ONLINE, witness="", by=None):
    """The family agrees that this volunteer is told who they are; `by` None: on their own page. Agreed to once more, until the
    need's new last day, it takes the place of what they agreed to before. Returns the Offer. Raises ValidationError,
    FlowError."""
    offer = _held(offer)
    if offer.state != OfferState.ACCEPTED and not offer.asks_again:
        offer_flow.walk(offer, "agree")
    if not has_speaker(offer.need):
        raise ValidationError(MOVED_OUT)
    if stop := stops_asking(ready_one(offer.volunteer, offer.need), wanted_of(offer.need)):
        raise ValidationError(f"这位志愿者现在不能去：{stop}。")
    consent = Consent(
        resident=offer.need.resident, purpose=ConsentPurpose.SHARE, recipient=recipient_of(offer.volunteer), how=how,
        witness=witness, expires_on=offer.need.until,
    )  # fmt: skip
    given = give_consent(consent, by=by)
    return _agreed_again(offer, given, by) if offer.state == OfferState.AGREED else _settled(offer, given, by)


def _agreed_again(offer, consent, by):
    close_consent(offer, by=by)
    offer.consent = consent
    offer.save(update_fields=["consent", "updated_at"])
    return _record("agree", offer, by)


@transaction.atomic
def served_refuses(offer, *, why="", by=None):
    """The family does not want this volunteer; on their own page no reason is asked. Raises ValidationError, FlowError."""
    offer, today = _held(offer), timezone.localdate()
    why = _why(why) if by is not None else why
    offer_flow.walk(
        offer, "refuse", served_on=today, ended_on=today, ended_side=OfferSide.SERVED, why=why.strip()[:100]
    )
    outbox.stop_about(offer, "家庭已经答复了。")
    settle(offer.need)
    _tell(offer.volunteer.resident, "serve_over", offer, by)
    return _record("refuse", offer, by)


@transaction.atomic
def take_back(offer, *, side, why="", by=None):
    """Either side goes back on it; from now on she reads nothing of the family. Staff write down why. Raises ValidationError,
    FlowError."""
    offer = _held(offer)
    why = _why(why) if by is not None else why
    walk_offer(offer, "take_back", side=side, why=why)
    ended = PairingEnd.FAMILY if side == OfferSide.SERVED else PairingEnd.HELPER
    over = end_pairing_of(offer, reason=ended, by=by)
    close_consent(offer, *(pairing.consent for pairing in over), by=by)
    settle(offer.need)
    other = offer.need.resident if side == OfferSide.VOLUNTEER else offer.volunteer.resident
    _tell(other, "serve_over", offer, by)
    return _record("take_back", offer, by)


def let_go(volunteer, *, by):
    """She serves no more: all her running offers end, and families that wait for her are told. Returns how many."""
    rows = list(Offer.objects.running().filter(volunteer=volunteer).select_related("need", "consent"))
    for offer in rows:
        offer = _held(offer)
        walk_offer(offer, "lapse", side=OfferSide.VOLUNTEER)
        close_consent(offer, by=by)
        settle(offer.need)
        if offer.answered_on:
            _tell(offer.need.resident, "serve_over", offer, by)
        _record("lapse", offer, by)
    return len(rows)


def may_serve(offer, day=None):
    """Raise ValidationError unless both sides agree and nothing stands against her on `day` (default today). Hours of a day that
    is over rest on the consent of that day or of today."""
    today = timezone.localdate()
    day = day or today
    if offer.state != OfferState.AGREED:
        raise FlowError("还没有双方同意，或者已经结束。请刷新后再看。")
    held = offer.consent is not None and (offer.consent.in_force(day) or day < today and offer.consent.in_force())
    if offer.need.is_at_home and not held:
        raise ValidationError(NO_CONSENT)
    if day >= today and not has_speaker(offer.need):
        raise ValidationError(MOVED_OUT)
    # Of the insurance it is asked that it covers the day itself.
    wanted = replace(wanted_of(offer.need), until=day)
    if stop := stops_asking(ready_one(offer.volunteer, offer.need, day), wanted):
        raise ValidationError(NOT_NOW.format(stop) if day >= today else NOT_THEN.format(stop))
    return offer
