"""CPU seconds, peak memory growth and queries of a piece of work, in the process that runs it."""

import gc
import resource
import statistics
import time
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

from fedhub.core.memory import roomy


def cpu():
    """User and system seconds of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_mib():
    """Highest resident memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def measured(into, name):
    """Store cpu, wall seconds and peak growth in MiB of the block as `into[name]`."""
    gc.collect()
    before, start, clock = peak_mib(), cpu(), time.perf_counter()
    yield
    into[name] = {
        "cpu": cpu() - start,
        "wall": time.perf_counter() - clock,
        "growth_mib": max(0.0, peak_mib() - before),
    }


def interleaved(works, rounds, repeat=1):
    """Run the callables `works` ({name: f}) in turn, `rounds` times, each `repeat` times a turn.

    Returns `{name: [CPU, wall]}`, medians of one call in milliseconds; one unmeasured turn goes first.

    Each is called as a web worker calls the application (`core.memory.roomy`), and each turn begins some calls deeper than
    the one before, so that nothing hangs on how deep a server happens to be.
    """
    works = {name: roomy(work) for name, work in works.items()}
    times = {name: [] for name in works}
    for turn in range(rounds + 1):
        _deeper(turn * STEP % DEEPEST, lambda turn=turn: _one_turn(works, repeat, times if turn else None))
    return {
        name: [statistics.median(part) * 1000 / repeat for part in zip(*pairs, strict=True)]
        for name, pairs in times.items()
    }


DEEPEST, STEP = 97, 36


def _deeper(calls, work):
    return work() if not calls else _deeper(calls - 1, work)


def _one_turn(works, repeat, times):
    for name, work in works.items():
        start, clock = cpu(), time.perf_counter()
        for _ in range(repeat):
            work()
        if times is not None:
            times[name].append((cpu() - start, time.perf_counter() - clock))


def queries_of(work):
    """Number of queries that `work()` sends."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)
