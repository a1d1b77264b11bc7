"""How a web worker keeps its memory in order."""

import gc
from functools import wraps

# A list makes some thousand containers, nearly all of them gone with the page.
YOUNG = 5000


def settle():
    """Called once when everything is loaded: the programme's own objects are never gone through again in search of
    garbage (a tenth of a second, in the middle of somebody's page), and young ones less often than by default."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])


# Slots of a frame, of eight bytes: more than half of what Python then sets aside, so that the other half is free.
ROOM = 33_000


def roomy(work):
    """`work`, called with a quarter of a megabyte free for the frames of everything it calls.

    Python 3.11 keeps the frames of a thread in pieces of 16 KB and gives a piece back as soon as it is left. Work that goes
    to and fro across a seam asks the system for memory at each call: the same list took 4.5 or 9 ms of CPU by nothing but
    the number of calls around it. A frame that says it may need a lot gets a piece of its own size and as much again; what
    it does not use is never touched.
    """

    @wraps(work)
    def call(*args, **kwargs):
        return work(*args, **kwargs)

    call.__code__ = call.__code__.replace(co_stacksize=ROOM)
    return call
