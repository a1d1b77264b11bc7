"""Places for the benchmarks: one data folder an engine and size, made once and kept under var/bench."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEOPLE_A_HOME = 2.5
# Larger places are copies of one this large, see bench.multiply.
INVENTED = 100_000
FILL = (
    "import sys; from fedhub.bootstrap import prepare; prepare(sys.argv[1]);"
    "import django; django.setup(); from django.core.management import call_command as c;"
    "c('migrate', verbosity=0); c('createcachetable', verbosity=0); c('load_reference', verbosity=0);"
    "c('seed', households=int(sys.argv[2]), seed=1)"
)


def environment(engine, size, name=""):
    """Environment variables that point the settings to the place of `engine` and `size` (residents).

    `name` tells places of the same size apart. PostgreSQL is reached through DATABASE_URL (its database is not used,
    each place gets one of its own beside it).
    """
    home = ROOT / "var" / "bench" / f"{engine}-{size}{name}"
    found = {
        **os.environ,
        "FEDHUB_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "FEDHUB_KEYRING": str(home / "keys" / "keyring.json"),
    }
    base = found.pop("DATABASE_URL", "")
    if engine == "postgres":
        if not base:
            sys.exit("没有设 DATABASE_URL，不能在 PostgreSQL 上测。")
        found["DATABASE_URL"] = f"{base.rsplit('/', 1)[0]}/fedhub_bench_{size}{name.replace('-', '_')}"
    return found


def prepare(engine, size, name=""):
    """Make and fill the place unless it is there with today's tables; return its environment."""
    env = environment(engine, size, name)
    home, stamp = Path(env["FEDHUB_HOME"]), tables_stamp()
    ready = home / "ready"
    if ready.exists() and ready.read_text() == stamp:
        return env
    times = max(1, size // INVENTED)
    base = prepare(engine, size // times) if times > 1 else None
    print(f"  造数据：{engine} {size} 人……", flush=True)
    remove(env)
    if base is not None:
        shutil.copytree(base["FEDHUB_HOME"], env["FEDHUB_HOME"], ignore=shutil.ignore_patterns(ready.name))
        if engine == "postgres":
            copy_database(base, env)
        words = ["-m", "bench.multiply", str(times)]
    else:
        if engine == "postgres":
            _psql(env, "CREATE DATABASE")
        words = ["-c", FILL, str(home), str(int(size / PEOPLE_A_HOME))]
    subprocess.run([sys.executable, *words], env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    ready.write_text(stamp)
    return env


def remove(env):
    """Drop a place with its database."""
    shutil.rmtree(env["FEDHUB_HOME"], ignore_errors=True)
    if "DATABASE_URL" in env:
        _psql(env, "DROP DATABASE IF EXISTS")


def copy_database(base, env):
    """Make the PostgreSQL database of `env` as a copy of that of `base`."""
    template = base["DATABASE_URL"].rpartition("/")[2]
    _psql(env, "CREATE DATABASE", f" TEMPLATE {template}")


def tables_stamp():
    """Fingerprint of all migrations: places with other tables are made anew."""
    found = hashlib.sha256()
    for path in sorted(ROOT.glob("**/migrations/*.py")):
        if ".venv" not in path.parts:
            found.update(path.read_bytes())
    return found.hexdigest()


def _psql(env, words, more=""):
    base, _, name = env["DATABASE_URL"].rpartition("/")
    subprocess.run(["psql", f"{base}/postgres", "-qc", f"{words} {name}{more}"], check=True)


def run_mark(mark, env, *words):
    """Run one mark in a process of its own; return the parsed JSON of its last line."""
    return run_json("bench.mark", mark, env, *words)


def run_json(module, task, env, *words):
    """Run `task` of a module in a process inside the place; the JSON of the last line it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, task, *map(str, words)],
        env=env, cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{task} 没有测完：{done.stderr[-3000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])
