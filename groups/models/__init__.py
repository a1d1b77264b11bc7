"""Models of groups, backbone women, volunteers and activities."""

from groups.models.activity import Activity, ActivityPhoto, Entry
from groups.models.group import Attendance, Group, Meeting, Member
from groups.models.service import Certificate, Coming, Service, Shift
from groups.models.volunteer import Volunteer

__all__ = [
    "Activity", "ActivityPhoto", "Attendance", "Certificate", "Coming", "Entry", "Group", "Meeting", "Member", "Service",
    "Shift", "Volunteer",
]  # fmt: skip
