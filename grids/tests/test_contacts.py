"""A visit at which a woman was met is a contact; put right or withdrawn it is worked out anew."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.enums import Met, VisitMode
from grids.models import Visit
from grids.services.visit import Risk, correct_visit, log_visit, withdraw_visit
from households.models import Link
from households.services.link import note_contact, plan_gap_visits
from households.tests.factories import LinkFactory, MembershipFactory, ResidentFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.fixture
def member(grid):
    return MembershipFactory(household__area=grid)


def visit(member, by, *, people=None, risk=None, **facts):
    made = Visit(household=member.household, **facts)
    return log_visit(made, people=[member.resident] if people is None else people, risk=risk, by=by)


def last(row):
    row.refresh_from_db()
    return (row.last_on, row.last_how) if isinstance(row, Link) else row.last_contact


def test_both_visitors_have_met_her_and_nobody_else(member, worker, committee, chair):
    links = [LinkFactory(resident=member.resident, person=one) for one in (worker, committee, chair)]
    words = LinkFactory(resident=member.resident)

    visit(member, worker, partner=committee, visited_on=today() - DAY)

    assert [last(link) for link in links] == [(today() - DAY, "visit"), (today() - DAY, "visit"), (None, "")]
    assert (last(words), last(member.resident)) == ((None, ""), today() - DAY)
    assert [link.version for link in links] == [1, 1, 1]


@pytest.mark.parametrize(
    ("mode", "how"), [("home", "visit"), ("phone", "phone"), ("wechat", "wechat"), ("public", "visit")]
)
def test_a_call_keeps_contact_too(mode, how, member, worker):
    link = LinkFactory(resident=member.resident, person=worker)

    visit(member, worker, mode=mode)

    assert last(link) == (today(), how)


@pytest.mark.parametrize("facts", [{"met": Met.NOBODY}, {"people": ()}])
def test_a_visit_at_which_she_was_not_met_is_none(facts, member, worker):
    link = LinkFactory(resident=member.resident, person=worker)

    visit(member, worker, **facts)

    assert (last(link), last(member.resident)) == ((None, ""), None)


def test_the_later_of_what_was_noted_and_visited_counts(member, worker):
    link = LinkFactory(resident=member.resident, person=worker)
    note_contact(link, on=today() - 2 * DAY, how="phone", base_version=link.version, by=worker)

    visit(member, worker, visited_on=today() - 3 * DAY)
    assert last(link) == (today() - 2 * DAY, "phone")
    visit(member, worker, visited_on=today() - DAY)
    assert last(link) == (today() - DAY, "visit")


def test_a_withdrawn_visit_counts_no_more(member, worker):
    link = LinkFactory(resident=member.resident, person=worker)
    visit(member, worker, visited_on=today() - 5 * DAY)
    wrong = visit(member, worker)
    assert last(link) == (today(), "visit")

    withdraw_visit(wrong, reason="记错了人家", by=worker)

    assert (last(link), last(member.resident)) == ((today() - 5 * DAY, "visit"), today() - 5 * DAY)


def test_a_corrected_visit_is_worked_out_for_those_met_before_and_after(member, worker, grid):
    other = ResidentFactory(area=grid, name="孙梅")
    made = visit(member, worker)

    made.visited_on = today() - DAY
    correct_visit(made, ["visited_on"], people=[other], base_version=made.version, by=worker)

    assert (last(member.resident), last(other)) == (None, today() - DAY)
    made.met = Met.NOBODY
    correct_visit(made, ["met"], base_version=made.version, by=worker)
    assert last(other) is None


def test_meeting_her_does_the_visit_planned_to_reach_her(member, worker):
    other = MembershipFactory(household=member.household, resident__name="孙梅").resident
    plan_gap_visits(type(other).objects.filter(pk__in=[member.resident_id, other.pk]), due_on=today(), by=worker)

    made = visit(member, worker)

    assert [task.resident for task in made.tasks.all()] == [member.resident]
    assert [task.resident for task in member.household.visit_tasks.open()] == [other]
    withdraw_visit(made, reason="记错了人家", by=worker)
    assert member.household.visit_tasks.open().count() == 2


def test_whom_one_met_put_right_puts_the_visits_planned_to_reach_them_right(member, worker):
    other = MembershipFactory(household=member.household, resident__name="孙梅").resident
    plan_gap_visits(type(other).objects.filter(pk__in=[member.resident_id, other.pk]), due_on=today(), by=worker)
    made = visit(member, worker)

    correct_visit(made, [], people=[other], base_version=made.version, by=worker)

    assert [task.resident for task in made.tasks.all()] == [other]
    assert [task.resident for task in member.household.visit_tasks.open()] == [member.resident]


def test_a_sealed_report_makes_no_difference(grid, worker):
    found = []
    for risk in (None, Risk(signs=["injury"], text="手臂有伤")):
        member = MembershipFactory(household__area=grid)
        link = LinkFactory(resident=member.resident, person=worker)
        visit(member, worker, risk=risk, mode=VisitMode.HOME)
        found.append(
            (last(link), last(member.resident), member.resident.has_contact, link.version, link.history.count())
        )

    assert found[0] == found[1]
