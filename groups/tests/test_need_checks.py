"""What the database refuses of needs, offers and records."""

import pytest
from django.db import IntegrityError, connection, transaction

from groups.tests.factories import VolunteerFactory
from groups.tests.factories_need import OfferFactory, RecordFactory, ServiceNeedFactory

pytestmark = pytest.mark.django_db
NEED_STATE_OF_OFFER = {"asked": "offered", "accepted": "offered", "agreed": "agreed"}


def read(instance):
    return type(instance).objects.get(pk=instance.pk)


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
    need = ServiceNeedFactory()
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
    offer = OfferFactory(need=ServiceNeedFactory())
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
    need, volunteer = ServiceNeedFactory(), VolunteerFactory()
    OfferFactory(need=need, volunteer=volunteer)
    with pytest.raises(IntegrityError), transaction.atomic():
        OfferFactory(need=need, volunteer=volunteer)
