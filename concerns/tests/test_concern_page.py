"""The page of a concern: one next step for each reader and state, its clocks, and what others may not learn from it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.enums import Status, Told
from concerns.models import Approval
from concerns.queries import due_chip
from concerns.services.answers import answer_concern, rate_concern
from concerns.services.clocks import escalated_until, escalates_on, pause_concern, warns_from
from concerns.services.together import join_concerns
from concerns.tests.factories import ConcernFactory, ReferralFactory, concern_at
from fedhub.core.models import AuditEvent
from fedhub.reference.calendar import add_working_days
from households.services.households import move_household
from households.tests.factories import HouseholdFactory, ResidentFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def today():
    return timezone.localdate()


def names(page):
    """`(next step, the others)` by name."""
    main, rest = page.context["main"], page.context["rest"]
    return main and main.name, {action.name for _, actions in rest for action in actions}


CHAIR = {
    "new": (
        "accept",
        {"assign", "answer", "settle", "tell", "extend", "offer", "pass_up", "route", "join", "withdraw"},
    ),
    "accepted": (
        "assign",
        {"finish", "answer", "tell", "pause", "extend", "offer", "pass_up", "route", "join", "withdraw"},
    ),
    "assigned": (
        "finish",
        {"assign", "answer", "tell", "pause", "extend", "offer", "pass_up", "route", "join", "withdraw"},
    ),
    "done": ("answer", {"tell", "extend", "join", "withdraw"}),
    "answered": (None, {"answer", "reopen"}),
    "closed": (None, {"reopen"}),
}
WORKER = {
    "new": ("settle", {"answer", "tell", "extend", "not_possible"}),
    "accepted": ("finish", {"answer", "tell", "pause", "extend", "not_possible"}),
    "assigned": ("finish", {"answer", "tell", "pause", "extend", "not_possible"}),
    "done": ("answer", {"tell", "extend", "not_possible"}),
    "answered": (None, {"answer", "reopen", "not_possible"}),
    "closed": (None, {"reopen"}),
}


@pytest.mark.parametrize("status", Status.values)
def test_the_chair_sees_one_next_step_and_the_rest_in_a_menu(client, chair, grid, status):
    concern = concern_at(status, area=grid, told="not_yet" if status == "new" else "")

    page = client.get(concern.get_absolute_url())

    expected = CHAIR[status] if status != "answered" else ("answer", {"reopen"})
    assert names(page) == expected


@pytest.mark.parametrize("status", Status.values)
def test_a_worker_sees_no_step_of_the_office(client, worker, grid, status):
    page = client.get(concern_at(status, area=grid).get_absolute_url())

    main, rest = names(page)
    expected = WORKER[status]
    assert (main, rest) == expected
    assert {"accept", "assign", "close", "withdraw", "offer", "pass_up", "join", "part"} & {main, *rest} == set()


@pytest.mark.parametrize("role", [Role.JOB_OFFICER, Role.SAFETY_OFFICER])
@pytest.mark.parametrize("status", Status.values)
def test_who_may_only_read_sees_no_step(as_user, grid, role, status):
    page = as_user(user_with(role, grid)).get(concern_at(status, area=grid).get_absolute_url())

    assert names(page) == (None, set())


@pytest.mark.parametrize("status", Status.values)
def test_every_link_of_the_page_opens(client, chair, grid, status):
    page = client.get(concern_at(status, area=grid).get_absolute_url())
    links = [a for _, actions in page.context["rest"] for a in (*actions, page.context["main"]) if a and not a.posts]

    assert {a.name: client.get(a.url).status_code for a in links if client.get(a.url).status_code != 200} == {}


def test_an_answer_she_was_told_is_closed_or_rated_next(as_user, chair, worker, grid):
    concern = concern_at("done", area=grid)
    answer_concern(concern, answer="灯修好了。", told=Told.FACE, outcome="solved", by=worker)

    assert names(as_user(chair).get(concern.get_absolute_url())) == ("close", {"answer", "rate", "reopen"})
    assert names(as_user(worker).get(concern.get_absolute_url())) == ("rate", {"answer", "reopen", "not_possible"})
    rate_concern(concern, score=5, by=worker)
    assert names(as_user(worker).get(concern.get_absolute_url())) == (None, {"answer", "reopen", "not_possible"})


@pytest.mark.parametrize("gone", ["left", "moved", "here"])
@pytest.mark.parametrize("status", ["assigned", "answered", "closed"])
def test_what_nobody_works_on_any_more_says_so(as_user, chair, worker, grid, other_grid, status, gone):
    household = HouseholdFactory(area=grid)
    concern = concern_at(status, area=grid, household=household, assigned_to=worker)
    if gone == "left":
        worker.is_active = False
        worker.save()
    elif gone == "moved":
        move_household(household, other_grid, on=today(), by=chair)

    page = as_user(chair).get(concern.get_absolute_url()).content.decode()

    assert ("这件没有人在办" in page) is (status != "closed" and gone != "here")


def test_an_open_matter_at_another_office_comes_first(client, chair, grid):
    concern = concern_at("assigned", area=grid, due_on=today() + 9 * DAY)
    referral = ReferralFactory(concern=concern)

    page = client.get(concern.get_absolute_url())

    assert page.context["main"].url == reverse("concerns:referral_answer", args=[referral.pk])
    assert [a.name for a in page.context["referrals"][0].actions] == ["answer", "accept", "refuse", "take_back"]
    assert "finish" in names(page)[1]


def test_a_stopped_clock_is_started_next_and_shows_no_day_that_runs(client, chair, grid):
    concern = concern_at("assigned", area=grid, due_on=today() + DAY)
    pause_concern(concern, reason="agency", note="等配件", by=chair)

    page = client.get(concern.get_absolute_url())

    clocks = page.context["clocks"]
    assert names(page)[0] == "resume"
    assert (clocks["first"], clocks["closing"], clocks["officer"]) == (None, None, None)
    assert "等其他单位，等配件" in page.content.decode()


def test_the_day_on_which_it_comes_before_the_chair_is_said_beforehand(client, chair, grid):
    concern = ConcernFactory(area=grid, due_on=today() + 9 * DAY)

    page = client.get(concern.get_absolute_url()).content.decode()

    day = escalates_on(concern)
    assert f"{day.month}月{day.day}日还没办结，报主席。" in page
    late = client.get(ConcernFactory(area=grid, due_on=today() - 30 * DAY).get_absolute_url())
    assert late.context["clocks"]["escalated"]
    assert "已报主席" in late.content.decode()


def test_a_day_is_due_soon_by_the_rule_in_working_days():
    soon = warns_from()

    assert soon == add_working_days(today(), 3)
    assert due_chip(soon, soon)[0] == "warn"
    assert due_chip(soon + DAY, soon)[0] == ""
    assert due_chip(today(), soon) == ("warn", "今天到期")
    assert due_chip(today() - DAY, soon) == ("bad", "逾期 1 天")


@pytest.mark.parametrize("back", range(12))
def test_what_has_come_before_the_chair_is_found_again_by_its_day(back):
    due_on = today() - back * DAY
    concern = ConcernFactory.build(due_on=due_on, area=None)

    assert (due_on <= escalated_until()) == (escalates_on(concern) <= today())


def test_a_follower_leads_to_its_lead_and_keeps_her_own_answer(client, chair, grid):
    lead = concern_at("assigned", area=grid)
    follower = ConcernFactory(area=grid)
    join_concerns(lead, [follower], by=chair)

    page = client.get(follower.get_absolute_url())

    assert names(page) == ("lead", {"answer", "tell", "withdraw"})
    assert f"这件并入 {lead.number}" in page.content.decode()
    assert f'href="{lead.get_absolute_url()}"' in page.content.decode()


def test_a_reader_of_one_grid_learns_only_how_many_follow_elsewhere(as_user, chair, worker, grid, other_grid):
    lead = concern_at("assigned", area=grid)
    mine, other = ConcernFactory(area=grid), ConcernFactory(area=other_grid, title="别的网格的话")
    join_concerns(lead, [mine, other], by=chair)

    page = as_user(worker).get(lead.get_absolute_url())

    assert [row["concern"] for row in page.context["together"]["followers"]] == [mine]
    assert "还有 1 件在别的网格" in page.content.decode()
    assert other.number not in page.content.decode()
    assert "别的网格的话" not in page.content.decode()


def test_a_lead_elsewhere_is_named_without_a_link(as_user, chair, worker, grid, other_grid):
    lead = concern_at("assigned", area=other_grid)
    follower = ConcernFactory(area=grid)
    join_concerns(lead, [follower], by=chair)

    page = as_user(worker).get(follower.get_absolute_url()).content.decode()

    assert lead.number in page
    assert lead.get_absolute_url() not in page


def test_those_alike_are_shown_to_whom_may_merge_them(as_user, chair, worker, grid, other_grid):
    concern = ConcernFactory(area=grid, topic="2")
    alike = ConcernFactory(area=grid, topic="2")
    ConcernFactory(area=grid, topic="3", title="想找离家近的工作")
    ConcernFactory(area=other_grid, topic="2", title="孩子放学没人接")

    page = as_user(chair).get(concern.get_absolute_url())
    assert [one.pk for one in page.context["alike"]] == [alike.pk]
    assert list(as_user(worker).get(concern.get_absolute_url()).context["alike"]) == []


@pytest.mark.parametrize(
    ("who", "buttons"), [("chair", {"grant", "return"}), ("worker", {"drop"}), ("data_officer", set())]
)
def test_a_request_waits_on_the_page_for_whom_it_concerns(request, as_user, worker, grid, who, buttons):
    user = request.getfixturevalue(who)
    concern = concern_at("assigned", area=grid)
    approval = Approval.objects.create(concern=concern, kind="not_possible", reason="没有地方装。", asked_by=worker)

    page = as_user(user).get(concern.get_absolute_url()).content.decode()

    found = {n for n in ("grant", "return", "drop") if reverse(f"concerns:approval_{n}", args=[approval.pk]) in page}
    assert found == buttons
    assert "没有地方装。" in page


def test_opening_the_page_is_written_down_once_an_hour(client, chair, grid):
    concern = ConcernFactory(area=grid, resident=ResidentFactory(area=grid))

    for _ in range(2):
        client.get(concern.get_absolute_url())

    assert AuditEvent.objects.filter(action="concerns.concern.read", target_id=concern.pk).count() == 1


def test_a_stranger_finds_no_page(as_user, stranger, grid):
    assert as_user(stranger).get(ConcernFactory(area=grid).get_absolute_url()).status_code == 404


OFFICE = ["accept", "assign", "close", "withdraw", "join", "join_confirm", "part", "offer", "pass_up", "route"]


@pytest.mark.parametrize("name", OFFICE)
def test_a_worker_takes_no_step_of_the_office(client, worker, grid, name):
    url = reverse(f"concerns:concern_{name}", args=[ConcernFactory(area=grid).pk])

    assert client.post(url).status_code == 404
