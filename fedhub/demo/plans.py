"""What lies ahead in the demo: colours of families, must-visits, a season's campaign half done. All through the services."""

from datetime import time, timedelta

from fedhub.reference.enums import RiskLevel, VisitEvent
from fedhub.reference.shipped import shipped_campaigns
from grids.enums import VisitKind
from grids.models import Visit
from grids.services.visit import log_visit
from households.models import Campaign, Household
from households.services.campaigns import create_campaign, start_campaign
from households.services.households import change_household
from households.services.plan import cancel_task, plan_by_hand

# How many families of each colour; green is what nobody looks at twice and is not set here.
COLOURS = {RiskLevel.RED: 3, RiskLevel.ORANGE: 6, RiskLevel.YELLOW: 14}
# Event, days ago, note.
EVENTS = [
    (VisitEvent.DISCHARGE, 1, "刚做完手术，下午在家。"),
    (VisitEvent.ILLNESS, 5, ""),
    (VisitEvent.JOB_LOSS, 2, "厂里裁员，想找离家近的活。"),
    (VisitEvent.DIVORCE, 6, ""),
    (VisitEvent.CONFLICT, 1, "楼上漏水吵起来了，两家都要去。"),
    (VisitEvent.CHILD, 2, "期中考后不肯上学。"),
    (VisitEvent.MOVE_IN, 4, ""),
]
SAID = [
    "东西收到了，说谢谢。",
    "身体还行，药按时吃。",
    "子女周末回来，让放心。",
    "暖气和煤气都看过，没问题。",
    "想请人帮忙修一下窗户。",
]
DAYS, DONE_SHARE = 9, 0.5


def plan_ahead(demo, planter):
    """Colours, must-visits and the campaign of a Demo; `planter` gives the random series."""
    rnd = planter.inventor.rnd
    homes = list(Household.objects.active().filter(people__gt=0, last_visit_on__isnull=False).order_by("pk"))
    colour_families(demo, rnd, homes)
    plan_events(demo, planter, rnd, homes)
    run_campaign(demo, planter, rnd)


def colour_families(demo, rnd, homes):
    """Colours after a joint assessment, by the chair."""
    chosen = iter(rnd.sample(homes, sum(COLOURS.values())))
    for colour, number in COLOURS.items():
        for _ in range(number):
            home = next(chosen)
            home.risk_level = colour
            change_household(home, ["risk_level"], base_version=home.version, by=demo.chair)


def plan_events(demo, planter, rnd, homes):
    """Must-visits still to be made, a few of them late, and one that was not needed any more."""
    quiet = [home for home in homes if home.last_visit_on < planter.day(7)]
    tasks = [
        plan_by_hand(home, event=event, on=planter.day(ago), note=note, by=demo.staff["liujianfang"])
        for home, (event, ago, note) in zip(rnd.sample(quiet, len(EVENTS)), EVENTS, strict=True)
    ]
    cancel_task(tasks[-1], why="只是来住几天，已经回去", by=demo.chair)


def run_campaign(demo, planter, rnd):
    """A campaign of the season, begun a week ago: half of the families have been visited."""
    given = shipped_campaigns()["heat" if planter.today.month in range(5, 10) else "spring"]
    campaign = create_campaign(
        Campaign(
            area=demo.community, name=given["name"] if given["key"] == "heat" else "入冬送温暖", template=given["key"],
            starts_on=planter.day(7), ends_on=planter.today + timedelta(days=DAYS), visit_kind=given["visit_kind"],
            goods=given["goods"] if given["key"] == "heat" else "棉被一床、大米一袋", ask=given["ask"],
            route=given["route"], criteria={"categories": ["KC", "GG", "TK"]}, whom="worker",
        ),
        by=demo.chair,
    )  # fmt: skip
    start_campaign(campaign, None, by=demo.chair)
    for task in campaign.tasks.select_related("household", "assigned_to").order_by("pk"):
        if rnd.random() >= DONE_SHARE:
            continue
        home = task.household
        people = [m.resident for m in home.memberships.filter(kind="lives", valid_to=None).select_related("resident")]
        log_visit(
            Visit(
                household=home, visitor=task.assigned_to, visited_on=planter.day(rnd.randrange(7)), started_at=time(10),
                ended_at=time(10, 20), kind=VisitKind(campaign.visit_kind), gifts=campaign.goods, summary=rnd.choice(SAID),
            ),
            people=[one for one in people if one.left_on is None][:1], tasks=[task], by=task.assigned_to,
        )  # fmt: skip
