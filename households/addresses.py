"""Reading an address written in one cell: the administrative beginning goes, compound, building, stair and room stay. And
how its parts are put in order and called."""

import re
from functools import lru_cache

from fedhub.core.text import normalise

_ROOM = re.compile(
    r"(?P<compound>.*?[^\d\-号#])"
    r"(?:(?P<building>\d{1,4}|[A-Za-z]\d{0,3})(?:号楼|栋|幢|座|楼|#|-))"
    r"(?:(?P<stair>\d{1,3}|[A-Za-z])(?:单元|门|-))?"
    r"(?P<room>\d{2,5}[A-Za-z]?)(?:室|号房|房|户)?"
)


_NUMBERS = re.compile(r"(\d+)")


@lru_cache(maxsize=5_000)
def natural(text):
    """A key that sorts 2 before 10 and 2栋 before 10栋."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _NUMBERS.split(text) if part)


def building_label(compound, building):
    """ "精诚公寓2栋" from the two parts of an address."""
    return compound + building + ("栋" if building.isascii() and building[-1:].isalnum() else "")


def place_names(area):
    """Names of `area` and everything above it, longest first: what may stand before the address proper."""
    names = []
    while area is not None:
        names.append(area.name)
        area = area.parent
    return sorted(names, key=len, reverse=True)


def without_region(text, names=()):
    """`text` without the office's own places (`names`: district, street, community) at its beginning."""
    text = normalise(text).replace(" ", "")
    changed = True
    while changed:
        changed = False
        for name in names:
            if text.startswith(name) and len(text) > len(name):
                text, changed = text[len(name) :], True
    return text


def split_address(text):
    """`{compound, building, stair, room}` of an address such as 精诚公寓2栋1单元301室; {} when it is built otherwise."""
    found = _ROOM.fullmatch(normalise(text).replace(" ", ""))
    if not found:
        return {}
    return {name: value for name, value in found.groupdict().items() if value}
