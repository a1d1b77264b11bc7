"""The list of concerns: cost, what the address filters, marks beside the state, and the worker's own page."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from concerns import queries
from concerns.enums import ApprovalKind, Outcome
from concerns.models import Approval, Concern
from concerns.queries import open_count
from concerns.services.clocks import pause_concern
from concerns.services.together import join_concerns
from concerns.tests.factories import ConcernFactory, ReferralFactory, concern_at
from concerns.views import listing
from concerns.views.listing import ConcernList
from fedhub.core.testing.queries import queries_beyond
from households.tests.factories import HouseholdFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = datetime.timedelta(days=1)
LIST = reverse("concerns:concern_list")


def today():
    return timezone.localdate()


@pytest.fixture
def found(as_user, chair):
    """`found(**query)`: keys of the rows that the list shows to the chair, by number."""
    client = as_user(chair)

    def ask(**query):
        return sorted(row.pk for row in client.get(LIST, query).context["page"].rows)

    return ask


def keys(*concerns):
    return sorted(concern.pk for concern in concerns)


# --- cost ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for _ in range(rows):
        concern = concern_at("assigned", area=grid, household=HouseholdFactory(area=grid), title="换锁")
        ReferralFactory(concern=concern)
        join_concerns(concern, [ConcernFactory(area=grid)], by=chair)

    response, queries = queries_beyond(client, reverse("concerns:concern_list") + "?merged=own", SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 7


@pytest.mark.parametrize("rows", [1, 3])
def test_ones_own_concerns_cost_the_same_for_any_number(client, worker, grid, rows):
    for _ in range(rows):
        concern_at("assigned", area=grid, assigned_to=worker, household=HouseholdFactory(area=grid))

    response, queries = queries_beyond(client, reverse("concerns:mine"), SHELL)

    assert response.context["total"] == rows
    assert queries == 2


# --- filters ------------------------------------------------------------------------------------------------------
def test_the_list_is_filtered_by_what_was_asked_for(found, chair, grid, other_grid):
    late = concern_at("assigned", area=grid, assigned_to=chair, due_on=today() - DAY, topic="2", title="找工作")
    new = ConcernFactory(area=other_grid, raised_on=today() - 70 * DAY, origin="hotline", place="北门")
    gone = concern_at("closed", area=other_grid, raised_on=today() - 70 * DAY)

    assert found(status="assigned") == found(topic="2") == found(grid=grid.pk) == keys(late)
    assert found(month=f"{today():%Y-%m}") == found(q="找工作") == found(q=late.number.lower()) == keys(late)
    assert found(origin="hotline") == found(q="北门") == keys(new)
    assert found(status="open") == keys(late, new)
    assert found(outcome="solved") == found(closed=f"{today():%Y-%m}") == found(status="lately") == keys(gone)
    assert found(month="2026-99", topic="x", grid="abc", person="x", status="x", score="x") == keys(late, new, gone)


def test_the_officer_is_one_of_the_place_oneself_or_nobody(found, chair, worker, grid):
    mine = concern_at("assigned", area=grid, assigned_to=chair)
    hers = concern_at("assigned", area=grid, assigned_to=worker)
    nobodys = ConcernFactory(area=grid)

    assert found(person="me") == found(person=chair.pk) == keys(mine)
    assert found(person=worker.pk) == keys(hers)
    assert found(person="none") == keys(nobodys)


def test_an_officer_of_a_wider_place_is_no_choice_but_her_address_works(as_user, chair, worker, grid):
    hers = concern_at("assigned", area=grid, assigned_to=chair)
    ConcernFactory(area=grid)

    page = as_user(worker).get(LIST, {"person": chair.pk})

    assert [row.pk for row in page.context["page"].rows] == [hers.pk]
    assert f'value="{chair.pk}" selected' in page.content.decode()


def test_the_clocks_are_told_apart(found, chair, grid):
    soon = {"due_on": today() + 2 * DAY, "first_due_on": today() + DAY}
    late = concern_at("assigned", area=grid, due_on=today() - DAY)
    silent = ConcernFactory(area=grid, due_on=today() + 30 * DAY, first_due_on=today() - DAY)
    close = ConcernFactory(area=grid, **soon)
    still = concern_at("accepted", area=grid, **soon)
    pause_concern(still, reason="her", by=chair)
    far = ConcernFactory(area=grid, due_on=today() + 60 * DAY, first_due_on=today() + 60 * DAY)

    assert found(status="overdue") == found(overdue="on") == keys(late)
    assert found(status="unheard") == keys(silent)
    assert found(status="soon") == found(status="week") == keys(close)
    assert found(status="paused") == keys(still)
    assert far.pk not in found(status="soon") + found(status="unheard")


def test_what_lies_with_others_is_found(found, chair, worker, grid):
    handed = ReferralFactory(concern=concern_at("assigned", area=grid)).concern
    ReferralFactory(concern=ConcernFactory(area=grid), status="answered", ended_on=today())
    waiting = concern_at("assigned", area=grid)
    Approval.objects.create(concern=waiting, kind=ApprovalKind.EXTEND, reason="等配件", asked_by=worker)

    assert found(status="agency") == keys(handed)
    assert found(status="asked") == keys(waiting)


def test_scores_reopening_and_merging_are_found(found, chair, grid):
    unhappy = concern_at("assigned", area=grid, score=1, reopened=1)
    happy = concern_at("closed", area=grid, score=5)
    unasked = concern_at("answered", area=grid)
    ConcernFactory(area=grid, status="closed", outcome=Outcome.WITHDRAWN, closed_at=timezone.now())
    lead, follower = ConcernFactory(area=grid), ConcernFactory(area=grid)
    join_concerns(lead, [follower], by=chair)

    assert found(score="low") == found(reopened="on") == keys(unhappy)
    assert found(score="any") == keys(unhappy, happy)
    assert found(score="none") == keys(unasked)
    assert found(merged="led") == keys(follower)
    assert found(merged="lead") == keys(lead)
    assert follower.pk not in found(merged="own")
    assert follower.pk in found()


def test_marks_stand_beside_the_state(client, chair, grid):
    lead, follower = ConcernFactory(area=grid, title="灯不亮"), ConcernFactory(area=grid, title="楼道黑")
    join_concerns(lead, [follower, ConcernFactory(area=grid)], by=chair)
    lines = {row.pk: row for row in client.get(LIST).context["page"].rows}

    assert "并案 2" in lines[lead.pk].state
    assert f"并入 {lead.number}" in lines[follower.pk].state


def test_words_of_a_concern_are_escaped_in_the_list(client, chair, grid):
    ConcernFactory(area=grid, title="<b>灯</b>", place="<i>3幢</i>")

    html = client.get(LIST).content.decode()

    assert "<b>灯" not in html
    assert "<i>3幢" not in html
    assert "&lt;b&gt;灯" in html


def test_a_worker_has_no_tick_boxes_and_sees_her_grid_only(client, worker, grid, other_grid):
    mine = ConcernFactory(area=grid)
    ConcernFactory(area=other_grid)

    response = client.get(LIST)

    assert [row.pk for row in response.context["page"].rows] == [mine.pk]
    assert 'name="ids"' not in response.content.decode()


@pytest.mark.parametrize("sort", ["updated", "due", "raised"])
def test_every_order_pages_through_all_rows_once(client, chair, grid, sort, monkeypatch):
    monkeypatch.setattr(ConcernList, "page_size", 2)
    made = [ConcernFactory(area=grid, due_on=today() + n * DAY, raised_on=today() - n * DAY) for n in range(5)]
    seen, url = [], f"{LIST}?sort={sort}"
    while url:
        page = client.get(url).context["page"]
        seen += [row.pk for row in page.rows]
        url = page.next_url and LIST + page.next_url

    assert sorted(seen) == keys(*made)
    assert len(seen) == 5


@pytest.mark.parametrize("name", ["month", "closed", "since", "until"])
@pytest.mark.parametrize("value", ["0001-01", "9999-12", "1899-12"])
def test_a_month_that_is_a_slip_filters_nothing(found, grid, name, value):
    concern = concern_at("closed", area=grid)

    assert found(**{name: value}) == found(figure="ended", **{name: value}) == keys(concern)


@pytest.mark.parametrize("person", ["²", "9" * 30])
def test_a_person_that_is_none_filters_nothing(found, grid, person):
    concern = ConcernFactory(area=grid)

    assert found(person=person) == keys(concern)


# --- one's own ----------------------------------------------------------------------------------------------------
def test_ones_own_concerns_stand_by_day_with_those_that_follow_behind(client, worker, grid):
    late = concern_at("assigned", area=grid, assigned_to=worker, due_on=today() - DAY)
    now = concern_at("assigned", area=grid, assigned_to=worker, due_on=today() + 9 * DAY)
    told = concern_at("answered", area=grid)
    closed = concern_at("closed", area=grid)
    Concern.objects.filter(pk__in=[told.pk, closed.pk]).update(assigned_to=worker)
    join_concerns(now, [ConcernFactory(area=grid)], by=worker)
    concern_at("assigned", area=grid, assigned_to=User.objects.create(username="else", name="别人"))

    groups = client.get(reverse("concerns:mine")).context["groups"]

    assert [(g["key"], [(e["id"], e["joined"]) for e in g["entries"]]) for g in groups] == [
        ("late", [(late.pk, 0)]), ("today", [(now.pk, 1)]), ("told", [(told.pk, 0)]),
    ]  # fmt: skip


def test_a_stranger_has_nothing_of_ours_in_hand(as_user, stranger, grid):
    concern_at("assigned", area=grid, assigned_to=stranger)

    assert as_user(stranger).get(reverse("concerns:mine")).context["groups"] == []


def test_the_menu_says_as_many_as_the_page_lists(client, worker, grid):
    lead = concern_at("assigned", area=grid, assigned_to=worker)
    join_concerns(lead, [concern_at("assigned", area=grid, assigned_to=worker)], by=worker)

    assert client.get(reverse("concerns:mine")).context["total"] == open_count(worker) == 1


def test_of_very_many_the_first_are_listed_and_all_are_counted(client, worker, grid, monkeypatch):
    for module in (queries, listing):
        monkeypatch.setattr(module, "MINE_READ", 2)
    for _ in range(3):
        concern_at("assigned", area=grid, assigned_to=worker)

    page = client.get(reverse("concerns:mine")).content.decode()

    assert "3 件没办结" in page
    assert "只列出期限最近的 2 件。" in page
