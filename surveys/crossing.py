"""Two questions of a survey together, or one by grid: small numbers hidden, consistent with the results of each alone."""

import hashlib
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count
from django.db.models.fields.json import KeyTransform

from surveys.enums import Kind
from surveys.hiding import REST, cross
from surveys.stats import NOT, dimensions, figures

BY_GRID = "grid"
HOURS = 12
AT_ONCE, MANY = 8, 50_000
TOGETHER = "其余合在一起"


@dataclass(frozen=True)
class CrossTable:
    """`columns`: [(label, sum)]; `rows`: [(label, [count or None], sum)]; None where it is hidden."""

    columns: list
    rows: list
    base: int = 0

    @property
    def hides(self):
        return any(n is None for _, cells, _ in self.rows for n in cells)


def choices(results):
    """{key: label} of what can be crossed."""
    return {key: label for key, (label, *_) in dimensions(results.questionnaire).items()}


def groupings(results):
    """{key: label} of what all questions can be looked at by: the grids, and every question in which one thing is chosen; her age
    first, where it is asked."""
    held = dimensions(results.questionnaire)
    parted = {key: label for key, (label, question, row) in held.items() if question.kind != Kind.MULTIPLE and not row}
    aged = {key: label for key, label in parted.items() if "年龄" in label or "多大" in label and "孩子" not in label}
    return aged | {BY_GRID: "网格"} | parted


def pages_of(results, by):
    """The keys of all that can be looked at by `by`, a few at a time: each table reads the answers once until it is kept, so
    of very many answers one at a time."""
    keys = [key for key in dimensions(results.questionnaire) if key != by]
    size = 1 if by != BY_GRID and results.total > MANY else AT_ONCE
    return [keys[at : at + size] for at in range(0, len(keys), size)]


def crossed(results, down, across):
    """CrossTable of two dimensions (`across` may be BY_GRID); None for what cannot be crossed or not be shown at all.

    What may be shown, never what was counted, is kept for some hours under what the results of the two are and how they
    are worded.
    """
    held = dimensions(results.questionnaire)
    if not results.enough or down not in held or down == across:
        return None
    found = {(f.question.code, f.row): f for f in figures(results.questionnaire, results.counts, results.least)}
    first = found[held[down][1].code, held[down][2]]
    if across == BY_GRID:
        return _by_grid(results, first)
    if across not in held:
        return None
    second = found[held[across][1].code, held[across][2]]
    key = f"surveys:cross:{results.survey.token}:{down}:{across}:{_state(results, first, second)}"
    table = cache.get(key)
    if table is None:
        table = _table(results, held[down], held[across], first, second)
        cache.set(key, table or (), HOURS * 3600)
    return table or None


def _state(results, *shown):
    """A fingerprint of the counts and wordings of two figures: a changed answer, edition or limit makes a table of its own."""
    counts = [
        sorted(
            (option, sorted(line.items())) for option, line in results.counts.options(f.question.code, f.row).items()
        )
        for f in shown
    ]
    said = repr((results.total, results.least, counts, shown))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _by_grid(results, figure):
    """A question by grid, as its figure has decided."""
    bases = next((parts.bases for parts in figure.splits.values() if parts.bases), None)
    if not bases:
        return None
    rows = []
    for line in figure.lines:
        parts = figure.splits.get(line.code) or figure.splits[""]
        rows.append((line.label, [parts.cells.get((line.code, column)) for column in bases], line.n))
    return CrossTable([(results.name(column), n) for column, n in bases.items()], rows, figure.base)


def _table(results, down, across, first, second):
    counted = _pairs(results.survey, down, across)
    rows, columns = _groups(first), _groups(second)
    blocks = {
        (row, column): _block(counted, (row, parts), (column, others), first, second, results.least)
        for row, parts in rows.items()
        for column, others in columns.items()
    }
    base = max(block.base for block in blocks.values())
    if not base:
        return None
    heads, lines = _shown(first, blocks, 0), _shown(second, blocks, 1)
    labels, tops = _labels(first), _labels(second)

    def block(row, column):
        return blocks[row if "" not in rows else "", column if "" not in columns else ""]

    return CrossTable(
        [(tops[column], _first(block(row, column).columns.get(column) for row in heads)) for column in lines],
        [
            (labels[row], [block(row, column).cells.get((row, column)) for column in lines],
             _first(block(row, column).rows.get(row) for column in lines))
            for row in heads
        ],
        base,
    )  # fmt: skip


def _labels(figure):
    return {line.code: line.label for line in figure.lines} | {REST: TOGETHER}


def _first(values):
    return next((value for value in values if value is not None), None)


def _shown(figure, blocks, side):
    """Parts of `figure` that have a line or column of their own, in its order; those put together last."""
    order = [line.code for line in figure.lines]
    if figure.question.kind == Kind.MULTIPLE:
        return order
    known = {part for block in blocks.values() for part in (block.columns if side else block.rows)}
    return [*[code for code in order if code in known], *([REST] if REST in known else [])]


def _groups(figure):
    """The partitions of a figure: {name: parts}: one of all options, or one for each option of a multiple choice."""
    codes = [line.code for line in figure.lines]
    if figure.question.kind == Kind.MULTIPLE:
        return {code: (code, NOT) for code in codes}
    return {"": tuple(codes)}


def _block(counted, row, column, first, second, least):
    """Crossed of one partition by another."""
    (row_name, row_parts), (column_name, column_parts) = row, column
    found = {}
    for (value, other), n in counted.items():
        part, against = _part(value, row_name, row_parts), _part(other, column_name, column_parts)
        if part is not None and against is not None:
            found[part, against] = found.get((part, against), 0) + n
    down = {part: part in first.splits[row_name].totals for part in row_parts}
    across = {part: part in second.splits[column_name].totals for part in column_parts}
    return cross(found, down, across, least)


def _part(value, name, parts):
    """The part that an answer is in; None when the question was not answered. A multiple choice is a tuple of codes."""
    if name:
        return (name if name in value else NOT) if isinstance(value, tuple) and value else None
    return value if isinstance(value, str) and value in parts else None


def _pairs(survey, down, across):
    """{(answer, answer): n} of all responses, counted by the database."""
    rows = survey.responses.annotate(down=_answer(down), across=_answer(across)).values_list("down", "across")
    found = {}
    for value, other, n in rows.annotate(n=Count("pk")).order_by():
        key = (_kept(value), _kept(other))
        found[key] = found.get(key, 0) + n
    return found


def _answer(dimension):
    _, question, row = dimension
    found = KeyTransform(question.code, "answers")
    return KeyTransform(row, found) if row else found


def _kept(value):
    return tuple(value) if isinstance(value, list) else value
