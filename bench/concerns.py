"""G5, G9 for concerns: list, deep page, filter, search, heat table and figures; merging five hundred and parting them.

`python -m bench.mark concerns_fill N` makes N concerns first: ten thousand invented over five years, the rest copies
inside the database (bench.multiply).
"""

import random
from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import DateTimeField
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from accounts.models import User
from bench.lists import PAGES_DEEP, chair, deep_address, signed_in
from bench.measure import interleaved, measured, queries_of
from bench.multiply import multiply
from concerns.enums import Origin, Outcome, Status, Told
from concerns.models import Concern
from concerns.services.together import join_concerns, part_concerns
from fedhub.areas.models import Area
from fedhub.core.memory import settle
from fedhub.reference.calendar import due_by

LIST, HEAT, FIGURES = "/concerns/", "/concerns/heat/", "/concerns/figures/"
INVENTED, YEARS, MERGED = 10_000, 5, 500
SLOW = {"mine", "load", "alike", "heat", "heat_grids", "figures_month", "figures_year"}
# One in so many was opened again.
RARE = 100
WORDS = [
    "楼道灯不亮",
    "想找离家近的工作",
    "路灯不亮",
    "孩子放学没人接",
    "垃圾桶太满",
    "电动车充电",
    "想学手机",
    "下水道堵了",
]


def fill(count):
    """Make `count` concerns unless there are as many."""
    there = Concern.objects.count()
    if there < int(count):
        times = max(1, int(count) // INVENTED)
        _invent(times)
        multiply(times, (Concern,), step=times)
    return Concern.objects.count()


def _invent(step):
    """Ten thousand in the order in which they were raised, with every `step`-th key."""
    draw, today, chosen = random.Random(1), timezone.localdate(), chair()
    areas = list(Area.objects.filter(kind__in=["grid", "unit"]))
    people = list(User.objects.filter(is_active=True).order_by("pk")[:8])
    zone = timezone.get_current_timezone()
    rows, days = [], sorted(today - timedelta(days=draw.randrange(365 * YEARS)) for _ in range(INVENTED))
    for number, raised in enumerate(days):
        closed = raised + timedelta(days=draw.randrange(1, 40))
        answered = datetime.combine(raised + timedelta(days=draw.randrange(5)), time(10), zone)
        row = Concern(
            pk=(number + 1) * step, number=f"SQ{raised:%Y}-{number:05d}", code=f"B{number:05d}",
            title=f"{draw.randrange(1, 60)}幢{draw.choice(WORDS)}",
            detail="住户反映，已到现场看过。" * 5, topic=str(draw.randrange(1, 8)), place=f"{draw.randrange(1, 60)}幢",
            origin=draw.choice(Origin.values), area=draw.choice(areas), raised_on=raised, assigned_to=draw.choice(people),
            first_due_on=raised + timedelta(days=3), due_on=due_by(raised, "concern_close"), handle_by=raised,
            created_by=chosen, status=Status.ASSIGNED,
        )  # fmt: skip
        if closed <= today:
            moment = datetime.combine(closed, time(15), zone)
            row.status, row.outcome = Status.CLOSED, draw.choice(Outcome.values)
            row.first_answered_at, row.answered_at, row.closed_at = answered, moment, moment
            row.told, row.score = Told.PHONE, draw.choice([None, None, 3, 4, 5])
        if number % RARE == 0:
            row.reopened, row.score = 1, 1
        rows.append(row)
    Concern.objects.bulk_create(rows, batch_size=1000)
    # Saving sets the moment of the change to now; here it lies where the last change was.
    Concern.objects.update(updated_at=Coalesce("closed_at", Cast("raised_on", DateTimeField())))


def addresses(client):
    """`{name: address}` of the pages that are measured; what a name says of rows is of the filled place."""
    today, grid = timezone.localdate(), Area.objects.filter(kind="grid").first()
    month, year = f"{today - timedelta(days=40):%Y-%m}", f"{today.year - 1}"
    long_ago = f"{today - timedelta(days=365 * 4):%Y-%m}"
    officer, number = (
        User.objects.filter(is_active=True).order_by("pk").first(),
        Concern.objects.order_by("pk").last().number,
    )
    asked = {
        "sort_due": "sort=due",
        "sort_raised": "sort=raised",
        "open": "status=open",
        "open_due": "status=open&sort=due",
        "overdue": "status=overdue",
        "assigned": "status=assigned",
        "new": "status=new",
        "filter": f"topic=3&grid={grid.pk}&status=assigned",
        "grid": f"grid={grid.pk}",
        "person": f"person={officer.pk}",
        "person_open": f"person={officer.pk}&status=open",
        "topic": "topic=3",
        "outcome": "outcome=not_possible",
        "lately": "status=lately",
        "month": f"month={month}",
        "month_old": f"month={long_ago}",
        "month_old_grid": f"month={long_ago}&grid={grid.pk}&topic=3",
        "closed_old": f"closed={long_ago}",
        "figure": f"figure=late&since={long_ago}&until={long_ago}",
        "score_low": "score=low",
        "unrated": "score=none",
        "reopened": "reopened=on",
        "led": "merged=led",
        "own": "merged=own",
        "word": "q=路灯",
        "word_nowhere": "q=喷泉",
        "number": f"q={number}",
        "number_digits": f"q={number[-6:]}",
    }
    return {
        "floor": "/bench/floor/",
        "list": LIST,
        "deep": LIST + deep_address(client, LIST, PAGES_DEEP),
        **{name: f"{LIST}?{words}" for name, words in asked.items()},
        "mine": f"{LIST}mine/",
        "load": f"{LIST}load/",
        "alike": Concern.objects.filter(status=Status.ASSIGNED).order_by("-pk").first().get_absolute_url(),
        "heat": HEAT,
        "heat_grids": f"{HEAT}?by=grid&period={year}",
        "figures_month": f"{FIGURES}?since={month}&until={month}",
        "figures_year": f"{FIGURES}?since={year}-01&until={year}-12",
    }


def run(rounds=9):
    """CPU and wall milliseconds a page (`{name: [cpu, wall]}`), its queries, and the number of concerns."""
    client = signed_in()
    settle()

    def page_of(address):
        def get():
            response = client.get(address)
            if response.status_code != 200:
                raise RuntimeError(f"{address}: {response.status_code}")
            return response

        return get

    pages = {name: page_of(address) for name, address in addresses(client).items()}
    # Apart, as the stock pages of bench.lists: seconds of counting would push the list out of every cache.
    slow = {name: pages[name] for name in pages if name in SLOW}
    found = interleaved({name: work for name, work in pages.items() if name not in slow}, int(rounds), repeat=3)
    found |= interleaved({"floor_again": pages["floor"], **slow}, 3)
    return {
        "concerns": Concern.objects.count(),
        "pages": found,
        "queries": {name: queries_of(work) for name, work in pages.items()},
        "vendor": connection.vendor,
    }


def merge():
    """CPU and wall seconds of merging MERGED concerns into one, and of parting them again; nothing stays."""
    user, found = chair(), {}
    rows = list(Concern.objects.filter(status=Status.ASSIGNED, lead=None).order_by("pk")[: MERGED + 1])
    lead, others = rows[0], rows[1:]
    with transaction.atomic():
        with measured(found, "join"):
            join_concerns(lead, others, by=user)
        with measured(found, "part"):
            part_concerns(lead, others, by=user)
        transaction.set_rollback(True)
    return found | {"merged": len(others)}
