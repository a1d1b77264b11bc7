"""Filling in: what a form takes, refuses and writes; twice pressed, masked, stale, without script."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.tests.factories import BuildingFactory
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from households.models import (
    BulkAssignment,
    ChildFile,
    Consent,
    Household,
    Membership,
    Phone,
    Resident,
    ResidentMerge,
    SafeContact,
    Status,
)
from households.tests.factories import (
    ChildFileFactory,
    ConsentFactory,
    HouseholdFactory,
    MembershipFactory,
    PhoneFactory,
    ResidentFactory,
    StatusFactory,
    id_number,
)
from households.views.household import HouseholdList

TODAY = timezone.localdate
ID = id_number("19850401", 2)

pytestmark = pytest.mark.django_db


def url(page, *args):
    return reverse(f"households:{page}", args=args)


def send(client, page, /, *args, **data):
    return client.post(url(page, *args), {"once_key": str(uuid.uuid4()), **data})


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# --- households ---------------------------------------------------------------------------------------------------
def test_a_new_household_is_saved_once_however_often_it_is_sent(client, worker, grid):
    data = {"once_key": str(uuid.uuid4()), "compound": "精诚公寓", "building": "2", "stair": "1", "room": "301"}

    answers = [client.post(url("household_create"), data) for _ in range(3)]

    home = Household.objects.get()
    assert {answer.url for answer in answers} == {home.get_absolute_url()}
    assert (home.area, home.created_by, home.address) == (grid, worker, "精诚公寓2栋1单元301")


def test_the_grid_follows_from_a_known_building(client, chair, grid, other_grid):
    BuildingFactory(area=other_grid, compound="加工厂小区", name="3栋")

    send(client, "household_create", compound="加工厂小区", building="3", room="101")
    unknown = send(client, "household_create", compound="没登记过的小区", building="9")

    assert Household.objects.get().area == other_grid
    assert errors(unknown) == {"area": ["认不出这个楼栋在哪个网格，请选网格。"]}


def test_a_household_needs_some_address(client, worker):
    response = send(client, "household_create", head_name="王桂兰")

    assert errors(response) == {"compound": ["请写小区（院落）；没有的，请写完整住址。"]}
    assert Household.objects.count() == 0


def test_a_grid_of_somebody_else_cannot_be_chosen(client, worker, other_grid):
    response = send(client, "household_create", compound="精诚公寓", area=other_grid.pk)

    assert list(errors(response)) == ["area"]
    assert Household.objects.count() == 0


def test_two_people_who_change_one_household_see_both_texts(client, worker, grid):
    home = HouseholdFactory(area=grid)
    form = {"version": 1, "compound": home.compound, "building": "2", "stair": "1", "room": home.room,
            "address": home.address, "head_name": home.head_name}  # fmt: skip

    send(client, "household_update", home.pk, **form | {"note": "养狗"})
    clash = send(client, "household_update", home.pk, **form | {"note": "有门铃"})

    home.refresh_from_db()
    assert (clash.status_code, home.note, home.version) == (409, "养狗", 2)
    assert [(f["label"], f["theirs"], f["mine"]) for f in clash.context["fields"]] == [("备注", "养狗", "有门铃")]


def test_the_page_of_a_clash_speaks_in_labels(client, worker, grid):
    woman = ResidentFactory(area=grid, marital="10")
    form = {"name": woman.name, "sex": "2", "birth": woman.birth, "version": 1}

    send(client, "resident_update", woman.pk, **form | {"marital": "20"})
    clash = send(client, "resident_update", woman.pk, **form | {"marital": "40"})

    rows = [(f["label"], f["base"], f["theirs"], f["mine"]) for f in clash.context["fields"]]
    assert rows == [("婚姻状况", "未婚", "已婚", "离婚")]


def test_relations_are_changed_together(client, worker, grid):
    one = MembershipFactory(household__area=grid, resident__name="王桂兰")
    two = MembershipFactory(household=one.household, resident__name="赵建国", relation="10")
    page = url("relations", one.household.pk)

    client.post(page, filled(client.get(page), **{f"relation_{one.pk}": "10", f"relation_{two.pk}": "02"}))
    both = client.post(page, filled(client.get(page), **{f"relation_{one.pk}": "02", f"relation_{two.pk}": "02"}))

    one.household.refresh_from_db()
    assert one.household.head_name == "赵建国"
    assert errors(both) == {"__all__": ["一户只能有一位户主。"]}


# --- people -------------------------------------------------------------------------------------------------------
def test_a_member_is_added_with_number_and_phones(client, worker, grid):
    home = HouseholdFactory(area=grid, head_name="")

    response = send(
        client, "member_create", home.pk, name="王桂兰", relation="02", id_number=ID, phone1="138 0000 0417",
        phone1_owner="self", phone2="010-12345678", phone2_owner="home", phone2_shared="on",
    )  # fmt: skip

    woman = Resident.objects.get()
    assert response.url == f"{home.get_absolute_url()}?tab=members"
    assert (woman.birth, woman.sex, woman.home.household, woman.home.relation) == ("1985-04-01", "2", home, "02")
    assert [(p.number, p.owner_kind, p.shared) for p in woman.phones.all()] == [
        ("13800000417", "self", False),
        ("010-12345678", "home", True),
    ]


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({"name": ""}, "name", "这一项要填。"),
        ({"birth": "85.3"}, "birth", "日期请写成 1985、1985-04 或 1985-04-01 的样子。"),
        ({"id_number": "33010619850401002"}, "id_number", "身份证号应为 18 位（旧证 15 位），现在是 17 位，请核对。"),
        ({"id_number": "330106********0028"}, "id_number", "这里要填完整内容，不能填带星号的。不改就留空。"),
        ({"phone1": "1380000041"}, "phone1", "手机号应为 11 位，现在是 10 位，请核对。"),
        ({"relation": ""}, "relation", "这一项要填。"),
    ],
)
def test_a_wrong_input_gets_one_sentence_and_nothing_is_written(data, field, message, client, worker, grid):
    home = HouseholdFactory(area=grid)

    response = send(client, "member_create", home.pk, **{"name": "王桂兰", "relation": "02"} | data)

    assert errors(response) == {field: [message]}
    assert Resident.objects.count() == 0


def test_a_number_of_another_grid_is_refused_logged_and_betrays_nobody(client, worker, grid, other_grid):
    other = ResidentFactory(area=other_grid, name="周子涵", id_number=ID)

    response = send(
        client, "member_create", HouseholdFactory(area=grid).pk, name="王桂兰", relation="02", id_number=ID
    )

    assert errors(response) == {
        "id_number": ["别的网格可能已有此人的记录，请联系社区妇联核对后再登记。这里填的内容还没有保存。"]
    }
    assert "周子涵" not in response.text
    assert [e.target_id for e in AuditEvent.objects.filter(action="households.resident.hint")] == [other.pk]


def test_a_number_of_the_own_grid_names_the_record(client, worker, grid):
    ResidentFactory(area=grid, name="周子涵", id_number=ID)

    response = send(
        client, "member_create", HouseholdFactory(area=grid).pk, name="王桂兰", relation="02", id_number=ID
    )

    assert errors(response) == {"id_number": ["这个身份证号已经登记给周子涵（第一网格），请打开那条记录核对。"]}


def test_empty_masked_inputs_keep_the_tick_deletes(client, worker, grid):
    woman = ResidentFactory(area=grid, id_number=ID)
    first, second = PhoneFactory(resident=woman), PhoneFactory(resident=woman, number="13900000001")
    form = {"name": woman.name, "sex": "2", "birth": woman.birth, "version": 1,
            "phone1_owner": "self", "phone2_owner": "self"}  # fmt: skip

    send(client, "resident_update", woman.pk, **form | {"workplace": "超市"})
    woman.refresh_from_db()
    kept = (woman.id_number, woman.workplace, list(woman.phones.all()))
    send(client, "resident_update", woman.pk, **form | {"version": 2, "id_number-clear": "1", "phone2-clear": "1"})

    woman.refresh_from_db()
    assert kept == (ID, "超市", [first, second])
    assert (woman.id_number, woman.id_blind, list(Phone.objects.filter(resident=woman))) == ("", None, [first])


def test_a_replaced_phone_is_found_by_its_new_tail(client, worker, grid):
    phone = PhoneFactory(resident=ResidentFactory(area=grid))
    woman = phone.resident

    send(client, "resident_update", woman.pk, name=woman.name, sex="2", birth=woman.birth, version=1,
         phone1="13900009999", phone1_owner="self", phone2_owner="self")  # fmt: skip
    found = client.post(url("pick_resident"), {"q": "9999"}).json()["results"]

    assert [hit["id"] for hit in found] == [woman.pk]
    assert client.post(url("pick_resident"), {"q": "0417"}).json()["results"] == []


def test_duplicates_are_shown_while_typing(client, worker, grid, other_grid):
    ResidentFactory(area=grid, name="王桂兰", birth="1949-12-31")
    ResidentFactory(area=other_grid, name="周子涵", birth="2019-01-01")

    inside = client.post(url("duplicates"), {"name": "王桂兰"}).text
    outside = client.post(url("duplicates"), {"name": "周子涵", "birth": "2019-01"}).text
    nothing = client.post(url("duplicates"), {"name": "何晓燕"}).text

    assert "王桂兰" in inside
    assert "姓名相同" in inside
    assert "别的网格可能已有此人的记录" in outside
    assert "2019" not in outside
    assert nothing.strip() == ""


def test_duplicates_are_never_asked_by_an_address(client, worker):
    assert client.get(url("duplicates"), {"name": "王桂兰"}).status_code == 405


# --- dated facts --------------------------------------------------------------------------------------------------
def test_a_category_is_opened_ended_and_corrected(client, worker, grid):
    woman = ResidentFactory(area=grid)
    day = TODAY() - timedelta(days=30)

    send(client, "status_create", woman.pk, category="DB", valid_from=day, source="department", authority="区民政局")
    status = Status.objects.get()
    send(client, "status_correct", status.pk, category="TK", valid_from=day, source="department", authority="区民政局")
    right = Status.objects.get(replaced_at=None)
    send(client, "status_end", right.pk, on=TODAY(), reason="out")

    rows = Status.objects.order_by("id").values_list("category", "valid_to", "exit_reason", "authority")
    assert list(rows) == [
        ("DB", None, "", "区民政局"), ("TK", None, "", "区民政局"), ("TK", TODAY(), "out", "区民政局"),
    ]  # fmt: skip
    assert client.get(url("status_end", status.pk)).status_code == 404


def test_proof_expiry_and_amount_are_taken_and_shown(client, worker, grid):
    woman = ResidentFactory(area=grid)
    past = TODAY() - timedelta(days=1)
    long_ago = TODAY() - timedelta(days=400)

    send(
        client, "status_create", woman.pk, category="DB", valid_from=long_ago, source="desk", proof="88 号",
        expires_on=past, amount="780.5",
    )  # fmt: skip

    status = Status.objects.get()
    page = client.get(f"{woman.get_absolute_url()}?tab=statuses").content.decode()
    assert (status.proof, status.expires_on, status.amount) == ("88 号", past, Decimal("780.50"))
    assert [words in page for words in (f"有效期到 {past:%Y-%m-%d}", "已到期", "每月 780.50 元")] == [True, True, True]


def test_a_category_cannot_end_before_it_began(client, worker, grid):
    status = StatusFactory(resident__area=grid, valid_from=TODAY() - timedelta(days=3))

    response = send(client, "status_end", status.pk, on=TODAY() - timedelta(days=9), reason="out")

    assert errors(response) == {"__all__": ["结束日期不能早于起始日期。"]}


def test_a_household_has_categories_too(client, worker, grid):
    home = HouseholdFactory(area=grid)

    send(client, "household_status_create", home.pk, category="ZH", valid_from=TODAY(), source="desk")

    assert [(s.household, s.category) for s in Status.objects.all()] == [(home, "ZH")]


def test_consent_is_given_and_withdrawn(client, worker, grid):
    woman = ResidentFactory(area=grid)

    send(client, "consent_create", woman.pk, purpose="contact", given_on=TODAY(), how="paper")
    consent = Consent.objects.get()
    send(client, "consent_withdraw", consent.pk)

    consent.refresh_from_db()
    assert (consent.resident, consent.taken_by, consent.withdrawn_on) == (woman, worker, TODAY())


def test_safe_contact_is_set_and_changed(client, worker, grid):
    woman = ResidentFactory(area=grid)

    send(client, "safe_contact", woman.pk, channels=["phone", "home"], hour_from="09:00", neutral="on", version=0)
    send(client, "safe_contact", woman.pk, channels=["letter"], version=1)
    none = send(client, "safe_contact", woman.pk, version=2)

    safe = SafeContact.objects.get()
    assert (safe.channels, safe.hour_from, safe.neutral, safe.version) == (["letter"], None, False, 2)
    assert list(errors(none)) == ["channels"]


# --- life events --------------------------------------------------------------------------------------------------
def test_the_seven_events_are_recorded(client, chair, grid, other_grid):
    head = MembershipFactory(household__area=grid, resident__name="王桂兰")
    son = MembershipFactory(household=head.household, resident__name="赵建国", resident__sex="1", relation="20")
    woman = ResidentFactory(area=grid, name="何晓燕")
    home, day = head.household, TODAY()

    send(client, "arrive", home.pk, resident=woman.pk, relation="38", on=day)
    send(client, "marriage", woman.pk, spouse=son.resident.pk, on=day)
    send(client, "birth", home.pk, name="赵小宝", relation="42", sex="2", birth=day)
    child = Membership.objects.get(resident__name="赵小宝")
    send(client, "split", home.pk, on=day, area=other_grid.pk, compound="加工厂小区", building="3", room="101",
         **{f"relation_{son.pk}": "02", f"relation_{woman.home.pk}": "10", f"relation_{child.pk}": "30"})  # fmt: skip
    new = Household.objects.get(compound="加工厂小区")
    send(
        client, "move_home", new.pk, where="here", on=day, area=grid.pk, compound="加工厂小区", building="5", room="2"
    )
    send(client, "death", head.resident.pk, on=day)
    send(client, "leave", son.resident.pk, on=day, why="外出务工")

    states = dict(Resident.objects.values_list("name", "state"))
    new.refresh_from_db()
    home.refresh_from_db()
    assert states == {"王桂兰": "deceased", "赵建国": "moved", "何晓燕": "active", "赵小宝": "active"}
    assert (new.address, new.area, new.people, home.people) == ("加工厂小区5栋2", grid, 2, 0)
    assert {r.marital for r in Resident.objects.filter(name__in=["何晓燕", "赵建国"])} == {"21"}


def test_somebody_is_picked_by_words_when_there_is_no_script(client, worker, grid):
    home, woman = HouseholdFactory(area=grid), ResidentFactory(area=grid, name="何晓燕")
    ResidentFactory(area=grid, name="何小妹")

    vague = send(client, "arrive", home.pk, **{"resident-text": "何", "relation": "38", "on": TODAY()})
    nobody = send(client, "arrive", home.pk, **{"resident-text": "周", "relation": "38", "on": TODAY()})
    send(client, "arrive", home.pk, **{"resident-text": "何晓燕", "relation": "38", "on": TODAY()})

    assert errors(vague) == {"resident": ["找到不止一个人，请写得更准，或者从下拉列表里选。"]}
    assert errors(nobody) == {"resident": ["找到 0 个人，请写得更准，或者从下拉列表里选。"]}
    assert woman.home.household == home


def test_somebody_of_another_grid_cannot_be_picked(client, worker, grid, other_grid):
    home, other = HouseholdFactory(area=grid), ResidentFactory(area=other_grid)

    response = send(client, "arrive", home.pk, resident=other.pk, relation="38", on=TODAY())

    assert list(errors(response)) == ["resident"]


def test_moving_away_asks_for_a_reason_and_moving_here_for_an_address(client, chair, grid):
    home = HouseholdFactory(area=grid)

    away = send(client, "move_home", home.pk, where="away", on=TODAY())
    here = send(client, "move_home", home.pk, where="here", on=TODAY(), area=grid.pk)

    assert (list(errors(away)), list(errors(here))) == (["why"], ["compound"])


# --- merging and assigning ----------------------------------------------------------------------------------------
def test_two_records_are_compared_merged_and_parted_again(client, chair, grid):
    kept = ResidentFactory(area=grid, workplace="超市")
    gone = ResidentFactory(area=grid, workplace="酒精厂")

    picked = client.post(url("merge_pick", kept.pk), {"other": gone.pk})
    page = client.get(picked.url)
    short = send(client, "merge", kept.pk, gone.pk, reason="同")
    send(client, "merge", kept.pk, gone.pk, reason="身份证和户口簿核对过", take_workplace="gone")
    merged = Resident.objects.get(pk=kept.pk).workplace
    send(client, "merge_undo", ResidentMerge.objects.get().pk)

    kept.refresh_from_db()
    gone.refresh_from_db()
    assert [row["label"] for row in page.context["rows"] if row["clashes"]] == ["工作单位（职业）"]
    assert errors(short) == {"reason": ["请写清楚一点，至少四个字。"]}
    assert (merged, kept.workplace, gone.state) == ("酒精厂", "超市", "active")


def test_a_record_of_another_community_cannot_be_merged(client, chair, stranger, grid):
    kept, other = ResidentFactory(area=grid), ResidentFactory(area=stranger.grants.get().area)

    assert client.get(url("merge", kept.pk, other.pk)).status_code == 404
    assert client.post(url("merge", kept.pk, other.pk), {"reason": "核对过户口簿"}).status_code == 404


def test_a_grid_worker_merges_and_assigns_nothing(client, worker, grid):
    home, woman = HouseholdFactory(area=grid), ResidentFactory(area=grid)
    pages = [
        url("merge_pick", woman.pk),
        url("assign") + f"?ids={home.pk}",
        url("split", home.pk),
        url("assignment_list"),
    ]

    assert [client.get(page).status_code for page in pages] == [404] * 4


def test_ticked_households_are_assigned_and_brought_back(client, chair, grid, other_grid):
    homes = [HouseholdFactory(area=grid) for _ in range(3)]
    address = url("assign") + f"?ids={homes[0].pk}&ids={homes[1].pk}"

    page = client.get(address)
    client.post(address, {"target": other_grid.pk, "reason": "重新划分", "once_key": str(uuid.uuid4())})
    moved = set(Household.objects.filter(area=other_grid))
    send(client, "assignment_undo", BulkAssignment.objects.get().pk)

    assert (page.context["total"], moved) == (2, set(homes[:2]))
    assert Household.objects.filter(area=grid).count() == 3


def test_all_households_of_a_filter_are_assigned(client, chair, grid, other_grid):
    HouseholdFactory(area=grid, building="2"), HouseholdFactory(area=grid, building="3")

    page = client.get(url("assign") + "?all=1&building=2栋")

    assert page.context["total"] == 1


def test_assigning_nothing_is_a_404(client, chair, stranger):
    theirs = HouseholdFactory(area=stranger.grants.get().area)

    assert client.get(url("assign") + f"?ids={theirs.pk}").status_code == 404
    assert client.get(url("assign") + "?ids=x").status_code == 404


# --- children -----------------------------------------------------------------------------------------------------
def test_a_child_is_registered_changed_and_leaves_the_ledger(client, chair, grid):
    child = ResidentFactory(area=grid, name="周子涵", birth=f"{TODAY().year - 8}-01-01")
    data = {"kinds": ["left_behind"], "carer": "外婆", "officer": chair.pk, "contact_days": 30}

    send(client, "child_create", resident=child.pk, opened_on=TODAY(), **data)
    file = ChildFile.objects.get()
    send(client, "child_update", file.pk, version=1, **data | {"carer": "姑姑"})
    send(client, "child_close", file.pk, on=TODAY(), why="父母回家")

    file.refresh_from_db()
    assert (file.resident, file.carer, file.closed_on, file.closed_why) == (child, "姑姑", TODAY(), "父母回家")
    assert client.get(url("child_update", file.pk)).status_code == 404


@pytest.mark.parametrize(
    ("age", "kinds", "field"), [(16, ["left_behind"], "kinds"), (19, ["orphan"], "resident"), (8, [], "kinds")]
)
def test_a_child_that_is_none_is_refused(age, kinds, field, client, chair, grid):
    child = ResidentFactory(area=grid, birth=f"{TODAY().year - age}-01-01")

    response = send(client, "child_create", resident=child.pk, opened_on=TODAY(), kinds=kinds, officer=chair.pk,
                    contact_days=30)  # fmt: skip

    assert list(errors(response)) == [field]
    assert ChildFile.objects.count() == 0


def test_a_childs_file_is_open_once(client, chair, grid):
    file = ChildFileFactory(resident__area=grid)

    response = send(client, "child_create", resident=file.resident.pk, opened_on=TODAY(), kinds=["orphan"],
                    officer=chair.pk, contact_days=30)  # fmt: skip

    assert errors(response) == {"resident": ["周子涵已经有在管的信息，不用重复登记。"]}


def test_a_child_come_of_age_is_said_in_a_sentence_above_the_form(client, chair, grid):
    file = ChildFileFactory(resident__area=grid, resident__birth="2000-01-01", officer=chair)

    response = send(client, "child_update", file.pk, version=1, kinds=["orphan"], officer=chair.pk, contact_days=30)

    assert errors(response) == {"__all__": ["周子涵已满 18 周岁，不再登记为儿童。"]}


# --- lists --------------------------------------------------------------------------------------------------------
def test_households_are_filtered(client, chair, grid, other_grid):
    late = HouseholdFactory(area=grid, next_due_on=TODAY() - timedelta(days=3), last_visit_on=TODAY())
    poor = MembershipFactory(household__area=other_grid, household__compound="加工厂小区").household
    StatusFactory(resident=poor.memberships.get().resident, category="LA")
    moved = HouseholdFactory(area=grid, state="moved", closed_on=TODAY())

    def found(**query):
        return {row.pk for row in client.get(url("household_list"), query).context["page"].rows}

    assert found() == {late.pk, poor.pk}
    assert found(due="late") == {late.pk}
    assert found(due="never") == {poor.pk}
    assert found(category="LA") == found(compound="加工厂") == found(area=other_grid.code) == {poor.pk}
    assert found(state="moved") == {moved.pk}
    assert found(state="all", sort="due") == {late.pk, poor.pk, moved.pk}
    assert found(q="没有这家") == set()


# Days until the visit is due, weight; in the order of the list.
BY_RISK = [(-1, 70), (-9, 30), (-2, 30), (-20, 0), (-3, 0), (-3, 0), (0, 0), (1, 100), (5, 0), (5, 30)]


def by_risk(grid):
    """Households of BY_RISK, made in another order where that is not the last thing that decides."""
    homes = {}
    for place, (days, weight) in sorted(enumerate(BY_RISK), key=lambda item: (-item[1][0], item[0])):
        homes[place] = HouseholdFactory(area=grid, next_due_on=TODAY() + timedelta(days=days), visit_weight=weight).pk
    return [homes[place] for place in range(len(BY_RISK))]


def test_the_default_order_is_overdue_and_heavy_first_then_what_falls_due(client, worker, grid):
    homes = by_risk(grid)

    page = client.get(url("household_list"))

    assert [row.pk for row in page.context["page"].rows] == homes
    assert page.context["sort"] == "risk"


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 7, 9, 10])
def test_its_pages_meet_without_a_gap_forwards_and_back(client, worker, grid, monkeypatch, size):
    homes = by_risk(grid)
    monkeypatch.setattr(HouseholdList, "page_size", size)
    pages, address = [], url("household_list")
    while address:
        page = client.get(address).context["page"]
        pages.append([row.pk for row in page.rows])
        address = page.next_url and url("household_list") + page.next_url
    back, address = [], page.previous_url
    while address:
        page = client.get(url("household_list") + address).context["page"]
        back.insert(0, [row.pk for row in page.rows])
        address = page.previous_url

    assert [pk for rows in pages for pk in rows] == homes
    assert {len(rows) for rows in pages[:-1]} <= {size}
    # Going back the pages are whole; the first one that was seen may be cut at the front.
    assert [pk for rows in back for pk in rows] == homes[: len(homes) - len(pages[-1])]


def test_a_list_says_how_many_days_ago_and_how_often_this_month(client, worker, grid):
    HouseholdFactory(area=grid, last_visit_on=TODAY() - timedelta(days=100))

    text = client.get(url("household_list")).content.decode()

    assert f"{TODAY() - timedelta(days=100)}（100 天）" in text


def test_people_are_filtered(client, chair, grid, other_grid):
    woman = ResidentFactory(area=grid, name="王桂兰", marital="22", birth="1949")
    young = ResidentFactory(area=other_grid, name="何晓燕", birth=f"{TODAY().year - 20}-01-01", employment="70")
    child = ResidentFactory(area=grid, name="周子涵", birth=f"{TODAY().year - 7}-01-01")
    man = ResidentFactory(area=grid, name="赵建国", sex="1", id_note="填的性别与身份证号里的（女）不一致")
    StatusFactory(resident=woman)

    def found(**query):
        return {row.name for row in client.get(url("resident_list"), query).context["page"].rows}

    assert found() == {woman.name, young.name}
    assert found(who="all") == {woman.name, young.name, child.name, man.name}
    assert found(who="children") == {child.name}
    assert found(category="DB") == found(marital="20") == found(age="60-200") == {woman.name}
    assert found(employment="70") == found(area=other_grid.code) == found(q="hxy") == {young.name}
    assert found(who="all", state="note") == {man.name}


def test_childrens_files_are_filtered(client, worker, grid):
    mine = ChildFileFactory(resident__area=grid, officer=worker, kinds=["orphan", "disabled"])
    other = ChildFileFactory(resident__area=grid)
    closed = ChildFileFactory(resident__area=grid, closed_on=TODAY(), closed_why="父母回家")

    def found(**query):
        return {row["url"] for row in client.get(url("child_list"), query).context["page"].rows}

    assert found() == {mine.get_absolute_url(), other.get_absolute_url()}
    assert found(kind="disabled") == found(officer="mine") == {mine.get_absolute_url()}
    assert found(state="closed") == {closed.get_absolute_url()}


def test_pickers_give_at_most_twenty_of_the_own_scope(client, worker, grid, other_grid):
    for _ in range(21):
        ResidentFactory(area=grid)
    ResidentFactory(area=other_grid)
    HouseholdFactory(area=other_grid)

    people = client.post(url("pick_resident"), {"q": "赵小莉"}).json()["results"]
    homes = client.post(url("pick_household"), {"q": "精诚"}).json()["results"]

    assert (len(people), homes) == (20, [])
    assert people[0] | {"id": 0} == {"id": 0, "text": "赵小莉", "note": "女 · 1985-04 · 第一网格"}


def test_a_withdrawn_consent_shows_at_once_that_she_must_not_be_called(client, worker, grid):
    consent = ConsentFactory(resident=ResidentFactory(area=grid))

    send(client, "consent_withdraw", consent.pk)
    contact = client.get(consent.resident.get_absolute_url()).context["contact"]

    assert {verdict.ok for _, verdict in contact} == {False}
