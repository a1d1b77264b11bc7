"""`manage.py checksum`: rows and SHA-256 of every lasting table."""

import json

from django.core.management.base import BaseCommand

from fedhub.core.backup import table_checksums


class Command(BaseCommand):
    help = "每张表的行数和指纹，用来核对两份数据是否一样。"

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, json: bool = False, **options):
        found = table_checksums()
        if json:
            self.stdout.write(_as_json(found))
            return
        for table, sums in found.items():
            self.stdout.write(f"{sums['rows']:>9}  {sums['sha256'][:16]}  {table}")


def _as_json(found):
    return json.dumps(found, ensure_ascii=False, indent=1)
