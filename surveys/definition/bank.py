"""The question bank (handbook 5.3): seven fields of work, our own sentences, each with the common tail.

The questions are text files in `surveys/bank/`, in the layout in which they are pasted.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path

from surveys.definition.edit import join
from surveys.definition.questionnaire import END, Questionnaire
from surveys.definition.textread import read_text

FOLDER = Path(__file__).resolve().parent.parent / "bank"
TOPICS = ("1", "2", "3", "4", "5", "6", "7")


@cache
def bank(topic):
    """`(title, introduction, Questionnaire)` of the field of work `topic`, the common tail at its end; where the field ends for
    somebody, the tail goes on. KeyError for another."""
    if topic not in TOPICS:
        raise KeyError(topic)
    reading, tail = _read(topic), _read("tail")
    whole = join(reading.questionnaire, tail.questionnaire)
    own = len(reading.questionnaire.questions())
    return reading.title, reading.intro, _going_on(whole, own, whole.questions()[own].code)


def _going_on(whole, own, tail):
    """`whole` with every jump to the end, of its first `own` questions, leading to the question `tail`."""
    first = {question.code for question in whole.questions()[:own]}
    parts = (
        replace(part, questions=tuple(_leading(one, tail) if one.code in first else one for one in part.questions))
        for part in whole.sections
    )
    return Questionnaire(tuple(parts))


def _leading(question, tail):
    jumps = (replace(jump, target=tail) if jump.target == END else jump for jump in question.jumps)
    return replace(question, jumps=tuple(jumps))


@cache
def _read(name):
    return read_text((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
