"""Activities of the invented community: some summed up, one that takes names, one that is full with two who wait, one in planning
that belongs to the campaign of the season, one cancelled, a rehearsal."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from groups.activity_enums import ActivityKind
from groups.models import Activity, Group
from groups.services import activities, names
from households.campaign_kinds import campaign_kinds
from households.models import Campaign, Resident
from households.services.campaign_tags import tag_work

# (title, kind, days from today, hour, place, budget in yuan, places, slips)
HELD = [
    ("《反家庭暴力法》进小区", ActivityKind.PUBLICITY, -40, 9, "精诚公寓广场", 600, None, (26, 2, 0)),
    ("女性两癌筛查义诊", ActivityKind.HEALTH, -26, 14, "社区卫生站", 1500, 40, (31, 3, 1)),
    ("亲子阅读会", ActivityKind.FAMILY, -12, 10, "社区图书角", 300, 20, (3, 0, 0)),
]
AHEAD = [
    ("冬季养生讲座", ActivityKind.LECTURE, 6, 14, "社区活动室", 400, 30),
    ("包饺子送温暖", ActivityKind.CARE, 20, 9, "妇女之家", 2000, 25),
]


def write_activities(demo):
    """Through the services; what lies behind was ticked and summed up by the chair."""
    women = Resident.objects.women().filter(area__code__startswith=demo.community.code, state="active")
    people = list(women.filter(birth__gt="1950", birth__lt="1990").order_by("-pk")[:60])
    for turn, (title, kind, days, hour, place, budget, seats, slips) in enumerate(HELD):
        activity, came = _open(demo, title, kind, days, hour, place, budget, seats), []
        for number, person in enumerate(people[turn * 12 : turn * 12 + 14]):
            entry, _ = names.sign_up(activity, person, by=demo.chair)
            if number % 6:
                names.mark(entry, "tick", by=demo.chair)
                came.append(entry)
        activities.hold_activity(activity, by=demo.chair)
        activities.sum_up(
            activity, summary=f"{title}按计划举办，到场的人问得仔细，资料发完了。", spent_fen=budget * 90, slips=slips,
            news=f"近日，{demo.community.name}妇联在{place}举办“{title}”活动。", by=demo.chair,
        )  # fmt: skip
        for number, entry in enumerate(came[:5]):
            names.rate(entry, "fair" if number == 4 else "liked")
    for title, kind, days, hour, place, budget, seats in AHEAD:
        activity = _plan(demo, title, kind, days, hour, place, budget, seats)
        if kind == ActivityKind.LECTURE:
            activities.open_activity(activity, by=demo.chair)
            for person in people[:18]:
                names.sign_up(activity, person, by=demo.chair)
    craft = _open(demo, "亲子手工课", ActivityKind.FAMILY, 9, 10, "妇女之家", 200, 6)
    for number, person in enumerate(people[20:28]):
        names.sign_up(craft, person, portrait=number % 2 == 0)
    campaign = Campaign.objects.running().filter(area=demo.community).first()
    if campaign is not None:
        near = Activity.objects.filter(area=demo.community, kind=ActivityKind.CARE).values_list("pk", flat=True)
        tag_work(campaign, campaign_kinds["activities"], list(near), by=demo.chair)
    off = _plan(demo, "广场舞比赛", ActivityKind.SHOW, 3, 18, "精诚公寓广场", 800, None)
    activities.cancel_activity(off, why="连着下雨，改到下个月", by=demo.chair)
    activities.rehearse(Group.objects.get(name="巾帼文艺宣传队"), by=demo.chair)


def _plan(demo, title, kind, days, hour, place, budget, seats):
    day = timezone.localdate() + timedelta(days=days)
    start = timezone.make_aware(datetime.combine(day, time(hour)))
    return activities.plan_activity(
        Activity(
            area=demo.community, title=title, kind=kind, organiser=f"{demo.community.name}妇联", starts_at=start,
            ends_at=start + timedelta(hours=2), place=place, capacity=seats, budget_fen=budget * 100,
            plan="联系场地，准备资料和签到，请志愿者帮忙引导。",
        ),
        by=demo.chair,
    )  # fmt: skip


def _open(demo, *about):
    return activities.open_activity(_plan(demo, *about), by=demo.chair)
