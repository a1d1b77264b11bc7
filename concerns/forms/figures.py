"""Filters that open the list behind a figure, and the period of the figures page."""

from django import forms

from concerns.figures import FIGURES, RAISED, counted
from fedhub.areas.enums import AreaKind
from fedhub.core.forms import FilterChoice, FilterForm
from fedhub.reference.periods import MonthField


class FigureFilters(FilterForm):
    """A figure (concerns.figures) of a period, from month to month."""

    figure = FilterChoice(
        label="统计项", required=False,
        choices=[("", "全部"), *((f.key, f.label) for f in FIGURES.values() if f.key != RAISED)],
    )  # fmt: skip
    since = MonthField(label="从（月）", required=False)
    until = MonthField(label="到（月）", required=False)
    unplaced = forms.BooleanField(label="只看没分到网格的", required=False)

    def _counted(self, concerns):
        data = self.cleaned_data
        return counted(concerns, data.get("figure") or RAISED, data.get("since"), data.get("until"))

    def filter_figure(self, concerns, value):
        return self._counted(concerns)

    def filter_since(self, concerns, value):
        return concerns if self.cleaned_data.get("figure") else self._counted(concerns)

    def filter_until(self, concerns, value):
        done = self.cleaned_data.get("figure") or self.cleaned_data.get("since")
        return concerns if done else self._counted(concerns)

    def filter_unplaced(self, concerns, value):
        places = self.user.places.items()
        return concerns.filter(area_id__in=[pk for pk, place in places if place.kind == AreaKind.COMMUNITY])
