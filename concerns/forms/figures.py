"""Filters that open the list behind a figure, and the period of the figures page."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from concerns.figures import FIGURES, RAISED, counted
from concerns.forms.fields import MonthField
from concerns.tally import months_from
from fedhub.areas.enums import AreaKind
from fedhub.core.forms import FilterChoice, FilterForm
from fedhub.reference.calendar import add_months

MOST_MONTHS = 24


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


class PeriodForm(forms.Form):
    """The months of the figures page; what is missing or makes no sense becomes the month of today."""

    since = MonthField(label="从（月）", required=False)
    until = MonthField(label="到（月）", required=False)

    def __init__(self, data, *, today=None):
        self.today = (today or timezone.localdate()).replace(day=1)
        super().__init__(data)
        self.is_valid()

    def months(self):
        """(first, last) month as first days: at most MOST_MONTHS long, never later than today."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        until = min(until or since or self.today, self.today)
        since = min(since or until, until)
        return max(since, add_months(until, 1 - MOST_MONTHS)), until


def presets(today=None):
    """`[(label, first month, last month)]` of the usual periods."""
    this = (today or timezone.localdate()).replace(day=1)
    quarter = this.replace(month=(this.month - 1) // 3 * 3 + 1)
    half = this.replace(month=1 if this.month < 7 else 7)
    before = (this - timedelta(days=1)).replace(day=1)
    return [
        ("本月", this, this), ("上月", before, before), ("本季度", quarter, this), ("本半年", half, this),
        ("今年", this.replace(month=1), this), ("去年", this.replace(year=this.year - 1, month=1),
                                             this.replace(year=this.year - 1, month=12)),
    ]  # fmt: skip


def compared_with(since, until):
    """`((since, until) of the period just before, (since, until) of the year before)`."""
    length = len(months_from(since, until))
    return (
        (add_months(since, -length), add_months(until, -length)),
        (add_months(since, -12), add_months(until, -12)),
    )
