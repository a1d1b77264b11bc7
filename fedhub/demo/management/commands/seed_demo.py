"""`manage.py seed_demo`: the invented community 清和社区 of the demo; runs at the first `make run`."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from fedhub.demo.community import seed_demo
from households.models import Household


class Command(BaseCommand):
    help = "造演示社区：网格、账号、家庭、一年的走访和诉求，全是编的。"

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="已经有数据就什么也不做")

    def handle(self, *args, if_empty, **options):
        if not settings.DEMO:
            raise CommandError("这里不是演示，一行也没有写入。")
        if User.objects.exists() or Household.objects.exists():
            if if_empty:
                return
            raise CommandError("演示里已经有数据了，一行也没有写入。要重新造，请先运行 make clean-demo。")
        self.stdout.write("正在造演示数据，大约要半分钟……")
        demo = seed_demo()
        visits = sum(len(rows) for rows in demo.visits.values())
        self.stdout.write(f"造好了：{demo.community.name}，{len(demo.families)} 户，{visits} 次走访。")
