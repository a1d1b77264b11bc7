"""Who died or moved away gets no place, is not matched, and is no volunteer any more."""

import pytest
from django.core.exceptions import ValidationError

from groups.activity_enums import EntryState
from groups.enums import VolunteerState
from groups.models import Volunteer
from groups.need_queries import suggested
from groups.services import names, offers, volunteers
from groups.tasks import end_volunteers_of_the_gone
from groups.tests.factories import TODAY, VolunteerFactory, at
from groups.tests.factories_activity import ActivityFactory
from groups.tests.factories_need import ServiceNeedFactory, offer_at
from households.models import Resident
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def state_of(row):
    return type(row).objects.get(pk=row.pk).state


@pytest.mark.parametrize("state", ["moved", "deceased"])
def test_a_free_place_goes_to_who_is_here(chair, grid, state):
    activity = ActivityFactory(capacity=1, area=grid.parent, starts_at=at(-2))
    people = [ResidentFactory(area=grid) for _ in range(3)]
    first, gone, here = [names.sign_up(activity, person, by=chair)[0] for person in people]
    Resident.objects.filter(pk=people[1].pk).update(state=state, left_on=TODAY())

    names.take_back(first)

    assert [state_of(one) for one in (gone, here)] == [EntryState.WAITING, EntryState.IN]


@pytest.mark.parametrize(("state", "words"), [("moved", "已迁出"), ("deceased", "已故")])
def test_who_is_gone_is_not_matched_and_leaves(chair, grid, state, words):
    here = VolunteerFactory(resident=ResidentFactory(area=grid, birth="1960-05-01"))
    gone = VolunteerFactory(resident=ResidentFactory(area=grid, birth="1960-05-01"))
    pending = VolunteerFactory(resident=ResidentFactory(area=grid), state=VolunteerState.PENDING)
    need = ServiceNeedFactory(wanted=3)
    offer = offer_at("asked", need, volunteer=gone)
    other = ServiceNeedFactory()
    Resident.objects.filter(pk__in=[gone.resident_id, pending.resident_id]).update(state=state, left_on=TODAY())

    assert [one.pk for part in suggested(other, chair) for one, _ in part] == [here.pk]
    with pytest.raises(ValidationError, match=words):
        offers.ask(other, Volunteer.objects.get(pk=gone.pk), by=chair)
    end_volunteers_of_the_gone()

    assert [state_of(one) for one in (here, gone, pending, offer)] == ["active", "left", "refused", "lapsed"]
    assert Volunteer.objects.get(pk=gone.pk).state_why == words


def test_a_record_that_was_merged_waits(grid):
    volunteer = VolunteerFactory(resident=ResidentFactory(area=grid))
    Resident.objects.filter(pk=volunteer.resident_id).update(state="merged", merged_into=ResidentFactory(area=grid))

    end_volunteers_of_the_gone()

    assert state_of(volunteer) == VolunteerState.ACTIVE


def test_a_second_link_to_somebody_is_refused_with_words(chair, grid, community):
    woman = ResidentFactory(area=grid)
    VolunteerFactory(area=community, resident=woman)
    other = VolunteerFactory(area=community)
    other.resident = woman

    with pytest.raises(ValidationError) as refused:
        volunteers.change_volunteer(other, ["resident"], base_version=other.version, by=chair)
    assert refused.value.message_dict == {"resident": ["她已经登记过志愿者。"]}
    assert Volunteer.objects.filter(resident=woman).count() == 1
