"""The address of one's own calendar: for everybody on the staff, shown once, shut at once; what she may see is asked each time."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.calendars import open_calendar
from accounts.models import CalendarKey, RoleGrant
from accounts.services import disable_staff, enable_staff
from council.services.meetings import notify_meeting
from council.tests.factories import council_of, meeting_of, topic_at
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from groups.tests.factories_activity import ActivityFactory

pytestmark = pytest.mark.django_db
PAGE, SHUT = reverse("desk:calendar_address"), reverse("desk:calendar_shut")


def read(secret):
    return Client().get(reverse("desk:subscribed", args=[secret]))


def test_everybody_on_the_staff_makes_an_address_reads_it_once_and_shuts_it(as_user, worker, chair):
    activity = ActivityFactory()
    hers = as_user(worker)
    made = hers.post(PAGE, filled(hers.get(PAGE))).content.decode()
    address = made.split('wf-code-long">')[1].split("<")[0].split("testserver")[1]

    text = Client().get(address).content.decode()

    assert (text.count("BEGIN:VEVENT"), f"UID:groups-activity-{activity.pk}@fedhub" in text) == (1, True)
    key = CalendarKey.objects.get()
    assert (key.user, address.split("/")[-1][:-4] in key.mark, address in hers.get(PAGE).content.decode()) == (
        worker, False, False,
    )  # fmt: skip
    assert Client().get(address.replace(".ics", "x.ics")).status_code == 404
    assert as_user(chair).post(SHUT).status_code == 404
    hers.post(SHUT, filled(hers.get(PAGE)))
    assert Client().get(address).status_code == 404
    assert list(AuditEvent.objects.filter(action__startswith="accounts.calendar.").values_list("action", flat=True)) == [
        "accounts.calendar.open", "accounts.calendar.shut",
    ]  # fmt: skip


def test_a_new_address_shuts_the_one_before(worker):
    first, second = open_calendar(worker), open_calendar(worker)

    assert [read(one).status_code for one in (first, second)] == [404, 200]


def test_whoever_is_not_signed_in_makes_none(client, db):
    assert (client.get(PAGE).status_code, client.post(PAGE).status_code, CalendarKey.objects.count()) == (302, 302, 0)


def test_a_stranger_reads_nothing_of_ours(stranger):
    ActivityFactory()

    assert "BEGIN:VEVENT" not in read(open_calendar(stranger)).content.decode()


def test_who_left_reads_nothing_from_that_day_on(worker):
    ActivityFactory()
    secret = open_calendar(worker)
    RoleGrant.objects.filter(user=worker).update(ended_at=timezone.now(), valid_to=timezone.localdate())

    assert "BEGIN:VEVENT" not in read(secret).content.decode()


def test_a_closed_account_has_no_address_and_gets_none_back(worker, chair):
    secret = open_calendar(worker)
    disable_staff(worker, by=chair)
    closed = read(secret).status_code
    enable_staff(worker, by=chair)

    assert (closed, read(secret).status_code, CalendarKey.objects.count()) == (404, 404, 0)


def test_a_title_that_is_written_to_nobody_is_left_out(chair):
    ActivityFactory(title="反家暴宣传")
    ActivityFactory(title="养生讲座")

    text = read(open_calendar(chair)).content.decode()

    assert ("家暴" in text, "SUMMARY:社区安排" in text, "SUMMARY:养生讲座" in text) == (False, True, True)


def test_a_member_of_a_council_reads_her_meetings_and_no_topic(committee, chair):
    topic_at("accepted", title="离婚后住哪")
    meeting = notify_meeting(meeting_of(council_of(committee), by=chair), short_notice="急", by=chair)

    text = read(open_calendar(committee)).content.decode()

    assert (text.count(f"council-meeting-{meeting.pk}@"), "离婚" in text) == (1, False)
