"""Models of groups, backbone women, volunteers and activities."""

from groups.models.activity import Activity, ActivityPhoto, Entry
from groups.models.group import Attendance, Group, Meeting, Member
from groups.models.volunteer import Certificate, Service, Volunteer

__all__ = [
    "Activity", "ActivityPhoto", "Attendance", "Certificate", "Entry", "Group", "Meeting", "Member", "Service", "Volunteer",
]  # fmt: skip
