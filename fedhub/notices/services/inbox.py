"""Her own side: what she finds, that she read it, what she wants of messages."""

import contextlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.flow import FlowError
from fedhub.notices.enums import PUSH, Channel
from fedhub.notices.flow import message_flow
from fedhub.notices.models import Choice, Message


def inbox_of(person):
    """Her messages, the newest first."""
    return Message.objects.in_inbox_of(person)


def unread_count(person):
    """How many of them she has not opened."""
    return inbox_of(person).filter(read_at=None).count()


def own_message(person, number):
    """The message of hers with this key, or None."""
    return inbox_of(person).filter(pk=number).first()


@transaction.atomic
def read(message):
    """She opened it; the first time counts. What still waited to remind her, or for a person to tell her, is done with."""
    now = timezone.now()
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=now)
    with contextlib.suppress(FlowError):
        message_flow.walk(message, "see", channel=Channel.INBOX, why="", next_at=None, settled_at=now)


def choice_of(person):
    """Her Choice, an unsaved one with all ways where she made none."""
    return Choice.objects.filter(person=person).first() or Choice(person=person, channels=list(PUSH))


@transaction.atomic
def choose(person, *, channels, hour_from=None, hour_to=None):
    """Keep what she wants: `channels` (of PUSH; none: she looks by herself) and the hours. Raises ValidationError."""
    if set(channels) - set(PUSH):
        raise ValidationError({"channels": "请重新选。"})
    if hour_from is not None and hour_from == hour_to:
        raise ValidationError({"hour_to": "两个时间一样，这样一天里什么时候都不能发。"})
    facts = {
        "channels": [channel.value for channel in PUSH if channel in channels], "hour_from": hour_from, "hour_to": hour_to,
        "chosen_at": timezone.now(),
    }  # fmt: skip
    Choice.objects.update_or_create(person=person, defaults=facts)
    audit.record("notices.choice.set", person)
