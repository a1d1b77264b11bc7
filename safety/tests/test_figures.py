"""The numbers that leave the compartment, and the register of emergencies."""

from dataclasses import replace
from datetime import datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import PERMISSIONS, Role
from accounts.tests.factories import user_with
from fedhub.areas.tests.factories import grid as grid_number
from fedhub.core.menu import menu_for
from fedhub.core.models import AuditEvent, SealedEvent
from fedhub.core.suppress import hide
from fedhub.core.testing.queries import queries_beyond
from safety.figures import figures_of, years
from safety.models import SafetyFile, UrgentOpening
from safety.services import circle
from safety.services.files import add_entry
from safety.tests.factories_file import a_file, proved, write

pytestmark = pytest.mark.django_db
URL, SHELL = "/safety/figures/", "/safety/help/"
REGISTER = "/safety/urgent/all/"
YEAR = timezone.localdate().year - 1


def within(year):
    """The middle of `year`."""
    return time_machine.travel(datetime(year, 6, 1, 2, tzinfo=timezone.get_fixed_timezone(0)), tick=False)


def files_of(year, grid, lead, *facts):
    """A file for each of `facts`, opened in the middle of `year`."""
    with within(year):
        return [a_file(grid, lead, **one) for one in facts]


def shown(parts, title):
    return next(dict(part.rows) for part in parts if part.title == title)


def total(parts, title):
    return next(part.total for part in parts if part.title == title)


# --- what is shown ----------------------------------------------------------------------------------------------------
def test_a_year_that_is_over_is_counted_from_five(safety_officer, grid):
    files = files_of(YEAR, grid, safety_officer, *[{"how": "desk"}] * 6, *[{"how": "phone"}] * 5)
    with within(YEAR):
        for file in files[:5]:
            write(file, "plan", safety_officer)
        write(files[0], "report", safety_officer)

    parts = figures_of(grid.parent, YEAR)

    assert (shown(parts, "受理")["本人上门"], shown(parts, "受理")["来电（12338）"]) == (6, 5)
    assert shown(parts, "能不能自己作主")["成年人，能自己作主"] == 11
    assert (total(parts, "受理"), total(parts, "能不能自己作主")) == (11, 11)
    done = shown(parts, "做了什么（份）")
    assert (done["安全计划"], done["报案、报告"], done["庇护"]) == (5, None, None)


@pytest.mark.parametrize("few", [1, 4])
def test_fewer_than_five_are_as_none(safety_officer, grid, few):
    nothing = figures_of(grid.parent, YEAR)
    files_of(YEAR, grid, safety_officer, *[{}] * few)

    assert figures_of(grid.parent, YEAR) == nothing
    assert {number for part in nothing for _, number in part.rows} == {None}


def test_what_nearly_all_had_tells_of_those_who_had_it_not(safety_officer, grid):
    files = files_of(YEAR, grid, safety_officer, *[{}] * 8)
    with within(YEAR):
        for file in files[:7]:
            write(file, "plan", safety_officer)
        for file in files:
            write(file, "letter", safety_officer)

    done = shown(figures_of(grid.parent, YEAR), "做了什么（份）")

    assert (done["安全计划"], done["告诫书"]) == (None, 8)


def test_what_one_table_must_hide_the_other_does_not_tell(monkeypatch, safety_officer, grid):
    """Both tables add up to the same number: beside the one that shows it, it would open a hidden part of the other."""
    minors = [{"how": "desk", "capacity": "minor"}] * 5
    files_of(YEAR, grid, safety_officer, *[{"how": "desk"}] * 5, *minors)
    monkeypatch.setattr("safety.figures.hide", hiding_the_total_of(4))

    parts = figures_of(grid.parent, YEAR)

    assert (shown(parts, "受理")["本人上门"], shown(parts, "能不能自己作主")["未满十八周岁"]) == (10, 5)
    assert (total(parts, "受理"), total(parts, "能不能自己作主")) == (None, None)
    # What all of them had would tell how many they are.
    with within(YEAR):
        for file in SafetyFile.objects.all():
            write(file, "plan", safety_officer)
    assert shown(figures_of(grid.parent, YEAR), "做了什么（份）")["安全计划"] is None


def hiding_the_total_of(width):
    """`hide` of core.suppress, which besides hides the total of the table of so many parts."""

    def hides(table, least):
        found = hide(table, least)
        return replace(found, rows=[True]) if len(table[0]) == width else found

    return hides


def test_a_year_that_is_over_changes_no_more(safety_officer, grid):
    """Who looks twice would see one file gain an order."""
    files = files_of(YEAR, grid, safety_officer, *[{}] * 9)
    with within(YEAR):
        for file in files[:4]:
            write(file, "order", safety_officer, since=f"{YEAR}-06-01", until=f"{YEAR}-11-01")
    before = figures_of(grid.parent, YEAR)

    write(files[5], "order", safety_officer, since=f"{YEAR + 1}-06-01", until=f"{YEAR + 1}-11-01")
    write(files[6], "plan", safety_officer)
    add_entry(
        files[7],
        "amend",
        {"about": 1, "kind": "intake", "fields": {"capacity": "minor"}, "why": "核实"},
        by=safety_officer,
    )

    assert figures_of(grid.parent, YEAR) == before


def test_only_years_that_are_over_can_be_asked_for(client, chair, safety_officer, grid):
    files_of(YEAR + 1, grid, safety_officer, *[{}] * 7)

    assert years(timezone.localdate()) == [YEAR, YEAR - 1, YEAR - 2, YEAR - 3, YEAR - 4]
    assert client.get(URL).context["year"] == str(YEAR)
    assert client.get(URL, {"year": YEAR + 1}).status_code == 404
    assert figures_of(grid.parent, YEAR) == figures_of(grid.parent, YEAR - 1)


def test_closing_counts_in_the_year_of_its_day(safety_officer, grid):
    files = files_of(YEAR - 1, grid, safety_officer, *[{}] * 6)
    with time_machine.travel(datetime(YEAR, 3, 1, 2, tzinfo=timezone.get_fixed_timezone(0)), tick=False):
        for file in files:
            write(file, "danger", safety_officer, level="green")
            write(file, "close", safety_officer, outcome="safe", why="好了")

    assert shown(figures_of(grid.parent, YEAR), "结案")["已经安全，回访完成"] == 6
    assert shown(figures_of(grid.parent, YEAR - 1), "结案")["已经安全，回访完成"] is None


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_files(client, chair, safety_officer, grid, rows):
    files_of(YEAR, grid, safety_officer, *[{}] * rows)

    page, queries = queries_beyond(client, URL, SHELL)

    assert len(page.context["parts"]) == 4
    assert queries == 3


def test_a_place_of_somebody_else_is_no_page(as_user, chair, stranger):
    assert as_user(chair).get(URL, {"community": stranger.grants.get().area.code}).status_code == 404
    assert as_user(chair).get(URL, {"community": "x"}).status_code == 404


def test_the_numbers_are_for_those_two(as_user, grid):
    assert sorted(role for role, held in PERMISSIONS.items() if "safety.count_safetyfile" in held) == [
        Role.CHAIR, Role.SAFETY_OFFICER,
    ]  # fmt: skip
    assert as_user(user_with(Role.SECRETARY, grid.parent)).get(URL).status_code == 404


# --- the register of emergencies --------------------------------------------------------------------------------------
@pytest.fixture
def asked(chair, grid):
    return circle.ask_to_open(area=grid.parent, who="王桂兰", why="她正在被打，主办的人联系不上", by=chair)


def test_the_watcher_reads_who_asked_and_who_agreed_and_nothing_else(
    as_user, auditor, chair, safety_officer, asked, grid
):
    a_file(grid, user_with(Role.SAFETY_OFFICER, grid.parent, username="lead"))
    circle.answer_opening(asked, agrees=True, by=safety_officer)

    page = as_user(auditor).get(REGISTER)

    ((row, said, may_watch),) = page.context["page"].rows
    text = page.content.decode()
    assert (row.asked_by, row.answered_by, said, may_watch) == (chair, safety_officer, "同意", True)
    assert [word for word in ("王桂兰", "正在被打") if word in text] == []


def test_the_register_is_the_same_whether_a_file_was_found(as_user, auditor, safety_officer, asked, grid):
    def told(before):
        with transaction.atomic():
            before()
            circle.answer_opening(UrgentOpening.objects.get(), agrees=True, by=safety_officer)
            rows = as_user(auditor).get(REGISTER).context["page"].rows
            transaction.set_rollback(True)
        return [(row.pk, row.asked_on, row.asked_by_id, row.answered_by_id, said, may) for row, said, may in rows]

    lead = user_with(Role.SAFETY_OFFICER, grid.parent, username="lead")
    assert told(lambda: None) == told(lambda: a_file(grid, lead))


def test_the_watcher_is_told_at_once_and_notes_that_she_looked(as_user, auditor, chair, asked):
    def counted():
        found = {c["label"]: c["count"] for g in menu_for(auditor, "/") for c in [g, *g["children"]]}
        return found.get("紧急打开登记")

    client = as_user(auditor)
    before = counted()
    for _ in range(2):
        assert client.post(reverse("safety:urgent_watch", args=[asked.pk])).url == REGISTER

    asked.refresh_from_db()
    assert (before, asked.watched_by, asked.watched_on) == (1, auditor, timezone.localdate())
    assert counted() in (None, 0)
    assert AuditEvent.objects.filter(action__startswith="safety.").count() == 0
    acts = [event.content["action"] for event in SealedEvent.objects.all()]
    assert acts.count("safety.urgentopening.watch") == 1


def test_nobody_watches_over_herself(as_user, auditor, grid):
    own = UrgentOpening.objects.create(area=grid.parent, asked_by=auditor, facts={"who": "x", "why": "y"})

    assert as_user(auditor).post(reverse("safety:urgent_watch", args=[own.pk])).status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE safety_urgentopening SET watched_by_id = asked_by_id, watched_on = asked_on WHERE id = %s",
            [own.pk],
        )


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_costs_the_same_for_any_number_of_rows(as_user, auditor, chair, grid, rows):
    for _ in range(rows):
        circle.ask_to_open(area=grid.parent, who="王桂兰", why="联系不上主办的人", by=chair)

    page, queries = queries_beyond(as_user(auditor), reverse("safety:urgent_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 2


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR}))
def test_the_register_is_for_the_watcher_alone(as_user, asked, grid, role):
    client = proved(as_user(user_with(role, grid.parent, username="other")))

    assert client.get(REGISTER).status_code == 404
    assert client.post(reverse("safety:urgent_watch", args=[asked.pk])).status_code == 404


def test_a_watcher_of_another_place_sees_nothing(as_user, asked):
    other = user_with(Role.AUDITOR, grid_number(2))

    assert as_user(other).get(REGISTER).context["page"].rows == []
    assert as_user(other).post(reverse("safety:urgent_watch", args=[asked.pk])).status_code == 404
