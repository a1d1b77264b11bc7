"""What work apps call: tell somebody something, tell many, stop what still waits. See docs/adr/0017.

    notify(resident, "answer", about=reply, by=user)
    notify(resident, "activity", {"what": "健康讲座", "when": "周五下午两点", "where": "活动室"}, by=user)

Nothing is sent within the request: a worker takes it a minute later at the latest and asks again whether it may be sent.
A matter of the sealed compartment never comes here: that a message exists would tell of it.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit, crypto
from fedhub.core.privacy import Level, privacy_of
from fedhub.notices import gate, words
from fedhub.notices.enums import Channel, State
from fedhub.notices.flow import message_flow
from fedhub.notices.models import Message

MARK = "notices.Message.mark"


@transaction.atomic
def notify(person, template, values=None, *, about=None, by=None, at=None):
    """Queue one message to `person`; returns the Message, the earlier one when she was told the same `about` the same record.

    `template` is a key of fixtures/words.json, `values` fill its places, `about` is the record it speaks of, `at` the
    earliest moment to send it. She may be one who is not written to at all: then the row says so and stays.
    Raises ValidationError for words that are not written, TypeError for a sealed `about`.
    """
    text = words.written(template, values)
    now, mark = timezone.now(), _mark(person, template, about)
    earlier = Message.objects.filter(mark=mark).first() if mark else None
    if earlier:
        return earlier
    verdict = gate.ask(person, Channel.INBOX, at or now)
    message = Message(
        person=person, template=template, text=words.neutral() if verdict.neutral else text, mark=mark, made_by=by,
        about_label=audit.label_of(about) if about is not None else "", about_id=about.pk if about is not None else None,
        **({"state": State.STOPPED, "why": verdict.why, "settled_at": now} if verdict.never else {"next_at": at or now}),
    )  # fmt: skip
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        # The same told twice at once: the other one wrote it.
        return Message.objects.get(mark=mark)
    audit.record("notices.message.queue", person, by=by, template=template)
    return message


def _mark(person, template, about):
    if about is None:
        return None
    if privacy_of(type(about)).level >= Level.SEALED:
        raise TypeError("A sealed matter is told by its circle alone.")
    return crypto.blind(f"{person.pk}|{template}|{audit.label_of(about)}|{about.pk}", column=MARK)


@transaction.atomic
def notify_many(batch, send, held, template, values=None):
    """Queue one message of `batch` (saved MessageBatch) to each of `send`, a line for a human for each of `held`
    [(person, why)]."""
    text = words.written(template, values)
    plain = {"template": template, "batch": batch, "made_by": batch.created_by}
    rows = [Message(person=person, text=text, next_at=batch.leaves_at, **plain) for person in send]
    rows += [
        Message(person=person, text=words.neutral(), state=State.HUMAN, why=why[:100], **plain) for person, why in held
    ]
    Message.objects.bulk_create(rows, batch_size=200)
    return rows


def stop_for(person, why):
    """Stop everything that still waits for `person`, in the caller's transaction: she died, moved away, wants it no more.
    Returns how many there were."""
    return _stop(Message.objects.filter(person=person), why)


def stop_about(about, why):
    """Stop what still waits about the record `about`: it is told in another way, or no longer true. Returns how many."""
    return _stop(Message.objects.filter(about_label=audit.label_of(about), about_id=about.pk), why)


def stop_batch(batch):
    """Stop what of `batch` has not left yet. Returns how many there were."""
    return _stop(batch.messages.all(), "撤回了群发。")


def _stop(rows, why):
    return rows.open().update(state=State.STOPPED, why=why[:100], next_at=None, settled_at=timezone.now())


@transaction.atomic
def resend(message, *, by):
    """Try once more, from the start; for somebody who is not written to any more it is stopped. Raises FlowError when it
    neither failed nor waits for a human."""
    verdict = gate.ask(message.person, Channel.INBOX, timezone.now())
    changes = {"next_at": timezone.now(), "tries": 0, "why": ""}
    if verdict.never:
        return stop(message, why=verdict.why, by=by)
    message_flow.walk(message, "resend", **changes)
    audit.record("notices.message.resend", message.person, by=by)
    return message


@transaction.atomic
def stop(message, *, why="工作人员停发。", by):
    """Send it no more. Raises FlowError when it is out already."""
    message_flow.walk(message, "stop", why=why[:100], next_at=None, settled_at=timezone.now())
    audit.record("notices.message.stop", message.person, by=by)
    return message


@transaction.atomic
def tell(message, *, how, by):
    """Somebody told her herself, by `how` (ByHand). Raises FlowError when it is not a line for a human."""
    message_flow.walk(message, "tell", told_how=how, told_by=by, settled_at=timezone.now())
    audit.record("notices.message.tell", message.person, by=by, how=how)
    return message
