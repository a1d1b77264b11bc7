"""Models of groups, backbone women, volunteers and activities."""

from groups.models.activity import Activity, ActivityPhoto, Entry
from groups.models.backbone import Backbone, LevelChange
from groups.models.backbone_lines import BackboneTask, Evaluation, Honour, Training
from groups.models.group import Attendance, Group, Meeting, Member
from groups.models.need import Offer, ServiceNeed
from groups.models.record import VolunteerRecord
from groups.models.service import Certificate, Coming, Service, Shift
from groups.models.succession import Successor
from groups.models.volunteer import Volunteer

__all__ = [
    "Activity", "ActivityPhoto", "Attendance", "Certificate", "Coming", "Entry", "Group", "Meeting", "Member", "Service", "Shift",
    "Volunteer", "ServiceNeed", "Offer", "VolunteerRecord",
    "Backbone", "BackboneTask", "Evaluation", "Honour", "LevelChange", "Successor", "Training",
]  # fmt: skip
