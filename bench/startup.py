"""G12: `manage.py check`, the memory of the running server, the test suite: `python -m bench.startup [--suite]`.

CPU seconds, so that others at work on the same machine disturb little.
"""

import argparse
import re
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter

from bench import live
from bench.load import Tally, Visitor
from bench.place import ROOT

REQUESTS, HOUSEHOLDS = 200, 300
SUITE = ["-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "--create-db", "--durations=20"]


def children_cpu(words, env):
    """`(CPU seconds, wall seconds, output)` of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([sys.executable, *words], env=env, cwd=ROOT, check=False, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, time.perf_counter() - start, done.stdout + done.stderr


def checks(env, rounds=7):
    """`manage.py check` in turn with an empty interpreter and with Django alone; rows of the table."""
    works = {
        "manage.py check": ["manage.py", "check"],
        "Django with the libraries' apps, no code of ours": ["-c", BARE],
        "python -c pass": ["-c", "pass"],
    }
    found = {name: [] for name in works}
    for _ in range(rounds):
        for name, words in works.items():
            found[name].append(children_cpu(words, env)[0])
    for name, values in found.items():
        yield [f"G12 {name}", f"{statistics.median(values):.2f} s CPU", f"least {min(values):.2f} s", ""]
    yield ["G12 of it, by package", "", packages(env), ""]


BARE = """
import django
from django.conf import settings
apps = '''django.contrib.auth django.contrib.contenttypes django.contrib.sessions django.contrib.messages
django.contrib.staticfiles django.contrib.humanize django.forms crispy_forms crispy_bootstrap5 import_export django_htmx
django_filters csp simple_history django_tasks_db allauth allauth.account allauth.mfa allauth.usersessions'''.split()
settings.configure(
    INSTALLED_APPS=apps, USE_TZ=True, SECRET_KEY='x', ROOT_URLCONF='allauth.urls',
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}},
    SILENCED_SYSTEM_CHECKS=[], TEMPLATES=[{'BACKEND': 'django.template.backends.django.DjangoTemplates',
    'APP_DIRS': True, 'OPTIONS': {'context_processors': ['django.template.context_processors.request']}}],
    MIDDLEWARE=['django.contrib.sessions.middleware.SessionMiddleware', 'allauth.account.middleware.AccountMiddleware'],
    DEFAULT_AUTO_FIELD='django.db.models.BigAutoField',
)
django.setup()
from django.core.management import call_command
import allauth.urls
call_command('check')
"""


def packages(env):
    """The packages whose import takes longest, with their share."""
    text = children_cpu(["-X", "importtime", "manage.py", "check"], env)[2]
    taken = Counter()
    for micros, name in re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s*([\w.]+)", text):
        taken[name.partition(".")[0]] += int(micros)
    total = sum(taken.values())
    return ", ".join(f"{name} {100 * micros / total:.0f} %" for name, micros in taken.most_common(8))


def memory(env, port):
    """Resident memory after REQUESTS mixed requests; rows of the table."""
    facts, tally = live.ask(env, "facts"), Tally()
    with live.Server(env, port) as server:
        cookies = live.Person(port).sign_in("load0").cookies
        visitors = [Visitor(n, port, cookies, facts, tally) for n in range(4)]
        while sum(map(len, tally.times.values())) < REQUESTS:
            for visitor in visitors:
                visitor.once()
        web = server.memory()
        parts = [(name, live.resident(pid)) for pid, name in server.names().items()]
    yield [f"G12 web workers after {REQUESTS} requests", ", ".join(f"{mib:.0f} MiB" for mib in web), "", ""]
    rest = ", ".join(f"{name} {mib:.0f}" for name, mib in sorted(parts))
    yield ["G12 all processes of serve", f"{sum(mib for _, mib in parts):.0f} MiB", rest, ""]
    if tally.errors:
        yield ["G12 errors", str(len(tally.errors)), tally.errors[0], ""]


def suite(env):
    """The whole suite; rows of the table."""
    env = {name: value for name, value in env.items() if not name.startswith("FEDHUB_")}
    env |= {"DJANGO_SETTINGS_MODULE": "fedhub.settings.test"}
    spent, wall, text = children_cpu(SUITE, env)
    yield ["G12 the suite", f"{spent:.0f} s CPU", f"{wall:.0f} s on the clock", text.strip().splitlines()[-1]]
    for line in re.findall(r"^[\d.]+s (?:call|setup) .*$", text, re.MULTILINE):
        print(f"  {line}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--suite", action="store_true", help="also run all tests")
    parser.add_argument("--port", type=int, default=8951)
    options = parser.parse_args()
    env = live.make_place("startup", HOUSEHOLDS, options.port)
    parts = [checks(env), memory(env, options.port), suite(env) if options.suite else ()]
    for part in parts:
        for row in part:
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
