"""Dated categories: as of a day, as known at a moment; rows are never edited."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from households.listing import categories_of_households, categories_of_residents
from households.models import Status
from households.queries import statuses_of
from households.services.status import correct_status, end_status, open_status
from households.tests.factories import HouseholdFactory, MembershipFactory, ResidentFactory, StatusFactory

TODAY = timezone.localdate
pytestmark = pytest.mark.django_db


def ago(days):
    return TODAY() - timedelta(days=days)


def test_a_category_opens_once(worker):
    woman = ResidentFactory()

    open_status(resident=woman, category="DB", valid_from=ago(10), authority="西湖区民政局", proof="123", by=worker)

    assert [(s.category, s.authority, s.proof) for s in statuses_of(resident=woman)] == [("DB", "西湖区民政局", "123")]
    with pytest.raises(ValidationError, match="已经登记了“低保”"):
        open_status(resident=woman, category="DB", valid_from=ago(1), by=worker)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"category": "CJ", "valid_from": ago(1), "expires_on": ago(2)}, "有效期不能早于"),
        ({"category": "DB", "valid_from": ago(1), "amount": Decimal("-1")}, "不能小于 0"),
        ({"category": "SJB", "valid_from": ago(1)}, "没有这个类别"),
        ({"category": "DB", "valid_from": ago(-1)}, "不能晚于今天"),
        ({"category": "DB", "valid_from": ago(1), "valid_to": ago(2), "exit_reason": "out"}, "不能早于"),
        ({"category": "DB", "valid_from": ago(9), "valid_to": ago(2)}, "请选结束原因"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(facts, message, worker):
    with pytest.raises(ValidationError, match=message):
        open_status(resident=ResidentFactory(), by=worker, **facts)


def test_ending_keeps_the_old_row_so_that_an_earlier_ledger_can_be_repeated(worker):
    """Rule 3 of the handbook's test oracles (13.2): leaving keeps history, as-of equals the export of that day."""
    woman = ResidentFactory()
    status = StatusFactory(resident=woman, recorded_at=timezone.now() - timedelta(days=60))
    before = timezone.now() - timedelta(days=1)
    known = [s.pk for s in statuses_of(resident=woman, day=ago(5), known_at=before)]

    end_status(status, on=ago(20), reason="out", by=worker)

    assert known == [status.pk]
    assert [s.pk for s in statuses_of(resident=woman, day=ago(5), known_at=before)] == known
    assert list(statuses_of(resident=woman, day=ago(5))) == []
    assert [(s.valid_to, s.exit_reason) for s in statuses_of(resident=woman, day=ago(30))] == [(ago(20), "out")]
    status.refresh_from_db()
    assert (status.valid_to, status.exit_reason) == (None, "")


def test_a_correction_replaces_and_prints_as_such(worker):
    status = StatusFactory()

    new = correct_status(status, category="TK", by=worker)

    status.refresh_from_db()
    assert (status.category, status.replaced_by, new.category, list(new.replaces.all())) == ("DB", new, "TK", [status])
    with pytest.raises(ValidationError, match="已经更正过"):
        correct_status(status, category="GG", by=worker)


def test_a_correction_into_a_category_that_is_open_is_refused(worker):
    one = StatusFactory()
    StatusFactory(resident=one.resident, category="TK")

    with pytest.raises(ValidationError, match="没有结束的记录"), transaction.atomic():
        correct_status(one, category="TK", by=worker)

    one.refresh_from_db()
    assert one.replaced_at is None


def test_a_woman_in_two_categories_appears_once_in_each(worker):
    """Rule 3 of the handbook's test oracles (13.2)."""
    woman = ResidentFactory()
    for category in ("DB", "CJ"):
        StatusFactory(resident=woman, category=category)

    rows = Status.objects.current()

    assert categories_of_residents([woman.pk]) == {woman.pk: ["DB", "CJ"]}
    assert [rows.filter(category=c).count() for c in ("DB", "CJ")] == [1, 1]


def test_a_household_has_its_own_categories_and_those_of_its_people():
    member = MembershipFactory()
    StatusFactory(resident=None, household=member.household, category="ZH")
    StatusFactory(resident=member.resident, category="DB")
    StatusFactory(resident=ResidentFactory(), category="GG")

    assert categories_of_households([member.household.pk]) == {member.household.pk: ["ZH", "DB"]}


def test_opening_and_ending_moves_the_due_day(worker):
    member = MembershipFactory()
    home = member.household

    status = open_status(resident=member.resident, category="GG", valid_from=ago(1), by=worker)
    home.refresh_from_db()
    shorter = home.next_due_on
    end_status(status, on=TODAY() - timedelta(days=1), reason="out", by=worker)
    home.refresh_from_db()

    assert (shorter, home.next_due_on) == (TODAY() + timedelta(days=30), TODAY() + timedelta(days=180))


def moment(*parts):
    return timezone.make_aware(datetime(*parts, 9))


def test_new_years_eve_gives_the_same_in_may_as_it_did_in_january(worker):
    """Acceptance F2.1: several categories at once, each with start, proof, its expiry and the amount."""
    woman = ResidentFactory()
    eve, cut_off = date(2025, 12, 31), timezone.make_aware(datetime(2025, 12, 31, 23, 59, 59))

    def told():
        return [
            (s.category, s.valid_from, s.valid_to, s.proof, s.expires_on, s.amount)
            for s in statuses_of(resident=woman, day=eve, known_at=cut_off)
        ]

    with time_machine.travel(moment(2025, 10, 8), tick=False):
        poor = open_status(
            resident=woman, category="DB", valid_from=date(2025, 10, 1), proof="低保 88 号", amount=Decimal("780.50"),
            expires_on=date(2026, 9, 30), by=worker,
        )  # fmt: skip
        open_status(
            resident=woman,
            category="CJ",
            valid_from=date(2025, 9, 1),
            proof="残 3",
            expires_on=date(2035, 8, 31),
            by=worker,
        )
    with time_machine.travel(moment(2026, 1, 12), tick=False):
        january = told()
    with time_machine.travel(moment(2026, 3, 2), tick=False):
        poor = correct_status(poor, amount=Decimal("820.00"), expires_on=date(2027, 9, 30), by=worker)
        end_status(poor, on=date(2025, 12, 1), reason="out", by=worker)
        open_status(resident=woman, category="ZZ", valid_from=date(2025, 12, 20), by=worker)
    with time_machine.travel(moment(2026, 5, 20), tick=False):
        may = told()
        corrected = [s.category for s in statuses_of(resident=woman, day=eve)]

    assert january == may == [
        ("CJ", date(2025, 9, 1), None, "残 3", date(2035, 8, 31), None),
        ("DB", date(2025, 10, 1), None, "低保 88 号", date(2026, 9, 30), Decimal("780.50")),
    ]  # fmt: skip
    assert corrected == ["CJ", "ZZ"]


def test_a_proof_that_ran_out_is_told_and_ends_nothing():
    gone, good, former = (
        StatusFactory(expires_on=ago(1)), StatusFactory(expires_on=TODAY()),
        StatusFactory(expires_on=ago(9), valid_to=ago(5), exit_reason="out"),
    )  # fmt: skip

    assert [s.is_expired for s in (gone, good, former, StatusFactory())] == [True, False, False, False]
    assert gone in Status.objects.current()


def test_as_known_at_a_moment_ignores_later_entries():
    status = StatusFactory(recorded_at=timezone.make_aware(datetime(2024, 1, 10)), valid_from="2023-11-01")
    rows = Status.objects.filter(resident=status.resident)

    cut_off = timezone.make_aware(datetime(2023, 12, 31, 23, 59))

    assert list(rows.as_of("2023-12-31", known_at=cut_off)) == []
    assert list(rows.as_of("2023-12-31")) == [status]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE households_status SET valid_to = '2024-01-01'",
        "UPDATE households_status SET exit_reason = 'out'",
        "UPDATE households_status SET resident_id = NULL",
        "UPDATE households_status SET household_id = (SELECT min(id) FROM households_household)",
        "UPDATE households_status SET valid_to = '1990-01-01', exit_reason = 'out'",
        "UPDATE households_status SET category = 'DB'",
        "UPDATE households_status SET expires_on = '1990-01-01'",
        "UPDATE households_status SET amount = -1",
    ],
)
def test_the_database_refuses_categories_that_cannot_be(statement):
    status = StatusFactory()
    StatusFactory(resident=status.resident, category="CJ")
    HouseholdFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
