"""The same picture is found again after what phones and messengers do to it; other pictures are not."""

import io
import random

import pytest
from PIL import Image

from fedhub.core.images import clean_image
from fedhub.core.likeness import BANDS, NEAR, Likeness, likeness, neighbours
from fedhub.core.tests.pictures import jpeg, scene


def copy(data, *, quality=85, side=None):
    """The picture `data` saved once more, smaller when `side` says so."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        if side:
            picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("how", [{}, {"quality": 30}, {"side": 700}, {"side": 240, "quality": 50}], ids=str)
def test_a_smaller_or_coarser_copy_is_the_same_picture(seed, how):
    first = clean_image(scene(seed)).bytes

    assert likeness(first).is_near(likeness(copy(first, **how)))


def test_different_pictures_are_different():
    found = [likeness(clean_image(scene(seed)).bytes) for seed in range(12)]

    assert None not in found
    assert [(a, b) for a in range(12) for b in range(a) if found[a].is_near(found[b])] == []


@pytest.mark.parametrize("colour", ["white", "black", (165, 42, 69)])
def test_a_picture_with_nothing_in_it_is_like_no_other(colour):
    assert likeness(clean_image(jpeg(colour=colour)).bytes) is None


def test_of_two_near_ones_some_band_differs_in_one_bit_at_most():
    """What the index relies on: up to NEAR bits fall into four bands, so one of them gets no more than one."""
    rnd = random.Random(1)  # noqa: S311 - no secret
    for _ in range(300):
        one = Likeness(rnd.getrandbits(64), 0)
        other = one.across
        for place in rnd.sample(range(64), NEAR):
            other ^= 1 << place
        pairs = zip(one.bands, Likeness(other, 0).bands, strict=True)
        assert any(far in neighbours(near) for near, far in pairs)
    assert NEAR < 2 * BANDS
