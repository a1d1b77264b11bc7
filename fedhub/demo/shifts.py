"""A shift of today, with who is there already, and one of next week."""

from datetime import timedelta

from django.utils import timezone

from groups.enums import ServiceKind
from groups.models import Shift, Volunteer
from groups.services import shifts

TODAY = (ServiceKind.CLEAN, "清洁庭院、清理楼道", "三号院")
NEXT = (ServiceKind.EVENT, "迎新年慰问演出", "社区活动室")


def write_shifts(demo):
    """Two women are signed in for what goes on today."""
    today = timezone.localdate()
    for (kind, what, place), on in ((TODAY, today), (NEXT, today + timedelta(days=7))):
        shift = Shift(area=demo.community, kind=kind, what=what, place=place, on=on)
        shifts.open_shift(shift, by=demo.chair)
        if on == today:
            for volunteer in Volunteer.objects.active().filter(area=demo.community).order_by("pk")[:2]:
                shifts.tap_in(shift, volunteer, by=demo.chair)
