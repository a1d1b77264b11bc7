"""A volunteer becomes a helper of a family in hardship; her hours are heard of; whoever leaves, ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.testing.client import filled
from groups.enums import ServiceState, VolunteerState
from groups.models import ServiceNeed
from groups.need_enums import OfferSide
from groups.services import hours, offers, serving, volunteers
from groups.services.helping import helper_as, helps_with, make_helper, pair_volunteer
from groups.tests.factories import TODAY, VolunteerFactory, at, days_ago
from groups.tests.factories_need import home, need_of, offer_at
from hardship.enums import PairingEnd, PairingState
from hardship.models import Helper, HelpRecord, Pairing
from hardship.services.pairing import renew_pairing
from hardship.tests.factories import file_at
from hardship.tests.factories_pairing import PairingFactory
from households.models import Consent
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def read(instance):
    return type(instance).objects.get(pk=instance.pk)


@pytest.fixture
def offer(grid):
    """Both agreed that a retired teacher tutors in a family in hardship."""
    woman = home(grid)
    household = woman.memberships.get().household
    file = file_at("active", household=household, area=household.area, subject=woman)
    need = need_of(woman, file=file, source="file", state="agreed", rhythm="weekly")
    teacher = VolunteerFactory(resident=ResidentFactory(area=grid, name="孙玉梅"), name="孙玉梅")
    return offer_at("agreed", need, volunteer=teacher)


def test_one_press_makes_her_a_helper_and_pairs_her(client, chair, offer):
    page = client.get(offer.need.get_absolute_url())
    assert "结成帮扶对子" in page.content.decode()
    client.post(reverse("groups:offer_pair", args=[offer.pk]))

    helper, pairing = Helper.objects.get(), Pairing.objects.get()
    assert (helper.kind, helper.name, helper.source_key, helper.source_id, helper.cap, helper.skills) == (
        "volunteer", "孙玉梅", "groups.volunteer", offer.volunteer_id, 3, ["lessons"],
    )  # fmt: skip
    assert (pairing.file, pairing.helper, pairing.kinds, pairing.every_days, pairing.consent, pairing.state) == (
        offer.need.file, helper, ["lessons"], 14, offer.consent, PairingState.ACTIVE,
    )  # fmt: skip
    assert read(offer).pairing == pairing
    page = client.get(offer.need.get_absolute_url()).content.decode()
    assert ("已结对" in page, "结成帮扶对子" in page) == (True, False)


def test_the_pairing_page_offers_who_agreed(client, chair, offer):
    address = reverse("hardship:pair_create", args=[offer.need.file_id])
    page = client.get(address)
    ((label, people, more),) = page.context["others"]
    assert (label, [name for name, *_ in people], more) == (
        "已经说定的志愿者", ["孙玉梅"], f"{reverse('groups:need_create')}?file={offer.need.file_id}",
    )  # fmt: skip

    client.post(people[0][2])
    assert client.get(address).context["others"][0][1] == []


def test_a_helper_at_her_cap_waits_for_a_second_signature(chair, offer):
    helper = make_helper(offer.volunteer, by=chair)
    for _ in range(helper.cap):
        PairingFactory(helper=helper)

    assert pair_volunteer(offer, by=chair).state == PairingState.WAITING


def test_twice_makes_one_helper_and_no_second_pairing(chair, offer):
    pair_volunteer(offer, by=chair)
    with pytest.raises(ValidationError, match="已经和这户结对了"):
        pair_volunteer(offer, by=chair)
    assert (Helper.objects.count(), Pairing.objects.count()) == (1, 1)


def test_nobody_is_paired_without_a_file_or_before_both_agree(chair, grid, offer):
    plain = offer_at("agreed", need_of(home(grid)))
    with pytest.raises(ValidationError, match="不是困难档案的"):
        pair_volunteer(plain, by=chair)
    asked = offer_at("asked", offer.need)
    with pytest.raises(ValidationError, match="双方同意以后"):
        pair_volunteer(asked, by=chair)
    Consent.objects.update(withdrawn_on=TODAY())
    with pytest.raises(ValidationError, match="已经过期、撤回"):
        pair_volunteer(offer, by=chair)
    assert Helper.objects.filter(source_id=asked.volunteer_id).count() == 0


def test_whoever_may_not_pair_finds_no_button(as_user, offer, stranger):
    post = reverse("groups:offer_pair", args=[offer.pk])

    assert as_user(stranger).post(post).status_code == 404
    assert Pairing.objects.count() == 0


def test_a_guarded_file_keeps_its_needs_to_itself(as_user, offer, worker, chair, grid):
    type(offer.need.file).objects.update(guarded=True)
    client = as_user(worker)

    assert client.get(offer.need.get_absolute_url()).status_code == 404
    assert list(ServiceNeed.objects.visible_to(worker)) == []
    assert list(ServiceNeed.objects.visible_to(chair)) == [offer.need]
    assert client.get(reverse("groups:need_list")).context["page"].rows == []
    other = user_with(Role.GRID_WORKER, grid, username="other")
    assert client.get(reverse("groups:offer_back", args=[offer.pk])).status_code == 404
    assert list(offer.volunteer.offers.visible_to(other)) == []


def test_her_confirmed_hours_are_heard_of_by_the_pairing(chair, offer):
    pairing = pair_volunteer(offer, by=chair)
    Pairing.objects.update(starts_on=days_ago(20), speaks_by=days_ago(6))
    service = serving.record_done(read(offer), started_at=at(), ended_at=at(hour=11), what="", by=chair)
    assert HelpRecord.objects.count() == 0

    hours.confirm_service(service, by=chair)

    record = HelpRecord.objects.get()
    assert (record.pairing, record.half_hours, record.on, record.done) == (pairing, 4, days_ago(1), "辅导四年级数学")
    assert read(pairing).speaks_by == days_ago(1) + timedelta(days=14)
    hours.void_service(service, why="没有去", by=chair)
    assert (read(record).voided_why, read(service).state) == ("没有去", ServiceState.VOID)


def test_leaving_ends_her_pairings_and_pausing_flags_them(client, chair, offer):
    pairing = pair_volunteer(offer, by=chair)
    volunteers.pause_volunteer(offer.volunteer, why="住院", by=chair)
    page = client.get(offer.volunteer.get_absolute_url()).content.decode()
    assert ("还有结对的家庭" in page, read(pairing).ended_on, helper_as(offer.volunteer).is_active) == (
        True,
        None,
        False,
    )
    volunteers.resume_volunteer(offer.volunteer, by=chair)
    assert helper_as(offer.volunteer).is_active is True

    page = client.get(reverse("groups:volunteer_reason", args=[offer.volunteer_id, "leave"]))
    client.post(page.wsgi_request.path, filled(page, why="搬家"))

    pairing = read(pairing)
    assert (pairing.state, pairing.end_reason, pairing.ended_on) == (PairingState.ENDED, PairingEnd.HELPER, TODAY())
    assert (helper_as(offer.volunteer).is_active, read(offer.volunteer).state) == (False, VolunteerState.LEFT)
    assert Consent.objects.get().withdrawn_on == TODAY()


def test_a_family_that_takes_it_back_ends_the_pairing(chair, offer):
    pairing = pair_volunteer(offer, by=chair)

    offers.take_back(read(offer), side=OfferSide.SERVED)

    assert (read(pairing).end_reason, Consent.objects.get().withdrawn_on) == (PairingEnd.FAMILY, TODAY())


def test_taking_it_back_ends_the_pairing_that_took_the_place_of_the_first(chair, offer):
    first = pair_volunteer(offer, by=chair)
    fresh = Pairing(kinds=["lessons"], every_days=30, promise="每月一次", consent=offer.consent)
    second = renew_pairing(first, fresh, by=chair)

    offers.take_back(read(offer), side=OfferSide.SERVED)

    assert (read(first).end_reason, read(second).end_reason) == (PairingEnd.CHANGED, PairingEnd.FAMILY)
    assert (read(second).ended_on, Consent.objects.get().withdrawn_on) == (TODAY(), TODAY())


def test_taking_one_need_back_leaves_the_pairing_of_another(chair, offer):
    pairing = pair_volunteer(offer, by=chair)
    woman = offer.need.resident
    other = offer_at("agreed", need_of(woman, file=offer.need.file, state="agreed"), volunteer=offer.volunteer)

    offers.take_back(read(other), side=OfferSide.SERVED)

    assert (read(pairing).ended_on, read(offer.consent).withdrawn_on) == (None, None)
    assert read(other.consent).withdrawn_on == TODAY()


def test_every_kind_of_service_is_some_kind_of_help():
    assert helps_with(["tutoring", "elders", "arts"]) == ["company", "lessons", "other"]
