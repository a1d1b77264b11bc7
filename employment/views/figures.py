"""就业统计, and two lists that only its figures and the menu lead to: who came, and what the fairs brought."""

from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse

from concerns.queries import places_of
from employment.event_states import INTENTION_TONES
from employment.figures import figures_of
from employment.forms.filters import AttendanceFilterForm, IntentionFilterForm
from employment.models import Attendance, Intention
from employment.views.event import crumb
from fedhub.core.text import row_key
from fedhub.core.views import ScopedListView, StaffPage
from fedhub.reference.periods import PeriodForm, period_words, presets

SIGNUPS, EXPORT = "employment.view_signup", "employment.export_signup"


class JobFigures(StaffPage):
    """The figures of some months and a place; `?since=&until=&area=`. Each opens its list."""

    permission = "employment.view_seeker"
    title = "就业统计"
    template_name = "employment/figures.html"

    def get_context_data(self, **kwargs):
        since, until = PeriodForm(self.request.GET).months()
        chosen = row_key(self.request.GET.get("area") or "")
        places = places_of(self.request.user, self.permission, keep=chosen)
        place = dict(places).get(chosen)
        months = {"since": f"{since:%Y-%m}", "until": f"{until:%Y-%m}"}
        where = {"area": chosen} if place else {}
        found = figures_of(self.request.user, since, until, place.code if place else "")
        lines = [(one, number, self.url(one, months | where)) for one, number in found]
        return super().get_context_data(
            groups=[(name, list(rows)) for name, rows in groupby(lines, key=lambda line: line[0].group)],
            segments=[
                {"label": label, "url": f"?{urlencode({'since': f'{a:%Y-%m}', 'until': f'{z:%Y-%m}'} | where)}",
                 "current": (a, z) == (since, until)}
                for label, a, z in presets()
            ],
            places=[(pk, one.name, pk == chosen) for pk, one in places] if len(places) > 1 else [],
            place=place.name if place else "", period=period_words(since, until), export_url=self.export_url(months | where),
            **months, **kwargs,
        )  # fmt: skip

    def url(self, figure, query):
        return f"{reverse(f'employment:{figure.opens}')}?{urlencode({'figure': figure.key} | query)}"

    def export_url(self, query):
        may = self.request.user.has_perm(EXPORT) and self.request.user.has_perm("ledgers.view_exportrecord")
        return f"{reverse('ledgers:ledger_export', args=['job_figures'])}?{urlencode(query)}" if may else ""


class AttendanceList(ScopedListView):
    permission = SIGNUPS
    model = Attendance
    title = "活动签到"
    unit = "人次"
    filter_class = AttendanceFilterForm
    results_template = "employment/attendance_list/_results.html"
    sorts = {"came": ("-came_at", "最近的在前")}

    def get_list(self):
        return self.get_rows().select_related("signup__resident__area", "signup__event__area", "session")

    def get_crumbs(self):
        return [crumb()]


class IntentionList(ScopedListView):
    permission = SIGNUPS
    model = Intention
    title = "招聘会意向"
    unit = "人次"
    filter_class = IntentionFilterForm
    results_template = "employment/intention_list/_results.html"
    sorts = {"on": ("-on", "最近的在前")}

    def get_list(self):
        return self.get_rows().select_related("signup__resident__area", "signup__event", "stall_post__post__employer")

    def row(self, item):
        return item, INTENTION_TONES[item.kind]

    def get_crumbs(self):
        return [crumb()]
