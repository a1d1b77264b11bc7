"""Two secretaries in the same moment: one result, and one clear sentence for the other."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.messages import get_messages
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import user_with
from council.enums import Choice
from council.models import Motion, SecretBallot, Voted
from council.services.votes import cast_vote, open_motion
from council.tests.factories import council_of, heard, sitting, topic_at
from fedhub.core.flow import FlowError

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_once(chair, community):
    """`at_once(url)`: two secretaries press the same button together; what each was told."""
    other = user_with(Role.SECRETARY, community, name="冯雪")

    def send(user, url):
        try:
            client = Client()
            client.force_login(user, backend="accounts.backends.StaffBackend")
            response = client.post(url, {"once_key": str(uuid.uuid4())})
            return [str(m) for m in get_messages(response.wsgi_request)][-1]
        finally:
            connections.close_all()

    def both(url):
        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(lambda user: send(user, url), [chair, other]))

    return both


def test_two_who_close_a_topic_at_once(at_once, community):
    topic = topic_at("told")

    told = at_once(reverse("council:topic_close", args=[topic.pk]))

    assert told == ["已归档。", "现在的状态是“已归档”，不能归档。请刷新后再看。"]
    assert topic.history.filter(history_change_reason="归档").count() == 1


def test_two_who_end_a_meeting_at_once(at_once, chair, community):
    meeting = sitting(council_of(chair), by=chair)

    told = at_once(reverse("council:meeting_end", args=[meeting.pk]))

    assert [words[:6] for words in told] == ["会议已结束。", "现在的状态是"]
    assert meeting.history.filter(history_change_reason="结束会议").count() == 1


def test_two_who_close_a_vote_at_once(at_once, chair, community):
    topic = topic_at("accepted")
    meeting = sitting(council_of(chair), by=chair)
    motion = open_motion(Motion(item=heard(meeting, topic, by=chair), text="是否划线"), by=chair)

    told = at_once(reverse("council:motion_close", args=[motion.pk]))

    assert told == ["表决结束，结果已记录。", "这项表决已经结束。"]


def test_ten_taps_on_a_secret_ballot_are_one_vote(chair, community):
    topic = topic_at("accepted")
    council = council_of(chair)
    meeting = sitting(council, by=chair)
    motion = open_motion(Motion(item=heard(meeting, topic, by=chair), text="是否划线", ballots="secret"), by=chair)
    member = council.members.get()

    def tap(_):
        try:
            cast_vote(motion, member, Choice.AGREE, by=chair)
            return "ok"
        except FlowError as error:
            return error.messages[0][-12:]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(tap, range(10)))

    assert told.count("ok") == 1
    assert (SecretBallot.objects.count(), Voted.objects.count()) == (1, 1)
