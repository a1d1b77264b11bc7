"""Meetings for a calendar: one, and those that lie ahead."""

from django.http import Http404, HttpResponse
from django.utils import timezone

from council.calendar import happening
from council.queries import meetings_ahead
from council.views.meeting import OfMeeting
from fedhub.core.agenda import ics_of
from fedhub.core.views import StaffView

JOIN = "council.join_meeting"


def calendar_file(meetings):
    """The .ics of `meetings`."""
    return answered([happening(meeting) for meeting in meetings])


def answered(found):
    """The .ics of Happenings."""
    answer = HttpResponse(ics_of(found, now=timezone.now()), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return answer


class MeetingIcs(OfMeeting, StaffView):
    permission = "council.view_meeting"

    def get(self, request, *args, **kwargs):
        return calendar_file([self.get_row()])


class CalendarIcs(StaffView):
    """The meetings of one's own councils that lie ahead; 404 when there is none."""

    permission = JOIN

    def get(self, request, *args, **kwargs):
        meetings = list(meetings_ahead(request.user))
        if not meetings:
            raise Http404
        return calendar_file(meetings)
