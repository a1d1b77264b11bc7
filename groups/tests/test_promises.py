"""What both sides agreed to holds only while it is true: who agreed lives there, nothing stands against her, the consent covers
the day."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from fedhub.core.flow import FlowError
from fedhub.core.testing.client import filled
from groups.models import Offer
from groups.need_enums import OfferState
from groups.public import shift_for, shifts_ahead
from groups.public_needs import asked_of, help_for, served_offer, told_after
from groups.services import coming, needs, offers, serving, shifts
from groups.tests.factories import TODAY, VolunteerFactory, at, days_ago, service_at
from groups.tests.factories_need import home, need_of, offer_at
from households.models import Consent, Membership
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


# --- nothing stands against her -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("kind", {"kind": "safety", "risks": "夜里路滑"}),
        ("risky", {"risky": True, "risks": "登高擦窗"}),
        ("only_women", {"only_women": True}),
        ("strains", {"strains": ["lifting"]}),
        ("at_night", {"at_night": True}),
    ],
)
def test_a_change_that_would_stop_who_is_asked_is_refused(chair, need, teacher, field, facts):
    type(teacher).objects.filter(pk=teacher.pk).update(sex="1", limits=["lifting", "late"])
    offer = offer_at("agreed", need, volunteer=teacher)
    for name, value in facts.items():
        setattr(need, name, value)

    with pytest.raises(ValidationError) as refused:
        needs.change_need(need, list(facts), base_version=need.version, by=chair)
    assert list(refused.value.error_dict) == [field]
    assert "先收回再改" in refused.value.messages[0]

    offers.take_back(offer, side="volunteer")
    fresh = read(need)
    for name, value in facts.items():
        setattr(fresh, name, value)
    assert needs.change_need(fresh, list(facts), base_version=fresh.version, by=chair).version == fresh.version


def test_the_page_keeps_what_was_typed_when_it_is_refused(client, chair, need, teacher):
    offer_at("accepted", need, volunteer=teacher)
    address = reverse("groups:need_update", args=[need.pk])
    typed = {"risky": "on", "risks": "登高擦窗", "what": "擦三楼的窗"}

    page = client.post(address, filled(client.get(address), **typed))

    said = page.content.decode()
    assert ("先收回再改" in said, "擦三楼的窗" in said, "登高擦窗" in said) == (True, True, True)
    assert (read(need).risky, read(need).what) == (False, "辅导四年级数学")


def test_somebody_who_was_stopped_before_does_not_keep_words_from_being_changed(chair, need, teacher):
    offer_at("agreed", need, volunteer=teacher)
    type(teacher).objects.filter(pk=teacher.pk).update(state="paused")
    need.risky, need.risks = True, "登高擦窗"

    needs.change_need(need, ["risky", "risks"], base_version=need.version, by=chair)
    with pytest.raises(ValidationError, match="现在暂停服务"):
        serving.may_come(need, teacher)


def test_the_hard_stops_are_asked_again_before_she_serves(need, teacher):
    offer = offer_at("agreed", need, volunteer=teacher)
    type(need).objects.filter(pk=need.pk).update(only_women=True)
    type(teacher).objects.filter(pk=teacher.pk).update(sex="1")
    type(teacher.resident).objects.filter(pk=teacher.resident_id).update(sex="1")

    with pytest.raises(ValidationError, match="只要女志愿者"):
        serving.start(read(offer))
    assert need.services.count() == 0


# --- the consent covers the day -----------------------------------------------------------------------------------------
def test_hours_of_the_last_days_are_written_after_the_end(client, chair, need, teacher):
    offer = offer_at("agreed", need, volunteer=teacher)
    Consent.objects.update(given_on=days_ago(9), expires_on=days_ago(2))
    type(need).objects.filter(pk=need.pk).update(until=days_ago(2), state="agreed")
    offer = Offer.objects.get(pk=offer.pk)
    assert reverse("groups:offer_done", args=[offer.pk]) in client.get(need.get_absolute_url()).content.decode()

    service = serving.record_done(offer, started_at=at(2), ended_at=at(2, 11), what="", by=chair)
    with pytest.raises(ValidationError, match="重新征得同意"):
        serving.record_done(offer, started_at=at(1), ended_at=at(1, 11), what="", by=chair)
    with pytest.raises(ValidationError, match="重新征得同意"):
        serving.start(offer)
    assert (service.half_hours, need.services.count()) == (4, 1)


def test_a_longer_need_asks_the_family_once_more(client, chair, need, teacher):
    offer = offer_at("agreed", need, volunteer=teacher)
    first = offer.consent
    need.state = "agreed"
    need.save(update_fields=["state"])
    need.until += timedelta(days=30)
    needs.change_need(need, ["until"], base_version=need.version, by=chair)
    offer = Offer.objects.get(pk=offer.pk)
    assert [one.asks_again for _, ready in help_for(need.resident) for one, _ in ready] == [True]
    assert "再征得家庭同意" in client.get(need.get_absolute_url()).content.decode()

    address = reverse("groups:offer_consent", args=[offer.pk])
    client.post(address, filled(client.get(address), how="paper"))

    offer = Offer.objects.get(pk=offer.pk)
    assert (offer.state, offer.consent.expires_on, offer.consent.how) == ("agreed", need.until, "paper")
    assert (read(first).withdrawn_on, offer.asks_again, read(need).state) == (TODAY(), False, "agreed")
    with pytest.raises(FlowError):
        offers.served_agrees(offer, how="paper", by=chair)


# --- a shift of a family ------------------------------------------------------------------------------------------------
@pytest.fixture
def shift(chair, need):
    return shifts.plan_shift(need, on=TODAY() + timedelta(days=2), what="辅导数学", by=chair)


@pytest.mark.parametrize("field", ["what", "place"])
def test_a_changed_shift_names_nobody(client, chair, need, teacher, shift, field):
    offer_at("agreed", need, volunteer=teacher)
    address = reverse("groups:shift_update", args=[shift.pk])

    page = client.post(address, filled(client.get(address), **{field: "去赵小莉家"})).content.decode()

    assert ("不要写姓名" in page, "去赵小莉家" in page) == (True, True)
    assert (read(shift).what, read(shift).place) == ("辅导数学", "")


def test_only_who_agreed_sees_a_shift_of_a_family_and_comes(chair, need, teacher, shift):
    other = VolunteerFactory(area=teacher.area)
    offer_at("agreed", need, volunteer=teacher)

    assert [[one for one, _ in shifts_ahead(her)] for her in (teacher, other)] == [[shift], []]
    assert [shift_for(her, shift.pk) for her in (teacher, other)] == [shift, None]
    with pytest.raises(ValidationError, match="只有双方同意"):
        coming.come(shift, other, by=chair)
    Consent.objects.update(expires_on=TODAY() + timedelta(days=1))
    with pytest.raises(ValidationError, match="重新征得同意"):
        coming.come(shift, teacher)
    Consent.objects.update(expires_on=shift.on)
    assert coming.come(shift, teacher).volunteer == teacher


def test_a_correction_names_nobody(client, chair, need, teacher):
    offer = offer_at("agreed", need, volunteer=teacher)
    service = serving.record_done(offer, started_at=at(), ended_at=at(hour=11), what="", by=chair)
    address = reverse("groups:service_correct", args=[service.pk])

    page = client.post(address, filled(client.get(address), what="给赵小莉辅导", why="写错了")).content.decode()

    assert ("不要写姓名" in page, "给赵小莉辅导" in page, read(service).state) == (True, True, "recorded")


# --- looked through, and ended ------------------------------------------------------------------------------------------
def test_only_a_change_looks_a_matter_of_a_concern_through(chair, need, teacher):
    type(need).objects.filter(pk=need.pk).update(source="concern", version=4)
    need = read(need)
    with pytest.raises(ValidationError, match="先点“改”核对"):
        offers.ask(need, teacher, by=chair)
    assert need.is_unchecked is True

    needs.change_need(need, [], base_version=4, by=chair)

    assert (read(need).checked_on, read(need).is_unchecked) == (TODAY(), False)
    assert offers.ask(read(need), teacher, by=chair).state == OfferState.ASKED


def test_a_service_that_runs_is_ended_after_it_was_taken_back(need, teacher):
    offer = offer_at("agreed", need, volunteer=teacher)
    service = service_at("open", volunteer=teacher, need=need, started_at=timezone.now() - timedelta(minutes=40))
    offers.take_back(offer, side="served")

    assert [(one.pk, words) for one, words in asked_of(teacher.resident)] == [(offer.pk, "请按“结束服务”")]
    serving.stop(read(offer))
    assert (read(service).state, asked_of(teacher.resident)) == ("recorded", [])
