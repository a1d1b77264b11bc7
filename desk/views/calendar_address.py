"""The address under which one's own telephone reads the shared calendar: made, shown once, shut again."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views import View

from accounts.calendars import calendar_owner, open_calendar, shut_calendar
from accounts.models import CalendarKey
from desk.agenda import neutral
from fedhub.core.access import PUBLIC, SIGNED_IN
from fedhub.core.agenda import happenings, ics_of
from fedhub.core.forms import StaffForm
from fedhub.core.views import FormView, StepView

# How far a subscribed calendar looks, in days.
BACK, AHEAD = 183, 366


class NothingToFill(StaffForm):
    """A button alone; a second one would shut the address that the first one gave, so no key is kept."""

    once = False


class CalendarAddress(FormView):
    """One's own address to subscribe to: made anew here, shown once, shut again."""

    permission = SIGNED_IN
    title = "订阅日历"
    form_class = NothingToFill
    template_name = "desk/calendar_address.html"

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [("日历", reverse("desk:agenda"))]

    def get_back_url(self):
        return reverse("desk:agenda")

    def get_context_data(self, **kwargs):
        key = CalendarKey.objects.visible_to(self.request.user).first()
        label = "换一个地址" if key else "生成地址"
        return super().get_context_data(**kwargs | {"key": key, "submit_label": label})

    def post(self, request, *args, **kwargs):
        secret = open_calendar(request.user)
        address = request.build_absolute_uri(reverse("desk:subscribed", args=[secret]))
        return self.render("desk/calendar_made.html", address=address, back_url=self.get_back_url())


class CalendarShut(StepView):
    """One's own; nobody else's can be named."""

    permission = SIGNED_IN
    success_message = "地址已停用，手机日历里的安排不再更新。"
    service = shut_calendar

    def get_row(self):
        return get_object_or_404(CalendarKey.objects.visible_to(self.request.user))

    def get_success_url(self):
        return reverse("desk:calendar_address")


class Subscribed(View):
    """What a calendar reads: no account, no session; the secret of the address says whose calendar, and what she may see is asked
    each time. A wrong one and one that was shut are the same answer."""

    permission = PUBLIC

    def get(self, request, secret):
        owner = calendar_owner(secret)
        if owner is None:
            raise Http404
        now = timezone.now()
        found = happenings(owner, now - timedelta(days=BACK), now + timedelta(days=AHEAD))
        body = ics_of([neutral(one) for one in found], now=now)
        answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="calendar.ics"'
        answer.headers["Cache-Control"] = "no-store"
        return answer
