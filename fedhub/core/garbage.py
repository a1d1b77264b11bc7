"""The collector of cyclic garbage in long work."""

import gc
from contextlib import contextmanager

# New objects between two looks; Python looks after 700, and thousands of rows at a time have no cycles to be found.
_SELDOM = 50_000


@contextmanager
def seldom_collected():
    """Look for cyclic garbage seldom during a block that makes and drops very many objects (7 % of an import)."""
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
