"""G5 of job support at ten thousand posts and twenty thousand who look for work: lists, search, matching, figures, the residents'
page, against the session floor.

`python -m bench.mark jobs_fill POSTS SEEKERS` makes them first, in a place of at least so many people: posts over three years, one
in five alive, of two hundred employers; each seeker wishes for two kinds of work, one in three has a skill, one in four was sent
to a post.
"""

import random
from datetime import time, timedelta

from django.db import connection
from django.utils import timezone

from bench.lists import chair, deep_address, signed_in
from bench.measure import interleaved, queries_of
from employment.enums import JobKind, PayUnit, WorkKind
from employment.models import Application, Employer, Post, Seeker, Skill
from fedhub.areas.models import Area
from fedhub.core.memory import settle
from households.models import Consent, Resident

POSTS, SEEKERS, SENT = "/employment/posts/", "/employment/seekers/", "/employment/applications/"
DAYS, EMPLOYERS, SLICE = 1_095, 200, 1_000
SHIFTS = [(8, 12), (9, 13), (13, 17), (9, 18), (None, None)]


def fill(posts, seekers):
    """Make posts and seekers until there are so many, unless there are. Returns how many there are."""
    draw, by, posts, seekers = random.Random(1), chair(), int(posts), int(seekers)
    place = by.grants.first().area
    if Post.objects.count() < posts:
        for start in range(0, posts, SLICE):
            _posts(range(start, min(start + SLICE, posts)), draw, by, place)
    if Seeker.objects.count() < seekers:
        free = Resident.objects.filter(birth__gte="1960", birth__lt="2005").exclude(job_seeking__isnull=False)
        people = list(free.order_by("id").values_list("id", flat=True)[:seekers])
        for start in range(0, len(people), SLICE):
            _seekers(people[start : start + SLICE], draw, by)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Post.objects.count(), Seeker.objects.count()


def _employers(by, place):
    if not Employer.objects.filter(code__startswith="BENCH").exists():
        today = timezone.localdate()
        Employer.objects.bulk_create(
            Employer(
                area=place, name=f"春风超市第{n}店", code=f"BENCH{n:013d}", business="零售", address="春江路", contact="周",
                phone="13800138000", state="checked", checked_on=today, checked_by=by, checked_paper="licence", created_by=by,
            )
            for n in range(EMPLOYERS)
        )  # fmt: skip
    return list(Employer.objects.filter(code__startswith="BENCH"))


def _posts(numbers, draw, by, place):
    today, employers, grids = timezone.localdate(), _employers(by, place), list(Area.objects.filter(kind="grid")[:20])
    made = []
    for n in numbers:
        alive, (start, end) = draw.random() < 0.2, draw.choice(SHIFTS)
        published = today - timedelta(days=draw.randrange(20 if alive else DAYS))
        post = Post(
            employer=draw.choice(employers), area=place, title=f"{draw.choice(['收银', '保洁', '护理', '理货'])}员{n}",
            kind=draw.choice(JobKind.values), total=2, left=2, duties="做事。", conditions="不限。", place="春江路",
            place_area=draw.choice(grids), work_kind=draw.choice(WorkKind.values), pay_from=draw.randrange(20, 6000),
            pay_unit=draw.choice(PayUnit.values), pay_day="每月 15 日", insurance="五险", created_by=by, keeper=by,
            shift_from=time(start) if start else None, shift_to=time(end) if end else None, published_on=published,
            valid_until=published + timedelta(days=30), state="open" if alive else draw.choice(["closed", "filled", "hidden"]),
        )  # fmt: skip
        post.pay_month = post.monthly_pay()
        made.append(post)
    Post.objects.bulk_create(made)


def _seekers(people, draw, by):
    today, posts = timezone.localdate(), list(Post.objects.values_list("pk", flat=True)[:500])
    made = Seeker.objects.bulk_create(
        Seeker(
            resident_id=pk, wanted=draw.sample(JobKind.values, 2), state=draw.choice(["registered", "active", "employed"]),
            registered_on=today - timedelta(days=draw.randrange(DAYS)), free_from=time(8, 30), free_until=time(15, 30),
            walk_minutes=30, lead=by, created_by=by,
        )
        for pk in people
    )  # fmt: skip
    Skill.objects.bulk_create(
        Skill(seeker=one, kind=draw.choice(JobKind.values), recorded_by=by) for one in made if draw.random() < 0.3
    )
    sent = [one for one in made if draw.random() < 0.25]
    consents = Consent.objects.bulk_create(
        Consent(resident_id=one.resident_id, purpose="share", recipient="春风超市", how="paper", taken_by=by)
        for one in sent
    )
    Application.objects.bulk_create(
        Application(
            seeker=one, post_id=draw.choice(posts), consent=consent, recommended_on=one.registered_on, recommended_by=by,
            moved_on=one.registered_on,
        )
        for one, consent in zip(sent, consents, strict=True)
    )  # fmt: skip


def run(rounds=9):
    """CPU and wall milliseconds a page (`{name: [cpu, wall]}`), its queries, and how many posts and seekers there are."""
    client = signed_in()
    settle()
    seeker = Seeker.objects.filter(state="active").order_by("pk").last()
    post, grid = Post.objects.alive().order_by("pk").last(), seeker.resident.area_id
    year = timezone.localdate().year
    months = f"since={year}-01&until={year}-12"
    addresses = {
        "floor": "/bench/floor/",
        "posts": POSTS,
        "posts_deep": POSTS + deep_address(client, POSTS),
        "posts_alive": f"{POSTS}?state=alive",
        "posts_kind": f"{POSTS}?kind=clean",
        "posts_word": f"{POSTS}?q=收银员77",
        "posts_pay": f"{POSTS}?sort=pay",
        "posts_figure": f"{POSTS}?figure=published&{months}",
        "seekers": SEEKERS,
        "seekers_deep": SEEKERS + deep_address(client, SEEKERS),
        "seekers_wanted": f"{SEEKERS}?wanted=clean",
        "seekers_oldest": f"{SEEKERS}?sort=oldest",
        "seekers_name": f"{SEEKERS}?q={seeker.resident.name[-2:]}",
        "seekers_grid": f"{SEEKERS}?area={grid}",
        "seekers_grid_figure": f"{SEEKERS}?figure=registered&{months}&area={grid}",
        "seekers_figure": f"{SEEKERS}?figure=registered&{months}",
        "applications": SENT,
        "applications_silent": f"{SENT}?state=silent",
        "applications_figure": f"{SENT}?figure=sent&{months}",
        "match_posts": seeker.get_absolute_url(),
        "match_seekers": post.get_absolute_url(),
        "residents_posts": "/r/jobs/",
        "figures": f"/employment/figures/?{months}",
    }

    def page_of(address):
        def get():
            response = client.get(address)
            if response.status_code != 200:
                raise RuntimeError(f"{address}: {response.status_code}")
            return response

        return get

    pages = {name: page_of(address) for name, address in addresses.items()}
    return {
        "posts": Post.objects.count(),
        "seekers": Seeker.objects.count(),
        "pages": interleaved(pages, int(rounds), repeat=2),
        "queries": {name: queries_of(work) for name, work in pages.items()},
    }
