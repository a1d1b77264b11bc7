"""Granian with processes and threads, in turn, on the project's own pages: `python -m bench.servers`.

For each arrangement: the list of residents, then visits logged through the form (GET and POST), with 16 connections.
"""

import argparse
import statistics
import sys
import threading
import time
from functools import partial

from bench import live
from bench.load import Tally, Visitor

ARRANGEMENTS = {"2 × 1": (2, 1), "1 × 2": (1, 2), "2 × 2": (2, 2)}
HOUSEHOLDS, CONNECTIONS = 300, 16
LIST = "/households/residents/"


def command(workers, threads, port):
    """Granian as `manage.py serve` starts it, with other numbers."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers",
        str(workers), "--blocking-threads", str(threads), "--no-access-log", "--log-level", "warning",
        "fedhub.wsgi:application",
    ]  # fmt: skip


def busy(works, seconds):
    """Run each of `works` again and again in a thread of its own."""
    end = time.monotonic() + seconds

    def keep_on(work):
        while time.monotonic() < end:
            work()

    threads = [threading.Thread(target=keep_on, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def turn(env, port, facts, workers, threads, seconds):
    """`{what: (requests a second, p99 ms, CPU ms a request)}` of one arrangement, and the errors."""
    found, errors = {}, []
    with live.Server(env, port, command(workers, threads, port)) as server:
        cookies = live.Person(port).sign_in("load0").cookies
        for what in ("list", "visit"):
            tally = Tally()
            visitors = [Visitor(n, port, cookies, facts, tally) for n in range(CONNECTIONS)]
            works = [
                partial(tally.get, "list", one.person, LIST) if what == "list" else one.visit
                for one in visitors
            ]  # fmt: skip
            busy(works, 2)
            tally.times.clear()
            spent, start = server.cpu(), time.monotonic()
            busy(works, seconds)
            took, spent = time.monotonic() - start, server.cpu() - spent
            times = sorted(t for kind in tally.times.values() for t in kind)
            found[what] = (len(times) / took, times[int(len(times) * 0.99)] * 1000, spent * 1000 / len(times))
            errors += tally.errors
    return found, errors


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--port", type=int, default=8961)
    options = parser.parse_args()
    env = live.make_place("servers", HOUSEHOLDS, options.port)
    facts = live.ask(env, "facts")
    found, errors = {name: [] for name in ARRANGEMENTS}, []
    for _ in range(options.rounds):
        for name, (workers, threads) in ARRANGEMENTS.items():
            one, wrong = turn(env, options.port, facts, workers, threads, options.seconds)
            found[name].append(one)
            print(f"  {name}: " + ", ".join(f"{what} {rps:.1f}/s" for what, (rps, _, _) in one.items()), flush=True)
            errors += wrong
    first = None
    for what in ("list", "visit"):
        for name, turns in found.items():
            rps, p99, spent = (statistics.median(one[what][part] for one in turns) for part in range(3))
            first = rps if name == next(iter(found)) else first
            print(f"| granian {name}, {what} | {rps:.1f} a second ({rps / first:.2f} ×) | p99 {p99:.0f} ms | "
                  f"{spent:.1f} ms CPU each |", flush=True)  # fmt: skip
    print(f"| errors | {len(errors)} | {'; '.join(sorted(set(errors))[:5])} | |")


if __name__ == "__main__":
    main()
