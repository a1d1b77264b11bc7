"""Motions: opening with the rules of the day, stepping back, voting openly or secretly, closing with a count that adds up."""

import secrets

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from council.enums import (
    UNFINISHED,
    Ballots,
    Choice,
    MeetingStatus,
    MotionStatus,
    ProxyRule,
    Showing,
    Status,
)
from council.flow import topic_flow
from council.models import Attendance, Meeting, Member, Motion, Proxy, SecretBallot, StepBack, Topic, Vote, Voted
from council.rules import is_quorate, tally
from fedhub.core import audit
from fedhub.core.fields import random_key
from fedhub.core.flow import FlowError


# --- who may vote -------------------------------------------------------------------------------------------------
def here(meeting):
    """Ids of the members who are in the room."""
    return set(
        Attendance.objects.filter(meeting=meeting, left_at=None).exclude(came_at=None).values_list("member", flat=True)
    )


def electorate(motion):
    """`{member id: Proxy or None}` of those who may vote: in the room, or voted for by paper; online everybody with a
    seat. Whoever steps back does not."""
    back = set(motion.step_backs.values_list("member", flat=True))
    if motion.item_id is None:
        seated = Member.objects.filter(council=motion.council).seated(timezone.localdate(motion.opened_at))
        return dict.fromkeys(set(seated.values_list("pk", flat=True)) - back)
    meeting = motion.item.meeting
    room = here(meeting)
    voters = dict.fromkeys(room - back)
    if motion.council.proxies == ProxyRule.VOTE:
        for proxy in Proxy.objects.filter(meeting=meeting, holder__in=room).exclude(principal__in=room | back):
            voters[proxy.principal_id] = proxy
    return voters


def voted_ids(motion):
    """Ids of the members who have voted."""
    rows = motion.roll if motion.is_secret else motion.votes
    return set(rows.values_list("member", flat=True))


def papers_of(user, motion):
    """`[(Member, Proxy or None)]` of the votes that `user` may cast on `motion` now: her own and the one she holds by proxy."""
    if not motion.is_open:
        return []
    voters, done = electorate(motion), voted_ids(motion)
    mine = set(Member.objects.filter(council=motion.council, user=user).values_list("pk", flat=True))
    ids = {pk for pk, proxy in voters.items() if (proxy.holder_id if proxy else pk) in mine} - done
    return [(member, voters[member.pk]) for member in Member.objects.filter(pk__in=ids).order_by("pk")]


# --- opening ------------------------------------------------------------------------------------------------------
def _rules(motion, council):
    motion.council, motion.area = council, council.area
    motion.majority = council.important_majority if motion.important else council.majority
    if motion.ballots == Ballots.SECRET:
        motion.showing = Showing.END


@transaction.atomic
def open_motion(motion, *, by):
    """Put a motion to the vote in its meeting. Below the quorum it is a straw poll. Returns it. Raises FlowError."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("council").get(pk=motion.item.meeting_id)
    if meeting.status != MeetingStatus.OPEN:
        raise FlowError("开会时才能表决。")
    if motion.item.left_out_by_id or motion.item.resolutions.exists():
        raise FlowError("这项本次不议，或者已经有议定结果，不能再表决。")
    if Motion.objects.filter(item__meeting=meeting, status=MotionStatus.OPEN).exists():
        raise FlowError("还有一项表决没有结束。")
    _rules(motion, meeting.council)
    motion.topic, motion.quorum = motion.item.topic, meeting.quorum
    motion.expected, motion.attending = meeting.expected, len(here(meeting))
    motion.straw = not is_quorate(motion.quorum, expected=motion.expected, present=motion.attending)
    return _opened(motion, by)


@transaction.atomic
def open_online(motion, *, by):
    """Put a topic to the vote between meetings, until `deadline`. Returns the Motion. Raises FlowError, ValidationError."""
    if motion.deadline is None or motion.deadline <= timezone.now():
        raise ValidationError({"deadline": "截止时间要晚于现在。"})
    topic = Topic.objects.select_for_update().get(pk=motion.topic_id)
    if topic.status not in UNFINISHED:
        raise FlowError(f"议题“{topic.get_status_display()}”，不能在线表决。")
    _rules(motion, motion.council)
    motion.quorum = motion.council.quorum
    motion.expected = motion.attending = Member.objects.filter(council=motion.council).seated().count()
    topic_flow.walk(topic, "schedule")
    return _opened(motion, by)


def _opened(motion, by):
    motion.created_by = by
    motion.full_clean(exclude=["area", "council", "item", "topic"])
    motion.save()
    audit.record("council.motion.open", motion, by=by, straw=motion.straw)
    return motion


def _locked(motion):
    row = Motion.objects.select_for_update(of=("self",)).select_related("council", "item__meeting").get(pk=motion.pk)
    if not row.is_open or row.deadline and row.deadline < timezone.now():
        raise FlowError("这项表决已经结束。")
    return row


@transaction.atomic
def step_back(motion, member, *, reason, by):
    """A member with an own interest does not vote on it. Raises FlowError once the first vote is in."""
    row = _locked(motion)
    if not row.council.step_back:
        raise FlowError("章程没有规定回避。")
    if row.frozen:
        raise FlowError("已经有人投票，回避要在投票以前提出。")
    try:
        with transaction.atomic():
            found = StepBack.objects.create(motion=row, member=member, reason=reason)
    except IntegrityError:
        raise FlowError("她已经回避了。") from None
    audit.record("council.motion.step_back", row, by=by, member=member.pk)
    return found


# --- voting -------------------------------------------------------------------------------------------------------
@transaction.atomic
def cast_vote(motion, member, choice, *, by, written=False):
    """One vote of `member`: by herself, by whoever holds her proxy, or written down by the recorder (open votes alone).

    The rules stand from the first one on. Of a secret ballot no row, no audit and no time leads to the member. Raises
    FlowError when she may not vote or has voted.
    """
    row = _locked(motion)
    voters = electorate(row)
    if member.pk not in voters:
        raise FlowError(f"{member.name}不能投这一票：没有签到、已经离开，或者回避了。")
    proxy = voters[member.pk]
    if not written:
        holder = proxy.holder if proxy else member
        if holder.user_id != by.pk:
            raise FlowError("这一票不是您的。")
    if row.is_secret and row.secret_ballots.count() >= len(set(voters) | voted_ids(row)):
        raise FlowError("票数已经和能投票的人一样多：有人交了纸票又来投，请先核对纸票。")
    if not row.frozen:
        Motion.objects.filter(pk=row.pk).update(frozen=True)
    try:
        with transaction.atomic():
            if row.is_secret:
                if written:
                    raise FlowError("无记名票由本人投，或者把纸票的数一起登记。")
                Voted.objects.create(motion=row, member=member)
                SecretBallot.objects.create(motion=row, choice=choice)
            else:
                Vote.objects.create(
                    motion=row, member=member, choice=choice, proxy=proxy, written_by=by if written else None
                )
    except IntegrityError:
        raise FlowError(f"{member.name}已经投过票了，以第一次为准。") from None
    if not row.is_secret:
        audit.record("council.motion.vote", row, by=by, member=member.pk)


@transaction.atomic
def write_votes(motion, choices, *, by):
    """Votes by show of hands as the recorder saw them: `{Member: choice}`; whoever voted already keeps her vote."""
    done = voted_ids(motion)
    for member, choice in choices.items():
        if member.pk not in done:
            cast_vote(motion, member, choice, by=by, written=True)
    return motion


@transaction.atomic
def count_papers(motion, *, agree, against, abstain, by):
    """Counted paper ballots of a secret vote; who handed in which nobody writes down. Raises ValidationError when there are more
    than people who may vote."""
    row = _locked(motion)
    if not row.is_secret:
        raise FlowError("只有无记名表决才按张数登记。")
    counts = {Choice.AGREE: agree, Choice.AGAINST: against, Choice.ABSTAIN: abstain}
    total, room = sum(counts.values()), len(set(electorate(row)) | voted_ids(row)) - row.secret_ballots.count()
    if not total:
        raise ValidationError("请填纸票的张数。")
    if total > room:
        raise ValidationError(f"一共 {total} 张，比还能投票的人（{room} 人）多。")
    if not row.frozen:
        Motion.objects.filter(pk=row.pk).update(frozen=True)
    SecretBallot.objects.bulk_create(
        SecretBallot(motion=row, choice=choice) for choice, count in counts.items() for _ in range(count)
    )
    audit.record("council.motion.papers", row, by=by, count=total)
    return row


def choices_of(motion):
    """The choices cast so far, in no order."""
    rows = motion.secret_ballots if motion.is_secret else motion.votes
    return list(rows.values_list("choice", flat=True))


@transaction.atomic
def close_motion(motion, *, by):
    """Count, and say whether it passed: votes, abstentions and those who did not vote are together all who could. Returns it.

    Raises FlowError when somebody else closed it a moment ago, and online before its time while somebody has not voted.
    """
    row = Motion.objects.select_for_update(of=("self",)).select_related("council", "item__meeting").get(pk=motion.pk)
    if not row.is_open:
        raise FlowError("这项表决已经结束。")
    voters = set(electorate(row)) | voted_ids(row)
    choices = choices_of(row)
    if row.deadline and row.deadline > timezone.now() and len(choices) < len(voters):
        raise FlowError(
            f"在线表决到 {timezone.localtime(row.deadline):%m月%d日 %H:%M} 截止，还有人没投，不能提前结束。"
        )
    counted = tally(choices, max(len(voters), len(choices)))
    attending = len(here(row.item.meeting)) if row.item_id else counted.voted + row.step_backs.count()
    quorate = not row.straw and is_quorate(row.quorum, expected=row.expected, present=attending)
    if row.is_secret:
        _shuffle(row, choices)
    closed = Motion.objects.filter(pk=row.pk, status=MotionStatus.OPEN).update(
        status=MotionStatus.CLOSED, closed_at=timezone.now(), agree=counted.agree, against=counted.against,
        abstain=counted.abstain, not_voted=counted.not_voted, present=counted.present, attending=attending,
        quorate=quorate, passed=quorate and counted.passes(row.majority), updated_at=timezone.now(),
    )  # fmt: skip
    if not closed:
        raise FlowError("这项表决已经结束。")
    if row.item_id is None:
        topic = Topic.objects.get(pk=row.topic_id)
        if topic.status == Status.SCHEDULED:
            topic_flow.walk(topic, "discuss")
    motion.refresh_from_db()
    audit.record("council.motion.close", motion, by=by, passed=motion.passed)
    return motion


def _shuffle(motion, choices):
    """Write ballots and roll anew with new keys in a random order: not even the order of rows on disk leads to a member."""
    rnd = secrets.SystemRandom()
    members = list(motion.roll.values_list("member", flat=True))
    motion.secret_ballots.all().delete()
    motion.roll.all().delete()
    rnd.shuffle(choices)
    rnd.shuffle(members)
    SecretBallot.objects.bulk_create(SecretBallot(pk=random_key(), motion=motion, choice=choice) for choice in choices)
    Voted.objects.bulk_create(Voted(pk=random_key(), motion=motion, member_id=pk) for pk in members)
