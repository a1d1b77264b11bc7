"""Wishes of the demo: who asked is told of the new policy, once."""

from types import SimpleNamespace

import pytest

from accounts.roles import Role
from accounts.tests.factories import user_with
from employment.tests.factories import SeekerFactory
from fedhub.demo.wishes import write_wishes
from fedhub.notices.models import Message
from hardship.models import Policy, PolicyWatch


@pytest.mark.django_db
def test_three_women_are_told_of_the_new_policy(community, grid):
    for _ in range(3):
        SeekerFactory(resident__area=grid)
    officer = user_with(Role.JOB_OFFICER, community, username="maqing")

    write_wishes(SimpleNamespace(community=community, staff={"maqing": officer, "zhoumin": officer}))

    assert (PolicyWatch.objects.count(), Message.objects.filter(template="policy").count()) == (4, 3)
    assert Policy.objects.get().is_local
