from datetime import date

import pytest

from fedhub.reference.calendar import (
    add_months,
    add_working_days,
    due_by,
    due_date,
    has_year,
    is_working_day,
)
from fedhub.reference.enums import DayKind
from fedhub.reference.services import load_reference, set_holiday

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-09-30", True),
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-10-11", False),
        ("2026-02-14", True),
        ("2031-10-01", True),
        ("2031-10-04", False),
    ],
)
def test_offices_work_on_weekdays_and_make_up_days_but_not_on_holidays(day, expected):
    assert is_working_day(date.fromisoformat(day)) is expected


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-30", 4, "2026-10-12"),
        ("2026-10-03", 1, "2026-10-08"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-20", 0, "2026-11-20"),
    ],
)
def test_working_days_are_counted_from_the_day_after(start, count, expected):
    assert add_working_days(date.fromisoformat(start), count) == date.fromisoformat(expected)


def test_a_deadline_counts_calendar_days_unless_told_otherwise():
    start = date(2026, 9, 28)

    assert due_date(start, 15) == date(2026, 10, 13)
    assert due_date(start, 15, working=True) == date(2026, 10, 23)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-15", 12, "2027-12-15"),
    ],
)
def test_months_end_on_the_same_day_or_the_last(start, count, expected):
    assert add_months(date.fromisoformat(start), count) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("visit_correct_days", "2026-10-05"),
        ("concern_close", "2026-10-23"),
        ("dibao_county_decide", "2026-10-10"),
        ("hardship_observe_months", "2027-03-28"),
        ("disability_certificate_years", "2036-09-28"),
    ],
)
def test_a_rule_counts_in_its_own_unit(key, expected):
    assert due_by(date(2026, 9, 28), key) == date.fromisoformat(expected)


def test_a_rule_that_is_no_deadline_is_refused():
    with pytest.raises(ValueError, match="reveal_seconds"):
        due_by(date(2026, 9, 28), "reveal_seconds")


def test_an_edited_day_counts_at_once(chair):
    load_reference()
    day = date(2027, 10, 1)

    set_holiday(day, DayKind.HOLIDAY, "国庆节", by=chair)

    assert is_working_day(day) is False
    assert (has_year(2027), has_year(2031)) == (True, False)
