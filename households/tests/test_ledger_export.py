"""Exports: the columns, the masks, the scope, the register, and the way back in without a change."""

import hashlib
import io
from contextlib import closing
from datetime import time, timedelta

import pytest
import tablib
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from fedhub.areas.enums import AreaKind
from fedhub.areas.tests import factories as places
from fedhub.core.acting import acting_as
from fedhub.core.models import AuditEvent
from fedhub.core.text import chinese_date, mask_id
from fedhub.core.versions import save_version
from fedhub.ledgers import scratch
from fedhub.ledgers.enums import Verdict
from fedhub.ledgers.models import ExportRecord
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.services import intake
from fedhub.ledgers.services.check import check_batch
from fedhub.ledgers.services.commit import commit_batch
from fedhub.ledgers.services.export import export_ledger, take_export, title_of, write_export
from fedhub.ledgers.services.keep import purge_exports
from fedhub.reference.lookup import labels
from households.asof import end_of
from households.enums import ExitReason
from households.models import Household, HouseholdPlace, Membership, Resident, Status
from households.services.households import move_household
from households.services.life import move_out
from households.services.status import correct_status, end_status, open_status
from households.tests.factories import (
    ConsentFactory,
    HouseholdFactory,
    MembershipFactory,
    PhoneFactory,
    ResidentFactory,
    SafeContactFactory,
    StatusFactory,
    id_number,
)


@pytest.fixture(autouse=True)
def _own_scratch(settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path


@pytest.fixture
def people(grid, other_grid):
    """A family in the first grid, a woman with phones and categories in the second, a child and a man."""
    home = HouseholdFactory(area=grid, number="H330106003012-90001")
    wife = ResidentFactory(
        area=grid, name="王桂兰", birth="1962-02-03", id_number=id_number("19620203", 22), marital="20", note="=1+1"
    )
    MembershipFactory(household=home, resident=wife)
    MembershipFactory(household=home, resident__name="王小明", resident__sex="1", relation="20")
    MembershipFactory(household=home, resident__name="周子涵", resident__birth="2020-05", relation="42")
    other = ResidentFactory(area=other_grid, name="赵小莉", birth="1991", education="30", raw={"文化程度": "夜大"})
    PhoneFactory(resident=other, number="13800000417")
    PhoneFactory(resident=other, number="0571-88880000", position=2)
    StatusFactory(resident=other, category="DB")
    StatusFactory(resident=other, category="CJ")
    return {"wife": wife, "other": other, "home": home}


def recorded_on(day):
    """Everything that stands in the files now was registered on `day`."""
    moment = timezone.now() - (timezone.localdate() - day)
    for model in (Resident, Household):
        model.history.update(history_date=moment)
        model.objects.update(created_at=moment, updated_at=moment)
    Membership.objects.update(created_at=moment, updated_at=moment)
    HouseholdPlace.objects.update(recorded_at=moment)
    Status.objects.update(recorded_at=moment)


def sheet_of(data):
    """`(title, head, rows)` of an exported workbook; the total row is left out."""
    lines = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(data)).active.iter_rows()]
    head = next(line for line in lines if line[0] == "序号")
    return lines[0][0], head, [line for line in lines[lines.index(head) + 1 :] if str(line[0]).isdigit()]


def column(data, label):
    _, head, rows = sheet_of(data)
    return [row[head.index(label)] for row in rows]


def test_the_womens_ledger_holds_women_of_age_in_scope_with_masked_numbers(people, data_officer):
    record, data = export_ledger(ledgers["women"], by=data_officer)

    assert sheet_of(data)[0] == "妇女基本情况台账"
    assert column(data, "姓名") == ["王桂兰", "赵小莉"]
    assert column(data, "身份证号") == ["330106********0221"[:14] + people["wife"].id_number[-4:], None]
    assert column(data, "联系电话") == [None, "138****0417、0571-****0000"]
    assert column(data, "类别") == [None, "低保、残疾"]
    record.refresh_from_db()
    assert (record.rows, record.mode, record.downloads) == (2, "masked", 1)
    assert record.sha256 == hashlib.sha256(data).hexdigest()


def test_a_text_that_looks_like_a_formula_stays_text(people, data_officer):
    _, data = export_ledger(ledgers["women"], by=data_officer)

    cells = [c for row in load_workbook(io.BytesIO(data)).active.iter_rows() for c in row if c.value == "=1+1"]

    assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.parametrize("full", [False, True])
def test_of_a_child_a_ledger_holds_the_name_and_the_kind_of_entry(people, data_officer, full):
    """Numbers of children are masked in whole exports too; health, work and remarks are left out."""
    girl = ResidentFactory(
        area=people["wife"].area, name="陈雨桐", birth="2019-05-01", health="41", note="怕黑", workplace="文新小学",
        id_number=id_number("20190501", 26),
    )  # fmt: skip
    PhoneFactory(resident=girl, number="13912345678")
    StatusFactory(resident=girl, category="LSET")

    _, data = export_ledger(ledgers["families"], full=full, purpose="核对", by=data_officer)

    lines = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(data)).active.iter_rows()]
    head = next(line for line in lines if "姓名" in line)
    row = dict(zip(head, next(line for line in lines if "陈雨桐" in line), strict=True))
    told = [row[name] for name in ("类别", "身份证号", "联系电话", "健康状况", "工作单位（职业）", "备注")]
    assert told == ["留守儿童", mask_id(girl.id_number), "139****5678", None, None, None]


def test_another_communitys_chair_gets_nothing(people, stranger):
    with pytest.raises(ValidationError, match="一个人也没有"):
        export_ledger(ledgers["women"], by=stranger)


def test_whole_numbers_need_the_right_and_a_purpose(people, data_officer, worker):
    with pytest.raises(ValidationError, match="用途"):
        export_ledger(ledgers["women"], full=True, by=data_officer)
    with pytest.raises(ValidationError, match="权限"):
        export_ledger(ledgers["women"], full=True, purpose="上报", by=worker)

    record, data = export_ledger(ledgers["women"], full=True, purpose="上报街道", by=data_officer)

    assert column(data, "身份证号")[0] == people["wife"].id_number
    event = AuditEvent.objects.get(action="ledgers.exportrecord.make")
    assert (event.reason, event.detail["rows"], event.actor_id) == ("上报街道", 2, data_officer.pk)
    footer = load_workbook(io.BytesIO(data)).active.oddFooter
    assert record.number in str(footer.left.text)


def test_category_and_day_narrow_the_ledger_as_it_was_then(people, data_officer):
    status = people["other"].statuses.get(category="DB")
    today = timezone.localdate()
    recorded_on(today - timedelta(days=90))
    end_status(status, on=today - timedelta(days=10), reason=ExitReason.OUT, by=data_officer)

    def names(**filters):
        _, data = export_ledger(ledgers["women"], filters={"category": "DB", **filters}, by=data_officer)
        return column(data, "姓名")

    before = (today - timedelta(days=20)).isoformat()
    assert names(as_of=before) == ["赵小莉"]
    assert names(as_of=before, known_on=today.isoformat()) == ["赵小莉"]
    with pytest.raises(ValidationError):
        names()


def test_families_come_together_head_first(people, data_officer, grid):
    _, data = export_ledger(ledgers["families"], filters={"area": grid.pk}, by=data_officer)

    workbook = load_workbook(io.BytesIO(data))
    labels = [lower.value or upper.value for upper, lower in zip(workbook.active[3], workbook.active[4], strict=True)]
    rows = [[c.value for c in row] for row in load_workbook(io.BytesIO(data)).active.iter_rows(min_row=5, max_row=7)]
    assert [row[labels.index("姓名")] for row in rows] == ["王桂兰", "王小明", "周子涵"]
    assert [row[labels.index("户号")] for row in rows] == ["H330106003012-90001", None, None]


def test_a_familys_category_stands_with_each_of_its_members_after_their_own(people, data_officer, grid):
    StatusFactory(resident=None, household=people["home"], category="DB")
    StatusFactory(resident=people["wife"], category="CJ")

    _, data = export_ledger(ledgers["women"], filters={"category": "DB", "area": grid.pk}, by=data_officer)

    assert (column(data, "姓名"), column(data, "类别")) == (["王桂兰"], ["残疾、低保"])


def test_a_unit_without_its_own_committee_member_has_that_of_its_grid(committee, data_officer, grid):
    unit = places.place(f"{grid.code}01", "第一联户单元", AreaKind.UNIT, grid)
    ResidentFactory(area=unit)

    _, data = export_ledger(ledgers["women"], by=data_officer)

    assert column(data, "包保执委") == ["何晓燕"]


# --- safe contact ---------------------------------------------------------------------------------------------------
def only_at_home(person):
    SafeContactFactory(resident=person, channels=["home"])


def neutral_words(person):
    SafeContactFactory(resident=person, neutral=True)


def husband_may_answer(person):
    SafeContactFactory(resident=person, spouse_may_answer=True)


def only_in_the_morning(person):
    SafeContactFactory(resident=person, hour_to=time(11, 30))


def consent_withdrawn(person):
    ConsentFactory(resident=person, withdrawn_on=timezone.localdate())


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize(
    "asked", [only_at_home, neutral_words, husband_may_answer, only_in_the_morning, consent_withdrawn]
)
def test_a_number_that_may_not_simply_be_called_goes_out_as_no_number_and_is_counted(
    people, data_officer, community, asked, full
):
    asked(people["other"])

    record, data = export_ledger(ledgers["women"], full=full, purpose="核对", by=data_officer)
    record.refresh_from_db()
    batch = back(data, "women", community, data_officer)

    assert (column(data, "联系电话"), record.phones_held) == ([None, None], 1)
    assert batch.counts["same"] == batch.counts["read"] == 2
    assert people["other"].phones.count() == 2


def test_whoever_may_be_called_at_any_hour_keeps_her_number(people, data_officer):
    SafeContactFactory(resident=people["other"])
    ConsentFactory(resident=people["other"], withdrawn_on=timezone.localdate())
    ConsentFactory(resident=people["other"], given_on=timezone.localdate())

    record, data = export_ledger(ledgers["women"], by=data_officer)

    assert (column(data, "联系电话")[1], record.phones_held) == ("138****0417、0571-****0000", 0)


# --- as of an earlier day -------------------------------------------------------------------------------------------
TODAY = timezone.localdate()
NOVEMBER, DECEMBER, MAY = TODAY - timedelta(days=380), TODAY - timedelta(days=330), TODAY - timedelta(days=200)


@pytest.fixture
def year_end(people, grid, other_grid):
    """The people, registered in November with memberships, places and categories since."""
    Membership.objects.update(valid_from=NOVEMBER)
    HouseholdPlace.objects.update(valid_from=NOVEMBER)
    Status.objects.update(valid_from=NOVEMBER)
    recorded_on(NOVEMBER)
    return people


def exported(by, ledger="women", **filters):
    """`(head, rows)` of the ledger as `by` exports it."""
    _, head, rows = sheet_of(export_ledger(ledgers[ledger], filters=filters, by=by)[1])
    return head, rows


def test_what_happened_or_was_registered_since_does_not_change_the_ledger_of_december(
    year_end, data_officer, other_grid
):
    december = {"as_of": DECEMBER.isoformat()}
    before = exported(data_officer, **december), exported(data_officer, "families", **december)

    with time_machine.travel(end_of(MAY) - timedelta(hours=6)):
        wife, other, home = year_end["wife"], year_end["other"], year_end["home"]
        move_household(home, other_grid, reason="换房", by=data_officer)
        wife.refresh_from_db()
        wife.name, wife.education = "王桂芝", "30"
        save_version(wife, ["name", "education"], base_version=wife.version)
        home.refresh_from_db()
        home.housing = "rented"
        save_version(home, ["housing"], base_version=home.version)
        correct_status(other.statuses.get(category="DB"), category="TK", by=data_officer)
        open_status(resident=other, category="DQMQ", valid_from=DECEMBER - timedelta(days=20), by=data_officer)
        ResidentFactory(area=other_grid, name="新来的")
        wife.refresh_from_db()
        move_out(wife, on=MAY, why="外地工作", by=data_officer)

    assert (exported(data_officer, **december), exported(data_officer, "families", **december)) == before
    head, rows = before[0]
    assert [row[head.index("姓名")] for row in rows] == ["王桂兰", "赵小莉"]


def test_a_later_day_of_registration_shows_what_came_late_and_says_so(year_end, data_officer):
    with time_machine.travel(end_of(MAY) - timedelta(hours=6)):
        other = year_end["other"]
        correct_status(other.statuses.get(category="DB"), category="TK", by=data_officer)
        open_status(
            household=year_end["home"], category="DQMQ", valid_from=DECEMBER - timedelta(days=20), by=data_officer
        )

    head, rows = exported(data_officer, as_of=DECEMBER.isoformat(), known_on=MAY.isoformat())

    names = labels("hardship_category")
    shown = {row[head.index("姓名")]: (row[head.index("类别")], row[head.index("备注")]) for row in rows}
    assert shown == {
        "王桂兰": (names["DQMQ"], f"=1+1；补录：{names['DQMQ']}（{MAY} 登记）"),
        "赵小莉": (f"{names['CJ']}、{names['TK']}", f"更正：{names['TK']}（{MAY} 登记）"),
    }


def test_the_ledger_of_an_earlier_day_costs_the_same_queries_for_any_number_of_rows(
    year_end, data_officer, community, grid, django_assert_num_queries
):
    ledger, filters = ledgers["women"], {"as_of": DECEMBER.isoformat(), "known_on": MAY.isoformat()}
    data_officer.scope(ledger.export_permission)

    for area, rows in ((grid.pk, 1), (community.pk, 2)):
        with acting_as(data_officer), django_assert_num_queries(19):
            assert len(list(ledger.export(user=data_officer, filters=filters | {"area": area}).stream())) == rows


def test_the_title_says_which_day_the_ledger_shows_and_the_file_is_still_read(year_end, data_officer, community):
    filters = {"as_of": "2025-12-31", "known_on": "2026-01-05"}
    day = timezone.localdate().isoformat()

    assert title_of(ledgers["women"], filters) == "妇女基本情况台账（截至2025年12月31日，登记到2026年1月5日）"
    _, data = export_ledger(ledgers["women"], filters={"as_of": day}, by=data_officer)
    assert sheet_of(data)[0] == f"妇女基本情况台账（截至{chinese_date(timezone.localdate())}）"
    batch = back(data, "women", community, data_officer)
    assert batch.counts["same"] == batch.counts["read"] == 2


# --- back in again --------------------------------------------------------------------------------------------------
def back(data, ledger, area, by):
    batch = intake.start_import(SimpleUploadedFile("台账.xlsx", data), ledger=ledger, area=area, by=by)
    intake.map_columns(batch, batch.mapping, by=by)
    return check_batch(batch)


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("ledger", ["women", "families"])
def test_an_exported_file_comes_back_without_a_change(people, data_officer, community, ledger, full):
    _, data = export_ledger(ledgers[ledger], full=full, purpose="核对", by=data_officer)

    batch = back(data, ledger, community, data_officer)

    told = [(r.verdict, r.findings) for r in batch.rows.exclude(verdict=Verdict.SAME)]
    assert told == []
    assert batch.counts["same"] == batch.counts["read"] > 1


def test_three_edited_cells_are_exactly_three_changed_rows(data_officer, community, grid):
    for number in range(1, 7):
        home = HouseholdFactory(area=grid, number=f"H330106003012-9000{number}")
        MembershipFactory(household=home, resident__name=f"李{'芳丽娟红燕'[number % 5]}{number}", resident__area=grid)
    _, data = export_ledger(ledgers["women"], full=True, purpose="核对", by=data_officer)
    workbook = load_workbook(io.BytesIO(data))
    sheet = workbook.active
    head = {cell.value: cell.column for cell in sheet[3]}
    sheet.cell(4, head["文化程度"]).value = "大专"
    sheet.cell(6, head["联系电话"]).value = "13800002286"
    sheet.cell(8, head["婚姻状况"]).value = "丧偶"
    edited = io.BytesIO()
    workbook.save(edited)

    batch = back(edited.getvalue(), "women", community, data_officer)
    assert [r.number for r in batch.rows.filter(verdict=Verdict.CHANGED).order_by("number")] == [1, 3, 5]
    assert batch.counts["same"] == 3
    intake.request_commit(batch, by=data_officer)
    commit_batch(batch, by=data_officer)

    assert Resident.objects.filter(version=2).count() == 3


def test_rows_of_another_area_do_not_match_by_their_file_number(data_officer, community):
    theirs = places.grid(1, places.community(13, "翠苑社区"))
    elsewhere = ResidentFactory(area=theirs, name="秘密")
    head, values = ["姓名", "档案号", "文化程度"], [["秘密", f"D{elsewhere.pk:07d}", "大专"]]
    dataset = tablib.Dataset(*values, headers=head)

    result = ledgers["women"].import_data(dataset, dry_run=True, user=data_officer, area=community)

    assert (result.totals["new"], result.totals["update"]) == (1, 0)


def test_the_face_of_import_export_is_kept(data_officer, community, grid):
    dataset = tablib.Dataset(["张敏", "第一网格"], ["李芳", "第九网格"], headers=["姓名", "网格"])

    result = ledgers["women"].import_data(dataset, user=data_officer, area=community)

    assert dict(result.totals)["new"] == 1
    assert [row.number for row in result.invalid_rows] == [2]
    assert ledgers["women"].export(user=data_officer).headers == ledgers["women"].get_export_headers()
    assert Resident.objects.get().name == "张敏"


# --- large exports --------------------------------------------------------------------------------------------------
@pytest.fixture
def large(people, data_officer, monkeypatch):
    """An export beyond the limit for direct files."""
    monkeypatch.setattr("fedhub.ledgers.services.export.rule", lambda key: {"export_background_rows": 1}.get(key, 24))
    record, data = export_ledger(ledgers["women"], full=True, purpose="上报街道", by=data_officer)
    assert data is None
    return write_export(record)


def test_a_large_export_lies_sealed_and_its_downloads_are_counted(large, people, data_officer):
    [name] = scratch.names()
    stored = (scratch._path(name)).read_bytes()

    with closing(take_export(large, by=data_officer)) as file:
        data = b"".join(file)

    large.refresh_from_db()
    assert people["wife"].id_number.encode() not in stored
    assert not stored.startswith(b"PK")
    assert column(data, "姓名") == ["王桂兰", "赵小莉"]
    assert (large.downloads, large.job.state, large.sha256) == (1, "done", hashlib.sha256(data).hexdigest())


def test_a_damaged_file_of_a_large_export_is_not_handed_out_in_part(large, data_officer):
    path = scratch._path(large.stored)
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(ValidationError, match="已经删除"):
        take_export(large, by=data_officer)

    large.refresh_from_db()
    assert large.downloads == 0


def test_a_large_export_that_stops_leaves_no_file(people, data_officer, monkeypatch):
    monkeypatch.setattr("fedhub.ledgers.services.export.rule", lambda key: {"export_background_rows": 1}.get(key, 24))
    record, _ = export_ledger(ledgers["women"], by=data_officer)
    monkeypatch.setattr("fedhub.ledgers.stream.MAX_SHEET_ROWS", 5)

    with pytest.raises(ValueError, match="so many rows"):
        write_export(record)

    record.refresh_from_db()
    assert (record.stored, scratch.names()) == ("", set())


def test_only_who_exported_may_fetch_the_file(large, chair):
    with pytest.raises(ValidationError, match="只有导出的人"):
        take_export(large, by=chair)


def test_the_file_of_a_large_export_goes_after_a_day_and_the_register_stays(large, data_officer):
    purge_exports(timezone.now() + timedelta(hours=25))

    large.refresh_from_db()
    assert (large.stored, scratch.names()) == ("", set())
    with pytest.raises(ValidationError, match="已经删除"):
        take_export(large, by=data_officer)
    assert ExportRecord.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_export_costs_the_same_queries_for_any_number_of_rows(data_officer, grid, rows, django_assert_num_queries):
    for number in range(rows):
        home = HouseholdFactory(area=grid, number=f"H330106003012-9000{number}")
        MembershipFactory(household=home, resident__name=f"李芳{number}", resident__area=grid)
    ledger = ledgers["women"]
    data_officer.scope(ledger.export_permission)

    with acting_as(data_officer), django_assert_num_queries(12):
        found = list(ledger.export(user=data_officer).stream())

    assert len(found) == rows
