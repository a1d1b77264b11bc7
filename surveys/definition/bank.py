"""The question bank (handbook 5.3): seven fields of work, our own sentences, each with the common tail.

The questions are text files in `surveys/bank/`, in the layout in which they are pasted.
"""

from functools import cache
from pathlib import Path

from surveys.definition.edit import join
from surveys.definition.textread import read_text

FOLDER = Path(__file__).resolve().parent.parent / "bank"
TOPICS = ("1", "2", "3", "4", "5", "6", "7")


@cache
def bank(topic):
    """`(title, introduction, Questionnaire)` of the field of work `topic`, the common tail at its end. KeyError for another."""
    if topic not in TOPICS:
        raise KeyError(topic)
    reading, tail = _read(topic), _read("tail")
    return reading.title, reading.intro, join(reading.questionnaire, tail.questionnaire)


@cache
def _read(name):
    return read_text((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
