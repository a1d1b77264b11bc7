"""`manage.py restore FILE`: bring a backup back into an empty installation, then prove that it is the same."""

import getpass
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from fedhub.core.audit import link_events, verify_chain
from fedhub.core.backup import FLEETING, BackupError, _run_pg, compare, database_path, read_recovery_key, unpack_backup


class Command(BaseCommand):
    help = "把备份恢复到一个空的安装里，然后逐表核对、核对审计链，所有人需要重新登录。"

    def add_arguments(self, parser):
        parser.add_argument("path")
        parser.add_argument("--key-file", default="", help="写着恢复密钥的文件；不给就在屏幕上输入")

    def handle(self, *args, path, key_file="", **options):
        try:
            text = Path(key_file).read_text() if key_file else getpass.getpass("恢复密钥：")
            private = read_recovery_key(text)
            self._must_be_empty()
            with tempfile.TemporaryDirectory(dir=self._scratch()) as folder:
                manifest = unpack_backup(path, private, folder)
                self._check(manifest)
                self._put_back(Path(folder))
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"读不了 {path}：{error.strerror}。") from error
        different = compare(manifest)
        if different:
            raise CommandError(f"恢复后这些表和备份不一样：{'、'.join(different)}。请换另一份备份。")
        # What happened in the minute before the backup was not linked yet.
        link_events()
        findings = verify_chain()
        if findings:
            raise CommandError(f"恢复后审计链有问题：{findings[0][1]}")
        self._end_sessions()
        self.stdout.write(f"已恢复 {len(manifest['tables'])} 张表，逐表核对一致，审计链完整。所有人需要重新登录。")

    def _scratch(self):
        settings.SCRATCH_ROOT.mkdir(parents=True, exist_ok=True)
        return settings.SCRATCH_ROOT

    def _must_be_empty(self):
        with connection.cursor() as cursor:
            names = set(connection.introspection.table_names(cursor))
            for table in ("accounts_user", "households_household"):
                if table in names:
                    cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - two fixed names
                    if cursor.fetchone()[0]:
                        raise BackupError("这里已经有数据，不能恢复到上面。请换一个空的数据目录（FEDHUB_HOME）。")
        if any(settings.MEDIA_ROOT.glob("??/*")):
            raise BackupError("附件目录里已经有文件，不能恢复到上面。请换一个空的数据目录（FEDHUB_HOME）。")

    def _check(self, manifest):
        if manifest["instance"] != settings.KEYRING.instance:
            raise BackupError("钥匙文件不是这份备份的那一把。请先把原来的钥匙文件放到 keys 目录，再恢复。")
        if manifest["engine"] != connection.vendor:
            raise BackupError(
                f"这份备份来自 {manifest['engine']} 数据库，现在用的是 {connection.vendor}，不能直接恢复。"
            )

    def _put_back(self, folder):
        if connection.vendor == "sqlite":
            target = database_path()
            connection.close()
            source = sqlite3.connect(folder / "database")
            copy = sqlite3.connect(target)
            try:
                # The backup API writes through the write-ahead log, so a crash leaves either all or nothing.
                source.backup(copy)
            finally:
                copy.close()
                source.close()
            os.chmod(target, 0o600)
        else:
            _run_pg(["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
                     f"--dbname={connection.settings_dict['NAME']}", str(folder / "database")], "恢复")  # fmt: skip
        media = folder / "media"
        if media.exists():
            shutil.copytree(media, settings.MEDIA_ROOT, dirs_exist_ok=True)

    def _end_sessions(self):
        with connection.cursor() as cursor:
            names = set(connection.introspection.table_names(cursor))
            for table in FLEETING:
                if table in names:
                    cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names
