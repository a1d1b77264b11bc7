"""G1, G2: the women's ledger through the project's own address, against a stock resource and a bare iteration."""

from import_export.formats.base_formats import XLSX

from bench.lists import chair, signed_in
from bench.measure import measured
from bench.peers import StockResource
from fedhub.ledgers.models import ExportRecord
from fedhub.ledgers.services.export import take_export
from households.models import Resident


def rows():
    """The women whom the ledger shows to the measuring account."""
    return Resident.objects.visible_to(chair(), "households.export_resident").women()


def own():
    """The ledger's file, made as the page and its background task make it."""
    client, found = signed_in(), {}
    client.get("/ledgers/women/export/")
    with measured(found, "cost"):
        answer = client.post("/ledgers/women/export/", {"mode": "masked", "once_key": ""})
    record = ExportRecord.objects.latest("id")
    data = take_export(record, by=chair()) if record.stored else answer.content
    return found["cost"] | {"rows": record.rows, "bytes": len(data), "zip": data[:2] == b"PK"}


def stock():
    """A stock ModelResource with 25 columns of the same rows, written by the stock XLSX format."""
    found = {}
    with measured(found, "cost"):
        dataset = StockResource().export(queryset=rows())
        data = XLSX().export_data(dataset)
    return found["cost"] | {"rows": len(dataset), "bytes": len(data)}


def limit():
    """The cheapest that still reads the rows: values_list of the same columns, nothing written."""
    names = [name if name != "grid" else "area__name" for name in StockResource._meta.export_order]
    found, count = {}, 0
    with measured(found, "cost"):
        for _ in rows().values_list(*names).iterator(chunk_size=2000):
            count += 1
    return found["cost"] | {"rows": count}
