"""Mediators, their terms and duty, conflicts of interest, rounds of screening with 零报告."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from households.models import Resident
from households.tests.factories import HouseholdFactory, MembershipFactory, ResidentFactory
from mediation.conflicts import barred_users, conflicts_of
from mediation.enums import Conflict
from mediation.models import DutyTurn, GridReport, LeadBar, Mediator, ScreeningRound, StepBack
from mediation.queries import loads, unanswered_count
from mediation.services.mediators import end_mediator, name_mediator, put_on_duty, step_back, take_off_duty
from mediation.tests.factories import a_lead, a_mediator, a_round, a_turn

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = timedelta(days=1)
today = timezone.localdate


# --- conflicts ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def neighbours(grid):
    """(a party, somebody of the family, somebody of the building, somebody of another building)."""
    home = HouseholdFactory(area=grid)
    party, kin = (MembershipFactory(household=home).resident for _ in range(2))
    near = MembershipFactory(household=HouseholdFactory(area=grid)).resident
    far = MembershipFactory(household=HouseholdFactory(area=grid, building="9")).resident
    return party, kin, near, far


def test_who_lives_with_a_party_or_in_the_building_must_step_back(neighbours, community):
    party, *others = neighbours
    found = [conflicts_of(a_mediator(community, resident=one), [party.pk]) for one in (party, *others)]

    assert found == [
        [Conflict.SELF, Conflict.HOUSEHOLD, Conflict.BUILDING],
        [Conflict.HOUSEHOLD, Conflict.BUILDING],
        [Conflict.BUILDING],
        [],
    ]


def test_a_family_left_long_ago_still_counts(neighbours, community):
    party, kin, _, _ = neighbours
    kin.memberships.update(valid_to=today())

    assert conflicts_of(a_mediator(community, resident=kin), [party.pk]) == [Conflict.HOUSEHOLD]


def test_whom_somebody_was_merged_into_is_the_same_person(neighbours, community):
    party, _, near, _ = neighbours
    old = ResidentFactory(area=party.area)
    Resident.objects.filter(pk=old.pk).update(merged_into=party)

    assert conflicts_of(a_mediator(community, resident=near), [old.pk]) == [Conflict.BUILDING]


def test_kin_and_the_list_of_stepping_back(neighbours, community, chair):
    party, _, _, far = neighbours
    one = a_mediator(community)
    step_back(one, party, kin=False, why="同事", by=chair)
    step_back(one, far, kin=True, why="表妹", by=chair)

    assert conflicts_of(one, [party.pk]) == [Conflict.STEP_BACK]
    assert conflicts_of(one, [far.pk]) == [Conflict.KIN]
    assert conflicts_of(one, [ResidentFactory().pk]) == []
    with pytest.raises(ValidationError, match="已经在回避名单上"):
        step_back(one, party, kin=False, why="", by=chair)


def test_a_party_of_an_earlier_lead_handles_no_later_one(neighbours, community, grid, chair):
    party, _, _, far = neighbours
    a_lead(grid, chair, party, far)
    user = user_with(Role.MEDIATOR, community, username="med")
    a_mediator(community, resident=far, user=user)
    later = a_lead(grid, chair, party)

    assert barred_users(later) == {user.pk: [Conflict.EARLIER]}


def test_stepping_back_takes_a_lead_out_of_her_hands_at_once(neighbours, community, grid, chair):
    party, *_ = neighbours
    user = user_with(Role.MEDIATOR, community, username="med")
    one = a_mediator(community, user=user)
    lead = a_lead(grid, chair, party, officer=user)

    step_back(one, party, kin=False, why="同事", by=chair)

    lead.refresh_from_db()
    assert (lead.officer, LeadBar.objects.get().user) == (None, user)


def test_a_mediator_named_later_is_barred_from_earlier_leads(neighbours, community, grid, chair):
    party, kin, *_ = neighbours
    a_lead(grid, chair, party)
    user = user_with(Role.MEDIATOR, community, username="med")

    name_mediator(Mediator(area=community, name="甲", kind="law", user=user, resident=kin, term_to=today()), by=chair)

    assert LeadBar.objects.get().user == user


# --- terms and duty ------------------------------------------------------------------------------------------------------
def test_only_those_in_their_term_are_in_the_list(community):
    runs = a_mediator(community, name="在")
    a_mediator(community, name="完", term_from=today() - 9 * DAY, term_to=today() - DAY)
    a_mediator(community, name="退", ended_on=today())
    a_mediator(community, name="来", term_from=today() + DAY)

    assert list(Mediator.objects.in_term()) == [runs]
    assert [one.is_in_term() for one in Mediator.objects.order_by("pk")] == [True, False, False, False]


def test_a_turn_lies_in_the_term_and_stands_once(community, chair):
    one = a_mediator(community)
    put_on_duty(one, on=today(), slot="a", by=chair)

    for on, slot in ((today(), "a"), (one.term_to + DAY, "a")):
        with pytest.raises(ValidationError):
            put_on_duty(one, on=on, slot=slot, by=chair)
    assert DutyTurn.objects.count() == 1


def test_a_turn_that_is_over_stays(community, chair):
    turn = a_turn(a_mediator(community))
    turn.on -= DAY

    with pytest.raises(ValidationError, match="过去的值班不能改"):
        take_off_duty(turn, by=chair)


def test_who_has_leads_in_hand_is_not_let_go(community, grid, chair):
    user = user_with(Role.MEDIATOR, community, username="med")
    one = a_mediator(community, user=user)
    lead = a_lead(grid, chair, officer=user)
    put_on_duty(one, on=today() + DAY, slot="a", by=chair)

    with pytest.raises(ValidationError, match="改派"):
        end_mediator(one, by=chair)
    type(lead).objects.update(officer=None)
    end_mediator(one, by=chair)

    assert (Mediator.objects.get().ended_on, DutyTurn.objects.count()) == (today(), 0)


def test_a_lead_that_she_is_barred_from_shows_in_no_number(community, grid, chair):
    user = user_with(Role.MEDIATOR, community, username="med")
    a_mediator(community, user=user)
    leads = [a_lead(grid, chair, officer=user) for _ in range(2)]
    before = loads([user.pk], chair)
    LeadBar.objects.create(lead=leads[0], user=chair)

    assert (before, loads([user.pk], User.objects.get(pk=chair.pk))) == ({user.pk: 2}, {user.pk: 1})


def test_the_chair_names_somebody_and_plans_duty_on_the_pages(client, chair, community):
    page = client.get("/mediation/people/new/")
    sent = filled(page, name="陈律师", kind="lawyer", term_to=(today() + 90 * DAY).isoformat())
    client.post("/mediation/people/new/", sent)
    one = Mediator.objects.get()
    turn = filled(client.get("/mediation/duty/new/"), mediator=one.pk, on=today().isoformat(), slot="c")
    client.post("/mediation/duty/new/", turn)

    assert (one.name, one.area, one.created_by) == ("陈律师", community, chair)
    assert "陈律师（律师）" in client.get("/mediation/duty/").content.decode()
    assert client.get(one.get_absolute_url()).status_code == 200


def test_a_term_that_ends_before_it_begins_is_refused(client, chair):
    sent = filled(client.get("/mediation/people/new/"), name="甲", kind="law", term_to="2001-01-01")

    assert "不能早于聘期起" in client.post("/mediation/people/new/", sent).content.decode()


def test_others_see_neither_the_list_of_stepping_back_nor_how_much_she_has_in_hand(
    community, grid, chair, worker, as_user
):
    one = a_mediator(community)
    StepBack.objects.create(mediator=one, resident=ResidentFactory(name="陈某某"), why="亲戚")
    page = as_user(user_with(Role.COMMITTEE, community, username="c2")).get(one.get_absolute_url()).content.decode()

    assert ("陈某某" in page, "回避名单" in page) == (False, False)
    assert "陈某某" in as_user(chair).get(one.get_absolute_url()).content.decode()


# --- rounds ----------------------------------------------------------------------------------------------------------------
def test_a_round_asks_every_grid_and_takes_zero_reports(client, worker, chair, grid, other_grid, as_user):
    desk = as_user(chair)
    dates = {"starts_on": today().isoformat(), "due_on": today().isoformat()}
    desk.post("/mediation/rounds/new/", filled(desk.get("/mediation/rounds/new/"), title="十一月", **dates))
    report = GridReport.objects.get(area=grid)
    url = reverse("mediation:answer", args=[report.pk])
    client.post(url, filled(client.get(url), answer="zero"))

    rows = GridReport.objects.order_by("area__code").values_list("area__name", "answer", "answered_by__name")
    assert list(rows) == [("第一网格", "zero", "刘建芳"), ("第二网格", "", None)]
    page = desk.get(ScreeningRound.objects.get().get_absolute_url()).content.decode()
    assert ("零报告" in page, "还没报" in page) == (True, True)
    assert (
        client.get(reverse("mediation:answer", args=[GridReport.objects.get(area=other_grid).pk])).status_code == 404
    )


def test_two_answers_at_once_one_wins(client, worker, grid):
    _, report = a_round(grid)
    url = reverse("mediation:answer", args=[report.pk])
    page = client.get(url)
    first, second = filled(page, answer="zero"), filled(client.get(url), answer="found")
    client.post(url, first)

    assert client.post(url, second).status_code == 409
    assert GridReport.objects.get().answer == "zero"


def test_the_menu_counts_grids_that_have_not_answered(worker, grid):
    _, report = a_round(grid)
    before = unanswered_count(User.objects.get(pk=worker.pk))
    GridReport.objects.filter(pk=report.pk).update(answer="zero", answered_on=today())

    assert (before, unanswered_count(User.objects.get(pk=worker.pk))) == (1, 0)


# --- lists -------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_mediators_costs_the_same_for_any_number(client, chair, community, rows):
    for _ in range(rows):
        a_mediator(community)

    page, queries = queries_beyond(client, reverse("mediation:mediator_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_rounds_costs_the_same_for_any_number(client, chair, grid, rows):
    for _ in range(rows):
        a_round(grid)

    page, queries = queries_beyond(client, reverse("mediation:round_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3
