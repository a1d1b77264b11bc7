"""Today's list, the route, the month, the plan and the targets: what stands where, why, and what it costs."""

import datetime
import gzip
import random
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from concerns.tests.factories import concern_at
from fedhub.areas.models import Area
from fedhub.areas.tests import factories as places
from fedhub.core.testing.queries import queries_beyond
from grids.enums import DutyRole, Met, VisitMode
from grids.field import Field
from grids.models import Duty, Visit
from grids.route import after_visit, next_home, open_reasons, route
from grids.services.duty import assign_duty
from grids.services.visit import log_visit
from grids.targets import target_of, targets
from grids.tests.factories import VisitFactory
from grids.today import day_list, today_list
from households.enums import TaskKind, TaskState
from households.models import Household
from households.tests.factories import HouseholdFactory, MembershipFactory, StatusFactory, VisitTaskFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
MODULE = re.compile(r'(?:import|from)\s*"\./([^"]+)"')
DAY = datetime.timedelta(days=1)


def today():
    return timezone.localdate()


def home(grid, days=0, **fields):
    """A family whose regular visit is due in `days`, last visited 100 days ago."""
    known = {"last_visit_on": today() - 100 * DAY} | fields
    return HouseholdFactory(area=grid, next_due_on=today() + days * DAY, **known)


def task(household, days=0, **fields):
    day = today() + days * DAY
    known = {"earliest_on": min(today(), day), "due_on": day, "latest_on": day + 3 * DAY, "why": "必访：家里有人去世"}
    return VisitTaskFactory(household=household, **known | fields)


def refused(household, days):
    """A try of yesterday that was refused, with the next one agreed for in `days`."""
    VisitFactory(
        household=household,
        visited_on=today() - DAY,
        met=Met.REFUSED,
        refused_how="talk",
        next_on=today() + days * DAY,
    )
    return household


def shown(groups):
    """{group: [household id of each line]}"""
    return {group.key: [entry.home.get("id") for entry in group.entries] for group in groups}


# --- the list -----------------------------------------------------------------------------------------------------
def test_a_family_stands_once_with_all_its_reasons_on_the_first_day(worker, grid):
    one = home(grid, -3, visit_every=30, visit_weight=30)
    task(one, 2, weight=50)
    VisitFactory(household=one, visited_on=one.last_visit_on, next_on=today(), next_step="答应帮她问低保")
    concern_at("assigned", area=grid, household=one, assigned_to=worker, due_on=today(), title="楼道灯不亮")

    (group,) = today_list(worker)

    (entry,) = group.entries
    assert (group.key, group.total, group.unit) == ("late", 1, "户")
    assert entry.reason == "必访：家里有人去世、每月走访、约好回访、诉求“楼道灯不亮”"
    assert (entry.when, entry.promise, entry.concerns) == ("3 天", "答应帮她问低保", 1)
    assert [tuple(part) for part in entry.parts] == [
        ("逾期 3 天", 6), ("必访", 50), ("重点关注", 30), ("说好再去的日子到了", 20),
    ]  # fmt: skip
    assert entry.score == 106


def test_in_a_group_the_score_decides_then_the_day(worker, grid):
    plain, long, heavy = home(grid, -4), home(grid, -20), home(grid, -1, visit_weight=70)
    other = home(grid, -4)
    Household.objects.filter(pk=other.pk).update(next_due_on=today() - 5 * DAY, last_visit_on=None)

    (group,) = today_list(worker)

    assert [(e.home["id"], e.score) for e in group.entries] == [
        (heavy.pk, 72), (long.pk, 40), (other.pk, 20), (plain.pk, 8),
    ]  # fmt: skip


def test_the_list_names_no_category_and_the_page_of_the_family_does(client, worker, grid):
    member = MembershipFactory(household__area=grid, household__next_due_on=today() - DAY)
    StatusFactory(resident=member.resident, category="TK")
    Household.objects.filter(pk=member.household_id).update(visit_weight=30)

    listed = client.get(reverse("grids:today")).content.decode()
    page = client.get(reverse("households:household_detail", args=[member.household_id]), {"tab": "visits"})

    assert "重点关注" in listed
    assert "特困" not in listed
    assert "特困家庭每月走访" in page.content.decode()
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("due", "grace", "over", "latest"),
    [(-3, 5, False, 2), (-3, 3, False, 0), (-4, 3, True, -1), (0, 5, False, 5)],
)
def test_past_the_days_of_grace_it_says_so_before_it_says_the_last_day(client, worker, grid, due, grace, over, latest):
    home(grid, due, visit_grace=grace)

    entry = today_list(worker)[0].entries[0]
    page = client.get(reverse("grids:today")).content.decode()

    assert (entry.over, entry.latest) == (over, today() + latest * DAY)
    assert ("已超期限" in page) == over
    assert (f"最晚 {entry.latest.month}月{entry.latest.day}日" in page) == (not over)


def test_a_line_says_how_long_ago_how_often_and_what_was_tried(worker, grid):
    one = home(grid, 0, last_visit_on=today() - 40 * DAY)
    for days, met in ((40, Met.MET), (9, Met.NOBODY), (2, Met.REFUSED)):
        VisitFactory(household=one, visited_on=today() - days * DAY, met=met)

    entry = today_list(worker)[0].entries[0]

    assert (entry.last_on, entry.month_visits) == (today() - 40 * DAY, 0)
    assert [tuple(part) for part in entry.parts] == [("上次以来 2 次没见到", 10)]


def test_what_was_promised_last_is_told_until_somebody_was_there_again(worker, grid):
    one = home(grid, 0, last_visit_on=today() - 40 * DAY)
    VisitFactory(household=one, visited_on=today() - 80 * DAY, next_step="很久以前的事")
    VisitFactory(household=one, visited_on=today() - 40 * DAY, next_step="答应帮她问低保")
    VisitFactory(household=one, visited_on=today() - 5 * DAY, met=Met.NOBODY, next_step="")

    assert today_list(worker)[0].entries[0].promise == "答应帮她问低保"


def test_tasks_stand_from_their_first_day_on_and_those_of_others_do_not(worker, chair, grid):
    soon, later, begun, hers, done = [home(grid, 90) for _ in range(5)]
    task(soon, 0)
    task(later, 20, earliest_on=today() + DAY)
    task(begun, 20, kind=TaskKind.CAMPAIGN, why="重阳走访", assigned_to=worker)
    task(hers, 0, kind=TaskKind.OTHER, why="送材料", assigned_to=chair)
    task(done, 0, state=TaskState.DONE, done_on=today())
    assign_duty(Duty(area=grid, person=worker, role=DutyRole.WORKER), by=chair)
    worker.forget_grants()

    found = today_list(worker)

    assert shown(found) == {"today": [soon.pk], "week": [begun.pk]}
    assert found[1].entries[0].reason == "重阳走访"
    assert shown(today_list(chair)) == {"today": [soon.pk, hers.pk], "week": [begun.pk]}


def test_totals_count_every_family_once_however_it_comes_on_the_list(worker, grid, other_grid):
    """Each family has a regular day, a task, a promise and a concern on days that differ; the first decides."""
    expected = {"late": 0, "today": 0, "week": 0}
    days = (None, -3, 0, 30)
    for regular in (-2, 0, 30):
        for must in days:
            for promise in (None, -1, 0):
                one = home(grid, regular)
                if must is not None:
                    task(one, must)
                if promise is not None:
                    VisitFactory(household=one, visited_on=one.last_visit_on, next_on=today() + promise * DAY)
                concern = must == 0
                if concern:
                    concern_at("assigned", area=grid, household=one, assigned_to=worker, due_on=today() - DAY)
                first = [d for d in (regular, promise, -1 if concern else None) if d is not None and d <= 0]
                first += [must] if must is not None else []
                if first:
                    expected["late" if min(first) < 0 else "today" if min(first) == 0 else "week"] += 1
    home(other_grid, -1)

    found = today_list(worker, shown=100)

    assert {group.key: group.total for group in found} == expected
    assert {group.key: len(group.entries) for group in found} == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("", "ABCDE"), ("regular", "AB"), ("must", "BC"), ("campaign", ""), ("promise", "D"), ("concern", "E")],
)
def test_the_list_is_narrowed_by_reason(worker, grid, kind, expected):
    names = {name: home(grid, -1 if name in "AB" else 90) for name in "ABCD"}
    task(names["B"], 0), task(names["C"], -1)
    VisitFactory(household=names["D"], visited_on=names["D"].last_visit_on, next_on=today())
    concern_at("assigned", area=grid, assigned_to=worker, due_on=today(), title="E")
    by_id = {one.pk: name for name, one in names.items()}

    found = today_list(worker, kind=kind)

    lines = [by_id.get(e.home.get("id"), e.title) for group in found for e in group.entries]
    assert sorted(lines) == sorted(expected)
    assert sum(group.total for group in found) == len(expected)


def test_the_list_is_narrowed_to_a_grid_and_no_further_than_the_scope(as_user, chair, worker, grid, other_grid):
    mine, other = home(grid, 0), home(other_grid, 0)
    url = reverse("grids:today")

    def listed(user, **query):
        groups = as_user(user).get(url, query).context["groups"]
        return {entry.home["id"] for group in groups for entry in group.entries}

    assert listed(chair) == {mine.pk, other.pk}
    assert listed(chair, area=other_grid.code) == {other.pk}
    assert listed(worker, area=other_grid.code) == listed(worker) == {mine.pk}


def test_of_a_long_group_the_first_are_shown_and_the_rest_is_one_link_away(client, worker, grid):
    HouseholdFactory.create_batch(32, area=grid, next_due_on=today() - DAY)

    (group,) = client.get(reverse("grids:today")).context["groups"]
    (whole,) = client.get(group.more_url).context["groups"]

    assert (group.total, len(group.entries), group.more) == (32, 20, 12)
    assert (whole.total, len(whole.entries), whole.more) == (32, 32, 0)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("query", "queries"),
    [({}, 17), ({"group": "late"}, 12), ({"kind": "must"}, 9), ({"view": "route"}, 12), ({"view": "month"}, 7),
     ({"view": "map"}, 5)],
)  # fmt: skip
def test_every_view_costs_the_same_for_any_number_of_rows_of_every_kind(client, worker, grid, rows, query, queries):
    for _ in range(rows):
        one = MembershipFactory(household__area=grid, household__next_due_on=today() - DAY).household
        task(one), task(home(grid, 90)), home(grid, 0), home(grid, 1)
        promised = home(grid, 90)
        VisitFactory(household=promised, visited_on=promised.last_visit_on, next_on=today(), next_step="带表格")
        concern_at("assigned", area=grid, household=one, assigned_to=worker, due_on=today())
        concern_at("assigned", area=grid, assigned_to=worker, due_on=today())
        VisitFactory(household=home(grid, 90), visitor=worker, visited_on=today())
        VisitFactory(household__area=grid, visitor=worker, review="returned")
        refused(home(grid, -1), 9)

    address = reverse("grids:today") + "?" + "&".join(f"{k}={v}" for k, v in query.items())
    response, found = queries_beyond(client, address, SHELL)

    assert response.status_code == 200
    assert found == queries


def test_more_tasks_than_are_read_are_counted_by_the_database(worker, grid, monkeypatch):
    homes = [home(grid, days) for days in (-2, 0, 1, 30, 30, 30)]
    for one, due in zip(homes, (0, -1, -1, -1, 0, 20), strict=True):
        task(one, due)
    promised = home(grid, 30)
    task(promised, 10)
    for one in (promised, homes[3]):
        VisitFactory(household=one, visited_on=one.last_visit_on, next_on=today())
    whole = [(group.key, group.total, shown([group])[group.key]) for group in today_list(worker)]

    monkeypatch.setattr("grids.today.READ", 2)
    parted = [(group.key, group.total) for group in today_list(worker)]

    assert [(key, total) for key, total, _ in whole] == parted == [("late", 4), ("today", 2), ("week", 1)]
    assert [len(ids) for *_, ids in whole] == [4, 2, 1]
    monkeypatch.setattr("grids.today.READ", 1)
    assert [(group.key, group.total) for group in today_list(worker, kind="must")] == [
        ("late", 3), ("today", 2), ("week", 2),
    ]  # fmt: skip
    (day,) = day_list(worker, today())
    assert (day.total, len(day.entries)) == (5, 5)


# --- left in peace ------------------------------------------------------------------------------------------------
def peace_day(days):
    day = today() + days * DAY
    return f"{day.month}月{day.day}日"


def test_a_family_that_refused_is_on_no_list_before_the_day_agreed_and_on_that_day_it_is(client, worker, grid):
    quiet = refused(home(grid, -30), 40)
    url, agreed = reverse("grids:today"), today() + 40 * DAY

    lists = [shown(today_list(worker, kind=kind)) for kind in ("", "regular", "promise")]
    on_the_day = shown(today_list(worker, day=agreed))
    past = day_list(worker, quiet.next_due_on)
    (planned,) = day_list(worker, agreed)
    month = client.get(url, {"view": "month", "month": f"{agreed:%Y-%m}"}).context["weeks"]
    (tile,) = client.get(url, {"view": "map"}).context["buildings"][0][1]

    assert lists == [{}, {}, {}]
    assert (on_the_day, past) == ({"late": [quiet.pk]}, [])
    assert ([entry.home["id"] for entry in planned.entries], planned.total) == ([quiet.pk], 1)
    assert {one.on: one.homes for week in month for one in week if one.homes} == {agreed: 1}
    assert tile.counts["late"] == 0
    assert tile.counts["rest"] == 1
    assert route(Field(worker)) == open_reasons(quiet, worker)[1:] == []


def test_the_line_of_a_family_that_refused_says_until_when_and_only_a_task_leads_there(worker, grid):
    quiet = task(refused(home(grid, -30), 40), 0).household

    (group,) = today_list(worker)

    (entry,) = group.entries
    assert (group.key, entry.home["id"]) == ("today", quiet.pk)
    assert entry.reason == f"必访：家里有人去世、上次不愿见（{peace_day(40)}再去）"
    assert not any(part.label.startswith("逾期") for part in entry.parts)
    assert [reason.kind for reason in open_reasons(quiet, worker)] == ["must", "promise"]


@pytest.mark.parametrize("after", [
    {"met": Met.MET}, {"met": Met.NOBODY, "next_on": -1}, {"withdrawn": True},
])  # fmt: skip
def test_a_newer_word_ends_the_peace(worker, grid, after):
    quiet = refused(home(grid, -30), 40)
    if after.get("withdrawn"):
        Visit.objects.update(withdrawn_at=timezone.now(), withdrawn_why="记错了")
    elif after["met"] == Met.MET:
        Household.objects.update(last_visit_on=today())
    else:
        VisitFactory(household=quiet, met=Met.NOBODY, next_on=today() - DAY)

    assert Field(worker).peace == {}
    assert shown(today_list(worker)) == {"late": [quiet.pk]}


@pytest.mark.parametrize("read", [1_000, 2])
@pytest.mark.parametrize("kind", ["", "regular", "must", "promise"])
def test_totals_count_every_family_once_with_those_left_in_peace(worker, grid, monkeypatch, kind, read):
    """Each refused family has a regular day, a day agreed to and a task; the day it is listed on is worked out here."""
    monkeypatch.setattr("grids.today.READ", read)
    sunday = Field(worker).week_end
    expected = {"late": 0, "today": 0, "week": 0}
    for regular in (-9, 0, 60):
        for agreed in (1, 50):
            for must in (None, -3, 0):
                one = refused(home(grid, regular), agreed)
                days = []
                if must is not None:
                    task(one, must)
                    days += [must] if kind in ("", "must") else []
                days += [max(regular, agreed)] if kind in ("", "regular") else []
                days += [agreed] if kind in ("", "promise") else []
                days = [today() + day * DAY for day in days]
                days = [day for day in days if day <= sunday]
                if days:
                    first = min(days)
                    expected["late" if first < today() else "today" if first == today() else "week"] += 1

    found = today_list(worker, kind=kind, shown=100)

    expected = {key: n for key, n in expected.items() if n}
    assert {group.key: group.total for group in found} == expected
    # Of more tasks than are read the lines are some, the totals all.
    assert read == 2 or {group.key: len(group.entries) for group in found} == expected


def test_those_left_in_peace_push_nobody_off_the_list(worker, grid):
    for _ in range(45):
        refused(home(grid, -90, visit_weight=100), 40)
    due = {home(grid, -1 - number).pk for number in range(130)}

    (group,) = today_list(worker)

    assert (group.total, len(group.entries)) == (130, 20)
    assert {entry.home["id"] for entry in group.entries} <= due


def test_whoever_tried_in_vain_is_told_so_and_not_that_it_was_agreed(worker, grid):
    tried = home(grid, 90)
    VisitFactory(household=tried, visited_on=today() - DAY, met=Met.NOBODY, next_on=today())

    assert today_list(worker)[0].entries[0].reason == "上次没人在家"


# --- the route ----------------------------------------------------------------------------------------------------
def test_the_route_goes_building_by_building_and_ticks_off_what_is_done(client, worker, grid):
    rooms = [("10", "1", "101"), ("2", "2", "101"), ("2", "1", "1001"), ("2", "1", "301")]
    homes = [home(grid, 0, building=b, stair=s, room=r) for b, s, r in rooms]
    VisitFactory(household=homes[3], visitor=worker, met=Met.NOBODY)
    done = home(grid, 90, building="2", stair="1", room="302")
    VisitFactory(household=done, visitor=worker)

    buildings = route(Field(worker))
    page = client.get(reverse("grids:today"), {"view": "route"})

    assert [(b.label, b.left, [s.home["id"] for s in b.stops]) for b in buildings] == [
        ("精诚公寓2栋", 2, [homes[3].pk, done.pk, homes[2].pk, homes[1].pk]), ("精诚公寓10栋", 1, [homes[0].pk]),
    ]  # fmt: skip
    assert [stop.done for stop in buildings[0].stops] == ["没人在家", "已走访", "", ""]
    assert (page.context["left"], page.context["stops"]) == (3, 5)
    assert "data-print" in page.content.decode()


def test_after_a_visit_stands_what_is_still_open_there_and_the_next_door(client, worker, grid):
    first, second = home(grid, 0, room="101"), home(grid, -5, room="102")
    before = home(grid, 0, room="099")
    task(first, 3, kind=TaskKind.CAMPAIGN, why="重阳走访")
    task(first, 0)
    concern = concern_at("assigned", area=grid, household=first, due_on=today() + DAY, title="楼道灯不亮")
    visit = log_visit(VisitFactory.build(household=first, visitor=worker, grid=None), by=worker)
    first.refresh_from_db()

    found = after_visit(visit, worker)
    page = client.get(visit.get_absolute_url())

    assert [(reason.kind, reason.url) for reason in found["reasons"]] == [
        ("campaign", ""), ("concern", concern.get_absolute_url()),
    ]  # fmt: skip
    assert found["next"].home["id"] == second.pk
    assert next_home(second, worker).home["id"] == before.pk
    assert page.context["after"]["next"].url == reverse("grids:visit_create", args=[second.pk])
    assert "顺路的下一户" in page.content.decode()


def test_what_is_open_after_a_visit_is_for_the_visitor_of_the_day_alone(chair, worker, grid):
    visit = VisitFactory(household=home(grid, 0), visitor=worker)
    old = VisitFactory(household=home(grid, 0), visitor=worker, visited_on=today() - DAY)

    assert after_visit(visit, worker)["reasons"][0].kind == "regular"
    assert after_visit(visit, chair) == after_visit(old, worker) == {}


def test_a_regular_visit_that_is_not_due_yet_is_no_open_reason(worker, grid):
    assert open_reasons(home(grid, 40), worker) == []


# --- the month ----------------------------------------------------------------------------------------------------
def test_the_month_counts_each_family_once_a_day_and_each_day_opens_its_list(client, worker, grid):
    on = today().replace(day=15)
    both, alone, promised = home(grid), home(grid, 300), home(grid, 300)
    Household.objects.filter(pk=both.pk).update(next_due_on=on)
    for one in (both, alone):
        task(one, (on - today()).days)
    VisitFactory(household=both, visited_on=both.last_visit_on, next_on=on)
    VisitFactory(household=promised, visited_on=promised.last_visit_on, next_on=on)
    concern_at("assigned", area=grid, household=both, assigned_to=worker, handle_by=on, due_on=on)
    VisitFactory(household=home(grid, 300), visitor=worker, visited_on=today())

    response = client.get(reverse("grids:today"), {"view": "month"})
    squares = {one.on: one for week in response.context["weeks"] for one in week if one.inside}
    opened = client.get(squares[on].url)

    assert (squares[on].homes, squares[on].concerns) == (3, 1)
    assert squares[today()].done == 1
    assert f"{on.month}月15日，3 户要走访，1 件诉求" in squares[on].words
    (group,) = opened.context["groups"]
    assert group.total == len(group.entries) == 4
    assert {entry.home.get("id") for entry in group.entries} == {both.pk, alone.pk, promised.pk, None}
    assert sum(one.homes for one in squares.values()) == 3


@pytest.mark.parametrize("month", ["2027-02", "2026-12", "x", "2027-13", "", "9999-12", "0001-01"])
def test_any_month_is_whole_weeks(client, worker, month):
    weeks = client.get(reverse("grids:today"), {"view": "month", "month": month}).context["weeks"]

    assert {len(week) for week in weeks} == {7}
    assert {week[0].on.weekday() for week in weeks} == {0}


def test_a_day_that_is_none_is_today(client, worker, grid):
    home(grid, 0)

    page = client.get(reverse("grids:today"), {"day": "2026-02-31", "view": "nowhere", "kind": "x", "group": "y"})

    assert [group.key for group in page.context["groups"]] == ["today"]
    assert page.context["view"] == ""


# --- the plan -----------------------------------------------------------------------------------------------------
def test_the_plan_shows_grids_then_buildings_then_doors(client, chair, grid, other_grid):
    late, now, rest = home(grid, -1), home(grid, 0), home(grid, 60)
    visited = home(grid, 60, last_visit_on=today(), building="10")
    home(other_grid, 60)
    task(rest, 0)
    unit = places.place(f"{grid.code}01", "一号联户单元", "unit", grid)
    home(unit, 60, building="10")
    url = reverse("grids:today")

    grids = client.get(url, {"view": "map"}).context["tiles"]
    buildings = client.get(grids[0].url).context["buildings"]
    doors = client.get(buildings[0][1][0].url).context["doors"]

    assert [(t.label, t.state, t.total, t.words) for t in grids] == [
        ("第一网格", "late", 5, "逾期 1 户，今天 2 户，本月走访过 1 户，还没到期 1 户"), ("第二网格", "rest", 1, "还没到期 1 户"),
    ]  # fmt: skip
    assert [(c, [(t.label, t.total, t.state) for t in tiles]) for c, tiles in buildings] == [
        ("精诚公寓", [("2栋", 3, "late"), ("10栋", 2, "done")])
    ]
    assert [(s, [(t.url, t.state_words) for t in tiles]) for s, tiles in doors] == [
        ("1", [
            (reverse("grids:visit_create", args=[one.pk]), words)
            for one, words in ((late, "逾期"), (now, "今天"), (rest, "今天"))
        ]),
    ]  # fmt: skip
    assert visited.pk


def test_outlines_that_are_on_file_are_drawn_and_lead_to_their_grid(client, chair, grid, other_grid):
    home(grid, -1), home(other_grid, 60)
    ring = [[120.0, 30.0], [120.01, 30.0], [120.01, 30.01], [120.0, 30.0]]
    Area.objects.filter(pk=grid.pk).update(outline={"type": "Polygon", "coordinates": [ring]})
    Area.objects.filter(pk=other_grid.pk).update(outline={"type": "Polygon", "coordinates": "junk"})

    page = client.get(reverse("grids:today"), {"view": "map"})

    ((tile, shape),) = page.context["shapes"]
    assert (tile.label, shape.pk) == ("第一网格", grid.pk)
    assert "第一网格：逾期 1 户" in page.content.decode()


def test_the_plan_of_somebody_elses_building_is_empty(client, worker, other_grid):
    home(other_grid, 0)

    page = client.get(reverse("grids:today"), {"view": "map", "compound": "精诚公寓", "building": "2"})

    assert page.context["doors"] == []


# --- targets ------------------------------------------------------------------------------------------------------
def test_targets_count_visits_made_and_shared_and_open_just_these(as_user, chair, worker, grid, community):
    one, two = home(grid, 60), home(grid, 60)
    last = today().replace(day=1) - DAY
    VisitFactory(household=one, visitor=worker)
    VisitFactory(household=one, visitor=chair, partner=worker)
    VisitFactory(household=two, visitor=worker)
    VisitFactory(household=two, visitor=worker, met=Met.NOBODY)
    VisitFactory(household=two, visitor=worker, mode=VisitMode.PHONE)
    VisitFactory(household=two, visitor=worker, withdrawn_at=timezone.now(), withdrawn_why="记错了")
    VisitFactory(household=two, visitor=worker, visited_on=last)

    mine = target_of(worker)
    boss = as_user(chair)
    (row,) = boss.get(reverse("grids:target_list")).context["rows"]

    for target in (mine, row):
        assert (target.done, target.wanted, target.homes, target.before, target.missing) == (3, 20, 2, 1, 17)
    assert len(boss.get(row.url).context["page"].rows) == 3
    assert len(boss.get(row.before_url).context["page"].rows) == 1
    assert target_of(chair) is None


def test_the_targets_are_sorted_as_asked(as_user, chair, worker, grid, committee):
    VisitFactory(household=home(grid, 60), visitor=worker)

    def names(sort):
        return [
            row.person.pk for row in as_user(chair).get(reverse("grids:target_list"), {"sort": sort}).context["rows"]
        ]

    assert names("missing") == [worker.pk, committee.pk]
    assert names("done") == [worker.pk, committee.pk]
    assert sorted(names("name")) == sorted(names("nowhere")) == sorted(names("done"))


def test_the_targets_are_for_who_reviews(as_user, chair, worker):
    assert as_user(worker).get(reverse("grids:target_list")).status_code == 404
    assert as_user(chair).get(reverse("grids:target_list")).status_code == 200
    assert targets(worker) == []


# --- what a phone has to load -------------------------------------------------------------------------------------
def files_of(page):
    """Styles and scripts of a page with all the modules that these import, as they lie on the disk, by address."""
    wanted = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', page)
    found = {}
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = Path(finders.find(name)).read_bytes()
            if name.endswith(".js"):
                wanted += [f"{name.rpartition('/')[0]}/{one}" for one in MODULE.findall(found[name].decode())]
    return found


def test_the_first_page_weighs_80_kb_at_most_and_later_ones_25(client, worker, grid):
    draw = random.Random(1)
    for days in (-9, 0, 1):
        for _ in range(40):
            name = "".join(draw.choices("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗桂兰秀英玉珍建国晓燕雪梅", k=3))
            one = home(grid, days - draw.randrange(3), head_name=name, room=f"{draw.randrange(1, 7)}0{draw.randrange(1, 9)}",
                       building=str(draw.randrange(1, 60)), visit_weight=draw.randrange(100))  # fmt: skip
            VisitFactory(
                household=one, visited_on=one.last_visit_on, next_step=f"答应{name}问第{draw.randrange(99)}件事"
            )

    response = client.get(reverse("grids:today"))
    text = len(gzip.compress(response.content))
    files = files_of(response.content.decode())
    first = text + sum(len(gzip.compress(content)) for content in files.values())

    assert sum(len(group.entries) for group in response.context["groups"]) >= 40
    assert {"css/base.css", "css/today.css", "js/app.js", "js/page.js"} <= files.keys()
    assert text <= 25 * 1024
    assert first <= 80 * 1024
