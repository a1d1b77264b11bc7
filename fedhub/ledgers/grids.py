"""Which grid each row of an import names, so that the results can be read grid by grid.

The rows themselves are sealed; what can be searched is the code of the grid that a row names. A grid that does not
exist, and none at all, have a mark of their own. Only what a ledger may hold is looked at.
"""

from django.db import transaction

from fedhub.areas.models import Area
from fedhub.core.bulk import update_many
from fedhub.ledgers.enums import BatchState
from fedhub.ledgers.models import ImportBatch, ImportRow
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.services.check import context_of

SLICE = 2000
UNKNOWN, NOT_NAMED = "?", "-"
LABELS = {UNKNOWN: "没有这个网格", NOT_NAMED: "没写网格"}


def note_grids(batch):
    """Store for each row of `batch` (state CHECKED) the grid it names, and in the counts how many of which verdict.

    `counts["grids"]` is `{code or mark: {verdict: rows}}`. It is written last: pages offer the grids when all are known.
    """
    resource, context = ledgers[batch.ledger], context_of(batch)
    tally, last = {}, 0
    columns = ("pk", "number", "verdict", "raw", "parsed")
    while found := list(batch.rows.filter(number__gt=last).order_by("number").values_list(*columns)[:SLICE]):
        last, rows = found[-1][1], []
        for pk, _, verdict, raw, parsed in found:
            code = _code(resource, context, (parsed or {}).get("v", {}).get("grid", ""), (raw or {}).get("s", ""))
            rows.append(ImportRow(pk=pk, grid_code=code))
            of_grid = tally.setdefault(code, {})
            of_grid[verdict] = of_grid.get(verdict, 0) + 1
        with transaction.atomic():
            update_many(rows, ["grid_code"])
    batch.counts = batch.counts | {"grids": tally}
    unchanged = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.CHECKED, version=batch.version)
    unchanged.update(counts=batch.counts)
    return batch


def _code(resource, context, named, sheet):
    area = resource.area_named(context, named, sheet)
    if area is not None:
        return area.code
    return UNKNOWN if named else NOT_NAMED


def grid_choices(counts):
    """`[(code or mark, label)]` of the grids that the rows of a batch name, by code, the marks at the end."""
    found = set(counts.get("grids") or ())
    names = Area.objects.filter(code__in=found - set(LABELS)).order_by("code").values_list("code", "name")
    return [*names, *((mark, label) for mark, label in LABELS.items() if mark in found)]


def counts_of(counts, grid):
    """`{verdict: rows}` of one grid, or of all without one."""
    return counts["grids"].get(grid, {}) if grid else counts
