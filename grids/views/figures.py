"""走访统计: coverage, visits, what was found and what was asked for; each number opens its list (handbook 2.6)."""

from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from concerns.figures import RAISED
from concerns.figures import lines as concern_lines
from concerns.figures import total as concern_total
from concerns.models import Concern
from fedhub.core.views import StaffPage
from fedhub.reference.lookup import labels
from fedhub.reference.periods import PeriodForm, change, compared_with, gap, months_from, period_words, presets
from grids.enums import Met
from grids.figures import FIGURES, KEPT, Line, home_lines, month_lines, total, visit_lines
from grids.models import Visit
from households.models import Household
from households.visiting import FIGURES as HOME_FIGURES

GRID, COMMUNITY = 15, 12
BY = {"grid": "按网格", "person": "按走访人", "month": "按月"}
# Figures that only a number of persons or of visits can have: in the list of families, or in that of visits.
OF_HOMES = ("due", "covered", "missed", "visited", "found", "risky")
OF_VISITS = (KEPT, "counting", "contact", "unmet", "both", "rated")


class VisitFigures(StaffPage):
    """`?since=&until=` (months) `&by=grid|person|month&grid=`."""

    permission = "grids.view_visit"
    title = "走访统计"
    template_name = "grids/figures.html"

    def get_crumbs(self):
        return [("走访记录", reverse("grids:visit_list"))]

    def get_context_data(self, **kwargs):
        form = PeriodForm(self.request.GET)
        self.since, self.until = form.months()
        query, user = self.request.GET, self.request.user
        grids = user.grids(self.permission)
        self.grid = query.get("grid") if query.get("grid") in dict(grids) else ""
        by = query.get("by") if query.get("by") in BY else "grid"
        self.visits = Visit.objects.visible_to(user, self.permission)
        self.homes = Household.objects.visible_to(user, "households.view_household").active()
        concerns = Concern.objects.visible_to(user, "concerns.view_concern")
        if self.grid:
            inside = user.places_within(self.grid)
            self.visits, self.homes = self.visits.filter(grid__in=inside), self.homes.filter(area__in=inside)
            concerns = concerns.filter(area__in=inside)
        split = self.split(by)
        now = self.whole() if by != "grid" else total(line for _, line, _ in split)
        periods = compared_with(self.since, self.until)
        before = self.whole(*periods[0])
        year_before = before if periods[0] == periods[1] else self.whole(*periods[1])
        topics = concern_lines(concerns, self.since, self.until, "topic")
        return super().get_context_data(
            segments=[
                {"label": label, "url": self.address(by, since=f"{first:%Y-%m}", until=f"{last:%Y-%m}"),
                 "current": (first, last) == (self.since, self.until)}
                for label, first, last in presets()
            ],
            places=[{"label": "全部", "url": self.address(by, grid=""), "current": not self.grid}]
            + [{"label": name, "url": self.address(by, grid=code), "current": code == self.grid} for code, name in grids]
            if len(grids) > 1 else [],
            tabs=[{"label": label, "url": self.address(key), "current": key == by} for key, label in BY.items()],
            by=by, grid=self.grid, since=f"{self.since:%Y-%m}", until=f"{self.until:%Y-%m}",
            period=period_words(self.since, self.until), running=self.until == form.today,
            headline=self.headline(now, before, year_before, periods),
            rows=[self.row(label, line, asked) for label, line, asked in split],
            sums=self.row("合计", now, {}) if by != "person" and split else None,
            most=max((line.counts["counting"] for _, line, _ in split), default=0),
            reasons=self.reasons(now), topics=self.topics(topics),
            topic_sums=self.topic("合计", concern_total(topics.values()), ""),
            figures=[*HOME_FIGURES.values(), *FIGURES.values()], **kwargs,
        )  # fmt: skip

    # --- counting ---
    def whole(self, since=None, until=None):
        """One Line of all visits and families of the months (default: the period)."""
        months = since or self.since, until or self.until
        return total([*visit_lines(self.visits, *months).values(), *home_lines(self.homes, *months).values()])

    def split(self, by):
        """`[(label, Line, filters of its lists)]` of the period."""
        months = self.since, self.until
        if by == "month":
            found = dict(month_lines(self.visits, *months))
            return [
                (f"{month.year}年{month.month}月", found.get(month, Line()), {"months": (month, month)})
                for month in months_from(*months)
            ]
        if by == "person":
            found = visit_lines(self.visits, *months, "visitor_id", "partner_id")
            people = User.objects.filter(pk__in=found).order_by("name", "pk").values_list("pk", "name")
            return [(name, found[pk], {"person": pk}) for pk, name in people]
        return self.by_grid(
            visit_lines(self.visits, *months, "grid_id"), home_lines(self.homes, *months, group="area_id")
        )

    def by_grid(self, visits, homes):
        """Lines of grids, their 联户单元 within, by code."""
        places, folded = self.request.user.places, {}
        codes = {place.code: place.name for place in places.values()}
        for found in (visits, homes):
            for pk, line in found.items():
                folded.setdefault(places[pk].code[:GRID], Line()).add(line)
        return [(codes[code], folded[code], {"grid": code}) for code in sorted(folded)]

    # --- addresses ---
    def address(self, by, **changes):
        asked = {"since": f"{self.since:%Y-%m}", "until": f"{self.until:%Y-%m}", "by": by, "grid": self.grid} | changes
        return f"?{urlencode({name: value for name, value in asked.items() if value})}"

    def url(self, key, asked, months=None):
        """Address of the list behind a figure; "" for a figure of families in a line of visits alone."""
        since, until = months or asked.get("months") or (self.since, self.until)
        grid = asked.get("grid", self.grid)
        query = {"figure": key, "since": f"{since:%Y-%m}", "until": f"{until:%Y-%m}"}
        if key in OF_HOMES:
            return f"{reverse('households:household_list')}?{urlencode(query | ({'area': grid} if grid else {}))}"
        more = {"place": grid, "person": asked.get("person")}
        query |= {name: value for name, value in more.items() if value}
        return f"{reverse('grids:visit_list')}?{urlencode(query)}"

    # --- what is shown ---
    def row(self, label, line, asked):
        """One line of the table: counts with their lists, and rates."""
        counts = {key: (line.counts[key], self.url(key, asked)) for key in (*OF_HOMES, *OF_VISITS)}
        return {"label": label, "counts": counts, "coverage": line.coverage, "satisfaction": line.satisfaction}

    def headline(self, now, before, year_before, periods):
        """Rows of the comparison: (label, unit, (value, list) of now, before and a year before, two changes)."""
        lines, rows = (now, before, year_before), []
        spans = (None, *periods)
        for key, unit in (
            ("due", "户"), ("covered", "户"), ("visited", "户"), (KEPT, "次"), ("counting", "次"), ("unmet", "次"),
            ("contact", "次"), ("both", "次"), ("found", "户"), ("risky", "户"),
        ):  # fmt: skip
            label = (HOME_FIGURES if key in OF_HOMES else FIGURES)[key].label
            cells = [(line.counts[key], self.url(key, {}, months)) for line, months in zip(lines, spans, strict=True)]
            rows.append((label, unit, cells, [change(cells[0][0], value) for value, _ in cells[1:]]))
        for place, label, unit, key, read in (
            (2, "走访覆盖率", "%", "covered", lambda line: line.coverage),
            (len(rows) + 1, "满意度", "分", "rated", lambda line: line.satisfaction),
        ):
            cells = [
                (value, "" if value is None else self.url(key, {}, months))
                for value, months in zip(map(read, lines), spans, strict=True)
            ]
            rows.insert(place, (label, unit, cells, [gap(cells[0][0], value, unit) for value, _ in cells[1:]]))
        return rows

    def reasons(self, line):
        """`[(reason of not meeting, number, list)]`, the most frequent first."""
        names = dict(Met.choices)
        return [
            (names[met], number, f"{self.url('unmet', {})}&{urlencode({'met': met})}")
            for met, number in line.reasons.most_common()
        ]

    def topics(self, found):
        """Rows of what was asked for, by field, in their order; those without a field last."""
        rows = [*labels("survey_topic").items(), ("", "没定方面")]
        return [self.topic(label, found[code], code or "none") for code, label in rows if code in found]

    def topic(self, label, line, code):
        """One field: (label, {figure: (number, list)}, closing rate, mean days to the closing)."""
        asked = {"since": f"{self.since:%Y-%m}", "until": f"{self.until:%Y-%m}", "topic": code, "grid": self.grid_pk}
        counts = {}
        for key in (RAISED, "closed", "solved", "open"):
            query = asked | {"figure": "" if key == RAISED else key}
            address = urlencode({name: value for name, value in query.items() if value})
            counts[key] = (line.counts[key], f"{reverse('concerns:concern_list')}?{address}")
        return {"label": label, "counts": counts, "rate": line.closing_rate, "days": line.days[2]}

    @property
    def grid_pk(self):
        """Id of the grid asked for, as the list of concerns takes it; ''."""
        places = self.request.user.places.items()
        return next((pk for pk, place in places if place.code == self.grid), "") if self.grid else ""
