"""`manage.py backup [FILE]`: one sealed file with database and attachments."""

from django.core.management.base import BaseCommand, CommandError

from fedhub.core.backup import BackupError, make_backup, prune


class Command(BaseCommand):
    help = "备份数据库和附件到一个加密文件，旧备份按 7 天、5 周、12 个月保留。"

    def add_arguments(self, parser):
        parser.add_argument("path", nargs="?", default="")

    def handle(self, *args, path="", **options):
        try:
            made = make_backup(path or None)
        except BackupError as error:
            raise CommandError(str(error)) from error
        if not path:
            prune()
        self.stdout.write(
            f"已备份：{made}（{made.stat().st_size / 1024 / 1024:.1f} MB）。钥匙文件不在里面，另外保管。"
        )
