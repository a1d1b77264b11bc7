"""`manage.py rotate_keys`: a new master key, every value written again under it, the old key dropped when unused."""

from django.conf import settings
from django.core.management.base import BaseCommand

from fedhub.core import crypto
from fedhub.core.rotation import count_by_key, rotate_ring

RINGS = {"main": "普通", "sealed": "受限"}


class Command(BaseCommand):
    help = "换加密钥匙：生成新钥匙，逐批重写，中断了再运行一次就接着做。"

    def add_arguments(self, parser):
        parser.add_argument("--resume", action="store_true", help="不生成新钥匙，接着上次的做")

    def handle(self, *args, resume=False, **options):
        for ring, name in RINGS.items():
            if not resume:
                settings.KEYRING.add_master(ring)
                crypto.forget_keys()
            self.stdout.write(f"{name}钥匙：重写 {rotate_ring(ring)} 处。")
            self._drop_unused(ring, name)
        self.stdout.write("请重新启动服务，让所有进程用上新钥匙；然后再备份一次，把新的钥匙文件放进信封。")

    def _drop_unused(self, ring, name):
        left, current = count_by_key(ring), settings.KEYRING.master(ring)[0]
        for key_id in settings.KEYRING.key_ids(ring):
            # A running web process still encrypts with the key it read at start, so one older key stays.
            if key_id >= current - 1:
                continue
            if left[key_id]:
                self.stdout.write(
                    f"{name}钥匙第 {key_id} 把还有 {left[key_id]} 处打不开、没有换成，先不删。"
                    "请重新启动服务，72 小时后（导入、导出的暂存都已清除）再运行 rotate_keys --resume；"
                    "还有，就是数据损坏，请从备份里找回那几处。"
                )
            else:
                settings.KEYRING.drop_master(ring, key_id)
