"""`manage.py seed --households N --seed S`: large synthetic data for measuring, never in an office's own data."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from fedhub.core.validators import parse_division_code
from fedhub.demo.places import COMMUNITY
from fedhub.demo.seeding import seed
from households.models import Household


class Command(BaseCommand):
    help = "造大量假数据做压力测试；只能装进演示、测试或空的安装。"

    def add_arguments(self, parser):
        parser.add_argument("--households", type=int, default=1000, help="户数")
        parser.add_argument("--seed", type=int, default=1, help="同一个数造出同样的人")
        parser.add_argument("--community", default=COMMUNITY[0], help="社区的 12 位区划代码，没有就新建")
        parser.add_argument("--name", default=COMMUNITY[1], help="新建社区的名称")
        parser.add_argument("--grids", type=int, help="网格数，默认每 250 户一个")
        parser.add_argument("--visits", type=int, default=0, help="近一年的走访次数")
        parser.add_argument("--force", action="store_true", help="不是演示的安装，空的也装")

    def handle(self, *args, households, community, name, grids, visits, force, **options):
        self._refuse(force)
        if households < 1 or visits < 0 or (grids is not None and grids < 1):
            raise CommandError("户数、网格数要大于 0，走访次数不能小于 0。")
        try:
            code = parse_division_code(community)
            if len(code) != 12:
                raise ValueError("请给社区的 12 位区划代码。")
            found = seed(
                households=households, number=options["seed"], code=code, name=name, grids=grids, visits=visits,
                report=self._tell,
            )  # fmt: skip
        except (ValueError, ValidationError, OverflowError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        self.stdout.write(
            f"{found.households} 户、{found.residents} 人、{found.visits} 次走访，共 {found.rows} 行，"
            f"用时 {found.seconds:.1f} 秒。"
        )

    def _refuse(self, force):
        if settings.DEMO:
            return
        if not force:
            raise CommandError("这里不是演示，一行也没有写入。空的安装要装测试数据，请加 --force。")
        if Household.objects.exists() or User.objects.exists():
            raise CommandError("这里已经有真实的账号或家庭，不能装假数据，一行也没有写入。")

    def _tell(self, done, total, rate):
        self.stdout.write(f"  {done}/{total} 户，每秒 {rate:,.0f} 行")
