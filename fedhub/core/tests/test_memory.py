"""How a web worker keeps its memory."""

import gc

import pytest

from fedhub.core.memory import ROOM, YOUNG, roomy, settle


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


def test_work_with_room_gets_and_gives_what_it_would_alone():
    @roomy
    def work(first, *more, last):
        """What it says."""
        if last == "bad":
            raise ValueError(last)
        return first, more, last

    assert work(1, 2, 3, last=4) == (1, (2, 3), 4)
    with pytest.raises(ValueError, match="bad"):
        work(1, last="bad")
    assert (work.__name__, work.__doc__) == ("work", "What it says.")


def test_the_frame_of_work_with_room_asks_for_more_than_half_of_a_piece():
    # Python doubles 16 KB until the frame and a thousand slots fit: half a megabyte here, of which the frame leaves the rest.
    piece = 16 * 1024
    while piece < 8 * (ROOM + 1000):
        piece *= 2

    assert roomy(len).__code__.co_stacksize == ROOM
    assert piece - 8 * ROOM > 200 * 1024


def test_the_application_answers_with_room():
    from fedhub.wsgi import application  # noqa: PLC0415 - it settles the memory of whoever imports it

    assert application.__code__.co_stacksize == ROOM
