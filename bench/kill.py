"""kill -9 in the middle of an import on the real server: `python -m bench.kill`.

A workbook of several thousand women is uploaded; the task worker is killed in the dry run, then in the write; then the
whole tree of processes is killed in the write, as by a power cut, and started again; at the end `serve` alone is killed,
and its workers must not outlive it. Each time: all or nothing in the
tables, a Chinese sentence on the page of the batch, the work can go on, the audit chain and the file are whole.

The reaper waits two minutes before it calls a silent worker dead; those are skipped by setting the heartbeat back
(`--patient` really waits).
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from bench import live

HOUSEHOLDS = 300
RESTARTED = "后台工作中断过，已从中断处接着做。"
NOT_WRITTEN = "写入没有完成，一行也没有写进台账。可以再确认一次。"
SLOW = "--queue-name slow"


class Story:
    """One place, one server after the other, and what was found."""

    def __init__(self, options):
        self.options = options
        self.env = live.make_place("kill", HOUSEHOLDS, options.port)
        self.facts = live.ask(self.env, "facts")
        self.found = []

    def check(self, sentence, good, more=""):
        self.found.append(bool(good))
        print(f"| {sentence} | {'yes' if good else '**NO**'} | {more} |", flush=True)

    def book(self, name, note):
        path = Path(self.env["FEDHUB_HOME"]) / name
        live.ask(self.env, "book", path, self.options.rows, note)
        return path.read_bytes()

    def state(self, batch):
        """`(state of the batch, state of its job, rows done)` as any other process sees it."""
        sql = (
            "SELECT b.state, j.state, j.done FROM ledgers_importbatch b LEFT JOIN core_job j ON j.id = b.job_id "
            "WHERE b.id = ?"
        )
        return live.query(self.env, sql, number(batch))[0]

    def wait(self, batch, good, seconds=180):
        """Until `good(state, job state, done)`; the three, or None when it never came."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if good(*(found := self.state(batch))):
                return found
            time.sleep(0.02)
        return None

    def kill_worker(self, server):
        """SIGKILL for the worker of the slow queue; waits until serve has put another in its place."""
        pid = server.pid_of(SLOW)
        os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + 60
        while time.monotonic() < end and server.pid_of(SLOW) in (None, pid):
            time.sleep(0.1)
        self.check("serve starts another worker", server.pid_of(SLOW) not in (None, pid))

    def later(self):
        """Two minutes pass, and the small jobs of the minute run."""
        if self.options.patient:
            time.sleep(200)
        else:
            live.ask(self.env, "later", 180)
            live.manage(self.env, "tick")

    def counts(self):
        return live.ask(self.env, "counts")

    def staged(self, batch):
        """How many rows of the batch are stored, and how many different ones."""
        sql = "SELECT count(*), count(DISTINCT number) FROM ledgers_importrow WHERE batch_id = ?"
        return live.query(self.env, sql, number(batch))[0]

    def confirm(self, person, batch):
        page = person.get(f"{batch}confirm/")
        return person.post(f"{batch}confirm/", live.hidden(page.text)).status == 302


def number(batch):
    """Key of a batch from its address."""
    return int(batch.rstrip("/").rpartition("/")[2])


def in_the_dry_run(story, server, person):
    """Kill while rows are judged; returns the checked batch."""
    before = story.counts()
    batch = live.upload_book(person, story.facts["community"], story.book("first.xlsx", "甲"))
    _, _, done = story.wait(batch, lambda state, job, done: done)
    story.kill_worker(server)
    state, _, still = story.state(batch)
    story.check("killed in the dry run", state == "checking" and still < story.options.rows, f"after {still:,} rows")
    story.check("the ledger is as it was", story.counts() == before)
    story.later()
    seen = person.get(batch).text
    after = story.wait(batch, lambda state, job, done: state != "checking")
    story.check("the page says that it goes on", RESTARTED in seen)
    story.check("the dry run came to its end", after is not None and after[0] == "checked", str(after))
    count, different = story.staged(batch)
    story.check("every row judged once", count == different == story.options.rows, f"{count:,}")
    story.check("the ledger is still as it was", story.counts() == before)
    return batch


def in_the_write(story, server, person, batch, kill):
    """Kill while the one transaction of the write is open. Returns the counts before."""
    before = story.counts()
    story.check("confirmed", story.confirm(person, batch))
    story.wait(batch, lambda state, job, done: job == "writing")
    time.sleep(story.options.into)
    kill()
    state, job, _ = story.state(batch)
    story.check("killed in the write", state == "writing", f"{state}, job {job}")
    story.check("not one row was written", story.counts() == before)
    return before


def goes_on(story, person, batch, before):
    """After a killed write: the page says so; the second confirmation writes everything."""
    story.later()
    found = story.wait(batch, lambda state, job, done: state == "checked", seconds=90)
    story.check("the batch is given back", found is not None, str(story.state(batch)))
    story.check("the page says that nothing was written", NOT_WRITTEN in person.get(batch).text)
    story.check("confirmed again", story.confirm(person, batch))
    found = story.wait(batch, lambda state, job, done: state == "done")
    after = story.counts()
    grown = after["households.Resident"] - before["households.Resident"]
    story.check(
        "everything is written", found is not None and "已写入" in person.get(batch).text, f"{grown:,} new women"
    )
    for sentence, good in live.sound(story.env).items():
        story.check(sentence, good)
    return grown


def run(options):
    story = Story(options)
    with live.Server(story.env, options.port) as server:
        person = live.Person(options.port).sign_in("loaddata")
        batch = in_the_dry_run(story, server, person)
        before = in_the_write(story, server, person, batch, lambda: story.kill_worker(server))
        grown = goes_on(story, person, batch, before)
        story.check("all women of the workbook are new", grown == options.rows)
        second = live.upload_book(person, story.facts["community"], story.book("second.xlsx", "乙"))
        story.wait(second, lambda state, job, done: state == "checked")
        before = in_the_write(story, server, person, second, server.kill_all)
    with live.Server(story.env, options.port) as server:
        person = live.Person(options.port).sign_in("loaddata")
        grown = goes_on(story, person, second, before)
        story.check("the second workbook changed the same women", grown == 0)
        family = server.family()
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        end = time.monotonic() + 40
        while time.monotonic() < end and (left := [line for pid, line in family.items() if live.lives(pid)]):
            time.sleep(0.2)
        story.check("no worker outlives serve", not left, "; ".join(left))
    return story.found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--into", type=float, default=0.4, help="seconds into the write at which the kill comes")
    parser.add_argument("--patient", action="store_true", help="wait for the reaper instead of setting clocks back")
    parser.add_argument("--port", type=int, default=8941)
    sys.exit(not all(run(parser.parse_args())))


if __name__ == "__main__":
    main()
