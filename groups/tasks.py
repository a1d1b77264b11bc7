"""What follows by itself: hours count after their notice; who is not here any more is in no group; those on the list of what is
called off are told."""

from django.utils import timezone

from fedhub.core.housekeeping import every_minute
from groups.backbone_enums import BackboneEnd
from groups.enums import ServiceState, VolunteerState
from groups.flow import STILL
from groups.models import Backbone, Member, Service, ServiceNeed, Volunteer
from groups.need_queries import GONE
from groups.services.backbone import end_backbone
from groups.services.coming import tell_who_comes
from groups.services.groups import leave_group
from groups.services.hours import count_service
from groups.services.names import tell_called_off
from groups.services.needs import expire_need
from groups.services.volunteers import leave_volunteers, refuse_volunteer
from households.enums import ResidentState

FEW = 200


@every_minute
def count_what_was_before_the_members():
    """Services whose days of notice are over count."""
    over = Service.objects.filter(state=ServiceState.CONFIRMED, counts_on__lt=timezone.localdate())
    for service in over.order_by("counts_on", "id")[:FEW]:
        count_service(service)


@every_minute
def end_places_of_the_gone():
    """Who moved away or died is in no group any more."""
    gone = (
        Member.objects.active().exclude(resident__state=ResidentState.ACTIVE).select_related("group__area", "resident")
    )
    for member in gone.order_by("pk")[:FEW]:
        leave_group(member, why=member.resident.get_state_display())


@every_minute
def end_backbone_of_the_gone():
    """Who moved away or died is no backbone woman any more; a record that was merged waits with its file for an undo."""
    gone = Backbone.objects.current().exclude(resident__state__in=[ResidentState.ACTIVE, ResidentState.MERGED])
    for backbone in gone.select_related("resident__area").order_by("pk")[:FEW]:
        end_backbone(backbone, why=BackboneEnd.GONE)


@every_minute
def end_volunteers_of_the_gone():
    """Who moved away or died is no volunteer any more; a record that was merged waits with its file for an undo."""
    over = [VolunteerState.LEFT, VolunteerState.REFUSED]
    gone = Volunteer.objects.filter(resident__state__in=GONE).exclude(state__in=over)
    for volunteer in gone.select_related("resident", "area").order_by("pk")[:FEW]:
        end = refuse_volunteer if volunteer.state == VolunteerState.PENDING else leave_volunteers
        end(volunteer, why=volunteer.resident.get_state_display(), by=None)


@every_minute
def expire_needs():
    """Needs whose day is past and for which nobody agreed."""
    over = ServiceNeed.objects.filter(state__in=STILL, until__lt=timezone.localdate())
    for need in over.order_by("until", "id")[:FEW]:
        expire_need(need)


every_minute(tell_called_off)
every_minute(tell_who_comes)
