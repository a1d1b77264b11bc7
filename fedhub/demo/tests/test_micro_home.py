"""The known numbers of the micro-home are counted from rows."""

import random
from datetime import date
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.demo.mediation import MicroHome
from households.tests.factories import HouseholdFactory, MembershipFactory
from mediation.models import Agreement, Case, DutyTurn, GridReport, Lead, Mediator
from mediation.queries import duties, numbers

pytestmark = pytest.mark.django_db


class _Family(SimpleNamespace):
    def living(self):
        return [(SimpleNamespace(age=lambda day: 40), one) for one in self.grown]


def _family(grid):
    home = HouseholdFactory(area=grid)
    return _Family(household=home, grown=[MembershipFactory(household=home).resident for _ in range(2)])


def test_68_were_screened_and_29_prevented_since_2021(community, grid, other_grid, chair, committee):
    mediator = user_with(Role.MEDIATOR, community, username="shenyun", name="沈芸")
    staff = {"zhoumin": chair, "shenyun": mediator, "chenyulan": committee, "hexiaoyan": committee}
    demo = SimpleNamespace(community=community, staff=staff, families=[_family(grid) for _ in range(72)])

    MicroHome(demo, random.Random(1)).write()

    counted = numbers(User.objects.get(pk=chair.pk), since=date(2021, 1, 1), until=timezone.localdate())
    assert [(count.value, n) for count, _, n in counted] == [
        ("screened", 68), ("early", 30), ("prevented", 29), ("resolved", 54),
    ]  # fmt: skip
    assert (Lead.objects.count(), Mediator.objects.count(), DutyTurn.objects.count()) == (70, 4, 7)
    assert GridReport.objects.filter(answer="").count() == 2
    assert sorted(Case.objects.values_list("state", flat=True)) == [
        "closed", "mediating", "registered", "settled", "settled",
    ]  # fmt: skip
    assert Agreement.objects.standing().count() == 3
    assert [len(rows) for rows in duties(User.objects.get(pk=mediator.pk))] == [3, 5, 1]
