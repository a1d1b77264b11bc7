"""G1 and G2: a ledger through the project's own addresses, through a stock resource, and the reading alone.

Each function is one measurement in a process of its own and returns `{rows, cpu, wall, growth_mib, file_mib}`.
"""

from pathlib import Path

from django.conf import settings
from import_export.formats.base_formats import XLSX
from openpyxl import load_workbook

from bench.lists import chair, signed_in
from bench.measure import measured
from bench.peers import stock_resource, stock_rows
from fedhub.ledgers.models import ExportRecord
from fedhub.ledgers.registry import ledgers
from households.books import Now
from households.models import Membership, Phone, Status


def _path(key, who):
    return Path(settings.HOME) / "tmp" / f"{key}-{who}.xlsx"


def own(key):
    """POST the form, let the background task run, POST for the file: as the chair does."""
    client, found = signed_in(), {}
    client.get("/bench/floor/")
    with measured(found, "it"):
        answer = client.post(f"/ledgers/{key}/export/", {"mode": "masked", "purpose": "测速度"})
        if answer.status_code == 302:
            answer = client.post(f"{answer.headers['Location']}file/")
        size = 0
        with _path(key, "own").open("wb") as file:
            for part in answer:
                size += file.write(part)
    record = ExportRecord.objects.order_by("-pk").first()
    return found["it"] | {"rows": record.rows, "file_mib": size / 2**20}


def stock(key):
    """ModelResource.export and XLSX().export_data on the same rows and columns."""
    ledger, user, found = ledgers[key], chair(), {}
    resource = stock_resource(ledger)()
    with measured(found, "it"):
        rows = stock_rows(ledger, ledger.get_rows(user, {}))
        dataset = resource.export(queryset=rows)
        data = XLSX().export_data(dataset)
        _path(key, "stock").write_bytes(data)
    return found["it"] | {"rows": len(dataset), "file_mib": len(data) / 2**20}


def limit(key):
    """The same tables read by values_list and thrown away: what no export can do without."""
    ledger, found, count = ledgers[key], {}, 0
    with measured(found, "it"):
        rows = ledger.get_rows(chair(), {})
        for _ in ledger.ordered(rows, Now()).values_list(*ledger.fields_read()).iterator(chunk_size=2000):
            count += 1
        ids = rows.values("pk")
        living = Membership.objects.filter(resident_id__in=ids, kind="lives", valid_to=None)
        lists = [
            Phone.objects.filter(resident_id__in=ids).values_list("resident_id", "number"),
            living.values_list(
                "resident_id", "relation", "household__head_name", "household__address", "household__people"
            ),
            Status.objects.filter(resident_id__in=ids, valid_to=None).values_list("resident_id", "category"),
        ]
        for one in lists:
            for _ in one.iterator(chunk_size=2000):
                pass
    return found["it"] | {"rows": count}


def same_cells(key):
    """Guard: both files hold the same cells. Returns how many were compared; stops where one differs.

    Cells that the project merges downwards are empty under the first one and count as that one.
    """
    ledger = ledgers[key]
    merged = [column.group in ledger.merged_groups for column in ledger.exported_columns()]
    heads = 1 + any(column.group for column in ledger.exported_columns())
    width, compared, above = len(merged), 0, [""] * len(merged)
    own_rows = load_workbook(_path(key, "own"), read_only=True).active.iter_rows(min_row=3 + heads, values_only=True)
    stock_sheet = load_workbook(_path(key, "stock"), read_only=True).active
    for number, theirs in enumerate(stock_sheet.iter_rows(min_row=2, values_only=True), start=1):
        ours, theirs = _texts(next(own_rows), width), _texts(theirs, width)
        if not any(value for down, value in zip(merged, ours, strict=True) if down):
            ours = [old if down else value for down, value, old in zip(merged, ours, above, strict=True)]
        if ours != theirs:
            raise SystemExit(f"第 {number} 行不一样：{list(zip(ours, theirs, strict=True))}")
        above, compared = theirs, compared + width
    return {"cells": compared}


def _texts(row, width):
    return ["" if value is None else str(value) for value in row[:width]]
