"""Imports end to end: traps of real workbooks, dry run, commit, undo, scopes (handbook 3.2; acceptance F1)."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from fedhub.core.models import Job
from fedhub.ledgers.enums import BatchState, Verdict
from fedhub.ledgers.models import ImportBatch, ImportRow
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.rows import StagedRow
from fedhub.ledgers.services import intake
from fedhub.ledgers.services.check import check_batch
from fedhub.ledgers.services.commit import WriteFailed, commit_batch, undo_batch
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

HEAD = ["序号", "网格", "姓名", "民族", "出生年月", "身份证号", "文化程度", "婚姻状况", "家庭住址", "联系电话", "类别", "备注"]
PEOPLE = Resident, Household, Phone, Membership, Status


def line(number, name, **more):
    """One row under HEAD; keys are headings."""
    values = {"序号": number, "姓名": name} | more
    return [values.get(heading) for heading in HEAD]


def upload(rows, *, name="台账.xlsx", head=HEAD, **options):
    file = book([head, *rows], **options)
    return SimpleUploadedFile(name, file.getvalue())


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

    batch = checked([line(1, "张敏", 网格="第一网格", 出生年月="1985-04", 家庭住址="精诚公寓2栋1单元301", 类别="低保")])

    assert batch.state == BatchState.CHECKED
    assert batch.counts == {"new": 1, "changed": 0, "same": 0, "suspect": 0, "refused": 0, "read": 1, "skipped": 0,
                            "skipped_rows": []}  # fmt: skip
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
