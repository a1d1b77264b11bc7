"""Whose duty record, and of which months."""

from urllib.parse import urlencode

from django import forms
from django.utils import timezone

from fedhub.core.forms import FilterForm
from fedhub.reference.calendar import add_months
from fedhub.reference.periods import MonthField, PeriodForm, months_from, presets


class RecordFilterForm(FilterForm):
    """A name. The months say who is in the list and what is counted: the list reads them itself."""

    q = forms.CharField(label="姓名", required=False, max_length=50)
    since = MonthField(label="从（月）", required=False)
    until = MonthField(label="到（月）", required=False)

    def filter_q(self, people, value):
        return people.filter(name__contains=value)

    def filter_since(self, people, value):
        return people

    def filter_until(self, people, value):
        return people


def months_of(query):
    """(first, last) month that the address (a QueryDict) asks for, by default this year up to now."""
    today = timezone.localdate()
    if not query.get("since") and not query.get("until"):
        return today.replace(month=1, day=1), today.replace(day=1)
    return PeriodForm(query).months()


def period_before(since, until):
    """The months to compare with: the same part of the quarter, half-year or year before, else as many months just
    before."""
    length = len(months_from(since, until))
    for unit in (3, 6, 12):
        # From the first month of a unit, and not beyond it.
        if 1 < length <= unit and since.month % unit == 1:
            return add_months(since, -unit), add_months(until, -unit)
    return add_months(since, -length), add_months(until, -length)


def period_links(since, until):
    """The usual periods as segments."""
    return [
        {
            "label": label,
            "url": f"?{urlencode({'since': f'{first:%Y-%m}', 'until': f'{last:%Y-%m}'})}",
            "current": (first, last) == (since, until),
        }
        for label, first, last in presets()
    ]


def is_running(until):
    """True when the last month is not over."""
    return until == timezone.localdate().replace(day=1)
