"""Messages by hand: to one, to many with a count first, what a human told; see fedhub.notices for how they go out."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.flow import FlowError
from fedhub.notices import words
from fedhub.notices.enums import Channel, State
from fedhub.notices.models import MessageBatch
from fedhub.notices.services import outbox
from fedhub.reference.lookup import rule
from households.contact import may_contact, split_for_sending


@dataclass
class Plan:
    """Who of many gets a message: `send`, `held` [(person, why)] for a human, `left_out` [(person, why)] who get none."""

    send: list = field(default_factory=list)
    held: list = field(default_factory=list)
    left_out: list = field(default_factory=list)


def plan_batch(people):
    """The Plan for `people` (Residents with area, safe_contact and notice_choice joined in); one query more for all consents."""
    prefetch_related_objects(people, "consents")
    send, held = split_for_sending(people, Channel.INBOX)
    never = {person.pk for person, _ in held if may_contact(person, Channel.INBOX).never}
    return Plan(send, [one for one in held if one[0].pk not in never], [one for one in held if one[0].pk in never])


@transaction.atomic
def send_batch(people, template, values=None, *, by):
    """Queue `template` for each of `people` whom nothing forbids; flagged ones become lines for a human. Nothing leaves
    before rule "notice_undo_minutes" is over. Returns the MessageBatch. Raises ValidationError for words that are not written."""
    words.written(template, values)
    plan = plan_batch(people)
    if not plan.send and not plan.held:
        raise ValidationError("选中的人都不能联系，没有发。")
    batch = MessageBatch.objects.create(
        area=_area_of([*plan.send, *(person for person, _ in plan.held)]), template=template, total=len(plan.send),
        held=len(plan.held), left_out=len(plan.left_out), created_by=by,
        leaves_at=timezone.now() + timedelta(minutes=rule("notice_undo_minutes")),
    )  # fmt: skip
    outbox.notify_many(batch, plan.send, plan.held, template, values)
    audit.record("notices.messagebatch.send", batch, by=by, total=batch.total, held=batch.held, template=template)
    return batch


def may_undo(batch):
    """True while something of `batch` waits to leave, and before its hour also where all of it is for a human."""
    if batch.leaves_at > timezone.now() and batch.undone_at is None:
        return batch.messages.open().exists()
    return batch.messages.filter(state=State.WAITING).exists()


@transaction.atomic
def undo_batch(batch, *, by):
    """Stop what has not left yet, lines for a human included. Returns how many. Raises FlowError when all of it is out."""
    if not may_undo(batch):
        raise FlowError("已经全部发出去或者停发了，撤不回来。")
    stopped = outbox.stop_batch(batch)
    MessageBatch.objects.filter(pk=batch.pk, undone_at=None).update(undone_at=timezone.now())
    audit.record("notices.messagebatch.undo", batch, by=by, stopped=stopped)
    return stopped


@transaction.atomic
def tell_many(rows, *, how, by):
    """Each of the messages `rows` was told by a person. Returns how many; those that are no line for a human any more are left."""
    told = 0
    for message in rows:
        try:
            with transaction.atomic():
                outbox.tell(message, how=how, by=by)
        except FlowError:
            continue
        told += 1
    return told


def _area_of(people):
    """The smallest place that holds all `people`."""
    areas = {one.area_id: one.area for one in people}
    area = next(iter(areas.values()))
    while area.parent is not None and not all(other.code.startswith(area.code) for other in areas.values()):
        area = area.parent
    return area
