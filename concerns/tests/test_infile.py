"""A concern that shows a family in hardship goes into the family's file (handbook 4.5)."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.models import Concern, FileConcern
from concerns.routing import routes
from concerns.services.handling import open_routes, route_concern
from concerns.tests.factories import ConcernFactory
from fedhub.core.testing.client import filled
from hardship.enums import FoundHow
from hardship.models import HardshipFile
from hardship.tests.factories import file_at
from households.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def concern(grid):
    home = MembershipFactory(household__area=grid, resident__area=grid)
    return ConcernFactory(
        area=grid, household=home.household, resident=home.resident, title="药费太贵", detail="每月要四千元。"
    )


@pytest.fixture
def outsider(grid):
    """Another grid worker of the same grid."""
    return user_with(Role.GRID_WORKER, grid, username="outsider", name="局外人")


def doors(user, concern):
    return [route.key for route in open_routes(user, concern)]


def test_a_concern_opens_the_file_of_the_family(as_user, chair, concern):
    client, url = as_user(chair), reverse("concerns:concern_route", args=[concern.pk])

    client.post(url, filled(client.get(url), route="hardship"))

    file = HardshipFile.objects.get()
    assert (file.household, file.subject, file.officer) == (concern.household, concern.resident, chair)
    assert (file.found_how, file.situation) == (FoundHow.CONCERN, f"{concern.number} 药费太贵\n每月要四千元。")
    assert client.get(concern.get_absolute_url()).context["cases"] == [("困难家庭档案", file)]
    page = client.get(f"{file.get_absolute_url()}?tab=concerns").content.decode()
    assert f'href="{concern.get_absolute_url()}"' in page
    concern.refresh_from_db()
    assert concern.status == "accepted"


def test_a_concern_comes_to_the_open_file_once(chair, concern):
    file = file_at("active", household=concern.household)

    case = route_concern(concern, routes["hardship"], by=chair)

    assert (case, HardshipFile.objects.count()) == (file, 1)
    assert doors(chair, concern) == ["council", "employment", "groups"]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO concerns_fileconcern (concern_id, file_id, added_on, added_by_id) "
            "SELECT concern_id, file_id, added_on, added_by_id FROM concerns_fileconcern"
        )


def test_a_concern_without_a_family_has_no_such_door(chair, grid, concern):
    assert (doors(chair, concern), doors(chair, ConcernFactory(area=grid))) == (
        ["council", "hardship", "employment", "groups"],
        ["council"],
    )


def test_a_guarded_file_is_not_there_for_others_and_its_family_is_refused_without_saying_why(
    as_user, chair, worker, outsider, concern, grid
):
    """Twin: the concern of a family with a guarded file and that of a family without one."""
    home = MembershipFactory(household__area=grid, resident__area=grid)
    other = ConcernFactory(area=grid, household=home.household, resident=home.resident)
    file = file_at("active", household=concern.household, guarded=True, officer=worker)

    assert doors(outsider, concern) == doors(outsider, other) == ["hardship", "employment", "groups"]
    with pytest.raises(ValidationError) as refused:
        route_concern(concern, routes["hardship"], by=outsider)
    assert refused.value.messages == ["这户现在不能新建档案，请问妇联负责人。"]
    assert Concern.objects.get(pk=concern.pk).status == "new"

    route_concern(concern, routes["hardship"], by=chair)
    seen = [as_user(who).get(concern.get_absolute_url()).context["cases"] for who in (outsider, worker)]
    assert seen == [[], [("困难家庭档案", file)]]
    assert FileConcern.objects.get().file == file
