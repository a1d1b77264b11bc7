"""G5 of the council at five thousand topics: board, lists and the page of a topic against the session floor.

`python -m bench.mark council_fill N` makes N topics first, over three years, six in ten of them over; each that was decided has an
action, one in five a second meeting's item.
"""

import random
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from bench.lists import chair, deep_address, signed_in
from bench.measure import interleaved, queries_of
from council.enums import Category, Source, Status
from council.models import Action, Council, Meeting, Resolution, Topic
from fedhub.areas.models import Area
from fedhub.core.memory import settle

BOARD, TOPICS, ACTIONS, MEETINGS = "/council/board/", "/council/topics/", "/council/actions/", "/council/meetings/"
DAYS, MEETINGS_HELD, SLICE = 1_095, 200, 1_000
RUNNING = [
    Status.COLLECTED, Status.ACCEPTED, Status.SCHEDULED, Status.DISCUSSED, Status.DECIDED, Status.IN_WORK, Status.DONE,
    Status.CHECKED, Status.TOLD,
]  # fmt: skip


def fill(count):
    """Make topics until there are `count`, unless there are as many. Returns how many there are."""
    there, count = Topic.objects.count(), int(count)
    if there < count:
        draw, by = random.Random(1), chair()
        place = by.grants.first().area
        for start in range(there, count, SLICE):
            _slice(range(start, min(start + SLICE, count)), draw, by, place)
        _meetings(by, place)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return Topic.objects.count()


def _slice(numbers, draw, by, place):
    today, grids = timezone.localdate(), list(Area.objects.filter(kind="grid")[:20])
    topics = []
    for n in numbers:
        raised = today - timedelta(days=draw.randrange(DAYS))
        over = draw.random() < 0.6
        topics.append(Topic(
            area=place, grid=draw.choice(grids), number=f"YT-B-{n:05d}", title=f"{draw.choice(['停车', '楼道', '路灯'])}管理{n}",
            place=f"{n % 40}幢", category=draw.choice(Category.values), source=draw.choice(Source.values), raised_on=raised,
            step_on=min(today, raised + timedelta(days=draw.randrange(60))), reply_due_on=raised + timedelta(days=7),
            replied_on=raised, status=Status.CLOSED if over else draw.choice(RUNNING), supporters=draw.randrange(90),
            closed_at=timezone.now() if over else None, solved=True if over else None, created_by=by,
            done_on=raised + timedelta(days=30) if over else None,
        ))  # fmt: skip
    topics = [one for one in Topic.objects.bulk_create(topics) if one.status in (Status.CLOSED, Status.IN_WORK)]
    made = Resolution.objects.bulk_create(
        Resolution(topic=one, decision="agreed", text="划线分区。", made_by=by) for one in topics
    )
    Action.objects.bulk_create(
        Action(
            area=place, resolution=one, topic=one.topic, content="划车位线", owner=by, start_on=one.topic.raised_on,
            due_on=one.topic.raised_on + timedelta(days=40), created_by=by,
            **({"status": "done", "closed_on": today} if one.topic.closed_at else {}),
        )
        for one in made
    )  # fmt: skip


def _meetings(by, place):
    council = Council.objects.filter(area=place).first() or Council.objects.create(
        area=place, name="妇女议事会", term_from=timezone.localdate() - timedelta(days=DAYS), created_by=by
    )
    now = timezone.now()
    Meeting.objects.bulk_create(
        Meeting(
            council=council, area=place, ordinal=1000 + n, title=f"第{1000 + n}次会议", place="妇女之家", status="held",
            starts_at=now - timedelta(days=5 * n), opened_at=now, ended_at=now, created_by=by,
        )
        for n in range(MEETINGS_HELD)
    )  # fmt: skip


def run(rounds=9):
    """CPU and wall milliseconds a page (`{name: [cpu, wall]}`), its queries, and how many topics there are."""
    client = signed_in()
    settle()
    topic = Topic.objects.filter(status=Status.IN_WORK).order_by("pk").last()
    year = timezone.localdate() - timedelta(days=365)
    addresses = {
        "floor": "/bench/floor/",
        "board": BOARD,
        "board_category": f"{BOARD}?category=parking",
        "topics": TOPICS,
        "topics_backed": f"{TOPICS}?sort=backed",
        "topics_raised": f"{TOPICS}?sort=raised",
        "topics_state": f"{TOPICS}?status=in_work",
        "topics_late": f"{TOPICS}?status=late",
        "topics_word": f"{TOPICS}?q=路灯",
        "topics_solved": f"{TOPICS}?solved=on&since={year}",
        "actions": ACTIONS,
        "actions_late": f"{ACTIONS}?status=late",
        "meetings": MEETINGS,
        "topic": topic.get_absolute_url(),
        "figures": "/council/figures/",
    }
    addresses["topics_deep"] = TOPICS + deep_address(client, TOPICS)

    def page_of(address):
        def get():
            response = client.get(address)
            if response.status_code != 200:
                raise RuntimeError(f"{address}: {response.status_code}")
            return response

        return get

    pages = {name: page_of(address) for name, address in addresses.items()}
    return {
        "topics": Topic.objects.count(),
        "pages": interleaved(pages, int(rounds), repeat=2),
        "queries": {name: queries_of(work) for name, work in pages.items()},
    }
