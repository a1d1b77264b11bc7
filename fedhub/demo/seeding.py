"""Large synthetic data for measuring: one community of any size, the same for the same seed and day."""

import time
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import Role
from accounts.services import create_staff, give_grant
from fedhub.core import audit
from fedhub.core.models import Setting
from fedhub.core.models.numbers import take_numbers
from fedhub.demo.bulk import BulkWriter, analyse
from fedhub.demo.people import SERIES, Inventor
from fedhub.demo.places import chain, estate, open_grid, spread
from fedhub.demo.planting import Planter
from fedhub.demo.visits import Team, Visitor

PER_GRID = 250
MOST_GRIDS = 999
BATCH = 500
KEY = "seed"


@dataclass
class Seeded:
    """What was written."""

    households: int
    residents: int
    visits: int
    rows: int
    seconds: float


def next_series():
    """Place of this run among the seeds of the installation: its people get identity numbers of their own.

    The demo community takes the last series. Raises OverflowError when all are used.
    """
    row, _ = Setting.objects.get_or_create(key=KEY, defaults={"value": {"runs": 0}})
    series = row.value["runs"]
    if series >= len(SERIES) - 1:
        raise OverflowError("All series are used: start with an empty database.")
    row.value = {"runs": series + 1}
    row.save()
    return series


def seed(*, households, number, code, name, grids=None, visits=0, report=None):
    """Write `households` invented families into the community `code` (made where missing) with new grids.

    A chair and a grid worker are opened where the community has none (by one-time code, like any account).
    `number` is the seed, `visits` how many home visits of the last year to spread over them; `report(done, total,
    rows_a_second)` is called after each batch. Returns Seeded.
    """
    start = time.perf_counter()
    with transaction.atomic():
        series = next_series()
        community = chain(code=code, name=name)
        _staff(community, Role.CHAIR, "周敏", "妇联主席")
        worker = _staff(community, Role.GRID_WORKER, "刘建芳", "网格员")
        count = min(grids or -(-households // PER_GRID), MOST_GRIDS, households)
        places = [open_grid(community) for _ in range(count)]
        prefix = f"household:{community.code}"
        first = take_numbers(prefix, households)
    writer = BulkWriter()
    planter = Planter(writer, Inventor(number, today=timezone.localdate(), series=series), by=worker)
    visitor, team = Visitor(planter), Team(worker, worker)
    done = people = made_visits = 0
    for index, (grid, size) in enumerate(zip(places, spread(households, count), strict=True)):
        compound = estate(index, size)
        for building in compound.rows(grid):
            writer.add(_dated(building))
        for home in list(compound.homes())[:size]:
            planted = planter.plant(planter.inventor.family(), home, grid, household_number(community, first + done))
            done += 1
            people += len(planted.people)
            wanted = visits * done // households - made_visits
            days = sorted(planter.inventor.rnd.sample(range(365), min(wanted, 365)), reverse=True)
            for ago in days:
                visitor.visit(planted, planter.day(ago), team)
            made_visits += len(days)
            planter.close(planted)
            if done % BATCH == 0:
                writer.flush()
                _tell(report, done, households, writer, start)
    writer.finish()
    _tell(report, done, households, writer, start)
    audit.record(
        "demo.seed",
        community,
        area=community,
        reason="演示数据",
        households=done,
        residents=people,
        visits=made_visits,
    )
    analyse()
    return Seeded(done, people, made_visits, writer.written, time.perf_counter() - start)


def household_number(community, number):
    """ "H" + 12 digits + "-" + 5 (decision 36)."""
    return f"H{community.code}-{number:05d}"


def _dated(building):
    building.created_at = building.updated_at = timezone.now()
    return building


def _tell(report, done, total, writer, start):
    if report is not None:
        report(done, total, writer.written / (time.perf_counter() - start))


def _staff(community, role, name, title):
    """The community's first account of `role`, made without a password where there is none."""
    grant = RoleGrant.objects.in_force().filter(role=role, area__code__startswith=community.code, user__is_active=True)
    found = grant.select_related("user").order_by("pk").first()
    if found is not None:
        return found.user
    user = create_staff(User(username=f"{role}{community.code[-6:]}", name=name, title=title), by=None)
    give_grant(user, role=role, area=community, source="演示数据", by=None)
    return user
