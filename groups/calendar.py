"""Activities, rehearsals and where volunteers serve in the shared calendar."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from fedhub.core.agenda import Happening, Source, agenda
from groups.activity_enums import ActivityState
from groups.models import Activity, Shift


def activities_between(user, since, until):
    """Activities beyond their planning, as far as `user` sees them."""
    rows = Activity.objects.visible_to(user).filter(starts_at__gte=since, starts_at__lt=until)
    return [
        Happening(
            uid=f"groups-activity-{one.pk}", title=one.title, starts_at=one.starts_at, ends_at=one.ends_at,
            place=one.place, url=one.get_absolute_url(), cancelled=one.state == ActivityState.CANCELLED,
            version=one.version,
        )
        for one in rows.exclude(state=ActivityState.PLANNED)
    ]  # fmt: skip


agenda.register(Source("groups", 30, "活动、排练", "groups.view_activity", activities_between))


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time()))


def shifts_between(user, since, until):
    """Shifts, as far as `user` sees them; a shift has a day and no hour."""
    rows = Shift.objects.visible_to(user).filter(on__gte=timezone.localdate(since), on__lte=timezone.localdate(until))
    found = [
        Happening(
            uid=f"groups-shift-{one.pk}", title=one.what, starts_at=_midnight(one.on),
            ends_at=_midnight(one.on + timedelta(days=1)), place=one.place, url=one.get_absolute_url(),
            cancelled=one.off_on is not None, version=one.version, all_day=True,
        )
        for one in rows
    ]  # fmt: skip
    return [one for one in found if since <= one.starts_at < until]


agenda.register(Source("shifts", 35, "志愿服务", "groups.view_service", shifts_between))
