"""热力表 and 统计: counts of concerns, each opening its list."""

from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from concerns.enums import Origin
from concerns.figures import ENDED, FIGURES, RAISED, lines, total
from concerns.forms.concern import NOBODY
from concerns.heat import COMMUNITY, GRID, UNPLACED, Heat, communities
from concerns.models import Concern
from concerns.queries import officers
from fedhub.core.views import StaffPage
from fedhub.reference.calendar import add_months
from fedhub.reference.lookup import labels, rule
from fedhub.reference.periods import (
    PeriodForm,
    change,
    compared_with,
    gap,
    month_of,
    months_from,
    period_words,
    presets,
)

YEARS_BACK = 5
SHOWN_COUNTS = (
    RAISED, "closed", "solved", "impossible", "elsewhere", "open", "late", "on_time", "heard", "rated", "reopened", ENDED,
)  # fmt: skip


def crumbs():
    return [("诉求", reverse("concerns:concern_list"))]


class ConcernHeat(StaffPage):
    """Fields by months, or by grids; `?community=&by=&grid=&period=` (a year, or a month for grids)."""

    permission = "concerns.view_concern"
    title = "七个方面热力表"
    template_name = "concerns/heat.html"

    def get_crumbs(self):
        return crumbs()

    def address(self, **changes):
        asked = {"community": self.community, "by": self.by, "grid": self.grid, "period": self.period} | changes
        if len(self.found) == 1:
            asked.pop("community")
        return f"?{urlencode({name: value for name, value in asked.items() if value})}"

    def read_address(self):
        """Note what the address asks for. A place out of the scope is no page."""
        query, today = self.request.GET, timezone.localdate()
        self.found = communities(self.request.user)
        self.community = query.get("community") or next(iter(self.found), "")
        self.by = "grid" if query.get("by") == "grid" else "month"
        self.grid = query.get("grid", "") if self.by == "month" else ""
        period = query.get("period", "")
        years = [str(year) for year in range(today.year, today.year - YEARS_BACK, -1)]
        month = month_of(period) if self.by == "grid" else None
        if month and not years[-1] <= period <= f"{today:%Y-%m}":
            month = None
        self.years = years
        self.period = period if period in years or month else ("" if self.by == "month" else years[0])
        if self.by == "grid":
            self.months = [month] if month else [month_of(f"{self.period}-01")]
            self.when = month or int(self.period)
        elif self.period:
            self.months = months_from(month_of(f"{self.period}-01"), min(month_of(f"{self.period}-12"), today))
        else:
            self.months = months_from(add_months(today.replace(day=1), -11), today)
        if self.found and self.community not in self.found:
            raise Http404

    def get_context_data(self, **kwargs):
        self.read_address()
        context = {"least": rule("small_number")}
        if self.found:
            heat = Heat(self.request.user, self.community, self.months)
            if self.grid and self.grid not in heat.columns:
                raise Http404
            table = heat.by_grid(self.when) if self.by == "grid" else heat.by_month(self.grid)
            context |= {"table": table, "what": self.what(heat)} | self.choices(heat)
        return super().get_context_data(**context, **kwargs)

    def what(self, heat):
        """What the table shows, in words: place and time."""
        place = heat.columns[self.grid][1] if self.grid else self.found[self.community]
        if self.by == "grid":
            time = f"{self.when}年" if isinstance(self.when, int) else f"{self.when.year}年{self.when.month}月"
        else:
            time = f"{self.period}年" if self.period else "近 12 个月"
        return f"{place} · {time}"

    def choices(self, heat):
        """The links above the table: which view, place, grid, time."""
        views = [
            {"label": label, "url": self.address(by=by, grid="", period=""), "current": by == self.by}
            for by, label in (("month", "按月"), ("grid", "按网格"))
        ]
        places = [
            {"label": name, "url": self.address(community=code, grid=""), "current": code == self.community}
            for code, name in self.found.items()
        ]
        grids = [{"label": "全部", "url": self.address(grid=""), "current": not self.grid}] + [
            {"label": name, "url": self.address(grid=code), "current": code == self.grid}
            for code, (_, name, active) in heat.columns.items()
            if active or code == self.grid
        ]
        times = [{"label": f"{y}年", "url": self.address(period=y), "current": y == self.period} for y in self.years]
        months = []
        if self.by == "month":
            times.insert(0, {"label": "近 12 个月", "url": self.address(period=""), "current": not self.period})
        else:
            months = [
                {"label": f"{m.month}月", "url": self.address(period=f"{m:%Y-%m}"), "current": f"{m:%Y-%m}" == self.period}
                for m in heat.months_of(self.months[0].year)
            ]  # fmt: skip
            for item in times:
                item["current"] = item["label"] == f"{self.months[0].year}年"
        return {
            "views": views, "places": places if len(places) > 1 else [],
            "grids": grids if self.by == "month" and len(grids) > 2 else [], "times": times, "month_links": months,
        }  # fmt: skip


class ConcernFigures(StaffPage):
    """Rates, days and satisfaction of a period, by field, grid, officer or origin; `?since=&until=&by=`."""

    permission = "concerns.view_concern"
    title = "诉求统计"
    template_name = "concerns/figures.html"

    def get_crumbs(self):
        return crumbs()

    def groups(self):
        """`{key: (label, field)}` of the ways to split; officers are compared only by who hands out the work."""
        found = {"topic": ("按方面", "topic"), "grid": ("按网格", "area_id"), "origin": ("按来源", "origin")}
        if self.request.user.has_perm("concerns.assign_concern"):
            found["person"] = ("按承办人", "assigned_to_id")
        return found

    def get_context_data(self, **kwargs):
        form = PeriodForm(self.request.GET)
        since, until = form.months()
        groups = self.groups()
        by = self.request.GET.get("by") if self.request.GET.get("by") in groups else "topic"
        self.since, self.until = since, until
        concerns = Concern.objects.visible_to(self.request.user, self.permission)
        now = lines(concerns, since, until, groups[by][1])
        sums = total(now.values())
        periods = compared_with(since, until)
        before = total(lines(concerns, *periods[0]).values())
        # Before a whole year lies the year before: counted once.
        year_before = before if periods[0] == periods[1] else total(lines(concerns, *periods[1]).values())

        def address(**changes):
            asked = {"since": f"{since:%Y-%m}", "until": f"{until:%Y-%m}", "by": by} | changes
            return f"?{urlencode(asked)}"

        return super().get_context_data(
            segments=[
                {"label": label, "url": address(since=f"{first:%Y-%m}", until=f"{last:%Y-%m}"),
                 "current": (first, last) == (since, until)}
                for label, first, last in presets()
            ],
            tabs=[{"label": label, "url": address(by=key), "current": key == by} for key, (label, _) in groups.items()],
            by=by, group_label=groups[by][0][1:], since=f"{since:%Y-%m}", until=f"{until:%Y-%m}",
            period=period_words(since, until), running=until == form.today,
            headline=self.headline(sums, before, year_before, periods),
            rows=[self.row(label, line, query) for label, line, query in self.named(by, now)],
            sums=self.row("合计", sums, {}), figures=FIGURES.values(), **kwargs,
        )  # fmt: skip

    def url(self, key, query, months=None):
        """Address of the list behind a figure."""
        since, until = months or (self.since, self.until)
        asked = {"figure": "" if key == RAISED else key, "since": f"{since:%Y-%m}", "until": f"{until:%Y-%m}"} | query
        return f"{reverse('concerns:concern_list')}?{urlencode({k: v for k, v in asked.items() if v})}"

    def row(self, label, line, query):
        """One line of the table: each count with its list, and the words of each rate with the list it is made of."""
        first_mean, first_median, close_mean, close_median = line.days
        counts = {key: (line.counts[key], self.url(key, query)) for key in SHOWN_COUNTS}
        words = {
            "closing_rate": (line.closing_rate, "{}%", "closed"), "on_time_rate": (line.on_time_rate, "{}%", "on_time"),
            "first_days": (first_mean, f"{{}} / {first_median}", "heard"),
            "close_days": (close_mean, f"{{}} / {close_median}", "closed"),
            "satisfaction": (line.satisfaction, f"{{}}（{line.counts['rated']:,}）", "rated"),
        }  # fmt: skip
        rates = {
            name: ("—", "") if value is None else (text.format(value), counts[key][1])
            for name, (value, text, key) in words.items()
        }
        return {"label": label, "counts": counts, "rates": rates}

    def named(self, by, found):
        """`(label, Line, query)` of each group, in the order of its kind; the topics and origins without any too."""
        if by == "topic":
            rows = [(label, found.get(code), {"topic": code}) for code, label in labels("survey_topic").items()]
            rows.append(("没定方面", found.get(""), {"topic": "none"}))
        elif by == "origin":
            rows = [(origin.label, found.get(origin.value), {"origin": origin.value}) for origin in Origin]
        elif by == "person":
            rows = [(name, found[pk], {"person": pk}) for pk, name in officers([pk for pk in found if pk])]
            rows.append(("没有承办人", found.get(None), {"person": NOBODY}))
        else:
            rows = self.by_grid(found)
        return [(label, line, query) for label, line, query in rows if line is not None]

    def by_grid(self, found):
        """Lines of grids, their 联户单元 within; the community's own last."""
        places, folded = self.request.user.places, {}
        ids = {place.code: pk for pk, place in places.items()}
        for pk, line in found.items():
            code = places[pk].code[:GRID]
            folded.setdefault(code, total([])).add(line)
        several = len({code[:COMMUNITY] for code in folded}) > 1
        rows = []
        for code in sorted(folded, key=lambda code: (code[:COMMUNITY], len(code) == COMMUNITY, code)):
            place, query = places[ids[code]], {"grid": ids[code]}
            name = place.name
            if len(code) == COMMUNITY:
                query["unplaced"], name = "on", f"{name}（{UNPLACED}）" if several else UNPLACED
            rows.append((name, folded[code], query))
        return rows

    def headline(self, now, before, year_before, periods):
        """Rows of the comparison: (label, unit, (value, list) of now, before and a year before, two changes)."""
        rows = []
        for key in (RAISED, ENDED, "solved", "impossible", "late", "reopened", "rated"):
            cells = [
                (line.counts[key], self.url(key, {}, months))
                for line, months in zip((now, before, year_before), (None, *periods), strict=True)
            ]
            rows.append((FIGURES[key].label, "件", cells, [change(cells[0][0], cell[0]) for cell in cells[1:]]))
        for label, unit, key, read in (
            ("办结率", "%", "closed", lambda line: line.closing_rate),
            ("按时率", "%", "on_time", lambda line: line.on_time_rate),
            ("首次答复中位数", "工作日", "heard", lambda line: line.days[1]),
            ("办结用时中位数", "工作日", "closed", lambda line: line.days[3]),
            ("满意度", "分", "rated", lambda line: line.satisfaction),
        ):
            cells = [
                (value, "" if value is None else self.url(key, {}, months))
                for value, months in zip(map(read, (now, before, year_before)), (None, *periods), strict=True)
            ]
            rows.append((label, unit, cells, [gap(cells[0][0], value, unit) for value, _ in cells[1:]]))
        return rows
