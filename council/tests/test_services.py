"""Topics, meetings, votes, outcome and feedback through the services: nobody is lost, every number adds up."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.chain import way_of
from concerns.models import Concern
from concerns.routing import routes
from concerns.services.handling import route_concern
from concerns.services.together import join_concerns
from concerns.tests.factories import ConcernFactory, concern_at
from council.enums import Choice, ItemKind, Status
from council.models import Action, AgendaItem, Motion, Proxy, SecretBallot, Speech, Support, Topic, Vote, Voted
from council.models import Progress as Step
from council.queries import council_now, my_actions, steps_of_life
from council.rules import needed
from council.services.feedback import close_topic, publish_result, rate_result, tell_women
from council.services.meetings import (
    add_proxy,
    add_speech,
    bring_back,
    cancel_meeting,
    end_meeting,
    leave_out,
    notify_meeting,
    sign_in_by_code,
    sign_out,
)
from council.services.minutes import add_to_minutes, confirm_minutes, draft_minutes, finalise_minutes, is_whole
from council.services.outcome import (
    accept_action,
    add_progress,
    check_topic,
    finish_topic,
    give_opinion,
    hand_in,
    resolve_topic,
    set_supervisors,
)
from council.services.topics import (
    accept_topic,
    decline_topic,
    merge_topics,
    people_behind,
    propose_topic,
    support_topic,
    take_concerns,
    unmerge_topic,
)
from council.services.votes import (
    cast_vote,
    close_motion,
    count_papers,
    open_motion,
    open_online,
    papers_of,
    step_back,
)
from council.tests.factories import (
    MemberFactory,
    TopicFactory,
    council_of,
    decided,
    heard,
    meeting_of,
    sitting,
    task,
    topic_at,
    voted,
)
from fedhub.core.flow import FlowError
from fedhub.core.models import AuditEvent
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def fresh(row):
    row.refresh_from_db()
    return row


# --- topics -------------------------------------------------------------------------------------------------------
def test_numbers_of_topics_have_no_gap_and_the_proposer_is_told_within_days(chair, community):
    year = timezone.localdate().year
    made = [
        propose_topic(
            Topic(area=community, title="停车", category="parking", source="paper", proposer_name="王桂兰"), by=chair
        )
        for _ in range(3)
    ]

    assert [topic.number for topic in made] == [f"YT-{year}-{n:03d}" for n in (1, 2, 3)]
    assert [topic.supporters for topic in made] == [1, 1, 1]
    assert made[0].reply_due_on == timezone.localdate() + timedelta(days=7)


def test_ten_concerns_in_a_topic_are_ten_supporters_and_unmerging_restores_all(chair, grid, community):
    women = [ResidentFactory(area=grid) for _ in range(10)]
    concerns = [ConcernFactory(area=grid, resident=woman) for woman in women]
    first, second = topic_at("accepted"), topic_at("collected")
    take_concerns(first, concerns[:6], by=chair)
    take_concerns(second, concerns[6:], by=chair)
    support_topic(first, resident=women[0])

    merge_topics(first, [second], by=chair)

    assert (fresh(first).supporters, fresh(second).status) == (10, "merged")
    assert people_behind(first)[0] == {woman.pk for woman in women}
    unmerge_topic(fresh(second), by=chair)
    assert (fresh(first).supporters, fresh(second).supporters, second.status) == (6, 4, "collected")
    assert Concern.objects.filter(status="new").count() == 10


def test_a_person_counts_once_whatever_the_way(chair, grid, community):
    woman, topic = ResidentFactory(area=grid), topic_at("accepted")

    first = support_topic(topic, resident=woman)
    again = support_topic(topic, resident=woman)
    on_paper = [support_topic(topic, name=name, source="paper", by=chair) for name in ("李梅", " 李 梅", "赵云")]

    assert (first, again, on_paper) == (True, False, [True, False, True])
    assert fresh(topic).supporters == 3 == Support.objects.count()


def test_a_concern_is_in_one_topic_at_most(chair, grid, community):
    concern, one, two = ConcernFactory(area=grid), topic_at("accepted"), topic_at("accepted")
    take_concerns(one, [concern], by=chair)

    with pytest.raises(FlowError, match="已经在一个议题里"):
        take_concerns(two, [concern], by=chair)


def test_a_concern_goes_through_the_door_of_the_council(chair, grid, community):
    concern = ConcernFactory(area=grid, title="小区停车乱", resident=ResidentFactory(area=grid))

    topic = route_concern(concern, routes["council"], by=chair)

    assert (topic.title, topic.source, topic.supporters, topic.grid) == ("小区停车乱", "visit", 1, grid)
    assert list(routes["council"].cases(concern, chair)) == [topic]
    assert not routes["council"].fits(concern)


def test_declining_needs_no_concern_to_be_lost(chair, grid, community):
    topic, concern = topic_at("collected"), ConcernFactory(area=grid)
    take_concerns(topic, [concern], by=chair)

    decline_topic(topic, reason="属个人家事", by=chair)

    assert routes["council"].fits(fresh(concern))
    assert concern.status == "new"


def test_every_step_has_who_when_and_its_days(chair, community):
    topic = propose_topic(Topic(area=community, title="停车", category="parking", source="upper"), by=chair)
    accept_topic(topic, by=chair)
    topic.history.filter(status="collected").update(history_date=timezone.now() - timedelta(days=5))

    assert [(one["label"], one["days"], one["running"]) for one in steps_of_life(topic)] == [
        ("待筛选", 5, False), ("已立项", 0, True)
    ]  # fmt: skip


# --- the agenda fills itself --------------------------------------------------------------------------------------
def test_unfinished_topics_and_overdue_actions_are_on_the_agenda_by_themselves(chair, community):
    council = council_of(chair)
    resolution = decided(council, topic_at("accepted", title="消防"), by=chair)
    end_meeting(council.meetings.get(), by=chair)
    yesterday = timezone.localdate() - timedelta(days=1)
    Action.objects.update(due_on=yesterday, start_on=yesterday)
    waiting = topic_at("accepted", title="停车")

    meeting = meeting_of(council, by=chair)

    assert [(item.kind, item.topic, item.action) for item in meeting.items.all()] == [
        (ItemKind.LAST, None, None), (ItemKind.OVERDUE, None, resolution.actions.get()), (ItemKind.TOPIC, waiting, None)
    ]  # fmt: skip
    assert fresh(waiting).status == "scheduled"


def test_what_is_left_out_returns_next_time(chair, community):
    council, topic = council_of(chair), topic_at("accepted")
    first = meeting_of(council, by=chair)
    leave_out(first.items.get(), by=chair)

    second = meeting_of(council, by=chair)

    assert [item.topic for item in second.items.all()] == [topic]
    assert first.items.get().left_out_by == chair
    with pytest.raises(FlowError):
        bring_back(first.items.get(), by=chair)


def test_what_was_not_heard_comes_up_again_and_so_does_what_a_cancelled_meeting_had(chair, community):
    council, topic = council_of(chair), topic_at("accepted")
    end_meeting(sitting(council, by=chair), by=chair)
    assert fresh(topic).status == "accepted"
    cancel_meeting(meeting_of(council, by=chair), why="台风", by=chair)

    assert fresh(topic).status == "accepted"
    assert meeting_of(council, by=chair).items.filter(topic=topic).count() == 1


def test_a_notice_that_comes_late_needs_its_reason(chair, community):
    topic_at("accepted")
    meeting = meeting_of(council_of(chair), by=chair)

    with pytest.raises(ValidationError, match="提前 3 天"):
        notify_meeting(meeting, by=chair)
    notify_meeting(meeting, short_notice="消防急件", by=chair)

    year = timezone.localdate().year
    assert (meeting.status, meeting.notice_number) == ("notified", f"妇议通〔{year}〕1号")
    assert len(meeting.code) == 6
    assert not set(meeting.code) & set("1I0O")


def test_signing_in_by_code_coming_twice_and_leaving_early(chair, committee, stranger, community):
    topic_at("accepted")
    meeting = notify_meeting(meeting_of(council_of(chair, committee), by=chair), short_notice="急", by=chair)
    typed = f" {meeting.code[:3].lower()}-{meeting.code[3:]} "

    row = sign_in_by_code(committee, typed)
    again = sign_in_by_code(committee, typed)

    assert (row.pk, row.came_at) == (again.pk, again.came_at)
    with pytest.raises(ValidationError, match="没有这个签到码"):
        sign_in_by_code(stranger, typed)
    with pytest.raises(FlowError):
        sign_out(row, by=chair)


# --- votes --------------------------------------------------------------------------------------------------------
@pytest.fixture
def council(chair, committee, community):
    return council_of(chair, committee, user_with(Role.GRID_WORKER, community, name="丁兰"), proxies="vote")


def vote_on(council, chair, come=None, **fields):
    meeting = sitting(council, by=chair, come=come)
    heard(meeting, meeting.items.first().topic, by=chair)
    return open_motion(Motion(item=meeting.items.first(), text="是否划线", **fields), by=chair)


def test_below_the_quorum_only_a_straw_poll(chair, council):
    topic = topic_at("accepted")
    motion = vote_on(council, chair, come=1)
    cast_vote(motion, council.members.get(user=chair), Choice.AGREE, by=chair)
    close_motion(motion, by=chair)

    assert (motion.straw, motion.quorate, motion.passed, motion.agree) == (True, False, False, 1)
    with pytest.raises(ValidationError, match="没有达到人数"):
        resolve_topic(fresh(topic), decision="agreed", text="划线", actions=[task(chair)], motion=motion, by=chair)


def test_an_override_is_the_chair_s_and_has_a_reason(chair, council, community):
    topic, secretary = topic_at("accepted"), user_with(Role.SECRETARY, community)
    heard(sitting(council, by=chair, come=1), topic, by=chair)

    with pytest.raises(ValidationError, match="由主席"):
        resolve_topic(
            fresh(topic), decision="agreed", text="划线", actions=[task(chair)], override="消防急", by=secretary
        )
    found = resolve_topic(
        fresh(topic), decision="agreed", text="划线", actions=[task(chair)], override="消防急", by=chair
    )

    assert found.override == "消防急"


def test_votes_abstentions_and_not_voted_are_those_present(chair, committee, council):
    topic_at("accepted")
    motion = vote_on(council, chair)
    cast_vote(motion, council.members.get(user=chair), Choice.AGREE, by=chair)
    cast_vote(motion, council.members.get(user=committee), Choice.ABSTAIN, by=committee)
    with pytest.raises(FlowError, match="已经投过票"):
        cast_vote(motion, council.members.get(user=committee), Choice.AGREE, by=committee)
    with pytest.raises(FlowError, match="不是您的"):
        cast_vote(motion, council.members.exclude(user__in=[chair, committee]).get(), Choice.AGREE, by=committee)

    close_motion(motion, by=chair)

    assert (motion.agree, motion.against, motion.abstain, motion.not_voted, motion.present) == (1, 0, 1, 1, 3)
    assert motion.passed is (needed("half", 3) <= 1)


def test_a_secret_ballot_leads_to_nobody_in_any_table(chair, committee, council):
    topic_at("accepted")
    motion = vote_on(council, chair, ballots="secret")
    member, events = council.members.get(user=committee), AuditEvent.objects.count()

    cast_vote(motion, member, Choice.AGAINST, by=committee)

    assert {f.name for f in SecretBallot._meta.get_fields()} == {"id", "motion", "choice"}
    assert {f.name for f in Voted._meta.get_fields()} == {"id", "motion", "member"}
    assert AuditEvent.objects.count() == events
    assert (Vote.objects.count(), fresh(motion).shows_result) == (0, False)
    before = set(SecretBallot.objects.values_list("pk", flat=True)) | set(Voted.objects.values_list("pk", flat=True))
    count_papers(motion, agree=2, against=0, abstain=0, by=chair)
    close_motion(motion, by=chair)
    after = set(SecretBallot.objects.values_list("pk", flat=True)) | set(Voted.objects.values_list("pk", flat=True))
    assert before & after == set()
    assert (motion.agree, motion.against, motion.present, motion.passed) == (2, 1, 3, True)


def test_papers_are_never_more_than_people(chair, council):
    topic_at("accepted")
    motion = vote_on(council, chair, ballots="secret")

    with pytest.raises(ValidationError, match="比还能投票的人"):
        count_papers(motion, agree=3, against=1, abstain=0, by=chair)


def test_who_steps_back_does_not_vote_and_not_after_the_first_ballot(chair, committee, council):
    topic_at("accepted")
    motion = vote_on(council, chair)
    member = council.members.get(user=committee)
    step_back(motion, member, reason="是物业职工", by=chair)

    with pytest.raises(FlowError, match="回避"):
        cast_vote(motion, member, Choice.AGREE, by=committee)
    cast_vote(motion, council.members.get(user=chair), Choice.AGREE, by=chair)
    with pytest.raises(FlowError, match="投票以前"):
        step_back(motion, council.members.exclude(user__in=[chair, committee]).get(), reason="亲属", by=chair)
    close_motion(motion, by=chair)
    assert motion.present == 2


def test_a_proxy_names_principal_holder_and_paper(chair, committee, council):
    topic_at("accepted")
    meeting = sitting(council, by=chair, come=2)
    away = council.members.order_by("pk").last()
    add_proxy(
        Proxy(meeting=meeting, principal=away, holder=council.members.get(user=committee), paper="委托书 6月18日"),
        by=chair,
    )
    heard(meeting, meeting.items.get().topic, by=chair)
    motion = open_motion(Motion(item=meeting.items.get(), text="是否划线"), by=chair)

    assert [member.pk for member, proxy in papers_of(committee, motion)] == [
        council.members.get(user=committee).pk, away.pk
    ]  # fmt: skip
    cast_vote(motion, away, Choice.AGREE, by=committee)
    assert (Vote.objects.get().member, Vote.objects.get().proxy.paper) == (away, "委托书 6月18日")


def test_online_between_meetings(chair, committee, council):
    topic = topic_at("accepted")
    motion = open_online(
        Motion(council=council, topic=topic, text="周末试行", deadline=timezone.now() + timedelta(days=2)), by=chair
    )
    for user in (chair, committee):
        cast_vote(motion, council.members.get(user=user), Choice.AGREE, by=user)
    with pytest.raises(FlowError, match="还有人没投，不能提前结束"):
        close_motion(motion, by=chair)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        close_motion(motion, by=chair)

    assert (motion.present, motion.not_voted, motion.quorate, motion.passed) == (3, 1, True, True)
    assert fresh(topic).status == "discussed"
    assert resolve_topic(topic, decision="agreed", text="试行", actions=[task(chair)], motion=motion, by=chair).pk


# --- outcome ------------------------------------------------------------------------------------------------------
def test_a_decision_has_an_action_on_its_owner_s_list_the_same_minute(chair, worker, council):
    topic = topic_at("accepted")
    resolution = decided(council, topic, by=chair, owner=worker)

    assert list(my_actions(worker)) == [resolution.actions.get()]
    other = topic_at("discussed")
    with pytest.raises(ValidationError, match="至少交办一件事"):
        resolve_topic(other, decision="postponed", text="再调研", actions=[], by=chair)


@pytest.mark.parametrize(
    ("decision", "status", "body"),
    [("postponed", "accepted", ""), ("refused", "refused", ""), ("passed_on", "passed", "owners")],
)
def test_decisions_without_a_vote(chair, community, decision, status, body):
    topic = topic_at("discussed")

    resolve_topic(topic, decision=decision, text="…", body=body, actions=[task(chair)], by=chair)

    assert (topic.status, topic.body) == (status, body)


def carry_out(topic, resolution, worker, chair, council, **more):
    action = resolution.actions.get()
    add_progress(action, Step(percent=50, text="划了一半"), by=worker)
    hand_in(action, Step(percent=100, text="划好了", cost="3200.00"), by=worker)
    with pytest.raises(FlowError, match="自己办的事"):
        accept_action(action, by=worker)
    accept_action(action, by=chair)
    fresh(topic)
    with pytest.raises(ValidationError, match="照片"):
        finish_topic(topic, result="划了 46 个车位", solved=True, by=chair)
    finish_topic(topic, result="划了 46 个车位", solved=True, no_photos="雨天没拍", by=chair)
    with pytest.raises(FlowError, match="先定监督小组"):
        check_topic(topic, by=chair)
    set_supervisors(topic, [council.members.first()], by=chair)
    give_opinion(topic.supervisors.get(), agrees=True, by=chair)
    return check_topic(topic, by=chair)


def test_from_the_complaint_to_the_rated_answer(chair, worker, grid, council):
    women = [ResidentFactory(area=grid) for _ in range(3)]
    concerns = [concern_at("accepted", area=grid, resident=woman) for woman in women]
    join_concerns(concerns[0], [concerns[1]], by=chair)
    topic = topic_at("accepted")
    take_concerns(topic, [concerns[0], concerns[2]], by=chair)
    assert fresh(topic).supporters == 3
    topic = carry_out(topic, decided(council, topic, by=chair, owner=worker), worker, chair, council)

    tell_women(topic, answer="划好了", told={concerns[0]: "face"}, by=chair)
    assert topic.status == "checked"
    tell_women(topic, answer="划好了", told={concerns[1]: "face", concerns[2]: "face"}, by=chair)

    assert topic.status == "told"
    assert {fresh(c).outcome for c in concerns} == {"solved"}
    publish_result(topic, by=chair)
    with pytest.raises(FlowError, match="期满以后"):
        close_topic(topic, by=chair)
    rate_result(topic, resident=ResidentFactory(area=grid), score=5)
    with pytest.raises(ValidationError, match="写下原因"):
        rate_result(topic, resident=women[0], score=2)
    rate_result(topic, resident=women[0], score=2, words="访客车还是乱停")
    assert (fresh(topic).status, topic.reopened, topic.solved) == ("accepted", 1, None)
    assert meeting_of(council, by=chair).items.filter(topic=topic).exists()


def test_the_way_of_a_concern_tells_what_the_council_did(chair, worker, grid, council):
    concern, topic = concern_at("accepted", area=grid), topic_at("accepted", title="停车")
    take_concerns(topic, [concern], by=chair)
    decided(council, topic, by=chair, owner=worker)

    told = [event.title for event in way_of(concern, chair)]

    assert told[-2:] == ["转入议题：停车", "议事会通过"]


# --- minutes ------------------------------------------------------------------------------------------------------
def test_minutes_carry_number_hash_additions_and_confirmations(chair, committee, council):
    topic = topic_at("accepted")
    decided(council, topic, by=chair)
    minutes = draft_minutes(end_meeting(council.meetings.get(), by=chair), by=chair)
    assert "会议议定：\n一、关于精诚公寓停车管理。通过。划线分区，访客限时。" in minutes.body

    finalise_minutes(minutes, by=chair)
    add_to_minutes(minutes, text="“46 个”应为“48 个”。", by=chair)
    confirm_minutes(minutes, council.members.get(user=committee), agrees=False, words="还有两个没画", by=committee)

    assert minutes.number == f"〔{timezone.localdate().year}〕1号"
    assert is_whole(minutes)
    minutes.body += "。"
    assert not is_whole(minutes)
    with pytest.raises(FlowError, match="已经核对过"):
        confirm_minutes(minutes, council.members.get(user=committee), agrees=True, by=committee)


def test_a_speech_is_of_one_speaker_and_while_the_meeting_is_on(chair, council):
    topic_at("accepted")
    meeting = sitting(council, by=chair)
    item = AgendaItem.objects.get(meeting=meeting)
    add_speech(Speech(item=item, member=council.members.first(), summary="先划消防通道"), by=chair)
    end_meeting(meeting, by=chair)

    with pytest.raises(FlowError, match="只有开会时"):
        add_speech(Speech(item=item, member=council.members.first(), summary="再补一句"), by=chair)
    assert council_now(council.area) == council


def test_a_seat_of_an_earlier_term_does_not_vote(chair, committee, community):
    council = council_of(chair)
    MemberFactory(council=council, user=committee, until=timezone.localdate() - timedelta(days=1))
    TopicFactory(status=Status.ACCEPTED)
    meeting = sitting(council, by=chair)

    assert meeting.expected == 1
    item = heard(meeting, meeting.items.get().topic, by=chair)
    assert voted(item, by=chair).present == 1
