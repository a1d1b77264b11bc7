"""`make bench`: lists and exports against the stock way, ratios of one run; `--write` keeps them in docs/performance.md."""

import argparse
import platform
from pathlib import Path

import django

from bench.place import ROOT, prepare, run_mark

STOCK_LIMIT = 100_000


def lists_of(engine, size, env):
    """G5 as table rows: page, CPU ms, times the floor, queries."""
    found = run_mark("lists", env)
    times = {name: value[0] if isinstance(value, list) else value for name, value in found["pages"].items()}
    floor = times["floor"]
    for name, value in times.items():
        yield [f"G5 {engine} {size:,} {name}", f"{value:.1f} ms", f"{value / floor:.1f} × floor",
               str(found["queries"].get(name, ""))]  # fmt: skip


def exports_of(engine, size, env):
    """G1, G2 as table rows: CPU seconds and memory growth, with the ratios to stock and to the bare iteration."""
    own, bare = run_mark("export_own", env), run_mark("export_limit", env)
    stock = run_mark("export_stock", env) if size <= STOCK_LIMIT else None
    label = f"G1 {engine} {size:,} ({own['rows']:,} rows)"
    yield [
        f"{label} own",
        f"{own['cpu']:.2f} s",
        f"+{own['growth_mib']:.0f} MiB",
        f"{own['cpu'] / bare['cpu']:.1f} × bare",
    ]
    yield [f"{label} bare", f"{bare['cpu']:.2f} s", f"+{bare['growth_mib']:.0f} MiB", ""]
    if stock:
        yield [f"{label} stock", f"{stock['cpu']:.2f} s", f"+{stock['growth_mib']:.0f} MiB",
               f"own is {stock['cpu'] / own['cpu']:.1f} × faster"]  # fmt: skip


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--engines", default="sqlite")
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = []
    for engine in options.engines.split(","):
        for size in map(int, options.sizes.split(",")):
            env = prepare(engine, size)
            for row in [*lists_of(engine, size, env), *exports_of(engine, size, env)]:
                print(" | ".join(row), flush=True)
                rows.append(row)
    if options.write:
        head = (
            "# Measured\n\n`make bench ARGS=--write` on "
            f"{platform.python_implementation()} {platform.python_version()}, Django {django.get_version()}, two shared "
            "cores. CPU time of one process; pages in turn with the floor (a view that reads session and user).\n\n"
            "| what | cost | against | more |\n|---|---|---|---|\n"
        )
        table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
        Path(ROOT / "docs" / "performance.md").write_text(head + table)


main()
