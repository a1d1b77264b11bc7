"""Which families were due in a period and which were visited."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from fedhub.reference.periods import start_of
from grids.enums import Met, VisitMode
from grids.tests.factories import VisitFactory
from households.models import Household
from households.services.households import change_household
from households.services.status import open_status
from households.tests.factories import HouseholdFactory, MembershipFactory
from households.visiting import condition

pytestmark = pytest.mark.django_db
MARCH = date(2025, 3, 1)


def home(*, registered=date(2024, 1, 1), every=180, visits=(), **facts):
    """A family registered on a day, with counting visits on days."""
    row = HouseholdFactory(visit_every=every, **facts)
    Household.objects.filter(pk=row.pk).update(created_at=start_of(registered))
    for day in visits:
        VisitFactory(household=row, visited_on=day)
    return row


def keys(row, since=MARCH, until=MARCH):
    homes = Household.objects.active()
    names = ("due", "covered", "missed", "visited", "found", "risky")
    return [key for key in names if homes.filter(condition(key, homes, since, until), pk=row.pk).exists()]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"registered": date(2024, 10, 2)}, ["due", "missed"]),
        ({"registered": date(2024, 10, 3)}, []),
        ({"registered": date(2024, 10, 3), "visits": [date(2025, 3, 31)]}, ["visited"]),
        ({"visits": [date(2024, 10, 2)]}, ["due", "missed"]),
        ({"visits": [date(2024, 10, 3)]}, []),
        ({"visits": [date(2024, 10, 2), date(2025, 3, 1)]}, ["due", "covered", "visited"]),
        ({"every": 30, "visits": [date(2025, 2, 28)]}, ["due", "missed"]),
        ({"every": 30, "visits": [date(2025, 2, 28), date(2025, 3, 31)]}, ["due", "covered", "visited"]),
        ({"every": 30, "visits": [date(2025, 4, 1)]}, ["due", "missed"]),
    ],
)  # fmt: skip
def test_a_family_is_due_by_its_last_visit_before_and_its_rhythm(facts, found):
    assert keys(home(**facts)) == found


@pytest.mark.parametrize("facts", [{"met": Met.NOBODY}, {"mode": VisitMode.PHONE}])
def test_only_a_counting_visit_covers(facts):
    row = home(visits=[])
    VisitFactory(household=row, visited_on=MARCH, **facts)

    assert keys(row) == ["due", "missed"]


def test_what_a_visit_found_counts_once_a_family(chair, grid):
    member = MembershipFactory(household__area=grid)
    month = timezone.localdate().replace(day=1)
    for category, source in (("GG", "visit"), ("DB", "visit"), ("CJ", "desk")):
        open_status(resident=member.resident, category=category, valid_from=month, source=source, by=chair)

    assert keys(member.household, month, month) == ["found"]
    assert keys(member.household) == []


def test_a_family_is_newly_watched_once(chair, grid):
    row = HouseholdFactory(area=grid)
    month = timezone.localdate().replace(day=1)
    for level in ("green", "yellow", "", "red"):
        row.risk_level = level
        change_household(row, ["risk_level"], base_version=row.version, by=chair)
        assert ("risky" in keys(row, month, month)) == (level != "green")
    Household.history.update(history_date=timezone.now() - timedelta(days=400))
    row.risk_level = "orange"
    change_household(row, ["risk_level"], base_version=row.version, by=chair)

    assert "risky" not in keys(row, month, month)
