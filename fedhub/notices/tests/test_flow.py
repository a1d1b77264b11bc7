"""All states × all steps of a message."""

import itertools

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from fedhub.core.flow import FlowError
from fedhub.notices.enums import State
from fedhub.notices.flow import message_flow
from fedhub.notices.models import Attempt
from fedhub.notices.tests.factories import message_at

pytestmark = pytest.mark.django_db
Person = apps.get_model(settings.NOTICES_PERSON_MODEL)
ALLOWED = {
    ("take", "waiting"), ("send", "sending"), ("wait", "sending"), ("fail", "sending"), ("hand", "sending"),
    ("drop", "sending"), ("bounce", "sent"), ("resend", "failed"), ("resend", "human"), ("tell", "failed"), ("tell", "human"),
    ("see", "waiting"), ("see", "failed"), ("see", "human"), ("stop", "waiting"), ("stop", "failed"), ("stop", "human"),
}  # fmt: skip


@pytest.fixture
def person(grid):
    """Whoever messages go to: this app knows no more than the setting."""
    return Person.objects.create(name="王桂兰", area=grid)


@pytest.mark.parametrize(("state", "step"), list(itertools.product(State.values, message_flow.steps)))
def test_every_step_from_every_state(state, step, worker, person):
    now = timezone.now()
    message = message_at(state, person, by=worker)
    end = {"taken_at": None, "next_at": None, "settled_at": None}
    changes = {
        "take": {"next_at": None, "taken_at": now}, "send": end | {"channel": "sms", "settled_at": now},
        "wait": end | {"next_at": now}, "fail": end, "hand": end, "drop": end | {"settled_at": now},
        "bounce": {"channel": "", "settled_at": None},
        "resend": {"next_at": now}, "tell": {"told_by": worker, "told_how": "face", "settled_at": now},
        "see": {"channel": "inbox", "next_at": None, "settled_at": now}, "stop": {"next_at": None, "settled_at": now},
    }[step]  # fmt: skip

    if (step, state) in ALLOWED:
        assert message_flow.walk(message, step, **changes).state == message_flow.steps[step].target
    else:
        with pytest.raises(FlowError):
            message_flow.walk(message, step, **changes)


@pytest.mark.parametrize(
    ("state", "change"),
    [
        ("waiting", "next_at = NULL"), ("human", "state = 'lost'"), ("sending", "taken_at = NULL"),
        ("sent", "settled_at = NULL"), ("sent", "channel = ''"), ("human", "channel = 'sms'"),
        ("told", "told_how = ''"), ("human", "told_how = 'face'"), ("stopped", "settled_at = NULL"),
    ],
)  # fmt: skip
def test_the_database_refuses_a_state_without_its_facts(state, change, worker, person):
    message = message_at(state, person, by=worker)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE notices_message SET {change} WHERE id = %s", [message.pk])


@pytest.mark.parametrize(
    "facts",
    [
        {"outcome": "maybe"}, {"outcome": "accepted"}, {"outcome": "later", "receipt": "1"},
        {"outcome": "accepted", "carrier": "aliyun", "delivered": True},
        {"outcome": "accepted", "carrier": "aliyun", "report_code": "DELIVERED"},
        {"outcome": "accepted", "carrier": "aliyun", "reported_at": timezone.now()},
        {"outcome": "later", "delivered": False, "reported_at": timezone.now()},
    ],
)  # fmt: skip
def test_a_proof_names_its_carrier_and_a_failure_has_none(facts, person):
    message = message_at("waiting", person)

    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(message=message, channel="sms", **facts)
