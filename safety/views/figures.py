"""维权年度数字: the counts that leave the compartment, and the register of emergencies for whoever watches over it."""

from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.views import ScopedListView, StaffPage, StepView
from fedhub.reference.lookup import rule
from safety.figures import figures_of, years
from safety.models import UrgentOpening
from safety.services.circle import watch_opening
from safety.views.report import content

COUNT, WATCH = "safety.count_safetyfile", "safety.watch_urgentopening"


class Figures(StaffPage):
    """A year of a community; `?community=&year=`. A place out of the scope, or a year that runs, is no page."""

    permission = COUNT
    title = "维权年度数字"
    template_name = "safety/figures.html"

    def get_context_data(self, **kwargs):
        asked, places = self.request.GET, Area.objects.visible_to(self.request.user, COUNT)
        found = {area.code: area for area in places.filter(kind="community").active().order_by("code")}
        code, year = asked.get("community") or next(iter(found), ""), asked.get("year") or str(years()[0])
        if (found and code not in found) or year not in {str(one) for one in years()}:
            raise Http404

        def address(**changes):
            return f"?{urlencode({'community': code, 'year': year} | changes)}"

        several = len(found) > 1
        return super().get_context_data(
            year=year, least=rule("small_number"), place=found.get(code),
            years=[{"label": f"{n} 年", "url": address(year=n), "current": str(n) == year} for n in years()],
            places=[
                {"label": area.name, "url": address(community=key), "current": key == code}
                for key, area in found.items() if several
            ],
            parts=figures_of(found[code], int(year)) if found else [], **kwargs,
        )  # fmt: skip


class UrgentList(ScopedListView):
    """Who asked to open a file in an emergency, when, who answered and how. Never for whom, nor whether there was a file."""

    permission = WATCH
    model = UrgentOpening
    title = "紧急打开登记"
    sorts = {"asked": ("-asked_on", "日期")}
    template_name = "safety/list.html"
    results_template = "safety/urgent_list/_results.html"
    keeps_filters = False

    def get_list(self):
        return self.get_rows().select_related("area", "asked_by", "answered_by", "watched_by")

    def row(self, item):
        agreed = content(item.facts).get("agreed")
        said = "等答复" if item.answered_by is None else "同意" if agreed else "不同意"
        may_watch = item.watched_by is None and item.asked_by_id != self.request.user.pk
        return item, said, may_watch


class UrgentWatch(StepView):
    """The watcher has looked at one."""

    permission = WATCH
    model = UrgentOpening
    success_message = "已记下您看过。"

    def get_rows(self):
        return super().get_rows().exclude(asked_by=self.request.user)

    def act(self, row):
        watch_opening(row, by=self.request.user, on=timezone.localdate())

    def get_success_url(self):
        return reverse("safety:urgent_list")
