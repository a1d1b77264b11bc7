"""Codes of questions and options: made once, kept for ever. Pure."""

import re
from dataclasses import replace
from itertools import count

from surveys.definition.questionnaire import END, Option, Question
from surveys.enums import Kind

# Words that stand for the answer of an earlier question.
PIPED = re.compile(r"\{(\w+)\}")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def letters(place):
    """a, b … z, aa, ab … for the option at `place` (from 0)."""
    return letters(place // 26 - 1) + LETTERS[place % 26] if place >= 26 else LETTERS[place]


def fresh_question(taken):
    """The first of q1, q2 … that is not in `taken`."""
    return next(code for n in count(1) if (code := f"q{n}") not in taken)


def fresh_option(kind, taken):
    """The first code for an option of a question of `kind` that is not in `taken`; those of a scale count."""
    made = (str(n) for n in count(1)) if kind == Kind.SCALE else (letters(n) for n in count())
    return next(code for code in made if code not in taken)


def coded_options(kind, options, before=()):
    """`options` (Options whose code may be "") with codes of their own; those in `before` are taken for ever."""
    taken = {option.code for option in (*before, *options)} - {""}
    numbers = [option.label for option in options]
    if kind == Kind.SCALE and not taken and all(n.isdecimal() and len(n) < 3 for n in numbers):
        # "0 … 10": the code says what it is worth.
        return tuple(replace(option, code=str(int(option.label))) for option in options)
    made = []
    for option in options:
        code = option.code or fresh_option(kind, taken)
        taken.add(code)
        made.append(replace(option, code=code))
    return tuple(made)


def coded_rows(rows, before=()):
    """Lines of a matrix with codes r1, r2 …"""
    taken, made = {row.code for row in (*before, *rows)} - {""}, []
    for row in rows:
        code = row.code or next(code for n in count(1) if (code := f"r{n}") not in taken)
        taken.add(code)
        made.append(replace(row, code=code))
    return tuple(made)


def recoded(questionnaire, taken=()):
    """The same with question codes that are not in `taken` (q1, q2 … in order): conditions, jumps and piped words follow."""
    taken, names = set(taken), {}
    for question in questionnaire.questions():
        names[question.code] = fresh_question(taken)
        taken.add(names[question.code])
    parts = tuple(
        replace(part, questions=tuple(renamed(question, names) for question in part.questions))
        for part in questionnaire.sections
    )
    return replace(questionnaire, sections=parts)


def renamed(question, names):
    """`question` with codes of questions replaced by `names` ({old: new}); others stay."""

    def word(text):
        return PIPED.sub(lambda found: f"{{{names.get(found[1], found[1])}}}", text)

    return replace(
        question,
        code=names.get(question.code, question.code),
        label=word(question.label),
        hint=word(question.hint),
        shown_if=tuple(replace(one, question=names.get(one.question, one.question)) for one in question.shown_if),
        jumps=tuple(
            replace(one, target=one.target if one.target == END else names.get(one.target, one.target))
            for one in question.jumps
        ),
    )


def yes_no():
    """The two options of a yes-no question."""
    return (Option("a", "是"), Option("b", "否"))


def scale(first=1, last=5):
    """Options of a scale of bare numbers."""
    return tuple(Option(str(n), str(n)) for n in range(first, last + 1))


def blank_question(kind, code):
    """A new question of `kind` as the editor opens it."""
    options = ()
    if kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.RANKING, Kind.MATRIX):
        options = (Option("a", "第一个"), Option("b", "第二个"))
    elif kind == Kind.YES_NO:
        options = yes_no()
    elif kind == Kind.SCALE:
        options = scale()
    rows = (Option("r1", "第一行"),) if kind == Kind.MATRIX else ()
    return Question(code, kind, "", options=options, rows=rows)
