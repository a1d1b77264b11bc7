"""`manage.py verify_audit`: check the audit chain; exit 1 naming the first bad places."""

from django.core.management.base import BaseCommand

from fedhub.core.audit import Head, chain_head, heads_path, kept_heads, other_chains, verify_chain


class Command(BaseCommand):
    help = "核对审计链，并与备份旁边每天留存的链头比对。可用 --anchor 序号:校验码 再与抄在别处的链头比对。"

    def add_arguments(self, parser):
        parser.add_argument("--anchor", default="")

    def handle(self, *args, anchor="", **options):
        try:
            heads = kept_heads()
        except ValueError:
            self.stderr.write(f"留存的链头读不懂，文件可能被改过：{heads_path()}")
            raise SystemExit(1) from None
        if anchor:
            seq, _, mac = anchor.partition(":")
            heads.append(Head(int(seq), mac))
        findings = [sentence for _, sentence in verify_chain(heads)]
        findings += [sentence for faults in other_chains for sentence in faults()]
        for sentence in findings[:20]:
            self.stderr.write(sentence)
        if findings:
            raise SystemExit(1)
        seq, mac = chain_head()
        compared = f"与 {len(heads)} 个留存的链头相符。" if heads else "还没有留存过链头。"
        self.stdout.write(f"审计链完整，共 {seq} 条。{compared}链头 {seq}:{mac}")
