"""今日: what waits for the worker, as a list, a way from door to door, a month and a plan; and choosing whom to visit."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from fedhub.core.views import SearchView, StaffPage
from grids.field import Field
from grids.month import month_of, month_weeks, neighbours
from grids.queries import WEEKDAYS, decided_changes, my_areas
from grids.route import route
from grids.targets import target_of, targets
from grids.tiles import STATES, building_tiles, door_tiles, grid_tiles, outlines
from grids.today import KINDS, LABELS, MOST, SHOWN, day_list, today_list
from grids.views.change import told_of
from grids.views.lines import route_lines, today_lines
from households.addresses import building_label
from households.models import Household
from households.queries import find_households

VIEWS = {"": "列表", "route": "路线", "month": "日历", "map": "平面图"}
PARTS = {
    "": "grids/today/list.html", "route": "grids/today/route.html", "month": "grids/today/month.html",
    "map": "grids/today/map.html",
}  # fmt: skip
SORTS = {"missing": "还差", "name": "姓名", "done": "本月", "homes": "到了几户", "before": "上月"}


class Today(StaffPage):
    """One address, four ways of looking at the same field: `view`; `area` (a code) and `kind` narrow all of them."""

    permission = "grids.add_visit"
    title = "今日"
    template_name = "grids/today.html"

    def get_context_data(self, **kwargs):
        query, user = self.request.GET, self.request.user
        view = query.get("view", "")
        self.view = view if view in VIEWS else ""
        # What became of changes is told where the whole list is.
        self.tells = not self.view and not {"kind", "group", "day"} & set(query)
        self.kind = query.get("kind", "") if query.get("kind") in KINDS else ""
        grids = user.grids(self.permission)
        code = query.get("area", "") if query.get("area") in dict(grids) else ""
        self.work = Field(user, timezone.localdate(), code)
        day, areas = self.work.day, [place.name for place in self.work.areas.values()]
        return super().get_context_data(
            day=day,
            weekday=f"星期{WEEKDAYS[day.weekday()]}",
            places="、".join(areas[:3]) + (f"等 {len(areas)} 个网格" if len(areas) > 3 else ""),
            views=self.get_views(),
            view=self.view,
            part=PARTS[self.view],
            grids=grids if len(grids) > 1 else [],
            kinds=KINDS.items() if self.view in ("", "route") else [],
            area=code,
            kind=self.kind,
            decided=[told_of(change) for change in decided_changes(user, day)] if self.tells else [],
            **getattr(self, f"{self.view or 'list'}_context")(),
            **kwargs,
        )

    def address(self, **more):
        """This page with the view, place and kind that are shown, and with `more`."""
        asked = {"view": self.view, "area": self.work.code, "kind": self.kind} | more
        found = urlencode({name: value for name, value in asked.items() if value})
        return f"{self.request.path}?{found}" if found else self.request.path

    def get_views(self):
        return [
            {"label": label, "url": self.address(view=view), "current": view == self.view}
            for view, label in VIEWS.items()
        ]

    def list_context(self):
        user, query = self.request.user, self.request.GET
        only = query.get("group", "") if query.get("group") in LABELS else ""
        on = _day(query.get("day"))
        if on:
            groups = day_list(user, on, kind=self.kind, work=self.work)
        else:
            groups = today_list(user, kind=self.kind, only=only, shown=MOST if only else SHOWN, work=self.work)
        for group in groups:
            group.lines = today_lines(group.entries)
            group.more_url = "" if only or on else self.address(group=group.key)
        back = self.address(view="month", month=f"{on:%Y-%m}") if on else self.address() if only else ""
        return {"groups": groups, "back": back, "on": on, "target": None if on or only else target_of(user)}

    def route_context(self):
        buildings = route(self.work, kind=self.kind)
        stops = [stop for building in buildings for stop in building.stops]
        return {"lines": route_lines(buildings), "left": sum(not stop.done for stop in stops), "stops": len(stops)}

    def month_context(self):
        first = month_of(self.request.GET.get("month", ""), self.work.day)
        before, after = neighbours(first)
        weeks = month_weeks(self.work, first)
        for one in (one for week in weeks for one in week):
            one.url = self.address(view="", day=one.on.isoformat()) if one.homes or one.concerns else ""
        return {
            "first": first,
            "weeks": weeks,
            "weekdays": WEEKDAYS,
            "before_url": self.address(month=before),
            "after_url": self.address(month=after),
            "now_url": "" if first == self.work.day.replace(day=1) else self.address(),
        }

    def map_context(self):
        query, work = self.request.GET, self.work
        compound, building = query.get("compound"), query.get("building")
        back = []
        if compound is not None and building is not None:
            back = [("全部楼栋", self.address())]
            found = {
                "doors": door_tiles(work, compound, building),
                "what": building_label(compound, building) or "没有写楼栋的家庭",
            }
        elif work.code or len(_grids_of(work)) == 1:
            found = {"buildings": building_tiles(work, lambda c, b: self.doors(c, b)), "what": "楼栋"}
            back = [("全部网格", self.address(area=""))] if work.code else []
        else:
            tiles = grid_tiles(work, lambda code: self.address(area=code))
            found = {"tiles": tiles, "shapes": outlines(tiles), "what": "网格"}
        return {"legend": STATES.items(), "map_back": back, **found}

    def doors(self, compound, building):
        """Where a building leads; an address without a compound or a building is asked for too."""
        kept = {name: value for name, value in (("view", "map"), ("area", self.work.code)) if value}
        return f"{self.request.path}?{urlencode(kept | {'compound': compound, 'building': building})}"


def _day(text):
    """A day that an address names, or None."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _grids_of(work):
    """Codes of the grids that the field of `work` lies in."""
    return {place.code[:15] for pk, place in work.user.places.items() if len(place.code) >= 15 and work.has(pk)}


class TargetList(StaffPage):
    """走访目标: what each of her people has done of this month's visits, on one page."""

    permission = "grids.review_visit"
    title = "走访目标"
    template_name = "grids/target_list.html"

    def get_context_data(self, **kwargs):
        rows, sort = targets(self.request.user), self.request.GET.get("sort")
        sort = sort if sort in SORTS else "missing"
        if sort != "name":
            rows.sort(key=lambda row: -getattr(row, sort))
        return super().get_context_data(
            rows=rows,
            total=sum(row.done for row in rows),
            reached=sum(row.done >= row.wanted for row in rows),
            sorts=[{"label": label, "url": f"?sort={key}", "current": key == sort} for key, label in SORTS.items()],
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
