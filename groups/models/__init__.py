"""Models of groups, backbone women, volunteers and activities."""

from groups.models.group import Attendance, Group, Meeting, Member

__all__ = ["Attendance", "Group", "Meeting", "Member"]
