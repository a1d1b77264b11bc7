"""Searching concerns by number and word, and the orders and small indexes of their list."""

import datetime

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from concerns import search as searching
from concerns.models import Concern
from concerns.search import numbers_named, search
from concerns.tests.factories import ConcernFactory, concern_at
from concerns.views.listing import ConcernList
from fedhub.core.lookups import Written
from fedhub.core.testing.queries import queries_beyond

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = datetime.timedelta(days=1)
LIST = reverse("concerns:concern_list")
TOO_FAR = "按词只找了最近的"


def hits(text, rows=None):
    return set(search(Concern.objects.all() if rows is None else rows, text, "updated_at").rows)


# --- numbers ------------------------------------------------------------------------------------------------------
def test_a_number_is_found_whole_by_its_beginning_and_by_its_digits(grid):
    year = timezone.localdate().year
    one = ConcernFactory(area=grid, number=f"SQ{year}-0012")
    other = ConcernFactory(area=grid, number=f"SQ{year - 1}-0012")
    ConcernFactory(area=grid, number=f"SQ{year}-0120")

    assert hits(f"sq{year}-0012") == hits(f"{year}-12") == {one}
    assert hits("12") == hits("0012") == {one, other}
    assert hits(f"SQ{year - 1}") == {other}


def test_digits_also_stand_in_a_place(grid):
    numbered = ConcernFactory(area=grid, number=f"SQ{timezone.localdate().year}-0012")
    placed = ConcernFactory(area=grid, place="12幢")

    assert hits("12") == {numbered, placed}


@pytest.mark.parametrize("text", ["灯", "12幢", "1234567", "26-1", ""])
def test_what_is_no_number_names_none(text):
    assert numbers_named(text) == []


# --- words --------------------------------------------------------------------------------------------------------
def test_a_word_is_looked_for_in_title_and_place(grid):
    lamp, gate = ConcernFactory(area=grid, title="路灯不亮"), ConcernFactory(area=grid, place="北门路灯下")
    ConcernFactory(area=grid, title="找工作")

    assert hits(" 路灯 ") == {lamp, gate}


@pytest.mark.parametrize("length", [2, 3])
def test_words_go_back_as_far_as_the_page_says(client, chair, grid, monkeypatch, length):
    monkeypatch.setattr(searching, "LATEST", length)
    today = timezone.now()
    made = [ConcernFactory(area=grid, title="路灯不亮") for _ in range(4)]
    for ago, concern in enumerate(made):
        Concern.objects.filter(pk=concern.pk).update(updated_at=today - ago * 10 * DAY)

    response = client.get(LIST, {"q": "路灯"})

    assert [row.pk for row in response.context["page"].rows] == [concern.pk for concern in made[: length + 1]]
    day = timezone.localdate(today - length * 10 * DAY)
    assert f"到 {day.year}年{day.month}月{day.day}日为止" in response.content.decode()


def test_nothing_is_said_where_all_was_looked_through(client, chair, grid):
    ConcernFactory(area=grid, title="路灯不亮")

    assert TOO_FAR not in client.get(LIST, {"q": "路灯"}).content.decode()
    assert TOO_FAR not in client.get(LIST).content.decode()


def test_other_filters_come_first_so_that_older_ones_are_reached(client, chair, grid, monkeypatch):
    monkeypatch.setattr(searching, "LATEST", 1)
    long_ago = timezone.localdate() - 400 * DAY
    old = ConcernFactory(area=grid, title="路灯不亮", raised_on=long_ago)
    Concern.objects.filter(pk=old.pk).update(updated_at=timezone.now() - 400 * DAY)
    for _ in range(3):
        ConcernFactory(area=grid)

    assert not client.get(LIST, {"q": "路灯"}).context["page"].rows
    page = client.get(LIST, {"q": "路灯", "month": f"{long_ago:%Y-%m}"})
    assert [row.pk for row in page.context["page"].rows] == [old.pk]
    assert TOO_FAR not in page.content.decode()


def test_too_many_hits_are_cut_and_said(client, chair, grid, monkeypatch):
    monkeypatch.setattr(searching, "COUNT_CAP", 1)
    for _ in range(3):
        ConcernFactory(area=grid, title="路灯不亮")

    response = client.get(LIST, {"q": "路灯"})

    assert len(response.context["page"].rows) == 2
    assert "符合的太多" in response.content.decode()


def test_words_reach_no_further_than_the_scope(as_user, worker, stranger, grid, other_grid):
    mine = ConcernFactory(area=grid, title="路灯不亮")
    number = ConcernFactory(area=other_grid, title="路灯不亮").number

    assert [row.pk for row in as_user(worker).get(LIST, {"q": "路灯"}).context["page"].rows] == [mine.pk]
    assert not as_user(worker).get(LIST, {"q": number}).context["page"].rows
    assert not as_user(worker).get(LIST, {"q": number[2:]}, follow=True).context["page"].rows
    assert not as_user(stranger).get(LIST, {"q": "路灯"}).context["page"].rows


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("words", "more"), [("路灯", 1), ("12", 2)])
def test_a_search_costs_the_same_for_any_number_of_hits(client, chair, grid, rows, words, more):
    for _ in range(rows):
        ConcernFactory(area=grid, title="12幢路灯不亮")

    response, queries = queries_beyond(client, f"{LIST}?q={words}", SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 7 + more


# --- orders -------------------------------------------------------------------------------------------------------
def test_newest_first_goes_by_what_was_asked_for(client, chair, grid):
    today = timezone.localdate()
    first, second = (concern_at("closed", area=grid, raised_on=today) for _ in range(2))
    moment = timezone.localtime().replace(day=1, hour=12)
    Concern.objects.filter(pk=first.pk).update(closed_at=moment, updated_at=moment - DAY)
    Concern.objects.filter(pk=second.pk).update(closed_at=moment - DAY / 24, updated_at=moment)

    def order(**query):
        return [row.pk for row in client.get(LIST, query).context["page"].rows]

    assert order() == order(month=f"{today:%Y-%m}") == [second.pk, first.pk]
    assert order(closed=f"{today:%Y-%m}") == [first.pk, second.pk]


def test_a_month_is_paged_through_once(client, chair, grid, monkeypatch):
    monkeypatch.setattr(ConcernList, "page_size", 2)
    made = [concern_at("closed", area=grid) for _ in range(5)]
    seen, url = [], f"{LIST}?closed={timezone.localdate():%Y-%m}"
    while url:
        page = client.get(url).context["page"]
        seen += [row.pk for row in page.rows]
        url = page.next_url and LIST + page.next_url

    assert sorted(seen) == sorted(concern.pk for concern in made)


# --- small indexes ------------------------------------------------------------------------------------------------
def test_a_written_condition_finds_what_the_orms_own_finds(grid):
    for times in range(3):
        ConcernFactory(area=grid, reopened=times)

    rows = Concern.objects.order_by("pk")

    assert list(rows.filter(Written("reopened", ">", 0))) == list(rows.filter(reopened__gt=0))
    assert len(rows.filter(Written("reopened", "<=", 1))) == 2


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite for its plan")
@pytest.mark.parametrize(
    ("condition", "index"),
    [(Written("reopened", ">", 0), "again"), (Written("score", "<=", 2), "unhappy")],
)
def test_sqlite_takes_the_small_index_of_a_written_condition(condition, index):
    rows = Concern.objects.filter(condition).order_by("-updated_at", "-pk")

    assert f"concerns_concern_{index}" in rows.explain()
