"""The pages: what they cost, who opens them, and the whole way by forms."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.models import Concern
from concerns.services.answers import hear_answer
from concerns.tests.factories import ConcernFactory, concern_at
from council.models import (
    Action,
    AgendaItem,
    Comment,
    Council,
    Meeting,
    Member,
    Minutes,
    Motion,
    SecretBallot,
    Topic,
    Vote,
)
from council.services.meetings import end_meeting, notify_meeting
from council.services.minutes import draft_minutes, finalise_minutes
from council.services.topics import add_comment, take_concerns
from council.services.votes import open_motion
from council.tests.factories import (
    CouncilFactory,
    MemberFactory,
    TopicFactory,
    council_of,
    decided,
    heard,
    meeting_of,
    sitting,
    topic_at,
)
from fedhub.core.models import OnceKey
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.notices.models import Message
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"


def url(name, *args):
    return reverse(f"council:{name}", args=args)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_topics_costs_the_same_for_any_number_of_rows(client, chair, community, rows):
    TopicFactory.create_batch(rows)

    response, queries = queries_beyond(client, reverse("council:topic_list"), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 4


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_meetings_costs_the_same_for_any_number_of_rows(client, chair, community, rows):
    council = council_of(chair)
    for _ in range(rows):
        meeting_of(council, by=chair)

    response, queries = queries_beyond(client, reverse("council:meeting_list"), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_actions_costs_the_same_for_any_number_of_rows(client, chair, community, rows):
    action = decided(council_of(chair), topic_at("accepted"), by=chair).actions.get()
    for _ in range(rows - 1):
        action.pk = None
        action.save(force_insert=True)

    response, queries = queries_beyond(client, reverse("council:action_list"), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_comments_costs_the_same_for_any_number_of_rows(client, chair, grid, community, rows):
    topic = topic_at("accepted")
    for number in range(rows):
        add_comment(topic, resident=ResidentFactory(area=grid), text=f"第 {number} 条")

    response, queries = queries_beyond(client, reverse("council:comment_list"), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_councils_costs_the_same_for_any_number_of_rows(client, chair, community, rows):
    for term in range(rows):
        CouncilFactory(term=term + 1)

    response, queries = queries_beyond(client, reverse("council:council_list"), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 2


def test_the_page_of_a_meeting_costs_the_same_for_any_number_of_members(client, chair, community):
    def cost(members):
        council = CouncilFactory(term=members)
        MemberFactory.create_batch(members, council=council)
        for _ in range(members):
            topic_at("accepted")
        meeting = sitting(council, by=chair)
        return queries_beyond(client, meeting.get_absolute_url(), SHELL)[1]

    assert cost(1) == cost(6)


# --- filters and links of figures -------------------------------------------------------------------------------------
def test_what_the_list_of_topics_is_asked_for(client, chair, community):
    today = timezone.localdate()
    new = TopicFactory(title="楼道灯", place="北门", reply_due_on=today - timedelta(days=1))
    done = topic_at("told", title="停车", solved=True, done_on=today, category="fire")
    topic_at("told", title="没解决", solved=False, done_on=today)

    def found(**query):
        return [line.name for line in client.get(url("topic_list"), query).context["page"].rows]

    assert found(q="北门") == found(status="late") == found(status="collected") == [new.title]
    assert found(solved="on") == found(category="fire") == [done.title]
    assert found(since=today.isoformat(), until=today.isoformat(), solved="on") == [done.title]
    assert found(q="没有的") == []
    assert set(found(since="letters", status="odd")) == {"楼道灯", "停车", "没解决"}


def test_five_meetings_and_three_solved_are_queries_with_links(client, chair, community):
    council, today = council_of(chair), timezone.localdate()
    for _ in range(2):
        end_meeting(sitting(council, by=chair), by=chair)
    meeting_of(council, by=chair)
    topic_at("published", solved=True, done_on=today, raised_on=today - timedelta(days=12))
    topic_at("accepted", solved=None)

    page = client.get(url("figures"))

    figures = {one.label: one for one in page.context["figures"]}
    assert (figures["召开会议"].value, figures["解决问题"].value, figures["平均用时"].value) == (2, 1, 12)
    assert len(client.get(figures["召开会议"].url).context["page"].rows) == 2
    assert len(client.get(figures["解决问题"].url).context["page"].rows) == 1
    assert "召开 2 次会议，解决 1 件事" in page.content.decode()


def test_only_the_chair_sees_the_balance(client, chair, community, as_user):
    end_meeting(sitting(council_of(chair), by=chair), by=chair)
    secretary = as_user(user_with(Role.SECRETARY, community))

    rows = client.get(url("balance")).context["rows"]

    assert [(row["expected"], row["came"], row["spoke"]) for row in rows] == [(1, 1, 0)]
    assert secretary.get(url("balance")).status_code == 404
    assert "出席、发言、提议" not in secretary.get(url("figures")).content.decode()
    assert client.get(url("figures"), {"since": "x", "until": "2024-13-77"}).status_code == 200


# --- by forms -----------------------------------------------------------------------------------------------------
def post(client, address, **typed):
    """Post the form of `address` as filled, with what is typed; returns the answer, which must lead on."""
    answer = client.post(address, filled(client.get(address)) | typed)
    assert answer.status_code == 302, [*answer.context["form"].errors.values()]
    return answer


def test_the_whole_way_by_forms(client, chair, worker, grid, community, as_user):
    chair_client = as_user(chair)
    woman = ResidentFactory(area=grid)
    concern = concern_at("accepted", area=grid, resident=woman, title="小区停车乱")
    post(chair_client, url("council_create"), name="清和社区妇女议事会")
    council = Council.objects.get()
    post(chair_client, url("member_create", council.pk), name="周敏", seat="chair", user=chair.pk)
    post(
        chair_client,
        url("topic_create"),
        title="精诚公寓停车管理",
        category="parking",
        source="paper",
        proposer_name="李梅",
    )
    topic = Topic.objects.get()
    post(chair_client, url("topic_accept", topic.pk))
    post(chair_client, url("topic_reply", topic.pk), reply="列入下次会议", told="face")
    post(chair_client, url("topic_support", topic.pk), names="赵云\n李 梅\n")
    post(chair_client, url("topic_take", topic.pk), concerns=[concern.pk])
    topic.refresh_from_db()
    assert (topic.supporters, topic.replied_on) == (3, timezone.localdate())

    post(chair_client, url("meeting_create"), starts_at=f"{timezone.localtime():%Y-%m-%dT%H:%M}", place="社区妇女之家")
    meeting = Meeting.objects.get()
    post(chair_client, url("meeting_notify", meeting.pk), short_notice="急")
    chair_client.post(url("meeting_open", meeting.pk))
    chair_client.post(url("attendance_tick", meeting.attendances.get().pk))
    item = AgendaItem.objects.get(topic=topic)
    post(chair_client, url("speech_create", item.pk), who=f"m{council.members.get().pk}", summary="先划消防通道")
    post(chair_client, url("item_hear", item.pk), summary="大家都说该办")
    post(chair_client, url("motion_create", item.pk), text="是否划线")
    motion = Motion.objects.get()
    post(chair_client, url("motion_vote", motion.pk), choice="agree")
    chair_client.post(url("motion_close", motion.pk))
    post(
        chair_client, url("resolution_create", item.pk), decision="agreed", text="划线分区", content1="划线",
        owner1=worker.pk, due1=(timezone.localdate() + timedelta(days=9)).isoformat(),
    )  # fmt: skip
    chair_client.post(url("meeting_end", meeting.pk))
    chair_client.post(url("minutes_draft", meeting.pk))
    post(chair_client, url("minutes_update", meeting.pk), sent_to="各成员")
    chair_client.post(url("minutes_finalise", meeting.pk))
    assert Minutes.objects.get().is_final
    post(chair_client, url("minutes_add", meeting.pk), text="补充一句")
    post(chair_client, url("minutes_confirm", meeting.pk), agrees="yes")

    action, worker_client = Action.objects.get(), as_user(worker)
    assert worker_client.get(url("mine")).context["actions"][0][0] == action
    post(worker_client, url("action_progress", action.pk), percent="40", text="划了一半")
    post(worker_client, url("action_hand_in", action.pk), text="划好了")
    chair_client.post(url("action_accept", action.pk))
    post(chair_client, url("topic_finish", topic.pk), result="划了 46 个车位", solved="yes", no_photos="雨天")
    post(chair_client, url("topic_supervisors", topic.pk), members=[council.members.get().pk])
    post(chair_client, url("supervisor_opinion", topic.supervisors.get().pk), agrees="yes")
    chair_client.post(url("topic_check", topic.pk))
    post(chair_client, url("topic_tell", topic.pk), **{f"told_{concern.pk}": "face"})
    chair_client.post(url("topic_publish", topic.pk))

    topic.refresh_from_db()
    assert (topic.status, Concern.objects.get().outcome) == ("published", "solved")


def test_a_secret_vote_leaves_no_key_of_its_form_and_two_taps_are_one(client, chair, committee, community, as_user):
    topic = topic_at("accepted")
    meeting = sitting(council_of(chair, committee), by=chair)
    motion = open_motion(Motion(item=heard(meeting, topic, by=chair), text="是否划线", ballots="secret"), by=chair)
    phone = as_user(committee)
    data = filled(phone.get(url("motion_vote", motion.pk))) | {"choice": "against"}

    first = phone.post(url("motion_vote", motion.pk), data)
    second = phone.post(url("motion_vote", motion.pk), data)

    assert (first.status_code, second.status_code) == (302, 200)
    assert (SecretBallot.objects.count(), Vote.objects.count(), OnceKey.objects.count()) == (1, 0, 0)
    assert phone.get(url("motion_vote", motion.pk)).status_code == 302


def test_merging_and_parting_by_pages(client, chair, grid, community):
    lead, other = topic_at("accepted"), topic_at("collected")
    take_concerns(other, [ConcernFactory(area=grid)], by=chair)
    post(client, url("topic_merge", lead.pk), topics=[other.pk])
    assert client.get(lead.get_absolute_url()).context["women"] == 1

    client.post(url("topic_unmerge", other.pk))
    client.post(url("concern_part", other.joined.get().pk))

    other.refresh_from_db()
    assert (other.status, other.joined.get().parted_at is None) == ("collected", False)


def test_every_paper_opens_as_page_and_as_word(chair, committee, community, as_user):
    client, council = as_user(chair), council_of(chair, committee)
    decided(council, topic_at("accepted"), by=chair)
    meeting = council.meetings.get()
    end_meeting(meeting, by=chair)
    finalise_minutes(draft_minutes(meeting, by=chair), by=chair)
    topic = topic_at("published", solved=True, notice_number="妇议公〔2024〕1号", result="划了 46 个车位")

    pages = [url(f"{key}_sheet", meeting.pk) for key in ("notice", "agenda", "signin", "ballot", "record", "minutes")]
    pages += [url("topic_sheet", topic.pk), url("result_sheet", topic.pk)]
    texts = [client.get(page).content.decode() for page in pages]
    files = [client.post(page.replace("/sheet/", "/paper/")) for page in pages]

    assert [file.content[:2] for file in files] == [b"PK"] * 8
    assert "〔" in texts[5]
    assert "会议议定：" in texts[5]
    assert "46 个车位" in texts[7]


def test_a_calendar_has_the_time_and_no_topic(client, chair, community):
    topic_at("accepted", title="离婚后住哪")
    meeting = notify_meeting(meeting_of(council_of(chair), by=chair), short_notice="急", by=chair)

    text = client.get(url("meeting_ics", meeting.pk)).content.decode()

    assert f"UID:council-meeting-{meeting.pk}@fedhub" in text
    assert "离婚" not in text
    assert client.get(url("calendar")).content.decode().count("BEGIN:VEVENT") == 1
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_signing_in_with_a_wrong_code_says_so(client, committee, community):
    page = client.post(url("check_in"), {"code": "234567"})

    assert page.status_code == 200
    assert "没有这个签到码" in page.content.decode()


def test_a_member_answers_the_notice_on_her_phone(client, chair, committee, community, as_user):
    phone = as_user(committee)
    topic_at("accepted")
    meeting = notify_meeting(meeting_of(council_of(chair, committee), by=chair), short_notice="急", by=chair)

    post(phone, url("own_slip", meeting.pk), slip="opinion", words="先清楼道")

    assert meeting.attendances.get(member__user=committee).words == "先清楼道"
    assert client.get(url("own_slip", meeting.pk)).status_code in (200, 302)


def test_a_member_of_no_council_has_no_slip_to_answer(client, worker, chair, community):
    meeting = meeting_of(council_of(chair), by=chair)

    assert client.get(url("own_slip", meeting.pk)).status_code == 404
    assert client.get(url("minutes_confirm", meeting.pk)).status_code == 404


def test_a_grid_worker_sees_the_community_s_topics_and_changes_nothing(client, worker, chair, community):
    topic = TopicFactory()
    meeting = meeting_of(council_of(chair), by=chair)

    assert client.get(topic.get_absolute_url()).status_code == 200
    assert client.get(meeting.get_absolute_url()).status_code == 200
    assert client.post(url("topic_decline", topic.pk), {"reason": "不要"}).status_code == 404
    assert client.post(url("meeting_open", meeting.pk)).status_code == 404


def test_what_is_typed_is_not_lost_when_it_is_wrong(client, chair, community):
    page = client.post(url("topic_create"), {"title": "停车", "category": "odd", "affected": "很多"})

    assert page.status_code == 200
    assert page.context["form"]["title"].value() == "停车"
    assert {"category", "affected", "source", "area"} <= page.context["form"].errors.keys()
    assert Topic.objects.count() == 0


def test_a_comment_is_read_before_it_is_shown(client, chair, grid, community):
    comment = add_comment(topic_at("accepted"), resident=ResidentFactory(area=grid), text="早该管了")
    address = url("comment_judge", comment.pk)

    refused = client.post(address, filled(client.get(address)) | {"show": "no"})
    post(client, address, show="yes")

    assert "请写不显示的原因" in refused.content.decode()
    assert Comment.objects.get().state == "shown"
    assert Member.objects.count() == 0


def test_a_secret_vote_opens_by_its_form_and_shows_nothing_before_its_end(client, chair, community):
    topic = topic_at("accepted")
    meeting = sitting(council_of(chair), by=chair)
    item = heard(meeting, topic, by=chair)

    post(client, url("motion_create", item.pk), ballots="secret", showing="live")

    motion = Motion.objects.get()
    assert (motion.is_secret, motion.showing, motion.shows_result) == (True, "end", False)


def test_a_topic_names_the_concerns_alone_that_the_reader_may_see(client, worker, chair, grid, other_grid, as_user):
    topic = topic_at("accepted")
    near, far = ConcernFactory(area=grid, title="路灯不亮"), ConcernFactory(area=other_grid, title="别家的事")
    take_concerns(topic, [near, far], by=chair)

    hers, all_of_them = (as_user(user).get(topic.get_absolute_url()) for user in (worker, chair))

    assert [row.concern for row in hers.context["joined"]] == [near]
    assert "还有 1 件在别的网格" in hers.content.decode()
    assert "别家的事" not in hers.content.decode()
    assert [row.concern for row in all_of_them.context["joined"]] == [near, far]


def test_one_way_for_all_leaves_alone_whom_it_may_not_reach(client, chair, grid, community):
    topic = topic_at("checked", solved=True, result="划好了")
    women = [ResidentFactory(area=grid), ResidentFactory(area=grid)]
    named = [ConcernFactory(area=grid, resident=woman, channel="") for woman in women]
    nameless = ConcernFactory(area=grid, resident=None, anonymous=True)
    take_concerns(topic, [*named, nameless], by=chair)

    post(client, url("topic_tell", topic.pk), answer="划好了", rest="face", **{f"told_{named[0].pk}": "home"})

    told = {concern.pk: (concern.status, concern.told) for concern in Concern.objects.all()}
    assert [told[one.pk] for one in named] == [("answered", "home"), ("answered", "face")]
    assert told[nameless.pk][0] != "answered"


def test_whoever_is_written_to_is_told_once_she_has_read_it(client, chair, grid, community):
    topic = topic_at("checked", solved=True, result="划好了")
    concern = ConcernFactory(area=grid, resident=ResidentFactory(area=grid), channel="")
    take_concerns(topic, [concern], by=chair)

    post(client, url("topic_tell", topic.pk), answer="划好了", rest="not_yet")

    topic.refresh_from_db()
    assert (topic.status, Message.objects.get().template) == ("checked", "answer")
    hear_answer(concern)
    post(client, url("topic_tell", topic.pk), answer="划好了")
    topic.refresh_from_db()
    assert topic.status == "told"
