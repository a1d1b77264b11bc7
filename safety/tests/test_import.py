"""What an imported ledger may not keep: it reaches the trained person alone (decisions on data and privacy)."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fedhub.core.models import AuditEvent
from fedhub.ledgers.services import intake
from fedhub.ledgers.services.check import check_batch
from fedhub.ledgers.services.commit import commit_batch
from fedhub.ledgers.tests.books import book
from households.models import Resident, Status
from households.resources import sealed_part
from safety.models import RiskReport

HEAD = ["序号", "网格", "姓名", "类别", "备注"]


@pytest.fixture(autouse=True)
def _own_scratch(settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path


@pytest.fixture
def checked(community, data_officer, grid):
    """`checked(rows)` uploads and dry-runs a women's ledger as the data officer."""

    def run(rows, head=HEAD):
        file = SimpleUploadedFile("台账.xlsx", book([head, *rows]).getvalue())
        batch = intake.start_import(file, ledger="women", area=community, by=data_officer)
        intake.map_columns(batch, batch.mapping, by=data_officer)
        return check_batch(batch)

    return run


def committed(batch, by):
    intake.request_commit(batch, by=by)
    return commit_batch(batch, by=by)


def test_violence_in_a_cell_opens_a_sealed_report_and_leaves_the_ledger(checked, data_officer, safety_officer, grid):
    batch = checked([[1, "第一网格", "张敏", "低保、受家暴", None], [2, None, "李芳", None, None]])
    row = batch.rows.get(number=1)
    assert RiskReport.objects.count() == 0
    assert "家暴" not in json.dumps([row.parsed, row.raw, row.findings], ensure_ascii=False)

    committed(batch, data_officer)

    report = RiskReport.objects.visible_to(safety_officer).get()
    row.refresh_from_db()
    assert (report.text, report.subject["name"], report.area, report.source) == ("受家暴", "张敏", grid, "import")
    assert [s.category for s in Resident.objects.get(name="张敏").statuses.all()] == ["DB"]
    assert [finding["text"] for finding in row.findings] == ["有一项内容不进台账，已转专人"]
    assert "x" not in row.parsed


def test_a_ticked_column_about_violence_is_never_a_category(checked, data_officer):
    batch = checked([[1, None, "张敏", None, None, "是"], [2, None, "李芳", None, None, "否"]], [*HEAD, "是否受家暴"])

    committed(batch, data_officer)

    assert [report.subject["name"] for report in RiskReport.objects.all()] == ["张敏"]
    assert Status.objects.count() == 0


def test_a_refused_row_still_reaches_the_trained_person(checked, data_officer):
    batch = checked([[1, "第十二网格", "张敏", None, "被丈夫殴打"], [2, None, "李芳", None, None]])

    committed(batch, data_officer)

    assert RiskReport.objects.get().text == "被丈夫殴打"


def test_the_open_trail_of_an_import_does_not_tell_of_a_report(checked, data_officer):
    plain = committed(checked([[1, None, "张敏", "低保", None]]), data_officer)
    sealed = committed(checked([[1, None, "王芳", "低保、受家暴", None]]), data_officer)

    def trail(batch):
        events = AuditEvent.objects.filter(target_label="ledgers.ImportBatch", target_id=batch.pk)
        return [(e.action, {k: v for k, v in e.detail.items() if k != "sha256"}) for e in events.order_by("id")]

    assert trail(plain) == trail(sealed)
    assert plain.counts == sealed.counts


@pytest.mark.parametrize(
    ("heading", "text", "kept", "sealed"),
    [
        ("类别", "低保、受家暴", "低保", "受家暴"),
        ("备注", "无家暴", "无家暴", ""),
        ("备注", "独居；曾被儿子殴打", "独居", "曾被儿子殴打"),
        ("是否受暴力侵害", "√", "", "是否受暴力侵害：√"),
        ("是否受暴力侵害", "否", "否", ""),
        ("姓名", "张敏", "张敏", ""),
    ],
)
def test_what_of_a_cell_is_sealed(heading, text, kept, sealed):
    assert sealed_part(heading, text) == (kept, sealed)
