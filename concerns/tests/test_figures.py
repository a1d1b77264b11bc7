"""Figures: each number is the number of rows of its list; days, rates and comparisons by hand."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.enums import Origin, Outcome
from concerns.figures import FIGURES, Line, WorkingDays, lines, mean, median, total
from concerns.models import Concern
from concerns.tests.factories import ConcernFactory, concern_at
from fedhub.areas.models import Area
from fedhub.areas.tests.factories import place
from fedhub.core.testing.queries import queries_beyond
from fedhub.reference import lookup
from fedhub.reference.calendar import working_days_between
from fedhub.reference.models import CodeEntry
from fedhub.reference.periods import PeriodForm, change, compared_with, gap, period_words

pytestmark = pytest.mark.django_db
FIGURES_PAGE = reverse("concerns:concern_figures")
SHELL = "/safety/help/"
MARCH, TODAY = date(2025, 3, 1), date(2025, 6, 30)
CELL_LINK = re.compile(r'<a href="([^"]+figure[^"]*|[^"]+since[^"]*)">([\d,]+)</a>')


def at(month, day, hour=12):
    """A moment of 2025 here; the evening of one day is the next day in UTC's eyes only after eight in the morning."""
    return timezone.make_aware(datetime(2025, month, day, hour))  # noqa: DTZ001 - made aware here


@pytest.fixture
def some(grid, other_grid, chair):
    """Concerns of March to May 2025 in every state that a figure tells apart."""
    common = {"raised_on": date(2025, 3, 3), "due_on": date(2025, 3, 24), "topic": "1", "origin": Origin.VISIT}
    closed = common | {"closed_at": at(3, 20), "first_answered_at": at(3, 5)}
    unit = place(f"{grid.code}01", "第一单元", "unit", grid)
    return [
        concern_at("closed", area=grid, score=5, **closed),
        concern_at("closed", area=grid, score=2, **closed | {"outcome": Outcome.NOT_POSSIBLE, "closed_at": at(3, 24, 23)}),
        concern_at("closed", area=other_grid, **closed | {"outcome": Outcome.HANDED_OVER, "closed_at": at(3, 25, 1)}),
        concern_at("closed", area=other_grid, reopened=1, **closed | {"outcome": Outcome.ON_SPOT, "closed_at": at(4, 1, 0)}),
        concern_at("assigned", area=grid, assigned_to=chair, **common),
        concern_at("accepted", area=grid, paused_on=date(2025, 3, 10), **common),
        ConcernFactory(area=unit, **common | {"topic": "", "raised_on": date(2025, 3, 31)}),
        ConcernFactory(area=grid.parent, **common | {"topic": "2", "due_on": timezone.localdate() + timedelta(days=9)}),
        ConcernFactory(area=grid, **common | {"raised_on": date(2025, 4, 1)}),
    ]  # fmt: skip


def links(response):
    return [(unescape(url), int(text.replace(",", ""))) for url, text in CELL_LINK.findall(response.content.decode())]


@pytest.mark.parametrize("by", ["topic", "grid", "origin", "person"])
@pytest.mark.parametrize("until", ["2025-03", "2025-04"])
def test_every_figure_is_the_number_of_rows_of_its_list(client, chair, some, by, until):
    found = links(client.get(FIGURES_PAGE, {"since": "2025-03", "until": until, "by": by}))

    wrong = [(url, number, n) for url, number in found if (n := client.get(url).context["page"].total) != number]
    assert wrong == []
    assert len(found) > 12
    assert any(number > 1 for _, number in found)


@pytest.mark.parametrize("by", ["topic", "grid"])
def test_a_closed_grid_and_a_topic_out_of_use_still_open_their_lists(client, chair, some, other_grid, by):
    Area.objects.filter(pk=other_grid.pk).update(status="closed", closed_on=timezone.localdate())
    CodeEntry.objects.filter(table__key="survey_topic", code="1").update(active=False)
    lookup.forget()

    found = links(client.get(FIGURES_PAGE, {"since": "2025-03", "until": "2025-03", "by": by}))

    assert [(url, n) for url, n in found if client.get(url).context["page"].total != n] == []
    assert len(found) > 12


@pytest.mark.parametrize("month", ["0001-01", "9999-12"])
def test_a_month_that_is_a_slip_shows_the_month_of_today(client, chair, month):
    page = client.get(FIGURES_PAGE, {"since": month, "until": month})

    assert page.context["since"] == page.context["until"] == f"{timezone.localdate():%Y-%m}"


def test_the_figures_of_march_as_counted_by_hand(some):
    line = total(lines(Concern.objects.all(), MARCH, MARCH, "topic", TODAY).values())

    assert line.counts == Counter(
        raised=8, closed=4, solved=2, impossible=1, elsewhere=1, open=4, on_time=2, late=4, heard=3, rated=2, reopened=1,
        ended=3,
    )  # fmt: skip
    assert (line.closing_rate, line.on_time_rate, line.satisfaction) == (50.0, 33.3, 3.5)
    # Two working days to hear; 13, 15, 16 and 21 to the closing.
    assert line.days == (2.0, 2.0, 16.2, 15.5)


def test_a_moment_counts_on_the_day_it_has_here(grid):
    """An hour after midnight of April 1 is still March in UTC."""
    concern_at("closed", area=grid, raised_on=date(2025, 4, 1), due_on=date(2025, 4, 1),
               closed_at=datetime(2025, 3, 31, 17, tzinfo=UTC))  # fmt: skip
    april = MARCH.replace(month=4)

    march, counted = (total(lines(Concern.objects.all(), m, m, "topic", TODAY).values()) for m in (MARCH, april))

    assert (march.counts["ended"], counted.counts["ended"], counted.counts["on_time"]) == (0, 1, 1)


def test_grids_hold_their_units_and_the_community_stands_for_itself(client, chair, some):
    rows = client.get(FIGURES_PAGE, {"since": "2025-03", "until": "2025-03", "by": "grid"}).context["rows"]

    assert [(row["label"], row["counts"]["raised"][0]) for row in rows] == [
        ("第一网格", 5), ("第二网格", 2), ("没分到网格", 1),
    ]  # fmt: skip


def test_the_period_is_compared_with_the_one_before_and_a_year_before(client, chair, grid):
    for day in (date(2025, 3, 5), date(2025, 3, 6), date(2025, 2, 3), date(2024, 3, 3), date(2023, 3, 1)):
        ConcernFactory(area=grid, raised_on=day)

    response = client.get(FIGURES_PAGE, {"since": "2025-03", "until": "2025-03"})

    label, _, cells, changes = response.context["headline"][0]
    assert (label, [n for n, _ in cells], changes) == ("收到", [2, 1, 1], ["+100.0%", "+100.0%"])


def test_officers_are_compared_only_by_whoever_hands_out_the_work(client, as_user, worker, chair, some):
    asked = {"since": "2025-03", "until": "2025-03", "by": "person"}

    hers, chairs = (as_user(user).get(FIGURES_PAGE, asked).context for user in (worker, chair))

    assert hers["by"] == "topic"
    assert [tab["label"] for tab in hers["tabs"]] == ["按方面", "按网格", "按来源"]
    assert [(row["label"], row["counts"]["raised"][0]) for row in chairs["rows"]] == [("周敏", 1), ("没有承办人", 7)]


def test_an_officer_of_a_wider_place_has_her_list_too(client, chair, grid, district, stranger):
    boss = user_with(Role.CHAIR, district, username="boss", name="街道")
    concern_at("assigned", area=grid, assigned_to=boss, raised_on=MARCH)

    (row,) = client.get(FIGURES_PAGE, {"since": "2025-03", "until": "2025-03", "by": "person"}).context["rows"]

    (number, url), rows = row["counts"]["raised"], client.get(row["counts"]["raised"][1]).context["page"].rows
    assert (row["label"], number, len(rows)) == ("街道", 1, 1)
    assert f"person={boss.pk}" in url


def test_each_rate_opens_the_list_that_it_is_made_of(client, chair, some):
    page = client.get(FIGURES_PAGE, {"since": "2025-03", "until": "2025-03"})

    def opened(cells):
        return [(words, len(client.get(url).context["page"].rows)) for words, url in cells]

    assert opened(page.context["sums"]["rates"].values()) == [
        ("50.0%", 4), ("33.3%", 2), ("2.0 / 2.0", 3), ("16.2 / 15.5", 4), ("3.5（2）", 2),
    ]  # fmt: skip
    assert opened(cells[0] for _, _, cells, _ in page.context["headline"][-5:]) == [
        (50.0, 4), (33.3, 2), (2.0, 3), (15.5, 4), (3.5, 2),
    ]  # fmt: skip
    assert [cells[1:] for _, _, cells, _ in page.context["headline"][-5:]] == [[(None, "")] * 2] * 5


def test_a_stranger_and_the_worker_count_their_own_rows_only(as_user, stranger, worker, some, other_grid):
    asked = {"since": "2025-03", "until": "2025-03"}

    strangers, hers = (as_user(user).get(FIGURES_PAGE, asked).context for user in (stranger, worker))

    assert (strangers["rows"], set(strangers["sums"]["counts"].values()) & {0}) == ([], set())
    assert {n for n, _ in strangers["sums"]["counts"].values()} == {0}
    assert hers["sums"]["counts"]["raised"][0] == 5


def test_who_sees_no_concerns_has_no_figures(client, auditor):
    assert client.get(FIGURES_PAGE).status_code == 404


@pytest.mark.parametrize("by", ["topic", "grid", "origin", "person"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_figures_cost_the_same_for_any_number_of_rows(client, chair, grid, rows, by):
    for number in range(rows):
        concern_at("assigned", area=grid, topic=str(number + 1), raised_on=MARCH)

    response, queries = queries_beyond(client, f"{FIGURES_PAGE}?since=2025-03&until=2025-03&by={by}", SHELL)

    assert response.context["sums"]["counts"]["raised"][0] == rows
    # Four a period, and the code tables; the officers' names.
    assert queries == (14 if by == "person" else 13)


# --- periods ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2025-01", "2025-03", (date(2025, 1, 1), date(2025, 3, 1))),
        ("2025-03", "2025-01", (date(2025, 1, 1), date(2025, 1, 1))),
        ("", "", (date(2025, 6, 1), date(2025, 6, 1))),
        ("x", "2025-13", (date(2025, 6, 1), date(2025, 6, 1))),
        ("2025-05", "2099-01", (date(2025, 5, 1), date(2025, 6, 1))),
        ("2000-01", "2025-06", (date(2023, 7, 1), date(2025, 6, 1))),
        ("2099-01", "", (date(2025, 6, 1), date(2025, 6, 1))),
    ],
)
def test_the_address_gives_a_period_that_makes_sense(since, until, expected):
    assert PeriodForm({"since": since, "until": until}, today=TODAY).months() == expected


def test_what_a_period_is_compared_with():
    assert compared_with(date(2025, 1, 1), date(2025, 3, 1)) == (
        (date(2024, 10, 1), date(2024, 12, 1)), (date(2024, 1, 1), date(2024, 3, 1)),
    )  # fmt: skip
    assert period_words(date(2024, 12, 1), date(2025, 1, 1)) == "2024年12月至2025年1月"


def test_changes_in_words():
    assert (change(3, 2), change(3, 0), change(0, 4)) == ("+50.0%", "—", "-100.0%")
    assert (gap(50.0, 60.0, "%"), gap(None, 1, "分"), gap(3, 2.5, "工作日")) == (
        "-10.0 个百分点",
        "—",
        "+0.5 个工作日",
    )


# --- arithmetic ---------------------------------------------------------------------------------------------------
@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_mean_and_median_of_counted_days_are_those_of_the_days(days):
    ordered, half = sorted(days), len(days) // 2
    middle = ordered[half] if len(days) % 2 else (ordered[half - 1] + ordered[half]) / 2

    assert median(Counter(days)) == middle
    assert abs(mean(Counter(days)) - sum(days) / len(days)) <= 0.05 + 1e-9


def test_nothing_has_no_mean():
    assert (mean(Counter()), median(Counter()), Line().closing_rate, Line().satisfaction) == (None, None, None, None)


def test_working_days_are_those_of_the_calendar():
    days = [date(2025, 1, 20) + timedelta(days=n) for n in range(60)]
    calendar = WorkingDays(days[0], days[-1])

    assert all(
        calendar.between(start, end) == working_days_between(start, end)
        for start in days[::7]
        for end in days
        if end >= start
    )
    assert calendar.between(days[5], days[2]) == 0


def test_every_figure_says_what_it_means():
    assert all(figure.label and figure.words.endswith("。") for figure in FIGURES.values())


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "²-01"])
@pytest.mark.parametrize(
    ("page", "names"),
    [("concern_list", ["month"]), ("concern_list", ["since", "until"]), ("concern_figures", ["since", "until"]),
     ("concern_heat", ["period"]), ("reception_list", ["month"])],
)  # fmt: skip
def test_a_month_at_the_end_of_the_calendar_is_none(client, chair, grid, page, names, month):
    assert client.get(reverse(f"concerns:{page}"), dict.fromkeys(names, month)).status_code == 200
