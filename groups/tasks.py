"""What follows by itself for those who are not here any more."""

from fedhub.core.housekeeping import every_minute
from groups.models import Member
from groups.services.groups import leave_group
from households.enums import ResidentState

FEW = 200


@every_minute
def end_places_of_the_gone():
    """Who moved away or died is in no group any more."""
    gone = (
        Member.objects.active().exclude(resident__state=ResidentState.ACTIVE).select_related("group__area", "resident")
    )
    for member in gone.order_by("pk")[:FEW]:
        leave_group(member, why=member.resident.get_state_display())
