"""G11: a minute of mixed work on the real server with 64 connections, on SQLite: `python -m bench.load`.

Workers of the grids log visits through the real form (CSRF token, once-key) and some send the same form twice, one after
the other or at the same moment; everybody reads lists, searches and opens families; data officers start exports in the
background; one import is written in the middle. Afterwards every visit that was acknowledged must be in the database
exactly once, and the server's log must be silent.
"""

import argparse
import collections
import random
import statistics
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote

from bench import live

HOUSEHOLDS, WORKERS, MARK = 2000, 8, "压测"
READS = {
    "residents": 12, "residents filtered": 6, "households": 8, "visits": 6, "today": 4, "desk": 4, "search name": 10,
    "search initials": 4, "family": 12, "person": 6,
}  # fmt: skip
VISITS = 30
TWICE, AT_ONCE = 0.15, 0.10
EXPORT = "/ledgers/women/export/"


class Tally:
    """What the clients saw; written to by all threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.times = collections.defaultdict(list)
        self.errors = []
        self.saved = {}
        self.repeats = 0

    def get(self, kind, person, path):
        """A page; see `send`."""
        return self.send(kind, person.get, path, expected=200)

    def post(self, kind, person, path, fields, expected=302):
        """A form; see `send`."""
        return self.send(kind, person.post, path, fields, expected=expected)

    def send(self, kind, method, *words, expected):
        """One request; its time is noted, and whatever is not `expected`. The Answer, or None when it failed."""
        start = time.perf_counter()
        try:
            answer = method(*words)
        except (OSError, HTTPException) as error:
            with self.lock:
                self.errors.append(f"{kind}: {type(error).__name__}")
            return None
        with self.lock:
            self.times[kind].append(time.perf_counter() - start)
            if answer.status != expected:
                self.errors.append(f"{kind}: {answer.status}")
                return None
        return answer

    def note_visit(self, text, location, *, repeat=False):
        """A visit was acknowledged; a repeat must lead to the same record."""
        with self.lock:
            self.repeats += repeat
            if self.saved.setdefault(text, location) != location:
                self.errors.append(f"repeat led elsewhere: {location} instead of {self.saved[text]}")


class Visitor:
    """One connection of the 64, and a second one for what is sent twice at the same moment."""

    def __init__(self, number, port, cookies, facts, tally):
        self.person, self.twin = live.Person(port, cookies), live.Person(port, cookies)
        self.facts, self.tally, self.rnd = facts, tally, random.Random(number)
        self.kinds, self.weights = [*READS, "visit"], [*READS.values(), VISITS]

    def work(self, end):
        """One thing after the other until `end`."""
        while time.monotonic() < end:
            self.once()

    def once(self):
        """One thing, chosen by the weights."""
        kind = self.rnd.choices(self.kinds, self.weights)[0]
        if kind == "visit":
            self.visit()
        else:
            self.tally.get(kind, self.person, self.address(kind))

    def address(self, kind):
        home, person, name = self.rnd.choice(self.facts["homes"])
        return {
            "residents": "/households/residents/",
            "residents filtered": "/households/residents/?who=women",
            "households": "/households/",
            "visits": "/grids/visits/",
            "today": "/grids/today/",
            "desk": "/",
            "search name": f"/search/?q={quote(name[-2:])}",
            "search initials": "/search/?q=wgl",
            "family": f"/households/{home}/",
            "person": f"/households/residents/{person}/",
        }[kind]

    def visit(self):
        """Open the form, fill it in, save it; sometimes twice."""
        home, person, _ = self.rnd.choice(self.facts["homes"])
        path = f"/grids/visits/new/{home}/"
        page = self.tally.get("visit form", self.person, path)
        if page is None:
            return
        text = f"{MARK}{uuid.uuid4()}"
        fields = live.filled(page.text) | {
            "met": "met",
            "people": person,
            "change": "no",
            "risk": "no",
            "summary": text,
        }
        dice = self.rnd.random()
        second = None
        if dice < AT_ONCE:
            second = threading.Thread(target=self.save, args=(self.twin, path, fields, text, True))
            second.start()
        self.save(self.person, path, fields, text)
        if second is not None:
            second.join()
        elif dice < AT_ONCE + TWICE:
            self.save(self.person, path, fields, text, True)

    def save(self, person, path, fields, text, repeat=False):
        person.cookies |= self.person.cookies
        kind = "visit again" if repeat else "visit save"
        answer = self.tally.post(kind, person, path, fields)
        if answer is not None:
            self.tally.note_visit(text, answer.location, repeat=repeat)


def exporting(person, tally, end):
    """Start an export in the background, wait for its file, take it; again."""
    while time.monotonic() < end:
        page = tally.get("export form", person, EXPORT)
        fields = live.filled(page.text) | {"mode": "masked"} if page else {}
        started = tally.post("export start", person, EXPORT, fields)
        if started is not None:
            take_file(person, tally, started.location, end + 60)
        time.sleep(2)


def take_file(person, tally, record, end):
    """Wait for the file of an export and download it."""
    while time.monotonic() < end:
        page = tally.get("export page", person, record)
        if page is not None and f"{record}file/" in page.text:
            tally.post("export file", person, f"{record}file/", live.hidden(page.text), expected=200)
            return
        time.sleep(1)
    tally.errors.append("an export never came")


def importing(person, community, data, tally, report):
    """One import: file, columns, dry run, confirmation, until it is written."""
    batch = live.upload_book(person, community, data)
    start = time.monotonic()
    wait_for(person, batch, "confirm/", tally)
    report["dry run"] = time.monotonic() - start
    page = tally.get("import page", person, f"{batch}confirm/")
    start = time.monotonic()
    tally.post("import confirm", person, f"{batch}confirm/", live.hidden(page.text))
    wait_for(person, batch, "undo/", tally)
    report["write"] = time.monotonic() - start


def wait_for(person, batch, words, tally):
    """Look at the batch until it offers the next step."""
    end = time.monotonic() + 240
    while time.monotonic() < end:
        page = tally.get("import page", person, batch)
        if page is not None and f"{batch}{words}" in page.text:
            return
        time.sleep(0.5)
    tally.errors.append(f"the import never offered {words}")


def run(options):
    """The minute: what clients saw, times of the import, seconds, CPU and memory of the web workers, log, checks."""
    env = live.make_place("load", options.households, options.port, WORKERS)
    facts = live.ask(env, "facts")
    book = Path(env["FEDHUB_HOME"]) / "book.xlsx"
    live.ask(env, "book", book, options.rows)
    tally, report = Tally(), {}
    with live.Server(env, options.port) as server:
        names = [f"load{n}" for n in range(WORKERS)]
        signed = {name: live.Person(options.port).sign_in(name).cookies for name in [*names, "loadchair", "loaddata"]}
        visitors = [
            Visitor(n, options.port, signed[names[n % WORKERS]], facts, tally) for n in range(options.connections)
        ]
        start, spent = time.monotonic(), server.cpu()
        end = start + options.seconds
        with ThreadPoolExecutor(options.connections + 4) as pool:
            jobs = [pool.submit(visitor.work, end) for visitor in visitors]
            for name in ("loadchair", "loaddata"):
                jobs.append(pool.submit(exporting, live.Person(options.port, signed[name]), tally, end))
            officer = live.Person(options.port, signed["loaddata"])
            time.sleep(options.seconds / 6)
            jobs.append(pool.submit(importing, officer, facts["community"], book.read_bytes(), tally, report))
            for job in jobs:
                job.result()
        seconds = time.monotonic() - start
        web = [server.cpu() - spent, *server.memory()]
    return tally, report, seconds, web, server.complaints(), checks(env, tally)


def checks(env, tally):
    """`{sentence: good}` about the database after the server stopped."""
    found = live.ask(env, "visits", MARK)
    stored = {text: f"/grids/visits/{pk}/" for pk, text in found["texts"].items()}
    live.manage(env, "tick")
    return {
        f"{len(tally.saved)} visits acknowledged, {len(found['texts'])} stored": len(found["texts"]) == len(stored)
        and stored == tally.saved,
        f"{tally.repeats} repeats, {found['keys']} once-keys, {found['unsettled']} unsettled":
            found["keys"] == len(stored) and not found["unsettled"],
        "each has one person, one history row, one audit row":
            {found["people"], found["history"], found["audit"]} == {len(stored)},
        **live.sound(env),
    }  # fmt: skip


def rows_of(tally, report, seconds, web, complaints, checked):
    """The measured as table rows."""
    number = sum(map(len, tally.times.values()))
    spent, *memory = web
    yield ["G11 all requests", f"{number:,} in {seconds:.0f} s", f"{number / seconds:.0f} a second",
           f"{spent * 1000 / number:.1f} ms CPU each"]  # fmt: skip
    for kind, times in sorted(tally.times.items(), key=lambda item: -len(item[1])):
        times.sort()
        yield [f"G11 {kind}", f"{len(times):,}", f"p50 {statistics.median(times) * 1000:.0f} ms",
               f"p99 {times[int(len(times) * 0.99)] * 1000:.0f} ms"]  # fmt: skip
    for name, took in report.items():
        yield [f"G11 import, {name}", f"{took:.1f} s", "", ""]
    yield ["G11 memory of the web workers", ", ".join(f"{mib:.0f} MiB" for mib in memory), "", ""]
    yield ["G11 errors at the clients", str(len(tally.errors)), "; ".join(sorted(set(tally.errors))[:5]), ""]
    yield ["G11 complaints in the log", str(len(complaints)), "; ".join(complaints[:3]), ""]
    for sentence, good in checked.items():
        yield [f"G11 {sentence}", "yes" if good else "**NO**", "", ""]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--households", type=int, default=HOUSEHOLDS)
    parser.add_argument("--rows", type=int, default=3000, help="rows of the imported workbook")
    parser.add_argument("--port", type=int, default=8931)
    found = run(parser.parse_args())
    for row in rows_of(*found):
        print("| " + " | ".join(row) + " |", flush=True)
    tally, _, _, _, complaints, checked = found
    sys.exit(bool(tally.errors or complaints or not all(checked.values())))


if __name__ == "__main__":
    main()
