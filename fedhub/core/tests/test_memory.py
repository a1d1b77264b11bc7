"""How a web worker keeps its memory."""

import gc

import pytest

from fedhub.core.memory import YOUNG, settle


@pytest.fixture
def as_found():
    """The collector as it was, afterwards."""
    before = gc.get_threshold()
    yield before
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_loaded_is_left_alone_and_garbage_of_pages_is_still_found(as_found):
    settle()

    assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == (YOUNG, *as_found[1:])
    circle = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1
