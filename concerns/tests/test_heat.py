"""Heat table: counts that open their lists, small ones hidden in every view, one scope."""

import re
from datetime import date
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.heat import Heat
from concerns.tally import tally
from concerns.tests.factories import ConcernFactory, many
from fedhub.areas.tests.factories import community as community_of
from fedhub.areas.tests.factories import grid as grid_of
from fedhub.areas.tests.factories import place
from fedhub.core.testing.queries import queries_beyond
from fedhub.reference.lookup import rule
from fedhub.reference.periods import months_from

pytestmark = pytest.mark.django_db
HEAT = reverse("concerns:concern_heat")
SHELL = "/safety/help/"
TD = re.compile(r"<td.*?</td>", re.DOTALL)


def last_year(month, day=10):
    return date(timezone.localdate().year - 1, month, day)


def year():
    return timezone.localdate().year - 1


def pages_of(client, grids):
    """Every table of last year that can be asked for: `{(when, column): {topic label: count or None}}`."""
    found = {}
    answers = [(HEAT, {"period": year()}, "")] + [
        (HEAT, {"period": year(), "grid": grid.code}, grid.code) for grid in grids
    ]
    for url, query, column in answers:
        table = client.get(url, query).context["table"]
        for label, cells, _ in table.rows:
            for month, cell in enumerate(cells, 1):
                found.setdefault((month, column), {})[label] = cell.count
    for when in (year(), *(f"{year()}-{month:02d}" for month in range(1, 13))):
        table = client.get(HEAT, {"by": "grid", "period": when}).context["table"]
        key = when if isinstance(when, int) else int(when[-2:])
        columns = {grid.name: grid.code for grid in grids} | {"全社区": ""}
        for label, cells, _ in table.rows:
            for head, cell in zip(table.heads, cells, strict=True):
                if head in columns:
                    found.setdefault((key, columns[head]), {})[label] = cell.count
    return found


def test_every_number_opens_the_list_it_counts(client, chair, grid, other_grid, community):
    many(9, area=grid, raised_on=last_year(3), topic="1")
    many(7, area=other_grid, raised_on=last_year(3), topic="1")
    many(6, area=community, raised_on=last_year(3), topic="1")
    many(5, area=place(f"{grid.code}01", "第一单元", "unit", grid), raised_on=last_year(3, 31), topic="1")
    many(8, area=grid, raised_on=last_year(4, 1), topic="1")
    opened = []

    for query in ({"period": year()}, {"period": year(), "grid": grid.code}, {"by": "grid", "period": year()},
                  {"by": "grid", "period": f"{year()}-03"}):  # fmt: skip
        for _, cells, _ in client.get(HEAT, query).context["table"].rows:
            for cell in cells:
                if cell.url:
                    page = client.get(cell.url).context["page"]
                    assert page.total == cell.count, cell.url
                    opened.append(cell.count)

    # By months: all, the first grid; by grids: the year, one month.
    assert opened == [27, 8, 14, 8, 22, 7, 6, 35, 14, 7, 6, 27]


def test_a_hidden_cell_looks_the_same_whatever_it_holds(client, chair, grid, other_grid):
    many(2, area=grid, raised_on=last_year(3), topic="1")
    many(9, area=other_grid, raised_on=last_year(3), topic="1")
    many(30, area=other_grid, raised_on=last_year(4), topic="1")
    many(30, area=grid, raised_on=last_year(4), topic="1")

    response = client.get(HEAT, {"by": "grid", "period": f"{year()}-03"})

    table = response.context["table"]
    # Two, nine with them, and nought.
    assert [cell.count for cell in table.rows[0][1]] == [None, None, None, 11]
    cells = [td for td in TD.findall(response.content.decode()) if "is-hidden" in td]
    assert len(cells) > 2
    assert len(set(cells)) == 1
    assert "href" not in cells[0]
    assert "title" not in cells[0]


def with_sums(table):
    lines = [[*row, sum(row)] for row in table]
    return [*lines, [sum(line[k] for line in lines) for k in range(len(lines[0]))]]


@pytest.mark.parametrize(
    "block",
    [
        [[2, 9], [8, 7]], [[4, 5], [6, 5]], [[1, 1], [20, 20]], [[0, 12], [12, 12]], [[4, 4], [1, 5]], [[0, 5], [5, 0]],
    ],
)  # fmt: skip
def test_no_small_count_can_be_worked_out_of_all_the_views_together(client, chair, grid, other_grid, block):
    """An attacker opens every address, tries every table of the two months that the block has (there were no concerns
    before), and may even be told which hidden counts are small."""
    grids, least = [grid, other_grid], rule("small_number")
    for month, line in zip((11, 12), block, strict=True):
        for area, count in zip(grids, line, strict=True):
            many(count, area=area, raised_on=last_year(month), topic="1")
    topic = client.get(HEAT, {"period": year()}).context["table"].rows[0][0]
    told = pages_of(client, grids)
    places = {
        (11, grid.code): (0, 0), (11, other_grid.code): (0, 1), (11, ""): (0, 2), (12, grid.code): (1, 0),
        (12, other_grid.code): (1, 1), (12, ""): (1, 2), (year(), grid.code): (2, 0), (year(), other_grid.code): (2, 1),
        (year(), ""): (2, 2),
    }  # fmt: skip
    known = {places[key]: found[topic] for key, found in told.items() if key in places}
    true = with_sums(block)
    assert all(count in (None, true[r][k]) for (r, k), count in known.items())
    assert all(known[r, k] is None for r, k in known if true[r][k] < least)
    small = [(r, k) for r, k in known if 0 < true[r][k] < least]

    seen = {cell: set() for cell in small}
    choices = [
        [n] if (n := known[cell]) is not None
        else range(least) if true[cell[0]][cell[1]] < least else range(least, 26)
        for cell in ((0, 0), (0, 1), (1, 0), (1, 1))
    ]  # fmt: skip
    for a, b, c, d in product(*choices):
        other = with_sums([[a, b], [c, d]])
        if all(
            other[r][k] == count if count is not None else (other[r][k] < least) == (true[r][k] < least)
            for (r, k), count in known.items()
        ):
            for r, k in small:
                seen[r, k].add(other[r][k])

    everything_is_hidden = all(count is None for count in known.values())
    assert everything_is_hidden or [cell for cell, values in seen.items() if len(values) < 2] == []


def test_months_before_the_first_concern_cover_nothing(chair, grid, other_grid):
    many(3, area=grid, raised_on=last_year(11), topic="1")
    many(20, area=other_grid, raised_on=last_year(11), topic="1")
    many(20, area=grid, raised_on=last_year(12), topic="1")
    many(20, area=other_grid, raised_on=last_year(12), topic="1")

    heat = Heat(chair, grid.code[:12], months_from(last_year(1), last_year(12)))

    # Nobody would believe in a concern of October: the second grid's November covers the first's, and December both.
    november, december = last_year(11, 1), last_year(12, 1)
    assert ("1", november, grid.code) not in heat.shown
    assert ("1", november, other_grid.code) not in heat.shown
    assert ("1", december, grid.code) not in heat.shown
    assert heat.shown["1", november, ""] == 23


def test_the_tally_counts_as_the_rows_say(grid, other_grid):
    for day in (date(2024, 2, 29), date(2024, 3, 1), date(2024, 12, 31), date(2025, 1, 1)):
        ConcernFactory(area=grid, raised_on=day, topic="2")
    ConcernFactory(area=other_grid, raised_on=date(2024, 2, 1), topic="2")
    ConcernFactory(area=grid, raised_on=date(2024, 2, 1), topic="")

    found = tally([grid.pk], ["1", "2"], months_from(date(2024, 2, 5), date(2024, 12, 1)))

    assert found == {(grid.pk, "2", date(2024, month, 1)): 1 for month in (2, 3, 12)}
    assert tally([], ["1"], [date(2024, 2, 1)]) == {}


def test_a_stranger_gets_the_empty_table_of_her_own_place(as_user, stranger, grid, community):
    many(40, area=grid, raised_on=last_year(3), topic="1")
    client = as_user(stranger)

    response = client.get(HEAT, {"period": year()})

    table = response.context["table"]
    assert response.context["what"] == f"翠苑社区 · {year()}年"
    assert {cell.count for _, cells, _ in table.rows for cell in cells} == {None}
    assert {sum for _, _, sum in table.rows} == {0}
    assert client.get(HEAT, {"community": community.code}).status_code == 404
    assert client.get(HEAT, {"grid": grid.code}).status_code == 404


def test_the_worker_sees_her_grid_alone(client, worker, grid, other_grid):
    many(6, area=grid, raised_on=last_year(3), topic="1")
    many(60, area=other_grid, raised_on=last_year(3), topic="1")

    by_month = client.get(HEAT, {"period": year()}).context["table"]
    by_grid = client.get(HEAT, {"by": "grid", "period": f"{year()}-03"}).context["table"]

    assert by_month.rows[0][1][2].count == 6
    assert by_grid.heads == ["第一网格", "全社区"]
    assert [cell.count for cell in by_grid.rows[0][1]] == [6, 6]
    assert client.get(HEAT, {"grid": other_grid.code}).status_code == 404


def test_who_sees_no_concerns_has_no_heat_table(client, auditor):
    assert client.get(HEAT).status_code == 404


def test_whoever_keeps_two_communities_chooses_one(as_user, district, grid):
    other = community_of(13, "翠苑社区")
    many(8, area=grid, raised_on=last_year(3), topic="1")
    many(9, area=grid_of(1, of=other), raised_on=last_year(3), topic="1")
    client = as_user(user_with(Role.CHAIR, district, username="two", name="两处"))

    first, second = (client.get(HEAT, {"period": year(), "community": code}) for code in (grid.code[:12], other.code))

    assert [r.context["table"].rows[0][1][2].count for r in (first, second)] == [8, 9]
    for answer in (first, second):
        cell = answer.context["table"].rows[0][1][2]
        assert client.get(cell.url).context["page"].total == cell.count


@pytest.mark.parametrize("query", [
    {"period": "1999"}, {"period": "x"}, {"by": "x"}, {"by": "grid", "period": "2999-01"}, {"by": "grid", "period": "-"},
])  # fmt: skip
def test_an_address_that_makes_no_sense_shows_the_usual_table(client, chair, query):
    assert len(client.get(HEAT, query).context["table"].rows) == 7


@pytest.mark.parametrize("by", ["month", "grid"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_table_costs_two_queries_for_any_number_of_rows(client, chair, grid, rows, by):
    for number in range(rows):
        many(5, area=grid_of(number + 1), raised_on=timezone.localdate(), topic=str(number + 1))

    _, queries = queries_beyond(client, f"{HEAT}?by={by}", SHELL)

    assert queries == 2  # the counts, and whether the code tables are still the same
