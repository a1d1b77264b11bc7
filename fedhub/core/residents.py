"""What work apps put on residents' pages: a door on the public home, or on the home of whoever is in.

An app registers its doors in its own `hooks` and keeps its pages below /r/ itself; their base class names the setting
RESIDENT_PAGE, since the portal lies above. The portal shows the doors and knows none of the apps.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fedhub.core.registry import Registry

home_doors = Registry()
own_doors = Registry()


@dataclass(frozen=True)
class Door:
    """One way on: where `shown()` is False the office does not use it. `count(person)` (own doors alone) gives a number that
    stands behind the label, 0 and None are left out; it costs one query at most, and sees what is hers alone. Labels are
    neutral: they stand on a telephone that others may hold. `unit`: words behind the number; `main`: the first
    thing to do."""

    key: str
    order: int
    label: str
    url_name: str
    shown: Callable | None = None
    count: Callable | None = None
    unit: str = ""
    main: bool = False


def doors_of(registry, person=None):
    """`[(Door, number or None)]` of what is in use, in their order."""
    answers = {shown: shown() for shown in {door.shown for door in registry} - {None}}
    used = [door for door in registry if answers.get(door.shown, True)]
    return [(door, door.count(person) or None if door.count and person is not None else None) for door in used]
