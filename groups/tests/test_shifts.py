"""Signing in and out where volunteers serve together: the leader's taps, the picture, a correction on the spot."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.tests import factories as places
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from groups.enums import ServiceKind, ServiceState, VolunteerState
from groups.models import Service, Shift
from groups.queries import halves_of_day, not_there
from groups.services import shifts
from groups.tests.factories import TODAY, ShiftFactory, VolunteerFactory, at, days_ago, service_at

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
HOUR = datetime.timedelta(hours=1)


def url(name, *args):
    return reverse(f"groups:{name}", args=args)


def text(answer):
    return answer.content.decode()


def began(minutes):
    """Whoever is there has been for so many minutes; a session that rests so long would be over."""
    Service.objects.update(started_at=timezone.now() - datetime.timedelta(minutes=minutes))


def standing():
    return [(s.volunteer.name, s.state, s.half_hours) for s in Service.objects.standing().order_by("pk")]


# --- writing down where they serve --------------------------------------------------------------------------------------
def test_a_shift_is_written_down_and_found_from_the_services(client, chair, community):
    page = client.get(url("shift_create"))
    answer = client.post(page.wsgi_request.path, filled(page, kind="clean", what="清洁庭院", on=f"{TODAY()}"))

    shift = Shift.objects.get()
    assert answer.headers["Location"] == shift.get_absolute_url()
    assert (shift.area, shift.on, len(shift.key)) == (community, TODAY(), 16)
    assert AuditEvent.objects.filter(action="groups.shift.open", target_id=shift.pk).count() == 1
    assert shift.get_absolute_url() in text(client.get(url("service_list")))


@pytest.mark.parametrize("days", [-1, 61])
def test_a_shift_is_of_today_or_soon(chair, community, days):
    shift = Shift(area=community, kind=ServiceKind.CLEAN, what="清洁", on=TODAY() + datetime.timedelta(days=days))
    with pytest.raises(ValidationError, match="60 天以内"):
        shifts.open_shift(shift, by=chair)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_shifts_costs_three_queries(client, chair, rows):
    for _ in range(rows):
        ShiftFactory()

    page, number = queries_beyond(client, url("shift_list"), SHELL)

    assert (len(page.context["page"].rows), number) == (rows, 3)


# --- the leader's page --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_leaders_page_costs_six_queries(client, chair, rows):
    shift = ShiftFactory()
    for number in range(rows):
        service_at(ServiceState.OPEN, shift=shift, started_at=timezone.now(), volunteer__name=f"在场{number}")
        VolunteerFactory()

    page, number = queries_beyond(client, shift.get_absolute_url(), SHELL)

    assert (len(page.context["rows"]), len(page.context["others"]), page.context["there"]) == (rows, rows, rows)
    assert number == 6


def test_one_tap_in_one_tap_out(noon, client, chair):
    shift, woman = ShiftFactory(), VolunteerFactory()
    page = client.get(shift.get_absolute_url())
    assert page.context["others"] == [woman]
    for _ in range(2):
        client.post(url("shift_in", shift.pk, woman.pk), filled(page))
    service = Service.objects.get()
    assert (service.shift, service.kind, service.what, service.recorded_by) == (shift, "clean", "清洁庭院", chair)

    page = client.get(shift.get_absolute_url())
    assert (page.context["others"], page.context["there"]) == ([], 1)
    began(100)
    answer = client.post(url("shift_out", shift.pk, woman.pk), filled(page), follow=True)

    assert standing() == [("孙玉梅", ServiceState.RECORDED, 3)]
    assert "孙玉梅：计 1.5 小时，等确认。" in text(answer)
    again = client.post(
        url("shift_out", shift.pk, woman.pk), filled(client.get(shift.get_absolute_url())), follow=True
    )
    assert "没有签到，或者已经签退了" in text(again)


def test_under_half_an_hour_is_said_and_does_not_stand(noon, client, chair):
    shift, woman = ShiftFactory(), VolunteerFactory()
    shifts.tap_in(shift, woman, by=chair)
    page = client.get(shift.get_absolute_url())
    began(29)

    answer = client.post(url("shift_out", shift.pk, woman.pk), filled(page), follow=True)

    assert "不到半小时，不计时长" in text(answer)
    assert standing() == []
    assert answer.context["others"] == [woman]


def test_who_serves_elsewhere_at_the_moment_is_refused(noon, client, chair):
    shift, woman = ShiftFactory(), VolunteerFactory()
    service_at(ServiceState.OPEN, volunteer=woman, started_at=timezone.now() - HOUR)

    answer = client.post(
        url("shift_in", shift.pk, woman.pk), filled(client.get(shift.get_absolute_url())), follow=True
    )

    assert "还有一条没有签退的，或者这段时间已经有记录。" in text(answer)
    assert shift.services.count() == 0


def test_who_is_paused_or_of_another_community_is_not_signed_in(noon, client, chair):
    shift, paused = ShiftFactory(), VolunteerFactory(state=VolunteerState.PAUSED)
    page = client.get(shift.get_absolute_url())
    assert page.context["others"] == []

    assert "不是正常状态" in text(client.post(url("shift_in", shift.pk, paused.pk), filled(page), follow=True))
    other = VolunteerFactory(area=places.community(13, "别处社区"))
    assert client.post(url("shift_in", shift.pk, other.pk), filled(page)).status_code == 404
    with pytest.raises(ValidationError, match="别的社区"):
        shifts.tap_in(shift, other, by=chair)
    assert not Service.objects.exists()


@pytest.mark.parametrize("days", [-1, 1])
def test_nobody_is_signed_in_on_another_day(client, chair, days):
    shift, woman = ShiftFactory(on=days_ago(days)), VolunteerFactory()
    page = client.get(shift.get_absolute_url())
    assert page.context["others"] == []
    assert "wf-qr" not in text(page)

    answer = client.post(url("shift_in", shift.pk, woman.pk), filled(client.get(url("shift_create"))), follow=True)

    assert "只在当天签到" in text(answer)
    assert not Service.objects.exists()


def test_a_name_is_looked_for_and_stands_in_no_address(client, chair):
    shift = ShiftFactory()
    women = [VolunteerFactory(name=name) for name in ("孙玉梅", "李秀英")]

    found = client.post(shift.get_absolute_url(), {"q": " 秀英 "})
    assert found.context["others"] == women[1:]
    assert not_there(shift, [], chair, women[0].number.lower()) == ([women[0]], False)
    assert "没有找到" in text(client.post(shift.get_absolute_url(), {"q": "x" * 500}))


def test_more_than_twelve_hours_a_day_are_asked_about(client, chair):
    shift, woman = ShiftFactory(on=days_ago(1)), VolunteerFactory()
    day = {"state": ServiceState.RECORDED, "volunteer": woman}
    service_at(**day, shift=shift, started_at=at(hour=6), ended_at=at(hour=13), half_hours=14)
    assert [row[3] for row in client.get(shift.get_absolute_url()).context["rows"]] == [""]
    service_at(**day, started_at=at(hour=13), ended_at=at(hour=18, minute=30), half_hours=11)

    page = client.get(shift.get_absolute_url())

    assert [row[3] for row in page.context["rows"]] == ["12.5 小时"]
    assert "当天合计 12.5 小时，超过 12 小时，请核对" in text(page)
    assert halves_of_day([woman.pk], days_ago(1)) == {woman.pk: 25}


# --- a correction on the spot -------------------------------------------------------------------------------------------
def test_a_forgotten_sign_out_is_put_right_with_a_reason(client, chair):
    shift = ShiftFactory(on=days_ago(1))
    service = service_at(ServiceState.OPEN, shift=shift)
    address = url("service_time", service.pk)
    assert address in text(client.get(shift.get_absolute_url()))
    page = client.get(address)
    times = {"started_at": f"{at(hour=9):%Y-%m-%dT%H:%M}", "ended_at": f"{at(hour=11, minute=40):%Y-%m-%dT%H:%M}"}
    assert "why" in client.post(address, filled(page, **times)).context["form"].errors

    answer = client.post(address, filled(page, why="忘了签退", **times), follow=True)

    assert "已更正。孙玉梅：计 2.5 小时" in text(answer)
    assert standing() == [("孙玉梅", ServiceState.RECORDED, 5)]
    fresh = Service.objects.standing().get()
    assert (fresh.shift, fresh.corrects, fresh.corrects.void_why) == (shift, service, "更正：忘了签退")
    assert client.get(address).status_code == 404


def test_a_correction_that_overlaps_is_refused(client, chair):
    shift, woman = ShiftFactory(on=days_ago(1)), VolunteerFactory()
    service = service_at(ServiceState.RECORDED, shift=shift, volunteer=woman)
    service_at(ServiceState.RECORDED, volunteer=woman, started_at=at(hour=13), ended_at=at(hour=14))
    address = url("service_time", service.pk)

    times = {"started_at": f"{at(hour=9):%Y-%m-%dT%H:%M}", "ended_at": f"{at(hour=13, minute=30):%Y-%m-%dT%H:%M}"}
    answer = client.post(address, filled(client.get(address), why="走得晚", **times))

    assert "这段时间已经有一条服务记录，不能重叠。" in text(answer)
    assert standing()[0] == ("孙玉梅", ServiceState.RECORDED, 4)


def test_what_was_confirmed_is_not_put_right_on_the_spot(client, chair):
    service = service_at(ServiceState.CONFIRMED, shift=ShiftFactory(on=days_ago(1)))

    assert client.get(url("service_time", service.pk)).status_code == 404
    with pytest.raises(ValidationError, match="已经确认"):
        shifts.put_right(service, started_at=at(), ended_at=at(hour=10), why="x", by=chair)


def test_a_worker_of_the_community_taps_and_one_of_another_finds_nothing(noon, as_user, worker):
    shift, woman = ShiftFactory(), VolunteerFactory()
    client = as_user(worker)
    assert client.get(url("shift_create")).status_code == 404
    page = client.get(shift.get_absolute_url())
    client.post(url("shift_in", shift.pk, woman.pk), filled(page))
    assert standing() == [("孙玉梅", ServiceState.OPEN, 0)]

    elsewhere = ShiftFactory(area=places.community(13, "别处社区"))
    assert client.get(elsewhere.get_absolute_url()).status_code == 404
    assert client.post(url("shift_in", elsewhere.pk, woman.pk), filled(page)).status_code == 404
