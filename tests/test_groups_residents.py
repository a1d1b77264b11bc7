"""Residents' side of groups and volunteering: anybody reads which groups there are, whoever is in asks to come and to go,
registers, and sees her own places, hours and certificates; nobody learns who else is in."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fedhub.areas.tests import factories as places
from fedhub.core.models import AuditEvent
from groups.enums import MemberRole, MemberState, ServiceState, VolunteerState
from groups.models import Member, Volunteer
from groups.public import hours_of, own_places
from groups.services import groups, hours, leaving, volunteers
from groups.tests.factories import (
    TODAY,
    GroupFactory,
    MemberFactory,
    VolunteerFactory,
    at,
    days_ago,
    group_at,
    member_at,
    service_at,
)
from households.tests.factories import ResidentFactory
from portal.services.entry import issue_code

pytestmark = pytest.mark.django_db
OFFER = {
    "kinds": ["elders", "tutoring"],
    "times": ["weekend_am"],
    "skills": "会量血压",
    "near": "community",
    "told_risks": "on",
}


def url(name, *args):
    return reverse(f"groups_resident:{name}", args=args)


@pytest.fixture
def woman(grid):
    return ResidentFactory(area=grid, name="王桂兰", birth="1980-01-01")


def phone_of(person, chair):
    client = Client()
    client.post("/r/enter/", {"code": issue_code(person, by=chair), "nonce": "x"})
    return client


@pytest.fixture
def phone(woman, chair):
    return phone_of(woman, chair)


@pytest.fixture
def team(community):
    return GroupFactory(area=community, name="清和合唱队", kind="choir")


def text(client, address):
    return client.get(address).content.decode()


def press(client, name, *args, **data):
    return client.post(url(name, *args), data, follow=True).content.decode()


def state_of(woman):
    return list(Member.objects.filter(resident=woman).order_by("pk").values_list("state", "leave_asked_on"))


# --- which groups there are ---------------------------------------------------------------------------------------------
def test_anybody_reads_groups_that_meet_and_nobody_in_them(team):
    MemberFactory(group=team, resident__name="李红梅")
    MemberFactory(group=team, resident__name="周队长", role=MemberRole.LEADER)
    quiet = [group_at("resting", name="歇着的队"), group_at("ended", name="散了的队")]

    page, one = text(Client(), url("groups")), text(Client(), url("group", team.pk))

    assert ("清和合唱队" in page, "每周四 19:00，社区活动室" in page, "合唱队，2 人" in page) == (True, True, True)
    assert [name for name in ("李红梅", "周队长", *(g.name for g in quiet)) if name in page + one] == []
    assert [Client().get(url("group", g.pk)).status_code for g in quiet] == [404, 404]


def test_the_leader_is_named_where_the_group_shows_her(team):
    team.shows_leader = True
    team.save()
    MemberFactory(group=team, resident__name="周队长", role=MemberRole.LEADER)
    MemberFactory(group=team, resident__name="李红梅", role=MemberRole.DEPUTY)

    for page in (text(Client(), url("groups")), text(Client(), url("group", team.pk))):
        assert ("队长周队长" in page, "李红梅" in page) == (True, False)


@pytest.mark.parametrize(
    ("asked", "found"), [("choir", [True, False]), ("arts", [False, True]), ("odd", [True, True]), ("", [True, True])]
)
def test_the_kind_narrows_them(team, community, asked, found):
    GroupFactory(area=community, name="巾帼宣传队")
    page = text(Client(), f"{url('groups')}?kind={asked}")

    assert [name in page for name in ("清和合唱队", "巾帼宣传队")] == found


def test_she_sees_the_groups_of_her_community(phone, team):
    far = GroupFactory(area=places.community(13, "翠苑社区"), name="远处的队")

    page = text(phone, url("groups"))

    assert ("清和合唱队" in page, "远处的队" in page) == (True, False)
    assert [phone.get(url("group", far.pk)).status_code, phone.post(url("join", far.pk)).status_code] == [404, 404]


# --- coming and going ---------------------------------------------------------------------------------------------------
def test_whoever_is_not_in_is_led_to_the_door(team):
    names = ("join", "back", "leave", "stay")
    answers = [Client().post(url(name, team.pk)) for name in names] + [Client().post(url("register"), OFFER)]

    assert {answer.headers["Location"] for answer in answers} == {"/r/enter/"}
    assert (Member.objects.count(), Volunteer.objects.count()) == (0, 0)


def test_two_taps_ask_once_and_opening_an_address_changes_nothing(phone, woman, team):
    for name in ("group", "join", "back", "leave", "stay"):
        phone.get(url(name, team.pk))
    assert Member.objects.count() == 0

    for _ in range(2):
        said = press(phone, "join", team.pk, wish="会唱歌")

    assert "社区妇联会答复您" in said
    assert [(m.state, m.from_portal, m.wish) for m in Member.objects.all()] == [("asked", True, "会唱歌")]
    assert AuditEvent.objects.filter(action="groups.member.ask").count() == 1


def test_she_takes_her_request_back_and_asks_again(phone, woman, team):
    press(phone, "join", team.pk)
    for _ in range(2):
        assert "已撤回" in press(phone, "back", team.pk)
    press(phone, "join", team.pk)

    assert state_of(woman) == [("withdrawn", None), ("asked", None)]


def test_she_reads_the_answer(phone, woman, team, chair):
    groups.refuse_member(groups.ask_to_join(team, woman), why="人满了", by=chair)

    assert "没有同意：人满了" in text(phone, url("mine"))


def test_leaving_is_asked_taken_back_and_confirmed(phone, woman, team, client, chair):
    member = MemberFactory(group=team, resident=woman)
    for _ in range(2):
        press(phone, "leave", team.pk, wish="要带孙子")
    assert state_of(woman) == [("active", TODAY())]
    for _ in range(2):
        assert "您还在队里" in press(phone, "stay", team.pk)
    assert state_of(woman) == [("active", None)]
    press(phone, "leave", team.pk, wish="要带孙子")

    groups_page = client.get(reverse("groups:group_list")).content.decode()
    page = client.get(team.get_absolute_url()).content.decode()
    assert ("王桂兰 退出清和合唱队" in groups_page, "要带孙子" in page, "确认退出" in page) == (True, True, True)
    client.post(reverse("groups:member_let_go", args=[member.pk]), {"once": page_key(page)})

    member.refresh_from_db()
    assert (member.state, member.valid_to, member.ended_why) == (MemberState.LEFT, TODAY(), "要带孙子")
    assert "退出" in text(phone, url("mine"))
    assert "已经退出了" in press(phone, "stay", team.pk)


def page_key(page):
    """The once-key of the last form on a page of staff."""
    return page.split('name="once" value="')[-1].split('"')[0]


def test_nobody_is_let_go_who_did_not_ask(chair, client):
    member = MemberFactory()

    with pytest.raises(groups.ValidationError, match="没有申请退出"):
        leaving.let_go(member, by=chair)
    assert (member.state, "确认退出" in text(client, member.group.get_absolute_url())) == ("active", False)


def test_a_new_role_keeps_the_wish_to_leave(chair):
    member = leaving.ask_to_leave(MemberFactory(), wish="累了")

    fresh = groups.give_role(member, MemberRole.DEPUTY, by=chair)

    assert (fresh.leave_asked_on, fresh.leave_wish) == (TODAY(), "累了")


@pytest.mark.parametrize("state", [s for s in MemberState.values if s != "active"])
def test_only_who_is_in_asks_to_leave(state):
    member = member_at(state)
    for act in (leaving.ask_to_leave, leaving.stay):
        with pytest.raises(groups.ValidationError):
            act(member)
    if state != "left":
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE groups_member SET leave_asked_on = '2026-01-01' WHERE id = %s", [member.pk])


def test_a_group_that_rests_is_hers_and_a_strangers_not(phone, woman, community):
    resting = group_at("resting", area=community, name="歇着的队")
    assert phone.get(url("group", resting.pk)).status_code == 404
    assert phone.post(url("leave", resting.pk)).status_code == 404

    MemberFactory(group=resting, resident=woman)

    assert "暂停活动" in text(phone, url("group", resting.pk))
    assert "歇着的队" in text(phone, url("mine"))


def test_no_group_that_takes_no_requests(phone, team):
    team.open_to_all = False
    team.save()

    assert "不接受申请" in press(phone, "join", team.pk)
    assert "申请加入</button>" not in text(phone, url("group", team.pk))


def test_another_role_stands_once_among_hers(woman, team, chair):
    groups.give_role(MemberFactory(group=team, resident=woman), MemberRole.LEADER, by=chair)

    assert [(m.role, m.state) for m in own_places(woman)] == [("leader", "active")]


# --- volunteering -------------------------------------------------------------------------------------------------------
def test_she_registers_once_and_staff_decide(phone, woman, community, chair):
    for _ in range(2):
        said = press(phone, "register", **OFFER)

    volunteer = Volunteer.objects.get()
    assert (volunteer.state, volunteer.resident, volunteer.area, volunteer.name, volunteer.kinds, volunteer.times) == (
        VolunteerState.PENDING, woman, community, "王桂兰", ["elders", "tutoring"], ["weekend_am"],
    )  # fmt: skip
    assert ("待审核" in said, "助老、辅导功课" in said, "周末上午" in said) == (True, True, True)
    volunteers.refuse_volunteer(volunteer, why="请先参加培训", by=chair)
    assert "请先参加培训" in text(phone, url("mine"))
    press(phone, "register", **OFFER)
    assert Volunteer.objects.count() == 2


@pytest.mark.parametrize(
    ("facts", "told"),
    [({"told_risks": ""}, "请先看上面的说明"), ({"kinds": []}, "请至少选一样能做的"), ({"times": []}, "请至少选一个有空的时间"),
     ({"phone": "abc"}, "电话")],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_lost(phone, facts, told):
    page = press(phone, "register", **(OFFER | facts))

    assert (told in page, "会量血压" in page, Volunteer.objects.count()) == (True, True, 0)


def test_who_is_under_age_names_her_guardian_and_brings_the_paper(grid, chair):
    girl = ResidentFactory(area=grid, birth=f"{TODAY().year - 16}-01-01")
    phone = phone_of(girl, chair)
    assert "和监护人一起" in text(phone, url("register"))
    page = press(phone, "register", **OFFER)
    assert (page.count("这一项要填") >= 2, "请先请监护人签同意书" in page, Volunteer.objects.count()) == (
        True,
        True,
        0,
    )

    late = {"guardian": "李红梅 13900001111", "guardian_on": str(days_ago(-1)), "paper": "on"}
    assert "日期不能晚于今天" in press(phone, "register", **OFFER, **late)
    press(phone, "register", **OFFER, **(late | {"guardian_on": str(days_ago(1))}))

    row = Volunteer.objects.get()
    assert (row.guardian, row.guardian_on, row.state) == ("李红梅 13900001111", days_ago(1), VolunteerState.PENDING)
    with pytest.raises(groups.ValidationError, match="先收到监护人签字的同意书"):
        volunteers.accept_volunteer(row, by=chair)
    row.guardian_paper = "纸质，二号柜"
    volunteers.change_volunteer(row, ["guardian_paper"], base_version=row.version, by=chair)
    assert volunteers.accept_volunteer(row, by=chair).state == VolunteerState.ACTIVE


def test_her_hours_her_stars_and_what_was_put_right(phone, woman, community, chair):
    row = VolunteerFactory(area=community, resident=woman, half_hours=0)
    for day in (2, 3):
        hours.count_service(service_at(ServiceState.CONFIRMED, volunteer=row, started_at=at(days=day)))
    service_at(ServiceState.RECORDED, volunteer=row, started_at=at(days=4))
    wrong = service_at(ServiceState.RECORDED, volunteer=row, started_at=at(days=5), what="记错的")
    hours.correct_service(wrong, fields={"ended_at": at(days=5, hour=10)}, why="多记了一小时", by=chair)
    service_at(ServiceState.COUNTED, what="别人的服务")

    sums, page = hours_of(woman, day=days_ago(2)), text(phone, url("mine"))

    assert (sums["counted"], sums["waiting"], sums["stars"], sums["to_next"]) == ("4 小时", "3 小时", 0, "96 小时")
    assert ("更正：多记了一小时" in page, "更正了原来的" in page, "已计入 4 小时" in page) == (True, True, True)
    assert "别人的服务" not in page


def test_a_certificate_opens_for_her_alone(phone, woman, community, chair, grid):
    row = VolunteerFactory(area=community, resident=woman, name="王桂兰")
    service_at(ServiceState.COUNTED, volunteer=row)
    paper = hours.certify(row, since=days_ago(9), until=TODAY(), issuer="清和妇联", head="沈", contact="1", by=chair)
    other = phone_of(ResidentFactory(area=grid), chair)

    page = text(phone, url("certificate", paper.number))

    assert (paper.number in text(phone, url("mine")), "辅导功课 2 小时" in page, "清和妇联" in page) == (
        True,
        True,
        True,
    )
    assert other.get(url("certificate", paper.number)).status_code == 404
    assert Client().get(url("certificate", paper.number)).headers["Location"] == "/r/enter/"
    assert paper.number not in text(other, url("mine"))


# --- cost ---------------------------------------------------------------------------------------------------------------
def counted(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_one_query(community, rows):
    for number in range(rows):
        MemberFactory(group=GroupFactory(area=community, name=f"队{number}"))

    assert counted(Client(), url("groups")) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_her_page_costs_as_much_for_many(phone, woman, community, chair, rows):
    row = VolunteerFactory(area=community, resident=woman)
    for number in range(rows):
        MemberFactory(group=GroupFactory(area=community, name=f"队{number}"), resident=woman)
        service_at(ServiceState.COUNTED, volunteer=row, started_at=at(days=number + 1))
        hours.certify(row, since=days_ago(9), until=TODAY(), issuer="清和", head="沈", contact="1", by=chair)

    # Her stay, places, the record of the volunteer, her file as a backbone woman, what is wanted for her, services, sums, the
    # rule of stars, certificates, what she is asked for, her trainings and honours.
    assert counted(phone, url("mine")) == 12


def test_the_doors_stand_at_home_once_there_is_a_group(phone):
    assert "队伍和志愿服务" not in text(Client(), "/r/")
    GroupFactory()
    assert "队伍和志愿服务" in text(Client(), "/r/")
    assert "我的队伍和志愿服务" in text(phone, "/r/mine/")
