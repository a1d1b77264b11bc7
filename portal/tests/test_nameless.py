"""A nameless concern: read, rated and written on by its code, and nobody is noted."""

import uuid
from datetime import time

import pytest
from django.test import Client
from django.utils import timezone

from concerns.models import Concern, Rating
from concerns.tests.factories import ConcernFactory
from fedhub.core.models import AuditEvent, OnceKey
from portal.tests.test_portal import ASK, answered, her, said, signed_in  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def nameless(grid):
    return ConcernFactory(area=grid, anonymous=True, household=None, resident=None, detail="路灯不亮。")


def post(concern, client=None, **data):
    return (client or Client()).post(ASK, {"code": concern.code, **data})


def is_midnight(moment):
    return timezone.localtime(moment).time() == time()


def test_the_answer_is_rated_by_the_code_and_nobody_is_noted(nameless, worker):
    answered(nameless, worker)
    before = AuditEvent.objects.count()
    assert "这次办得怎么样" in post(nameless).content.decode()

    page = post(nameless, act="rate", score="4")

    assert "您评了 4 分" in page.content.decode()
    rating = Rating.objects.get()
    nameless.refresh_from_db()
    newest = nameless.history.order_by("-history_id").first()
    assert (rating.score, rating.taken_by, nameless.score) == (4, None, 4)
    assert [is_midnight(at) for at in (rating.made_at, nameless.updated_at, newest.history_date)] == [True] * 3
    assert (AuditEvent.objects.count(), OnceKey.objects.count()) == (before, 0)
    # Twice is once.
    assert "这次答复已经评价过了" in post(nameless, act="rate", score="1", words="没修").content.decode()
    assert Rating.objects.get().score == 4


def test_a_low_score_needs_words_and_opens_it_again(nameless, worker):
    answered(nameless, worker)

    refused = post(nameless, act="rate", score="1")
    assert "不满意的请写下" in refused.content.decode()
    post(nameless, act="rate", score="1", words="还是不亮")

    nameless.refresh_from_db()
    assert (nameless.status != "answered", nameless.reopened, Rating.objects.get().words) == (True, 1, "还是不亮")
    assert is_midnight(nameless.updated_at)
    assert AuditEvent.objects.filter(action__in=["concerns.concern.rate", "concerns.concern.reopen"]).count() == 0


def test_she_goes_on_writing_without_being_known(nameless, as_user, worker):
    key = str(uuid.uuid4())
    before = AuditEvent.objects.count()

    pages = [post(nameless, act="more", words="昨天有人摔了。", key=key) for _ in range(2)]

    assert ["补上了" in page.content.decode() for page in pages] == [True, True]
    nameless.refresh_from_db()
    assert nameless.detail == f"路灯不亮。\n\n{timezone.localdate():%Y-%m-%d} 补充：昨天有人摔了。"
    assert (is_midnight(nameless.updated_at), AuditEvent.objects.count()) == (True, before)
    assert "昨天有人摔了。" in as_user(worker).get(nameless.get_absolute_url()).content.decode()
    # The words are the office's to read, not for whoever has the code.
    assert "昨天有人摔了" not in post(nameless).content.decode()


def test_who_is_in_meanwhile_is_not_noted_either(nameless, her, worker):  # noqa: F811
    client = signed_in(her, worker)
    before = AuditEvent.objects.count()

    post(nameless, client, act="more", words="昨天有人摔了。", key=str(uuid.uuid4()))

    newest = nameless.history.order_by("-history_id").first()
    assert AuditEvent.objects.count() == before
    assert her.name not in str(newest.__dict__)
    assert "本人" not in str(newest.__dict__)


@pytest.mark.parametrize("data", [{"act": "more", "words": "他打人"}, {"act": "rate", "score": "1", "words": "不行"}])
def test_a_named_one_takes_nothing_by_its_code(her, worker, data):  # noqa: F811
    concern = answered(said(her), worker)

    page = post(concern, key=str(uuid.uuid4()), **data)

    kept = Concern.objects.get()
    assert (kept.detail, kept.status, Rating.objects.count()) == (concern.detail, "answered", 0)
    assert "还想说什么" not in page.content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [({"act": "more", "words": ""}, "必填"), ({"act": "more", "words": "x" * 1001}, "1000"),
     ({"act": "rate", "score": "9"}, "9"), ({"act": "more", "words": "好", "key": "x"}, "")],
)  # fmt: skip
def test_what_cannot_be_taken_changes_nothing(nameless, worker, data, words):
    answered(nameless, worker)
    detail = nameless.detail

    page = post(nameless, **{"key": str(uuid.uuid4()), **data})

    nameless.refresh_from_db()
    assert (page.status_code, nameless.detail, Rating.objects.count()) == (200, detail, 0)
