"""`manage.py verify_audit`: check the audit chain; exit 1 naming the first bad place."""

from django.core.management.base import BaseCommand

from fedhub.core.audit import chain_head, verify_chain


class Command(BaseCommand):
    help = "核对审计链。可用 --anchor 序号:校验码 与留存的链头比对。"

    def add_arguments(self, parser):
        parser.add_argument("--anchor", default="")

    def handle(self, *args, anchor="", **options):
        kept = None
        if anchor:
            seq, _, mac = anchor.partition(":")
            kept = (int(seq), mac)
        findings = verify_chain(kept)
        for _, sentence in findings[:20]:
            self.stderr.write(sentence)
        if findings:
            raise SystemExit(1)
        seq, mac = chain_head()
        self.stdout.write(f"审计链完整，共 {seq} 条。链头 {seq}:{mac}")
