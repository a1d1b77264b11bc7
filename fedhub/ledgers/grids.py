"""Which grid each row of an import names, so that the results can be read grid by grid.

The rows themselves are sealed; what can be searched is the code of the grid that a row names. A grid that does not
exist, and none at all, have a mark of their own. Only what a ledger may hold is looked at.
"""

from django.db.models import Count

from fedhub.areas.models import Area

UNKNOWN, NOT_NAMED = "?", "-"
LABELS = {UNKNOWN: "没有这个网格", NOT_NAMED: "没写网格"}


def code_of(resource, context, row):
    """Code of the grid that `row` (StagedRow) names in its cell or by its sheet, or one of the marks."""
    named = row.values.get("grid", "")
    area = resource.area_named(context, named, row.sheet)
    return area.code if area is not None else UNKNOWN if named else NOT_NAMED


def grid_counts(batch):
    """`{code or mark: {verdict: rows}}` of the judged rows of `batch`; one query."""
    found = {}
    rows = batch.rows.order_by().values_list("grid_code", "verdict").annotate(n=Count("pk"))
    for code, verdict, number in rows:
        found.setdefault(code, {})[verdict] = number
    return found


def grid_choices(counts):
    """`[(code or mark, label)]` of the grids that the rows of a batch name, by code, the marks at the end."""
    found = set(counts.get("grids") or ())
    names = Area.objects.filter(code__in=found - set(LABELS)).order_by("code").values_list("code", "name")
    return [*names, *((mark, label) for mark, label in LABELS.items() if mark in found)]


def counts_of(counts, grid):
    """`{verdict: rows}` of one grid, or of all without one."""
    return counts["grids"].get(grid, {}) if grid else counts
