"""`manage.py recovery_key`: make the key pair that backups are sealed to; the private half is shown once."""

from django.core.management.base import BaseCommand, CommandError

from fedhub.core.backup import make_recovery_key, public_key_path


class Command(BaseCommand):
    help = "生成恢复密钥。只显示一次，请抄写两份装进信封。"

    def add_arguments(self, parser):
        parser.add_argument("--replace", action="store_true", help="换新密钥；旧备份仍要用旧密钥打开")

    def handle(self, *args, replace=False, **options):
        if public_key_path().exists() and not replace:
            raise CommandError("已经有恢复密钥了。要换新的请加 --replace，旧备份仍要用旧密钥打开。")
        self.stdout.write(make_recovery_key())
