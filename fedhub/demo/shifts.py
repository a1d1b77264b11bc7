"""A shift of today, with who is there already, one of next week with who comes, and one that was called off."""

from datetime import timedelta

from django.utils import timezone

from groups.enums import ServiceKind
from groups.models import Shift, Volunteer
from groups.services import coming, shifts

TODAY = (ServiceKind.CLEAN, "清洁庭院、清理楼道", "三号院")
OFF = (ServiceKind.CLEAN, "清理楼前花坛", "精诚公寓")
NEXT = (ServiceKind.EVENT, "迎新年慰问演出", "社区活动室")


def write_shifts(demo):
    """Two women are signed in for what goes on today."""
    today = timezone.localdate()
    for (kind, what, place), on in ((TODAY, today), (NEXT, today + timedelta(days=7))):
        shift = Shift(area=demo.community, kind=kind, what=what, place=place, on=on)
        shifts.open_shift(shift, by=demo.chair)
        people = list(Volunteer.objects.active().filter(area=demo.community).order_by("pk")[:4])
        if on == today:
            for volunteer in people[:2]:
                shifts.tap_in(shift, volunteer, by=demo.chair)
        else:
            for volunteer in people:
                coming.come(shift, volunteer, by=demo.chair)
    kind, what, place = OFF
    shift = Shift(area=demo.community, kind=kind, what=what, place=place, on=today + timedelta(days=2))
    shifts.open_shift(shift, by=demo.chair)
    coming.come(shift, people[0], by=demo.chair)
    coming.call_off(shift, why="连着下雨，改到下周", base_version=shift.version, by=demo.chair)
