"""Rounds of gifts that wait for somebody's word stand on her desk."""

import pytest
from django.utils import timezone

from desk.aid import aid_todos
from hardship.tests.factories_gifts import round_at
from households.tests.factories import HouseholdFactory

pytestmark = pytest.mark.django_db


def todos(user):
    today = timezone.localdate()
    return [(kind, row.title, row.url) for kind, rows, _ in aid_todos(user, today, today) for row in rows]


def test_a_round_waits_for_the_chair_and_ones_own_money_for_another(chair, worker, grid):
    gift_round = round_at("asked", HouseholdFactory(area=grid), title="高温慰问")
    round_at("asked", HouseholdFactory(area=grid), is_money=True, created_by=chair)
    round_at("draft", HouseholdFactory(area=grid))

    assert todos(chair) == [("decide", "高温慰问", gift_round.get_absolute_url())]
    assert todos(worker) == []
