"""Conflicts of interest of everybody of the staff; matters are found by marks, so that only candidates are opened."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core import crypto
from fedhub.core.testing.client import filled
from fedhub.core.testing.twins import bare
from hardship.models import Helper
from households.models import Membership
from households.tests.factories import HouseholdFactory, MembershipFactory, ResidentFactory
from mediation import tasks
from mediation.conflicts import barred_users, matters_against, matters_with
from mediation.enums import Conflict
from mediation.models import Case, CaseBar, CaseMark, Lead, LeadBar, LeadMark, Mediator, StepBack
from mediation.queries import people_to_give, people_to_mediate
from mediation.services import cases
from mediation.services.mediators import name_mediator
from mediation.tests.factories import a_case, a_lead, a_mediator
from safety.tests.factories_file import proved

pytestmark = pytest.mark.django_db
today = timezone.localdate


@pytest.fixture
def party(grid):
    return MembershipFactory(household=HouseholdFactory(area=grid)).resident


@pytest.fixture
def sister(party):
    """Somebody of the party's family, who works for the federation."""
    return MembershipFactory(household=party.memberships.get().household).resident


@pytest.fixture
def officer(community):
    return user_with(Role.MEDIATOR, community, username="med", name="郑和")


def fresh(user):
    return User.objects.get(pk=user.pk)


# --- how her own record is known ---------------------------------------------------------------------------------------
def listed(user, resident, community):
    a_mediator(community, user=user, resident=resident)


def ended(user, resident, community):
    a_mediator(community, user=user, resident=resident, ended_on=today())


def only_stepping_back(user, resident, community):
    a_mediator(community, user=user, resident=resident, kind="staff")


def elsewhere(user, resident, community):
    a_mediator(community.parent, user=user, resident=resident)


def helper(user, resident, community):
    Helper.objects.create(area=community, kind="worker", name="郑和", user=user, resident=resident)


@pytest.mark.parametrize("known", [listed, ended, only_stepping_back, elsewhere, helper])
def test_whoever_is_known_to_be_of_the_family_is_kept_out(grid, community, chair, party, sister, officer, known):
    known(officer, sister, community)

    lead, case = a_lead(grid, chair, party), a_case(grid, chair, party, "张强")

    assert barred_users(lead) == barred_users(case) == {officer.pk: [Conflict.HOUSEHOLD, Conflict.BUILDING]}
    assert (list(LeadBar.objects.values_list("user", flat=True)), list(CaseBar.objects.values_list("user", flat=True))) == (
        [officer.pk], [officer.pk],
    )  # fmt: skip
    assert (officer in people_to_give(lead), officer in people_to_mediate(case)) == (False, False)


@pytest.mark.parametrize("known", [listed, helper])
def test_she_who_is_linked_later_finds_nothing_from_that_minute(
    grid, community, chair, party, sister, officer, as_user, known
):
    lead, case = a_lead(grid, chair, party, officer=officer), a_case(grid, chair, party, "张强", officer=officer)
    with_authenticator(officer)
    client = proved(as_user(officer))
    urls = [
        reverse("mediation:lead_detail", args=[lead.pk]),
        reverse("mediation:lead_act", args=[lead.pk, "chat"]),
        reverse("mediation:case_detail", args=[case.pk]),
        reverse("mediation:agreement", args=[case.pk]),
        reverse("mediation:notes", args=[case.pk]),
        reverse("mediation:case_papers", args=[case.pk]),
    ]
    before = [client.get(url).status_code for url in urls]
    known(officer, sister, community)

    assert before == [200] * 6
    assert {bare(client.get(url)) for url in urls} == {bare(client.get(reverse("mediation:case_detail", args=[7])))}


def test_who_moves_into_the_building_is_kept_out_of_lists_within_the_hour(
    grid, community, chair, party, officer, monkeypatch
):
    neighbour = MembershipFactory(household=HouseholdFactory(area=grid, building="9")).resident
    a_mediator(community, user=officer, resident=neighbour)
    lead, case = a_lead(grid, chair, party, officer=officer), a_case(grid, chair, party, "张强", officer=officer)
    seen = Lead.objects.visible_to(fresh(officer)).count()
    Membership.objects.filter(resident=neighbour).update(household=party.memberships.get().household)
    monkeypatch.setattr(tasks, "MINUTE", timezone.localtime().minute)

    tasks.follow_families()

    lead.refresh_from_db()
    assert (seen, Lead.objects.visible_to(fresh(officer)).count(), Case.objects.visible_to(fresh(officer)).count()) == (
        1, 0, 0,
    )  # fmt: skip
    assert (lead.officer, Case.objects.get(pk=case.pk).officer) == (None, None)


def test_stepping_back_counts_for_those_who_do_not_mediate(grid, community, chair, party, officer):
    one = a_mediator(community, user=officer, kind="staff")
    StepBack.objects.create(mediator=one, resident=party, kin=True)

    assert barred_users(a_lead(grid, chair, party)) == {officer.pk: [Conflict.KIN]}


def test_strangers_are_not_kept_out(grid, community, chair, party, officer):
    a_mediator(community, user=officer, resident=ResidentFactory(area=grid))
    a_lead(grid, chair, party)
    a_lead(grid, chair, "王某")

    assert (LeadBar.objects.count(), matters_against(officer.pk)) == (0, [])


# --- others of the staff on the list -------------------------------------------------------------------------------------
def test_others_of_the_staff_are_put_on_the_list_without_a_term(community, chair, as_user, grid):
    volunteer = user_with(Role.VOLUNTEER, grid, username="vol", name="王志愿")
    client = as_user(chair)
    page = client.get("/mediation/people/new/")

    client.post("/mediation/people/new/", filled(page, name="王志愿", kind="staff", user=volunteer.pk))

    one = Mediator.objects.get()
    assert (one.user, one.kind, one.mediates, one.is_in_term()) == (volunteer, "staff", False, False)
    assert list(Mediator.objects.in_term()) == []
    text = client.get(one.get_absolute_url()).content.decode()
    assert ("聘期" in text, "2999" in text, "接下来的值班" in text, "回避名单" in text) == (False, False, False, True)
    assert "2999" not in client.get("/mediation/people/").content.decode()


@pytest.mark.parametrize(
    ("facts", "words"), [({"kind": "staff"}, "请选她的工作账号"), ({"kind": "law"}, "请写聘期到哪天")]
)
def test_a_row_that_says_too_little_is_refused(client, chair, facts, words):
    sent = filled(client.get("/mediation/people/new/"), name="甲", **facts)

    assert words in client.post("/mediation/people/new/", sent).content.decode()
    assert Mediator.objects.count() == 0


def test_who_only_steps_back_takes_no_turn(community, chair, client):
    a_mediator(community, kind="staff", name="不值班的")

    assert "不值班的" not in client.get("/mediation/duty/new/").content.decode()


# --- marks -----------------------------------------------------------------------------------------------------------------
def test_matters_are_found_by_marks_that_name_nobody(grid, chair, party, sister):
    lead, case = a_lead(grid, chair, party), a_case(grid, chair, party, sister)
    a_lead(grid, chair, "王某")

    assert matters_with({party.pk}) == [lead, case]
    assert matters_with({sister.pk}) == [case]
    marks = {*LeadMark.objects.values_list("mark", flat=True), *CaseMark.objects.values_list("mark", flat=True)}
    assert marks == {crypto.blind(str(one.pk), column="mediation.Mark.resident") for one in (party, sister)}
    assert str(party.pk) not in marks


def test_a_party_added_later_has_a_mark(grid, chair, party, sister):
    case = a_case(grid, chair, party, "张强")
    new = {"name": "妹妹", "resident": sister.pk, "side": "c", "agent": "", "contact": ""}

    cases.add_party(case, new, by=chair)

    assert matters_with({sister.pk}) == [case]


@pytest.mark.parametrize("others", [1, 12])
def test_recording_one_asks_the_same_however_many_there_are(grid, chair, community, party, sister, officer, others):
    a_mediator(community, user=officer, resident=sister)
    for _ in range(others):
        a_lead(grid, chair, ResidentFactory(area=grid))

    with CaptureQueriesContext(connection) as asked:
        a_lead(grid, chair, party)

    opened = [one["sql"] for one in asked if 'FROM "mediation_lead"' in one["sql"] and '"body"' in one["sql"]]
    # The search for earlier matters, the row that is barred, and what the factory reads again.
    assert (len(asked), len(opened)) == (38, 4)


def test_naming_somebody_opens_no_lead_but_hers(grid, chair, community, party, sister, officer):
    own = a_lead(grid, chair, party)
    for _ in range(3):
        a_lead(grid, chair, ResidentFactory(area=grid))
    one = Mediator(area=community, name="甲", kind="law", user=officer, resident=sister, term_to=today())

    name_mediator(one, by=chair)

    assert list(LeadBar.objects.values_list("lead", flat=True)) == [own.pk]
