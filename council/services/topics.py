"""Collecting topics, whoever stands behind them, screening, and telling the proposer within days."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from concerns.enums import Origin, Told
from concerns.models import Concern
from council.enums import Category, CommentState, Source, Status
from council.flow import topic_flow
from council.models import Comment, Support, Topic, TopicConcern, TopicMerge
from fedhub.areas.models import Area
from fedhub.core import audit, crypto, files
from fedhub.core.bulk import copy_to_history
from fedhub.core.flow import FlowError
from fedhub.core.models.numbers import take_numbers
from fedhub.core.text import match_key
from fedhub.core.versions import save_version
from fedhub.notices.enums import State
from fedhub.notices.services import outbox
from fedhub.reference.calendar import due_by
from households.contact import may_contact
from households.models import Resident

NAME = "council.Support.name"
SOURCE_OF = {
    Origin.VISIT: Source.VISIT, Origin.SURVEY: Source.SURVEY, Origin.HOTLINE: Source.HOTLINE, Origin.UPPER: Source.UPPER,
}  # fmt: skip


def community_of(area):
    """The community that shares what lies in `area`."""
    return area if area.code == area.community_code else Area.objects.get(code=area.community_code)


@transaction.atomic
def propose_topic(topic, *, pictures=(), by):
    """Save a new topic; whoever proposed it stands behind it. Returns the Topic.

    `topic.area` is its community; the proposer is a resident, a name on paper, or nobody. By rule "council_reply" she is told
    within days; where nobody proposed it nobody waits. `pictures` are CleanImages. `by` None: she did it herself.
    """
    year = topic.raised_on.year
    topic.number = f"YT-{year}-{take_numbers(f'topic:{year}'):03d}"
    if topic.proposer_id or topic.proposer_name:
        topic.reply_due_on = due_by(topic.raised_on, "council_reply")
    topic.created_by = by
    topic.full_clean(exclude=["area", "grid", "proposer"])
    topic.save()
    for picture in pictures:
        files.store(
            picture.bytes, owner=topic, kind="photo", name="照片.jpg", content_type=picture.content_type, by=by
        )
    if topic.proposer_id or topic.proposer_name:
        _support(topic, topic.proposer, topic.proposer_name, topic.source)
    audit.record("council.topic.raise", topic, by=by, source=topic.source)
    recount(topic)
    return topic


@transaction.atomic
def propose_once(topic):
    """A topic that a resident proposes herself; the same words of the same day are the same topic. Returns the Topic."""
    Resident.objects.select_for_update(of=("self",)).get(
        pk=topic.proposer_id
    )  # Two taps at once are one after the other.
    same = Topic.objects.filter(proposer=topic.proposer, title=topic.title, raised_on=timezone.localdate()).first()
    return same or propose_topic(topic, by=None)


@transaction.atomic
def change_topic(topic, fields, *, base_version, by):
    """Save changed `fields` of a topic that is not over. Raises StaleVersion, FlowError."""
    if topic.status in (Status.CLOSED, Status.MERGED):
        raise FlowError("已归档或已合并的议题不能再改。")
    save_version(topic, fields, base_version=base_version)
    audit.record("council.topic.change", topic, by=by, fields=sorted(fields))
    return topic


# --- who stands behind it -----------------------------------------------------------------------------------------
def group_of(topic):
    """Ids of a topic and of those merged into it."""
    return [topic.pk, *Topic.objects.filter(lead=topic).values_list("pk", flat=True)]


def people_behind(topic):
    """`(residents, names)`: ids of residents and marks of names, each once, that stand behind a topic and all merged into it:
    proposers, supporters, and whose concerns came in, with the concerns handled along with those."""
    group = group_of(topic)
    supports = Support.objects.filter(topic__in=group).values_list("resident", "name_blind")
    residents = {pk for pk, _ in supports if pk} | set(
        women_of(topic).exclude(resident=None).values_list("resident", flat=True)
    )
    marks = {mark for _, mark in supports if mark}
    return residents, marks - _marks_of(residents) if marks else marks


def _marks_of(residents):
    """Marks of the names of `residents` (ids): a name on paper that is hers as well is the same person, until a building stands
    behind it."""
    return {mark_of(name) for name in Resident.objects.filter(pk__in=residents).values_list("name", flat=True)}


def mark_of(name):
    """The blind mark of a name on paper."""
    return crypto.blind(match_key(name), column=NAME)


def women_of(topic):
    """Concerns that are heard with a topic: those in it and in what was merged into it, and those merged into these."""
    inside = TopicConcern.objects.filter(topic__in=group_of(topic), parted_at=None).values("concern")
    return Concern.objects.filter(pk__in=inside) | Concern.objects.filter(lead__in=inside)


def recount(topic):
    """Count the people behind a topic anew (behind its lead, when it has one)."""
    lead = topic.lead or topic
    residents, names = people_behind(lead)
    Topic.objects.filter(pk=lead.pk).update(supporters=len(residents) + len(names))
    if lead.pk == topic.pk:
        topic.supporters = len(residents) + len(names)


def _support(topic, resident, name, source):
    """A new Support, or None when this person stands behind the topic already."""
    mark = None if resident else mark_of(name)
    try:
        with transaction.atomic():
            return Support.objects.create(
                topic=topic, resident=resident, name="" if resident else name, name_blind=mark, source=source
            )
    except IntegrityError:
        return None


@transaction.atomic
def support_topic(topic, *, resident=None, name="", source=Source.ONLINE, by=None):
    """Stand behind a topic; a second time changes nothing. Returns True when it is new. Raises FlowError once it is over."""
    if topic.status in (Status.DECLINED, Status.CLOSED):
        raise FlowError("这个议题已经结束，不能再附议。")
    topic = topic.lead or topic
    residents, names = people_behind(topic)
    known = resident.pk in residents if resident else mark_of(name) in names | _marks_of(residents)
    if known or _support(topic, resident, name, source) is None:
        return False
    recount(topic)
    audit.record("council.topic.support", topic, by=by, source=source)
    return True


# --- concerns -----------------------------------------------------------------------------------------------------
@transaction.atomic
def topic_of_concern(concern, *, by):
    """Make a topic of a concern and take the concern in. Returns the Topic.

    The whole community's staff reads topics: her own words stay with her concern; what a survey found is nobody's.
    """
    found = (
        concern.origin == Origin.SURVEY and concern.created_by_id and not concern.anonymous and not concern.resident_id
    )
    topic = Topic(
        area=community_of(concern.area), grid=concern.area if len(concern.area.code) > 12 else None,
        title=concern.title[:60], category=Category.OTHER, place=concern.place,
        detail=concern.detail if found else "",
        source=SOURCE_OF.get(concern.origin, Source.CONCERN), proposer=concern.resident,
    )  # fmt: skip
    propose_topic(topic, by=by)
    take_concerns(topic, [concern], by=by)
    return topic


@transaction.atomic
def take_concerns(topic, concerns, *, by):
    """Hear `concerns` with the topic; each woman counts as a supporter and is answered herself. Returns how many.

    Raises FlowError when one is in another topic already, or this one is over.
    """
    if topic.status in (Status.MERGED, Status.DECLINED, Status.CLOSED):
        raise FlowError(f"议题“{topic.get_status_display()}”，不能再并入诉求。")
    for concern in concerns:
        try:
            with transaction.atomic():
                TopicConcern.objects.create(topic=topic, concern=concern, joined_by=by)
        except IntegrityError:
            raise FlowError(f"{concern.number} 已经在一个议题里了。") from None
        audit.record("council.topic.take", topic, by=by, concern=concern.pk)
    recount(topic)
    return len(concerns)


@transaction.atomic
def part_concern(row, *, by):
    """Take one concern (a TopicConcern) out again; it stands where it stood. Raises FlowError."""
    if not TopicConcern.objects.filter(pk=row.pk, parted_at=None).update(parted_at=timezone.now()):
        raise FlowError("这件诉求已经拆出来了。")
    recount(row.topic)
    audit.record("council.topic.part", row.topic, by=by, concern=row.concern_id)
    return row.topic


# --- screening ----------------------------------------------------------------------------------------------------
def _screened(by, **more):
    return {"screened_by": by, "screened_on": timezone.localdate(), **more}


@transaction.atomic
def accept_topic(topic, *, shown=True, base_version=None, by):
    """Take a topic up for the council; `shown`: residents see it, support it and comment."""
    topic_flow.walk(topic, "accept", base_version=base_version, **_screened(by, shown=shown))
    audit.record("council.topic.accept", topic, by=by)
    return topic


@transaction.atomic
def decline_topic(topic, *, reason, by):
    """Not for the council, with the reason. Concerns in it, and in what was merged into it, stay open with their officers.
    Raises FlowError."""
    topic_flow.walk(topic, "decline", **_screened(by, reason=reason, shown=False))
    TopicConcern.objects.filter(topic__in=group_of(topic), parted_at=None).update(parted_at=timezone.now())
    audit.record("council.topic.decline", topic, by=by)
    return topic


@transaction.atomic
def pass_topic_on(topic, *, body, reason, by):
    """Another body decides this; its answer is written down later (`body_answered`)."""
    topic_flow.walk(topic, "pass_on", **_screened(by, body=body, reason=reason))
    audit.record("council.topic.pass_on", topic, by=by, body=body)
    return topic


@transaction.atomic
def body_answered(topic, *, answer, solved, by):
    """Write down what the other body answered; the women are told next."""
    topic_flow.walk(
        topic,
        "answered",
        body_answer=answer,
        result=topic.result or answer,
        solved=solved,
        done_on=timezone.localdate(),
    )
    audit.record("council.topic.body_answered", topic, by=by)
    return topic


@transaction.atomic
def reply_to_proposer(topic, *, reply, told, by):
    """Write down what becomes of her topic and how the proposer was told; NOT_YET: a message asks her to read it on her own
    page. Raises ValidationError when she may not be told so."""
    if told == Told.NOT_YET:
        _ask_to_read(topic, by=by)
    elif topic.proposer is not None and told not in (Told.FACE, Told.PORTAL):
        verdict = may_contact(topic.proposer, told)
        if not verdict.ok:
            raise ValidationError({"told": f"{verdict.why}请换一种方式。"})
    Topic.objects.filter(pk=topic.pk).update(
        reply=reply, replied_on=timezone.localdate(), version=F("version") + 1, updated_at=timezone.now()
    )
    copy_to_history(Topic, [topic.pk], kind="~", by=by, reason="答复提议人")
    topic.refresh_from_db()
    audit.record("council.topic.reply", topic, by=by, told=told)
    return topic


def _ask_to_read(topic, *, by):
    message = topic.proposer and outbox.notify(topic.proposer, "topic", about=topic, by=by)
    if message is None or message.state == State.STOPPED:
        raise ValidationError({"told": "不能给她发消息，请换一种方式。"})


# --- merging ------------------------------------------------------------------------------------------------------
@transaction.atomic
def merge_topics(lead, topics, *, by):
    """Hear `topics` with `lead`: their concerns and supporters stay theirs and count with the lead. Returns how many.

    What was merged into one of them comes along. Raises FlowError when one is on an agenda or over.
    """
    ids = {topic.pk for topic in topics} - {lead.pk}
    rows = list(Topic.objects.select_for_update(of=("self",)).filter(pk__in={*ids, lead.pk}).order_by("pk"))
    lead = next(row for row in rows if row.pk == lead.pk)
    if lead.status in (Status.MERGED, Status.DECLINED, Status.CLOSED):
        raise FlowError(f"{lead.number}“{lead.get_status_display()}”，不能作主议题。")
    rows.remove(lead)
    if not rows:
        raise FlowError("请选要合并的议题。")
    for row in rows:
        before = row.status
        topic_flow.walk(row, "merge", lead=lead, **_screened(by))
        TopicMerge.objects.create(topic=row, lead=lead, status_before=before, made_by=by)
        for follower in Topic.objects.filter(lead=row):
            TopicMerge.objects.filter(topic=follower, undone_at=None).update(lead=lead)
            Topic.objects.filter(pk=follower.pk).update(lead=lead)
        audit.record("council.topic.merge", row, by=by, lead=lead.pk)
    recount(lead)
    return len(rows)


@transaction.atomic
def unmerge_topic(topic, *, by):
    """Take a topic out of its lead again, to where it stood, with its concerns and supporters. Raises FlowError."""
    merge = TopicMerge.objects.select_for_update().filter(topic=topic, undone_at=None).first()
    if merge is None:
        raise FlowError("这个议题没有并入别的议题，或者刚被拆回。请刷新后再看。")
    lead = merge.lead
    topic_flow.walk(topic, f"back_{merge.status_before}", lead=None)
    TopicMerge.objects.filter(pk=merge.pk).update(undone_at=timezone.now())
    recount(topic)
    recount(lead)
    audit.record("council.topic.unmerge", topic, by=by, lead=lead.pk)
    return topic


# --- comments -----------------------------------------------------------------------------------------------------
COMMENTS_WAITING = 20


@transaction.atomic
def add_comment(topic, *, resident, text):
    """A resident's comment, which waits to be read first; the same words twice are one. Returns the Comment."""
    waiting = Comment.objects.filter(topic=topic, resident=resident, state=CommentState.WAITING)
    for comment in waiting:
        if comment.text == text:
            return comment
    if len(waiting) >= COMMENTS_WAITING:
        raise ValidationError("您的留言还没有审核完，请过些时候再留。")
    comment = Comment.objects.create(topic=topic, resident=resident, text=text)
    audit.record("council.topic.comment", topic, by=None)
    return comment


@transaction.atomic
def judge_comment(comment, *, show, reason="", by):
    """Show a comment to others or not, with the reason. Raises FlowError when somebody else decided already."""
    state = CommentState.SHOWN if show else CommentState.HIDDEN
    if not show and not reason:
        raise ValidationError({"reason": "请写不显示的原因。"})
    rows = Comment.objects.filter(pk=comment.pk, state=CommentState.WAITING)
    if not rows.update(state=state, judged_by=by, reason="" if show else reason):
        raise FlowError("这条留言已经审核过了。")
    comment.refresh_from_db()
    audit.record("council.topic.judge", comment.topic, by=by, shown=show)
    return comment
