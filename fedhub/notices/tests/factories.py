"""Messages in every state, valid as the flow leaves them."""

from django.utils import timezone

from fedhub.notices.enums import State
from fedhub.notices.models import Message


def message_at(state, person, by=None, **facts):
    """A Message to `person` in `state`; `by` told her, when it is told."""
    now = timezone.now()
    known = {
        State.WAITING: {"next_at": now},
        State.SENDING: {"taken_at": now},
        State.SENT: {"channel": "sms", "settled_at": now, "posted_at": now},
        State.TOLD: {"settled_at": now, "told_by": by, "told_how": "face"},
        State.STOPPED: {"settled_at": now},
    }.get(state, {})
    return Message.objects.create(
        **{"person": person, "template": "come", "text": "请来一趟", "state": state, **known, **facts}
    )
