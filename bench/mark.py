"""`python -m bench.mark NAME …`: one measurement in this process; prints JSON."""

import json
import sys

import django

django.setup()

from bench import (  # noqa: E402 - models need the settings
    concerns,
    council,
    due,
    exports,
    groups,
    groups_fill,
    hardship,
    imports,
    jobs,
    lists,
    mediation,
    results,
    today,
)

MARKS = {
    "lists": lists.run,
    "due": due.run,
    "concerns_fill": concerns.fill,
    "concerns": concerns.run,
    "concerns_merge": concerns.merge,
    "council_fill": council.fill,
    "council": council.run,
    "groups_fill": groups_fill.fill,
    "groups": groups.run,
    "hardship_fill": hardship.fill,
    "hardship": hardship.run,
    "jobs_fill": jobs.fill,
    "jobs": jobs.run,
    "mediation_fill": mediation.fill,
    "mediation": mediation.run,
    "export_own": exports.own,
    "export_stock": exports.stock,
    "export_limit": exports.limit,
    "export_same": exports.same_cells,
    "import_book": imports.book,
    "import_own": imports.own,
    "import_stock": imports.stock,
    "import_facts": imports.facts,
    "preview_own": imports.preview_own,
    "preview_stock": imports.preview_stock,
    "results_fill": results.fill,
    "results": results.run,
    "today_fill": today.fill,
    "today": today.run,
}

if __name__ == "__main__":
    print(json.dumps(MARKS[sys.argv[1]](*sys.argv[2:])))
