"""Small cells of a table with sums stay hidden, and nothing shown gives them away."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedhub.core.suppress import Hidden, hide

LEAST = 3


def with_sums(table):
    lines = [[*row, sum(row)] for row in table]
    return [*lines, [sum(line[k] for line in lines) for k in range(len(lines[0]))]]


def marks_of(found):
    return [
        *[[*line, of_row] for line, of_row in zip(found.cells, found.rows, strict=True)],
        [*found.columns, found.all],
    ]


def tables_that_fit(table, hidden, least):
    """Every table that shows what `table` shows: the same shown counts and sums, and each hidden one of the same kind
    (small, or not small). All of them are tried, so this knows nothing of how `hide` works."""
    sums = with_sums(table)
    open_cells = [(r, k) for r, line in enumerate(table) for k in range(len(line)) if hidden[r][k]]
    choices = [range(least) if table[r][k] < least else range(least, table[r][k] + least + 1) for r, k in open_cells]
    for values in product(*choices):
        other = [list(line) for line in table]
        for (r, k), value in zip(open_cells, values, strict=True):
            other[r][k] = value
        if all(
            (new < least) == (old < least) if marked else new == old
            for line, olds, marks in zip(with_sums(other), sums, hidden, strict=True)
            for new, old, marked in zip(line, olds, marks, strict=True)
        ):
            yield with_sums(other)


SHAPES = st.sampled_from([(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1), (2, 3), (3, 2)])
TABLES = SHAPES.flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 6), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


@settings(max_examples=300, deadline=None)
@given(TABLES)
def test_every_small_count_could_be_another_one(table):
    found = hide(table, LEAST)
    hidden, sums = marks_of(found), with_sums(table)
    assert all(hidden[r][k] for r, line in enumerate(sums) for k, value in enumerate(line) if value < LEAST)
    small = [(r, k) for r, line in enumerate(sums) for k, value in enumerate(line) if 0 < value < LEAST]
    if all(mark for line in hidden for mark in line):
        return  # nothing is told about this table at all
    seen = {cell: set() for cell in small}
    for other in tables_that_fit(table, hidden, LEAST):
        for r, k in small:
            seen[r, k].add(other[r][k])
        if all(len(values) > 1 for values in seen.values()):
            break
    assert [cell for cell, values in seen.items() if len(values) < 2] == []


@given(TABLES)
def test_what_is_large_everywhere_is_shown_everywhere(table):
    large = [[value + LEAST for value in line] for line in table]

    assert not any(mark for line in marks_of(hide(large, LEAST)) for mark in line)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # One small cell alone: its row and its column would give it away, so the smallest rectangle goes with it.
        ([[2, 9, 8], [7, 6, 9]], [[True, True, False], [True, True, False]]),
        # Two small ones in one row hide each other only together with a second row.
        ([[1, 2, 9], [7, 8, 9]], [[True, True, False], [True, True, False]]),
        # Nought is hidden too, but takes nothing with it.
        ([[0, 6], [0, 7]], [[True, False], [True, False]]),
        ([[0, 0], [0, 0]], [[True, True], [True, True]]),
    ],
)  # fmt: skip
def test_which_cells_go_with_a_small_one(table, expected):
    assert hide(table, 5).cells == expected


def test_an_empty_table_hides_its_sum():
    assert hide([], 5) == Hidden(cells=[], rows=[], columns=[], all=True)
