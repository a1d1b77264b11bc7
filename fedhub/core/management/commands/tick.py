"""`manage.py tick`: the small jobs of every minute, once or for ever."""

import logging
import time

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from fedhub.core.audit import link_events
from fedhub.core.housekeeping import JOBS

log = logging.getLogger("fedhub.tick")


def run_once():
    """Link audit rows, then run every registered job; one that fails stops no other. Returns the failed names."""
    failed = []
    for job in [link_events, *JOBS]:
        try:
            job()
        except Exception:
            log.exception("job %s failed", job.__name__)
            failed.append(job.__name__)
    return failed


class Command(BaseCommand):
    help = "每分钟的小活：审计入链、清理过期文件、收回中断的后台工作。"

    def add_arguments(self, parser):
        parser.add_argument("--forever", action="store_true")

    def handle(self, *args, forever=False, **options):
        while True:
            failed = run_once()
            if not forever:
                if failed:
                    raise SystemExit(1)
                return
            close_old_connections()
            time.sleep(60)
