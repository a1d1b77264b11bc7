"""An import is taken back although people of it were met since: they stay and are listed, the rest goes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from concerns.tests.factories import ReceptionFactory
from fedhub.core.privacy import Level, privacy_of
from fedhub.ledgers.enums import BatchState
from fedhub.ledgers.rows import StagedRow
from fedhub.ledgers.services import intake
from fedhub.ledgers.services.check import check_batch
from fedhub.ledgers.services.commit import commit_batch, undo_batch
from fedhub.ledgers.tests.books import book
from grids.tests.factories import VisitChangeFactory, VisitFactory
from households.models import Household, Membership, Resident, ResidentMerge
from households.services.import_undo import USED_SINCE
from households.services.merge import links_of
from households.tests.factories import ResidentFactory


@pytest.fixture(autouse=True)
def _own_scratch(settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path


@pytest.fixture
def imported(community, grid, data_officer):
    """A written batch with two new women of one household."""
    head = ["序号", "网格", "姓名", "出生年月", "家庭住址"]
    rows = [
        [1, "第一网格", "吴海燕", "1985-04", "加工厂小区4栋602"],
        [2, "第一网格", "吴海鸥", "1987-05", "加工厂小区4栋602"],
    ]
    file = SimpleUploadedFile("台账.xlsx", book([head, *rows]).getvalue())
    batch = intake.start_import(file, ledger="women", area=community, by=data_officer)
    intake.map_columns(batch, batch.mapping, by=data_officer)
    batch = check_batch(batch)
    intake.request_commit(batch, by=data_officer)
    return commit_batch(batch, by=data_officer)


def met_on_a_visit(person):
    VisitFactory(household=person.home.household).people.add(person)


def came_to_the_desk(person):
    ReceptionFactory(resident=person)


def said_something_new(person):
    VisitChangeFactory(visit__household=person.home.household, resident=person)


def was_merged_with_another(person):
    ResidentMerge.objects.create(
        kept=person, gone=ResidentFactory(area=person.area), undo={}, reason="重复", made_by=person.created_by
    )


@pytest.mark.parametrize("use", [met_on_a_visit, came_to_the_desk, said_something_new, was_merged_with_another])
def test_whoever_was_worked_with_since_stays_and_the_rest_of_the_import_goes(imported, data_officer, use):
    used = Resident.objects.get(name="吴海燕")
    use(used)
    before = set(Resident.objects.values_list("name", flat=True))

    intake.request_undo(imported, by=data_officer)
    batch = undo_batch(imported, by=data_officer)

    kept = batch.rows.get(choice="kept")
    assert (batch.state, batch.counts["undone"], batch.counts["kept"]) == (BatchState.UNDONE, 1, 1)
    assert (StagedRow.from_model(kept).values["name"], kept.findings[-1]["text"]) == ("吴海燕", USED_SINCE)
    assert set(Resident.objects.values_list("name", flat=True)) == before - {"吴海鸥"}
    assert list(Membership.objects.filter(resident__name__startswith="吴").values_list("resident", flat=True)) == [
        used.pk
    ]


@pytest.mark.parametrize("model", [Resident, Household])
def test_no_sealed_table_points_at_a_person_or_family_so_no_refusal_can_betray_it(model):
    owners = [related._meta.auto_created or related for related, _ in links_of(model, stays=())]

    assert [owner for owner in owners if privacy_of(owner).level >= Level.SEALED] == []
