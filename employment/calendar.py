"""Job fairs, lectures and courses in the shared calendar."""

from datetime import datetime

from django.utils import timezone

from employment.event_enums import EventState
from employment.models import Session
from fedhub.core.agenda import Happening, Source, agenda


def _at(session, clock):
    return timezone.make_aware(datetime.combine(session.on, clock))


def sessions_between(user, since, until):
    """Sessions of published events, as far as `user` sees them."""
    rows = Session.objects.visible_to(user).exclude(event__state=EventState.DRAFT).select_related("event")
    rows = rows.filter(on__gte=timezone.localdate(since), on__lte=timezone.localdate(until))
    found = [
        Happening(
            uid=f"employment-session-{one.pk}", title=str(one.event), starts_at=_at(one, one.starts),
            ends_at=_at(one, one.ends), place=one.event.place, url=one.event.get_absolute_url(),
            cancelled=one.event.state == EventState.CANCELLED, version=one.event.version,
        )
        for one in rows
    ]  # fmt: skip
    return [one for one in found if since <= one.starts_at < until]


agenda.register(Source("employment", 20, "招聘会、讲座、培训", "employment.view_event", sessions_between))
