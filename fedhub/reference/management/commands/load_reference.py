"""`manage.py load_reference`: copy code tables, rules and holidays into the database; safe to run again."""

from django.core.management.base import BaseCommand

from fedhub.reference.services import load_reference


class Command(BaseCommand):
    help = "装入代码表、规则和节假日；本单位改过的内容不动，可以反复运行。"

    def handle(self, *args, verbosity=1, **options):
        written = load_reference()
        if verbosity:
            self.stdout.write(
                f"代码 {written['codes']} 条、规则 {written['rules']} 条、节假日 {written['holidays']} 天有更新。"
            )
