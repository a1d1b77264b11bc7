from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import RoleGrant, User
from accounts.roles import PERMISSIONS, Role
from accounts.tests.factories import RoleGrantFactory, UserFactory, user_with
from fedhub.areas.models import Area
from fedhub.areas.tests.factories import community, grid

pytestmark = pytest.mark.django_db


def fresh(user):
    """The user as the next request sees it."""
    return User.objects.get(pk=user.pk)


def test_a_grant_covers_the_area_and_all_below_it(community):
    first, second = grid(1), grid(2)
    worker = user_with(Role.GRID_WORKER, first)
    chair = user_with(Role.CHAIR, community)

    assert worker.scope("households.view_household") == {first.pk}
    assert chair.scope("households.view_household") is None
    assert second.pk not in worker.scope("households.view_household")


def test_a_grant_does_not_reach_a_neighbouring_community(chair):
    elsewhere = community(13, "翠苑社区")

    assert elsewhere.pk not in fresh(chair).scope("households.view_household")
    assert fresh(chair).has_perm("areas.view_area", elsewhere) is False


def test_only_the_permissions_of_the_role_are_held(worker):
    assert worker.has_perm("grids.add_visit") is True
    assert worker.has_perm("households.export_full_resident") is False
    assert worker.scope("households.export_full_resident") == frozenset()


@pytest.mark.parametrize(
    ("starts", "ends", "held"),
    [(0, None, True), (-5, 0, True), (-5, -1, False), (1, None, False), (0, 0, True), (-1, 5, True)],
)
def test_a_grant_counts_from_its_first_to_its_last_day(grid, starts, ends, held):
    today = timezone.localdate()
    user = UserFactory()
    RoleGrantFactory(
        user=user,
        area=grid,
        valid_from=today + timedelta(days=starts),
        valid_to=None if ends is None else today + timedelta(days=ends),
    )

    assert user.has_perm("grids.add_visit") is held


def test_a_disabled_account_holds_nothing(worker):
    worker.is_active = False
    worker.forget_grants()

    assert worker.has_perm("grids.add_visit") is False


@given(st.lists(st.sampled_from(["330106", "330106003", "330106003012", "330106003012001"]), max_size=4, unique=True))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_scope_is_the_union_of_what_the_grants_cover(db, codes):
    RoleGrant.objects.all().delete()
    grid(1), grid(2)
    user = UserFactory()
    for code in codes:
        RoleGrant.objects.create(user=user, role=Role.CHAIR, area=Area.objects.get(code=code))

    ids = user.scope("households.view_household")

    expected = {a.pk for a in Area.objects.all() if any(a.code.startswith(c) for c in codes)}
    everything = {a.pk for a in Area.objects.all() if len(a.code) >= 12}
    if ids is None:
        assert everything <= expected
    else:
        assert ids == expected


@pytest.mark.parametrize("permission", ["safety.view_riskreport", "safety.change_riskreport"])
def test_sealed_reports_are_read_by_the_trained_person_alone(permission):
    assert [role for role, permissions in PERMISSIONS.items() if permission in permissions] == [Role.SAFETY_OFFICER]
