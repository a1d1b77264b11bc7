"""Texts of violence that no ledger may hold: they reach the trained person however an import ends (decision 2)."""

from django.db import transaction

from fedhub.areas.models import Area
from fedhub.ledgers.models import ImportRow
from fedhub.ledgers.registry import ledgers, sealed_sink
from fedhub.ledgers.rows import StagedRow


@transaction.atomic
def hand_over_sealed(batch, *, by):
    """Give the sealed texts of `batch` to the trained person of each row's grid, once; nothing stays behind.

    Called wherever rows end: written, given up, failed, cleared. `by` stands as the reporter: who confirmed, or else
    who uploaded. Returns nothing.
    """
    resource = ledgers[batch.ledger]
    waiting = ImportRow.objects.filter(batch=batch, sealed__isnull=False)
    for stored in waiting.order_by("number"):
        # A row that another process handed over meanwhile is not handed over again.
        if not waiting.filter(pk=stored.pk).update(sealed=None) or not isinstance(stored.sealed, list):
            continue
        area = Area.objects.filter(pk=resource.area_of(stored.target_id)).first() or batch.area
        name = StagedRow.from_model(stored).values.get("name", "")
        sealed_sink.send(area=area, by=by, name=name, texts=stored.sealed)
