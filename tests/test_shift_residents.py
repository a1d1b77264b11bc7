"""The picture where volunteers serve together: she scans it with her own telephone and signs in and out herself."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.tests import factories as places
from groups.enums import ServiceState, VolunteerState
from groups.models import Coming, Service, Volunteer
from groups.services import coming, shifts
from groups.tests.factories import TODAY, ShiftFactory, VolunteerFactory, days_ago
from households.tests.factories import ResidentFactory
from portal.services.entry import issue_code

pytestmark = pytest.mark.django_db


def here(shift, name="here"):
    return reverse(f"service_resident:{name}", args=[shift.key])


def text(answer):
    return answer.content.decode()


def began(minutes):
    """Whoever is there has been for so many minutes; a session that rests so long would be over."""
    Service.objects.update(started_at=timezone.now() - datetime.timedelta(minutes=minutes))


def standing():
    return [(s.volunteer.name, s.state, s.half_hours) for s in Service.objects.standing().order_by("pk")]


# --- the picture --------------------------------------------------------------------------------------------------------
@pytest.fixture
def woman(grid):
    return ResidentFactory(area=grid, name="孙玉梅", birth="1960-05-01")


@pytest.fixture
def phone(woman, chair):
    client = Client()
    client.post("/r/enter/", {"code": issue_code(woman, by=chair), "nonce": "x"})
    return client


def test_the_picture_leads_to_her_page_and_opening_it_changes_nothing(noon, client, chair, phone, woman):
    shift = ShiftFactory()
    VolunteerFactory(resident=woman)
    assert "wf-qr" in text(client.get(shift.get_absolute_url()))

    for name in ("here", "sign_in", "sign_out"):
        phone.get(here(shift, name))
    assert not Service.objects.exists()

    for _ in range(2):
        assert "12:00 已签到" in text(phone.post(here(shift, "sign_in"), {"seen": "0"}, follow=True))
    service = Service.objects.get()
    assert (service.state, service.recorded_by, service.shift) == (ServiceState.OPEN, None, shift)
    began(60)
    assert "计 1 小时，等确认" in text(phone.post(here(shift, "sign_out"), follow=True))
    assert "已经签退了" in text(phone.post(here(shift, "sign_out"), follow=True))
    assert standing() == [("孙玉梅", ServiceState.RECORDED, 2)]
    # The same press once more, from a page of before, opens nothing; she may come back, though.
    for odd in ({"seen": "0"}, {}, {"seen": "x"}):
        assert "这一页是以前的" in text(phone.post(here(shift, "sign_in"), odd, follow=True))
    page = phone.get(here(shift))
    assert page.context["seen"] == 1
    assert "已签到" in text(phone.post(here(shift, "sign_in"), {"seen": "1"}, follow=True))


def test_a_stranger_is_told_whom_to_ask_and_signs_nobody_in(noon, community):
    shift = ShiftFactory()
    VolunteerFactory(name="李秀英")

    page = text(Client().get(here(shift)))
    assert "告诉现场的工作人员" in page
    assert "李秀英" not in page
    assert Client().post(here(shift, "sign_in")).headers["Location"] == "/r/enter/"
    assert Client().get("/r/service/odd/").status_code == 404
    assert not Service.objects.exists()


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, "您还没有登记志愿者"),
        (VolunteerState.PENDING, "还没有审核"),
        (VolunteerState.PAUSED, "您的志愿服务暂停了"),
        (VolunteerState.LEFT, "您还没有登记志愿者"),
        (VolunteerState.REFUSED, "您还没有登记志愿者"),
    ],
)
def test_who_may_not_serve_is_told_why(noon, phone, woman, state, said):
    shift = ShiftFactory()
    if state:
        VolunteerFactory(resident=woman, state=state)

    assert said in text(phone.get(here(shift)))
    assert said in text(phone.post(here(shift, "sign_in"), {"seen": "0"}, follow=True))
    assert not Service.objects.exists()


def test_who_is_paused_while_she_serves_still_signs_out(noon, phone, woman):
    shift, volunteer = ShiftFactory(), VolunteerFactory(resident=woman)
    shifts.sign_in_herself(shift, woman, seen="0")
    Volunteer.objects.filter(pk=volunteer.pk).update(state=VolunteerState.PAUSED)
    began(60)

    phone.post(here(shift, "sign_out"))

    assert standing() == [("孙玉梅", ServiceState.RECORDED, 2)]


@pytest.mark.parametrize("days", [-1, 1])
def test_the_picture_works_on_its_day_alone(phone, woman, days):
    shift = ShiftFactory(on=days_ago(days))
    VolunteerFactory(resident=woman)

    assert "当天有用" in text(phone.get(here(shift)))
    for name in ("sign_in", "sign_out"):
        assert "只在当天签到" in text(phone.post(here(shift, name), follow=True))
    assert not Service.objects.exists()


def test_a_volunteer_of_another_community_is_told_so(noon, phone, woman):
    shift = ShiftFactory()
    VolunteerFactory(resident=woman, area=places.community(13, "别处社区"))

    assert "别的社区" in text(phone.post(here(shift, "sign_in"), {"seen": "0"}, follow=True))
    assert not Service.objects.exists()


def test_who_scanned_the_picture_comes_back_to_it_after_her_code(noon, woman, chair):
    door, client = here(ShiftFactory()), Client()
    assert f"/r/enter/?next={door}" in text(client.get(door))

    form = client.get(f"/r/enter/?next={door}")
    sent = {"code": issue_code(woman, by=chair), "nonce": "x", "next": form.context["next"]}

    assert client.post("/r/enter/", sent).headers["Location"] == door


# --- before its day -----------------------------------------------------------------------------------------------------
def ahead(community, **facts):
    return ShiftFactory(area=community, on=TODAY() + datetime.timedelta(days=3), **facts)


def pressed(phone, name, shift):
    return phone.post(reverse(f"groups_resident:shift_{name}", args=[shift.pk]), follow=True)


def test_she_says_that_she_comes_and_takes_it_back(phone, woman, community):
    shift = ahead(community, what="清洁庭院")
    hers = VolunteerFactory(area=community, resident=woman)
    other = VolunteerFactory(area=community, name="李红梅")
    Coming.objects.create(shift=shift, volunteer=other)
    page = phone.get(reverse("groups_resident:shifts")).content.decode()
    assert ("清洁庭院" in page, "李红梅" in page) == (True, False)

    for _ in range(2):
        assert "已报名" in pressed(phone, "come", shift).content.decode()
    assert [(row.volunteer, row.from_portal) for row in shift.coming.standing().exclude(volunteer=other)] == [
        (hers, True)
    ]
    for _ in range(2):
        pressed(phone, "drop", shift)
    assert list(shift.coming.standing()) == [Coming.objects.get(volunteer=other)]


def test_what_is_called_off_is_said_to_who_comes_alone(phone, woman, community, chair):
    shift, silent = ahead(community, what="清洁庭院"), ahead(community, what="巡楼", off_on=TODAY(), off_why="没人")
    coming.come(shift, VolunteerFactory(area=community, resident=woman))
    coming.call_off(shift, why="下雨", base_version=shift.version, by=chair)

    page = phone.get(reverse("groups_resident:shifts")).content.decode()

    assert ("取消了：下雨" in page, silent.what in page) == (True, False)
    assert "已经取消" in pressed(phone, "come", shift).content.decode()


def test_who_is_no_volunteer_here_comes_to_nothing(phone, woman, community):
    shift = ahead(community)
    assert pressed(phone, "come", shift).status_code == 404
    VolunteerFactory(area=places.community(13, "翠苑社区"), resident=woman)
    assert [pressed(phone, name, shift).status_code for name in ("come", "drop")] == [404, 404]
    assert Client().post(reverse("groups_resident:shift_come", args=[shift.pk])).url == "/r/enter/"
