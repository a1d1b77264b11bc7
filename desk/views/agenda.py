"""日历: what all functions plan, each by its own row rule."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from desk.agenda import moment_of, month_weeks
from fedhub.core.access import SIGNED_IN
from fedhub.core.agenda import happenings, ics_of, sources_for
from fedhub.core.views import StaffPage, StaffView
from fedhub.reference import periods

WEEKDAYS = "一二三四五六日"


def asked(request):
    """`(first day of the month, key of one source or "")` that the address says; what makes no sense is today's, and all."""
    today = timezone.localdate().replace(day=1)
    first = periods.month_of(request.GET.get("month") or "") or today
    # The ends of time have no neighbours.
    first = first if abs(first.year - today.year) <= 50 else today
    key = request.GET.get("kind", "")
    return first, key if key in {source.key for source in sources_for(request.user)} else ""


class Agenda(StaffPage):
    permission = SIGNED_IN
    title = "日历"
    template_name = "desk/agenda.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        first, key = asked(self.request)
        weeks, days = month_weeks(user, first, key)

        def address(month=first, kind=key):
            return f"?{urlencode({'month': f'{month:%Y-%m}', **({'kind': kind} if kind else {})})}"

        kinds = [("", "全部"), *((source.key, source.label) for source in sources_for(user))]
        now = timezone.localdate().replace(day=1)
        return super().get_context_data(
            first=first, weeks=weeks, days=days, weekdays=WEEKDAYS, before_url=address(periods.add_months(first, -1)),
            after_url=address(periods.add_months(first, 1)), now_url="" if first == now else address(now),
            kinds=[{"label": label, "url": address(kind=one), "current": one == key} for one, label in kinds],
            file_url=reverse("desk:agenda_file") + address(),
            subscribe_url=reverse("desk:calendar_address"), **kwargs,
        )  # fmt: skip


class AgendaFile(StaffView):
    """The month as a calendar file."""

    permission = SIGNED_IN

    def get(self, request, *args, **kwargs):
        first, key = asked(request)
        found = happenings(request.user, moment_of(first), moment_of(periods.add_months(first, 1)), key)
        answer = HttpResponse(ics_of(found, now=timezone.now()), content_type="text/calendar; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="{first:%Y-%m}.ics"'
        answer.headers["Cache-Control"] = "no-store"
        return answer
