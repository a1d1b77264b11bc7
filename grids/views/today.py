"""今日: what waits for the worker, by urgency; and choosing the family to visit."""

from django.urls import reverse
from django.utils import timezone

from fedhub.core.views import SearchView, StaffPage
from grids.queries import WEEKDAYS, my_areas, today_list
from households.models import Household
from households.queries import find_households


class Today(StaffPage):
    permission = "grids.add_visit"
    title = "今日"
    template_name = "grids/today.html"

    def get_context_data(self, **kwargs):
        user, day = self.request.user, timezone.localdate()
        areas = [area.name for area in my_areas(user, day)]
        return super().get_context_data(
            day=day,
            weekday=f"星期{WEEKDAYS[day.weekday()]}",
            places="、".join(areas[:3]) + (f"等 {len(areas)} 个网格" if len(areas) > 3 else ""),
            groups=today_list(user, day=day),
            **kwargs,
        )


class VisitPick(SearchView):
    """Whom did you visit? Search, or the families that have waited longest."""

    permission = "grids.add_visit"
    title = "记走访"
    template_name = "grids/visit_pick.html"
    results_template = "grids/visit_pick/_results.html"
    shown = 30

    def show(self):
        fragment = self.request.htmx and not self.request.htmx.boosted
        return self.render(self.results_template if fragment else None)

    def get_context_data(self, **kwargs):
        user = self.request.user
        text = self.query.get("q", "").strip()[:60]
        mine = Household.objects.visible_to(user, self.permission).active()
        if text:
            found = [household.pk for household in find_households(user, text, limit=self.shown)]
            homes = list(mine.filter(pk__in=found).for_list().order_by("head_sort", "pk"))
        else:
            areas = list(my_areas(user).values_list("pk", flat=True))
            rows = mine.filter(area_id__in=areas) if areas else mine
            homes = list(rows.for_list().order_by("next_due_on", "pk")[: self.shown])
        return super().get_context_data(
            q=text, homes=homes, today=timezone.localdate(), search_url=reverse("grids:visit_pick"), **kwargs
        )
