"""What signing in and out refuses, whoever presses it and whenever."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from groups.enums import GroupState, MemberState, ServiceKind, ServiceState, VolunteerState
from groups.models import Group, Service, Volunteer
from groups.services import groups, hours
from groups.tests.factories import TODAY, VolunteerFactory, at, member_at, service_at

pytestmark = pytest.mark.django_db
FIFTEEN = f"{timezone.localdate().year - 15}"


def read(instance):
    return type(instance).objects.get(pk=instance.pk)


def test_nobody_signs_in_or_out_in_the_future(chair):
    later = timezone.now() + timedelta(minutes=10)
    with pytest.raises(ValidationError, match="不能晚于现在"):
        hours.sign_in(VolunteerFactory(), kind=ServiceKind.EVENT, what="讲座", at=later, by=chair)
    assert not Service.objects.exists()

    service = service_at(ServiceState.OPEN)
    with pytest.raises(ValidationError, match="不能晚于现在"):
        hours.sign_out(service, at=later, by=chair)
    assert read(service).state == ServiceState.OPEN


def test_a_minor_is_not_signed_out_of_the_night(chair):
    young = VolunteerFactory(birth=FIFTEEN)
    service = service_at(ServiceState.OPEN, volunteer=young, started_at=at(hour=20))

    with pytest.raises(ValidationError, match="不安排夜里"):
        hours.sign_out(service, at=at(hour=22, minute=30), by=chair)
    assert read(service).ended_at is None

    done = hours.sign_out(service, at=at(hour=22), by=chair)
    assert (done.state, done.half_hours) == (ServiceState.RECORDED, 4)


def test_a_minor_is_not_signed_out_of_risky_work(chair):
    young = VolunteerFactory(birth=FIFTEEN, insured_until=TODAY())
    service = service_at(ServiceState.OPEN, volunteer=young, kind=ServiceKind.SAFETY)

    with pytest.raises(ValidationError, match="未成年人不安排有风险"):
        hours.sign_out(service, at=at(hour=11), by=chair)
    assert read(service).state == ServiceState.OPEN


def test_who_paused_meanwhile_is_signed_out_and_put_right_but_not_signed_in(chair):
    volunteer = VolunteerFactory()
    service = service_at(ServiceState.OPEN, volunteer=volunteer)
    Volunteer.objects.filter(pk=volunteer.pk).update(state=VolunteerState.PAUSED)

    done = hours.sign_out(service, at=at(hour=11), by=chair)
    fresh = hours.correct_service(done, fields={"ended_at": at(hour=10)}, why="十点走的", by=chair)
    assert fresh.half_hours == 2
    with pytest.raises(ValidationError, match="不是正常状态"):
        hours.sign_in(volunteer, kind=ServiceKind.EVENT, what="讲座", at=at(hour=14), by=chair)


def test_signing_in_herself_has_no_staff_member(chair):
    service = hours.sign_in(VolunteerFactory(), kind=ServiceKind.EVENT, what="讲座")

    assert read(service).recorded_by is None


def test_a_request_is_not_accepted_into_a_group_that_rests_since(chair):
    member = member_at(MemberState.ASKED)
    assert member.group.state == GroupState.ACTIVE
    Group.objects.filter(pk=member.group_id).update(state=GroupState.RESTING)

    with pytest.raises(ValidationError, match="暂停或者解散"):
        groups.accept_member(member, by=chair)
    assert read(member).state == MemberState.ASKED
