"""Who is grown is read from every date that is known; with none, nobody goes to risks or at night."""

import pytest
from django.core.exceptions import ValidationError

from fedhub.core.validators import id_check_character
from groups.enums import ServiceKind
from groups.matching import stops_asking
from groups.need_queries import ready_one, wanted_of
from groups.services import coming, hours, volunteers
from groups.tests.factories import TODAY, ShiftFactory, VolunteerFactory, at, days_ago
from groups.tests.factories_need import ServiceNeedFactory
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
UNKNOWN = "出生日期没有登记"


def number_of(birth):
    """A correct identity number with the birth date of 8 digits."""
    first = f"110105{birth}002"
    return first + id_check_character(first)


def child():
    return f"{TODAY().year - 15}0101"


def test_an_empty_birth_date_follows_from_the_identity_number(chair, community):
    young = VolunteerFactory.build(area=community, birth="", id_number=number_of(child()))
    with pytest.raises(ValidationError, match="监护人"):
        volunteers.register_volunteer(young, by=chair)

    grown = VolunteerFactory(area=community, birth="")
    grown.id_number = number_of("19600501")
    volunteers.change_volunteer(grown, ["id_number"], base_version=grown.version, by=chair)
    grown.refresh_from_db()
    assert grown.birth == "1960-05-01"


def test_the_date_on_the_books_counts_too(grid):
    person = ResidentFactory(area=grid, birth=f"{TODAY().year - 15}-01-01")
    volunteer = VolunteerFactory(resident=person, birth="")

    assert (volunteers.is_minor(volunteer), ready_one(volunteer, ServiceNeedFactory()).grown) == (True, False)


@pytest.mark.parametrize("facts", [{"risky": True, "risks": "登高"}, {"at_night": True}])
def test_with_no_date_nobody_is_asked_for_risks_or_nights(facts):
    volunteer = VolunteerFactory(birth="", insured_until=days_ago(-90))
    plain, need = ServiceNeedFactory(), ServiceNeedFactory(**facts)

    assert stops_asking(ready_one(volunteer, plain), wanted_of(plain)) == ""
    assert stops_asking(ready_one(volunteer, need), wanted_of(need)).startswith(UNKNOWN)


def test_with_no_date_no_hours_of_risks_or_nights(chair):
    volunteer = VolunteerFactory(birth="", insured_until=days_ago(-90))

    with pytest.raises(ValidationError, match=UNKNOWN):
        hours.sign_in(volunteer, kind=ServiceKind.SAFETY, what="巡查", at=at(), by=chair)
    with pytest.raises(ValidationError, match=UNKNOWN):
        hours.sign_in(volunteer, kind=ServiceKind.EVENT, what="守夜", at=at(hour=23), by=chair)
    with pytest.raises(ValidationError, match=UNKNOWN):
        coming.come(ShiftFactory(area=volunteer.area, kind=ServiceKind.SAFETY), volunteer, by=chair)
    assert hours.sign_in(volunteer, kind=ServiceKind.EVENT, what="讲座", at=at(), by=chair).pk
