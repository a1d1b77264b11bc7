"""The numbers that leave the sealed compartment: of whole years that are over, of a whole community, none that stands for few.

A year that runs would change with the next file; a grid, a month, or two years and their sum would tell one case by what is
left when one number is taken from another. So there is one table a year, each part of it hidden as ADR 9 hides (core.suppress).
"""

from collections import Counter
from dataclasses import dataclass, replace

from django.utils import timezone

from fedhub.core.suppress import hide
from fedhub.reference.lookup import rule
from safety.enums import Capacity, HelpKind, Kind, Known, Offer, OrderStep, Outcome
from safety.queries import opened
from safety.standing import corrected

# What was done in a file at least once: (words, does this entry say so).
DONE = [
    ("报案、报告", lambda r: r.kind == Kind.REPORT),
    ("告诫书", lambda r: r.kind == Kind.LETTER),
    ("申请保护令", lambda r: r.kind == Kind.ORDER),
    ("作出保护令", lambda r: r.kind == Kind.ORDER and r.data["step"] == OrderStep.GRANTED),
    *(
        (HelpKind(kind).label, lambda r, kind=kind: r.kind == Kind.HELP and r.data["what"] == kind and _given(r))
        for kind in (HelpKind.HOSPITAL, HelpKind.INJURY, HelpKind.SHELTER, HelpKind.LEGAL, HelpKind.MIND, HelpKind.CHILD)
    ),
    ("安全计划", lambda r: r.kind == Kind.PLAN),
    ("出具副本", lambda r: r.kind == Kind.COPY),
]  # fmt: skip


def _given(record):
    return record.data["step"] in (Offer.ACCEPTED, Offer.DONE)


@dataclass(frozen=True)
class Part:
    """One block of the figures: `rows` [(words, number or None where it stays hidden)]; `total` likewise, where they add up."""

    title: str
    rows: list
    total: int | None = None
    adds_up: bool = True


def years(today=None):
    """The years that can be asked for: the last five that are over, the newest first."""
    last = (today or timezone.localdate()).year - 1
    return list(range(last, last - 5, -1))


def figures_of(community, year):
    """`[Part]` of the files of a community (Area) that were opened, and of those that were closed, in `year`."""
    taken, closed = [], []
    for records in opened(community):
        # As it stood at the end of that year: what is written later changes nothing of it.
        live = corrected([record for record in records if record.at.year <= year])
        if records[0].at.year == year:
            taken.append(live)
        closed += [r for r in live if r.kind == Kind.CLOSE and r.at.year == year]
    how = _added("受理", Counter(live[0].data["how"] for live in taken), Known)
    capacity = _added("能不能自己作主", Counter(live[0].data["capacity"] for live in taken), Capacity)
    if None in (how.total, capacity.total):
        # Both add up to the same: what one must hide the other may not tell.
        how, capacity = replace(how, total=None), replace(capacity, total=None)
    told = how.total is not None
    return [
        how,
        capacity,
        _done(taken, told),
        _added("结案", Counter(record.data["outcome"] for record in closed), Outcome),
    ]


def _added(title, counts, words):
    """A Part whose rows add up to its total."""
    numbers = [counts.get(one.value, 0) for one in words]
    hidden = hide([numbers], rule("small_number"))
    rows = [(one.label, None if shut else n) for one, n, shut in zip(words, numbers, hidden.cells[0], strict=True)]
    return Part(title, rows, None if hidden.rows[0] or hidden.all else sum(numbers))


def _done(taken, told):
    """What was done in how many of the files: shown where neither those with it nor those without are few; that all had it only
    where their number is `told`."""
    least, rows = rule("small_number"), []
    for words, says in DONE:
        with_it = sum(any(says(record) for record in live) for live in taken)
        few = with_it < least or 0 < len(taken) - with_it < least or (with_it == len(taken) and not told)
        rows.append((words, None if few else with_it))
    return Part("做了什么（份）", rows, adds_up=False)
