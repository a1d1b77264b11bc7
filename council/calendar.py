"""Meetings for the shared calendar of the staff."""

from datetime import timedelta

from django.db.models import Q

from council.enums import MeetingStatus
from council.models import Meeting, Member
from fedhub.core import agenda

USUAL = timedelta(hours=2)


def happening(meeting):
    """`meeting` for a calendar. No topic stands in it: a calendar lies open on shared phones."""
    return agenda.Happening(
        uid=f"council-meeting-{meeting.pk}", title=meeting.title, starts_at=meeting.starts_at,
        ends_at=meeting.ended_at or meeting.starts_at + USUAL, place=meeting.place, url=meeting.get_absolute_url(),
        cancelled=meeting.status == MeetingStatus.CANCELLED, version=meeting.version,
    )  # fmt: skip


def meetings_between(user, since, until):
    """Meetings that members were told of, as far as `user` sees them, and those of the councils in which she has a seat."""
    seen = Q(pk__in=Meeting.objects.visible_to(user).values("pk"))
    seen |= Q(council__in=Member.objects.filter(user=user).seated().values("council"))
    rows = Meeting.objects.filter(seen, starts_at__gte=since, starts_at__lt=until)
    return [happening(one) for one in rows.exclude(notified_on=None)]


agenda.agenda.register(agenda.Source("council", 10, "议事会会议", "council.view_meeting", meetings_between))
