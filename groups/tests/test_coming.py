"""Shifts before their day: changed, called off with a reason, who comes and is told; hours that stand stay."""

import datetime
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from fedhub.areas.tests import factories as places
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.notices.models import Message
from groups.enums import ServiceState
from groups.models import Coming
from groups.queries import coming_to, shifts_of_today
from groups.services import coming, shifts
from groups.tests.factories import TODAY, ShiftFactory, VolunteerFactory, days_ago, service_at
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
SOON = datetime.timedelta(days=3)


def url(name, *args):
    return reverse(f"groups:{name}", args=args)


def read(instance):
    return type(instance).objects.get(pk=instance.pk)


def soon(**facts):
    return ShiftFactory(on=TODAY() + SOON, **facts)


def known(community, **facts):
    """A volunteer who is on the books and can be told."""
    return VolunteerFactory(area=community, resident=ResidentFactory(), **facts)


def told():
    return sorted(Message.objects.values_list("person__name", "template"))


# --- changing ---------------------------------------------------------------------------------------------------------
def test_who_comes_is_told_when_it_is_elsewhere_and_not_of_what_does_not_matter(client, chair, community):
    shift, woman = soon(), known(community)
    coming.come(shift, woman, by=chair)
    page = client.get(url("shift_update", shift.pk))
    client.post(page.wsgi_request.path, filled(page, kind="elders"))
    coming.tell_who_comes()
    assert told() == []

    page = client.get(url("shift_update", shift.pk))
    client.post(page.wsgi_request.path, filled(page, place="五号院"))
    for _ in range(2):
        coming.tell_who_comes()

    assert (read(shift).place, read(shift).kind) == ("五号院", "elders")
    assert told() == [(woman.resident.name, "shift_changed")]
    assert AuditEvent.objects.filter(action="groups.shift.change").count() == 2


def test_of_two_who_change_it_the_second_sees_both_texts(client, chair):
    shift = soon()
    page = client.get(url("shift_update", shift.pk))
    first, second = (filled(page, place=place) for place in ("五号院", "六号院"))
    client.post(page.wsgi_request.path, first)

    answer = client.post(page.wsgi_request.path, second | {"once_key": str(uuid4())})

    said = answer.content.decode()
    assert (answer.status_code, "五号院" in said, "六号院" in said, read(shift).place) == (409, True, True, "五号院")


@pytest.mark.parametrize(
    ("facts", "changed", "why"),
    [
        ({"on": datetime.timedelta(days=-1)}, {"place": "五号院"}, "已经过去"),
        ({"off": True}, {"place": "五号院"}, "已经取消"),
        ({"signed": True, "on": datetime.timedelta(0)}, {"on": SOON}, "已经有人签到"),
        ({}, {"on": datetime.timedelta(days=61)}, "60 天以内"),
        ({}, {"on": datetime.timedelta(days=-1)}, "60 天以内"),
    ],
)
def test_what_cannot_be_changed(chair, facts, changed, why):
    off = {"off_on": TODAY(), "off_why": "下雨"} if facts.get("off") else {}
    shift = ShiftFactory(on=TODAY() + facts.get("on", SOON), **off)
    if facts.get("signed"):
        service_at(ServiceState.RECORDED, shift=shift)
    for name, value in changed.items():
        setattr(shift, name, TODAY() + value if name == "on" else value)

    with pytest.raises(ValidationError, match=why):
        coming.change_shift(shift, list(changed), base_version=shift.version, by=chair)


# --- calling off ------------------------------------------------------------------------------------------------------
def test_called_off_nobody_is_signed_in_and_hours_that_stand_stay(client, chair, community):
    shift, woman, nobody = ShiftFactory(), known(community), VolunteerFactory(name="没有档案")
    for volunteer in (woman, nobody):
        coming.come(shift, volunteer, by=chair)
    done = service_at(ServiceState.CONFIRMED, shift=shift)
    page = client.get(url("shift_call_off", shift.pk))
    data = filled(page, why="下雨")
    for _ in range(2):
        client.post(page.wsgi_request.path, data)
    for _ in range(2):
        coming.tell_who_comes()

    assert (read(shift).off_why, read(shift).off_on, read(done).state) == ("下雨", TODAY(), ServiceState.CONFIRMED)
    assert told() == [(woman.resident.name, "shift_off")]
    said = client.get(shift.get_absolute_url()).content.decode()
    assert ("这一场取消了" in said, "没有居民档案" in said, "没有签到的" in said) == (True, True, False)
    assert shifts_of_today(chair) == []
    with pytest.raises(ValidationError, match="这一场取消了：下雨"):
        shifts.tap_in(read(shift), woman, by=chair)
    assert AuditEvent.objects.filter(action="groups.shift.call_off").count() == 1


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"on": days_ago(1)}, "已经过去"),
        ({"off_on": days_ago(1), "off_why": "x"}, "已经取消"),
        ({"inside": True}, "没有签退"),
    ],
)
def test_what_cannot_be_called_off(chair, facts, why):
    shift = ShiftFactory(**{name: value for name, value in facts.items() if name != "inside"})
    if "inside" in facts:
        service_at(ServiceState.OPEN, shift=shift)

    with pytest.raises(ValidationError, match=why):
        coming.call_off(shift, why="下雨", base_version=shift.version, by=chair)
    assert read(shift).off_why == facts.get("off_why", "")


def test_a_reason_is_asked_for(chair):
    shift = soon()
    with pytest.raises(ValidationError, match="为什么取消"):
        coming.call_off(shift, why="  ", base_version=shift.version, by=chair)


def test_the_database_calls_nothing_off_without_a_reason():
    shift = soon()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE groups_shift SET off_on = %s WHERE id = %s", [TODAY(), shift.pk])


# --- who comes --------------------------------------------------------------------------------------------------------
def test_she_is_put_on_the_list_once_and_taken_off_and_on_again(client, chair):
    shift, woman = soon(), VolunteerFactory()
    page = client.get(url("coming_add", shift.pk))
    client.post(page.wsgi_request.path, filled(page, volunteer=str(woman.pk)))
    row = coming.come(shift, woman, by=chair)
    page = client.get(shift.get_absolute_url())
    client.post(url("coming_drop", row.pk), filled(page))
    dropped = coming_to(shift, chair)
    coming.come(shift, woman, by=chair)

    assert (dropped, [one.volunteer for one in coming_to(shift, chair)], Coming.objects.count()) == ([], [woman], 1)


@pytest.mark.parametrize(
    ("facts", "shift", "why"),
    [
        ({"state": "pending"}, {}, "没有审核"),
        ({"state": "paused"}, {}, "没有审核"),
        ({"far": True}, {}, "别的社区"),
        ({}, {"kind": "safety"}, "意外保险"),
        ({"insured_until": TODAY()}, {"kind": "safety"}, "意外保险"),
        (
            {
                "insured_until": TODAY() + SOON,
                "birth": f"{TODAY().year - 15}-01-01",
                "guardian": "母亲",
                "guardian_on": TODAY(),
            },
            {"kind": "safety"},
            "未成年人",
        ),
        ({}, {"off_on": TODAY(), "off_why": "下雨"}, "已经取消"),
    ],
)
def test_who_cannot_come(chair, facts, shift, why):
    if facts.get("far"):
        facts = {"area": places.community(13, "翠苑社区")}

    with pytest.raises(ValidationError, match=why):
        coming.come(soon(**shift), VolunteerFactory(**facts), by=chair)
    assert Coming.objects.count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_shift_costs_the_same_for_any_number(client, chair, rows):
    shift = soon()
    for _ in range(rows):
        coming.come(shift, VolunteerFactory(), by=chair)

    page, number = queries_beyond(client, shift.get_absolute_url(), SHELL)

    assert (len(page.context["coming"]), number) == (rows, 4)


def test_a_worker_signs_up_for_others_and_changes_nothing_and_a_stranger_neither(as_user, worker, stranger):
    shift, woman = soon(), VolunteerFactory()
    row = Coming.objects.create(shift=shift, volunteer=VolunteerFactory())
    hers = as_user(worker)
    page = hers.get(url("coming_add", shift.pk))
    hers.post(page.wsgi_request.path, filled(page, volunteer=str(woman.pk)))
    assert Coming.objects.filter(volunteer=woman).count() == 1
    assert [hers.get(url(name, shift.pk)).status_code for name in ("shift_update", "shift_call_off")] == [404, 404]

    outside = as_user(stranger)
    answers = [outside.get(url(name, shift.pk)) for name in ("shift_update", "shift_call_off", "coming_add")]
    answers.append(outside.post(url("coming_drop", row.pk), {"once_key": str(uuid4())}))
    assert {answer.status_code for answer in answers} == {404}
    assert read(row).dropped_at is None
