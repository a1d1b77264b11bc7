"""What both sides agreed to holds only while it is true: who agreed lives there, nothing stands against her, the consent covers
the day."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from groups.need_enums import OfferState
from groups.public_needs import help_for, served_offer, told_after
from groups.services import offers
from groups.tests.factories import TODAY, VolunteerFactory
from groups.tests.factories_need import home, need_of, offer_at
from households.models import Membership
from households.tests.factories import MembershipFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def read(instance):
    return type(instance).objects.get(pk=instance.pk)


@pytest.fixture
def family(grid):
    return home(grid, name="赵小莉")


@pytest.fixture
def need(family):
    return need_of(family)


@pytest.fixture
def teacher(grid):
    return VolunteerFactory(resident=ResidentFactory(area=grid, name="孙玉梅", birth="1960-05-01"))


def goes_away(person):
    """She lives elsewhere since today."""
    Membership.objects.filter(resident=person).update(valid_to=TODAY())
    MembershipFactory(household__area=person.area, resident=person)


# --- who agrees lives there ---------------------------------------------------------------------------------------------
def test_who_moved_out_agrees_for_the_family_no_more(chair, need, teacher):
    accepted, agreed = offer_at("accepted", need, volunteer=teacher), offer_at("agreed", need)
    assert [len(ready) for _, ready in help_for(need.resident)] == [2]
    assert [word for _, word in told_after(agreed)][0] == "赵小莉"

    goes_away(need.resident)

    assert (help_for(need.resident), told_after(read(agreed))) == ([], [])
    assert [served_offer(need.resident, one.key) for one in (accepted, agreed)] == [None, None]
    for by, how in ((None, "online"), (chair, "paper")):
        with pytest.raises(ValidationError, match="已经不住在这户"):
            offers.served_agrees(accepted, how=how, by=by)
    with pytest.raises(ValidationError, match="已经不住在这户"):
        offers.ask(need, VolunteerFactory(), by=chair)
    assert read(accepted).state == OfferState.ACCEPTED
