"""The production server on a place of its own: made, started, watched, killed and looked into from outside.

`python -m bench.live TASK …` runs one task inside the place (its settings) and prints JSON; the functions above are for
the process that measures, which never loads the project.
"""

import contextlib
import html
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from bench.place import ROOT, run_json, tables_stamp
from fedhub.core.management.commands.serve import stop_with_parent

PASSWORD = "load-and-kill-2024"
LOGIN = "/accounts/auth/login/"
# The server closes a connection on which nothing came for half a minute; a browser opens another.
IDLE = 15
BAD_WORDS = ("OperationalError", "locked", "Traceback", " ERROR ", " CRITICAL ", "停了")


# --- the place ------------------------------------------------------------------------------------------------------
def make_place(name, households, port, workers=8):
    """Environment of a fresh office with a seeded community and `workers` grid workers, a chair and a data officer.

    The seeded place is kept and copied, so that each run starts from the same state.
    """
    base = ROOT / "var" / "bench"
    home, model = base / f"live-{name}", base / f"live-model-{households}-{workers}"
    env = _environment(model, port)
    ready = model / "ready"
    if not ready.exists() or ready.read_text() != tables_stamp():
        print(f"  造数据：{households} 户……", flush=True)
        shutil.rmtree(model, ignore_errors=True)
        _quiet(env, "-m", "fedhub.bootstrap", "site")
        _quiet(env, "manage.py", "seed", "--households", str(households), "--visits", str(households), "--force")
        ask(env, "staff", workers)
        ready.write_text(tables_stamp())
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(model, home)
    env = _environment(home, port)
    _quiet(env, "manage.py", "collectstatic", "--noinput")
    return env


def _environment(home, port):
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DEBUG", "FEDHUB_DB", "PYTHONDONTWRITEBYTECODE")
    }
    return env | {
        "FEDHUB_HOME": str(home),
        "FEDHUB_KEYRING": str(home / "keys" / "keyring.json"),
        "DJANGO_SETTINGS_MODULE": "fedhub.settings.prod",
        "SITE_URL": f"http://127.0.0.1:{port}",
    }


def _quiet(env, *words):
    subprocess.run([sys.executable, *words], env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def manage(env, *words):
    """Run a management command in the place; `(exit code, output)`."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words], env=env, cwd=ROOT, check=False, capture_output=True, text=True
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def ask(env, task, *words):
    """Run a task of this module inside the place; the JSON it prints."""
    return run_json("bench.live", task, env, *words)


def query(env, sql, *values):
    """Rows of a read-only query, past Django: what another process may see while the server works."""
    path = Path(env["FEDHUB_HOME"]) / "fedhub.sqlite3"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as connection:
        return connection.execute(sql, values).fetchall()


def sound(env):
    """`{sentence: good}`: the audit chain, the file, the constraints."""
    code, said = manage(env, "verify_audit")
    return {
        said.splitlines()[0] if said else "verify_audit": code == 0,
        "PRAGMA integrity_check": query(env, "PRAGMA integrity_check") == [("ok",)],
        "PRAGMA foreign_key_check": query(env, "PRAGMA foreign_key_check") == [],
    }


# --- the server -----------------------------------------------------------------------------------------------------
class Server:
    """`manage.py serve` of a place (or another `command`), with its log."""

    def __init__(self, env, port, command=None):
        self.env, self.port = env, port
        self.log_path = Path(env["FEDHUB_HOME"]) / "serve.log"
        words = command or [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port)]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                words, env=env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True, preexec_fn=stop_with_parent()
            )

    def __enter__(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError, HTTPException):
                if Person(self.port).get("/healthz").status == 200:
                    return self
            time.sleep(0.1)
        self.stop()
        sys.exit(f"没有起来：{self.log()[-2000:]}")

    def __exit__(self, *_):
        self.stop()

    def log(self):
        """Everything the server and its workers said."""
        return self.log_path.read_text(errors="replace")

    def complaints(self):
        """Lines of the log that tell of trouble."""
        return [line for line in self.log().splitlines() if any(word in line for word in BAD_WORDS)]

    def family(self):
        """`{pid: command line}` of serve and all its descendants."""
        found, waiting = {}, [self.process.pid]
        while waiting:
            pid = waiting.pop()
            with contextlib.suppress(OSError):
                found[pid] = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
                for children in Path(f"/proc/{pid}/task").glob("*/children"):
                    waiting += map(int, children.read_text().split())
        return found

    def pid_of(self, words):
        """The process of the family whose command line contains `words`."""
        return next((pid for pid, line in self.family().items() if words in line), None)

    def web_workers(self):
        """Processes that answer requests: Granian's children."""
        web = self.pid_of("granian")
        return [
            pid for pid, line in self.family().items()
            if pid != web and ("granian" in line or "multiprocessing" in line) and "resource_tracker" not in line
        ]  # fmt: skip

    def memory(self):
        """Resident MiB of each web worker."""
        return [resident(pid) for pid in self.web_workers()]

    def names(self):
        """`{pid: what the process is for}`."""
        web = self.web_workers()
        words = {"db_worker": "task worker", "granian": "web master", "serve": "serve", "tick": "tick"}
        found = {}
        for pid, line in self.family().items():
            name = next((name for word, name in words.items() if word in line), "helper")
            found[pid] = "web worker" if pid in web else name
        return found

    def cpu(self):
        """User and system seconds of the web workers so far."""
        ticks = 0
        for pid in self.web_workers():
            facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(facts[11]) + int(facts[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def kill_all(self):
        """SIGKILL for the whole tree, as a power cut or the kernel would; waits until all are gone."""
        family = self.family()
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        while any(lives(pid) for pid in family):
            time.sleep(0.02)

    def stop(self):
        """Ask it to stop, as Ctrl-C does; kill what is left."""
        family = self.family() if self.process.poll() is None else {}
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=30)
        for pid in family:
            if lives(pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def resident(pid):
    """Resident MiB of a process."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def lives(pid):
    """True while the process runs (one that only waits to be buried does not)."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


# --- somebody at a browser ------------------------------------------------------------------------------------------
class Answer:
    """Status, text and place of one answer."""

    def __init__(self, response, body):
        self.status, self.body = response.status, body
        self.location = (response.headers.get("Location") or "").partition("?")[0]

    @property
    def text(self):
        return self.body.decode(errors="replace")


class Person:
    """One kept-open connection with cookies."""

    def __init__(self, port, cookies=None, timeout=120):
        self.port, self.cookies = port, dict(cookies or {})
        self.connection, self.used = HTTPConnection("127.0.0.1", port, timeout=timeout), 0.0

    def get(self, path):
        return self.send("GET", path)

    def post(self, path, fields, **more):
        """POST `fields` (dict or pairs) as a browser does."""
        return self.send("POST", path, urlencode(fields, doseq=True), "application/x-www-form-urlencoded", **more)

    def upload(self, path, fields, name, file_name, data):
        """POST a form with one file."""
        mark = b"----bench0123456789"
        parts = [
            b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (mark, k.encode(), str(v).encode())
            for k, v in fields.items()
        ]
        parts.append(
            b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n%s\r\n" % (mark, name.encode(), file_name.encode(), data)
        )
        body = b"".join([*parts, b"--%s--\r\n" % mark])
        return self.send("POST", path, body, f"multipart/form-data; boundary={mark.decode()}")

    def send(self, method, path, body=None, kind=""):
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if kind:
            headers |= {"Content-Type": kind, "Origin": f"http://127.0.0.1:{self.port}"}
        if time.monotonic() - self.used > IDLE:
            self.connection.close()
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            answer = Answer(response, response.read())
        except (OSError, HTTPException):
            self.connection.close()
            raise
        self.used = time.monotonic()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            key, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[key] = value
        return answer

    def sign_in(self, username):
        """Through the sign-in page, with the password."""
        fields = hidden(self.get(LOGIN).text) | {"login": username, "password": PASSWORD}
        answer = self.post(LOGIN, fields)
        if answer.status != 302:
            sys.exit(f"没有登录上：{username} {answer.status} {answer.text[-2000:]}")
        return self


def hidden(page):
    """Hidden inputs of a page: the CSRF token, the once-key."""
    return dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))


def filled(page):
    """The fields of a staff form as a browser would send them untouched: hidden, dates, chosen options, ticks."""
    form = page[page.rindex("<form", 0, page.index('name="once_key"')) :]
    found = hidden(form)
    for tag in re.findall(r"<input [^>]*>", form):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind, name = facts.get("type"), facts.get("name")
        if name and (kind in ("date", "time", "text") or (kind in ("radio", "checkbox") and " checked" in tag)):
            found[name] = html.unescape(facts.get("value", ""))
    for name, options in re.findall(r'<select[^>]* name="([\w-]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        picked = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = picked[1] if picked else ""
    return found


def upload_book(person, community, data, file_name="load.xlsx"):
    """Step 1 and 2 of an import: the file and its columns as they were guessed; the address of the batch."""
    path = "/ledgers/women/import/"
    answer = person.upload(path, hidden(person.get(path).text) | {"area": community}, "file", file_name, data)
    if answer.status != 302:
        sys.exit(f"没有收下：{answer.status} {answer.text[-2000:]}")
    batch = answer.location
    page = person.get(batch).text
    chosen = {}
    for name, options in re.findall(r'<select[^>]* name="(col-\d+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        picked = re.search(r'<option value="([^"]*)" selected', options)
        chosen[name] = picked[1] if picked else ""
    answer = person.post(f"{batch}columns/", hidden(page) | chosen)
    if answer.status != 302:
        sys.exit(f"列没有对上：{answer.status} {answer.text[-2000:]}")
    return batch


# --- inside the place -----------------------------------------------------------------------------------------------
def _staff(count):
    """Accounts with a password: grid workers spread over the grids, and the data officer and chair of the community."""
    from accounts.models import User
    from accounts.roles import Role
    from accounts.services import create_staff, give_grant, set_password
    from fedhub.areas.models import Area

    community = Area.objects.communities().order_by("code").first()
    grids = list(Area.objects.homes().filter(code__startswith=community.code).order_by("code"))
    people = [(f"load{n}", "刘建芳", Role.GRID_WORKER, community) for n in range(int(count))]
    people += [("loadchair", "周敏", Role.CHAIR, community), ("loaddata", "孙丽", Role.DATA_OFFICER, community)]
    for username, name, role, area in people:
        user = create_staff(User(username=username, name=name), by=None)
        set_password(user, PASSWORD, by=user)
        give_grant(user, role=role, area=area, by=None)
    return {"grids": len(grids), "staff": len(people)}


def _facts():
    """What the clients need to know: the community, families with somebody at home, people, names to search for."""
    from fedhub.areas.models import Area
    from households.enums import MembershipKind, ResidentState
    from households.models import Household, Membership

    living = Membership.objects.filter(
        kind=MembershipKind.LIVES, valid_to=None, resident__state=ResidentState.ACTIVE,
        household__in=Household.objects.active(),
    )  # fmt: skip
    homes = {}
    for home, person, name in living.order_by("pk").values_list("household_id", "resident_id", "resident__name"):
        homes.setdefault(home, (person, name))
    return {
        "community": Area.objects.communities().order_by("code").first().pk,
        "homes": [[home, person, name] for home, (person, name) in homes.items()],
    }


def _visits(mark):
    """Visits whose text starts with `mark`: the texts, the once-keys of the form, and the rows that hang on a visit."""
    from fedhub.core.models import AuditEvent, OnceKey
    from grids.models import Visit

    found = [visit for visit in Visit.objects.prefetch_related("people") if visit.summary.startswith(mark)]
    ids = {visit.pk for visit in found}
    logged = AuditEvent.objects.filter(action="grids.visit.log", target_id__in=ids).values_list("target_id", flat=True)
    keys = OnceKey.objects.filter(view="grids:visit_create")
    return {
        "texts": {visit.pk: visit.summary for visit in found},
        "people": sum(len(visit.people.all()) for visit in found),
        "history": Visit.history.filter(id__in=ids).count(),
        "audit": len(logged),
        "keys": keys.count(),
        "unsettled": keys.filter(result_url="").count(),
    }


def _book(path, count, note=""):
    """A workbook of invented women (see bench.imports)."""
    from bench.imports import book

    return book(path, count, note)


def _counts():
    """Rows of every table that an import writes."""
    from django.apps import apps

    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.app_label == "households"
    }


def _later(seconds):
    """Set the clocks of running work back, as if it had been silent for so long."""
    from datetime import timedelta

    from django.db.models import F
    from django_tasks_db.models import DBTaskResult

    from fedhub.core.models import Job

    ago = timedelta(seconds=int(seconds))
    DBTaskResult.objects.running().update(started_at=F("started_at") - ago)
    return Job.objects.filter(finished_at=None).update(heartbeat=F("heartbeat") - ago)


TASKS = {"staff": _staff, "facts": _facts, "visits": _visits, "book": _book, "counts": _counts, "later": _later}

if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))
