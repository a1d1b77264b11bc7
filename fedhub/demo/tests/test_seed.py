"""The large seed: deterministic, whole, and refused where real data may lie."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.areas.models import Area
from fedhub.core.models import AuditEvent
from fedhub.core.validators import parse_id_number
from grids.models import Visit
from households.models import Household, HouseholdKey, HouseholdPlace, Membership, Phone, Resident, ResidentKey, Status
from households.queries import search
from households.searchkeys import household_keys, resident_keys
from households.services.households import recompute_due, refresh_household


@pytest.fixture
def demo_settings(settings):
    settings.DEMO = True


def plant(**more):
    call_command("seed", households=30, seed=5, grids=2, verbosity=0, stdout=open_null(), **more)


def open_null():
    class Null:
        def write(self, text):
            return len(text)

        def flush(self):
            return None

    return Null()


def clear_columns():
    """What was planted, without keys, ciphertext and the time of day."""
    return {
        "areas": list(Area.objects.order_by("code").values_list("code", "name")),
        "homes": list(
            Household.objects.order_by("number").values_list(
                "number", "area__code", "head_name", "address", "address_key", "people", "last_visit_on", "next_due_on"
            )
        ),
        "people": list(
            Resident.objects.order_by("pk").values_list(
                "name", "name_sort", "sex", "birth", "id_blind", "marital", "employment", "health", "hukou_type"
            )
        ),
        "phones": list(Phone.objects.order_by("pk").values_list("resident__name", "blind", "tail_blind")),
        "members": list(
            Membership.objects.order_by("pk").values_list("resident__name", "household__number", "kind", "relation")
        ),
        "statuses": list(Status.objects.order_by("pk").values_list("category", "valid_from", "valid_to")),
        "visits": list(Visit.objects.order_by("pk").values_list("household__number", "visited_on", "met", "kind")),
        "numbers": [resident.id_number for resident in Resident.objects.order_by("pk")],
    }


def planted_and_forgotten():
    with transaction.atomic():
        plant(visits=60)
        found = clear_columns()
        transaction.set_rollback(True)
    return found


def test_the_same_seed_gives_the_same_rows(db, demo_settings):
    first, second = planted_and_forgotten(), planted_and_forgotten()

    assert len(first["homes"]) == 30
    assert len(first["visits"]) == 60
    assert first == second


def test_birth_and_sex_follow_from_every_identity_number(db, demo_settings):
    plant()
    people = list(Resident.objects.exclude(id_blind=None))

    found = [parse_id_number(resident.id_number) for resident in people]

    assert [(one.birth, one.sex) for one in found] == [(r.birth, r.sex) for r in people]
    assert {resident.id_note for resident in people} == {""}


def test_every_household_lies_in_one_grid_today_and_its_code_begins_with_the_community(db, demo_settings):
    plant()

    current = HouseholdPlace.objects.filter(valid_to=None).values_list("household_id", "area_id")

    assert sorted(current) == sorted(Household.objects.values_list("pk", "area_id"))
    assert {area.code[:12] for area in Area.objects.filter(kind="grid")} == {"330106003012"}


def test_derived_columns_are_those_the_services_would_write(db, demo_settings):
    plant(visits=60)

    for household in Household.objects.all():
        before = (household.head_name, household.head_sort, household.people, household.last_visit_on,
                  household.next_due_on)  # fmt: skip
        refresh_household(household)
        recompute_due(household)
        after = (household.head_name, household.head_sort, household.people, household.last_visit_on,
                 household.next_due_on)  # fmt: skip

        assert after == before


def test_search_keys_are_whole(db, demo_settings):
    plant()
    resident, household = Resident.objects.first(), Household.objects.first()

    of_person = set(ResidentKey.objects.filter(resident=resident).values_list("key", flat=True))
    of_home = set(HouseholdKey.objects.filter(household=household).values_list("key", flat=True))

    assert of_person == resident_keys(resident.name)
    assert of_home == household_keys(household)


def test_masters_have_a_history_row_of_their_first_version(db, demo_settings):
    plant()

    assert Resident.history.filter(version=1).count() == Resident.objects.count()
    assert Household.history.filter(version=1).count() == Household.objects.count()


def test_one_honest_audit_row_tells_of_the_seed(db, demo_settings):
    plant()

    assert list(AuditEvent.objects.filter(action="demo.seed").values_list("reason", flat=True)) == ["演示数据"]


def test_a_second_seed_goes_on_with_numbers_and_people_of_its_own(db, demo_settings):
    plant()
    plant()

    assert Household.objects.count() == 60
    assert Household.objects.order_by("number").last().number == "H330106003012-00060"
    assert Resident.objects.exclude(id_blind=None).values("id_blind").distinct().count() == (
        Resident.objects.exclude(id_blind=None).count()
    )


def test_rows_written_afterwards_get_fresh_keys(db, demo_settings):
    plant()
    last = Resident.objects.order_by("pk").last()

    new = Resident.objects.create(name="王芳", sex="2", area=last.area)

    assert new.pk > last.pk


def test_a_place_that_is_no_demo_is_refused(db):
    with pytest.raises(CommandError, match="不是演示"):
        plant()

    assert Household.objects.count() == 0


def test_even_with_force_a_place_with_accounts_is_refused(db):
    UserFactory()

    with pytest.raises(CommandError, match="已经有真实的账号"):
        plant(force=True)

    assert Household.objects.count() == 0


def test_with_force_an_empty_place_is_filled(db):
    plant(force=True)

    assert Household.objects.count() == 30


def test_a_wrong_community_code_is_refused_in_one_sentence(db, demo_settings):
    with pytest.raises(CommandError, match="12 位"):
        plant(community="3301")


def test_what_was_planted_is_found_by_name(chair, demo_settings):
    plant()
    resident = Resident.objects.filter(phones__isnull=False).first()

    hits = search(chair, resident.name)

    assert resident.pk in {hit.pk for hit in hits if hit.kind == "resident"}
    assert timezone.localdate() >= timezone.localdate(resident.created_at)
