"""The worker's side: due messages one by one, the gate asked again for each, proof kept, no message sent twice.

A message is claimed by compare-and-set before anything leaves; a worker that dies in between leaves it claimed, and then
it goes to a human, never out a second time.
"""

import logging
import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from fedhub.core.flow import FlowError
from fedhub.notices import gate, words
from fedhub.notices.channels import ways
from fedhub.notices.enums import PUSH, Channel, Outcome, State
from fedhub.notices.flow import message_flow
from fedhub.notices.models import Attempt, Choice, Message
from fedhub.notices.receipts import Failure, NotSent
from fedhub.reference.lookup import rule

log = logging.getLogger("fedhub.notices")
# Minutes until the next try; after the last the message has failed.
BACKOFF = (1, 5, 30, 120, 480)
# A worker that holds a message for so long is dead.
STUCK = timedelta(minutes=5)
HALF_HOUR = timedelta(minutes=30)
OUTCOMES = {Failure.REFUSED: Outcome.REFUSED, Failure.LATER: Outcome.LATER, Failure.UNKNOWN: Outcome.UNKNOWN}
NO_WAY = "没有她本人用的微信、手机号，或者单位没有开通。"
UNSURE = "发的时候断了线，不确定她收到没有；不会自动再发。"
REFUSED = "对方不收（号码、模板或者签名不对）。"
GAVE_UP = "试了几次都没有发出去。"


def send_slice(most=50, seconds=30):
    """Send at most `most` due messages within about `seconds`; returns how many were taken."""
    hand_over_stuck()
    end, taken = time.monotonic() + seconds, 0
    for pk in list(Message.objects.due().values_list("pk", flat=True)[:most]):
        if time.monotonic() > end:
            break
        taken += send_one(pk)
    return taken


def hand_over_stuck():
    """What a dead worker held goes to a human: it may be out."""
    for message in Message.objects.filter(state=State.SENDING, taken_at__lt=timezone.now() - STUCK):
        try:
            message_flow.walk(message, "hand", why=UNSURE, taken_at=None)
        except FlowError:
            continue


def send_one(pk):
    """Claim the message and deal with it; False when somebody else has it or it is due no more."""
    now = timezone.now()
    message = Message.objects.due(now).filter(pk=pk).select_related("person__area").first()
    if message is None:
        return False
    try:
        message_flow.walk(message, "take", taken_at=now, next_at=None)
    except FlowError:
        return False
    _deliver(message, now)
    return True


def _settle(message, step, **changes):
    """Walk `step`; the claim ends with it."""
    message_flow.walk(message, step, taken_at=None, **changes)


def _deliver(message, now):
    """Her inbox first, then the ways that reach her, until one of them takes it."""
    person = message.person
    verdict = gate.ask(person, Channel.INBOX, now)
    if verdict.never:
        _settle(message, "drop", why=verdict.why[:100], settled_at=now)
        return
    posted = {"posted_at": message.posted_at or now}
    if verdict.neutral:
        # Somebody wrote down since it was queued that her page may be looked at by others.
        posted["text"] = words.neutral()
    wanted = ways_of(person)
    if wanted == []:
        _settle(message, "send", channel=Channel.INBOX, settled_at=now, **posted)
        return
    outcomes, why, late = [], NO_WAY, False
    for channel, address in wanted or ():
        verdict = gate.ask(person, channel, timezone.now())
        if not verdict.ok or verdict.careful:
            why, late = verdict.why, late or verdict.hours
            continue
        outcomes.append(_try(message, channel, address))
        if outcomes[-1] == Outcome.ACCEPTED:
            _settle(message, "send", channel=channel, why="", settled_at=timezone.now(), **posted)
            return
        if outcomes[-1] == Outcome.UNKNOWN:
            _settle(message, "hand", why=UNSURE, **posted)
            return
    _put_off(message, outcomes, why, late, posted)


def _put_off(message, outcomes, why, late, posted):
    """Nothing took it: later, at her hours, or a line for a human."""
    now = timezone.now()
    if Outcome.LATER in outcomes:
        if message.tries >= len(BACKOFF):
            _settle(message, "fail", why=GAVE_UP, **posted)
        else:
            wait = timedelta(minutes=BACKOFF[message.tries])
            _settle(message, "wait", next_at=now + wait, tries=message.tries + 1, **posted)
    elif late and (then := next_moment(message.person, now)):
        _settle(message, "wait", next_at=then, why=why[:100], **posted)
    elif outcomes:
        _settle(message, "fail", why=REFUSED, **posted)
    elif message.template in words.listed():
        _settle(message, "send", channel=Channel.INBOX, settled_at=now, **posted)
    else:
        _settle(message, "hand", why=why[:100], **posted)


def has_ways():
    """True when the office has any way that reaches people without their coming."""
    return any(way.is_on() for way in ways.values())


def ways_of(person):
    """`[(Channel, address)]` by which she may be told that something waits, in the order of trying; [] when she wants none of
    them and looks by herself; None when she wants some and has none."""
    choice = Choice.objects.filter(person=person).first()
    chosen = [channel for channel in PUSH if choice is None or channel in choice.channels]
    if not chosen:
        return []
    found = [(channel, gate.address(person, channel)) for channel in chosen if ways[channel].is_on()]
    return [(channel, address) for channel, address in found if address] or None


def next_moment(person, now):
    """The next half hour of the coming day at which some way of hers is open, None."""
    open_to = [channel for channel, _ in ways_of(person) or ()]
    first = now.replace(minute=0, second=0, microsecond=0)
    for step in range(1, 50):
        moment = first + step * HALF_HOUR
        if moment <= now:
            continue
        for channel in open_to:
            verdict = gate.ask(person, channel, moment)
            if verdict.ok and not verdict.careful:
                return moment
    return None


def _try(message, channel, address):
    """One attempt, outside of any transaction; the proof is kept whatever happens. Returns the Outcome."""
    try:
        receipt = ways[channel].deliver(address)
    except NotSent as failed:
        facts = {"outcome": OUTCOMES[failed.failure], "code": failed.code[:80]}
    except Exception as error:
        # Not known how far it came: no machine tries again.
        log.error("sending by %s stopped: %s", channel, type(error).__name__)
        facts = {"outcome": Outcome.UNKNOWN, "code": type(error).__name__[:80]}
    else:
        facts = {"outcome": Outcome.ACCEPTED, "carrier": receipt.carrier[:20], "receipt": receipt.number[:80]}
    with transaction.atomic():
        Attempt.objects.create(message=message, channel=channel, **facts)
    return facts["outcome"]


def forget_old(most=500):
    """Delete up to `most` messages that are older than rule "notice_keep_days"; returns how many."""
    edge = timezone.now() - timedelta(days=rule("notice_keep_days"))
    old = list(Message.objects.filter(made_at__lt=edge).values_list("pk", flat=True)[:most])
    Message.objects.filter(pk__in=old).delete()
    return len(old)
