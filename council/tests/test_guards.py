"""What must not happen in a council: a vote counted twice, a decision on an old vote, a rating lost, a name read next door."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from concerns.models import Concern
from concerns.tests.factories import ConcernFactory, concern_at
from council.enums import Choice
from council.models import Council, Motion, Rating, SecretBallot, Topic
from council.services.councils import open_council
from council.services.feedback import rate_result, reopen_topic
from council.services.meetings import leave_out, notify_meeting, open_meeting, sign_in
from council.services.minutes import draft_minutes, finalise_minutes, is_whole
from council.services.outcome import add_action, resolve_topic
from council.services.topics import (
    accept_topic,
    decline_topic,
    merge_topics,
    propose_topic,
    reply_to_proposer,
    take_concerns,
    topic_of_concern,
)
from council.services.votes import cast_vote, count_papers, open_motion
from council.tests.factories import council_of, decided, heard, meeting_of, sitting, task, topic_at, voted
from fedhub.core.flow import FlowError
from fedhub.core.testing.client import filled
from fedhub.notices.models import Message
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"council:{name}", args=args)


# --- votes ----------------------------------------------------------------------------------------------------------
def test_who_hands_in_a_paper_and_votes_by_phone_is_not_two_votes(chair, committee, community):
    topic = topic_at("accepted")
    council = council_of(chair, committee)
    item = heard(sitting(council, by=chair), topic, by=chair)
    motion = open_motion(Motion(item=item, text="是否划线", ballots="secret", showing="end"), by=chair)
    with pytest.raises(ValidationError, match="张数"):
        count_papers(motion, agree=0, against=0, abstain=0, by=chair)
    count_papers(motion, agree=2, against=0, abstain=0, by=chair)

    with pytest.raises(FlowError, match="票数已经和能投票的人一样多"):
        cast_vote(motion, council.members.get(user=chair), Choice.AGREE, by=chair)

    assert SecretBallot.objects.count() == 2


def test_what_is_not_heard_this_time_or_decided_is_not_voted_on(chair, community):
    topic, other = topic_at("accepted"), topic_at("accepted", title="楼道灯")
    council = council_of(chair)
    meeting = meeting_of(council, by=chair)
    out = leave_out(meeting.items.get(topic=other), by=chair)
    open_meeting(meeting, by=chair)
    sign_in(meeting, council.members.get(), how="tick", by=chair)
    item = heard(meeting, topic, by=chair)
    motion = voted(item, by=chair)
    resolve_topic(
        item.topic, decision="agreed", text="划线", actions=[task(chair)], item=item, motion=motion, by=chair
    )

    out.refresh_from_db()
    for one in (out, item):
        with pytest.raises(FlowError, match="不能再表决"):
            open_motion(Motion(item=one, text="再投一次"), by=chair)


def test_a_decision_does_not_rest_on_a_vote_of_last_time(chair, community):
    topic = topic_at("accepted")
    council = council_of(chair)
    earlier = decided(council, topic, by=chair).motion
    topic = topic_at("discussed")

    with pytest.raises(ValidationError, match="已经用来作过决定"):
        resolve_topic(topic, decision="agreed", text="照旧", actions=[task(chair)], motion=earlier, by=chair)


# --- minutes --------------------------------------------------------------------------------------------------------
def test_minutes_are_hashed_as_they_stand_when_they_are_approved(chair, community):
    from_page = decided(council_of(chair), topic_at("accepted"), by=chair).item.meeting
    type(from_page).objects.filter(pk=from_page.pk).update(status="held", ended_at=timezone.now())
    from_page.refresh_from_db()
    read_early = draft_minutes(from_page, by=chair)
    type(read_early).objects.filter(pk=read_early.pk).update(body="后来改过的正文")

    final = finalise_minutes(read_early, by=chair)

    assert (final.body, is_whole(type(final).objects.get())) == ("后来改过的正文", True)


# --- topics ---------------------------------------------------------------------------------------------------------
def test_declining_a_lead_lets_the_concerns_of_its_followers_go_too(chair, grid, community):
    lead, other = topic_at("collected"), topic_at("collected")
    concern = ConcernFactory(area=grid)
    take_concerns(other, [concern], by=chair)
    merge_topics(lead, [other], by=chair)

    decline_topic(lead, reason="不归议事会管", by=chair)

    assert take_concerns(topic_at("accepted"), [concern], by=chair) == 1


def test_a_topic_that_nobody_proposed_owes_nobody_a_reply(client, chair, community):
    topic = propose_topic(Topic(area=community, title="垃圾分类", category="other", source="upper"), by=chair)

    assert (topic.reply_due_on, topic.late_reply) == (None, False)
    assert client.get(topic.get_absolute_url()).status_code == 200


def test_her_own_words_stay_with_her_concern(chair, grid, community):
    concern = ConcernFactory(area=grid, title="小区停车乱", detail="我丈夫为停车和人打架", origin="survey")

    topic = topic_of_concern(concern, by=chair)

    assert (topic.detail, topic.source, topic.title) == ("", "survey", "小区停车乱")


def test_a_reply_moves_the_version_and_stands_in_the_history(chair, grid, community):
    topic = topic_at("accepted", proposer=ResidentFactory(area=grid))
    stale = Topic.objects.get(pk=topic.pk)
    reply_to_proposer(topic, reply="列入下次会议", told="face", by=chair)

    reply_to_proposer(stale, reply="列入六月的会议", told="face", by=chair)

    assert stale.version == topic.version + 1
    assert [row.reply for row in topic.history.order_by("history_id")][-2:] == ["列入下次会议", "列入六月的会议"]


def test_since_when_a_topic_stands_where_it_stands(chair, community):
    topic = topic_at("collected", step_on=timezone.localdate() - timedelta(days=9))
    assert topic.days_in_step == 9

    accept_topic(topic, by=chair)

    assert topic.days_in_step == 0


def test_who_proposed_a_topic_is_named_to_whom_may_see_her(worker, chair, other_grid, community, as_user):
    her = ResidentFactory(area=other_grid, name="钱秀英")
    topic = topic_at("accepted", proposer=her)

    pages = [as_user(user).get(topic.get_absolute_url()).content.decode() for user in (worker, chair)]

    assert ["钱秀英" in page for page in pages] == [False, True]
    assert "别的网格的居民" in pages[0]
    assert as_user(worker).get(url("topic_sheet", topic.pk)).status_code == 404


def test_the_proposer_is_asked_by_a_message_to_read_the_answer_on_her_own_page(client, chair, grid, community):
    topic = topic_at("accepted", proposer=ResidentFactory(area=grid))
    address = url("topic_reply", topic.pk)

    client.post(address, filled(client.get(address)) | {"reply": "列入下次会议", "told": "not_yet"})

    topic.refresh_from_db()
    message = Message.objects.get()
    assert (topic.replied_on, topic.reply) == (timezone.localdate(), "列入下次会议")
    assert (message.person, message.template, topic.title in message.text) == (topic.proposer, "topic", False)


def test_whoever_left_a_name_alone_is_not_written_to(chair, community):
    with pytest.raises(ValidationError, match="换一种方式"):
        reply_to_proposer(topic_at("accepted", proposer_name="李梅"), reply="列入", told="not_yet", by=chair)


# --- what was done --------------------------------------------------------------------------------------------------
def test_nothing_more_is_given_out_once_a_topic_is_over(client, chair, community):
    resolution = decided(council_of(chair), topic_at("accepted"), by=chair)
    Topic.objects.filter(pk=resolution.topic_id).update(status="told")
    resolution.topic.refresh_from_db()

    with pytest.raises(FlowError, match="不能再交办"):
        add_action(task(chair), resolution, by=chair)
    assert client.get(url("action_create", resolution.topic_id)).status_code == 302


def test_who_is_not_content_is_answered_anew_and_the_others_are_left_in_peace(chair, grid, community):
    topic = topic_at("told", solved=True)
    her, other = ResidentFactory(area=grid), ResidentFactory(area=grid)
    concerns = [concern_at("answered", area=grid, resident=one, outcome="solved") for one in (her, other)]
    take_concerns(topic, concerns, by=chair)

    rate_result(topic, resident=her, score=1, words="还是乱停", by=None)

    topic.refresh_from_db()
    assert (topic.status, topic.reopened) == ("accepted", 1)
    assert [Concern.objects.get(pk=one.pk).status for one in concerns] == ["accepted", "answered"]
    assert topic.joined.filter(parted_at=None).count() == 2


def test_a_rating_that_comes_as_the_topic_is_heard_again_says_so(chair, grid, community):
    topic = topic_at("told", solved=True)
    page = Topic.objects.get(pk=topic.pk)
    reopen_topic(topic, by=chair)

    with pytest.raises(FlowError, match="还没有反馈结果"):
        rate_result(page, resident=ResidentFactory(area=grid), score=5)

    assert Rating.objects.count() == 0


# --- councils and meetings ------------------------------------------------------------------------------------------
def test_one_council_at_a_time(chair, community):
    council_of(term=1)
    day = timezone.localdate()

    with pytest.raises(ValidationError, match="任期和这一届重叠"):
        open_council(Council(area=community, name="妇女议事会", term=2, term_from=day), by=chair)

    Council.objects.update(term_to=day - timedelta(days=1))
    assert open_council(Council(area=community, name="妇女议事会", term=2, term_from=day), by=chair).pk


def test_a_meeting_is_chaired_by_a_member_of_its_own_council(client, chair, community, district):
    council, other = council_of(chair), council_of(term=9)
    stranger = other.members.create(name="吴静")
    page = client.get(url("meeting_create"))
    typed = {"council": council.pk, "place": "妇女之家", "starts_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}"}

    answer = client.post(url("meeting_create"), filled(page) | typed | {"chair": stranger.pk})

    assert answer.context["form"].errors == {"chair": ["她不是这个议事会的成员。"]}


def test_whoever_moves_a_meeting_is_told_to_send_the_notice_again(client, chair, community):
    topic_at("accepted")
    meeting = notify_meeting(meeting_of(council_of(chair), by=chair), short_notice="急", by=chair)
    address = url("meeting_update", meeting.pk)

    page = client.post(address, filled(client.get(address)) | {"place": "南门小广场"}, follow=True)

    assert "请再发一次通知" in page.content.decode()
