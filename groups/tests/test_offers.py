"""Asking, both consents, taking back, and serving: nobody reads who the other is before both agreed."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from fedhub.core.models import AuditEvent
from fedhub.notices.models import Message
from groups.enums import ServiceState, VolunteerState
from groups.models import Offer, Shift
from groups.need_enums import NeedState, OfferSide, OfferState
from groups.need_queries import waiting_needs
from groups.public_needs import told_after, told_before
from groups.services import hours, needs, offers, serving, shifts, volunteers
from groups.tasks import expire_needs
from groups.tests.factories import TODAY, VolunteerFactory, at
from groups.tests.factories_need import ServiceNeedFactory, home, need_at, need_of, offer_at
from households.models import Consent
from households.tests.factories import ResidentFactory

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


def agreed(need, volunteer, by):
    offer = offers.accept(offers.ask(need, volunteer, by=by), by=by)
    return offers.served_agrees(offer, how="oral", witness="李大姐", by=by)


def seen(offer):
    """All words that the volunteer reads."""
    offer = Offer.objects.select_related("need__household", "need__resident", "need__area", "consent").get(pk=offer.pk)
    return " ".join(text for pair in (*told_before(offer.need), *told_after(offer)) for text in pair)


# --- entering -----------------------------------------------------------------------------------------------------------
def test_a_need_at_home_lies_where_the_family_lies(chair, family):
    household = family.memberships.get().household
    row = ServiceNeedFactory.build(household=household, resident=family, area=None, place="x")

    made = needs.raise_need(row, by=chair)

    assert (made.number, made.area, made.place, made.state) == (f"FW{TODAY():%Y}-0001", household.area, "", "open")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"what": "给赵小莉的女儿辅导"}, "what"),
        ({"what": "辅导，电话 13900001111"}, "what"),
        ({"skill": "赵小莉同事"}, "skill"),
        ({"until": TODAY() - timedelta(days=1)}, "until"),
        ({"until": TODAY() + timedelta(days=400)}, "until"),
        ({"risky": True}, "risks"),
        ({"kind": "safety"}, "risks"),
    ],
)
def test_what_cannot_be_asked_is_refused(chair, family, facts, field):
    household = family.memberships.get().household
    row = ServiceNeedFactory.build(household=household, resident=family, area=None, place="", **facts)

    with pytest.raises(ValidationError) as refused:
        needs.raise_need(row, by=chair)
    assert list(refused.value.message_dict) == [field]


def test_a_child_or_a_stranger_does_not_agree_for_a_family(chair, grid, family):
    child = home(grid, birth=f"{TODAY().year - 9}-01-01")
    for person, words in ((child, "成年"), (ResidentFactory(area=grid, birth="1980-01-01"), "住在这户")):
        row = ServiceNeedFactory.build(
            household=child.memberships.get().household, resident=person, area=None, place=""
        )
        with pytest.raises(ValidationError, match=words):
            needs.raise_need(row, by=chair)


# --- asking -------------------------------------------------------------------------------------------------------------
def test_both_sides_agree_and_only_then_is_anybody_told_who(chair, need, teacher):
    offer = offers.ask(need, teacher, by=chair)
    assert (offer.state, read(need).state, offer.reasons[0]) == ("asked", "offered", "愿意做辅导功课")
    before = seen(offer)

    offer = offers.accept(offer)
    assert (offer.state, seen(offer)) == (OfferState.ACCEPTED, before)
    offer = offers.served_agrees(offer)

    assert (offer.state, read(need).state) == (OfferState.AGREED, NeedState.AGREED)
    assert [word in before for word in ("赵小莉", need.household.address)] == [False, False]
    assert [word in seen(offer) for word in ("赵小莉", need.household.address)] == [True, True]
    consent = offer.consent
    assert (consent.resident, consent.purpose, consent.recipient, consent.how, consent.expires_on) == (
        need.resident, "share", f"志愿者 {teacher.number}", "online", need.until,
    )  # fmt: skip


def test_each_is_told_with_neutral_words(chair, need, teacher):
    offers.served_agrees(offers.accept(offers.ask(need, teacher, by=chair)))

    told = list(Message.objects.values_list("person", "template", "state", "text"))
    assert {row[:3] for row in told} == {
        (teacher.resident_id, "serve_ask", "stopped"), (need.resident_id, "serve_consent", "stopped"),
        (teacher.resident_id, "serve_agreed", "waiting"),
    }  # fmt: skip
    assert [word for *_, text in told for word in ("赵小莉", "孙玉梅", "辅导") if word in text] == []


def test_at_a_place_her_word_is_enough(chair, teacher):
    offer = offers.accept(offers.ask(ServiceNeedFactory(), teacher, by=chair))

    assert (offer.state, offer.consent, read(offer.need).state) == (OfferState.AGREED, None, NeedState.AGREED)


def test_what_waits_is_counted(chair, need, teacher):
    assert list(waiting_needs(chair)) == [need]
    offer = offers.ask(need, teacher, by=chair)
    assert list(waiting_needs(chair)) == []
    offers.accept(offer)
    assert list(waiting_needs(chair)) == [need]


def test_patrols_are_risky_whatever_is_ticked(chair, teacher):
    need = ServiceNeedFactory(kind="safety", risks="夜里走路")
    with pytest.raises(ValidationError, match="先买意外保险"):
        offers.ask(need, teacher, by=chair)


def test_no_more_are_asked_than_are_wanted(chair, need, teacher):
    offers.ask(need, teacher, by=chair)
    with pytest.raises(ValidationError, match="人数已经够了"):
        offers.ask(need, VolunteerFactory(), by=chair)
    with pytest.raises(ValidationError, match="已经问过"):
        offers.ask(need, teacher, by=chair)


def test_the_hard_stops_hold_at_every_step(chair, need, teacher):
    with pytest.raises(ValidationError, match="现在暂停服务"):
        offers.ask(need, VolunteerFactory(state=VolunteerState.PAUSED), by=chair)
    offer = offers.ask(need, teacher, by=chair)
    volunteers.pause_volunteer(teacher, why="住院", by=chair)
    with pytest.raises(ValidationError, match="现在暂停服务"):
        offers.accept(offer)
    volunteers.resume_volunteer(teacher, by=chair)
    offer = offers.accept(offer)
    volunteers.pause_volunteer(teacher, why="住院", by=chair)
    with pytest.raises(ValidationError, match="现在暂停服务"):
        offers.served_agrees(offer)


def test_a_matter_out_of_a_concern_is_looked_through_first(chair, need, teacher):
    type(need).objects.filter(pk=need.pk).update(source="concern")

    with pytest.raises(ValidationError, match="先点“改”核对"):
        offers.ask(need, teacher, by=chair)


def test_a_no_frees_the_need_and_is_not_asked_again(chair, need, teacher):
    offers.decline(offers.ask(need, teacher, by=chair), why="那天有事")

    assert (read(need).state, Offer.objects.get().ended_side) == (NeedState.OPEN, OfferSide.VOLUNTEER)
    with pytest.raises(ValidationError, match="这件事问过她"):
        offers.ask(need, teacher, by=chair)
    assert offers.ask(need, VolunteerFactory(), by=chair).state == OfferState.ASKED


def test_staff_write_down_why(chair, need, teacher):
    offer = offers.ask(need, teacher, by=chair)
    with pytest.raises(ValidationError, match="请写原因"):
        offers.decline(offer, why=" ", by=chair)
    offer = offers.accept(offer, by=chair)
    with pytest.raises(ValidationError, match="请写原因"):
        offers.served_refuses(offer, by=chair)
    with pytest.raises(ValidationError, match="见证人"):
        offers.served_agrees(offer, how="oral", by=chair)
    assert (read(offer).state, read(offer).answered_by) == (OfferState.ACCEPTED, chair)


@pytest.mark.parametrize("side", [OfferSide.VOLUNTEER, OfferSide.SERVED])
def test_either_takes_it_back_and_the_name_is_gone(chair, need, teacher, side):
    offer = agreed(need, teacher, chair)

    offers.take_back(offer, side=side)

    offer = read(offer)
    assert (offer.state, offer.ended_side, read(need).state) == (OfferState.TAKEN_BACK, side, NeedState.OPEN)
    assert (Consent.objects.get().withdrawn_on, "赵小莉" in seen(offer)) == (TODAY(), False)
    with pytest.raises(ValidationError):
        serving.start(offer)


def test_a_consent_taken_back_elsewhere_ends_what_she_reads(chair, need, teacher):
    offer = agreed(need, teacher, chair)
    Consent.objects.update(withdrawn_on=TODAY())
    offer = Offer.objects.select_related("need", "consent", "volunteer").get(pk=offer.pk)

    assert "赵小莉" not in seen(offer)
    with pytest.raises(ValidationError, match="家庭撤回了同意"):
        serving.start(offer)


def test_one_of_two_leaves_and_the_other_still_serves(chair, family):
    need, first, second = need_of(family, wanted=2), VolunteerFactory(), VolunteerFactory()
    one = agreed(need, first, chair)
    asked = offers.ask(need, second, by=chair)

    offers.take_back(one, side=OfferSide.VOLUNTEER)
    assert (read(need).state, read(asked).state) == (NeedState.OFFERED, OfferState.ASKED)
    two = offers.served_agrees(offers.accept(asked))
    assert (read(need).state, two.state) == (NeedState.AGREED, OfferState.AGREED)


@pytest.mark.parametrize("end", ["withdraw", "finish"])
def test_the_end_of_a_need_ends_its_offers_and_consents(chair, need, teacher, end):
    offer = agreed(need, teacher, chair)
    if end == "withdraw":
        needs.withdraw_need(need, why="孩子去外婆家了", by=chair)
    else:
        needs.finish_need(need, by=chair)

    state = OfferState.DONE if end == "finish" else OfferState.LAPSED
    assert (read(offer).state in (state, OfferState.LAPSED), Consent.objects.get().withdrawn_on) == (True, TODAY())
    assert told_after(read(offer)) == []


def test_needs_whose_day_is_past_expire(chair, teacher):
    day = TODAY() - timedelta(days=1)
    late, kept, served = ServiceNeedFactory(until=day), ServiceNeedFactory(), need_at("agreed", until=day)
    offer_at("asked", late)

    expire_needs()

    assert [read(one).state for one in (late, kept, served)] == ["expired", "open", "agreed"]
    assert Offer.objects.get().state == OfferState.LAPSED


def test_whoever_leaves_leaves_nothing_open(chair, need, teacher):
    offer = agreed(need, teacher, chair)

    volunteers.leave_volunteers(teacher, why="搬家", by=None)

    assert (read(offer).state, read(need).state) == (OfferState.LAPSED, NeedState.OPEN)
    assert Message.objects.filter(person=need.resident, template="serve_over").count() == 1


# --- serving ------------------------------------------------------------------------------------------------------------
def test_she_begins_and_ends_on_her_own_telephone(chair, need, teacher, noon):
    offer = agreed(need, teacher, chair)
    for _ in range(2):
        service = serving.start(offer)
    noon.shift(timedelta(minutes=95))

    done = serving.stop(offer)

    assert (done.pk, done.state, done.half_hours, done.need) == (service.pk, ServiceState.RECORDED, 3, need)
    assert read(need).state == NeedState.SERVING
    with pytest.raises(ValidationError, match="还没有按"):
        serving.stop(offer)


def test_hours_are_written_down_afterwards(chair, need, teacher):
    offer = agreed(need, teacher, chair)

    service = serving.record_done(offer, started_at=at(), ended_at=at(hour=11), what="", by=chair)

    assert (service.need, service.what, service.half_hours) == (need, "辅导四年级数学", 4)
    right = hours.correct_service(service, fields={"ended_at": at(hour=10)}, why="十点走的", by=chair)
    assert right.need == need


def test_in_a_shift_of_a_need_only_who_agreed_signs_in(chair, need, teacher, grid):
    offer = agreed(need, teacher, chair)
    community = grid.parent
    shift = shifts.open_shift(Shift(area=community, kind=need.kind, what=need.what, on=TODAY(), need=need), by=chair)
    other = VolunteerFactory(area=community)

    with pytest.raises(ValidationError, match="只有双方同意"):
        shifts.tap_in(shift, other, by=chair)
    service = shifts.tap_in(shift, teacher, by=chair)

    assert (service.need, read(need).state, offer.state) == (need, NeedState.SERVING, OfferState.AGREED)


def test_nobody_serves_at_risks_without_an_insurance(chair, family, teacher):
    need = need_of(family, risky=True, risks="登高擦窗")
    type(teacher).objects.filter(pk=teacher.pk).update(insured_from=TODAY(), insured_until=need.until)
    offer = agreed(need, teacher, chair)
    type(teacher).objects.filter(pk=teacher.pk).update(insured_until=TODAY() - timedelta(days=1), insured_from=None)

    with pytest.raises(ValidationError, match="先买意外保险"):
        serving.start(read(offer))


def test_acts_are_written_down_without_a_name(chair, need, teacher):
    agreed(need, teacher, chair)

    events = AuditEvent.objects.filter(action__startswith="groups.offer").order_by("pk")
    assert list(events.values_list("action", flat=True)) == [
        "groups.offer.ask",
        "groups.offer.accept",
        "groups.offer.agree",
    ]
    assert [event.detail for event in events] == [{}] * 3
