"""Numbers and names in written words: found and covered, before anybody but the officer reads them. Pure."""

import re
import unicodedata

# So many digits in a row, spaced or not, are a phone, a card, an account or an identity number.
_NUMBER = re.compile(r"(?<!\d)\+?\d(?:[ \-－—.()（）]{0,2}\d){6,20}[xX]?(?![\d])")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_ACCOUNT = re.compile(r"((?:微信|vx|wx|qq)号?[:： ]{0,2}(?:是)?)([a-z0-9_-]{5,24})", re.IGNORECASE)
_ROOM = re.compile(r"\d{1,3}\s?(?:栋|幢|座|号楼)\s?(?:\d{1,2}\s?单元)?\s?\d{2,4}\s?(?:室|号)?")
COVER = "▇▇"
LONGEST_NAME = 4


def cover(text, names=frozenset()):
    """`(covered text, how many places were covered)`: numbers of phones, identities and accounts, addresses, and `names`."""
    plain = unicodedata.normalize("NFKC", text)
    found = 0
    for pattern, instead in ((_ADDRESS, COVER), (_NUMBER, COVER), (_ACCOUNT, rf"\1{COVER}"), (_ROOM, COVER)):
        plain, n = pattern.subn(instead, plain)
        found += n
    plain, n = _without_names(plain, names)
    return plain, found + n


def _without_names(text, names):
    """`text` without `names` (two to four signs each), the longest first."""
    parts, place, found = [], 0, 0
    while place < len(text):
        size = next(
            (
                size
                for size in range(LONGEST_NAME, 1, -1)
                if len(piece := text[place : place + size]) == size and piece in names
            ),
            0,
        )
        parts.append(COVER if size else text[place])
        found += bool(size)
        place += size or 1
    return "".join(parts), found
