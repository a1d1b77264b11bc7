"""Whether two pictures are the same one: two 64-bit difference hashes that a smaller or coarser copy keeps.

A picture is made grey and tiny; each bit says whether it grows darker from one cell to the next, across or down
(dHash; N. Krawetz, "Kind of Like That", 2013). Small differences count as none, so that sky and walls give no bits by
chance.
"""

import io
from dataclasses import dataclass

from PIL import Image

SIDE = 8
BITS = SIDE * SIDE
BANDS, BAND_BITS = 4, 16
# Steps of grey that count as darker; what JPEG adds is less.
STEP = 3
# Bits in which two copies of one picture may differ. Up to 7, one of four bands differs in one bit at most.
NEAR = 7
# With fewer bits there is nothing to compare: a wall, a sheet of paper, a finger before the lens.
LEAST = 6


@dataclass(frozen=True)
class Likeness:
    """Both hashes of a picture, as whole numbers of 64 bits."""

    across: int
    down: int

    @property
    def bands(self):
        """The hash across, as four numbers of 16 bits."""
        return [self.across >> BAND_BITS * place & 0xFFFF for place in range(BANDS)]

    def is_near(self, other):
        """True when `other` is a hash of the same picture."""
        return (self.across ^ other.across).bit_count() <= NEAR and (self.down ^ other.down).bit_count() <= NEAR


def likeness(data):
    """The Likeness of a cleaned picture (bytes), None when there is too little in it to tell it from others."""
    with Image.open(io.BytesIO(data)) as opened:
        grey = opened.convert("L")
    wide = grey.resize((SIDE + 1, SIDE), Image.Resampling.BOX).tobytes()
    high = grey.resize((SIDE, SIDE + 1), Image.Resampling.BOX).tobytes()
    across = _number(
        wide[row * (SIDE + 1) + place] - wide[row * (SIDE + 1) + place + 1]
        for row in range(SIDE) for place in range(SIDE)
    )  # fmt: skip
    down = _number(high[place] - high[place + SIDE] for place in range(BITS))
    return Likeness(across, down) if min(across.bit_count(), down.bit_count()) >= LEAST else None


def _number(differences):
    found = 0
    for place, difference in enumerate(differences):
        found |= (difference > STEP) << place
    return found


def neighbours(band):
    """`band` and the 16 numbers that differ from it in one bit."""
    return [band, *(band ^ 1 << place for place in range(BAND_BITS))]
