"""Messages to the women of the invented community: a notice that went out two days ago, one that waits, two to one woman."""

from datetime import timedelta

from django.utils import timezone

from fedhub.notices.enums import Channel, Outcome, State
from fedhub.notices.models import Attempt, Message, MessageBatch
from fedhub.notices.services import outbox
from fedhub.notices.services.sending import NO_WAY, REFUSED, ways_of
from households.models import Resident
from households.services.messages import send_batch

INVITED, READ = 40, 3
EVENT = {"what": "健康讲座", "when": "周五下午两点", "where": "社区活动室"}


def write_messages(demo):
    """Through the services; what lies in the past is settled as the worker would have left it, with its proofs."""
    women = Resident.objects.women().filter(area__code__startswith=demo.grids[0].code, birth__lt="2000")
    people = list(women.select_related("area__parent", "safe_contact", "notice_choice").order_by("pk")[:INVITED])
    batch = send_batch(people, "activity", EVENT, by=demo.chair)
    _went_out(batch, timezone.now() - timedelta(days=2))
    waiting = send_batch(people[:8], "public", {"what": "周六上午九点到十一点停水，请提前接水。"}, by=demo.chair)
    MessageBatch.objects.filter(pk=waiting.pk).update(leaves_at=timezone.now() + timedelta(minutes=30))
    waiting.messages.filter(state=State.WAITING).update(next_at=timezone.now() + timedelta(minutes=30))
    for person in people[:2]:
        outbox.notify(person, "papers", by=demo.staff["fengxue"], at=timezone.now() + timedelta(hours=1))


def _went_out(batch, at):
    """Settle the messages of `batch` as of the moment `at`: sent where there is a way, else a line for a human."""
    MessageBatch.objects.filter(pk=batch.pk).update(created_at=at, leaves_at=at + timedelta(minutes=10))
    sent, proofs = 0, []
    for message in batch.messages.select_related("person").order_by("pk"):
        facts = {"made_at": at, "next_at": None}
        if message.state == State.WAITING and (ways := ways_of(message.person)):
            sent += 1
            facts |= {"posted_at": at, "read_at": at + timedelta(hours=3) if sent <= READ else None}
            proof = {"message": message, "channel": ways[0][0], "at": at}
            if sent == READ + 1:
                facts |= {"state": State.FAILED, "why": REFUSED}
                proofs.append(Attempt(outcome=Outcome.REFUSED, code="isv.MOBILE_NUMBER_ILLEGAL", **proof))
            else:
                facts |= {"state": State.SENT, "channel": Channel(ways[0][0]), "settled_at": at}
                proofs.append(Attempt(outcome=Outcome.ACCEPTED, carrier="console", receipt=f"{message.pk:x}", **proof))
        elif message.state == State.WAITING:
            facts |= {"state": State.HUMAN, "why": NO_WAY, "posted_at": at}
        Message.objects.filter(pk=message.pk).update(**facts)
    Attempt.objects.bulk_create(proofs)
