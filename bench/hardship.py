"""G5 of hardship files, pairings and aid at thirty thousand files; lists and the file page against the session floor.

`python -m bench.mark hardship_fill N` makes N files first, one a family: six in ten in care, a tenth closed, one in twenty
guarded; each with members, the year's money, causes, measures of a year with their results, needs, papers; two thirds of
those in care paired, with a year of records; three gifts to each from one batch of goods a month.
"""

import random
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import Role
from bench.lists import PAGES_DEEP, chair, deep_address, signed_in
from bench.measure import interleaved, queries_of
from fedhub.areas.models import Area
from fedhub.core.memory import settle
from fedhub.core.testing.client import FormClient
from hardship.accounts import quarter_of
from hardship.enums import Effect, FileExit, FileState, HelperKind, HelpKind, Level, ReceiptKind, ReviewKind
from hardship.models import (
    Batch,
    Cause,
    Delivery,
    Donor,
    Evidence,
    FileStage,
    HardshipFile,
    Helper,
    HelpRecord,
    Measure,
    MemberFact,
    Movement,
    Need,
    Pairing,
    Result,
    Review,
    YearAccount,
)
from households.models import Household, Membership

FILES, GIVEN, PAIRED, HELPERS = "/hardship/files/", "/hardship/aid/", "/hardship/pairings/", "/hardship/helpers/"
SLICE, HELPED_BY, GIFTS, MONTHS = 2_000, 600, 3, 24
SLOW = {"figures_month", "figures_year"}
# One in so many: is guarded, waits for approval.
GUARDED, WAITING = 20, 200


def fill(count):
    """Make files until there are `count`, unless there are as many."""
    there = HardshipFile.objects.count()
    homes = list(Household.objects.active().order_by("pk").exclude(hardship_files__isnull=False)[: int(count) - there])
    if homes:
        draw, made = random.Random(1), _Sources()
        for start in range(0, len(homes), SLICE):
            _slice(homes[start : start + SLICE], start, draw, made)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return HardshipFile.objects.count()


class _Sources:
    """Who helps and what is given, and who works on it."""

    def __init__(self):
        self.today, self.chair = timezone.localdate(), chair()
        self.people = list(User.objects.filter(is_active=True).order_by("pk")[:8])
        community = self.chair.grants.first().area
        self.helpers = Helper.objects.bulk_create(
            Helper(
                area=community, kind=HelperKind.VOLUNTEER, name=f"帮扶人{n:03d}", skills=[HelpKind.COMPANY], cap=100
            )
            for n in range(HELPED_BY)
        )
        donor = Donor.objects.create(area=community, name="爱心粮油店")
        self.batches = Batch.objects.bulk_create(
            Batch(
                area=community, donor=donor, number=f"WZB-{n:04d}", item="大米", kind="米面油", unit="袋",
                received=Decimal(1_000_000), left=Decimal(900_000), value=Decimal(60),
                received_on=self.today - timedelta(days=30 * n + 30),
            )
            for n in range(MONTHS)
        )  # fmt: skip
        Movement.objects.bulk_create(
            Movement(batch=b, kind="received", amount=b.received, on=b.received_on, recorded_by=self.chair)
            for b in self.batches
        )


def _slice(homes, start, draw, made):
    """Files of `homes` with what belongs to them; rows as they are kept, without the services, which would take hours."""
    today, people = made.today, made.people
    living = {}
    rows = Membership.objects.filter(household__in=homes, kind="lives", valid_to=None).values_list(
        "household_id", "resident_id"
    )
    for home, person in rows:
        living.setdefault(home, []).append(person)
    files = []
    for number, home in enumerate(homes, start):
        found = today - timedelta(days=draw.randrange(30, 1500))
        state = draw.choices(
            [FileState.ACTIVE, FileState.WATCHED, FileState.FOUND, FileState.CHECKED, FileState.CLOSED],
            [55, 10, 10, 15, 10],
        )[0]
        if number % WAITING == 0:
            state = FileState.PROPOSED
        file = HardshipFile(
            number=f"〔{found:%Y}〕测试帮字第{number:06d}号", household=home, area_id=home.area_id,
            subject_id=(living.get(home.pk) or [None])[0], category=draw.choice(["DB", "CJ", "ZZ", "DQ"]),
            found_on=found, situation="丈夫失业，她在治病，孩子上学。", officer=draw.choice(people), state=state,
            guarded=number % GUARDED == 0, created_by=made.chair,
        )  # fmt: skip
        if state in (FileState.ACTIVE, FileState.WATCHED):
            file.level, file.approved_on, file.approved_by = draw.choice(Level.values), found, made.chair
            file.review_due_on = today + timedelta(days=draw.randrange(-20, 180))
        if state == FileState.WATCHED:
            file.watch_until = today + timedelta(days=90)
        if state == FileState.PROPOSED:
            file.proposed_by = people[-1]
        if state == FileState.CLOSED:
            file.closed_on, file.exit_reason = today - timedelta(days=1), FileExit.INCOME
        files.append(file)
    files = HardshipFile.objects.bulk_create(files)
    FileStage.objects.bulk_create(
        FileStage(file=f, state=f.state, valid_from=f.found_on, recorded_by=made.chair, reason="上门看过。")
        for f in files
    )
    _contents(files, living, draw, made)
    _help(files, draw, made)


def _contents(files, living, draw, made):
    today = made.today
    quarters = [quarter_of(today - timedelta(days=91 * back)) for back in range(4)]
    MemberFact.objects.bulk_create(
        MemberFact(file=f, resident_id=person, health=["chronic"], illness="高血压", income=Decimal(800))
        for f in files
        for person in living.get(f.household_id, [])[:4]
    )
    YearAccount.objects.bulk_create(
        YearAccount(file=f, year=today.year - back, people=3, wages=36000, illness=42000)
        for f in files
        for back in (1, 2)
    )
    causes = Cause.objects.bulk_create(
        Cause(file=f, code=code, is_main=code == "01", words="住院两次。") for f in files for code in ("01", "02")
    )
    measures = Measure.objects.bulk_create(
        Measure(cause=c, file_id=c.file_id, quarter=quarter, item="联系大病救助")
        for c in causes
        for quarter in quarters
    )
    Result.objects.bulk_create(
        Result(measure=m, effect=Effect.values[0], words="报销了一部分。", made_by=made.chair) for m in measures
    )
    Need.objects.bulk_create(
        Need(file=f, kind=kind, detail="报销住院费") for f in files for kind in ("medical", "goods")
    )
    Evidence.objects.bulk_create(
        Evidence(
            file=f, kind="diagnosis", number=f"ZD{n}", seen_by=made.chair, valid_until=today + timedelta(days=200)
        )
        for f in files
        for n in range(3)
    )
    Review.objects.bulk_create(
        Review(
            file=f, kind=ReviewKind.REGULAR, score=45, suggested=Level.SECOND, level_before=Level.SECOND,
            level=f.level, reason="和上次一样。", made_by=made.chair,
        )
        for f in files if f.level
        for _ in range(4)
    )  # fmt: skip


def _help(files, draw, made):
    today = made.today
    paired = [f for f in files if f.level and draw.random() < 2 / 3]
    pairings = []
    for f in paired:
        begins, last = today - timedelta(days=draw.randrange(60, 700)), today - timedelta(days=draw.randrange(50))
        pairings.append(Pairing(
            file=f, household_id=f.household_id, area_id=f.area_id, helper=draw.choice(made.helpers),
            kinds=[HelpKind.COMPANY], starts_on=begins, last_contact_on=last, speaks_by=last + timedelta(days=30),
            promise="每月来看她一次。", created_by=made.chair,
        ))  # fmt: skip
    pairings = Pairing.objects.bulk_create(pairings)
    HelpRecord.objects.bulk_create(
        HelpRecord(
            pairing=p, on=p.starts_on + timedelta(days=30 * n), half_hours=2, done="陪她看病。", made_by=made.chair
        )
        for p in pairings
        for n in range(12)
    )
    gifts = []
    for f in files:
        for _ in range(GIFTS):
            number = draw.randrange(MONTHS)
            on = today - timedelta(days=30 * number + draw.randrange(30))
            gifts.append(Delivery(
                household_id=f.household_id, area_id=f.area_id, file=f, batch=made.batches[number], what="大米",
                kind="米面油", quantity=1, value=60, asked_on=on, state="receipted", approved_by=made.chair,
                voucher=f"FFB-{f.pk}-{len(gifts)}"[-20:], handed_on=on, handed_by=made.people[0], received_by="本人",
                receipt_kind=ReceiptKind.SLIP, receipted_on=on, created_by=made.people[-1],
            ))  # fmt: skip
    gifts = Delivery.objects.bulk_create(gifts)
    Movement.objects.bulk_create(
        Movement(
            batch_id=g.batch_id, kind="given", amount=-1, on=g.handed_on, delivery=g, recorded_by=g.handed_by
        )
        for g in gifts
    )  # fmt: skip


def officer():
    """A client of the data officer beside the chair: guarded files are not hers, so that each row asks for its circle."""
    place = chair().grants.first().area
    user, _ = User.objects.get_or_create(username="bench-officer", defaults={"name": "数据员"})
    RoleGrant.objects.get_or_create(user=user, role=Role.DATA_OFFICER, area=place)
    client = FormClient()
    client.force_login(user, backend="accounts.backends.StaffBackend")
    return client


def addresses(client):
    """`{name: address}` of the pages that are measured."""
    today, grid = timezone.localdate(), Area.objects.filter(kind="grid").first()
    file = HardshipFile.objects.filter(state=FileState.ACTIVE, pairings__isnull=False).order_by("pk").last()
    page, name = file.get_absolute_url(), file.subject.name if file.subject else "王"
    return {
        "floor": "/bench/floor/",
        "files": FILES,
        "files_deep": FILES + deep_address(client, FILES, PAGES_DEEP),
        "files_level": f"{FILES}?sort=level",
        "files_review": f"{FILES}?sort=review",
        "files_late": f"{FILES}?review=late",
        "files_grid": f"{FILES}?area={grid.code}&level=1",
        "files_category": f"{FILES}?category=ZZ&state=care",
        "files_closed": f"{FILES}?state=closed",
        "files_name": f"{FILES}?q={name[-2:]}",
        "files_number": f"{FILES}?q={file.number[-7:]}",
        "waiting": f"{FILES}waiting/",
        "file": page,
        **{
            f"file_{tab}": f"{page}?tab={tab}"
            for tab in ("members", "plan", "evidence", "pairings", "aid", "requests")
        },
        "sheet": f"{page}sheet/",
        "pairings": PAIRED,
        "pairings_silent": f"{PAIRED}?state=silent",
        "pairing": Pairing.objects.order_by("pk").last().get_absolute_url(),
        "helpers": HELPERS,
        "given": GIVEN,
        "given_deep": GIVEN + deep_address(client, GIVEN, PAGES_DEEP),
        "given_month": f"{GIVEN}?state=given&since={today - timedelta(days=60)}&until={today - timedelta(days=30)}",
        "goods": "/hardship/goods/",
        "batch": Batch.objects.order_by("pk").first().get_absolute_url(),
        "home": "/",
        "figures_month": f"{GIVEN}figures/?since={today - timedelta(days=40):%Y-%m}&until={today - timedelta(days=40):%Y-%m}",
        "figures_year": f"{GIVEN}figures/?since={today.year - 1}-01&until={today.year - 1}-12",
    }


def run(rounds=5):
    """CPU and wall milliseconds a page (`{name: [cpu, wall]}`), its queries, and the number of files."""
    client, other = signed_in(), officer()
    settle()

    def page_of(address, who=client):
        def get():
            response = who.get(address)
            if response.status_code != 200:
                raise RuntimeError(f"{address}: {response.status_code}")
            return response

        return get

    pages = {name: page_of(address) for name, address in addresses(client).items()}
    hers = {"files": FILES, "files_level": f"{FILES}?sort=level", "given": GIVEN, "pairings": PAIRED}
    pages |= {f"officer_{name}": page_of(address, other) for name, address in hers.items()}
    slow = {name: pages[name] for name in pages if name in SLOW}
    found = interleaved({name: work for name, work in pages.items() if name not in slow}, int(rounds), repeat=3)
    found |= interleaved({"floor_again": pages["floor"], **slow}, 3)
    return {
        "files": HardshipFile.objects.count(),
        "pages": found,
        "queries": {name: queries_of(work) for name, work in pages.items()},
    }
