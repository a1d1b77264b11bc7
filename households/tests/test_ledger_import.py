"""Imports end to end: traps of real workbooks, dry run, commit, undo, scopes (handbook 3.2; acceptance F1)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.areas.tests import factories as places
from fedhub.core.models import Job
from fedhub.ledgers import scratch
from fedhub.ledgers.enums import BatchState, Verdict
from fedhub.ledgers.models import ImportBatch, ImportRow
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.rows import StagedRow
from fedhub.ledgers.services import intake
from fedhub.ledgers.services.check import check_batch
from fedhub.ledgers.services.commit import WriteFailed, commit_batch, undo_batch
from fedhub.ledgers.services.keep import purge_imports, reap_jobs
from fedhub.ledgers.tests import books
from fedhub.ledgers.tests.books import book
from households.models import Household, HouseholdKey, Membership, Phone, Resident, ResidentKey, Status
from households.tests.factories import (
    HouseholdFactory,
    MembershipFactory,
    PhoneFactory,
    ResidentFactory,
    StatusFactory,
    id_number,
)

HEAD = [
    "序号",
    "网格",
    "姓名",
    "民族",
    "出生年月",
    "身份证号",
    "文化程度",
    "婚姻状况",
    "家庭住址",
    "联系电话",
    "类别",
    "备注",
]
PEOPLE = Resident, Household, Phone, Membership, Status


def line(number, name, **more):
    """One row under HEAD; keys are headings."""
    values = {"序号": number, "姓名": name} | more
    return [values.get(heading) for heading in HEAD]


def upload(rows, *, name="台账.xlsx", head=HEAD, **options):
    file = book([head, *rows], **options)
    return SimpleUploadedFile(name, file.getvalue())


@pytest.fixture(autouse=True)
def _own_scratch(settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path


@pytest.fixture
def checked(community, data_officer, grid, other_grid):
    """`checked(rows)` uploads, maps and dry-runs a women's ledger as the data officer."""

    def run(rows, *, ledger="women", by=data_officer, file=None, **options):
        batch = intake.start_import(file or upload(rows, **options), ledger=ledger, area=community, by=by)
        intake.map_columns(batch, batch.mapping, by=by)
        return check_batch(batch)

    return run


def committed(batch, by):
    intake.request_commit(batch, by=by)
    return commit_batch(batch, by=by)


def verdicts(batch):
    return list(batch.rows.order_by("number").values_list("verdict", flat=True))


def sentences(batch, number=1):
    row = batch.rows.get(number=number)
    return [finding.get("text", "") for finding in row.findings]


def totals():
    return {model.__name__: model.objects.count() for model in PEOPLE}


def test_dry_run_writes_nothing_but_the_batch(checked):
    before = totals()

    batch = checked(
        [line(1, "张敏", 网格="第一网格", 出生年月="1985-04", 家庭住址="精诚公寓2栋1单元301", 类别="低保")]
    )

    assert batch.state == BatchState.CHECKED
    assert batch.counts == {"new": 1, "changed": 0, "same": 0, "suspect": 0, "refused": 0, "read": 1, "warned": 0,
                            "skipped": 0, "skipped_rows": [], "grids": {"330106003012001": {"new": 1}}}  # fmt: skip
    assert totals() == before


def test_one_row_feeds_person_phone_household_membership_and_category(checked, data_officer, grid):
    number = id_number("19850412", 26)
    batch = checked(
        [line(1, "张 敏", 网格="1网格", 民族="汉", 出生年月="1985.4", 身份证号=number, 文化程度="大专", 婚姻状况="离异",
              家庭住址="清和社区精诚公寓2栋1单元301室", 联系电话="13800000001/0571-88880000", 类别="低保、残疾")]
    )  # fmt: skip

    committed(batch, data_officer)

    person = Resident.objects.get()
    home = Household.objects.get()
    assert (person.name, person.sex, person.birth, person.id_number) == ("张敏", "2", "1985-04-12", number)
    assert (person.ethnic, person.marital, person.area) == ("01", "40", grid)
    assert sorted(p.number for p in person.phones.all()) == ["0571-88880000", "13800000001"]
    assert (home.area, home.compound, home.building, home.stair, home.room) == (grid, "精诚公寓", "2", "1", "301")
    assert (home.people, home.number) == (1, "H330106003012-00001")
    assert home.next_due_on is not None
    assert home.places.get().area == grid
    assert person.home.household == home
    assert sorted(s.category for s in person.statuses.all()) == ["CJ", "DB"]
    assert ResidentKey.objects.filter(resident=person, key="zm").exists()
    assert HouseholdKey.objects.filter(household=home, key="2-1-301").exists()
    assert person.history.get().history_change_reason == batch.number
    assert batch.rows.get().target_id == person.pk


def test_commit_writes_what_the_dry_run_promised(checked, data_officer, grid):
    known = ResidentFactory(area=grid, name="赵小莉", id_number=id_number("19910612", 28))
    ResidentFactory(area=grid, name="马丽华", birth="1983-09-01", marital="20")
    batch = checked(
        [
            line(1, "赵小莉", 网格="第一网格", 身份证号=known.id_number, 文化程度="大专"),
            line(2, "吴海燕", 网格="第一网格", 出生年月="1996-03", 家庭住址="加工厂小区4栋602"),
            line(3, "马丽华", 网格="第一网格", 出生年月="1983-09"),
            line(4, "刘春梅", 网格="第十二网格"),
        ]
    )

    assert verdicts(batch) == [Verdict.CHANGED, Verdict.NEW, Verdict.SUSPECT, Verdict.REFUSED]
    assert intake.to_write(batch) == (1, 1)

    batch = committed(batch, data_officer)

    assert (batch.state, batch.counts["written_new"], batch.counts["written_changed"]) == (BatchState.DONE, 1, 1)
    known.refresh_from_db()
    assert (known.education, known.version) == ("30", 2)
    assert sorted(Resident.objects.values_list("name", flat=True)) == ["吴海燕", "赵小莉", "马丽华"]


def test_read_rows_add_up_to_the_five_results(checked, grid):
    rows = [
        line(n, f"张敏{'一二三四五六七八九十'[n % 10]}", 网格="第一网格", 出生年月=f"19{60 + n}-03")
        for n in range(1, 30)
    ]

    batch = checked([*rows, line(None, None, 序号="合计", 备注="29 人")])

    counts = batch.counts
    assert counts["read"] == sum(counts[verdict] for verdict in Verdict.values) == 29
    assert counts["skipped_rows"] == [{"sheet": "", "row": 31, "why": "合计行"}]


def test_same_row_twice_in_one_file_is_refused_once(checked):
    number = id_number("19850412", 26)

    batch = checked([line(1, "张敏", 身份证号=number), line(2, "张敏", 身份证号=number)])

    assert verdicts(batch) == [Verdict.NEW, Verdict.REFUSED]
    assert sentences(batch, 2) == ["身份证号与第 2 行相同"]


def test_two_of_one_name_and_birth_in_one_file_are_asked(checked):
    batch = checked([line(1, "张敏", 出生年月="1985-04"), line(2, "张敏", 出生年月="1985-04")])

    assert verdicts(batch) == [Verdict.NEW, Verdict.SUSPECT]


def test_two_of_one_name_with_different_identity_numbers_are_two_persons(checked):
    batch = checked(
        [line(1, "张敏", 身份证号=id_number("19850412", 26)), line(2, "张敏", 身份证号=id_number("19850412", 48))]
    )

    assert verdicts(batch) == [Verdict.NEW, Verdict.NEW]


@pytest.mark.parametrize(
    ("choice", "names", "phones"),
    [("same", ["张敏"], 1), ("other", ["张敏", "张敏"], 1), ("skip", ["张敏"], 0), ("", ["张敏"], 0)],
)
def test_the_answer_to_a_suspect_decides(checked, data_officer, grid, choice, names, phones):
    ResidentFactory(area=grid, name="张敏", birth="1978-10-03")
    batch = checked([
        line(1, "张敏", 网格="第一网格", 出生年月="1978-10", 联系电话="13800003306"),
        line(2, "李芳", 网格="第一网格"),
    ])  # fmt: skip
    assert verdicts(batch) == [Verdict.SUSPECT, Verdict.NEW]
    intake.choose_row(batch.rows.get(number=1), choice, by=data_officer)

    committed(batch, data_officer)

    assert list(Resident.objects.filter(name="张敏").values_list("name", flat=True)) == names
    assert Phone.objects.count() == phones


# --- traps of real workbooks ----------------------------------------------------------------------------------------
def test_identity_number_typed_as_number_is_never_an_identity_number(checked, data_officer):
    batch = checked([line(1, "刘春梅", 出生年月="1985-04", 身份证号=1.10105194912310e17)])

    committed(batch, data_officer)

    assert sentences(batch)[0].startswith("身份证号被存成了数字")
    assert batch.counts["warned"] == 1
    assert Resident.objects.get().id_number == ""


@pytest.mark.parametrize(
    ("typed", "number", "birth"),
    [(1985.1, None, "1985"), (1985.1, id_number("19851007", 28), "1985-10-07"), (31138, None, "1985-04-01"),
     ("85.3", None, "1985-03"), ("一九八五年三月", None, "1985-03"), ("不详", None, ""), (39, None, "")],
)  # fmt: skip
def test_birth_dates_as_they_are_typed(checked, data_officer, typed, number, birth):
    batch = checked([line(1, "张月娥", 出生年月=typed, 身份证号=number)])

    committed(batch, data_officer)

    assert Resident.objects.get().birth == birth


def test_birth_that_differs_from_the_identity_number_is_kept_and_noted(checked, data_officer):
    batch = checked([line(1, "张敏", 出生年月="1985-05", 身份证号=id_number("19850412", 26))])

    committed(batch, data_officer)

    person = Resident.objects.get()
    assert (person.birth, person.id_note) == ("1985-05", "填的出生日期与身份证号里的（1985-04-12）不一致")
    assert person.id_note in sentences(batch)


def test_title_report_line_two_row_heading_merges_and_totals_are_understood(community, data_officer, grid):
    rows = [
        ["清和社区2024年家庭台账"],
        ["填报单位：　　填报人：　　填报时间："],
        ["序号", "家庭情况", None, None, "家庭成员情况", None, None, None],
        [None, "网格", "户主姓名", "家庭住址", "姓 名", "与户主\n关系", "身份证号（18位）", "性别"],
        [1, "第一网格", "王建国", "精诚公寓2栋1单元301", "王建国", "户主", id_number("19600101", 11), "男"],
        [2, None, None, None, "李秀英", "妻", id_number("19620203", 22), "女"],
        [3, None, None, None, "王小明", "儿子", id_number("19880909", 33), "男"],
        ["合计", None, None, None, "3 人"],
        ["备注：数据截至 6 月底"],
    ]
    merges = ["A1:H1", "A2:H2", "B3:D3", "E3:H3", "A3:A4", "B5:B7", "C5:C7", "D5:D7"]
    file = SimpleUploadedFile("家庭.xlsx", book(rows, merges=merges).getvalue())

    batch = intake.start_import(file, ledger="families", area=community, by=data_officer)
    intake.map_columns(batch, batch.mapping, by=data_officer)
    committed(check_batch(batch), data_officer)

    home = Household.objects.get()
    members = home.memberships.order_by("pk").values_list("resident__name", "relation")
    assert list(members) == [("王建国", "02"), ("李秀英", "12"), ("王小明", "20")]
    assert (home.head_name, home.people, home.area) == ("王建国", 3, grid)


def test_same_as_above_fills_phone_and_address(checked, data_officer):
    batch = checked(
        [
            line(1, "马丽华", 网格="第一网格", 家庭住址="加工厂小区4栋602", 联系电话="13800000417"),
            line(2, "吴海燕", 网格="同上", 家庭住址="同上", 联系电话="〃"),
        ]
    )

    committed(batch, data_officer)

    assert Household.objects.get().people == 2
    assert [p.number for p in Phone.objects.all()] == ["13800000417", "13800000417"]


def test_unknown_labels_are_kept_beside_the_record_and_reported(checked, data_officer):
    batch = checked([line(1, "张敏", 文化程度="私塾", 类别="低保、五七工")])

    committed(batch, data_officer)

    person = Resident.objects.get()
    assert person.raw == {"文化程度": "私塾", "类别": "五七工"}
    assert [s.category for s in person.statuses.all()] == ["DB"]
    assert len(sentences(batch)) == 2


def test_masked_and_missing_phones_do_not_break_a_row(checked, data_officer):
    checked_batch = checked([line(1, "张敏", 联系电话="138****8000"), line(2, "李芳", 联系电话="无电话")])

    committed(checked_batch, data_officer)

    assert [(p.number, p.usable) for p in Phone.objects.all()] == [("138****8000", False)]


def test_minors_and_men_are_refused_by_the_womens_ledger(checked):
    batch = checked([line(1, "周子涵", 出生年月="2020-05"), line(2, "王建国", 身份证号=id_number("19600101", 11))])

    assert verdicts(batch) == [Verdict.REFUSED, Verdict.REFUSED]
    assert [sentences(batch, 1), sentences(batch, 2)] == [["不满 18 周岁，不进妇女台账"], ["性别是男，不进妇女台账"]]


# --- existing records -----------------------------------------------------------------------------------------------
def test_empty_cells_never_delete(checked, data_officer, grid):
    person = ResidentFactory(area=grid, id_number=id_number("19910612", 28), marital="20", note="旧备注")
    PhoneFactory(resident=person, number="13800000417")

    batch = checked([line(1, person.name, 身份证号=person.id_number)])

    assert verdicts(batch) == [Verdict.SAME]


def test_a_less_exact_birth_does_not_blur_the_record(checked, grid):
    person = ResidentFactory(area=grid, birth="1991-06-12", id_number=id_number("19910612", 28))

    batch = checked([line(1, person.name, 身份证号=person.id_number, 出生年月="1991.6")])

    assert verdicts(batch) == [Verdict.SAME]


def test_a_household_changed_after_the_dry_run_keeps_its_address_and_the_row_says_so(checked, data_officer, grid):
    home = HouseholdFactory(area=grid, people=1, address="精诚公寓2栋1单元301", address_key="精诚公寓2-1-301")
    person = ResidentFactory(area=grid, id_number=id_number("19910612", 28), education="60")
    MembershipFactory(resident=person, household=home)
    batch = checked([line(1, person.name, 身份证号=person.id_number, 文化程度="大专", 家庭住址="和平小区9栋1单元101")])
    said = sentences(batch)
    Household.objects.filter(pk=home.pk).update(version=home.version + 1)

    batch = committed(batch, data_officer)

    home.refresh_from_db()
    assert (batch.counts["written_changed"], home.address) == (1, "精诚公寓2栋1单元301")
    assert sentences(batch) == [*said, "试运行之后这户的档案被改过，户的栏目没有写入"]


def test_a_record_changed_after_the_dry_run_is_refused_with_the_present_value(checked, data_officer, grid):
    person = ResidentFactory(area=grid, id_number=id_number("19910612", 28), education="60")
    batch = checked([line(1, person.name, 身份证号=person.id_number, 文化程度="大专"), line(2, "李芳")])
    Resident.objects.filter(pk=person.pk).update(education="20", version=2)

    batch = committed(batch, data_officer)

    assert batch.counts["late"] == 1
    assert sentences(batch)[-1] == "试运行之后这个人的档案被改过，没有写入（文化程度现为“大学本科教育”）"
    person.refresh_from_db()
    assert person.education == "20"


def test_an_identity_number_registered_meanwhile_refuses_the_row(checked, data_officer, grid):
    number = id_number("19910612", 28)
    batch = checked([line(1, "赵小莉", 身份证号=number), line(2, "李芳")])
    ResidentFactory(area=grid, id_number=number)

    batch = committed(batch, data_officer)

    assert (batch.counts["written_new"], batch.counts["late"]) == (1, 1)


def test_somebody_elses_person_is_not_betrayed(checked, stranger):
    theirs = places.grid(1, places.community(13, "翠苑社区"))
    elsewhere = ResidentFactory(area=theirs, name="秘密", id_number=id_number("19910612", 28))

    batch = checked([line(1, "赵小莉", 身份证号=elsewhere.id_number)])

    row = batch.rows.get()
    assert (row.verdict, row.target_id) == (Verdict.REFUSED, None)
    assert sentences(batch) == ["别的网格可能已有此人的记录"]


# --- all or nothing -------------------------------------------------------------------------------------------------
@pytest.fixture
def breaking(monkeypatch):
    """The ledger of women whose write breaks after the last row."""

    def stop(context):
        raise RuntimeError("power cut")

    monkeypatch.setattr(ledgers["women"], "finish_rows", stop)


def test_a_write_that_breaks_leaves_nothing_and_says_so(checked, data_officer, breaking):
    batch = checked([line(n, f"张{c}", 网格="第一网格", 家庭住址="精诚公寓2栋301") for n, c in enumerate("敏芳丽", 1)])
    before = totals()

    with pytest.raises(WriteFailed):
        committed(batch, data_officer)

    batch.refresh_from_db()
    assert totals() == before
    assert batch.state == BatchState.CHECKED
    assert batch.job.message == "写入没有完成，一行也没有写进台账。可以再确认一次。"
    assert not batch.rows.filter(undo__isnull=False).exists()


def test_two_confirmations_are_one_import(checked, data_officer):
    batch = checked([line(1, "张敏")])
    second = ImportBatch.objects.get(pk=batch.pk)
    intake.request_commit(batch, by=data_officer)

    with pytest.raises(ValidationError, match="不用再确认"):
        intake.request_commit(second, by=data_officer)
    commit_batch(batch, by=data_officer)
    commit_batch(second, by=data_officer)

    assert Resident.objects.count() == 1


def test_a_dry_run_whose_worker_died_goes_on_where_it_stopped(checked, data_officer, community, monkeypatch):
    monkeypatch.setattr("fedhub.ledgers.services.check.SLICE", 2)
    number = id_number("19850412", 26)
    rows = [line(1, "张敏", 身份证号=number), *[line(n, f"李{c}") for n, c in zip(range(2, 6), "芳丽娟红", strict=True)],
            line(6, "张敏", 身份证号=number)]  # fmt: skip
    whole = checked(rows)
    batch = intake.start_import(upload(rows), ledger="women", area=community, by=data_officer)
    intake.map_columns(batch, batch.mapping, by=data_officer)
    ImportRow.objects.bulk_create(
        ImportRow(batch=batch, number=r.number, raw=r.raw, parsed=r.parsed, verdict=r.verdict, findings=r.findings)
        for r in whole.rows.filter(number__lte=2)
    )

    check_batch(batch)

    assert verdicts(batch) == verdicts(whole) == ["new"] * 5 + ["refused"]


def test_silent_work_is_started_again_once_and_then_given_up(checked, data_officer, community):
    batch = intake.start_import(upload([line(1, "张敏")]), ledger="women", area=community, by=data_officer)
    intake.map_columns(batch, batch.mapping, by=data_officer)
    long_ago = timezone.now() - timedelta(minutes=5)
    Job.objects.filter(pk=batch.job_id).update(state="running", heartbeat=long_ago)
    restarted = []

    reap_jobs(restarted.append, None)
    Job.objects.filter(pk=batch.job_id).update(state="running", heartbeat=long_ago)
    reap_jobs(restarted.append, None)

    batch.refresh_from_db()
    assert restarted == [batch]
    assert (batch.state, batch.job.state) == (BatchState.FAILED, "failed")


def test_a_write_whose_worker_died_is_given_back_for_another_confirmation(checked, data_officer):
    batch = checked([line(1, "张敏")])
    intake.request_commit(batch, by=data_officer)
    Job.objects.filter(pk=batch.job_id).update(state="writing", heartbeat=timezone.now() - timedelta(minutes=5))

    reap_jobs(None, None)

    batch.refresh_from_db()
    assert (batch.state, batch.job.state) == (BatchState.CHECKED, "failed")


# --- undo -----------------------------------------------------------------------------------------------------------
def state_of_people():
    return {
        "people": sorted(Resident.objects.values_list("name", "birth", "education", "marital", "area_id")),
        "homes": sorted(Household.objects.values_list("address", "head_name", "people", "state")),
        "phones": sorted(phone.number for phone in Phone.objects.all()),
        "members": sorted(Membership.objects.values_list("resident__name", "relation", "valid_to")),
        "categories": sorted(Status.objects.filter(replaced_at=None).values_list("resident__name", "category")),
        "keys": sorted(ResidentKey.objects.values_list("key", flat=True)),
    }


def undone(batch, by):
    intake.request_undo(batch, by=by)
    return undo_batch(batch, by=by)


def test_undo_restores_what_was_before(checked, data_officer, grid):
    person = MembershipFactory(household=HouseholdFactory(area=grid, number="H330106003012-90001")).resident
    PhoneFactory(resident=person)
    StatusFactory(resident=person)
    before = state_of_people()
    batch = checked(
        [
            line(1, person.name, 出生年月=person.birth, 文化程度="大专"),
            line(2, "吴海燕", 网格="第一网格", 家庭住址="加工厂小区4栋602", 联系电话="13800000001", 类别="残疾"),
            line(3, "吴海鸥", 网格="第一网格", 家庭住址="加工厂小区4栋602"),
        ]
    )
    intake.choose_row(batch.rows.get(number=1), "same", by=data_officer)
    batch = committed(batch, data_officer)
    assert state_of_people() != before

    batch = undone(batch, data_officer)

    assert (batch.state, batch.counts["undone"], batch.counts["kept"]) == (BatchState.UNDONE, 3, 0)
    assert state_of_people() == before


def test_numbers_that_an_import_brings_and_its_undo_removes_leave_lines(checked, data_officer, grid):
    known = ResidentFactory(area=grid, name="赵小莉", id_number=id_number("19910612", 28))
    batch = committed(
        checked([
            line(1, "赵小莉", 身份证号=known.id_number, 联系电话="13800000001"),
            line(2, "吴海燕", 网格="第一网格", 联系电话="13800000002"),
        ]),
        data_officer,
    )  # fmt: skip
    undone(batch, data_officer)

    rows = Phone.history.order_by("history_id")
    assert list(rows.values_list("history_type", "number", "history_user_id", "history_change_reason")) == [
        ("+", "13800000002", data_officer.pk, "登记"),
        ("+", "13800000001", data_officer.pk, batch.number),
        ("-", "13800000001", data_officer.pk, f"撤销 {batch.number}"),
        ("-", "13800000002", data_officer.pk, f"撤销 {batch.number}"),
    ]


def test_undo_leaves_alone_what_was_changed_since_and_lists_it(checked, data_officer, grid):
    one = ResidentFactory(area=grid, name="赵小莉", id_number=id_number("19910612", 28))
    two = ResidentFactory(area=grid, name="陈静", id_number=id_number("19881103", 44))
    batch = committed(
        checked([line(n, p.name, 身份证号=p.id_number, 文化程度="大专") for n, p in enumerate((one, two), 1)]),
        data_officer,
    )
    Resident.objects.filter(pk=one.pk).update(note="走访后补充", version=3)

    batch = undone(batch, data_officer)

    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.education, two.education) == ("30", "")
    assert [StagedRow.from_model(r).values["name"] for r in batch.rows.filter(choice="kept")] == ["赵小莉"]


def test_undo_after_72_hours_is_refused(checked, data_officer):
    batch = committed(checked([line(1, "张敏")]), data_officer)
    ImportBatch.objects.filter(pk=batch.pk).update(committed_at=timezone.now() - timedelta(hours=73))
    batch.refresh_from_db()

    with pytest.raises(ValidationError, match="不能再撤销"):
        intake.request_undo(batch, by=data_officer)


def test_raw_rows_go_after_a_day_and_undo_data_after_three(checked, data_officer):
    batch = committed(checked([line(1, "张敏"), line(2, "李芳", 网格="第十二网格")]), data_officer)
    now = batch.committed_at

    purge_imports(now + timedelta(hours=25))

    row = batch.rows.get()
    assert (row.raw, row.parsed, row.findings, bool(row.undo)) == (None, None, None, True)
    assert scratch.names() == set()

    purge_imports(now + timedelta(hours=73))

    assert batch.rows.count() == 0


# --- who may, and hostile files -------------------------------------------------------------------------------------
def test_rows_outside_the_users_grids_are_refused_one_by_one(checked, grid, other_grid):
    officer = user_with(Role.DATA_OFFICER, grid, username="one-grid", name="一格")
    batch = intake.start_import(
        upload([line(1, "张敏", 网格="第一网格"), line(2, "李芳", 网格="第二网格")]),
        ledger="women",
        area=grid,
        by=officer,
    )
    intake.map_columns(batch, batch.mapping, by=officer)

    check_batch(batch)

    assert verdicts(batch) == [Verdict.NEW, Verdict.REFUSED]


@pytest.mark.parametrize(
    "make", [lambda: books.ole("Workbook"), books.overlapping, lambda: books.raw_book(tail="<!DOCTYPE x>")]
)
def test_hostile_files_are_stored_nowhere(community, data_officer, make):
    file = SimpleUploadedFile("台账.xlsx", make().getvalue())

    with pytest.raises(ValidationError):
        intake.start_import(file, ledger="women", area=community, by=data_officer)

    assert (ImportBatch.objects.count(), scratch.names()) == (0, set())


def test_a_mapping_is_remembered_for_the_next_workbook_with_the_same_heading(community, data_officer):
    head = ["编号", "大名", "家在哪里"]
    file = upload([[1, "张敏", "精诚公寓2栋301"]], head=[*head, "身份证号"])
    batch = intake.start_import(file, ledger="women", area=community, by=data_officer)
    intake.map_columns(batch, {"1": "name", "2": "address"}, by=data_officer)

    again = intake.start_import(
        upload([[1, "李芳", "精诚公寓2栋302"]], head=[*head, "身份证号"]),
        ledger="women",
        area=community,
        by=data_officer,
    )

    assert again.mapping == {"1": "name", "2": "address"}


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"2": "name", "3": "name"}, "不止一列"),
        ({"3": "ethnic"}, "还没有指出哪一列是“姓名”"),
        ({"2": "area_id"}, "认不出来"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(community, data_officer, mapping, sentence):
    batch = intake.start_import(upload([line(1, "张敏")]), ledger="women", area=community, by=data_officer)

    with pytest.raises(ValidationError, match=sentence):
        intake.map_columns(batch, mapping, by=data_officer)
