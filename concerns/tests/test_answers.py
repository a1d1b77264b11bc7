"""Telling her by a channel that does her no harm, her rating, opening again with her words."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from concerns.enums import ApprovalKind, Heard, Origin, Outcome, ReplyKind, Told
from concerns.models import Concern, Rating, Reply
from concerns.services.answers import (
    NEUTRAL_WORDS,
    answer_concern,
    rate_concern,
    reopen_concern,
    settle_on_spot,
    tell_progress,
    verdict_for,
)
from concerns.services.approvals import ask_not_possible, grant_approval
from concerns.services.handling import close_concern
from concerns.services.intake import raise_concern
from concerns.tests.factories import ConcernFactory, concern_at
from fedhub.core.flow import FlowError
from fedhub.core.versions import StaleVersion
from fedhub.reference.calendar import due_by
from households.models import SafeContact
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def told(concern, by, **fields):
    data = {"answer": "灯修好了。", "told": Told.PHONE, "outcome": Outcome.SOLVED} | fields
    return answer_concern(concern, by=by, **data)


def safe(grid, **fields):
    woman = ResidentFactory(area=grid)
    SafeContact.objects.create(resident=woman, channels=["phone", "sms"], **fields)
    return woman


@pytest.mark.parametrize(
    ("channel", "ok"),
    [(Told.FACE, True), (Told.PHONE, True), (Told.SMS, True), (Told.WECHAT, False), (Told.HOME, False),
     (Told.LETTER, False), (Told.NOT_YET, True)],
)  # fmt: skip
def test_only_her_channels_are_used(grid, channel, ok):
    assert verdict_for(concern_at("done", resident=safe(grid)), channel).ok is ok


def test_a_forbidden_channel_or_hour_is_refused_and_nothing_is_kept(chair, grid):
    noon = timezone.localtime().replace(hour=12, minute=0) - timedelta(days=1)
    concern = concern_at("done", resident=safe(grid, hour_from=time(9), hour_to=time(11)), raised_on=noon.date())

    with pytest.raises(ValidationError, match="没有同意用微信联系"):
        told(concern, chair, told=Told.WECHAT)
    with pytest.raises(ValidationError, match="现在不是她方便的时间"):
        told(concern, chair, told_at=noon)
    with pytest.raises(ValidationError, match="不能晚于现在"):
        told(concern, chair, told_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(ValidationError, match="不能早于提出那天"):
        told(concern, chair, told=Told.FACE, told_at=noon - timedelta(days=1))
    assert Reply.objects.count() == 0

    told(concern, chair, told_at=noon.replace(hour=10), proof="接听 3 分钟")

    reply = Reply.objects.get()
    assert (reply.kind, reply.told_at, reply.heard, reply.proof) == (
        ReplyKind.FINAL, noon.replace(hour=10), Heard.SELF, "接听 3 分钟",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("topic", "channel", "sent"),
    [("4", Told.SMS, NEUTRAL_WORDS), ("4", Told.PHONE, ""), ("1", Told.SMS, ""), ("6", Told.LETTER, NEUTRAL_WORDS)],
)
def test_written_words_on_delicate_matters_say_only_community_service(chair, grid, topic, channel, sent):
    concern = concern_at("done", topic=topic, resident=ResidentFactory(area=grid))

    told(concern, chair, told=channel)

    assert Reply.objects.get().sent == sent
    assert "灯" not in NEUTRAL_WORDS


def test_words_are_neutral_when_her_husband_may_read_them(chair, grid):
    concern = concern_at("done", topic="1", resident=safe(grid, spouse_may_answer=True))

    told(concern, chair, told=Told.SMS)

    assert Reply.objects.get().sent == NEUTRAL_WORDS


def test_whoever_left_no_name_is_answered_face_to_face(chair, grid):
    concern = raise_concern(
        origin=Origin.FRONT_DESK, title="灯不亮", area=grid, anonymous=True, resident=ResidentFactory(area=grid),
        on_behalf="邻居", by=chair,
    )  # fmt: skip
    assert (concern.resident, concern.household, concern.on_behalf, len(concern.code)) == (None, None, "", 8)

    with pytest.raises(ValidationError, match="没有留姓名"):
        told(concern, chair)
    told(concern, chair, told=Told.FACE)

    assert concern.status == "answered"


def test_the_first_word_is_the_first_answer(chair, grid):
    concern = concern_at("assigned")

    tell_progress(concern, text="灯具已订，下周装。", told=Told.PHONE, by=chair)
    first = concern.first_answered_at
    tell_progress(concern, text="明天装。", told=Told.FACE, heard=Heard.FAMILY, by=chair)
    told(concern, chair)

    concern.refresh_from_db()
    assert concern.first_answered_at == first
    assert list(Reply.objects.values_list("kind", "heard", "outcome")) == [
        ("progress", "self", ""), ("progress", "family", ""), ("final", "self", "solved"),
    ]  # fmt: skip
    with pytest.raises(FlowError, match="已经答复过了"):
        tell_progress(concern, text="再说一次", told=Told.FACE, by=chair)
    with pytest.raises(ValidationError, match="请选怎么告诉她的"):
        tell_progress(concern_at("new"), text="在办", told=Told.NOT_YET, by=chair)


def test_what_was_not_told_is_no_first_answer(chair):
    concern = concern_at("done")

    told(concern, chair, told=Told.NOT_YET)

    reply = Reply.objects.get()
    assert (concern.first_answered_at, reply.told_at, reply.heard) == (None, None, "")
    with pytest.raises(FlowError, match="还没有告诉她答复"):
        rate_concern(concern, score=5, by=chair)


def test_on_the_spot_leaves_a_reply_that_can_be_rated(chair):
    concern = ConcernFactory()

    settle_on_spot(concern, answer="当场打了电话。", by=chair)
    rate_concern(concern, score=4, words="挺好", by=chair)

    assert (concern.score, concern.status, concern.outcome) == (4, "closed", "on_spot")
    assert Rating.objects.get().words == "挺好"


@pytest.mark.parametrize(("score", "status"), [(1, "accepted"), (2, "accepted"), (3, "closed"), (5, "closed")])
def test_a_low_rating_opens_it_again_with_her_words(chair, worker, score, status):
    concern = concern_at("assigned", assigned_to=worker)
    told(concern, worker)
    close_concern(concern, by=chair)

    rate_concern(concern, score=score, words="灯又灭了。", by=worker)

    concern.refresh_from_db()
    assert (concern.status, concern.score, concern.assigned_to) == (status, score, worker)
    assert Rating.objects.get().words == "灯又灭了。"
    if status == "accepted":
        today = timezone.localdate()
        assert (concern.reopened, concern.outcome, concern.answer, concern.told, concern.closed_at) == (
            1, "", "", "", None,
        )  # fmt: skip
        assert (concern.first_due_on, concern.due_on) == (
            due_by(today, "concern_first_answer"), due_by(today, "concern_close"),
        )  # fmt: skip
        assert Reply.objects.get().text == "灯修好了。"


def test_unsatisfied_without_words_is_asked_for_them(chair):
    concern = told(concern_at("assigned"), chair)

    with pytest.raises(ValidationError, match="写下她的话"):
        rate_concern(concern, score=2, words=" ", by=chair)

    assert (Rating.objects.count(), concern.status) == (0, "answered")


def test_each_answer_is_rated_once(chair):
    concern = told(concern_at("assigned"), chair)
    rate_concern(concern, score=1, words="没修", by=chair)
    with pytest.raises(FlowError, match="不能评价"):
        rate_concern(concern, score=5, by=chair)
    told(concern, chair)
    rate_concern(concern, score=5, by=chair)

    with pytest.raises(FlowError, match="已经评价过"):
        rate_concern(concern, score=5, by=chair)

    assert list(Rating.objects.values_list("score", flat=True)) == [1, 5]


def test_not_possible_needs_the_chair_and_again_after_it_opened_again(chair, worker, grid):
    concern = concern_at("assigned", area=grid, assigned_to=worker)
    no = {"outcome": Outcome.NOT_POSSIBLE, "answer": "没有场地，可以找街道。"}
    with pytest.raises(FlowError, match="先经主席审批"):
        told(concern, worker, **no)
    approval = ask_not_possible(concern, reason="没有场地", by=worker)
    grant_approval(approval, by=chair)

    told(concern, worker, **no)
    assert concern.outcome == Outcome.NOT_POSSIBLE
    rate_concern(concern, score=1, words="楼下有空地", by=worker)
    with pytest.raises(FlowError, match="先经主席审批"):
        told(concern, worker, **no)
    told(concern, chair, **no)

    assert Reply.objects.filter(outcome="not_possible").count() == 2
    assert approval.kind == ApprovalKind.NOT_POSSIBLE


def test_an_answer_over_a_changed_page_keeps_nothing(chair):
    concern = concern_at("done")
    told(concern, chair, base_version=1)

    with pytest.raises(StaleVersion), transaction.atomic():
        told(concern, chair, base_version=1)

    assert Reply.objects.count() == 1


def test_opening_again_by_hand_keeps_who_handled_it(chair, worker):
    concern = concern_at("closed", assigned_to=worker)

    reopen_concern(concern, reason="物业又拆了", by=chair)

    assert (concern.status, concern.assigned_to, concern.reopened) == ("accepted", worker, 1)
    assert Concern.objects.open().get() == concern


@pytest.mark.parametrize("change", [
    "told_at = NULL", "told = 'not_yet'", "told = 'pigeon'", "kind = 'progress'", "outcome = ''", "kind = 'lost'",
])  # fmt: skip
def test_the_database_refuses_a_reply_that_cannot_be(chair, change):
    told(concern_at("done"), chair)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE concerns_reply SET {change}")


@pytest.mark.parametrize("change", ["score = 0", "score = 6", "given_by = 'pigeon'"])
def test_the_database_refuses_a_rating_that_cannot_be(chair, change):
    rate_concern(told(concern_at("done"), chair), score=5, by=chair)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE concerns_rating SET {change}")
