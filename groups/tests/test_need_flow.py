"""All states × all steps of needs and offers; what the database refuses."""

import itertools
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from fedhub.core.flow import FlowError
from groups.flow import need_flow, offer_flow
from groups.need_enums import NeedState, OfferSide, OfferState
from groups.services import needs, offers
from groups.tests.factories import TODAY, VolunteerFactory
from groups.tests.factories_need import NeedFactory, OfferFactory, RecordFactory, home, need_at, need_of, offer_at

pytestmark = pytest.mark.django_db
NEED_STATE_OF_OFFER = {"asked": "offered", "accepted": "offered", "agreed": "agreed"}


def read(instance):
    return type(instance).objects.get(pk=instance.pk)


NEED_STEPS = {
    "offer": lambda need, by: need_flow.walk(need, "offer"),
    "agree": lambda need, by: need_flow.walk(need, "agree"),
    "serve": lambda need, by: need_flow.walk(need, "serve"),
    "look_again": lambda need, by: need_flow.walk(need, "look_again"),
    "finish": needs.finish_need,
    "withdraw": lambda need, by: needs.withdraw_need(need, why="不用了", by=by),
    "expire": lambda need, by: needs.expire_need(need),
    "renew": lambda need, by: needs.renew_need(need, until=TODAY() + timedelta(days=9), by=by),
}
OFFER_STEPS = {
    "accept": offers.accept,
    "decline": lambda offer, by: offers.decline(offer, why="没空", by=by),
    "agree": lambda offer, by: offers.served_agrees(offer, how="oral", witness="李大姐", by=by),
    "refuse": lambda offer, by: offers.served_refuses(offer, why="不用了", by=by),
    "take_back": lambda offer, by: offers.take_back(offer, side=OfferSide.SERVED, why="不方便", by=by),
    "lapse": lambda offer, by: needs.walk_offer(offer, "lapse"),
    "done": lambda offer, by: needs.walk_offer(offer, "done"),
}


@pytest.mark.parametrize(("state", "name"), list(itertools.product(NeedState.values, need_flow.steps)))
def test_every_step_of_a_need_from_every_state(chair, state, name):
    need, step = need_at(state), need_flow.steps[name]

    if state in step.sources:
        NEED_STEPS[name](need, by=chair)
        assert read(need).state == step.target
    else:
        with pytest.raises(FlowError):
            NEED_STEPS[name](need, by=chair)
        assert read(need).state == state


@pytest.mark.parametrize(("state", "name"), list(itertools.product(OfferState.values, offer_flow.steps)))
def test_every_step_of_an_offer_from_every_state(chair, grid, state, name):
    need = need_of(home(grid), state=NEED_STATE_OF_OFFER.get(state, "open"))
    offer, step = offer_at(state, need), offer_flow.steps[name]

    if state in step.sources:
        OFFER_STEPS[name](offer, by=chair)
        assert read(offer).state == step.target
    else:
        with pytest.raises(FlowError):
            OFFER_STEPS[name](offer, by=chair)
        assert read(offer).state == state


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE groups_serviceneed SET state = 'gone' WHERE id = %s",
        "UPDATE groups_serviceneed SET kind = 'gone' WHERE id = %s",
        "UPDATE groups_serviceneed SET source = 'gone' WHERE id = %s",
        "UPDATE groups_serviceneed SET near = 'gone' WHERE id = %s",
        "UPDATE groups_serviceneed SET wanted = 0 WHERE id = %s",
        "UPDATE groups_serviceneed SET place = '' WHERE id = %s",
        "UPDATE groups_serviceneed SET state = 'done' WHERE id = %s",
        "UPDATE groups_serviceneed SET state = 'withdrawn', ended_on = '2026-01-01' WHERE id = %s",
        "UPDATE groups_serviceneed SET risky = true WHERE id = %s",
    ],
)
def test_the_database_refuses_a_need_that_cannot_be(sql):
    need = NeedFactory()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [need.pk])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE groups_offer SET state = 'gone' WHERE id = %s",
        "UPDATE groups_offer SET state = 'accepted' WHERE id = %s",
        "UPDATE groups_offer SET state = 'agreed', answered_on = '2026-01-01' WHERE id = %s",
        "UPDATE groups_offer SET state = 'declined', answered_on = '2026-01-01' WHERE id = %s",
        "UPDATE groups_offer SET ended_on = '2026-01-01' WHERE id = %s",
        "UPDATE groups_offer SET ended_side = 'x' WHERE id = %s",
    ],
)
def test_the_database_refuses_an_offer_that_cannot_be(sql):
    offer = OfferFactory(need=NeedFactory())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [offer.pk])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE groups_volunteerrecord SET kind = 'x' WHERE id = %s",
        "UPDATE groups_volunteerrecord SET points = 3 WHERE id = %s",
        "UPDATE groups_volunteerrecord SET kind = 'rating' WHERE id = %s",
    ],
)
def test_the_database_refuses_a_record_that_cannot_be(sql):
    record = RecordFactory()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [record.pk])


def test_nobody_is_asked_twice_at_a_time():
    need, volunteer = NeedFactory(), VolunteerFactory()
    OfferFactory(need=need, volunteer=volunteer)
    with pytest.raises(IntegrityError), transaction.atomic():
        OfferFactory(need=need, volunteer=volunteer)
