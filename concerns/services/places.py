"""Concerns and register entries follow the family and the places they hang on."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from concerns.models import Concern, Reception
from fedhub.core.history import write_history


@transaction.atomic
def follow_households(household_ids, area):
    """Let the concerns of moved households, open or closed, lie where they lie now; returns how many moved."""
    rows = Concern.objects.filter(household_id__in=household_ids).exclude(area=area)
    moved = list(rows.values_list("pk", flat=True))
    Concern.objects.filter(pk__in=moved).update(area=area, version=F("version") + 1, updated_at=timezone.now())
    write_history(Concern.objects.filter(pk__in=moved), reason="随家庭换网格")
    return len(moved)


@transaction.atomic
def follow_area(areas, area, *, reason):
    """Let concerns and entries of the register that still lie in `areas`, places out of use, lie where the person they
    name lies now, and in `area` when they name none or she lies in another community."""
    for model in (Concern, Reception):
        left = model.objects.filter(area__in=areas)
        goes = {}
        for pk, home, code in left.values_list("pk", "resident__area_id", "resident__area__code"):
            goes.setdefault(home if (code or "").startswith(area.community_code) else area.pk, []).append(pk)
        for area_id, ids in goes.items():
            rows = model.objects.filter(pk__in=ids)
            rows.update(area_id=area_id, version=F("version") + 1, updated_at=timezone.now())
            write_history(model.objects.filter(pk__in=ids), reason=reason)
