"""What nobody can have meant: a year of two digits, a day in ten years, a record whose number is no number."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from concerns.models import Concern, Reception, Referral
from concerns.tests.factories import concern_at
from fedhub.reference.tests.factories import AgencyFactory

pytestmark = pytest.mark.django_db
TOO_EARLY = ["0001-01-01", "0026-11-26", "1926-11-26"]


@pytest.mark.parametrize("day", TOO_EARLY)
def test_a_concern_is_not_raised_a_century_ago(client, chair, grid, day):
    data = {"title": "楼道灯不亮", "origin": "front_desk", "area": grid.pk, "raised_on": day}

    page = client.post(reverse("concerns:concern_create"), data)

    assert "提出日期太早了，请核对年份。" in page.content.decode()
    assert "楼道灯不亮" in page.content.decode()
    assert not Concern.objects.exists()


@pytest.mark.parametrize("day", TOO_EARLY)
def test_nobody_came_to_the_desk_a_century_ago(client, chair, grid, day):
    data = {"channel": "front_desk", "received_at": f"{day}T09:00", "area": grid.pk, "matter": "想找工作。"}

    page = client.post(reverse("concerns:reception_create"), data)

    assert "时间太早了，请核对年份。" in page.content.decode()
    assert not Reception.objects.exists()


@pytest.mark.parametrize("away", [367, 36_500])
def test_no_day_of_an_officer_or_an_office_lies_years_away(client, chair, grid, away):
    today = timezone.localdate()
    concern = concern_at("accepted", area=grid, due_on=today - timedelta(days=1))
    agency, far = AgencyFactory(), (today + timedelta(days=away)).isoformat()

    assign = client.post(
        reverse("concerns:concern_assign", args=[concern.pk]), {"person": chair.pk, "handle_by": far, "version": 1}
    )
    offer = client.post(
        reverse("concerns:concern_offer", args=[concern.pk]), {"agency": agency.pk, "matter": "请换灯", "due_on": far}
    )
    many = client.post(f"{reverse('concerns:assign_many')}?ids={concern.pk}", {"person": chair.pk, "handle_by": far})

    assert "期限太远了，请核对年份。" in assign.content.decode()
    assert "请对方答复的期限太远了，请核对年份。" in offer.content.decode()
    assert "期限太远了，请核对年份。" in many.content.decode()
    assert not Referral.objects.exists()
    assert Concern.objects.get().assigned_to is None


NO_NUMBER, TOO_LONG = "²", "9" * 30


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"/concerns/new/?household={NO_NUMBER}", 404),
        (f"/concerns/new/?household={TOO_LONG}", 404),
        (f"/concerns/new/?resident={NO_NUMBER}", 200),
        (f"/concerns/receptions/new/?resident={NO_NUMBER}", 200),
        (f"/concerns/?person={NO_NUMBER}", 200),
        (f"/concerns/assign/?ids={NO_NUMBER}&ids={TOO_LONG}", 404),
        (f"/concerns/handover/?from={NO_NUMBER}", 404),
        ("/concerns/?month=9999-12", 200),
        ("/concerns/?closed=9999-12", 200),
        ("/concerns/?closed=0001-01", 200),
        ("/concerns/receptions/?month=0001-01", 200),
    ],
)
def test_an_address_with_odd_values_is_answered(client, chair, grid, address, status):
    concern_at("accepted", area=grid)

    assert client.get(address).status_code == status


@pytest.mark.parametrize("value", [NO_NUMBER, TOO_LONG])
def test_a_form_with_odd_values_is_shown_again(client, chair, grid, value):
    data = {"title": "楼道灯不亮", "origin": "front_desk", "resident": value, "area": value, "join": value}

    page = client.post(reverse("concerns:concern_create"), data | {"raised_on": timezone.localdate().isoformat()})
    hint = client.post(reverse("concerns:similar"), data)

    assert page.status_code == 200
    assert "没有找到这个人" in page.content.decode()
    assert hint.status_code == 200
    assert not Concern.objects.exists()
