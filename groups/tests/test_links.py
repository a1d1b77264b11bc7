"""Being in a group, and being a volunteer, is a link with the federation; who comes to a rehearsal was spoken to."""

import pytest
from django.urls import reverse
from django.utils import timezone

from fedhub.core.models import AuditEvent
from groups.enums import Present
from groups.models import Meeting
from groups.services import groups as services
from groups.services.volunteers import TEAM, accept_volunteer, leave_volunteers
from groups.tests.factories import GroupFactory, MemberFactory, VolunteerFactory, days_ago
from households.models import Link
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def links(resident):
    """`[(name, first day, last day, why it ended, last contact, how)]` of all her links, the oldest first."""
    columns = ("name", "valid_from", "valid_to", "end_reason", "noted_on", "noted_how")
    return list(Link.objects.filter(resident=resident, kind="group").order_by("pk").values_list(*columns))


@pytest.fixture
def team(grid):
    return GroupFactory(area=grid.parent)


@pytest.fixture
def woman(grid):
    return ResidentFactory(area=grid, name="王桂兰", birth="1960-04-01")


def test_whoever_is_taken_in_is_linked_until_she_leaves(team, woman, chair):
    member = services.take_in(team, woman, since=days_ago(9), by=chair)

    assert links(woman) == [(team.name, days_ago(9), None, "", None, "")]
    services.leave_group(member, by=chair)
    assert links(woman) == [(team.name, days_ago(9), TODAY(), "group", None, "")]
    found = AuditEvent.objects.filter(action__startswith="households.link").order_by("pk")
    assert list(found.values_list("action", flat=True)) == ["households.link.add", "households.link.end"]
    assert Link.objects.get(resident=woman).history.count() == 2


def test_whoever_asked_is_linked_when_she_is_accepted(team, woman, chair):
    member = services.ask_to_join(team, woman)
    assert links(woman) == []

    services.accept_member(member, by=chair)

    assert links(woman) == [(team.name, TODAY(), None, "", None, "")]


def test_another_role_changes_no_link(team, woman, chair):
    member = services.take_in(team, woman, by=chair)

    services.give_role(member, "leader", by=chair)

    assert links(woman) == [(team.name, TODAY(), None, "", None, "")]


def test_what_was_written_down_by_hand_is_not_doubled(team, woman, chair):
    Link.objects.create(resident=woman, kind="group", name=team.name, valid_from=days_ago(30))

    services.take_in(team, woman, by=chair)

    assert links(woman) == [(team.name, days_ago(30), None, "", None, "")]


def test_a_child_and_a_man_are_in_the_group_without_a_link(team, grid, chair):
    for facts in ({"birth": f"{TODAY().year - 12}"}, {"sex": "1"}):
        services.take_in(team, ResidentFactory(area=grid, **facts), by=chair)

    assert Link.objects.count() == 0


def test_links_take_the_new_name_and_end_with_the_group(team, woman, chair):
    services.take_in(team, woman, by=chair)
    old, team.name = team.name, "夕阳红文艺队"
    services.change_group(team, ["name"], base_version=team.version, by=chair)

    assert [(name, until) for name, _, until, *_ in links(woman)] == [(old, TODAY()), ("夕阳红文艺队", None)]
    team.refresh_from_db()
    services.end_group(team, why="人少了", by=chair)
    assert [row[2] for row in links(woman)] == [TODAY(), TODAY()]


def test_who_came_to_a_rehearsal_was_spoken_to_that_day(team, grid, chair):
    came, late, absent, later = (ResidentFactory(area=grid, birth="1960-04-01") for _ in range(4))
    members = {one: services.take_in(team, one, since=days_ago(9), by=chair) for one in (came, late, absent, later)}
    Link.objects.filter(resident=later).update(noted_on=TODAY(), noted_how="phone")
    how = {came: Present.CAME, late: Present.LATE, absent: Present.ABSENT, later: Present.CAME}

    services.hold_meeting(
        Meeting(group=team, on=days_ago(2), topic="排练"),
        {members[one].pk: what for one, what in how.items()},
        by=chair,
    )

    assert [links(one)[0][4:] for one in (came, late, absent, later)] == [
        (days_ago(2), "activity"), (days_ago(2), "activity"), (None, ""), (TODAY(), "phone"),
    ]  # fmt: skip
    came.refresh_from_db()
    assert (came.contacted_on, came.has_contact) == (days_ago(2), False)


def test_a_volunteer_is_linked_from_her_approval_until_she_leaves(woman, grid, chair):
    one = VolunteerFactory(area=grid.parent, resident=woman, state="pending")

    accept_volunteer(one, by=chair)
    assert links(woman) == [(TEAM, TODAY(), None, "", None, "")]

    leave_volunteers(one, why="搬走了", by=chair)
    assert links(woman) == [(TEAM, TODAY(), TODAY(), "group", None, "")]


def test_a_volunteer_from_outside_has_no_link(grid, chair):
    accept_volunteer(VolunteerFactory(area=grid.parent, resident=None, state="pending"), by=chair)

    assert Link.objects.count() == 0


def test_the_chair_sees_whom_nobody_reaches(as_user, team, woman, grid, chair):
    MemberFactory(group=team)
    other = ResidentFactory(area=grid, name="李红梅", birth="1960-04-01")
    client = as_user(chair)
    services.take_in(team, woman, by=chair)

    sums = client.get(reverse("households:link_coverage")).context["sums"]
    label, number, url = sums["counts"][1]

    assert label == "未覆盖"
    names = [row.name for row in client.get(url).context["page"].rows]
    assert (number, other.name in names, woman.name in names) == (len(names), True, False)
