"""The shared calendar: what all functions plan, each by its own row rule; the file and the subscribed address."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.calendars import open_calendar, shut_calendar
from accounts.models import CalendarKey
from fedhub.core.testing.queries import queries_beyond
from groups.activity_enums import ActivityState
from groups.tests.factories import ShiftFactory
from groups.tests.factories_activity import ActivityFactory, activity_at

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
PAGE = "/calendar/"


def titles(page):
    return [one.title for day in page.context["days"] for one in day.found]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_month_costs_the_same_for_any_number_of_rows(client, chair, rows):
    for _ in range(rows):
        ActivityFactory()

    page, number = queries_beyond(client, PAGE, SHELL)

    assert titles(page) == ["冬季养生讲座"] * rows
    assert number == 5


def test_what_is_planned_is_not_told_and_what_is_cancelled_says_so(client, chair):
    ActivityFactory(title="讲座")
    activity_at(ActivityState.PLANNED, title="还没定的")
    activity_at(ActivityState.CANCELLED, title="不办了")

    page = client.get(PAGE)

    found = [(one.title, one.cancelled) for day in page.context["days"] for one in day.found]
    assert sorted(found) == [("不办了", True), ("讲座", False)]


def test_another_month_and_one_kind(client, chair):
    far = ActivityFactory(title="明年的", starts_at=timezone.now() + timedelta(days=200))
    ActivityFactory(title="本月的")
    month = f"{timezone.localdate(far.starts_at):%Y-%m}"

    assert titles(client.get(PAGE, {"month": month})) == ["明年的"]
    assert titles(client.get(PAGE, {"month": month, "kind": "council"})) == []
    assert titles(client.get(PAGE, {"month": "9999-12", "kind": "safety"})) == ["本月的"]
    assert titles(client.get(PAGE, {"month": "abc"})) == ["本月的"]


def test_a_stranger_sees_nothing_of_ours(as_user, stranger):
    ActivityFactory()
    client = as_user(stranger)

    assert titles(client.get(PAGE)) == []
    assert "BEGIN:VEVENT" not in client.get(reverse("desk:agenda_file")).content.decode()


def test_the_file_and_the_address_tell_the_same_until_it_is_shut(client, chair):
    activity = ActivityFactory()
    line = f"UID:groups-activity-{activity.pk}@fedhub"
    assert line in client.get(reverse("desk:agenda_file")).content.decode()

    anybody, address = Client(), reverse("desk:subscribed", args=[open_calendar(chair)])
    assert line in anybody.get(address).content.decode()

    shut_calendar(CalendarKey.objects.get(user=chair), by=chair)
    assert anybody.get(address).status_code == 404


def test_a_shift_has_a_day_and_one_that_was_called_off_says_so(client, chair, as_user, stranger):
    ShiftFactory(what="清洁庭院")
    ShiftFactory(what="巡楼", off_on=timezone.localdate(), off_why="下雨")

    page = client.get(PAGE, {"kind": "shifts"})

    found = [(one.title, one.all_day, one.cancelled) for day in page.context["days"] for one in day.found]
    assert sorted(found) == [("巡楼", True, True), ("清洁庭院", True, False)]
    assert titles(as_user(stranger).get(PAGE)) == []
