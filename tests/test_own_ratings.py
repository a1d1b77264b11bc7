"""A party's own rating on a phone on which she is in the residents' pages: she is nobody there."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from households.tests.factories import ResidentFactory
from mediation.models import OwnRating
from mediation.services.ratings import give_slip
from mediation.tests.factories import case_at
from portal.models import Stay
from portal.services.entry import issue_code

pytestmark = pytest.mark.django_db


def test_no_stay_is_touched_and_no_name_shown(grid, chair):
    client, her = Client(), ResidentFactory(area=grid)
    client.post("/r/enter/", {"code": issue_code(her, by=chair), "nonce": "x"})
    before = list(Stay.objects.values())
    address = reverse("say:rate", args=[give_slip(case_at("settled", grid, chair), party=0, taken=True, by=chair)])
    asked, thanked = client.get(address), client.post(address, {"score": "5"})

    assert len(before) == 1
    assert [her.name in one.content.decode() for one in (asked, thanked)] == [False, False]
    assert (list(Stay.objects.values()), settings.RESIDENT_COOKIE_NAME in asked.cookies) == (before, False)
    assert OwnRating.objects.get().score == 5
