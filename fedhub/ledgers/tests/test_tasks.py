"""Background work: its progress while others write, and what becomes of it when its worker dies."""

from contextlib import closing
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from fedhub.areas.models import Area
from fedhub.areas.tests import factories as places
from fedhub.core.models import Job
from fedhub.ledgers.services.check import end_job
from fedhub.ledgers.services.export import _Progress
from fedhub.ledgers.services.keep import NOT_WRITTEN, reap_jobs
from fedhub.ledgers.tasks import check_import, commit_import, in_line, make_export
from fedhub.ledgers.tests.factories import ExportRecordFactory, ImportBatchFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent_job(data_officer):
    """`silent_job(kind, state)`: a job that has said nothing for five minutes."""

    def make(kind, state="waiting"):
        job = Job.objects.create(kind=kind, owner=data_officer, state=state)
        Job.objects.filter(pk=job.pk).update(heartbeat=timezone.now() - timedelta(minutes=5))
        return job

    return make


def put_in_line(task, key, *, status=TaskResultStatus.READY, started=None):
    now = timezone.now()
    return DBTaskResult.objects.create(
        task_path=task.module_path, args_kwargs={"args": [key], "kwargs": {}}, run_after=now, status=status,
        started_at=now - started if started else None, queue_name="slow",
    )  # fmt: skip


def test_work_that_waits_for_a_worker_is_in_line_and_so_is_what_was_taken_just_now(db):
    put_in_line(check_import, 1)
    put_in_line(commit_import, 2, status=TaskResultStatus.RUNNING, started=timedelta(seconds=5))
    put_in_line(check_import, 3, status=TaskResultStatus.RUNNING, started=timedelta(minutes=5))
    put_in_line(check_import, 4, status=TaskResultStatus.SUCCESSFUL, started=timedelta(seconds=5))
    put_in_line(make_export, 5)

    assert in_line() == ({1, 2}, {5})


def test_a_dry_run_that_waits_its_turn_is_left_alone(silent_job, data_officer):
    job = silent_job("ledgers.check")
    batch = ImportBatchFactory(state="checking", job=job, created_by=data_officer)
    restarted = []

    count = reap_jobs(restarted.append, None, ({batch.pk}, set()))

    job.refresh_from_db()
    assert (count, restarted, job.state, job.message) == (0, [], "waiting", "")


def test_a_dry_run_whose_worker_died_before_the_first_row_is_started_again(silent_job, data_officer):
    job = silent_job("ledgers.check")
    batch = ImportBatchFactory(state="checking", job=job, created_by=data_officer)
    restarted = []

    count = reap_jobs(restarted.append, None, (set(), set()))

    assert (count, restarted) == (1, [batch])


def test_a_write_whose_worker_died_before_the_first_row_is_given_back(silent_job, data_officer):
    job = silent_job("ledgers.commit")
    batch = ImportBatchFactory(state="writing", job=job, created_by=data_officer)

    reap_jobs(None, None, (set(), set()))

    batch.refresh_from_db()
    assert (batch.state, batch.job.state, batch.job.message) == ("checked", "failed", NOT_WRITTEN)


def test_an_export_whose_worker_died_before_the_first_row_is_started_again(silent_job, data_officer):
    record = ExportRecordFactory(job=silent_job("ledgers.export"), created_by=data_officer)
    restarted = []

    reap_jobs(None, restarted.append, (set(), set()))

    assert restarted == [record]


def test_work_that_is_over_keeps_what_it_says(silent_job):
    job = silent_job("ledgers.commit", "writing")
    end_job(job.pk, "done", "已写入台账。")

    end_job(job.pk, "failed", NOT_WRITTEN)

    job.refresh_from_db()
    assert (job.state, job.message) == ("done", "已写入台账。")


@pytest.mark.django_db(transaction=True)
def test_the_progress_of_an_export_is_told_although_others_write_while_it_reads(silent_job):
    for number in range(1, 4):
        places.grid(number)
    job = silent_job("ledgers.export", "running")

    def somebody_saves():
        places.grid(4)
        connection.close()

    reading = Area.objects.order_by("pk").iterator(chunk_size=1)
    next(reading)
    writer = Thread(target=somebody_saves)
    writer.start()
    writer.join()
    with closing(_Progress(job.pk)) as progress:
        for _ in range(_Progress.EVERY):
            progress({})
    reading.close()

    job.refresh_from_db()
    assert job.done == _Progress.EVERY
