"""`make bench`: the marks against the stock way and the bare limit, ratios of one run.

`--write` puts what was measured into the table of docs/performance.md; other rows stay. The load of a real server, the
kill of one, and starting up are marks of their own: `python -m bench.load`, `bench.kill`, `bench.startup`.
"""

import argparse
import platform
import re
import shutil
from pathlib import Path

import django

from bench.place import ROOT, copy_database, environment, prepare, remove, run_mark

# The stock ways take minutes: they run on as many rows as give a steady ratio.
STOCK_EXPORT_MOST = 100_000
IMPORTED = 10_000
PREVIEWED_MOST = 10_000
CONCERNS = 1_000_000
FILES = 30_000
TOPICS = 5_000
POSTS, SEEKERS = 10_000, 20_000
MATTERS = 20_000
VOLUNTEERS, SERVICES_EACH = 20_000, 25
RESPONSES = (10_000, 100_000, 1_000_000)
# So many visits to each resident: 500,000 to the 40,000 families of 100,000 people.
VISITS_EACH = 5
TABLE = re.compile(r"(<!-- table -->\n).*?(<!-- end of table -->)", re.DOTALL)
LINE = re.compile(r"\| G\d")


def lists_of(engine, size, env):
    """G5 as table rows: page, CPU ms, times the floor, queries beyond the floor's."""
    found = run_mark("lists", env)
    times = {name: value[0] for name, value in found["pages"].items()}
    queries = found["queries"]
    for name, value in times.items():
        floor = times["floor_again" if name.startswith("admin") else "floor"]
        more = f"{queries[name] - queries['floor']} queries more" if name in queries and name != "floor" else ""
        yield [f"G5 {engine} {size:,} {name}", f"{value:.1f} ms", f"{value / floor:.1f} × floor", more]


def exports_of(engine, size, env):
    """G1, G2 as table rows: CPU seconds and memory growth, with the ratios to stock and to the bare iteration."""
    own, bare = run_mark("export_own", env, "women"), run_mark("export_limit", env, "women")
    label = f"G1 {engine} {size:,} ({own['rows']:,} rows)"
    yield [f"{label} own", f"{own['cpu']:.2f} s", f"+{own['growth_mib']:.0f} MiB",
           f"{own['cpu'] / bare['cpu']:.1f} × bare"]  # fmt: skip
    yield [f"{label} bare", f"{bare['cpu']:.2f} s", f"+{bare['growth_mib']:.0f} MiB", ""]
    if size > STOCK_EXPORT_MOST:
        return
    stock = run_mark("export_stock", env, "women")
    same = run_mark("export_same", env, "women")
    yield [f"{label} stock", f"{stock['cpu']:.2f} s", f"+{stock['growth_mib']:.0f} MiB",
           f"own takes {stock['cpu'] / own['cpu']:.1f} × less; {same['cells']:,} cells equal"]  # fmt: skip


def imports_of(engine, size, rows=IMPORTED):
    """G3 and, up to PREVIEWED_MOST, G4 as table rows: `rows` new people, and the same rows changed, into a copy of the place."""
    books = [ROOT / "var" / "bench" / f"book-{rows}{name}.xlsx" for name in ("", "-changed")]
    env = copy_of(engine, size, "-own")
    for path, note in zip(books, ("", "改"), strict=True):
        run_mark("import_book", env, path, rows, note)
    own, facts = run_mark("import_own", env, *books), run_mark("import_facts", env, books[1])
    label = f"G3 {engine} {size:,} + {rows:,} rows"
    for name, words in (("first", "own, new rows"), ("second", "own, all changed")):
        yield [f"{label} {words}", f"{own[name]['cpu']:.1f} s", f"+{own[name]['growth_mib']:.0f} MiB",
               f"of which writing {own[f'{name}_commit']['cpu']:.1f} s"]  # fmt: skip
    env = copy_of(engine, size, "-stock")
    stock = run_mark("import_stock", env, books[1])
    same = run_mark("import_facts", env, books[1])["sha"] == facts["sha"]
    yield [f"{label} stock, new rows", f"{stock['first']['cpu']:.1f} s", f"+{stock['first']['growth_mib']:.0f} MiB",
           f"own takes {stock['first']['cpu'] / own['first']['cpu']:.1f} × less; "
           f"{'the same facts' if same else 'OTHER FACTS'}"]  # fmt: skip
    if rows <= PREVIEWED_MOST:
        yield from previews_of(engine, size, rows, books[0])
    for name in ("-own", "-stock"):
        remove(environment(engine, size, name))


def previews_of(engine, size, rows, book):
    """G4 as table rows: the pages of an import, until it is confirmed."""
    env = copy_of(engine, size, "-own")
    mine = run_mark("preview_own", env, book)
    env = copy_of(engine, size, "-stock")
    theirs = run_mark("preview_stock", env, book)
    label = f"G4 {engine} {size:,} + {rows:,} rows"
    total = [sum(found[step]["cpu"] for step in ("preview", "confirm")) for found in (mine, theirs)]
    for name, found, cpu in (("own", mine, total[0]), ("stock admin", theirs, total[1])):
        yield [f"{label} {name}", f"{cpu:.1f} s", f"page {found['page_kib']:,.0f} KiB",
               "" if name == "own" else f"own takes {total[1] / total[0]:.1f} × less"]  # fmt: skip


def concerns_of(engine, size, env, count=CONCERNS):
    """G5, G9 of concerns as table rows: page, CPU ms, times the floor; and merging (`count` concerns are made first)."""
    run_mark("concerns_fill", env, count)
    found, merged = run_mark("concerns", env), run_mark("concerns_merge", env)
    queries = found["queries"]
    label = f"{engine} {found['concerns']:,} concerns"
    for name, (cpu, _) in found["pages"].items():
        if name.startswith("floor"):
            # What follows is measured in turn with this one.
            floor = cpu
        more = "" if name.startswith("floor") else f"{queries[name] - queries['floor']} queries more"
        yield [f"G5, G9 {label} {name}", f"{cpu:.1f} ms", f"{cpu / floor:.1f} × floor", more]
    for name in ("join", "part"):
        yield [f"{label}: {name} {merged['merged']}", f"{merged[name]['cpu']:.2f} s", "", ""]


def today_of(engine, size):
    """G5 of today's list as table rows, in a copy of the place with five visits to each resident."""
    env = copy_of(engine, size, "-today")
    run_mark("today_fill", env, size * VISITS_EACH)
    found = run_mark("today", env)
    floor, queries = found["pages"]["floor"][0], found["queries"]
    label = f"G5 {engine} {found['visits']:,} visits"
    for name, (cpu, _) in found["pages"].items():
        more = "" if name == "floor" else f"{queries[name] - queries['floor']} queries more"
        yield [f"{label} {name}", f"{cpu:.1f} ms", f"{cpu / floor:.1f} × floor", more]
    remove(env)


def hardship_of(engine, size, count=FILES):
    """G5 of hardship files as table rows, in a copy of the place with `count` files."""
    env = copy_of(engine, size, "-hardship")
    run_mark("hardship_fill", env, count)
    found = run_mark("hardship", env)
    queries, label = found["queries"], f"G5 {engine} {found['files']:,} files"
    for name, (cpu, _) in found["pages"].items():
        if name.startswith("floor"):
            # What follows is measured in turn with this one.
            floor = cpu
        more = "" if name.startswith("floor") else f"{queries[name] - queries['floor']} queries more"
        yield [f"{label} {name}", f"{cpu:.1f} ms", f"{cpu / floor:.1f} × floor", more]
    remove(env)


def council_of(engine, size, count=TOPICS):
    """G5 of the council as table rows, in a copy of the place with `count` topics."""
    env = copy_of(engine, size, "-council")
    run_mark("council_fill", env, count)
    found = run_mark("council", env)
    floor, queries = found["pages"]["floor"][0], found["queries"]
    label = f"G5 {engine} {found['topics']:,} topics"
    for name, (cpu, _) in found["pages"].items():
        more = "" if name == "floor" else f"{queries[name] - queries['floor']} queries more"
        yield [f"{label} {name}", f"{cpu:.1f} ms", f"{cpu / floor:.1f} × floor", more]
    remove(env)


def jobs_of(engine, size, posts=POSTS, seekers=SEEKERS):
    """G5 of job support as table rows, in a copy of the place with `posts` posts and `seekers` who look for work."""
    env = copy_of(engine, size, "-jobs")
    run_mark("jobs_fill", env, posts, seekers)
    found = run_mark("jobs", env)
    floor, queries = found["pages"]["floor"][0], found["queries"]
    label = f"G5 {engine} {found['posts']:,} posts, {found['seekers']:,} seekers"
    for name, (cpu, _) in found["pages"].items():
        more = "" if name == "floor" else f"{queries[name] - queries['floor']} queries more"
        yield [f"{label} {name}", f"{cpu:.1f} ms", f"{cpu / floor:.1f} × floor", more]
    remove(env)


def mediation_of(engine, size, count=MATTERS):
    """G5 of the micro-home as table rows, in a copy of the place with `count` leads and as many cases."""
    env = copy_of(engine, size, "-mediation")
    run_mark("mediation_fill", env, count)
    found = run_mark("mediation", env)
    queries, label = found["queries"], f"G5 {engine} {count:,} leads and cases"
    for name, (cpu, _) in found["pages"].items():
        if name.startswith("floor"):
            # What follows is measured in turn with this one.
            floor = cpu
        more = "" if name.startswith("floor") else f"{queries[name] - queries['floor']} queries more"
        yield [f"{label} {name}", f"{cpu:.1f} ms", f"{cpu / floor:.1f} × floor", more]
    remove(env)


def groups_of(engine, size, volunteers=VOLUNTEERS, each=SERVICES_EACH):
    """G5 of groups and volunteers as table rows, in a copy of the place with `volunteers`, each of `each` services."""
    env = copy_of(engine, size, "-groups")
    run_mark("groups_fill", env, volunteers, each)
    found = run_mark("groups", env)
    queries, label = (
        found["queries"],
        f"G5 {engine} {found['volunteers']:,} volunteers, {found['services']:,} services",
    )
    for name, (cpu, _) in found["pages"].items():
        if name.startswith("floor"):
            # What follows is measured in turn with this one.
            floor = cpu
        more = "" if name.startswith("floor") else f"{queries[name] - queries['floor']} queries more"
        yield [f"{label} {name}", f"{cpu:.1f} ms", f"{cpu / floor:.1f} × floor", more]
    remove(env)


def due_of(engine, size, env):
    """A changed visit rule over all families as table rows: announcing it, following it, following with nothing to do."""
    found = run_mark("due", env)
    label = f"{engine} visit rules, {found['families']:,} families"
    for name, words in (("count", "announced"), ("follow", "all follow"), ("again", "nothing to do")):
        more = f"{found['written']:,} written" if name == "follow" else ""
        yield [f"{label}: {words}", f"{found[name]['wall']:.1f} s", f"+{found[name]['growth_mib']:.0f} MiB", more]


def results_of(engine, env):
    """G8 as table rows: the data part of the results of a survey, for each number of responses."""
    for count in RESPONSES:
        run_mark("results_fill", env, count)
    for count, line in run_mark("results", env).items():
        label = f"G8 {engine} {int(count):,} responses"
        yield [f"{label} kept counts", f"{line['own_ms']:.1f} ms", f"{line['rows']:,} counts", ""]
        if "anew_ms" in line:
            more = f"kept takes {line['anew_ms'] / line['own_ms']:,.0f} × less; {'the same' if line['same'] else 'OTHER'} counts"
            yield [f"{label} counted anew", f"{line['anew_ms']:,.0f} ms", "", more]


def copy_of(engine, size, name):
    """A fresh copy of the place of `size`; on PostgreSQL a fresh database made from it. Returns its environment."""
    base, env = environment(engine, size), environment(engine, size, name)
    remove(env)
    shutil.copytree(base["FEDHUB_HOME"], env["FEDHUB_HOME"])
    if "DATABASE_URL" in env:
        copy_database(base, env)
    return env


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--engines", default="sqlite")
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--only", default="lists,exports,imports")
    parser.add_argument("--rows", type=int, default=IMPORTED, help="rows of an imported book")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows, only = [], options.only.split(",")
    for engine in options.engines.split(","):
        for size in map(int, options.sizes.split(",")):
            env = prepare(engine, size)
            works = {"lists": lambda e=engine, s=size, v=env: lists_of(e, s, v),
                     "exports": lambda e=engine, s=size, v=env: exports_of(e, s, v),
                     "imports": lambda e=engine, s=size: imports_of(e, s, options.rows),
                     "today": lambda e=engine, s=size: today_of(e, s),
                     "hardship": lambda e=engine, s=size: hardship_of(e, s),
                     "council": lambda e=engine, s=size: council_of(e, s),
                     "jobs": lambda e=engine, s=size: jobs_of(e, s),
                     "groups": lambda e=engine, s=size: groups_of(e, s),
                     "mediation": lambda e=engine, s=size: mediation_of(e, s),
                     "results": lambda e=engine, v=env: results_of(e, v),
                     "due": lambda e=engine, s=size, v=env: due_of(e, s, v),
                     "concerns": lambda e=engine, s=size, v=env: concerns_of(e, s, v)}  # fmt: skip
            for name in only:
                for row in works[name]():
                    print(" | ".join(row), flush=True)
                    rows.append(row)
    if options.write:
        write(rows)


def write(rows):
    """Put `rows` into the table of docs/performance.md, in place of those of the same name; new ones behind their kind."""
    path = Path(ROOT / "docs" / "performance.md")
    text = path.read_text()
    head = (
        f"{platform.python_implementation()} {platform.python_version()}, Django {django.get_version()}, two shared "
        "cores.\n\n| what | cost | against | more |\n|---|---|---|---|\n"
    )
    table = merged([line[2:-2].split(" | ") for line in TABLE.search(text)[0].splitlines() if LINE.match(line)], rows)
    lines = "".join(f"| {' | '.join(row)} |\n" for row in table)
    path.write_text(TABLE.sub(lambda found: found[1] + head + lines + found[2], text))


def merged(old, rows):
    """The rows `old` with those of the same name replaced by `rows`, and new ones behind the last of their mark and engine
    (of their mark, at the end)."""
    table = {row[0]: row for row in old}
    for row in rows:
        if row[0] not in table:
            names, kind = list(table), row[0].split()[:2]
            alike = [name for name in names if name.split()[:2] == kind] or [
                n for n in names if n.split()[0] == kind[0]
            ]
            place = names.index(alike[-1]) + 1 if alike else len(names)
            table = {name: table.get(name, row) for name in [*names[:place], row[0], *names[place:]]}
        table[row[0]] = row
    return list(table.values())


if __name__ == "__main__":
    main()
