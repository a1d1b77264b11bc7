"""What `bench.groups` measures: volunteers with their services, groups, activities, needs, backbone women.

`python -m bench.mark groups_fill VOLUNTEERS EACH` makes them in a place of at least so many people: EACH services a volunteer,
each on a day of its own in three years; sums on the rows agree with what they are sums of. No history is made.
"""

import random
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from bench.lists import chair
from groups.activity_enums import ActivityKind
from groups.backbone_enums import BackboneLevel, BackboneSource, Grade, Skill
from groups.enums import FreeTime, GroupKind, Present, ServiceKind
from groups.models import (
    Activity,
    Attendance,
    Backbone,
    BackboneTask,
    Certificate,
    Entry,
    Evaluation,
    Group,
    Honour,
    LevelChange,
    Meeting,
    Member,
    Offer,
    Service,
    ServiceNeed,
    Shift,
    Training,
    Volunteer,
    VolunteerRecord,
)
from households.models import Consent, Membership, Resident

DAYS, SLICE = 1_095, 1_000
SHIFTS, CERTIFICATES, TEAMS, MEMBERS, HELD, ENTRIES, NEEDS, OFFERS, WOMEN = (
    1_000,
    2_000,
    300,
    33,
    3_000,
    20,
    2_000,
    10,
    500,
)
ENDED_OFFERS = ["declined", "declined", "refused", "taken_back", "lapsed"]


def fill(volunteers, each):
    """Make `volunteers` with `each` services, and what goes with them, unless there are so many. Returns how many there are."""
    draw, by, volunteers, each = random.Random(1), chair(), int(volunteers), int(each)
    place = by.grants.first().area
    if Volunteer.objects.count() < volunteers:
        people = list(Resident.objects.filter(birth__lt="2005").order_by("id").values("id", "name", "sex", "birth"))
        _shifts(draw, by, place)
        for start in range(0, volunteers, SLICE):
            _volunteers(range(start, min(start + SLICE, volunteers)), each, draw, by, place, people)
        _groups(draw, by, place, people)
        _needs(draw, by, place)
        _backbone(draw, by)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return Volunteer.objects.count(), Service.objects.count()


def _moment(day, hour):
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _shifts(draw, by, place):
    today = timezone.localdate()
    Shift.objects.bulk_create(
        Shift(
            area=place, kind=draw.choice(ServiceKind.values), what="清洁庭院", place="三号院", created_by=by,
            on=today if n < 3 else today - timedelta(days=draw.randrange(1, DAYS)),
        )
        for n in range(SHIFTS)
    )  # fmt: skip


def _volunteers(numbers, each, draw, by, place, people):
    """Volunteers, three in four of them residents, with their services, certificates and records."""
    today, made = timezone.localdate(), []
    for n in numbers:
        person = people[n] if n % 4 and n < len(people) else None
        made.append(Volunteer(
            area=place, number=f"ZY2026-{n:05d}", resident_id=person and person["id"], created_by=by, told_risks=True,
            name=person["name"] if person else f"{draw.choice('王李张刘陈')}{draw.choice('桂玉秀淑')}{draw.choice('兰梅英珍')}",
            sex=person["sex"] if person else "2", birth=person["birth"] if person else "1970-05-01",
            kinds=draw.sample(ServiceKind.values, 2), times=draw.sample(FreeTime.values, 2), skills="", phone="13800138000",
            insured_until=today + timedelta(days=draw.randrange(-100, 300)),
            state=draw.choice(["active"] * 16 + ["pending", "paused", "left", "refused"]),
        ))  # fmt: skip
    services, shifts = [], list(Shift.objects.values_list("pk", "on"))
    for one in made:
        for back in draw.sample(range(DAYS), each):
            start = _moment(today - timedelta(days=back), draw.randrange(8, 17))
            state = "recorded" if back < 3 else "confirmed" if back < 15 else draw.choice(["counted"] * 19 + ["void"])
            sure = state in ("confirmed", "counted")
            day = start.date()
            services.append(Service(
                volunteer=one, kind=draw.choice(ServiceKind.values), what="陪王奶奶买菜", started_at=start,
                ended_at=start + timedelta(hours=2), half_hours=4, state=state, recorded_by=by, confirmed_by=by if sure else None,
                noticed_on=day if sure else None, counts_on=day + timedelta(days=15) if sure else None,
                void_why="记错了" if state == "void" else "", shift_id=draw.choice(shifts)[0] if draw.random() < 0.1 else None,
            ))  # fmt: skip
            one.half_hours += 4 * (state == "counted")
    Volunteer.objects.bulk_create(made)
    for start in range(0, len(services), 5 * SLICE):
        Service.objects.bulk_create(services[start : start + 5 * SLICE])
    papers = [one for one in made if draw.random() < 0.1]
    papers = Certificate.objects.bulk_create(
        Certificate(
            number=f"ZM-{one.number}", volunteer=one, since=date(2024, 1, 1), until=today, half_hours=one.half_hours,
            content=[["助老", one.half_hours]], issuer="社区妇联", head="周主任", contact="12345", issued_by=by,
            issued_on=today - timedelta(days=draw.randrange(DAYS)),
        )
        for one in papers
    )  # fmt: skip
    counted = {}
    for service in services:
        if service.state == "counted":
            counted.setdefault(service.volunteer_id, []).append(service.pk)
    through = Certificate.services.through
    through.objects.bulk_create(
        through(certificate_id=paper.pk, service_id=pk)
        for paper in papers
        for pk in counted.get(paper.volunteer_id, ())
    )
    VolunteerRecord.objects.bulk_create(
        VolunteerRecord(volunteer=one, kind="training", what="志愿者岗前培训", made_by=by)
        for one in made
        if one.pk % 5 == 0
    )


def _groups(draw, by, place, people):
    """Groups with members, meetings and who came; activities with the names on their lists."""
    today = timezone.localdate()
    teams = Group.objects.bulk_create(
        Group(
            area=place, number=f"DW2026-{n:03d}", name=f"{draw.choice(['巾帼', '春江', '夕阳红', '姐妹'])}队{n}",
            kind=draw.choice(GroupKind.values), rhythm="每周四 19:00", venue="社区活动室", created_by=by,
            state=draw.choice(["active"] * 9 + ["resting"]),
        )
        for n in range(TEAMS)
    )  # fmt: skip
    members = []
    for n, team in enumerate(teams):
        for at, person in enumerate(draw.sample(people, MEMBERS + 1)):
            asks = n % 50 == 0 and at == MEMBERS
            members.append(Member(
                group=team, resident_id=person["id"], role="member" if at else "leader", state="asked" if asks else "active",
                valid_from=None if asks else today - timedelta(days=draw.randrange(1, DAYS)),
            ))  # fmt: skip
    Member.objects.bulk_create(members, batch_size=SLICE)
    meetings = Meeting.objects.bulk_create(
        Meeting(group=team, on=today - timedelta(days=7 * n + 1), topic="排练扇子舞")
        for team in teams
        for n in range(5)
    )
    inside = {}
    for member in members:
        inside.setdefault(member.group_id, []).append(member)
    Attendance.objects.bulk_create(
        (
            Attendance(meeting=one, member=member, present=draw.choice(Present.values))
            for one in meetings
            for member in inside[one.group_id]
            if member.state == "active"
        ),
        batch_size=5 * SLICE,
    )
    made, names = [], {}
    for n in range(HELD):
        day = today - timedelta(days=n * DAYS // HELD - 30)
        state = (
            "cancelled"
            if n % 20 == 0
            else draw.choice(["planned", "open"])
            if day >= today
            else draw.choice(["held", "summed"])
        )
        names[n] = [draw.choice(["in", "in", "cancelled"] if day >= today else ["came", "came", "came", "in", "cancelled"])
                    for _ in range(ENTRIES)]  # fmt: skip
        made.append(Activity(
            area=place, number=f"HD2026-{n:04d}", title=f"{draw.choice(['养生', '亲子', '普法', '反诈'])}讲座{n}",
            kind=draw.choice(ActivityKind.values), group=teams[n % TEAMS] if n % 2 else None,
            organiser="" if n % 2 else "社区妇联",
            starts_at=_moment(day, 9), ends_at=_moment(day, 11), place="社区活动室", state=state, keeper=by, created_by=by,
            capacity=40 if n % 3 else None, taken=sum(one != "cancelled" for one in names[n]),
            cancelled_why="下雨" if state == "cancelled" else "", summary="来了不少人" if state == "summed" else "",
        ))  # fmt: skip
    Activity.objects.bulk_create(made)
    Entry.objects.bulk_create(
        (
            Entry(
                activity=one, resident_id=person["id"], state=state, came_at=one.starts_at if state == "came" else None
            )
            for n, one in enumerate(made)
            for state, person in zip(names[n], draw.sample(people, ENTRIES), strict=True)
        ),
        batch_size=5 * SLICE,
    )


def _needs(draw, by, place):
    """Needs, half of them of families, each with ten offers of which one may run."""
    today = timezone.localdate()
    homes = Membership.objects.filter(kind="lives", valid_to=None, resident__birth__lt="2005").order_by("pk")
    homes = list(homes.values_list("household_id", "resident_id", "household__area_id")[:NEEDS])
    helpers, made = list(Volunteer.objects.filter(state="active").values_list("pk", flat=True)[:5_000]), []
    for n, (home, person, grid) in enumerate(homes):
        state = draw.choice(
            ["open", "offered", "agreed", "serving", "done", "done", "done", "withdrawn", "expired", "expired"]
        )
        over, family = state in ("done", "withdrawn", "expired"), n % 2
        made.append(ServiceNeed(
            area_id=grid if family else place.pk, number=f"FW2026-{n:04d}", household_id=home if family else None,
            resident_id=person if family else None, place="" if family else "妇女之家", kind=draw.choice(ServiceKind.values),
            what=draw.choice(["辅导四年级数学", "陪着看病", "教用手机"]), detail="三楼，没有电梯。",
            times=draw.sample(FreeTime.values, 2), source="visit" if n % 4 == 0 else "own", state=state,
            until=today + timedelta(days=draw.randrange(-300, -1) if over else draw.randrange(1, 60)),
            ended_on=today - timedelta(days=1) if over else None,
            ended_why="不用了" if state == "withdrawn" else "", created_by=by,
        ))  # fmt: skip
    ServiceNeed.objects.bulk_create(made)
    offers, states = [], {"offered": "asked", "agreed": "agreed", "serving": "agreed", "done": "done"}
    for need in made:
        last = states.get(need.state)
        for at, helper in enumerate(draw.sample(helpers, OFFERS)):
            state = last if last and at == 0 else draw.choice(ENDED_OFFERS)
            both, consent = state in ("agreed", "done"), None
            if both and need.resident_id:
                consent = Consent(
                    resident_id=need.resident_id, purpose="share", recipient="志愿者", how="paper", taken_by=by
                )
            offers.append(Offer(
                need=need, volunteer_id=helper, state=state, asked_by=by, consent=consent,
                answered_on=None if state == "asked" else today,
                served_on=today if both else None, ended_on=None if state in ("asked", "agreed") else today,
            ))  # fmt: skip
    Consent.objects.bulk_create(one.consent for one in offers if one.consent)
    Offer.objects.bulk_create(offers, batch_size=SLICE)


def _backbone(draw, by):
    """Backbone women with what stands in their files."""
    today = timezone.localdate()
    women = Resident.objects.women().filter(birth__gte="1955", birth__lt="2000").order_by("-id")[:WOMEN]
    made = Backbone.objects.bulk_create(
        Backbone(
            number=f"GG2026-{n:03d}", resident=person, skills=draw.sample(Skill.values, 2),
            source=draw.choice(BackboneSource.values),
            level=draw.choice(BackboneLevel.values), valid_from=today - timedelta(days=draw.randrange(400, DAYS)), keeper=by,
            created_by=by, note="肯跑腿，有威信。", valid_to=today if n % 10 == 0 else None, end_why="work" if n % 10 == 0 else "",
        )
        for n, person in enumerate(women)
    )  # fmt: skip
    LevelChange.objects.bulk_create(
        LevelChange(backbone=one, level=one.level, since=one.valid_from, recorded_by=by) for one in made
    )
    Training.objects.bulk_create(
        Training(backbone=one, name="家庭矛盾调解", hours=6, recorded_by=by) for one in made for _ in range(2)
    )
    Honour.objects.bulk_create(
        Honour(backbone=one, kind="red_flag", level="district", year=today.year - 1, recorded_by=by)
        for one in made[::3]
    )
    Evaluation.objects.bulk_create(
        Evaluation(backbone=one, year=today.year - 1, grade=draw.choice(Grade.values), words="有威信", recorded_by=by)
        for one in made
    )
    BackboneTask.objects.bulk_create(
        BackboneTask(
            backbone=one, what="约姐妹来听讲座", given_by=by, due_on=today + timedelta(days=9), state=state,
            done_on=today if state == "done" else None, result="来了六个人" if state == "done" else "",
        )
        for one in made
        for state in ("done", "cancelled" if one.valid_to else "open")
    )  # fmt: skip
