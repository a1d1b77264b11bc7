"""A child whose mother may speak for it from her telephone."""

from households.models import Membership
from portal.models import Guardian
from portal.services.guardians import is_ward, record_guardian


def record_wards(demo):
    """The consent of the mother of the first child under fourteen whose day of birth is known; nothing where there is none."""
    rows = Membership.objects.current().filter(household__area=demo.grids[0], kind="lives")
    for row in rows.select_related("resident", "household").order_by("pk"):
        if not is_ward(row.resident):
            continue
        others = rows.filter(household=row.household, resident__sex="2", resident__birth__lt="1995").select_related(
            "resident"
        )
        if mother := others.exclude(resident=row.resident).first():
            consent = Guardian(child=row.resident, person=mother.resident, kind="mother", proof="birth", how="paper")
            record_guardian(consent, by=demo.chair)
            return
