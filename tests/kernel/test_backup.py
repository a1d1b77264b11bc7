import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from fedhub.core import audit, backup, files
from fedhub.core.audit import chain_head, link_events
from fedhub.core.models import Attachment
from fedhub.core.tests.pictures import jpeg
from households.models import Phone, Resident


@pytest.fixture
def place(settings, tmp_path):
    """Folders of this test's own for backups and media, and a recovery key; gives the key's text."""
    settings.BACKUP_ROOT, settings.MEDIA_ROOT = tmp_path / "backups", tmp_path / "media"
    settings.SCRATCH_ROOT = tmp_path / "tmp"
    backup.public_key_path().unlink(missing_ok=True)
    key = backup.make_recovery_key()
    yield key
    backup.public_key_path().unlink(missing_ok=True)


def fill(grid, worker):
    resident = Resident.objects.create(area=grid, name="王桂兰", sex="2")
    Phone.objects.create(resident=resident, number="13800138000")
    files.store_image(jpeg(), owner=resident, by=worker)


@pytest.mark.django_db(transaction=True)
def test_a_backup_opens_with_the_recovery_key_and_holds_the_same_rows(place, grid, worker, tmp_path):
    fill(grid, worker)

    made = backup.make_backup()
    manifest = backup.unpack_backup(made, backup.read_recovery_key(place), tmp_path / "out")

    assert manifest["tables"]["households_phone"]["rows"] == 1
    before = {t: s for t, s in manifest["tables"].items() if t not in ("core_setting", "core_auditevent")}
    now = backup.table_checksums()
    assert {t: now[t] for t in before} == before
    stored = Attachment.objects.get()
    assert (tmp_path / "out" / "media" / stored.uuid.hex[:2] / stored.uuid.hex).exists()
    assert backup.days_since_backup() == 0


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_no_plain_text_and_no_keyring(place, grid, worker):
    fill(grid, worker)

    data = backup.make_backup().read_bytes()

    assert "王桂兰".encode() not in data
    assert b"13800138000" not in data
    assert b"sqlite" not in data.lower()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("damage", ["cut", "flip", "other"])
def test_a_damaged_torn_or_foreign_backup_is_refused(place, damage, tmp_path):
    made = backup.make_backup()
    key = backup.read_recovery_key(place)
    data = bytearray(made.read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    elif damage == "flip":
        data[len(data) // 2] ^= 1
    else:
        data = bytearray(b"PK\x03\x04" + bytes(100))
    broken = tmp_path / "broken.backup"
    broken.write_bytes(bytes(data))

    with pytest.raises(backup.BackupError):
        backup.unpack_backup(broken, key, tmp_path / "out")


@pytest.mark.django_db(transaction=True)
def test_another_recovery_key_does_not_open_it(place, tmp_path):
    made = backup.make_backup()
    other = backup.read_recovery_key(backup.make_recovery_key())

    with pytest.raises(backup.BackupError, match="恢复密钥不是这份备份的"):
        backup.unpack_backup(made, other, tmp_path / "out")


def test_a_mistyped_recovery_key_is_noticed(place):
    wrong = ("B" if place[0] != "B" else "C") + place[1:]

    with pytest.raises(backup.BackupError, match="恢复密钥不对"):
        backup.read_recovery_key(wrong)


@pytest.fixture
def elsewhere(tmp_path, settings):
    """`run(*words)`: a command of an empty installation with a database and folders of its own, and the same keyring."""
    home = tmp_path / "elsewhere"
    (home / "keys").mkdir(parents=True)
    home.chmod(0o700)
    shutil.copy2(settings.KEYRING.path, home / "keys" / "keyring.json")
    names = {"PATH": os.environ["PATH"], "FEDHUB_HOME": str(home), "DJANGO_SETTINGS_MODULE": "fedhub.settings.prod"}
    made = f"fedhub_restore_{os.getpid()}"
    if connection.vendor == "postgresql":
        config = connection.settings_dict
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {made}")
        owner = f"{quote(config['USER'])}:{quote(config['PASSWORD'])}" if config["PASSWORD"] else quote(config["USER"])
        host = quote(config["HOST"], safe="") + (f":{config['PORT']}" if config["PORT"] else "")
        names["DATABASE_URL"] = f"postgres://{owner}@{host}/{made}"
    else:
        sqlite3.connect(home / "fedhub.sqlite3").close()

    def run(*words):
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]
        return subprocess.run(command, env=names, capture_output=True, text=True, check=False)

    run.home = home
    yield run
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {made} WITH (FORCE)")


@pytest.mark.django_db(transaction=True)
def test_a_backup_comes_back_elsewhere_row_for_row(place, elsewhere, grid, worker, tmp_path):
    fill(grid, worker)
    audit.record("core.backup.check", by=worker)
    link_events()
    Session.objects.create(session_key="k" * 32, session_data="x", expire_date=timezone.now() + timedelta(days=1))
    before, head = backup.table_checksums(), chain_head()
    made = backup.make_backup()
    key_file = tmp_path / "key.txt"
    key_file.write_text(place)

    restored = elsewhere("restore", str(made), "--key-file", str(key_file))

    assert (restored.returncode, restored.stderr) == (0, "")
    assert json.loads(elsewhere("checksum", "--json").stdout) == before
    assert elsewhere("verify_audit", "--anchor", f"{head[0]}:{head[1]}").stdout.strip() == (
        f"审计链完整，共 {head[0]} 条。与 1 个留存的链头相符。链头 {head[0]}:{head[1]}"
    )
    asked = (
        "from django.contrib.sessions.models import Session; from households.models import Phone; "
        "print(Session.objects.count(), Phone.objects.get().number, Phone.objects.get().resident.name)"
    )
    assert elsewhere("shell", "--no-imports", "-c", asked).stdout.split() == ["0", "13800138000", "王桂兰"]
    name = f"{Attachment.objects.get().uuid.hex[:2]}/{Attachment.objects.get().uuid.hex}"
    assert (elsewhere.home / "media" / name).read_bytes() == (settings.MEDIA_ROOT / name).read_bytes()
    again = elsewhere("restore", str(made), "--key-file", str(key_file))
    assert (again.returncode, "这里已经有数据" in again.stderr) == (1, True)


@pytest.mark.django_db(transaction=True)
def test_restore_refuses_a_place_with_data(place, worker, tmp_path):
    made = backup.make_backup()
    key_file = tmp_path / "key.txt"
    key_file.write_text(place)

    with pytest.raises(CommandError, match="这里已经有数据"):
        call_command("restore", str(made), key_file=str(key_file))


def test_old_backups_are_thinned_out(tmp_path):
    for day in range(1, 29):
        (tmp_path / f"fedhub-202602{day:02d}-020000.backup").touch()
    for month in range(1, 13):
        (tmp_path / f"fedhub-2025{month:02d}15-020000.backup").touch()

    backup.prune(tmp_path)

    kept = sorted(p.stem[7:15] for p in tmp_path.glob("*.backup"))
    assert kept[-7:] == [f"202602{day}" for day in range(22, 29)]
    assert [k for k in kept if k.startswith("2025")] == [f"2025{m:02d}15" for m in range(2, 13)]


@pytest.mark.django_db(transaction=True)
def test_checksum_prints_every_lasting_table(grid, capsys):
    call_command("checksum", json=True)

    found = json.loads(capsys.readouterr().out)
    assert found["areas_area"]["rows"] == 4
    assert "django_session" not in found
    assert connection.introspection.table_names().__contains__("django_session")
