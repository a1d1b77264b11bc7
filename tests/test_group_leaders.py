"""The leader's page of a group, for a leader without an account: her own stay, her own group, attendance, names, and numbers of
those alone who agreed. To everybody else it is not there."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fedhub.core.models import AuditEvent
from groups.enums import MemberRole, MemberState, Present
from groups.models import Attendance, Meeting, Member
from groups.public_lead import members_of
from groups.services import groups, leading
from groups.tests.factories import GroupFactory, MemberFactory, at, group_at, member_at
from groups.tests.factories_activity import ActivityFactory, EntryFactory, activity_at
from households.models import Phone
from households.tests.factories import PhoneFactory, ResidentFactory, SafeContactFactory
from portal.services.entry import issue_code

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"groups_resident:{name}", args=args)


def phone_of(person, chair):
    client = Client()
    client.post("/r/enter/", {"code": issue_code(person, by=chair), "nonce": "x"})
    return client


@pytest.fixture
def team(community):
    return GroupFactory(area=community, name="巾帼文艺宣传队", works="《夸夸咱社区》")


@pytest.fixture
def leader(grid, team):
    person = ResidentFactory(area=grid, name="李队长", birth="1975-01-01")
    return MemberFactory(group=team, resident=person, role=MemberRole.LEADER)


@pytest.fixture
def singer(grid, team):
    person = ResidentFactory(area=grid, name="王桂兰", birth="1980-01-01")
    return MemberFactory(group=team, resident=person)


@pytest.fixture
def phone(leader, chair):
    return phone_of(leader.resident, chair)


def text(client, *address):
    return client.get(url(*address)).content.decode()


def every_page(pk, entry):
    return [
        ("get", url("lead", pk)), ("get", url("lead_names", pk)), ("get", url("lead_meeting", pk)),
        ("post", url("lead_meeting", pk)), ("post", url("lead_tick", pk, entry, "tick")),
    ]  # fmt: skip


# --- who gets it ------------------------------------------------------------------------------------------------------
def test_to_everybody_else_it_is_not_there(leader, singer, team, grid, chair):
    entry = EntryFactory(activity=ActivityFactory(group=team), resident=singer.resident)
    deputy = MemberFactory(group=team, resident=ResidentFactory(area=grid, birth="1980-01-01"), role=MemberRole.DEPUTY)
    elsewhere = MemberFactory(
        group=GroupFactory(name="别的队"),
        resident=ResidentFactory(area=grid, birth="1980-01-01"),
        role=MemberRole.LEADER,
    )
    former = member_at(
        MemberState.LEFT, group=team, resident=ResidentFactory(area=grid, birth="1980-01-01"), role=MemberRole.LEADER
    )
    anybody = ResidentFactory(area=grid, birth="1980-01-01")

    for person in (singer.resident, deputy.resident, elsewhere.resident, former.resident, anybody):
        client = phone_of(person, chair)
        found = {getattr(client, verb)(address).status_code for verb, address in every_page(team.pk, entry.pk)}
        assert found == {404}, person
    out = {getattr(Client(), verb)(address).headers["Location"] for verb, address in every_page(team.pk, entry.pk)}
    assert out == {"/r/enter/"}
    entry.refresh_from_db()
    assert (entry.state, Meeting.objects.count()) == ("in", 0)


def test_a_leader_no_more_and_a_group_no_more_open_nothing(phone, leader, team, chair):
    assert phone.get(url("lead", team.pk)).status_code == 200
    groups.give_role(leader, MemberRole.MEMBER, by=chair)
    assert phone.get(url("lead", team.pk)).status_code == 404
    with pytest.raises(ValidationError, match="不是这支队伍的队长"):
        leading.write_meeting(team, leader.resident, topic="排练", presents={})

    ended = group_at("ended", name="散了的队")
    MemberFactory(group=ended, resident=leader.resident, role=MemberRole.LEADER)
    assert phone.get(url("lead", ended.pk)).status_code == 404


# --- what she reads ---------------------------------------------------------------------------------------------------
def test_she_reads_names_works_and_what_comes_next_and_the_reading_is_logged(phone, leader, singer, team):
    page = text(phone, "lead", team.pk)
    assert ("王桂兰" in page, "《夸夸咱社区》" in page, "19:00，社区活动室" in page) == (True, True, True)

    ActivityFactory(group=team, title="国庆演出", place="广场", starts_at=at(-2, 15))
    assert "15:00，广场，国庆演出" in text(phone, "lead", team.pk)
    log = AuditEvent.objects.filter(action="groups.group.lead_read")
    assert [(row.target_id, row.actor_id) for row in log] == [(team.pk, None)]


def test_numbers_of_those_alone_who_agreed(phone, singer, team, chair):
    PhoneFactory(resident=singer.resident, number="13800138000")
    assert "13800138000" not in text(phone, "lead", team.pk)
    hers = phone_of(singer.resident, chair)

    for _ in range(2):
        hers.post(url("show_phone", team.pk, "yes"))
    assert "13800138000" in text(phone, "lead", team.pk)
    hers.post(url("show_phone", team.pk, "no"))

    assert "13800138000" not in text(phone, "lead", team.pk)
    found = AuditEvent.objects.filter(action__startswith="groups.member.phone").order_by("id")
    assert [row.action for row in found] == ["groups.member.phone_show", "groups.member.phone_hide"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda person: Phone.objects.update(owner_kind="spouse"),
        lambda person: Phone.objects.update(shared=True),
        lambda person: Phone.objects.update(usable=False),
        lambda person: SafeContactFactory(resident=person, neutral=True),
    ],
    ids=["her husband's", "shared", "not usable", "with conditions"],
)
def test_a_number_that_goes_on_no_list_stands_on_none(singer, team, spoil):
    PhoneFactory(resident=singer.resident, number="13800138000")
    leading.show_phone(singer, True)
    assert dict(members_of(team))[singer] == "13800138000"

    spoil(singer.resident)

    assert dict(members_of(team))[singer] == ""


def test_who_is_not_in_says_nothing_of_her_number(team, grid, chair):
    client = phone_of(ResidentFactory(area=grid, birth="1980-01-01"), chair)
    assert client.post(url("show_phone", team.pk, "yes")).status_code == 404
    assert Member.objects.filter(shows_phone=True).count() == 0


def test_another_role_keeps_her_word_on_her_number(singer, chair):
    leading.show_phone(singer, True)
    singer.refresh_from_db()
    assert groups.give_role(singer, MemberRole.DEPUTY, by=chair).shows_phone is True


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number(phone, team, rows, django_assert_num_queries):
    for _ in range(rows):
        member = MemberFactory(group=team, shows_phone=True)
        PhoneFactory(resident=member.resident)
    phone.get(url("lead", team.pk))

    with django_assert_num_queries(12):
        page = phone.get(url("lead", team.pk))
    assert len(page.context["members"]) == rows + 1


# --- who came ---------------------------------------------------------------------------------------------------------
def test_she_ticks_those_who_came_to_what_was_planned_for_today(phone, leader, singer, team):
    activity = ActivityFactory(group=team, title="排练扇子舞", taken=1)
    entry = EntryFactory(activity=activity, resident=singer.resident)
    assert "今天的点名" in text(phone, "lead", team.pk)

    for _ in range(2):
        page = phone.post(url("lead_tick", team.pk, entry.pk, "tick"), follow=True).content.decode()
    entry.refresh_from_db()
    assert (entry.state, "王桂兰：已到" in page) == ("came", True)
    phone.post(url("lead_tick", team.pk, entry.pk, "untick"))
    entry.refresh_from_db()
    assert entry.state == "in"
    assert list(AuditEvent.objects.filter(action__startswith="groups.entry.").values_list("action", flat=True)) == [
        "groups.entry.tick", "groups.entry.untick",
    ]  # fmt: skip


def test_names_of_other_activities_are_not_hers(phone, team, singer):
    ActivityFactory(group=team)
    others = [
        EntryFactory(activity=ActivityFactory(title="讲座"), resident=singer.resident),
        EntryFactory(activity=activity_at("open", group=team, starts_at=at(-3)), resident=singer.resident),
    ]
    for entry in others:
        assert phone.post(url("lead_tick", team.pk, entry.pk, "tick")).status_code == 404
    assert phone.post(url("lead_tick", team.pk, others[0].pk, "cancel")).status_code == 404


def test_what_was_not_planned_she_writes_down_with_who_came(phone, leader, singer, team):
    page = text(phone, "lead_meeting", team.pk)
    assert ("王桂兰" in page, "checked" in page) == (True, False)
    said = phone.post(url("lead_meeting", team.pk), {"topic": "排练扇子舞"}).content.decode()
    assert ("请选一个" in said, "排练扇子舞" in said, Meeting.objects.count()) == (True, True, 0)

    told = {"topic": "排练扇子舞", f"m{leader.pk}": "came", f"m{singer.pk}": "excused"}
    for _ in range(2):
        phone.post(url("lead_meeting", team.pk), told)

    assert [(m.topic, m.on, m.venue) for m in Meeting.objects.all()] == [
        ("排练扇子舞", timezone.localdate(), "社区活动室")
    ]
    assert dict(Attendance.objects.values_list("member", "present")) == {
        leader.pk: Present.CAME, singer.pk: Present.EXCUSED,
    }  # fmt: skip
    assert "排练扇子舞" in text(phone, "lead", team.pk)


def test_names_of_who_is_in_the_group_alone(phone, singer, team, grid):
    activity = ActivityFactory(group=team, starts_at=at(0, 15))
    EntryFactory(activity=activity, resident=singer.resident)
    other = EntryFactory(activity=activity, resident=ResidentFactory(area=grid, name="赵小莉", birth="1980-01-01"))

    page = text(phone, "lead_names", team.pk)

    assert ("王桂兰" in page, "赵小莉" in page) == (True, False)
    assert phone.post(url("lead_tick", team.pk, other.pk, "tick")).status_code == 404


@pytest.mark.parametrize("page", ["lead_names", "lead_meeting"])
def test_reading_names_is_logged_on_every_page(phone, team, page):
    ActivityFactory(group=team, starts_at=at(0, 15))

    text(phone, page, team.pk)

    assert AuditEvent.objects.filter(action="groups.group.lead_read", target_id=team.pk).count() == 1


def test_other_ticks_for_the_same_day_are_not_lost_in_silence(leader, singer, team):
    ticks = {leader.pk: Present.CAME, singer.pk: Present.ABSENT}
    first = leading.write_meeting(team, leader.resident, topic="排练", presents=ticks)

    assert leading.write_meeting(team, leader.resident, topic="排练", presents=ticks) == first
    with pytest.raises(ValidationError, match="今天已经记过"):
        leading.write_meeting(team, leader.resident, topic="排练", presents=ticks | {singer.pk: Present.CAME})
    assert Meeting.objects.count() == 1
