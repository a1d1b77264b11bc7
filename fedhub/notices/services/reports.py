"""What carriers report afterwards: proof that it arrived, or a message that a person has to tell her."""

import contextlib

from django.db import transaction
from django.utils import timezone

from fedhub.core.flow import FlowError
from fedhub.notices import words
from fedhub.notices.enums import Channel, Outcome, State
from fedhub.notices.flow import message_flow
from fedhub.notices.models import Attempt, Message

NOT_ARRIVED = "短信没有送到（停机、空号或者关机太久）。"


def take_reports(carrier, reports):
    """Note each Report of `carrier` with its attempt, the first alone; a message that did not arrive goes to a person, unless
    she has read it on her own page, or a list of its matter says who is still to be told. Reports of messages that are
    none of ours (codes for coming in) are passed over. Returns how many were noted."""
    return sum(_take(carrier, report) for report in reports)


@transaction.atomic
def _take(carrier, report):
    if not report.receipt:
        return False
    mine = Attempt.objects.filter(carrier=carrier, receipt=report.receipt, outcome=Outcome.ACCEPTED, reported_at=None)
    attempt = mine.select_related("message").first()
    noted = {"delivered": report.delivered, "reported_at": timezone.now(), "report_code": report.code}
    if attempt is None or not mine.filter(pk=attempt.pk).update(**noted):
        return False
    if not report.delivered and attempt.message.read_at is None:
        _bounce(attempt.message)
    return True


def _bounce(message):
    if message.template in words.listed():
        Message.objects.filter(pk=message.pk, state=State.SENT).update(channel=Channel.INBOX)
        return
    with contextlib.suppress(FlowError):
        message_flow.walk(message, "bounce", channel="", settled_at=None, why=NOT_ARRIVED)
