"""Hours of volunteers: how long counts, who is in two places, stars. Pure; in half hours, as the record has them
(handbook 9.2)."""

from datetime import time, timedelta
from itertools import pairwise

HALF = timedelta(minutes=30)
NIGHT_FROM, NIGHT_TO = time(22), time(6)
# More than this on a day is asked about.
LONG_DAY = 24


def half_hours(start, end):
    """Full half hours between two moments; what is begun and not full does not count."""
    return max(0, (end - start) // HALF)


def words(halves):
    """ "3.5 小时"; "0 小时"."""
    whole, half = divmod(halves, 2)
    return f"{whole}{'.5' if half else ''} 小时"


def overlap(first, second):
    """True when two spans (start, end) have a moment in common; one that ends as the other begins does not."""
    return first[0] < second[1] and second[0] < first[1]


def any_overlap(spans):
    """True when somebody would be in two places at once."""
    return any(later[0] < earlier[1] for earlier, later in pairwise(sorted(spans)))


def at_night(start, end):
    """True when a part of the span (local moments of one place) lies between 22:00 and 6:00."""
    moment = start
    while moment < end:
        if moment.time() >= NIGHT_FROM or moment.time() < NIGHT_TO:
            return True
        moment += HALF
    last = end - timedelta(microseconds=1)
    return last.time() >= NIGHT_FROM or last.time() < NIGHT_TO


def stars(halves, steps):
    """How many stars so many half hours are, by the ascending `steps` in hours."""
    return sum(1 for step in steps if halves >= 2 * step)


def to_next_star(halves, steps):
    """Half hours that are missing for the next star, None for whoever has all."""
    return next((2 * step - halves for step in steps if halves < 2 * step), None)
