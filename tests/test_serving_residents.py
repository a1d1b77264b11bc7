"""Residents' side of volunteering for a need: she answers, the family answers, and neither reads who the other is before."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from fedhub.core.models import AuditEvent
from grids.services.places import merge_grids
from groups.enums import ServiceState, VolunteerState
from groups.models import Offer, Service, Volunteer
from groups.need_enums import OfferState
from groups.services import offers, records, volunteers
from groups.services.helping import pair_volunteer
from groups.tests.factories import VolunteerFactory, service_at
from groups.tests.factories_need import RecordFactory, ServiceNeedFactory, home, need_of, offer_at
from hardship.enums import PairingState
from hardship.tests.factories import file_at
from households.models import Consent
from households.tests.factories import ResidentFactory
from portal.copy import copy_of
from tests.test_groups_residents import counted, phone_of, text

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"groups_resident:{name}", args=args)


def press(client, name, *args, **data):
    return client.post(url(name, *args), data, follow=True).content.decode()


@pytest.fixture
def teacher(grid):
    woman = ResidentFactory(area=grid, name="孙玉梅", birth="1960-05-01", sex="2")
    return VolunteerFactory(resident=woman, name="孙玉梅", phone="13900001111", skills="数学", times=["weekend_am"])


@pytest.fixture
def phone(teacher, chair):
    return phone_of(teacher.resident, chair)


@pytest.fixture
def need(grid):
    return need_of(home(grid, name="赵小莉"), detail="三楼，敲门轻一点", risks="养了一只猫")


@pytest.fixture
def offer(need, teacher, chair):
    return offers.ask(need, teacher, by=chair)


@pytest.fixture
def family(need, chair):
    return phone_of(need.resident, chair)


def state(row):
    return type(row).objects.get(pk=row.pk).state


def test_both_press_and_only_then_she_reads_whom_she_goes_to(phone, family, offer, need):
    page = text(phone, url("mine")) + text(phone, url("asked", offer.key))
    assert ("请您答复" in page, "养了一只猫" in page, "第一网格" in page) == (True, True, True)
    secrets = ("赵小莉", need.household.address, "敲门轻一点")
    assert [word for word in secrets if word in page] == []

    assert "对方同意以后" in press(phone, "asked_accept", offer.key)
    page = text(family, url("mine"))
    assert ("有一位志愿者愿意来" in page, "特长：数学" in page, "孙玉梅" in page) == (True, True, False)
    assert [word for word in secrets if word in text(phone, url("asked", offer.key))] == []

    assert "志愿者会来" in press(family, "help_agree", offer.key)
    page = text(phone, url("asked", offer.key))
    assert [word in page for word in secrets] == [True, True, True]
    page = text(family, url("mine"))
    assert (offer.volunteer.number in page, "孙玉梅" in page, "13900001111" in page) == (True, False, False)
    assert Consent.objects.get().how == "online"


def test_reading_whom_she_goes_to_is_written_down_once_an_hour(phone, family, offer):
    text(phone, url("asked", offer.key))
    assert AuditEvent.objects.filter(action="groups.offer.read").count() == 0
    press(phone, "asked_accept", offer.key)
    press(family, "help_agree", offer.key)
    for _ in range(2):
        text(phone, url("asked", offer.key))

    assert AuditEvent.objects.filter(action="groups.offer.read", target_id=offer.pk).count() == 1


def test_two_taps_are_one_and_opening_an_address_changes_nothing(phone, family, offer):
    names = ("asked_accept", "asked_decline", "asked_back", "asked_start", "asked_stop")
    for name in names:
        phone.get(url(name, offer.key))
    for name in ("help_agree", "help_refuse", "help_back"):
        family.get(url(name, offer.key))
    assert state(offer) == OfferState.ASKED
    for _ in range(2):
        press(phone, "asked_accept", offer.key)
    for _ in range(2):
        press(family, "help_agree", offer.key)

    assert (state(offer), Consent.objects.count()) == (OfferState.AGREED, 1)


def test_a_no_asks_for_one_sentence(phone, offer):
    assert "请写一句为什么" in press(phone, "asked_decline", offer.key, why="")
    assert state(offer) == OfferState.ASKED
    assert "没有关系" in press(phone, "asked_decline", offer.key, why="那天要带孙子")
    assert (state(offer), "这件事不用去了" in text(phone, url("asked", offer.key))) == (OfferState.DECLINED, True)


def test_the_family_may_say_no_and_take_it_back(phone, family, offer, need, chair):
    press(phone, "asked_accept", offer.key)
    assert "不请这一位来" in press(family, "help_refuse", offer.key)
    assert (state(offer), state(need)) == (OfferState.REFUSED, "open")
    again = offer_at("agreed", need)
    type(need).objects.update(state="agreed")
    assert "看不到您家了" in press(family, "help_back", again.key)
    assert (state(again), state(need)) == (OfferState.TAKEN_BACK, "open")


def test_a_stranger_finds_nothing(offer, grid, chair):
    other = phone_of(ResidentFactory(area=grid, birth="1980-01-01"), chair)
    names = ("asked", "asked_accept", "asked_decline", "asked_back", "asked_start", "asked_stop")

    assert other.get(url("asked", offer.key)).status_code == 404
    assert {other.post(url(name, offer.key), {"why": "x"}).status_code for name in names[1:2] + names[3:]} == {404}
    press(other, "asked_decline", offer.key, why="x")
    assert {other.post(url(name, offer.key)).status_code for name in ("help_agree", "help_refuse", "help_back")} == {
        404
    }
    assert [Client().get(url("asked", offer.key)).headers["Location"], state(offer)] == ["/r/enter/", OfferState.ASKED]
    assert "赵小莉" not in text(other, url("mine"))


def test_she_begins_and_ends_and_hours_wait_to_be_confirmed(noon, teacher, need, chair):
    offer = offer_at("agreed", need, volunteer=teacher)
    type(need).objects.update(state="agreed")
    phone = phone_of(teacher.resident, chair)
    assert "开始服务" in text(phone, url("asked", offer.key))
    for _ in range(2):
        assert "已开始" in press(phone, "asked_start", offer.key)
    noon.shift(timedelta(minutes=70))
    # Her stay ended meanwhile: she comes in anew, and her service is still open.
    phone = phone_of(teacher.resident, chair)
    assert "结束服务" in text(phone, url("asked", offer.key))
    assert "计 1 小时，等确认" in press(phone, "asked_stop", offer.key)

    assert [(one.state, one.half_hours, one.need) for one in Service.objects.all()] == [
        (ServiceState.RECORDED, 2, need)
    ]
    assert "还没有按" in press(phone, "asked_stop", offer.key)


def test_a_consent_that_is_gone_shuts_the_door(phone, teacher, need):
    offer = offer_at("agreed", need, volunteer=teacher)
    type(need).objects.update(state="agreed")
    Consent.objects.update(withdrawn_on="2026-01-01", given_on="2025-12-01")

    page = text(phone, url("asked", offer.key))

    assert ("先不要去" in page, "赵小莉" in page, "开始服务" in page) == (True, False, False)
    assert "家庭撤回了同意" in press(phone, "asked_start", offer.key)


# --- her own offer ------------------------------------------------------------------------------------------------------
def changed(volunteer, **data):
    return {
        "kinds": ["tutoring", "elders"], "times": ["weekday_pm"], "skills": "数学", "near": "grid", "cap": 2,
        "version": volunteer.version,
    } | data  # fmt: skip


def test_she_changes_her_own_offer(phone, teacher):
    page = text(phone, url("offer"))
    assert ("13900001111" in page, 'name="version"' in page) == (False, True)

    press(phone, "offer", **changed(teacher, limits=["lifting"], tongues=["local"], may_name="on"))

    row = Volunteer.objects.get()
    assert (row.kinds, row.times, row.near, row.cap, row.limits, row.tongues, row.may_name, row.phone) == (
        ["tutoring", "elders"], ["weekday_pm"], "grid", 2, ["lifting"], ["local"], True, "13900001111",
    )  # fmt: skip
    assert row.history.count() == 2


def test_a_clash_says_so_and_loses_nothing(phone, teacher, chair):
    old = changed(teacher, skills="数学、物理")
    teacher.occupation = "退休教师"
    volunteers.change_volunteer(teacher, ["occupation"], base_version=teacher.version, by=chair)

    page = press(phone, "offer", **old)
    assert ("刚改过您的登记" in page, "数学、物理" in page) == (True, True)
    press(phone, "offer", **(old | {"version": teacher.version}))

    row = Volunteer.objects.get()
    assert (row.skills, row.occupation) == ("数学、物理", "退休教师")


def test_what_is_wrong_in_her_offer_is_said(phone, teacher):
    page = press(phone, "offer", **changed(teacher, kinds=[], cap=99, phone="abc"))
    assert ("请至少选一样能做的" in page, "电话" in page, Volunteer.objects.get().cap) == (True, True, 3)


def test_she_pauses_comes_back_and_is_not_brought_back_by_herself_when_staff_paused(phone, teacher, chair):
    assert "已暂停" in press(phone, "pause")
    assert (state(teacher), "恢复</button>" in text(phone, url("mine"))) == (VolunteerState.PAUSED, True)
    press(phone, "resume")
    assert state(teacher) == VolunteerState.ACTIVE
    volunteers.pause_volunteer(teacher, why="先培训", by=chair)

    assert "恢复</button>" not in text(phone, url("mine"))
    assert "是社区妇联暂停的" in press(phone, "resume")
    assert state(teacher) == VolunteerState.PAUSED


def test_she_leaves_with_a_tick_and_her_pairings_end(phone, teacher, grid, chair, need):
    household = need.household
    file = file_at("active", household=household, area=household.area)
    type(need).objects.update(file=file, state="agreed")
    offer = offer_at("agreed", type(need).objects.get(), volunteer=teacher)
    pairing = pair_volunteer(offer, by=chair)
    page = text(phone, url("quit"))
    assert "还有 1 件服务" in page
    assert "想好了就打个勾" in press(phone, "quit", why="搬家")
    assert state(teacher) == VolunteerState.ACTIVE

    assert "记过的时长都还在" in press(phone, "quit", why="搬家", sure="on")

    assert [state(row) for row in (teacher, offer, pairing)] == [
        VolunteerState.LEFT, OfferState.LAPSED, PairingState.ENDED,
    ]  # fmt: skip
    assert phone.get(url("offer")).status_code == 404
    assert phone.get(url("quit")).status_code == 404


def test_who_never_registered_has_nothing_to_change(grid, chair):
    other = phone_of(ResidentFactory(area=grid), chair)
    assert [other.get(url(name)).status_code for name in ("offer", "quit")] == [404, 404]
    assert [other.post(url(name)).status_code for name in ("pause", "resume")] == [404, 404]


def test_she_reads_her_trainings_and_honours_and_nobody_elses(phone, teacher, chair):
    RecordFactory(volunteer=teacher, what="岗前培训")
    RecordFactory(what="别人的培训")
    wrong = RecordFactory(volunteer=teacher, what="记错的")
    records.void_record(wrong, why="记错", by=chair)

    page = text(phone, url("mine"))

    assert ["岗前培训" in page, "别人的培训" in page, "记错的" in page] == [True, False, False]


@pytest.mark.parametrize("rows", [1, 3])
def test_her_page_costs_as_much_for_many_needs(grid, chair, rows):
    woman = home(grid)
    for _ in range(rows):
        offer_at("accepted", need_of(woman))
    other = ServiceNeedFactory()
    phone = phone_of(woman, chair)

    # Her stay (two), places, no record of a volunteer, no file of a backbone woman, needs for her, who is ready.
    assert counted(phone, url("mine")) == 7
    assert Offer.objects.filter(need=other).count() == 0


def test_her_copy_tells_of_what_she_did_and_what_was_wanted_for_her(teacher, need, chair):
    service_at("counted", volunteer=teacher)
    offer_at("agreed", need, volunteer=teacher)
    RecordFactory(volunteer=teacher, what="岗前培训")

    def tables(person):
        found = {title: rows for title, _, rows in copy_of(person, chair).tables if rows}
        return {title: found[title] for title in found if "志愿" in title}

    hers, theirs = tables(teacher.resident), tables(need.resident)
    assert [[row[1] for row in rows] for rows in hers.values()] == [["正常"], ["辅导四年级数学"], ["培训"]]
    assert theirs == {"请志愿者帮忙": [[need.number, "辅导四年级数学", need.until, "待对接"]]}
    assert ("赵小莉" in str(hers), "孙玉梅" in str(theirs), "敲门" in str(theirs)) == (False, False, False)


def test_a_need_at_a_place_follows_a_merged_grid(chair, grid, other_grid):
    row = ServiceNeedFactory(area=grid)

    merge_grids([grid], other_grid, reason="合并", by=chair)

    row.refresh_from_db()
    assert row.area == other_grid
