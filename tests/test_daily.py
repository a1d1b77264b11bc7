from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from desk import daily
from fedhub.core import backup
from fedhub.core.models import OnceKey


@pytest.fixture
def office(settings, tmp_path):
    """An office's own installation with a recovery key and folders of its own."""
    settings.DEMO = False
    settings.BACKUP_ROOT, settings.MEDIA_ROOT = tmp_path / "backups", tmp_path / "media"
    settings.SCRATCH_ROOT = tmp_path / "tmp"
    backup.make_recovery_key()
    yield settings
    backup.public_key_path().unlink(missing_ok=True)


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_made_once_a_day(noon, office):
    daily.daily_backup()
    noon.shift(timedelta(hours=1))
    daily.daily_backup()
    noon.shift(timedelta(hours=20))
    daily.daily_backup()

    assert len(list(office.BACKUP_ROOT.glob("*.backup"))) == 2


@pytest.mark.django_db(transaction=True)
def test_the_demo_makes_no_backups(office):
    office.DEMO = True

    daily.daily_backup()

    assert list(office.BACKUP_ROOT.glob("*")) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL looks over its indexes by itself")
@pytest.mark.django_db
def test_sqlite_looks_over_its_indexes_once_a_day(grid):
    def known():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'areas_area'")
            return cursor.fetchone()[0]

    daily.look_over_indexes()

    assert known() > 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_stat1")
    daily.look_over_indexes()
    assert known() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=21)):
        daily.look_over_indexes()
    assert known() > 0


@pytest.mark.django_db
def test_once_keys_are_forgotten_after_a_week(worker):
    old = OnceKey.objects.create(user=worker, key="7f0c0c1e-2a55-4b0e-9d55-0a5a2a7d6a11", view="x")
    OnceKey.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(days=8))
    new = OnceKey.objects.create(user=worker, key="7f0c0c1e-2a55-4b0e-9d55-0a5a2a7d6a12", view="x")

    daily.forget_old_keys()

    assert list(OnceKey.objects.all()) == [new]


@pytest.mark.django_db
def test_background_tasks_are_forgotten_after_a_day_also_those_whose_worker_died():
    now = timezone.now()
    facts = {"task_path": "fedhub.ledgers.tasks.check_import", "args_kwargs": {"args": [1], "kwargs": {}}}
    for status in (TaskResultStatus.SUCCESSFUL, TaskResultStatus.RUNNING):
        for hours in (23, 25):
            DBTaskResult.objects.create(status=status, started_at=now - timedelta(hours=hours), run_after=now, **facts)
    waiting = DBTaskResult.objects.create(run_after=now - timedelta(days=2), **facts)

    daily.forget_old_tasks()

    left = DBTaskResult.objects.order_by("started_at")
    assert left.filter(started_at__lt=now - timedelta(days=1)).count() == 0
    assert (left.count(), left.filter(pk=waiting.pk).count()) == (3, 1)
