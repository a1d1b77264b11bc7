"""Today's list, route, month and plan at 500,000 visits, and the list of families; against the session floor.

`python -m bench.mark today_fill V` makes V visits first: twelve and a half to a family over five years, a tenth of the
families overdue, some hundred must-visits, promises not kept yet. Every grid gets a worker with its duty, who made its
visits; the chair is in charge of all of them.
"""

import random
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import Role
from bench.lists import chair, deep_address
from bench.measure import interleaved, queries_of
from fedhub.areas.enums import AreaKind
from fedhub.areas.models import Area
from fedhub.core.memory import settle
from fedhub.core.testing.client import FormClient
from fedhub.reference.enums import RiskLevel
from grids.enums import DutyRole, Met
from grids.models import Duty, Visit
from households.enums import TaskKind
from households.models import Household, VisitTask

HOMES, TODAY = "/households/", "/grids/today/"
YEARS, SLICE = 5, 5_000
# One family in so many: has a must-visit, a promise that nobody kept yet; one visit in so many met nobody.
MUST, PROMISED, NOBODY = 80, 40, 7
# Grids of a community of common size.
COMMUNITY = 12


def fill(count):
    """Make `count` visits unless there are as many; the days of the families follow from them."""
    there = Visit.objects.count()
    if there < int(count):
        _visits(int(count) - there)
        _days()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return Visit.objects.count()


def _visits(count):
    """Visits as they are kept, without the services, which would take hours: the pages read rows, not how they came."""
    draw, today = random.Random(1), timezone.localdate()
    homes = list(Household.objects.active().order_by("pk").values_list("pk", "area_id"))
    people, rows = _staff(), []
    for number in range(count):
        pk, area = homes[number % len(homes)]
        on, who = today - timedelta(days=draw.randrange(365 * YEARS)), people[area]
        rows.append(Visit(
            household_id=pk, grid_id=area, visitor_id=who, recorded_by_id=who, visited_on=on,
            met=Met.NOBODY if number % NOBODY == 0 else Met.MET, summary="家里都好。", review="right",
            next_step="答应帮她问低保" if number % 5 == 0 else "",
            next_on=on + timedelta(days=30) if number % 5 == 0 else None,
        ))  # fmt: skip
        if len(rows) == SLICE or number == count - 1:
            Visit.objects.bulk_create(rows)
            rows = []


def _staff():
    """{area id: id of the worker who is in charge there}"""
    found = {}
    for area in Area.objects.homes().order_by("code"):
        grid = area if area.kind == AreaKind.GRID else area.parent
        if grid.pk not in found:
            who = User.objects.create_user(f"bench-{grid.code}", name=f"网格员{grid.code[-3:]}")
            grant = RoleGrant.objects.create(user=who, role=Role.GRID_WORKER, area=grid)
            Duty.objects.create(person=who, area=grid, role=DutyRole.WORKER, grant=grant)
            found[grid.pk] = who.pk
        found[area.pk] = found[grid.pk]
    return found


def _days():
    """Last visits, due days, weights and tasks of the families, as the rules would leave them."""
    draw, today = random.Random(2), timezone.localdate()
    homes, tasks = [], []
    for number, home in enumerate(Household.objects.active().order_by("pk").iterator(SLICE)):
        home.visit_every = draw.choice([180, 180, 180, 90, 60, 30])
        home.last_visit_on = today - timedelta(days=draw.randrange(int(home.visit_every * 1.1)))
        home.next_due_on = home.last_visit_on + timedelta(days=home.visit_every)
        home.visit_weight = 0 if home.visit_every == 180 else draw.choice([15, 20, 30, 45, 70, 100])
        home.risk_level = RiskLevel.values[0] if home.visit_weight > 60 else ""
        homes.append(home)
        if number % MUST == 0:
            due = today + timedelta(days=draw.randrange(-4, 4))
            tasks.append(VisitTask(
                household=home, kind=TaskKind.MUST, rule_key=f"event-{number}", why="必访：出院、治疗回来", weight=50,
                since=due - timedelta(days=3), earliest_on=due - timedelta(days=3), due_on=due, latest_on=due,
            ))  # fmt: skip
        if number % PROMISED == 0:
            Visit.objects.create(
                household=home, grid_id=home.area_id, visitor=chair(), recorded_by=chair(), visited_on=home.last_visit_on,
                summary="家里都好。", next_step="答应带表格去", next_on=today + timedelta(days=draw.randrange(-20, 20)),
            )  # fmt: skip
    names = ["visit_every", "last_visit_on", "next_due_on", "visit_weight", "risk_level"]
    Household.objects.bulk_update(homes, names, batch_size=500)
    VisitTask.objects.bulk_create(tasks)


def worker():
    """The worker of the grid in the middle."""
    rows = User.objects.filter(duties__isnull=False).order_by("id")
    return rows[rows.count() // 2]


def chair_of(grids):
    """A chair whose scope is the first `grids` grids: a community of common size."""
    who, made = User.objects.get_or_create(username=f"bench-chair-{grids}", defaults={"name": "主席"})
    if made:
        for grid in Area.objects.grids().order_by("code")[:grids]:
            RoleGrant.objects.create(user=who, role=Role.CHAIR, area=grid)
    return who


def signed_in(user):
    """A test client with the session of `user`."""
    client = FormClient()
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    client.force_login(user, backend="accounts.backends.StaffBackend")
    return client


def run(rounds=9):
    """CPU and wall milliseconds a page (`{name: [cpu, wall]}`), its queries and bytes. The chair sees every family, the one
    of a community those of twelve grids, the worker those of her own."""
    boss, other, she = signed_in(chair()), signed_in(chair_of(COMMUNITY)), signed_in(worker())
    settle()
    grid = Household.objects.active().order_by("pk").values_list("area__code", flat=True).first()
    addresses = {
        "floor": (boss, "/bench/floor/"),
        "today": (boss, TODAY),
        "today_worker": (she, TODAY),
        "today_community": (other, TODAY),
        "today_late": (boss, f"{TODAY}?group=late"),
        "today_late_worker": (she, f"{TODAY}?group=late"),
        "route": (boss, f"{TODAY}?view=route"),
        "route_community": (other, f"{TODAY}?view=route"),
        "route_worker": (she, f"{TODAY}?view=route"),
        "month": (boss, f"{TODAY}?view=month"),
        "month_community": (other, f"{TODAY}?view=month"),
        "month_worker": (she, f"{TODAY}?view=month"),
        "map_worker": (she, f"{TODAY}?view=map"),
        "map": (boss, f"{TODAY}?view=map"),
        "map_community": (other, f"{TODAY}?view=map"),
        "map_grid": (boss, f"{TODAY}?view=map&area={grid[:15]}"),
        "targets": (boss, f"{TODAY}people/"),
        "homes": (boss, HOMES),
        "homes_deep": (boss, HOMES + deep_address(boss, HOMES)),
        "homes_grid": (boss, f"{HOMES}?area={grid[:15]}"),
    }

    def page_of(client, address):
        def get():
            response = client.get(address)
            if response.status_code != 200:
                raise RuntimeError(f"{address}: {response.status_code}")
            return response

        return get

    pages = {name: page_of(*asked) for name, asked in addresses.items()}
    return {
        "households": Household.objects.active().count(),
        "visits": Visit.objects.count(),
        "pages": interleaved(pages, rounds, repeat=3),
        "queries": {name: queries_of(work) for name, work in pages.items()},
        "bytes": {name: len(work().content) for name, work in pages.items()},
        "vendor": connection.vendor,
    }
