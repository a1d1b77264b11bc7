"""`manage.py rotate_keys`: a new master key, every value written again under it, the old key dropped when unused."""

from django.conf import settings
from django.core.management.base import BaseCommand

from fedhub.core import crypto
from fedhub.core.rotation import count_by_key, encrypted_columns, rotate_column, rotate_files


class Command(BaseCommand):
    help = "换加密钥匙：生成新钥匙，逐批重写，中断了再运行一次就接着做。"

    def add_arguments(self, parser):
        parser.add_argument("--resume", action="store_true", help="不生成新钥匙，接着上次的做")

    def handle(self, *args, resume=False, **options):
        for ring in ("main", "sealed"):
            if not resume:
                settings.KEYRING.add_master(ring)
                crypto.forget_keys()
            done = sum(rotate_column(model, field, ring) for model, field in encrypted_columns(ring))
            if ring == "main":
                done += rotate_files()
            left = count_by_key(ring)
            current = settings.KEYRING.master(ring)[0]
            for key_id in settings.KEYRING.key_ids(ring):
                # A running web process still encrypts with the key it read at start, so one older key stays.
                if key_id < current - 1 and not left.get(key_id):
                    settings.KEYRING.drop_master(ring, key_id)
            self.stdout.write(f"{'普通' if ring == 'main' else '受限'}钥匙：重写 {done} 处。")
        self.stdout.write("请重新启动服务，让所有进程用上新钥匙；然后再备份一次，把新的钥匙文件放进信封。")
