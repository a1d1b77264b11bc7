"""`manage.py welcome`: the lines printed before the server starts: address, accounts or first-run link, data, stop."""

import io

import qrcode
from django.conf import settings
from django.core.management.base import BaseCommand

from fedhub.bootstrap import lan_address
from fedhub.demo.management.commands.init import setup_address


class Command(BaseCommand):
    help = "打印访问地址、演示账号或首次启用链接、数据位置。"

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args, port=8000, **options):
        write = self.stdout.write
        write("")
        write(f"  本机打开：  http://localhost:{port}/")
        address = lan_address()
        if address:
            url = f"http://{address}:{port}/"
            write(f"  手机打开：  {url}（同一个网络里）")
            write(_code(url))
        if settings.DEMO:
            accounts = settings.HOME / "accounts.txt"
            if accounts.exists():
                write("  演示账号（登录页上也有按钮，点一下就进）：")
                for line in accounts.read_text().splitlines():
                    write(f"    {line}")
        elif first := setup_address(port):
            write(f"  第一次启用，请打开：  {first}")
        write(f"  数据在：    {settings.HOME}")
        write("  停止：      按 Ctrl-C")
        write("")


def _code(url):
    drawing = qrcode.QRCode(border=2)
    drawing.add_data(url)
    out = io.StringIO()
    drawing.print_ascii(out=out, invert=True)
    return out.getvalue()
