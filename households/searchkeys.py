"""How a typed name or address becomes a search key: the same rule for stored keys and for what is typed.

Every key is compared by prefix (performance design 3): a stored suffix "小明" is found by "小", "小明".
"""

import re
from functools import lru_cache

from fedhub.core.pinyin import initials, name_keys
from fedhub.core.text import normalise, normalise_name
from fedhub.core.validators import parse_phone

KEY_LENGTH = 60
# Last code point: every text that starts with q lies in [q, q + TOP).
TOP = "\U0010ffff"

# Words behind a number that part it from the next one; 室 closes an address and leaves nothing.
_UNITS = re.compile(r"(?<=[\da-z])(?:-?(?:号楼|单元|栋|幢|座|楼|层|#|室))+")
_DASHES = re.compile(r"[-\s–—~_/]+")
# A compound that ends so would run into the number behind it.
_OPEN_END = re.compile(r"[\da-z]$")
_IDLE_DASH = re.compile(r"(?<![\da-z])-")


def name_key(text):
    """A typed name, or pinyin initials, in the form of the stored keys."""
    return normalise_name(text).casefold()[:KEY_LENGTH]


def address_key(text):
    """A typed address in the form of the stored keys: "2栋1单元301室", "2 - 1 - 301" and "2-1-301" are one."""
    return typed_address(text).rstrip("-")


@lru_cache(maxsize=4096)
def typed_address(text):
    """Like `address_key`, for a text that may be unfinished: "2栋" keeps its dash, so that "21栋" is not found."""
    key = _IDLE_DASH.sub("", _DASHES.sub("-", normalise(text).lower()))
    key = _UNITS.sub(lambda found: "-" if found[0].strip("-室") else "", key)
    return _DASHES.sub("-", key)[:KEY_LENGTH]


def short_room(household):
    """ "2-1-301" of a household's building, stair and room; parts that are missing are left out."""
    parts = [address_key(part) for part in (household.building, household.stair, household.room)]
    return "-".join(part for part in parts if part)


def compound_and_room(household):
    """ "精诚公寓2-1-301": the address in the form that duplicates and searches compare."""
    compound, room = address_key(household.compound), short_room(household)
    return _joined(compound, room) or address_key(household.address)


def _joined(compound, room):
    return f"{compound}{_dash(compound, room)}{room}"[:KEY_LENGTH]


def _dash(compound, room):
    return "-" if room and _OPEN_END.search(compound) else ""


def compose_address(household):
    """ "精诚公寓2栋1单元301" from the parts of the address, '' when there are none."""
    text = household.compound
    for part, unit in ((household.building, "栋"), (household.stair, "单元"), (household.room, "")):
        if part:
            text += f"{part}{unit}" if part[-1:].isalnum() and part.isascii() else part
    return text


def suffixes(text):
    """Every ending of `text`, longest first."""
    return [text[i:] for i in range(len(text))]


def resident_keys(name, former_name=""):
    """All keys of a person: endings of her names, and of the pinyin initials in every reading."""
    keys = name_keys(name) | name_keys(former_name) if former_name else name_keys(name)
    return {key[:KEY_LENGTH] for key in keys}


def household_keys(household):
    """All keys of a household: endings of its address and room, initials of the compound, and its number."""
    keys = set()
    compound, room = address_key(household.compound), short_room(household)
    if compound or room:
        behind = f"{_dash(compound, room)}{room}"
        keys.update([f"{ending}{behind}"[:KEY_LENGTH] for ending in suffixes(compound)])
        for reading in initials(compound):
            keys.update({f"{reading}{room}"[:KEY_LENGTH], f"{reading}-{room}"[:KEY_LENGTH]})
        parts = room.split("-") if room else []
        keys.update("-".join(parts[i:]) for i in range(len(parts)))
    free = address_key(household.address)
    if free != address_key(compose_address(household)):
        keys.update(suffixes(free))
    if household.number:
        number = household.number.lower()
        keys.update({number, number.rsplit("-", 1)[-1]})
    return {key for key in keys if key}


def usable_phone(text):
    """Normal form of a phone number, '' for a text that is none."""
    try:
        return parse_phone(text)
    except ValueError:
        return ""
