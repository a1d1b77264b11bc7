"""Telling every woman, posting the result, and hearing what people think of it."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from concerns.enums import Outcome, Told
from concerns.enums import Status as ConcernStatus
from concerns.services.answers import answer_concern, reopen_concern
from council.enums import Body, Decision, Status, Voice
from council.flow import RATED, topic_flow
from council.models import Rating, Topic, TopicConcern
from council.rules import CONTENT, reopens
from council.services.topics import people_behind, women_of
from fedhub.core import audit
from fedhub.core.flow import FlowError
from fedhub.core.models.numbers import take_numbers
from fedhub.notices.services import outbox
from fedhub.reference.lookup import rule

UNTOLD = (ConcernStatus.NEW, ConcernStatus.ACCEPTED, ConcernStatus.ASSIGNED, ConcernStatus.DONE)


def outcome_of(topic):
    """How a concern ends that was heard with this topic (concerns.Outcome)."""
    last = topic.resolutions.last()
    if topic.solved:
        return Outcome.SOLVED
    if topic.body or (last and last.decision == Decision.PASSED_ON):
        return Outcome.PASSED_UP if topic.body == Body.STREET else Outcome.HANDED_OVER
    return Outcome.NOT_POSSIBLE


def untold(topic):
    """Concerns of a topic whose women do not know the answer yet: not answered, or answered and not told (those without a name can
    only ask by their code)."""
    rows = women_of(topic)
    return rows.filter(status__in=UNTOLD) | rows.filter(
        status=ConcernStatus.ANSWERED, told=Told.NOT_YET, anonymous=False
    )


@transaction.atomic
def tell_women(topic, *, answer, told, by):
    """Answer the concerns of a topic: `told` is {concern: how she was told (Told)}; those not named are left alone.

    When nobody is left to be told the topic is told. Returns how many were answered. Raises FlowError, ValidationError with the
    number of the one that cannot be told so.
    """
    if topic.status not in (Status.CHECKED, Status.REFUSED):
        raise FlowError(f"议题“{topic.get_status_display()}”，现在不能反馈。")
    outcome = outcome_of(topic)
    for concern, way in told.items():
        try:
            answer_concern(concern, answer=answer, told=way, outcome=outcome, by=by)
        except ValidationError as error:
            raise ValidationError(f"{concern.number}：{' '.join(error.messages)}") from None
    audit.record("council.topic.tell_some", topic, by=by, told=len(told))
    if not untold(topic).exists():
        topic_flow.walk(topic, "tell")
        _tell_proposer(topic, by=by)
        audit.record("council.topic.tell", topic, by=by)
    return len(told)


def _tell_proposer(topic, *, by):
    """Whoever proposed it, and has no concern of her own in it, gets word that there is a result: by what way, the gate says."""
    her = topic.proposer
    if her is not None and not women_of(topic).filter(resident=her).exists():
        outbox.notify(her, "topic_result", about=topic.resolutions.last() or topic, by=by)


@transaction.atomic
def publish_result(topic, *, days=None, by):
    """Post the result for some days (rule "public_notice_days"), without a word of who proposed it. Returns the Topic."""
    today = timezone.localdate()
    days = days or rule("public_notice_days")
    number = topic.notice_number
    if not number:
        number = f"妇议公〔{today:%Y}〕{take_numbers(f'council-result:{topic.area_id}:{today:%Y}')}号"
    topic_flow.walk(
        topic,
        "publish",
        public_from=today,
        public_to=today + timedelta(days=days - 1),
        shown=True,
        notice_number=number,
    )
    audit.record("council.topic.publish", topic, by=by, until=topic.public_to.isoformat())
    return topic


@transaction.atomic
def close_topic(topic, *, by):
    """File a topic away. Raises FlowError while its public notice runs."""
    if topic.status == Status.PUBLISHED and topic.public_to >= timezone.localdate():
        raise FlowError(f"公示到 {topic.public_to:%Y-%m-%d}，期满以后再归档。")
    topic_flow.walk(topic, "close", closed_at=timezone.now())
    audit.record("council.topic.close", topic, by=by)
    return topic


def voice_of(topic, resident):
    """As what a resident rates: one of those who stood behind the topic, or a neighbour."""
    return Voice.PROPOSER if resident.pk in people_behind(topic)[0] else Voice.RESIDENT


@transaction.atomic
def rate_result(topic, *, score, words="", resident=None, member=None, by=None):
    """Keep what one person thinks of the result; when too many are not content it is heard again by itself, with their words.

    Returns the Rating. Raises FlowError when there is no result to rate, or she rated it already.
    """
    topic = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    if topic.status not in RATED:
        raise FlowError("还没有反馈结果，不能评价。")
    if score < CONTENT and not words.strip():
        raise ValidationError({"words": "不满意的请写下原因，会照您的话重新议。"})
    voice = Voice.MEMBER if member else voice_of(topic, resident)
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                topic=topic,
                round=topic.reopened,
                resident=resident,
                member=member,
                voice=voice,
                score=score,
                words=words,
            )
    except IntegrityError:
        raise FlowError("您已经评价过了。") from None
    audit.record("council.topic.rate", topic, by=by, score=score)
    rows = Rating.objects.filter(topic=topic, round=topic.reopened)
    scores = list(rows.values_list("score", flat=True))
    if reopens(scores, [score] if voice == Voice.PROPOSER else []):
        reopen_topic(topic, by=by)
        if score < CONTENT and resident is not None:
            _reopen_hers(topic, resident, words, by=by)
    return rating


def _reopen_hers(topic, resident, words, *, by):
    """Who is not content is answered anew: her own concerns of the topic are open again and stay in it."""
    for concern in women_of(topic).filter(
        resident=resident, status__in=[ConcernStatus.ANSWERED, ConcernStatus.CLOSED]
    ):
        reopen_concern(concern, reason=words[:200], by=by)
        TopicConcern.objects.get_or_create(
            concern=concern, parted_at=None, defaults={"topic": topic, "joined_by": by or topic.screened_by}
        )


@transaction.atomic
def reopen_topic(topic, *, by):
    """Hear a topic again: it is on the next agenda by itself; the words of those who were not content stand with it."""
    topic_flow.walk(
        topic, "reopen", reopened=topic.reopened + 1, solved=None, done_on=None, closed_at=None, public_from=None,
        public_to=None, body="", body_answer="",
    )  # fmt: skip
    topic.supervisors.all().delete()
    audit.record("council.topic.reopen", topic, by=by)
    return topic
