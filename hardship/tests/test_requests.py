"""Sensitive changes: asked by one, decided by another, by no other way."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.reveal import reveal_value
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.ledgers.services import intake
from fedhub.ledgers.services.check import check_batch
from fedhub.ledgers.services.commit import commit_batch, undo_batch
from fedhub.ledgers.tests.books import book
from hardship.models import BankAccount, ChangeRequest
from hardship.services.requests import approve_request, ask_change
from hardship.tests.factories import file_at
from hardship.tests.factories_request import ChangeRequestFactory
from households.guards import HOW
from households.models import ChildFile, Household, Resident, Status
from households.services.child import change_child_file, close_child_file, open_child_file
from households.services.households import assign_households, change_household, move_household
from households.services.life import move_home, move_in, move_out, record_death
from households.services.merge import merge_residents, undo_merge
from households.services.status import correct_status, end_status, open_status
from households.tests.factories import (
    ChildFileFactory,
    HouseholdFactory,
    MembershipFactory,
    ResidentFactory,
    StatusFactory,
    id_number,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.fixture
def file(grid):
    member = MembershipFactory(household__area=grid, resident__area=grid, household__room="101")
    made = file_at("active", household=member.household)
    made.woman = member.resident
    return made


def test_no_service_changes_them_directly(chair, file, other_grid):
    home, woman = file.household, file.woman
    status = StatusFactory(resident=woman, category="ZZ")
    child = ChildFileFactory(resident__area=file.area)
    MembershipFactory(household=home, resident=child.resident)
    child.guardian = "别人"
    home.room = "909"

    for change in (
        lambda: open_status(resident=woman, category="DB", valid_from=today(), by=chair),
        lambda: open_status(household=home, category="DB", valid_from=today(), by=chair),
        lambda: end_status(status, on=today(), reason="out", by=chair),
        lambda: correct_status(status, category="DB", by=chair),
        lambda: change_household(home, {"room"}, base_version=home.version, by=chair),
        lambda: move_household(home, other_grid, by=chair),
        lambda: change_child_file(child, {"guardian"}, base_version=child.version, by=chair),
    ):
        with pytest.raises(ValidationError, match="变更申请"):
            change()

    assert Status.objects.filter(replaced_at=None).get() == status
    assert Household.objects.get(pk=home.pk).room == "101"


def test_other_families_and_other_facts_are_changed_as_ever(chair, grid, file):
    free = MembershipFactory(household__area=grid, resident__area=grid)
    open_status(resident=free.resident, category="DB", valid_from=today(), by=chair)
    home = file.household
    home.note = "二楼"
    change_household(home, {"note"}, base_version=home.version, by=chair)
    found = file_at("found", household__area=grid).household
    open_status(household=found, category="DB", valid_from=today(), by=chair)

    assert Status.objects.count() == 2


def test_facts_of_life_and_the_division_of_work_need_no_request(chair, grid, other_grid, file):
    status = StatusFactory(resident=file.woman, category="ZZ", valid_from=today() - DAY)
    assign_households(Household.objects.filter(pk=file.household_id), other_grid, by=chair)

    record_death(file.woman, on=today(), by=chair)

    status.refresh_from_db()
    assert status.replaced_by.exit_reason == "died"
    assert Household.objects.get(pk=file.household_id).area == other_grid


@pytest.mark.parametrize("deed", ["status_open", "status_end", "guardian", "address", "bank"])
def test_what_one_asks_for_another_approves_and_it_is_done(as_user, worker, chair, file, deed):
    child = ChildFileFactory(resident__area=file.area, guardian="奶奶")
    MembershipFactory(household=file.household, resident=child.resident)
    old = StatusFactory(resident=file.woman, category="ZZ")
    typed = {
        "status_open": {"resident": file.woman.pk, "category": "DB", "authority": "区民政局"},
        "status_end": {"status": old.pk, "exit_reason": "out"},
        "guardian": {"resident": child.resident_id, "guardian": "外婆", "carer": "外婆"},
        "address": {"room": "202", "address": ""},
        "bank": {
            "resident": file.woman.pk,
            "bank": "农商银行",
            "holder": "王桂兰",
            "number": "6228 4800 1234 5678 901",
        },
    }[deed]
    hers, his = as_user(worker), as_user(chair)
    url = reverse("hardship:request_create", args=[file.pk, deed])

    hers.post(url, filled(hers.get(url), reason="情况变了", **typed))
    request = ChangeRequest.objects.get()
    page = hers.get(request.get_absolute_url())
    assert (page.context["may_decide"], page.context["may_withdraw"]) == (False, True)
    assert "6228480012345678901" not in page.content.decode()
    approve = reverse("hardship:request_approve", args=[request.pk])
    assert hers.get(approve).status_code == 404
    his.post(approve, filled(his.get(approve)))

    request.refresh_from_db()
    child.refresh_from_db()
    old.refresh_from_db()
    assert (request.state, request.decided_by) == ("approved", chair)
    done = {
        "status_open": lambda: Status.objects.current().filter(resident=file.woman, category="DB").exists(),
        "status_end": lambda: old.replaced_by.valid_to == today(),
        "guardian": lambda: child.guardian == child.carer == "外婆",
        "address": lambda: Household.objects.get(pk=file.household_id).room == "202",
        "bank": lambda: BankAccount.objects.get().tail == "8901",
    }[deed]
    assert done() is True


def test_the_maker_never_decides_not_even_with_the_right_to(chair, file):
    request = ask_change(
        ChangeRequest(file=file, deed="status_open", reason="x", proposal={"category": "DB", "valid_from": "2026-01-01"}),
        by=chair,
    )  # fmt: skip

    with pytest.raises(ValidationError, match="另一个人审批"):
        approve_request(request, by=chair)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE hardship_changerequest SET state='approved', decided_by_id=created_by_id, decided_on='2026-01-01'"
        )


def test_what_changed_meanwhile_is_not_overwritten(worker, chair, file):
    home = Household.objects.get(pk=file.household_id)
    proposal = {name: getattr(home, name) for name in ("compound", "building", "stair", "floor", "address")}
    request = ask_change(
        ChangeRequest(file=file, deed="address", reason="x", proposal=proposal | {"room": "202", "area": home.area_id}),
        by=worker,
    )  # fmt: skip
    Household.objects.filter(pk=home.pk).update(room="303")

    with pytest.raises(ValidationError, match="又变过"):
        approve_request(request, by=chair)
    assert Household.objects.get(pk=home.pk).room == "303"


def test_a_new_account_ends_the_old_one(worker, chair, file):
    def account(number):
        given = {"bank": "农商银行", "holder": "王桂兰", "number": number}
        request = ChangeRequest(file=file, deed="bank", resident=file.woman, reason="换卡", proposal=given)
        approve_request(ask_change(request, by=worker), by=chair)
        BankAccount.objects.filter(valid_to=None).update(valid_from=today() - DAY)

    account("6228480012345678901")
    account("6228480012345670000")

    assert [(a.tail, a.valid_to) for a in BankAccount.objects.order_by("pk")] == [
        ("8901", today() - DAY), ("0000", None),
    ]  # fmt: skip
    newest = BankAccount.objects.get(valid_to=None)
    found = reveal_value(chair, "hardship.BankAccount", newest.pk, "number", reason="check")
    assert found.text == "6228480012345670000"


@pytest.mark.parametrize("number", ["", "12", "abcdefghijkl", "1" * 26])
def test_an_account_number_that_is_none_is_refused(worker, file, number):
    given = {"bank": "农商银行", "holder": "王桂兰", "number": number}

    with pytest.raises(ValidationError, match="10 到 25 位"):
        ask_change(ChangeRequest(file=file, deed="bank", resident=file.woman, reason="x", proposal=given), by=worker)


def test_a_direct_change_is_refused_with_a_sentence_and_nothing_typed_is_lost(client, worker, file):
    url = reverse("households:household_update", args=[file.household_id])

    answer = client.post(url, filled(client.get(url), room="909", note="二楼"))

    form = answer.context["form"]
    assert form.non_field_errors() == [f"改这户的住址要先由别人审批。{HOW}。"]
    assert (form["room"].value(), form["note"].value()) == ("909", "二楼")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_requests_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for _ in range(rows):
        ChangeRequestFactory(file=file_at("active", household__area=grid))

    page, queries = queries_beyond(client, reverse("hardship:request_list"), "/safety/help/")

    assert len(page.context["page"].rows) == rows
    assert queries == 3


def test_an_unknown_kind_of_change_is_not_there(client, worker, file):
    assert client.get(reverse("hardship:request_create", args=[file.pk, "name"])).status_code == 404
    assert ChildFile.objects.count() == 0


# --- no way around ---------------------------------------------------------------------------------------------------------
def test_a_category_is_put_right_by_request_alone(as_user, worker, chair, file):
    """A new certificate and another amount; what was left empty stays as it was."""
    old = StatusFactory(resident=file.woman, category="CJ", proof="残 3", amount=Decimal("100"))
    hers, his = as_user(worker), as_user(chair)
    url = reverse("hardship:request_create", args=[file.pk, "status_fix"])
    until = today() + 365 * DAY

    hers.post(url, filled(hers.get(url), status=old.pk, expires_on=until, amount="120.5", reason="换了新证"))
    request = ChangeRequest.objects.get()
    page = his.get(request.get_absolute_url())
    approve = reverse("hardship:request_approve", args=[request.pk])
    his.post(approve, filled(his.get(approve)))

    new = Status.objects.get(replaced_at=None)
    old.refresh_from_db()
    assert page.context["lines"] == [
        ("证件有效期到", "", "", until.isoformat()), ("每月金额（元）", "100.00", "100.00", "120.50"),
    ]  # fmt: skip
    assert (new.category, new.proof, new.expires_on, new.amount) == ("CJ", "残 3", until, Decimal("120.50"))
    assert (old.replaced_by, old.amount) == (new, Decimal("100"))


def test_a_request_that_would_put_nothing_right_is_not_taken(client, worker, file):
    old = StatusFactory(resident=file.woman, category="CJ", amount=Decimal("100"))
    url = reverse("hardship:request_create", args=[file.pk, "status_fix"])

    page = client.post(url, filled(client.get(url), status=old.pk, amount="100", reason="x"))

    assert page.context["form"].non_field_errors() == ["没有要改的，请填写要改成什么。"]
    assert ChangeRequest.objects.count() == 0


@pytest.mark.parametrize("deed", ["status_fix", "status_end"])
def test_a_request_about_a_category_of_another_family_is_refused(worker, file, deed):
    other = StatusFactory(category="CJ")

    with pytest.raises(ValidationError, match="不是这户的"):
        ask_change(ChangeRequest(file=file, deed=deed, reason="x", proposal={"status": other.pk}), by=worker)


def test_what_stands_now_is_shown_beside_what_stood_then(as_user, worker, chair, file):
    home = Household.objects.get(pk=file.household_id)
    proposal = {name: getattr(home, name) for name in ("compound", "building", "stair", "floor", "address")}
    request = ask_change(
        ChangeRequest(file=file, deed="address", reason="x", proposal=proposal | {"room": "202", "area": home.area_id}),
        by=worker,
    )  # fmt: skip
    Household.objects.filter(pk=home.pk).update(room="303")

    page = as_user(chair).get(request.get_absolute_url())

    assert page.context["lines"] == [("房号", "101", "303", "202")]
    assert (page.context["stale"], page.context["may_decide"]) == (True, True)
    assert "又变过" in page.content.decode()


def test_a_childs_file_closed_and_opened_again_is_no_way_round(chair, file):
    child = ChildFileFactory(resident__area=file.area, guardian="奶奶", carer="奶奶")
    MembershipFactory(household=file.household, resident=child.resident)
    close_child_file(child, on=today(), why="重新登记", by=chair)

    def again(guardian):
        facts = {"resident": child.resident, "kinds": child.kinds, "officer": child.officer, "carer": "奶奶"}
        return open_child_file(ChildFile(**facts, guardian=guardian), by=chair)

    with pytest.raises(ValidationError, match="变更申请"):
        again("舅舅")
    assert again("奶奶").guardian == "奶奶"


def test_the_whole_family_leaves_only_after_two_people_said_so(chair, file, other_grid):
    away = HouseholdFactory(area=other_grid)
    other = MembershipFactory(household=file.household, resident__area=file.area).resident
    woman = Resident.objects.get(pk=file.woman.pk)

    move_out(other, on=today(), why="外出务工", by=chair)
    for leave in (
        lambda: move_home(file.household, on=today(), by=chair),
        lambda: move_home(file.household, on=today(), area=other_grid, by=chair),
        lambda: move_out(woman, on=today(), why="迁走", by=chair),
        lambda: move_in(woman, away, relation="02", on=today(), by=chair),
    ):
        with pytest.raises(ValidationError, match="先由别人审批"):
            leave()

    woman.refresh_from_db()
    assert (woman.state, woman.home.household_id, other.state) == ("active", file.household_id, "moved")
    record_death(woman, on=today(), by=chair)
    assert Resident.objects.get(pk=woman.pk).state == "deceased"


def test_a_merge_brings_no_category_into_the_family(chair, file, grid):
    twin = ResidentFactory(area=grid, name=file.woman.name)
    StatusFactory(resident=twin, category="DB")

    with pytest.raises(ValidationError, match="合并会给这户加上类别“低保”"):
        merge_residents(file.woman, twin, reason="同一人", by=chair)

    StatusFactory(resident=file.woman, category="DB")
    merge_residents(file.woman, twin, reason="同一人", by=chair)
    assert Status.objects.current().filter(resident=file.woman).count() == 1


def test_taking_a_merge_back_takes_no_category_away(chair, grid):
    member = MembershipFactory(household__area=grid, resident__area=grid)
    twin = ResidentFactory(area=grid, name=member.resident.name)
    brought = StatusFactory(resident=twin, category="DB")
    merge = merge_residents(member.resident, twin, reason="同一人", by=chair)
    file = file_at("active", household=member.household)

    with pytest.raises(ValidationError, match="会带走这户的类别"):
        undo_merge(merge, by=chair)

    brought.refresh_from_db()
    assert brought.resident == member.resident
    type(file).objects.filter(pk=file.pk).delete()
    undo_merge(merge, by=chair)
    brought.refresh_from_db()
    assert brought.resident == twin


def test_a_merge_names_no_other_guardian(chair, file, grid):
    kept = ChildFileFactory(resident__area=grid, guardian="奶奶")
    MembershipFactory(household=file.household, resident=kept.resident)
    close_child_file(kept, on=today(), why="重新登记", by=chair)
    twin = ChildFileFactory(resident__area=grid, guardian="舅舅")

    with pytest.raises(ValidationError, match="监护人"):
        merge_residents(kept.resident, twin.resident, reason="同一人", by=chair)


def test_the_account_of_a_guarded_file_is_not_there_for_outsiders(worker, chair, file):
    given = {"bank": "农商银行", "holder": "王桂兰", "number": "6228480012345678901"}
    request = ChangeRequest(file=file, deed="bank", resident=file.woman, reason="x", proposal=given)
    approve_request(ask_change(request, by=worker), by=chair)
    # A second worker of the same places, who may not read the file.
    outsider = user_with(Role.GRID_WORKER, file.area)

    before = BankAccount.objects.visible_to(outsider).count()
    type(file).objects.filter(pk=file.pk).update(guarded=True)

    assert (before, BankAccount.objects.visible_to(outsider).count()) == (1, 0)
    assert BankAccount.objects.visible_to(chair).count() == 1


def test_the_database_knows_no_account_without_a_request(file):
    with pytest.raises(IntegrityError), transaction.atomic():
        BankAccount.objects.create(resident=file.woman, bank="x", holder="x", number="1", number_blind="x", tail="1")


# --- an imported ledger is no way in either --------------------------------------------------------------------------------
@pytest.fixture
def imported(settings, tmp_path, community, data_officer):
    """`imported(row)` uploads a women's ledger of one row and writes it. Returns the ImportRow."""
    settings.SCRATCH_ROOT = tmp_path

    def run(row):
        head = ["序号", "网格", "姓名", "出生年月", "身份证号", "家庭住址", "户主姓名", "类别", "民族"]
        file = SimpleUploadedFile("台账.xlsx", book([head, [row.get(name) for name in head]]).getvalue())
        batch = intake.start_import(file, ledger="women", area=community, by=data_officer)
        intake.map_columns(batch, batch.mapping, by=data_officer)
        check_batch(batch)
        intake.request_commit(batch, by=data_officer)
        commit_batch(batch, by=data_officer)
        return batch.rows.get()

    return run


def test_an_import_changes_all_but_what_is_guarded_and_says_so(imported, chair, grid):
    number = id_number("19850401", 26)
    row = {"序号": 1, "网格": grid.name, "姓名": "张敏", "身份证号": number, "家庭住址": "精诚公寓2栋1单元301"}
    imported(row | {"类别": "残疾"})
    woman = Resident.objects.get(name="张敏")
    file_at("active", household=woman.home.household)

    done = imported(row | {"类别": "低保", "民族": "回族"})

    woman.refresh_from_db()
    assert list(Status.objects.values_list("category", flat=True)) == ["CJ"]
    assert woman.ethnic == "03"
    assert "改这户的类别要先由别人审批，没有写入" in [finding.get("text", "") for finding in done.findings]


def test_an_import_brings_nobody_with_a_category_into_the_family(imported, chair, grid):
    row = {
        "序号": 1,
        "网格": grid.name,
        "姓名": "张敏",
        "身份证号": id_number("19850401", 26),
        "家庭住址": "精诚公寓2栋1单元301",
    }
    imported(row)
    home = Resident.objects.get(name="张敏").home.household
    file_at("active", household=home)

    done = imported(row | {"姓名": "张兰", "身份证号": id_number("19900401", 28), "类别": "低保"})

    new = Resident.objects.get(name="张兰")
    assert new.home.household == home
    assert Status.objects.count() == 0
    assert "改这户的类别要先由别人审批，没有写入" in [finding.get("text", "") for finding in done.findings]


def test_taking_an_import_back_leaves_a_family_that_is_helped_since(imported, data_officer, grid):
    row = {
        "序号": 1,
        "网格": grid.name,
        "姓名": "张敏",
        "身份证号": id_number("19850401", 26),
        "家庭住址": "精诚公寓2栋1单元301",
    }
    imported(row)
    done = imported(row | {"类别": "低保", "民族": "回族"})
    woman = Resident.objects.get(name="张敏")
    file_at("active", household=woman.home.household)

    intake.request_undo(done.batch, by=data_officer)
    undo_batch(done.batch, by=data_officer)

    woman.refresh_from_db()
    done.refresh_from_db()
    assert Status.objects.current().get().category == "DB"
    assert woman.ethnic == "03"
    assert (done.choice, done.findings[-1]["text"]) == ("kept", "改这户的住址、类别要先由别人审批")
