"""Hiding small cells of a table so that no sum gives them away (ADR 9). Pure: numbers in, marks out.

A table of counts is published together with the sums of its rows and columns and the sum of all. Below, the sums are the
last row and the last column of one larger table. A cell is *primary* when its count is smaller than `least`, nought
included; it is *complementary* when it must be hidden so that a primary one cannot be worked out. Nought is hidden so that
the mark does not say "somebody", and covers others; that it can sometimes be worked out harms nobody, for it is nobody.

Every primary cell from 1 on gets a partner table: one more in it, or one less, and the same change with turned signs at the other
corners of a rectangle of hidden cells, so that all that is shown stays as it is. Corners keep their kind, primary below
`least` and complementary from `least` on: who is told which hidden cells are which still cannot tell the two tables apart.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hidden:
    """Which cells stay hidden: `cells[row][column]`, the sums of `rows` and of `columns`, and the sum of `all`."""

    cells: list
    rows: list
    columns: list
    all: bool


def hide(table, least):
    """Hidden of `table`, a list of rows of counts (0 or more, all rows equally long)."""
    grid = _Grid(_with_sums(table), least)
    for row, column in grid.primaries():
        if grid.values[row][column] and not grid.is_safe(row, column) and not grid.hide_rectangle(row, column):
            grid.hide_all()
            break
    marks = grid.hidden
    return Hidden(
        cells=[line[:-1] for line in marks[:-1]], rows=[line[-1] for line in marks[:-1]], columns=marks[-1][:-1],
        all=marks[-1][-1],
    )  # fmt: skip


def _with_sums(table):
    width = len(table[0]) if table else 0
    lines = [[*row, sum(row)] for row in table]
    return [*lines, [sum(line[k] for line in lines) for k in range(width + 1)]]


class _Grid:
    """The table with its sums, what is hidden of it, and for each row the columns that may rise and that may fall.

    A sum moves with its parts: in a rectangle it takes the sign that a part in its place would not. `rise` and `fall` are
    bit masks of columns, with the signs of sums already turned.
    """

    def __init__(self, values, least):
        self.values, self.least = values, least
        self.height, self.width = len(values), len(values[0])
        self.hidden = [[value < least for value in line] for line in values]
        self.rise, self.fall = [0] * self.height, [0] * self.height
        for row, column in self.primaries():
            self._note(row, column)

    def primaries(self):
        """(row, column) of every cell that is hidden for its own sake."""
        return [
            (row, column)
            for row, line in enumerate(self.values)
            for column, value in enumerate(line)
            if value < self.least
        ]

    def _moves(self, row, column):
        """(may rise, may fall) of a cell once it is hidden, as the rectangle counts its sign."""
        value, least = self.values[row][column], self.least
        more = value < least - 1 or value >= least
        fewer = value > 0 and value != least
        is_sum = (row == self.height - 1) != (column == self.width - 1)
        return (fewer, more) if is_sum else (more, fewer)

    def _note(self, row, column):
        self.hidden[row][column] = True
        rises, falls = self._moves(row, column)
        self.rise[row] |= rises << column
        self.fall[row] |= falls << column

    def is_safe(self, row, column):
        """True when some rectangle of hidden cells lets this one differ."""
        bit = 1 << column
        for goes, comes in ((self.rise, self.fall), (self.fall, self.rise)):
            if goes[row] & bit and any(
                comes[other] & bit and comes[row] & goes[other] & ~bit for other in range(self.height) if other != row
            ):
                return True
        return False

    def hide_rectangle(self, row, column):
        """Hide the rectangle that takes the fewest sums and the smallest counts away; False when there is none."""
        best = None
        for other in range(self.height):
            for across in range(self.width):
                if other == row or across == column:
                    continue
                corners = ((row, column), (row, across), (other, across), (other, column))
                if not self._can_turn(corners):
                    continue
                shown = [(r, k) for r, k in corners if not self.hidden[r][k]]
                sums = sum(r == self.height - 1 or k == self.width - 1 for r, k in shown)
                cost = (sums, sum(self.values[r][k] for r, k in shown), len(shown), other, across)
                if best is None or cost < best[0]:
                    best = (cost, corners)
        if best is None:
            return False
        for r, k in best[1]:
            self._note(r, k)
        return True

    def _can_turn(self, corners):
        moves = [self._moves(row, column) for row, column in corners]
        return all(move[n % 2] for n, move in enumerate(moves)) or all(
            move[(n + 1) % 2] for n, move in enumerate(moves)
        )

    def hide_all(self):
        self.hidden = [[True] * self.width for _ in range(self.height)]
