"""Which counts of a question are shown, so that none below the limit stands there or follows from what does (ADR 9, ADR 19).
Pure: numbers in, marks out.

One block decides for the whole question, its total and every grid: a partition of those who answered (the options, or "chosen"
and "not chosen" of one option) by grids. How many answered, in all and in a grid, is shown; grids with fewer than the limit
are put together first. Where a block could only be covered by hiding how many answered, it is shown without grids, and where
even that does not help, not at all.
"""

from dataclasses import dataclass, field

from fedhub.core.suppress import hide

REST = "rest"


@dataclass(frozen=True)
class Split:
    """What may be shown of one partition: `totals` {part: count}, `cells` {(part, column): count}, `bases` {column: how many
    answered}; a part or cell that is missing is hidden. Columns are places, and REST for those put together (`rest`)."""

    base: int = 0
    totals: dict = field(default_factory=dict)
    cells: dict = field(default_factory=dict)
    bases: dict = field(default_factory=dict)
    rest: tuple = ()

    @property
    def is_whole(self):
        """False when nothing of it is shown."""
        return bool(self.totals)


def columns_of(bases, least):
    """`(places that stand alone, places put together)`: neither a grid nor the rest has fewer than `least`, nought aside."""
    alone = [place for place, n in bases.items() if n >= least]
    rest = [place for place, n in bases.items() if 0 < n < least]
    while rest and alone and sum(bases[place] for place in rest) < least:
        smallest = min(alone, key=lambda place: (bases[place], str(place)))
        alone.remove(smallest)
        rest.append(smallest)
    return alone, tuple(rest)


def split(parts, places, least):
    """Split of a partition. `parts`: {part: {place: count}}; every one who answered is in exactly one part."""
    bases = {place: sum(line.get(place, 0) for line in parts.values()) for place in places}
    base = sum(bases.values())
    if base < least:
        return Split()
    alone, rest = columns_of(bases, least)
    columns = {place: (place,) for place in alone} | ({REST: rest} if rest else {})
    if len(columns) > 1:
        table = [[sum(line.get(place, 0) for place in held) for held in columns.values()] for line in parts.values()]
        found = hide(table, least)
        if not found.all and not any(found.columns):
            sums = {column: sum(bases[place] for place in held) for column, held in columns.items()}
            return Split(base, *_shown(parts, columns, table, found), sums, rest)
    table = [[sum(line.values())] for line in parts.values()]
    found = hide(table, least)
    if found.all or found.columns[0]:
        return Split(base)
    kept = zip(parts, table, found.cells, found.rows, strict=True)
    return Split(base, {part: line[0] for part, line, cells, row in kept if not (cells[0] or row)})


def _shown(parts, columns, table, found):
    totals, cells = {}, {}
    for part, line, marks, of_row in zip(parts, table, found.cells, found.rows, strict=True):
        if not of_row:
            totals[part] = sum(line)
        cells |= {(part, column): n for column, n, mark in zip(columns, line, marks, strict=True) if not mark}
    return totals, cells


@dataclass(frozen=True)
class Crossed:
    """What may be shown of two partitions together: `cells` {(part, part): count}, the sums of `rows` and `columns`."""

    base: int = 0
    cells: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)
    columns: dict = field(default_factory=dict)


def cross(counts, down, across, least):
    """Crossed of `counts` {(row part, column part): n}. `down` and `across`: {part: shown in the results alone}.

    What is hidden in the results goes into one part together, and so does what is too small here, so that every sum may be
    known; if a sum would have to be hidden as well, nothing is shown. So no table says more of a sum than the results do.
    """
    rows = _together(down, lambda part: sum(counts.get((part, other), 0) for other in across), least)
    columns = _together(across, lambda part: sum(counts.get((other, part), 0) for other in down), least)
    if not rows or not columns:
        return Crossed()
    table = [
        [sum(counts.get((part, other), 0) for part in held for other in kept) for kept in columns.values()]
        for held in rows.values()
    ]
    found = hide(table, least)
    if found.all or any(found.rows) or any(found.columns):
        return Crossed()
    return Crossed(
        sum(map(sum, table)),
        {(row, column): table[r][k] for r, row in enumerate(rows) for k, column in enumerate(columns)
         if not found.cells[r][k]},
        {row: sum(table[r]) for r, row in enumerate(rows)},
        {column: sum(line[k] for line in table) for k, column in enumerate(columns)},
    )  # fmt: skip


def _together(parts, total, least):
    """{part: (parts,)}: those that may stand alone, and the others as REST; {} when they cannot be told apart."""
    sums = {part: total(part) for part in parts}
    alone = [part for part, shown in parts.items() if shown and sums[part] >= least]
    rest = [part for part in parts if part not in alone and sums[part]]
    while rest and alone and sum(sums[part] for part in rest) < least:
        smallest = min(alone, key=lambda part: (sums[part], part))
        alone.remove(smallest)
        rest.append(smallest)
    found = {part: (part,) for part in alone} | ({REST: tuple(rest)} if rest else {})
    return found if alone and sum(sums.values()) >= least else {}


def steady(statistic, counts, hidden):
    """`statistic(counts)`, or None when moving one answer between two `hidden` parts would change it: then it would tell them
    apart. `counts`: {part: n}."""
    found = statistic(counts)
    for gives in hidden:
        for takes in hidden:
            if gives != takes and counts[gives] > 0:
                moved = counts | {gives: counts[gives] - 1, takes: counts[takes] + 1}
                if statistic(moved) != found:
                    return None
    return found
