"""Answers to a survey on the real server: G6 (sending), G7 (the page), G10 (the weight of the first page), and what is left after
`kill -9`.

    python -m bench.surveys                the marks, with the two survey apps of PyPI on the same server, in turn
    python -m bench.surveys --kill         50 writers, the whole server killed: every answer that was acknowledged is there
"""

import argparse
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from http.client import HTTPException

from bench import live
from bench.place import ROOT

PEERS = ROOT / "var" / "bench" / "survey-peers"
PACKAGES = ["django-form-surveys==2.5.0", "django-survey-and-report==1.5.0", "django-tinymce", "pytz", "pyyaml"]
HOUSEHOLDS, QUESTIONS, PROCESSES = 50, 12, 2


# --- the places -----------------------------------------------------------------------------------------------------
def install():
    """The peers, without what they would bring of Django, in a folder of their own."""
    if not (PEERS / "djf_surveys").exists():
        words = ["-m", "pip", "install", "-q", "--target", str(PEERS), "--no-deps", *PACKAGES]
        subprocess.run([sys.executable, *words], check=True)


def own_place(port):
    """`(environment, facts)` of a fresh office with one open survey of QUESTIONS questions."""
    env = live.make_place("surveys", HOUSEHOLDS, port, 1)
    return env, inside(env, "make")


def inside(env, task):
    """Run a task of this module in the place; its JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.surveys", "--task", task],
        env=env,
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    return json.loads(done.stdout.strip().splitlines()[-1])


def peers_place(port):
    """`(environment, facts, command)` of the peers' project."""
    home = ROOT / "var" / "bench" / "survey-peers-home"
    home.mkdir(parents=True, exist_ok=True)
    for path in home.glob("peers.sqlite3*"):
        path.unlink()
    env = {**os.environ, "PEERS_HOME": str(home), "FEDHUB_HOME": str(home), "PYTHONPATH": f"{PEERS}:{ROOT}"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-m", "bench.survey_peers"], env=env, cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2",
        "--blocking-threads", "1", "--no-access-log", "--log-level", "warning", "bench.survey_peers:application",
    ]  # fmt: skip
    return env, json.loads(done.stdout.strip().splitlines()[-1]), command


class PeersServer(live.Server):
    """The peers' server; up once its empty view answers."""

    def __enter__(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if live.Person(self.port).get("/bench/empty/").status == 200:
                    return self
            except (OSError, HTTPException):
                time.sleep(0.1)
        self.stop()
        sys.exit(self.log()[-2000:])

    def web_workers(self):
        return [
            pid for pid, line in self.family().items() if pid != self.process.pid and "resource_tracker" not in line
        ]


# --- visitors -------------------------------------------------------------------------------------------------------
def visit(job):
    """One connection's work for some seconds: (times in ms, errors)."""
    port, kind, path, fields, seconds = job
    times, errors, end = [], [], time.monotonic() + seconds
    person, data = live.Person(port), dict(fields)
    if kind == "POST" and "csrf" in data:
        page = person.get(path)
        data["csrfmiddlewaretoken"] = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    data.pop("csrf", None)
    while time.monotonic() < end:
        if "fedhub_s" in person.cookies:
            # Each answer comes from another browser.
            person.cookies.clear()
        begun = time.monotonic()
        answer = person.get(path) if kind == "GET" else person.post(path, data)
        times.append((time.monotonic() - begun) * 1000)
        # A form that was refused comes back as a whole page.
        refused = kind == "POST" and answer.status == 200 and len(answer.body) > 100
        if answer.status not in (200, 302) or refused:
            errors.append(f"{answer.status} {answer.text[:80]}")
    return times, errors


def crowd(jobs):
    """The jobs of one process, a thread each."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(visit, jobs))


def load(server, port, kind, path, fields, *, seconds, connections):
    """{"rps", "p50", "p99", "cpu" (ms of the server a request), "errors"} of one way of asking."""
    jobs = [(port, kind, path, fields, seconds)] * (connections // PROCESSES)
    spent, begun = server.cpu(), time.monotonic()
    with ProcessPoolExecutor(PROCESSES) as pool:
        found = [one for part in pool.map(crowd, [jobs] * PROCESSES) for one in part]
    took, spent = time.monotonic() - begun, server.cpu() - spent
    times = sorted(one for part, _ in found for one in part)
    errors = [one for _, part in found for one in part]
    return {
        "rps": len(times) / took, "p50": statistics.median(times), "p99": times[int(len(times) * 0.99)],
        "cpu": spent * 1000 / len(times), "errors": errors,
    }  # fmt: skip


# --- the marks ------------------------------------------------------------------------------------------------------
def measure(options):
    """Table rows of G6, G7, G10: ours and the others in turn, medians of the rounds."""
    install()
    env, own = own_place(options.port)
    peers_env, peers, command = peers_place(options.port + 1)
    found = {}
    with live.Server(env, options.port) as ours, PeersServer(peers_env, options.port + 1, command) as theirs:
        answers = {f"q{n}": "ab"[n % 2] for n in range(1, QUESTIONS + 1)} | {"edition": "1", "kept": ""}
        works = [
            ("ours", ours, options.port, own["all"], answers),
            ("form-surveys", theirs, options.port + 1, peers["forms"]["path"],
             dict.fromkeys(peers["forms"]["names"], "a") | {"csrf": "1"}),
            ("survey-and-report", theirs, options.port + 1, peers["report"]["path"],
             dict.fromkeys(peers["report"]["names"], "a") | {"csrf": "1"}),
            ("bare", theirs, options.port + 1, "/bench/insert/", answers),
            ("empty", theirs, options.port + 1, "/bench/empty/", {}),
        ]  # fmt: skip
        for _ in range(options.rounds):
            for name, server, port, path, fields in works:
                for kind in ("POST", "GET"):
                    if (name == "bare" and kind == "GET") or (name == "empty" and kind == "POST"):
                        continue
                    more = {"seconds": options.seconds, "connections": options.connections}
                    found.setdefault((kind, name), []).append(load(server, port, kind, path, fields, **more))
        weight = weigh(options.port, own["first"])
        complaints = ours.complaints()
    return [*rows_of(found), weight, ["G6 complaints in the log", str(len(complaints)), "; ".join(complaints[:2]), ""]]


def weigh(port, path):
    """G10: everything the first page asks for, packed."""
    person = live.Person(port)
    page = person.get(path)
    more = re.findall(r'<(?:link[^>]* href|script[^>]* src)="(/[^"]+)"', page.text)
    sizes = [len(gzip.compress(page.body, 6)), *(len(gzip.compress(person.get(one).body, 6)) for one in more)]
    return ["G10 first page", f"{sum(sizes):,} bytes packed", f"{len(sizes)} requests", ""]


def rows_of(found):
    """The measured as table rows, with the ratios of this run."""
    middle = {
        key: {name: statistics.median(one[name] for one in runs) for name in ("rps", "p50", "p99", "cpu")}
        for key, runs in found.items()
    }
    for (kind, name), facts in middle.items():
        base = middle[kind, "ours"]["rps"]
        errors = [one for run in found[kind, name] for one in run["errors"]]
        ratio = "" if name == "ours" else f"ours {base / facts['rps']:.2f} ×"
        label = "G6 sending" if kind == "POST" else "G7 the page"
        yield [
            f"{label}, {name}", f"{facts['rps']:,.0f} a second, {facts['cpu']:.2f} ms CPU",
            f"p50 {facts['p50']:.1f} ms, p99 {facts['p99']:.1f} ms", f"{ratio}; {len(errors)} errors {'; '.join(errors[:1])}",
        ]  # fmt: skip


# --- kill -9 --------------------------------------------------------------------------------------------------------
def writer(port, path, number, end, acknowledged, errors):
    """Answers one after the other, each from another browser, until `end` or until the server is gone."""
    person, count = live.Person(port, timeout=30), 0
    while time.monotonic() < end:
        word = f"w{number}-{count}"
        person.cookies.clear()
        try:
            fields = {f"q{n}": "a" for n in range(1, QUESTIONS + 1)} | {"said": word, "edition": "1", "kept": ""}
            answer = person.post(path, fields)
        except (OSError, HTTPException):
            return
        if answer.status == 302:
            acknowledged.append(word)
        else:
            errors.append(f"{answer.status} {answer.text[:80]}")
        count += 1


def kill(options):
    """50 writers; the whole tree of processes is killed; what was acknowledged must be there. True when it is."""
    env, own = own_place(options.port)
    acknowledged, errors = [], []
    with live.Server(env, options.port) as server:
        end = time.monotonic() + options.seconds + 30
        with ThreadPoolExecutor(options.writers) as pool:
            jobs = [
                pool.submit(writer, options.port, own["all"], n, end, acknowledged, errors)
                for n in range(options.writers)
            ]
            time.sleep(options.seconds)
            server.kill_all()
            for job in jobs:
                job.result()
    live.manage(env, "tick")
    kept = set(inside(env, "words"))
    lost = set(acknowledged) - kept
    checks = {
        f"{len(acknowledged):,} acknowledged, {len(kept):,} kept": not lost,
        f"{len(errors)} errors before the kill {errors[:1]}": not errors, **live.sound(env),
    }  # fmt: skip
    for sentence, good in checks.items():
        print(f"| {sentence} | {'yes' if good else '**NO**'} |", flush=True)
    return all(checks.values())


# --- inside the place -----------------------------------------------------------------------------------------------
def make():
    """Publish a survey of QUESTIONS choices and a text; its addresses."""
    from django.urls import reverse
    from django.utils import timezone

    from accounts.models import User
    from fedhub.areas.models import Area
    from surveys.definition.questionnaire import Option, Question, Questionnaire, Section, to_data
    from surveys.enums import Kind, Status
    from surveys.models import Edition, Survey

    options = tuple(Option(code, code) for code in "abc")
    asked = [
        Question(f"q{n}", Kind.SINGLE, f"第 {n} 题", required=True, options=options) for n in range(1, QUESTIONS + 1)
    ]
    content = to_data(Questionnaire((Section("", questions=(*asked, Question("said", Kind.TEXT, "话"))),)))
    user = User.objects.first()
    survey = Survey.objects.create(
        area=Area.objects.communities().first(), number="WJ2026-9999", token="b" * 22, title="问卷", asker="妇联", purpose="测",
        draft=content, secret="s" * 32, age_from=0,
    )  # fmt: skip
    Edition.objects.create(survey=survey, number=1, content=content, made_by=user)
    Survey.objects.filter(pk=survey.pk).update(
        status=Status.OPEN, edition=1, published_at=timezone.now(), reviewed_by=user
    )
    return {name: reverse(f"survey:{name}", args=[survey.token]) for name in ("first", "all")}


def words():
    """What was written in every answer kept, put in or waiting."""
    from surveys.models import Incoming, Response

    kept = [json.loads(row.sealed)["t"].get("said", "") for row in Incoming.objects.iterator(1000)]
    return kept + [json.loads(row.texts or "{}").get("said", "") for row in Response.objects.iterator(1000)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--task")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--port", type=int, default=8951)
    options = parser.parse_args()
    if options.task:
        import django

        django.setup()
        print(json.dumps({"make": make, "words": words}[options.task]()))
    elif options.kill:
        sys.exit(not kill(options))
    else:
        for row in measure(options):
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
