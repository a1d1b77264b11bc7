"""Models of groups, backbone women, volunteers and activities."""

from groups.models.group import Attendance, Group, Meeting, Member
from groups.models.volunteer import Certificate, Service, Volunteer

__all__ = ["Attendance", "Certificate", "Group", "Meeting", "Member", "Service", "Volunteer"]
