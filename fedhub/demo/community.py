"""The demo: one believable community, its federation, a year of visits and concerns, everything invented.

People, families and what happened follow from one seed and the day; passwords are random. What happened in the past is
written in bulk under one honest audit row (演示数据); what goes through the services leaves its own rows of today.
"""

import os
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.services import create_staff, give_grant, new_code_text, set_password
from fedhub.areas.enums import AreaKind
from fedhub.areas.models import Area
from fedhub.areas.services import next_unit_code, open_area, save_building
from fedhub.core import audit
from fedhub.core.backup import make_recovery_key, public_key_path
from fedhub.core.models.numbers import take_numbers
from fedhub.demo.activities import write_activities
from fedhub.demo.answers import answer_surveys
from fedhub.demo.backbone import write_backbone
from fedhub.demo.bulk import BulkWriter, analyse
from fedhub.demo.cast import AGENCIES, DUTIES, GRIDS, MORE_STAFF, ROSTER, STAFF, TEAMS, TERM, UNITS, VENUES, stories
from fedhub.demo.council import seat_council
from fedhub.demo.employment import write_employment
from fedhub.demo.events import write_events
from fedhub.demo.groups import write_groups
from fedhub.demo.hardship import in_hardship
from fedhub.demo.links import Links
from fedhub.demo.matters import Matters
from fedhub.demo.mediation import MicroHome
from fedhub.demo.messages import write_messages
from fedhub.demo.needs import write_needs
from fedhub.demo.people import SERIES, Inventor
from fedhub.demo.places import chain, open_grid
from fedhub.demo.plans import plan_ahead
from fedhub.demo.planting import Planter
from fedhub.demo.seeding import household_number
from fedhub.demo.shifts import write_shifts
from fedhub.demo.surveys import surveys_of
from fedhub.demo.told import tell_a_survey
from fedhub.demo.visits import Team, Visitor
from fedhub.demo.wards import record_wards
from fedhub.demo.wishes import write_wishes
from fedhub.reference.models import Agency, Venue
from grids.enums import ChangeKind, Met, VisitMode
from grids.models import Duty, Term, TermMember
from grids.services.duty import assign_duty, end_duty
from grids.services.term import add_member, open_term

NUMBER = 20211218
# The first term that the pages show; a demo started after its end moves on by whole terms of five years.
TERM_START, TERM_YEARS = date(2021, 12, 18), 5
# Families found at home twice a year leave two visits a year; some were not yet visited in the first half.
THIN = 0.42
CHANGES_WAIT = timedelta(days=30)
WHY_MOVED = ["房子卖了，搬到城东", "回老家", "换了工作，搬走"]


@dataclass
class Demo:
    """What was made: places, accounts by name, planted families, their visits."""

    community: Area
    street: Area
    grids: list = field(default_factory=list)
    staff: dict = field(default_factory=dict)
    passwords: dict = field(default_factory=dict)
    agencies: dict = field(default_factory=dict)
    families: list = field(default_factory=list)
    visits: dict = field(default_factory=dict)

    @property
    def chair(self):
        """周敏."""
        return self.staff["zhoumin"]


def count_rows():
    """Let PostgreSQL count what was just written: in one long transaction nobody does, and it would plan for empty tables."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@transaction.atomic
def seed_demo():
    """Fill an empty database with the demo community; returns Demo. All or nothing.

    Also writes accounts.txt and, when there is none yet, the recovery key into settings.HOME (both 0600).
    """
    today = timezone.localdate()
    inventor = Inventor(NUMBER, today=today, series=len(SERIES) - 1)
    community = chain()
    demo = Demo(community, community.parent)
    open_places(demo)
    open_accounts(demo)
    start = term_start(today)
    give_duties(demo, start, today)
    seat_committee(demo, start)
    add_agencies(demo)
    writer = BulkWriter()
    planter = Planter(writer, inventor, by=demo.staff["sunli"])
    plant_families(demo, planter)
    visit_families(demo, planter)
    let_go(demo, planter)
    for planted in demo.families:
        planter.close(planted)
    writer.finish()
    count_rows()
    Matters(demo, planter).write()
    Links(demo, planter, teams_of(demo)).write()
    plan_ahead(demo, planter)
    in_hardship(demo)
    seat_council(demo)
    MicroHome(demo, random.Random(NUMBER)).write()  # noqa: S311 - nothing secret
    tell_a_survey(demo)
    write_messages(demo)
    record_wards(demo)
    write_groups(demo)
    write_activities(demo)
    write_shifts(demo)
    write_backbone(demo)
    write_needs(demo)
    write_employment(demo)
    write_events(demo)
    write_wishes(demo)
    surveys_of(demo, community)
    answer_surveys(demo)
    audit.record(
        "demo.seed", community, area=community, reason="演示数据", households=len(demo.families),
        visits=sum(len(rows) for rows in demo.visits.values()),
    )  # fmt: skip
    write_accounts(demo)
    keep_recovery_key()
    analyse()
    return demo


def term_start(today):
    """First day of the term that `today` lies in."""
    start = TERM_START
    while start.replace(year=start.year + TERM_YEARS) <= today:
        start = start.replace(year=start.year + TERM_YEARS)
    return start


# --- places, accounts, duties -------------------------------------------------------------------------------------
def open_places(demo):
    """Grids with their buildings, and 联户单元."""
    for bounds, compounds, _ in GRIDS:
        grid = open_grid(demo.community, **bounds)
        demo.grids.append(grid)
        for compound in compounds:
            for building in compound.rows(grid):
                save_building(building, by=None)
    for number, name, _ in UNITS:
        grid = demo.grids[number - 1]
        open_area(Area(code=next_unit_code(grid), name=name, kind=AreaKind.UNIT, parent=grid), by=None)


def open_accounts(demo):
    """One account with a password for each role, and those of the other people in charge without one."""
    for member in [*STAFF, *MORE_STAFF]:
        user = create_staff(User(username=member.username, name=member.name, title=member.title), by=None)
        demo.staff[member.username] = user
        if member.role:
            demo.passwords[member.username] = new_code_text().lower()
            set_password(user, demo.passwords[member.username], by=user)
        if member.role and member.at:
            area = demo.street if member.at == "street" else demo.community
            give_grant(user, role=member.role, area=area, source="妇联聘任", by=None)


def give_duties(demo, start, today):
    """包保 in all four patterns, one of them ended; access comes with it (decision 11)."""
    for number, username, role, pattern, after, ended in DUTIES:
        begins = min(start + timedelta(days=after), today)
        duty = Duty(
            area=demo.grids[number - 1], person=demo.staff[username], role=role, pattern=pattern, valid_from=begins
        )
        assign_duty(duty, by=demo.chair)
        if ended:
            end_duty(duty, why=ended[1], on=min(start + timedelta(days=ended[0]), today), by=demo.chair)
    for user in demo.staff.values():
        user.forget_grants()


def seat_committee(demo, start):
    """The roster: chair, two vice chairs, fifteen 执委 and the women's delegates (handbook 1.1)."""
    ends = start.replace(year=start.year + TERM_YEARS)
    term = Term(
        area=demo.community, name=TERM, starts_on=start, ends_on=ends, note=f"任期 {start.year}—{ends.year} 年"
    )
    open_term(term, by=demo.chair)
    for name, role, duty, workplace, username in ROSTER:
        member = TermMember(
            term=term, name=name, role=role, duty=duty, workplace=workplace, user=demo.staff.get(username),
            starts_on=start,
        )  # fmt: skip
        add_member(member, by=demo.chair)


def add_agencies(demo):
    """Who people are referred to, and the rooms of the federation."""
    for kind, name, phone, contact in AGENCIES:
        agency = Agency(kind=kind, name=name, phone=phone, contact=contact, area=demo.street)
        agency.save()
        demo.agencies.setdefault(kind, agency)
    for name, address, seats in VENUES:
        Venue(name=name, address=address, seats=seats, area=demo.community).save()


# --- families and visits ------------------------------------------------------------------------------------------
def plant_families(demo, planter):
    """About 1,200 families at the doors of the compounds; some doors stay empty."""
    inventor = planter.inventor
    told = stories(inventor)
    by_door = {_door(story.home): story for story in told}
    units = {name: Area.objects.get(name=name, kind=AreaKind.UNIT) for _, name, _ in UNITS}
    total = sum(count for _, _, count in GRIDS)
    number = take_numbers(f"household:{demo.community.code}", total)
    for index, (_, compounds, count) in enumerate(GRIDS, start=1):
        homes = [home for compound in compounds for home in compound.homes()]
        empty = len(homes) - count
        free = [home for home in homes if _door(home) not in by_door]
        left_out = {_door(home) for home in inventor.rnd.sample(free, empty)}
        for home in homes:
            if _door(home) in left_out:
                continue
            story = by_door.get(_door(home))
            family = story.family if story else inventor.family()
            area = next((units[name] for at, name, fits in UNITS if at == index and fits(home)), demo.grids[index - 1])
            came_from = None
            if index == 3 and not story and inventor.chance(0.04) and family.known_for > 200:
                came_from = (demo.grids[3], planter.day(family.known_for // 2))
            planted = planter.plant(family, home, area, household_number(demo.community, number), came_from=came_from)
            planted.story = story
            demo.families.append(planted)
            number += 1


def _door(home):
    return home.compound, home.building, home.stair, home.room


def visit_families(demo, planter):
    """A year of visits in the rhythm of each family; the latest found changes wait to be confirmed."""
    visitor, rnd = Visitor(planter), planter.inventor.rnd
    teams = teams_of(demo)
    for planted in demo.families:
        team = teams[planted.household.area.code[:15]]
        if planted.story and planted.story.visits:
            for ago, text in planted.story.visits:
                day = planter.day(ago)
                visit = visitor.visit(planted, day, team, met=Met.MET, mode=VisitMode.HOME, summary=text)
                _keep(demo, planted, visit)
            continue
        for day in visitor.days(planted, thin=THIN):
            visit = visitor.visit(planted, day, team)
            _keep(demo, planted, visit)
            again = day + timedelta(days=rnd.randrange(2, 9))
            new = planted.household.last_visit_on is None
            if not visit.counts and (new or (again <= planter.today and rnd.random() < 0.95)):
                visit = visitor.visit(planted, min(again, planter.today), team, met=Met.MET, mode=VisitMode.HOME)
                _keep(demo, planted, visit)
            fresh = visit.visited_on > planter.today - CHANGES_WAIT
            if visit.met == Met.MET and rnd.random() < (0.06 if fresh else 0.03):
                _notice(demo, visitor, planted, visit)


def teams_of(demo):
    """`{grid code: Team}`: who visits each grid."""
    return {
        demo.grids[number - 1].code: Team(*(demo.staff[name] for name in names)) for number, names in TEAMS.items()
    }


def _keep(demo, planted, visit):
    demo.visits.setdefault(planted.household.pk, []).append(visit)


def _notice(demo, visitor, planted, visit):
    """Something has changed: recent finds wait, older ones stand in the ledger or were refused."""
    rnd, today = visitor.inventor.rnd, visitor.today
    decided = None if visit.visited_on > today - CHANGES_WAIT else demo.staff["fengxue"]
    refused = "核实后没有变化" if decided and rnd.random() < 0.15 else ""
    workers = [(p, r) for p, r in planted.living() if 22 <= p.age(today) < 58]
    kind = rnd.choice([ChangeKind.JOB, ChangeKind.JOB, ChangeKind.PHONE, ChangeKind.HEALTH, ChangeKind.MEMBERS])
    if kind in (ChangeKind.JOB, ChangeKind.PHONE) and workers:
        person, resident = rnd.choice(workers)
        if kind == ChangeKind.PHONE:
            visitor.change(visit, kind, resident=resident, field="phone", value=visitor.inventor.mobile(),
                           text="换了号码", decided_by=decided, refused="号码打不通")  # fmt: skip
            return
        value = "51" if person.employment == "70" else "70"
        text = "打上零工了" if value == "51" else "厂里减人，上月离职"
        visitor.change(visit, kind, resident=resident, field="employment", value=value, text=text,
                       decided_by=decided, refused=refused)  # fmt: skip
        if decided and not refused:
            resident.employment = value
        return
    texts = {
        ChangeKind.HEALTH: "上月住院，刚回家休养", ChangeKind.MEMBERS: "女儿一家搬来同住，两大一小", ChangeKind.JOB: "退休了，在家带孙子",
        ChangeKind.PHONE: "家里座机停了",
    }  # fmt: skip
    visitor.change(visit, kind, text=texts[kind], decided_by=decided, refused=refused)


def let_go(demo, planter):
    """Some families have moved away and some old people have died: they stay in the files."""
    rnd = planter.inventor.rnd
    plain = [p for p in demo.families if not p.story and not p.family.categories and p.family.known_for > 300]
    for planted in rnd.sample(plain, 12):
        planter.move_away(planted, _after_visits(planted, planter.day(rnd.randrange(5, 250))), rnd.choice(WHY_MOVED))
    old = [
        planted for planted in plain
        if planted.household.is_open and len(planted.family.people) > 1
        and planted.family.people[1].lives and planted.family.people[1].age(planter.today) > 78
    ]  # fmt: skip
    for planted in old[:6]:
        planter.pass_away(planted, 1, _after_visits(planted, planter.day(rnd.randrange(5, 200))))


def _after_visits(planted, day):
    return max(day, planted.household.last_visit_on or day)


# --- files of the demo ----------------------------------------------------------------------------------------------
def write_accounts(demo):
    """accounts.txt: one line for each role: 角色 姓名 账号 密码."""
    labels = dict(Role.choices)
    lines = [
        f"{labels[member.role]} {member.name} {member.username} {demo.passwords[member.username]}" for member in STAFF
    ]
    _write(settings.HOME / "accounts.txt", "\n".join(lines) + "\n")


def keep_recovery_key():
    """Make the demo's recovery key once; its private half lies beside the data, which a real office must never do."""
    if not public_key_path().exists():
        _write(settings.HOME / "recovery-key.txt", make_recovery_key() + "\n")


def _write(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
