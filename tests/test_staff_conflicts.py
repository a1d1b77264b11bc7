"""Conflicts of interest that rest on what another app knows of the staff."""

import pytest

from accounts.roles import Role
from accounts.tests.factories import user_with
from council.tests.factories import council_of
from households.tests.factories import HouseholdFactory, MembershipFactory
from mediation.conflicts import barred_users, must_step_back
from mediation.enums import Conflict
from mediation.tests.factories import a_lead

pytestmark = pytest.mark.django_db


def test_a_member_of_the_council_is_kept_from_matters_of_her_family(grid, community, chair):
    home = HouseholdFactory(area=grid)
    party, sister = (MembershipFactory(household=home).resident for _ in range(2))
    mediator = user_with(Role.MEDIATOR, community, username="med")
    lead = a_lead(grid, chair, party)
    before = barred_users(lead), must_step_back(mediator, lead)

    council_of(mediator, area=community).members.update(resident=sister)

    assert before == ({}, False)
    assert barred_users(lead) == {mediator.pk: [Conflict.HOUSEHOLD, Conflict.BUILDING]}
    assert must_step_back(mediator, lead)
