"""Activities and rehearsals in the shared calendar."""

from fedhub.core.agenda import Happening, Source, agenda
from groups.activity_enums import ActivityState
from groups.models import Activity


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
