"""`manage.py init`: bring the database up to date and say where everything is. Called by every start."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from desk import setup
from fedhub.core.models import Setting


class Command(BaseCommand):
    help = "建表、装代码表、核对安装编号；演示再装演示数据。"

    def add_arguments(self, parser):
        parser.add_argument("--demo", action="store_true")

    def handle(self, *args, demo=False, **options):
        if demo != settings.DEMO:
            raise CommandError("演示数据只能装进演示目录，一行也没有写入。")
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("load_reference", verbosity=0)
        self._same_instance()
        if demo:
            call_command("seed_demo", if_empty=True)

    def _same_instance(self):
        row, made = Setting.objects.get_or_create(
            key="instance", defaults={"value": {"id": settings.KEYRING.instance}}
        )
        if not made and row.value["id"] != settings.KEYRING.instance:
            raise CommandError("数据库和钥匙文件不是同一套安装的，没有启动。请把原来的钥匙文件放回 keys 目录。")


def setup_address(port):
    """Address of the first-run page on this machine with a fresh token, or '' once accounts exist."""
    return f"http://localhost:{port}/setup/{setup.new_token()}/" if setup.is_open() else ""
