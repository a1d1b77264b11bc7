"""Texts of violence that no ledger may hold: they reach the trained person however an import ends (decision 2)."""

import json
from collections import Counter

from django.db import transaction

from fedhub.areas.models import Area
from fedhub.ledgers.models import ImportRow
from fedhub.ledgers.registry import ledgers, sealed_sink
from fedhub.ledgers.rows import StagedRow


@transaction.atomic
def hand_over_sealed(batch, *, by):
    """Give the sealed texts of `batch` to the trained person of each row's grid, once; nothing stays behind.

    Once also when the same file comes in again: the key of a report names the place of the import, the person as the
    file does and the texts. People whom the file does not tell apart are counted, so that none of them is lost.
    Called wherever rows end: written, given up, failed, cleared. `by` stands as the reporter: who confirmed, or else
    who uploaded. Returns nothing.
    """
    resource = ledgers[batch.ledger]
    alike = Counter()
    waiting = ImportRow.objects.filter(batch=batch, sealed__isnull=False)
    for stored in waiting.order_by("number"):
        # A row that another process handed over meanwhile is not handed over again.
        if not waiting.filter(pk=stored.pk).update(sealed=None) or not isinstance(stored.sealed, list):
            continue
        area = Area.objects.filter(pk=resource.area_of(stored.target_id)).first() or batch.area
        values = StagedRow.from_model(stored).values
        name = values.get("name", "")
        told = json.dumps(
            [batch.area_id, name, values.get("id_number"), values.get("birth"), stored.sealed], default=str
        )
        alike[told] += 1
        sealed_sink.send(area=area, by=by, name=name, texts=stored.sealed, key=f"{alike[told]}:{told}")
