"""What hangs on a family in hardship lies where the family lies."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fedhub.core.history import write_history
from hardship.models import ChangeRequest, Delivery, HardshipFile, Pairing

# Models with `household` and `area` that follow the family: the file, and what is given to it.
FOLLOWING = [HardshipFile, Delivery, Pairing, ChangeRequest]


@transaction.atomic
def follow_households(household_ids, area):
    """Let all that hangs on moved households lie where they lie now; returns how many rows moved."""
    total = 0
    for model in FOLLOWING:
        rows = model.objects.filter(household_id__in=household_ids).exclude(area=area)
        moved = list(rows.values_list("pk", flat=True))
        model.objects.filter(pk__in=moved).update(area=area, version=F("version") + 1, updated_at=timezone.now())
        if hasattr(model, "history"):
            write_history(model.objects.filter(pk__in=moved), reason="随家庭换网格")
        total += len(moved)
    return total
