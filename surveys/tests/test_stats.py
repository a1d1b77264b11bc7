"""Results from counts: bases, percentages, middle values, editions; and nothing shown gives a small count away."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.bands import bands_of
from surveys.counting import counted
from surveys.definition.questionnaire import Option, Question, Questionnaire, Section
from surveys.enums import Kind
from surveys.hiding import REST, columns_of, cross, split
from surveys.stats import NOT, Counts, changes, dimensions, figures, lined_up, mean, median, percent, shown_places

LEAST = 3
ABC = (Option("a", "甲"), Option("b", "乙"), Option("c", "丙"))


def of(*questions):
    return Questionnaire((Section("", questions=questions),))


def counts_of(questionnaire, answers, place=1):
    """Counts of responses, each (answers, texts) of one place."""
    rows = {}
    for one, texts in answers:
        for key, n in counted(questionnaire, one, texts).items():
            rows[(*key, place)] = rows.get((*key, place), 0) + n
    return Counts(rows)


def only(questionnaire, answers, least=LEAST):
    return figures(questionnaire, counts_of(questionnaire, [(one, ()) for one in answers]), least)[0]


def shown(figure):
    return [(line.code, line.n, line.percent) for line in figure.lines]


# --- what is shown --------------------------------------------------------------------------------------------------
def test_nothing_is_shown_before_enough_have_answered():
    single = of(Question("q", Kind.SINGLE, "?", options=ABC))

    assert figures(single, counts_of(single, [({"q": "a"}, ())] * 2), LEAST) == []


def test_percentages_are_of_those_who_answered_the_question():
    single = of(Question("q", Kind.SINGLE, "?", options=ABC))
    figure = only(single, [{"q": "a"}] * 6 + [{"q": "b"}] * 3 + [{}] * 5)

    assert figure.base == 9
    assert shown(figure) == [("a", 6, 66.7), ("b", 3, 33.3), ("c", None, None)]


def test_a_multiple_choice_adds_up_to_more_than_everybody():
    several = of(Question("q", Kind.MULTIPLE, "?", options=ABC))
    figure = only(several, [{"q": ["a", "b"]}] * 4 + [{"q": ["a"]}] * 4 + [{"q": ["b"]}] * 3)

    assert figure.base == 11
    assert shown(figure) == [("a", 8, 72.7), ("b", 7, 63.6), ("c", None, None)]


def test_a_scale_has_a_mean_and_a_median_of_those_who_said_a_number():
    options = (*(Option(str(n), f"{n}") for n in range(1, 6)), Option("x", "不愿回答", refuse=True))
    scale = of(Question("q", Kind.SCALE, "?", options=options))
    figure = only(scale, [{"q": "5"}] * 6 + [{"q": "4"}] * 4 + [{"q": "1"}] * 5 + [{"q": "x"}] * 9)

    assert (figure.base, figure.mean, figure.median) == (24, 3.4, 4)


def test_a_mean_that_would_tell_hidden_counts_apart_is_hidden():
    scale = of(Question("q", Kind.SCALE, "?", options=tuple(Option(str(n), f"{n}") for n in range(1, 6))))
    figure = only(scale, [{"q": "5"}] * 2 + [{"q": "1"}] * 4)

    assert shown(figure)[4][1] is None
    assert (figure.mean, figure.median) == (None, 1)


def test_numbers_are_spread_in_bands_with_a_mean_and_a_median_of_many():
    number = of(Question("q", Kind.NUMBER, "?", least=0, most=7))
    said = [0] * 4 + [2] * 2 + [3] * 3 + [7] * 3
    figure = only(number, [{"q": value} for value in said])

    assert [(line.label, line.n, line.percent) for line in figure.lines] == [
        ("0", 4, 33.3), ("1—3", 5, 41.7), ("4—7", 3, 25.0),
    ]  # fmt: skip
    assert (figure.base, figure.mean, figure.median) == (12, 2.8, 2.5)
    fewer = only(number, [{"q": value} for value in said[:-1]])
    assert ([line.n for line in fewer.lines], fewer.mean, fewer.median) == ([4, 7], None, None)


def test_a_few_numbers_say_only_how_many_answered():
    figure = only(of(Question("q", Kind.NUMBER, "?")), [{"q": 0}, {"q": 2}, {"q": 3}, {"q": 7}])

    assert (figure.base, figure.lines, figure.mean, figure.median) == (4, (), None, None)


def test_numbers_by_grid_are_hidden_like_options():
    number = of(Question("q", Kind.NUMBER, "?", least=0, most=1))
    counts = Counts(
        {("", "", "", 1): 12, ("", "", "", 2): 9, ("q", "", "0", 1): 11, ("q", "", "1", 1): 1, ("q", "", "0", 2): 4,
         ("q", "", "1", 2): 5}
    )  # fmt: skip
    (whole,), (one,) = figures(number, counts, LEAST), figures(number, counts, LEAST, place=1)

    assert [(line.label, line.n) for line in one.lines] == [("0", None), ("1", None)]
    assert (one.mean, one.base) == (None, 12)
    # One of the two sums or one of the other cells is hidden with it, and no mean tells them apart.
    assert (whole.mean is None) is whole.hides


@pytest.mark.parametrize(
    ("counts", "bounds", "labels"),
    [
        ({3: 9}, (0, 7), []),
        ({1: 5, 2: 5}, (None, None), ["1 及以下", "2 及以上"]),
        ({0: 5, 1: 1, 2: 4, 3: 5}, (0, 3), ["0", "1—2", "3"]),
        (
            {0: 5, 800: 5, 1000: 5, 1500: 5, 3000: 5, 20000: 1}, (0, 20000),
            ["0—499", "500—999", "1000—1499", "1500—1999", "2000 及以上"],
        ),
        ({0.5: 5, 1.5: 5}, (None, None), ["不到 0.6", "0.6 及以上"]),
    ],
)  # fmt: skip
def test_bands_are_round_and_open_where_nothing_bounds_them(counts, bounds, labels):
    assert [band.label for band in bands_of(counts, 5, lowest=bounds[0], highest=bounds[1])] == labels


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.integers(-20, 40) | st.decimals(0, 9, places=2).map(float), st.integers(1, 9), max_size=30),
    st.integers(2, 6),
)
def test_every_number_is_in_one_band_and_no_band_is_small(counts, least):
    found = bands_of(counts, least)

    assert all(sum(n for value, n in counts.items() if band.holds(value)) >= least for band in found)
    assert all(sum(band.holds(value) for band in found) == 1 for value in counts) or not found
    assert len({band.label for band in found}) == len(found)


def test_a_ranking_has_first_places_and_points():
    ranking = of(Question("q", Kind.RANKING, "?", options=ABC))
    figure = only(ranking, [{"q": ["a", "b", "c"]}] * 4 + [{"q": ["b", "a", "c"]}] * 4)

    assert [(line.code, line.n, line.score) for line in figure.lines] == [
        ("a", 4, 2.5),
        ("b", 4, 2.5),
        ("c", None, 1.0),
    ]


def test_a_matrix_has_a_figure_for_each_row():
    matrix = of(Question("q", Kind.MATRIX, "?", options=ABC, rows=(Option("r1", "菜场"), Option("r2", "医院"))))
    found = figures(matrix, counts_of(matrix, [({"q": {"r1": "a", "r2": "b"}}, ())] * 4), LEAST)

    assert [(figure.key, figure.base, figure.lines[0].n) for figure in found] == [("q.r1", 4, 4), ("q.r2", 4, None)]


def test_a_written_question_says_how_many_wrote():
    text = of(Question("q", Kind.TEXT, "?"), Question("n", Kind.NOTE, "谢谢"))
    found = figures(text, counts_of(text, [({}, ("q",))] * 3 + [({}, ())]), LEAST)

    assert [(figure.key, figure.base) for figure in found] == [("q", 3)]


@pytest.mark.parametrize(
    ("held", "alone"),
    [
        ({1: 5, 2: 1, 3: 2}, [1]),
        ({1: 5, 2: 3}, [1, 2]),
        # Of one small grid alone, the others and the sum would tell how many it has.
        ({1: 9, 2: 5, 3: 2}, [1]),
        ({1: 5, 2: 2}, []),
    ],
)
def test_a_grid_is_looked_at_alone_only_where_no_small_one_can_be_worked_out(held, alone):
    counts = Counts({("", "", "", place): n for place, n in held.items()})

    assert shown_places(counts, LEAST) == alone


def test_small_grids_are_put_together_until_they_are_enough():
    assert columns_of({1: 9, 2: 4, 3: 1, 4: 0}, LEAST) == ([1], (3, 2))
    assert columns_of({1: 9, 2: 2, 3: 1}, LEAST) == ([1], (2, 3))
    assert columns_of({1: 1, 2: 1}, LEAST) == ([], (1, 2))


@pytest.mark.parametrize(
    ("n", "base", "expected"), [(1, 3, 33.3), (1, 8, 12.5), (None, 3, None), (3, 0, None), (2, 2, 100.0)]
)
def test_percentages_have_one_decimal(n, base, expected):
    assert percent(n, base) == expected


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=30))
def test_the_median_is_the_middle_of_the_sorted_values(values):
    counted_values = {value: values.count(value) for value in values}
    ordered = sorted(values)
    middle = (ordered[(len(values) - 1) // 2] + ordered[len(values) // 2]) / 2

    assert median(counted_values, {value: value for value in values}) == middle
    assert mean({}, {}) is None
    assert median({}, {}) is None


# --- editions -------------------------------------------------------------------------------------------------------
def test_editions_line_up_under_the_newest_wording():
    old = of(Question("q", Kind.SINGLE, "您上班吗？", options=ABC), Question("z", Kind.TEXT, "别的？"))
    new = of(Question("q", Kind.SINGLE, "您现在工作吗？", options=(ABC[0], Option("b", "没有"), Option("d", "丁"))))
    found = lined_up([old, new])

    assert [(q.code, q.label, q.retired) for q in found.questions()] == [
        ("q", "您现在工作吗？", False), ("z", "别的？", True)
    ]  # fmt: skip
    assert [(o.code, o.retired) for o in found.question("q").options] == [
        ("a", False), ("b", False), ("d", False), ("c", True)
    ]  # fmt: skip
    assert changes(old, new) == {
        "q": ["题目原来是“您上班吗？”", "“没有”原来写的是“乙”", "加了“丁”"],
        "z": ["这一版不再问"],
    }
    assert lined_up([old]) == old
    assert changes(new, old)["z"] == ["这一版新加的题"]


def test_closed_questions_and_rows_can_be_crossed():
    questionnaire = of(
        Question("q", Kind.SINGLE, "甲？", options=ABC),
        Question("m", Kind.MATRIX, "乙？", options=ABC, rows=(Option("r1", "菜场"),)),
        Question("t", Kind.TEXT, "丙？"),
    )

    assert {key: label for key, (label, *_) in dimensions(questionnaire).items()} == {"q": "甲？", "m.r1": "乙？ 菜场"}


# --- nothing can be worked out --------------------------------------------------------------------------------------
TABLES = st.tuples(st.integers(2, 3), st.integers(1, 3)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 5), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


@settings(max_examples=150, deadline=None)
@given(TABLES)
def test_no_small_count_by_grid_can_be_worked_out(rows):
    places = list(range(len(rows[0])))
    table = {f"p{r}": dict(zip(places, row, strict=True)) for r, row in enumerate(rows)}
    found = split(table, places, LEAST)
    assert all(n >= LEAST for n in [*found.totals.values(), *found.cells.values(), *found.bases.values()])
    groups = [found.rest if column == REST else (column,) for column in found.bases] or [tuple(places)]
    columns = list(found.bases) or [""]
    held = {(part, column): sum(line[place] for place in group)
            for part, line in table.items() for column, group in zip(columns, groups, strict=True)}  # fmt: skip
    small = {key: set() for key, n in held.items() if 0 < n < LEAST}
    small |= {(part, "all"): set() for part, line in table.items() if 0 < sum(line.values()) < LEAST}
    bases = [sum(held[part, column] for part in table) for column in columns]
    if not found.totals and not found.cells:
        return  # nothing is told but how many answered
    choices = [[line for line in product(range(base + 1), repeat=len(table)) if sum(line) == base] for base in bases]
    for made in product(*choices):
        other = {(part, column): made[k][r] for r, part in enumerate(table) for k, column in enumerate(columns)}
        sums = {part: sum(other[part, column] for column in columns) for part in table}
        if all(other[key] == n for key, n in found.cells.items()) and all(
            sums[part] == n for part, n in found.totals.items()
        ):
            for part, column in small:
                small[part, column].add(sums[part] if column == "all" else other[part, column])

    assert {key for key, seen in small.items() if len(seen) < 2} == set()


@settings(max_examples=60, deadline=None)
@given(TABLES.filter(lambda rows: len(rows[0]) > 1))
def test_no_small_count_of_a_cross_table_can_be_worked_out(rows):
    down = {f"r{k}": 0 for k in range(len(rows))}
    across = {f"c{k}": 0 for k in range(len(rows[0]))}
    counts = {(r, c): rows[i][j] for i, r in enumerate(down) for j, c in enumerate(across)}
    alone = {
        side: split({part: {0: sum(n for key, n in counts.items() if key[k] == part)} for part in parts}, [0], LEAST)
        for k, (side, parts) in enumerate((("down", down), ("across", across)))
    }
    found = cross(
        counts, {part: part in alone["down"].totals for part in down},
        {part: part in alone["across"].totals for part in across}, LEAST,
    )  # fmt: skip

    assert all(n >= LEAST for n in [*found.cells.values(), *found.rows.values(), *found.columns.values()])
    if not found.cells:
        return
    kept_rows = {row: (row,) for row in found.rows if row != REST} | {REST: [r for r in down if r not in found.rows]}
    kept_columns = {c: (c,) for c in found.columns if c != REST} | {
        REST: [c for c in across if c not in found.columns]
    }
    sums = {r: sum(counts[r, c] for c in across) for r in down}
    values = {key: set() for key, n in counts.items() if 0 < n < LEAST}
    # Who reads the results as well knows the sums that they show; of the others, what they are together.
    told = {side: set(found_alone.totals) for side, found_alone in alone.items()}
    together = sum(n for r, n in sums.items() if r not in told["down"])
    choices = [
        [line for line in product(range(n + 1), repeat=len(across)) if sum(line) == n]
        if r in told["down"]
        else [line for line in product(range(together + 1), repeat=len(across)) if sum(line) <= together]
        for r, n in sums.items()
    ]
    for lines in product(*choices):
        if sum(map(sum, lines)) != sum(sums.values()):
            continue
        other = {(r, c): lines[i][j] for i, r in enumerate(down) for j, c in enumerate(across)}
        if any(sum(other[r, c] for r in down) != sum(counts[r, c] for r in down) for c in told["across"]):
            continue
        same = all(
            sum(other[r, c] for r in kept_rows[row] for c in kept_columns[column]) == n
            for (row, column), n in found.cells.items()
        ) and all(
            sum(other[r, c] for r in down for c in kept_columns[column]) == n for column, n in found.columns.items()
        )
        if same:
            for key in values:
                values[key].add(other[key])

    assert {key for key, seen in values.items() if len(seen) < 2} == set()


def test_the_other_side_of_a_multiple_choice_is_hidden_with_it():
    found = split({"a": {1: 20}, NOT: {1: 2}}, [1], LEAST)

    assert found.totals == {}
