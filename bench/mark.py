"""`python -m bench.mark NAME`: one measurement in this process; prints JSON."""

import json
import sys

import django

django.setup()

from bench import exports, lists  # noqa: E402 - models need the settings

MARKS = {
    "lists": lists.run,
    "export_own": exports.own,
    "export_stock": exports.stock,
    "export_limit": exports.limit,
}

if __name__ == "__main__":
    print(json.dumps(MARKS[sys.argv[1]](*sys.argv[2:])))
