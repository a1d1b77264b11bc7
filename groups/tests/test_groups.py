"""Groups: founding and ending them, joining and leaving, who came."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from groups.enums import GroupState, MemberRole, MemberState, Present
from groups.models import Group, Meeting, Member
from groups.queries import attendance_of, places_of
from groups.services import groups as services
from groups.tasks import end_places_of_the_gone
from groups.tests.factories import (
    GroupFactory,
    MemberFactory,
    days_ago,
    group_at,
    member_at,
)
from groups.tests.lines import keys, said
from households.enums import ResidentState
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
TODAY = timezone.localdate


def read(instance):
    return type(instance).objects.get(pk=instance.pk)


# --- joining and leaving ----------------------------------------------------------------------------------------------
def test_a_woman_has_one_place_in_a_group(chair):
    member = MemberFactory()

    with pytest.raises(ValidationError, match="已经在队里"):
        services.take_in(member.group, member.resident, by=chair)
    assert services.ask_to_join(member.group, member.resident) == member


def test_after_leaving_she_may_come_back(chair):
    member = MemberFactory()
    services.leave_group(member, why="带孙子", by=chair)

    again = services.take_in(member.group, member.resident, by=chair)

    assert [(m.state, m.valid_from, m.valid_to) for m in Member.objects.order_by("pk")] == [
        (MemberState.LEFT, days_ago(30), TODAY()),
        (MemberState.ACTIVE, TODAY(), None),
    ]
    assert again.role == MemberRole.MEMBER


def test_a_new_role_is_a_new_row(chair):
    member = MemberFactory()

    services.give_role(member, MemberRole.LEADER, by=chair)

    assert [(m.role, m.valid_from, m.valid_to) for m in Member.objects.order_by("pk")] == [
        (MemberRole.MEMBER, days_ago(30), TODAY()),
        (MemberRole.LEADER, TODAY(), None),
    ]
    assert [(m.resident, m.role) for m in services.members_on(member.group, TODAY())] == [
        (member.resident, MemberRole.LEADER)
    ]
    assert [m.role for m in services.members_on(member.group, days_ago(1))] == [MemberRole.MEMBER]


@pytest.mark.parametrize("state", [GroupState.RESTING, GroupState.ENDED])
def test_nobody_joins_a_group_that_does_not_meet(chair, state):
    with pytest.raises(ValidationError, match="现在不能加入"):
        services.take_in(group_at(state), ResidentFactory(), by=chair)


def test_a_group_that_takes_no_requests_takes_none():
    with pytest.raises(ValidationError, match="不接受申请"):
        services.ask_to_join(GroupFactory(open_to_all=False), ResidentFactory())


def test_ending_a_group_ends_its_places(chair):
    member = MemberFactory()
    asked = member_at(MemberState.ASKED, group=member.group)

    services.end_group(member.group, why="人少了", by=chair)

    assert (read(member).state, read(member).valid_to) == (MemberState.LEFT, TODAY())
    assert (read(asked).state, read(asked).ended_why) == (MemberState.REFUSED, "队伍解散")


@pytest.mark.parametrize("state", [ResidentState.MOVED, ResidentState.DECEASED])
def test_who_is_gone_is_in_no_group(state):
    stays, goes = (
        MemberFactory(),
        MemberFactory(resident__state=state, resident__left_on=TODAY(), resident__left_why="x"),
    )

    end_places_of_the_gone()

    assert (read(stays).state, read(goes).state) == (MemberState.ACTIVE, MemberState.LEFT)
    assert read(goes).ended_why == state.label


@pytest.mark.parametrize("days", [-1, 31])
def test_a_day_of_leaving_lies_within_her_time(chair, days):
    with pytest.raises(ValidationError, match="退出日期"):
        services.leave_group(MemberFactory(), on=days_ago(days), by=chair)


# --- meetings ---------------------------------------------------------------------------------------------------------
def test_who_came_is_counted_of_the_members_of_that_day(chair):
    first = MemberFactory()
    late = MemberFactory(group=first.group, valid_from=TODAY())
    meeting = Meeting(group=first.group, on=days_ago(7), topic="排练")

    services.hold_meeting(meeting, {first.pk: Present.LATE, late.pk: Present.CAME}, by=chair)
    services.hold_meeting(
        Meeting(group=first.group, on=TODAY(), topic="演出"), {first.pk: "absent", late.pk: "came"}, by=chair
    )

    assert attendance_of(first.group) == {first.pk: (1, 2), late.pk: (1, 1)}


# --- pages ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_five_queries(client, chair, rows):
    for _ in range(rows):
        MemberFactory()

    page, number = queries_beyond(client, reverse("groups:group_list"), SHELL)

    assert said(page, "size", "state") == [("1", "活动中")] * rows
    assert number == 5


def test_the_list_is_narrowed_by_kind_state_and_name(client, chair):
    arts, reading = GroupFactory(), GroupFactory(name="晨读会", kind="reading")
    over = group_at(GroupState.ENDED, name="老队伍")

    def found(**query):
        page = client.get(reverse("groups:group_list"), query)
        return set(keys(page))

    assert found() == {arts.pk, reading.pk}
    assert found(kind="reading") == {reading.pk}
    assert found(q="文艺") == {arts.pk}
    assert found(state="ended") == {over.pk}
    assert found(state="all") == {arts.pk, reading.pk, over.pk}


def test_the_chair_walks_a_group_through_its_life(client, chair, grid):
    page = client.get(reverse("groups:group_create"))
    answer = client.post(page.wsgi_request.path, filled(page, name="读书会", kind="reading", rhythm="每周六上午"))
    group = Group.objects.get()
    assert answer.headers["Location"] == group.get_absolute_url()
    assert group.number == f"DW{TODAY():%Y}-001"

    woman = ResidentFactory(name="王桂兰", area=grid)
    page = client.get(reverse("groups:take_in", args=[group.pk]))
    client.post(page.wsgi_request.path, filled(page, resident=str(woman.pk), role="leader"))
    page = client.get(reverse("groups:meeting_create", args=[group.pk]))
    client.post(page.wsgi_request.path, filled(page, topic="读《平凡的世界》"))
    page = client.get(group.get_absolute_url())
    assert [(m.resident.name, m.role, came) for m, came in page.context["members"]] == [("王桂兰", "leader", (1, 1))]
    assert [m.topic for m in page.context["meetings"]] == ["读《平凡的世界》"]

    page = client.get(reverse("groups:group_end", args=[group.pk]))
    client.post(page.wsgi_request.path, filled(page, why="人少了"))
    assert read(group).state == GroupState.ENDED
    assert [e.action for e in AuditEvent.objects.filter(action__startswith="groups.").order_by("id")] == [
        "groups.group.found", "groups.member.take_in", "groups.meeting.hold", "groups.group.end",
    ]  # fmt: skip


def test_a_request_is_answered_on_the_page(client, chair):
    asked = services.ask_to_join(GroupFactory(), ResidentFactory(name="李秀英"), wish="会跳舞")
    other = services.ask_to_join(asked.group, ResidentFactory(name="张兰"))
    waiting = client.get(reverse("groups:group_list")).context["waiting"]
    assert [one["resident__name"] for one in waiting] == [asked.resident.name, other.resident.name]

    page = client.get(asked.group.get_absolute_url())
    client.post(reverse("groups:member_accept", args=[asked.pk]), filled(page))
    page = client.get(reverse("groups:member_refuse", args=[other.pk]))
    client.post(page.wsgi_request.path, filled(page, why="人满了，下季度再来"))

    assert (read(asked).state, read(other).state) == (MemberState.ACTIVE, MemberState.REFUSED)
    assert read(other).ended_why == "人满了，下季度再来"


def test_a_worker_sees_the_groups_of_her_community_and_writes_meetings(as_user, worker, chair):
    member = MemberFactory()
    client = as_user(worker)

    page = client.get(member.group.get_absolute_url())

    assert (page.context["may_change"], page.context["may_place"]) == (False, False)
    assert client.get(reverse("groups:group_update", args=[member.group.pk])).status_code == 404
    assert client.get(reverse("groups:take_in", args=[member.group.pk])).status_code == 404


def test_what_two_change_at_once_clashes(client, chair):
    group = GroupFactory()
    page = client.get(reverse("groups:group_update", args=[group.pk]))
    services.change_group(read(group), [], base_version=1, by=User.objects.get(pk=chair.pk))

    assert client.post(page.wsgi_request.path, filled(page, name="别的名字")).status_code == 409
    assert read(group).name == "巾帼文艺宣传队"


def test_odd_addresses_are_no_pages(client, chair):
    group = GroupFactory()
    held = filled(client.get(group.get_absolute_url()))
    odd = {"kind": "x", "state": "y", "sort": "z", "after": "!"}

    assert client.post(reverse("groups:group_step", args=[group.pk, "fly"]), held).status_code == 404
    assert keys(client.get(reverse("groups:group_list"), odd)) == [group.pk]


def test_her_page_names_her_groups(client, chair):
    member = MemberFactory(role=MemberRole.LEADER)
    page = client.get(member.resident.get_absolute_url() + "?tab=groups")
    assert "巾帼文艺宣传队" in page.content.decode()


def test_her_page_names_no_group_of_another_community(stranger, chair):
    member = MemberFactory()

    assert places_of(member.resident, chair) == [member]
    assert places_of(member.resident, stranger) == []


def test_founding_tomorrow_is_refused(client, chair):
    page = client.get(reverse("groups:group_create"))
    tomorrow = (TODAY() + timedelta(days=1)).isoformat()
    answer = client.post(page.wsgi_request.path, filled(page, name="队", kind="arts", founded_on=tomorrow))
    assert answer.context["form"].errors["founded_on"] == ["日期不能晚于今天。"]
