"""Meetings for a calendar: one, those that lie ahead, and an address that a calendar on a phone asks by itself."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views import View

from council.calendar import happening
from council.models import CalendarKey
from council.queries import meetings_ahead, meetings_told
from council.services.calendars import calendar_owner, open_calendar, shut_calendar
from council.views.meeting import OfMeeting
from fedhub.core.access import PUBLIC
from fedhub.core.agenda import happenings, ics_of
from fedhub.core.forms import StaffForm
from fedhub.core.views import FormView, StaffView, StepView

JOIN = "council.join_meeting"


# How far a subscribed calendar looks, in days.
BACK, AHEAD = 183, 366


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


class NothingToFill(StaffForm):
    """A button alone; a second one would shut the address that the first one gave, so no key is kept."""

    once = False


class CalendarAddress(FormView):
    """One's own address to subscribe to: made anew here, shown once, shut again."""

    permission = JOIN
    title = "订阅会议日历"
    form_class = NothingToFill
    template_name = "council/calendar.html"

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return reverse("council:mine")

    def get_context_data(self, **kwargs):
        key = CalendarKey.objects.visible_to(self.request.user).first()
        label = "换一个地址" if key else "生成地址"
        return super().get_context_data(**kwargs | {"key": key, "submit_label": label})

    def post(self, request, *args, **kwargs):
        secret = open_calendar(request.user)
        address = request.build_absolute_uri(reverse("council:subscribed", args=[secret]))
        return self.render("council/calendar_made.html", address=address, back_url=self.get_back_url())


class CalendarShut(StepView):
    """One's own; nobody else's can be named."""

    permission = JOIN
    success_message = "地址已停用，手机日历里的会议不再更新。"
    service = shut_calendar

    def get_row(self):
        return get_object_or_404(CalendarKey.objects.visible_to(self.request.user))

    def get_success_url(self):
        return reverse("council:calendar_address")


class Subscribed(View):
    """What a calendar reads: no account, no session; the secret of the address says whose meetings, and whose shared calendar.
    A wrong one and one that was shut are the same answer."""

    permission = PUBLIC

    def get(self, request, secret):
        owner = calendar_owner(secret)
        if owner is None:
            raise Http404
        now = timezone.now()
        shared = happenings(owner, now - timedelta(days=BACK), now + timedelta(days=AHEAD))
        own = [happening(meeting) for meeting in meetings_told(owner)]
        answer = answered({one.uid: one for one in [*shared, *own]}.values())
        answer.headers["Cache-Control"] = "no-store"
        return answer
