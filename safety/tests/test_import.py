"""What an imported ledger may not keep: it reaches the trained person alone (decisions on data and privacy)."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from fedhub.core.models import AuditEvent, Job, SealedEvent
from fedhub.core.models.jobs import JobState
from fedhub.ledgers.enums import BatchState
from fedhub.ledgers.models import ImportBatch, ImportRow
from fedhub.ledgers.rows import SEALED_NOTE
from fedhub.ledgers.services import intake
from fedhub.ledgers.services.check import check_batch, fail_batch
from fedhub.ledgers.services.commit import commit_batch, release_batch
from fedhub.ledgers.services.keep import RESTARTED, purge_imports, reap_jobs
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
    assert [finding["text"] for finding in row.findings] == ["有一项内容不进台账，转专人"]
    assert row.sealed is None


# --- however an import ends ---------------------------------------------------------------------------------------
VIOLENT = [[1, "第一网格", "张敏", None, "被丈夫殴打"], [2, None, "李芳", None, None]]


def given_up(batch, by):
    intake.cancel_import(batch, by=by)


def failed(batch, by):
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.CHECKING)
    fail_batch(ImportBatch.objects.get(pk=batch.pk), "试运行没有完成")


def lost_with_its_worker(batch, by):
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.CHECKING)
    Job.objects.filter(pk=batch.job_id).update(
        state=JobState.RUNNING,
        message=RESTARTED,
        heartbeat=timezone.now() - timedelta(hours=1),
        finished_at=None,
    )
    reap_jobs(None, None)


def cleared(batch, by):
    purge_imports(now=timezone.now() + timedelta(days=30))


@pytest.mark.parametrize("end", [given_up, failed, lost_with_its_worker, cleared])
def test_however_an_import_ends_the_trained_person_gets_what_the_file_said(checked, data_officer, end):
    batch = checked(VIOLENT)

    end(batch, data_officer)

    report = RiskReport.objects.get()
    assert (report.text, report.subject["name"], report.source) == ("被丈夫殴打", "张敏", "import")
    assert (report.reporter["id"], report.area) == (data_officer.pk, batch.area)
    assert ImportRow.objects.filter(batch=batch, sealed__isnull=False).count() == 0


def test_a_batch_that_was_written_hands_nothing_over_again_when_it_is_cleared(checked, data_officer):
    committed(checked(VIOLENT), data_officer)

    purge_imports(now=timezone.now() + timedelta(days=30))

    assert RiskReport.objects.count() == 1


def test_a_write_that_failed_hands_over_with_the_next_one_alone(checked, data_officer):
    batch = checked(VIOLENT)
    intake.request_commit(batch, by=data_officer)
    release_batch(batch, BatchState.CHECKED, "写入没有完成")
    assert RiskReport.objects.count() == 0

    committed(batch, data_officer)

    assert RiskReport.objects.count() == 1


# --- the same file once more --------------------------------------------------------------------------------------
@pytest.mark.parametrize("end", [committed, given_up])
def test_the_same_file_once_more_makes_no_second_report(checked, data_officer, end):
    end(checked(VIOLENT), data_officer)

    given_up(checked(VIOLENT), data_officer)

    assert RiskReport.objects.count() == 1
    assert SealedEvent.objects.count() == 1
    assert ImportRow.objects.filter(sealed__isnull=False).count() == 0


def test_two_women_of_one_name_in_one_file_are_two_reports_however_often_it_comes(checked, data_officer):
    alike = [*VIOLENT, [3, "第一网格", "张敏", None, "被丈夫殴打"]]

    for _ in range(2):
        given_up(checked(alike), data_officer)

    assert [report.text for report in RiskReport.objects.all()] == ["被丈夫殴打"] * 2


@pytest.mark.parametrize(
    "row",
    [
        [1, "第一网格", "张敏", None, "又被丈夫殴打"],
        [1, "第一网格", "王芳", None, "被丈夫殴打"],
        [1, "第一网格", "张敏", None, "被丈夫殴打", "1985-04"],
    ],
)
def test_another_text_or_another_person_is_another_report(checked, data_officer, row):
    given_up(checked(VIOLENT), data_officer)

    given_up(checked([row], [*HEAD, "出生年月"]), data_officer)

    assert RiskReport.objects.count() == 2


def test_batch_and_page_are_the_same_with_and_without_a_sealed_value(checked, data_officer, as_user):
    """The batch as stored and its page, for two files that differ by one cell, but for the row's 转专人."""
    plain = checked([[1, None, "张敏", "低保", None]])
    sealed = checked([[1, None, "王芳", "低保、受家暴", None]])

    def stored(batch):
        left_out = {"id", "number", "stored", "sha256", "size", "job_id", "created_at", "updated_at", "committed_at",
                    "seconds", "file_name"}  # fmt: skip
        batch.refresh_from_db()
        return {k: v for k, v in vars(batch).items() if not k.startswith("_") and k not in left_out}

    def page(batch, name):
        text = as_user(data_officer).get(batch.get_absolute_url()).content.decode()
        for own in (SEALED_NOTE, name, batch.number, f"/{batch.pk}/"):
            text = text.replace(own, "" if own == SEALED_NOTE else "X")
        text = re.sub(r'(csrfmiddlewaretoken" value=|once_key" value=|X-CSRFToken": )"[^"]*"', r"\1", text)
        text = re.sub(r"/rows/\d+/", "/rows/N/", text)
        return re.sub(r"\d{1,2}:\d{2}|\d+(\.\d+)? (秒|KB|字节)", "T", text)

    assert stored(plain) == stored(sealed)
    assert page(plain, "张敏") == page(sealed, "王芳")

    for batch in (plain, sealed):
        committed(batch, data_officer)

    assert stored(plain) == stored(sealed)
    assert page(plain, "张敏") == page(sealed, "王芳")


# --- what counts as violence --------------------------------------------------------------------------------------


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
