"""What is kept long enough is destroyed by two people, and nothing of it can be read any more."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.testing.client import filled
from safety.chain import faults, records
from safety.enums import Sign
from safety.models import CaseGrant, Destruction, Informant, RiskReport, SafetyFile
from safety.models.file import Unopenable
from safety.queries import standings
from safety.services import circle
from safety.services.files import add_entry
from safety.services.keeping import answer_destruction, ask_to_destroy, expired_files, expired_reports
from safety.services.reports import mark_handled, report_risk
from safety.standing import standing_of
from safety.tests.factories_file import a_file, proved, write

pytestmark = pytest.mark.django_db
KEEPING = "/safety/keeping/"


@pytest.fixture
def secretary(community):
    return user_with(Role.SECRETARY, community)


def at(year, month=6, day=1):
    """Noon of a day."""
    return time_machine.travel(timezone.make_aware(datetime(year, month, day, 12)), tick=False)


@pytest.fixture
def closed(safety_officer, grid):
    """A file closed on 2 June 2010."""
    with at(2010):
        file = a_file(grid, safety_officer)
        write(file, "danger", safety_officer)
    with at(2010, 6, 2):
        add_entry(file, "close", {"outcome": "safe", "why": "已经安全"}, by=safety_officer)
    file.refresh_from_db()
    return file


def a_report(area, by, *signs):
    """A handled report."""
    report_risk(
        area=area, source="visit", by=by, signs=signs or [Sign.OTHER], text="邻居听到哭声", subject_name="王桂兰"
    )
    report = RiskReport.objects.get()
    mark_handled(report, note="已核实", base_version=report.version, by=by)
    return report


# --- how long ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("capacity", "entries", "until"),
    [
        ("full", [], date(2020, 6, 2)),
        ("limited", [("report", {})], date(2020, 6, 2)),
        ("minor", [("report", {})], date(2030, 6, 2)),
    ],
)
def test_it_is_kept_so_many_years_from_its_end(safety_officer, grid, capacity, entries, until):
    with at(2010):
        file = a_file(grid, safety_officer, capacity=capacity)
        for kind, facts in [("danger", {}), *entries]:
            write(file, kind, safety_officer, **facts)
    with at(2010, 6, 2):
        add_entry(file, "close", {"outcome": "safe", "why": "已经安全"}, by=safety_officer)

    assert standing_of(records(file)).keep_until == until


def test_an_open_file_has_no_end(safety_officer, grid):
    assert standing_of(records(a_file(grid, safety_officer))).keep_until is None


def test_it_is_kept_longer_where_somebody_wrote_why(closed, safety_officer):
    add_entry(closed, "keep", {"until": "2031-01-01", "why": "官司没完"}, by=safety_officer)

    assert standing_of(records(closed)).keep_until == date(2031, 1, 1)
    with pytest.raises(ValidationError, match="写更晚的一天"):
        add_entry(closed, "keep", {"until": "2030-01-01", "why": "官司没完"}, by=safety_officer)


def test_opened_again_the_years_count_anew(closed, safety_officer):
    add_entry(closed, "keep", {"until": "2031-01-01", "why": "官司没完"}, by=safety_officer)
    with at(2012):
        add_entry(closed, "reopen", {"why": "又有反映"}, by=safety_officer)
        assert standing_of(records(closed)).keep_until is None
        with pytest.raises(ValidationError, match="没有结案"):
            add_entry(closed, "keep", {"until": "2040-01-01", "why": "官司没完"}, by=safety_officer)
        add_entry(closed, "close", {"outcome": "safe", "why": "已经安全"}, by=safety_officer)

    assert standing_of(records(closed)).keep_until == date(2022, 6, 1)


@pytest.mark.parametrize(("day", "found"), [(date(2020, 6, 2), 0), (date(2020, 6, 3), 1)])
def test_its_time_is_over_the_day_after(closed, grid, day, found):
    assert len(expired_files(grid.parent, day)) == found


@pytest.mark.parametrize(
    ("signs", "day", "found"),
    [
        ([Sign.OTHER], date(2020, 6, 1), 0),
        ([Sign.OTHER], date(2020, 6, 2), 1),
        ([Sign.CHILD_HURT], date(2020, 6, 2), 0),
        ([Sign.CHILD_HURT], date(2030, 6, 2), 1),
    ],
)
def test_a_handled_report_is_kept_as_long(safety_officer, grid, signs, day, found):
    with at(2010):
        a_report(grid, safety_officer, *signs)

    assert len(expired_reports(grid.parent, day)) == found


def test_a_report_that_waits_has_no_end(safety_officer, grid):
    with at(2010):
        report_risk(area=grid, source="visit", by=safety_officer, signs=[Sign.OTHER])

    assert expired_reports(grid.parent, date(2060, 1, 1)) == []


# --- by two -----------------------------------------------------------------------------------------------------------
def test_one_asks_another_agrees_and_nothing_can_be_read(closed, chair, secretary, safety_officer, grid):
    with at(2010):
        a_report(grid, safety_officer)
    circle.excuse(closed, user=secretary, why="是亲戚", by=safety_officer)
    asked = ask_to_destroy(area=grid.parent, why="保管期满", by=safety_officer)

    done = answer_destruction(asked, agrees=True, by=chair)

    closed.refresh_from_db()
    assert done == {"files": 1, "reports": 1}
    assert (closed.key, closed.code, closed.informant.who, closed.entries) == ("", "", {}, 3)
    assert list(closed.grants.values_list("facts", flat=True)) == [{}]
    assert list(closed.recusals.values_list("facts", flat=True)) == [{}]
    assert not RiskReport.objects.exists()
    with pytest.raises(Unopenable):
        records(closed)
    assert not SafetyFile.objects.visible_to(safety_officer).exists()
    assert faults() == []


def test_nobody_agrees_to_her_own(closed, safety_officer, grid):
    asked = ask_to_destroy(area=grid.parent, why="保管期满", by=safety_officer)

    with pytest.raises(ValidationError, match="要另一个人同意"):
        answer_destruction(asked, agrees=True, by=safety_officer)

    assert closed.cipher()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE safety_destruction SET answered_by_id = asked_by_id, answered_on = asked_on WHERE id = %s",
            [asked.pk],
        )


def test_refused_it_stays_and_may_be_asked_again(closed, chair, safety_officer, grid):
    asked = ask_to_destroy(area=grid.parent, why="保管期满", by=safety_officer)
    with pytest.raises(ValidationError, match="已经提请过"):
        ask_to_destroy(area=grid.parent, why="保管期满", by=chair)

    assert answer_destruction(asked, agrees=False, by=chair) == {"files": 0, "reports": 0}
    assert len(records(closed)) == 3
    with pytest.raises(ValidationError, match="已经有人答复"):
        answer_destruction(asked, agrees=True, by=chair)
    assert ask_to_destroy(area=grid.parent, why="问过了", by=chair).facts["files"] == [closed.pk]


@pytest.mark.parametrize(
    ("kind", "data"), [("keep", {"until": "2099-01-01", "why": "官司没完"}), ("reopen", {"why": "又有反映"})]
)
def test_what_changed_since_it_was_asked_is_left_alone(closed, chair, safety_officer, grid, kind, data):
    asked = ask_to_destroy(area=grid.parent, why="保管期满", by=safety_officer)
    add_entry(closed, kind, data, by=safety_officer)

    assert answer_destruction(asked, agrees=True, by=chair)["files"] == 0
    closed.refresh_from_db()
    assert closed.cipher()


def test_nobody_destroys_what_she_is_excused_from(closed, chair, safety_officer, grid):
    circle.excuse(closed, user=chair, why="是亲戚", by=safety_officer)

    with pytest.raises(ValidationError, match="没有保管期满的"):
        ask_to_destroy(area=grid.parent, why="保管期满", by=chair)
    asked = ask_to_destroy(area=grid.parent, why="保管期满", by=safety_officer)
    with pytest.raises(ValidationError, match="没有保管期满的"):
        ask_to_destroy(area=grid.parent, why="保管期满", by=chair)

    assert answer_destruction(asked, agrees=True, by=chair)["files"] == 0
    closed.refresh_from_db()
    assert closed.cipher()


def test_who_asked_and_was_excused_since_destroys_nothing(closed, chair, safety_officer, grid):
    asked = ask_to_destroy(area=grid.parent, why="保管期满", by=chair)
    circle.excuse(closed, user=chair, why="是亲戚", by=safety_officer)

    assert answer_destruction(asked, agrees=True, by=safety_officer)["files"] == 0


def test_where_nothing_is_past_its_time_nothing_is_asked(chair, safety_officer, grid):
    a_file(grid, safety_officer)

    with pytest.raises(ValidationError, match="没有保管期满的"):
        ask_to_destroy(area=grid.parent, why="保管期满", by=chair)


def test_the_name_asked_for_in_an_emergency_goes_with_the_file(chair, secretary, safety_officer, grid):
    with at(2010):
        closed = a_file(grid, safety_officer)
        write(closed, "danger", safety_officer)
        opening = circle.ask_to_open(area=grid.parent, who="王桂兰", why="联系不上", by=chair)
        circle.answer_opening(opening, agrees=True, by=secretary)
        add_entry(closed, "close", {"outcome": "safe", "why": "已经安全"}, by=safety_officer)
    asked = ask_to_destroy(area=grid.parent, why="保管期满", by=safety_officer)

    answer_destruction(asked, agrees=True, by=chair)

    opening.refresh_from_db()
    assert (opening.facts["who"], opening.facts["why"], opening.facts["found"]) == ("", "", [closed.pk])


# --- the page ---------------------------------------------------------------------------------------------------------
def test_the_page_lists_what_is_past_its_time_by_code(as_user, chair, closed):
    page = proved(as_user(chair)).get(KEEPING)

    assert [[(file.code, state.keep_until) for file, state in files] for _, files, _ in page.context["over"]] == [
        [(closed.code, date(2020, 6, 2))]
    ]
    assert "王桂兰" not in page.content.decode()


def test_two_people_walk_it_through(as_user, chair, safety_officer, closed):
    lead = proved(as_user(safety_officer))
    ask = lead.get(reverse("safety:destroy_ask"))
    answer = lead.post(ask.wsgi_request.path, filled(ask, why="保管期满，没有官司"))
    assert answer.headers["Location"] == KEEPING
    asked = Destruction.objects.get()
    assert lead.get(reverse("safety:destroy_answer", args=[asked.pk])).status_code == 404

    head = proved(as_user(chair))
    page = head.get(reverse("safety:destroy_answer", args=[asked.pk]))
    assert ("档案", "1 份") in page.context["asked"]
    head.post(page.wsgi_request.path, filled(page, agrees="yes"))

    assert [(facts["agreed"], facts["done"]) for _, facts in head.get(KEEPING).context["done"]] == [
        (True, {"files": 1, "reports": 0})
    ]
    assert Informant.objects.get().who == {}
    assert not CaseGrant.objects.filter(ended_on=None).exists()


def test_whoever_is_excused_finds_the_page_as_if_there_were_no_such_file(as_user, chair, safety_officer, closed, grid):
    client = proved(as_user(chair))
    circle.excuse(closed, user=chair, why="是亲戚", by=safety_officer)
    asked = ask_to_destroy(area=grid.parent, why="保管期满", by=safety_officer)
    page = client.get(KEEPING)

    assert [page.context[name] for name in ("over", "waiting", "done")] == [[], [], []]
    assert client.get(reverse("safety:destroy_answer", args=[asked.pk])).status_code == 404


def test_who_may_not_destroy_is_told_nothing(as_user, secretary, worker, closed):
    for user in (secretary, worker):
        assert proved(as_user(user)).get(KEEPING).status_code == 404


def test_the_list_shows_no_destroyed_file(as_user, chair, safety_officer, closed, grid):
    answer_destruction(ask_to_destroy(area=grid.parent, why="满", by=chair), agrees=True, by=safety_officer)

    assert proved(as_user(safety_officer)).get("/safety/files/").context["lines"] == []
    assert standings(SafetyFile.objects.all())[0][1] is None
    assert timezone.localdate() - Destruction.objects.get().answered_on == timedelta(0)
