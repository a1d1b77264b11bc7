"""Results of a survey from its counts: with how many answered, small numbers hidden, all editions lined up. Pure."""

from dataclasses import dataclass, field, replace

from surveys.bands import bands_of
from surveys.enums import Kind
from surveys.hiding import REST, Split, columns_of, split, steady

NOT = "~"
# Mean and median of numbers stand for at least so many times the limit: a tenth of the mean is then two answers or more.
MANY = 4
PARTED = (Kind.SINGLE, Kind.YES_NO, Kind.SCALE)
# Nothing is counted in these but that they were answered.
WRITTEN = (Kind.TEXT, Kind.DATE, Kind.PHONE, Kind.PHOTO, Kind.AREA, Kind.CONSENT)


@dataclass(frozen=True)
class Line:
    """One option: how many (None: hidden) and of those who answered, in percent with one decimal; `score` of a ranking."""

    code: str
    label: str
    n: int | None = None
    percent: float | None = None
    score: float | None = None


@dataclass(frozen=True)
class Figure:
    """One question, or one row of a matrix. `base`: how many answered (None: too few to say anything); `mean` and `median`
    of scales and numbers; `split` holds what may be shown by grid: {part: …} for options, by option for a multiple one."""

    question: object
    row: str = ""
    row_label: str = ""
    base: int | None = None
    lines: tuple = ()
    mean: float | None = None
    median: float | None = None
    splits: dict = field(default_factory=dict)

    @property
    def key(self):
        """Its name in addresses: q3, or q3.r1 for a row."""
        return f"{self.question.code}.{self.row}" if self.row else self.question.code

    @property
    def hides(self):
        """True when a line is hidden."""
        return any(line.n is None for line in self.lines)


class Counts:
    """The counts of a survey: {(question, row, option, place): n}, read by question."""

    def __init__(self, rows):
        self.places, self._held = {}, {}
        for (question, row, option, place), n in rows.items():
            self._held.setdefault((question, row), {}).setdefault(option, {})[place] = n
            if not question:
                self.places[place] = n

    @property
    def total(self):
        """How many responses there are."""
        return sum(self.places.values())

    def line(self, question, row, option):
        """{place: n} of one option."""
        return self._held.get((question, row), {}).get(option, {})

    def options(self, question, row=""):
        """{option: {place: n}} of a question or a row of it, without the count of who answered."""
        return {option: line for option, line in self._held.get((question, row), {}).items() if option}


def figures(questionnaire, counts, least, *, place=None):
    """Figures of every question that counts something, in order; [] while fewer than `least` answered.

    `place`: of this column alone (one of `shown_places`). What is hidden is decided for all places together, so that no two
    pages say more than one.
    """
    if counts.total < least:
        return []
    found = []
    for question in questionnaire.questions():
        if question.kind != Kind.NOTE:
            found += _FIGURES.get(question.kind, _written)(question, counts, least, place)
    return found


def shown_places(counts, least):
    """Places that are looked at alone: with enough responses, and not the one by which those of a single small place could be told
    from how many there are in all."""
    return columns_of(counts.places, least)[0]


def percent(n, base):
    """Percent with one decimal, halves up; None for what is hidden."""
    return None if n is None or not base else int(1000 * n / base + 0.5) / 10


def _view(parts, place):
    """`(base, {part: n})` of a Split in all, or in one column; (None, {}) when it is not shown there."""
    if place is None:
        return (parts.base, parts.totals) if parts.is_whole else (parts.base or None, {})
    if place not in parts.bases:
        return None, {}
    return parts.bases[place], {part: n for (part, column), n in parts.cells.items() if column == place}


def _parted(question, counts, least, place, row=None):
    code = row.code if row else ""
    lines = {option.code: counts.line(question.code, code, option.code) for option in question.options}
    parts = split(lines, counts.places, least)
    base, shown = _view(parts, place)
    figure = Figure(
        question, code, row.label if row else "", base,
        tuple(Line(o.code, o.label, shown.get(o.code), percent(shown.get(o.code), base)) for o in question.options)
        if base else (), splits={"": parts},
    )  # fmt: skip
    if question.kind != Kind.SCALE or not base:
        return [figure]
    held = _column(parts, place)
    real = {code: sum(n for where, n in line.items() if held is None or where in held) for code, line in lines.items()}
    hidden = [code for code in real if code not in shown]
    weights = weights_of(question)
    return [
        replace(
            figure,
            mean=steady(lambda found: mean(found, weights), real, hidden),
            median=steady(lambda found: median(found, weights), real, hidden),
        )
    ]


def _column(parts, place):
    """Places of a column, None for all."""
    if place is None:
        return None
    return parts.rest if place == REST else (place,)


def _matrix(question, counts, least, place):
    return [figure for row in question.rows for figure in _parted(question, counts, least, place, row)]


def _multiple(question, counts, least, place):
    answered = counts.line(question.code, "", "")
    splits = {}
    for option in question.options:
        chosen = counts.line(question.code, "", option.code)
        others = {where: n - chosen.get(where, 0) for where, n in answered.items()}
        splits[option.code] = split({option.code: chosen, NOT: others}, counts.places, least)
    base = max((_view(parts, place)[0] or 0 for parts in splits.values()), default=0) or None
    shown = {code: _view(parts, place)[1].get(code) for code, parts in splits.items()}
    lines = tuple(Line(o.code, o.label, shown[o.code], percent(shown[o.code], base)) for o in question.options)
    return [Figure(question, base=base, lines=lines if base else (), splits=splits)]


def _ranking(question, counts, least, place):
    """How often each was put first, and its mean score: first gets as many points as there are options, last one.

    A score is not shown where it would tell a small count of some place: together with the first places it says much.
    """
    places = range(1, len(question.options) + 1)
    ranks = {o.code: [counts.line(question.code, str(k), o.code) for k in places] for o in question.options}
    parts = split({code: lines[0] for code, lines in ranks.items()}, counts.places, least)
    base, shown = _view(parts, place)
    lines = []
    for option in question.options:
        n = shown.get(option.code)
        score = _score([sum(line.values()) for line in ranks[option.code]], least) if base and place is None else None
        lines.append(Line(option.code, option.label, n, percent(n, base), score))
    return [Figure(question, base=base, lines=tuple(lines) if base else (), splits={"": parts})]


def _score(ranked, least):
    """Mean score of an option that was put on each place so often; None when it would tell a small one of them apart."""
    answered, points = sum(ranked), sum(n * (len(ranked) - k) for k, n in enumerate(ranked))
    if answered < least:
        return None
    if any(0 < n < least for n in ranked):
        shifts = {round((points + d) / answered, 1) for d in range(-len(ranked) + 1, len(ranked))}
        if len(shifts) > 1:
            return None
    return round(points / answered, 1)


def _number(question, counts, least, place):
    """How they are spread, in bands decided like options; mean and median in all, of so many that no single answer shows in them,
    and only while no band is hidden."""
    values = {}
    for text, line in counts.options(question.code).items():
        held = values.setdefault(_value(text), {})
        for where, n in line.items():
            held[where] = held.get(where, 0) + n
    values.pop(None, None)
    sums = {value: sum(line.values()) for value, line in values.items()}
    found = bands_of(sums, least, lowest=_value(question.least), highest=_value(question.most))
    # Without bands it is one partition that all are in.
    lines = {f"b{k}": _of_band(values, band) for k, band in enumerate(found)} or {"": _of_band(values, None)}
    parts = split(lines, counts.places, least)
    base, shown = _view(parts, place)
    if not base:
        return [Figure(question)]
    figure = Figure(
        question, base=base, splits={"": parts},
        lines=tuple(Line(f"b{k}", b.label, shown.get(f"b{k}"), percent(shown.get(f"b{k}"), base)) for k, b in enumerate(found)),
    )  # fmt: skip
    if place is not None or figure.hides or base < MANY * least:
        return [figure]
    weights = {value: value for value in values}
    return [replace(figure, mean=mean(sums, weights), median=median(sums, weights))]


def _value(text):
    """The number that `text` is, None for none."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def _of_band(values, band):
    """{place: n} of the answers in `band`; in all of them without one."""
    found = {}
    for value, line in values.items():
        if band is None or band.holds(value):
            for where, n in line.items():
                found[where] = found.get(where, 0) + n
    return found


def _written(question, counts, least, place):
    parts = split({"": counts.line(question.code, "", "")}, counts.places, least)
    base = parts.base if place is None else parts.bases.get(place)
    return [Figure(question, base=base or None)]


_FIGURES = {
    Kind.SINGLE: _parted, Kind.YES_NO: _parted, Kind.SCALE: _parted, Kind.MATRIX: _matrix, Kind.MULTIPLE: _multiple,
    Kind.RANKING: _ranking, Kind.NUMBER: _number,
}  # fmt: skip


# --- middle values --------------------------------------------------------------------------------------------------
def weights_of(question):
    """{option: points} of a scale: the number its label or its code is, else its place; "would rather not say" has none."""
    offered = [option for option in question.options if not option.refuse]
    texts = [option.label for option in offered]
    if not all(text.isdecimal() for text in texts):
        texts = [option.code for option in offered]
    if not all(text.isdecimal() for text in texts):
        texts = range(1, len(offered) + 1)
    return {option.code: int(text) for option, text in zip(offered, texts, strict=True)}


def mean(counts, weights):
    """Mean of weighted counts with one decimal; None without any."""
    answered = sum(n for code, n in counts.items() if code in weights)
    if not answered:
        return None
    return round(sum(weights[code] * n for code, n in counts.items() if code in weights) / answered, 1)


def median(counts, weights):
    """Median of weighted counts: the middle one, or half between the two in the middle; None without any."""
    ordered = sorted((weights[code], n) for code, n in counts.items() if code in weights and n)
    answered = sum(n for _, n in ordered)
    if not answered:
        return None
    middles = [_nth(ordered, (answered - 1) // 2), _nth(ordered, answered // 2)]
    found = sum(middles) / 2
    return int(found) if found == int(found) else found


def _nth(ordered, place):
    for value, n in ordered:
        if place < n:
            return value
        place -= n
    raise IndexError(place)


# --- editions -------------------------------------------------------------------------------------------------------
def lined_up(editions):
    """The Questionnaire that holds the questions of all `editions` (in order): the newest wording, and at the end of its
    section, or of all, what the newest does not have any more."""
    newest = editions[-1]
    for earlier in reversed(editions[:-1]):
        newest = replace(newest, sections=tuple(_with_options(part, earlier) for part in newest.sections))
        known = {question.code for question in newest.questions()}
        gone = tuple(replace(q, retired=True) for q in earlier.questions() if q.code not in known)
        if gone:
            last = newest.sections[-1]
            newest = replace(
                newest, sections=(*newest.sections[:-1], replace(last, questions=(*last.questions, *gone)))
            )
    return newest


def _with_options(section, earlier):
    questions = []
    for question in section.questions:
        before = earlier.question(question.code)
        if before is not None:
            question = replace(
                question,
                options=_joined(question.options, before.options),
                rows=_joined(question.rows, before.rows),
            )
        questions.append(question)
    return replace(section, questions=tuple(questions))


def _joined(now, before):
    known = {option.code for option in now}
    return (*now, *(replace(option, retired=True) for option in before if option.code not in known))


def changes(before, now):
    """{question: [sentence]} of what changed from one edition to the next."""
    found = {}
    for question in now.questions():
        old = before.question(question.code)
        said = ["这一版新加的题"] if old is None else _changed(old, question)
        if said:
            found[question.code] = said
    for question in before.questions():
        if now.question(question.code) is None or (now.question(question.code).retired and not question.retired):
            found[question.code] = ["这一版不再问"]
    return found


def _changed(old, now):
    said = [f"题目原来是“{old.label}”"] if old.label != now.label else []
    for option in (*now.options, *now.rows):
        before = next((one for one in (*old.options, *old.rows) if one.code == option.code), None)
        if before is None:
            said.append(f"加了“{option.label}”")
        elif before.label != option.label:
            said.append(f"“{option.label}”原来写的是“{before.label}”")
        elif option.retired and not before.retired:
            said.append(f"不再提供“{option.label}”")
    return said


def dimensions(questionnaire):
    """{key: (label, question, row)} of what a cross-table can be made of: closed questions, and the rows of a matrix."""
    found = {}
    for question in questionnaire.questions():
        if question.kind in (*PARTED, Kind.MULTIPLE):
            found[question.code] = (question.label, question, "")
        elif question.kind == Kind.MATRIX:
            found |= {
                f"{question.code}.{r.code}": (f"{question.label} {r.label}", question, r.code) for r in question.rows
            }
    return found


__all__ = ["Counts", "Figure", "Line", "Split", "changes", "dimensions", "figures", "lined_up", "shown_places"]
