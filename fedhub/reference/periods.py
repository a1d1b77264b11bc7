"""Periods of whole months for figures: in the address, in words, and what they are compared with."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone

from fedhub.reference.calendar import add_months

YEARS = 1900, 2999
MOST_MONTHS = 24


def month_of(text):
    """First day of "2024-06", or None; also for a year that can only be a slip of the finger."""
    try:
        day = date.fromisoformat(f"{text}-01")
    except (TypeError, ValueError):
        return None
    return day if YEARS[0] <= day.year <= YEARS[1] else None


def start_of(day):
    """The moment in local time at which `day` begins."""
    return timezone.make_aware(datetime.combine(day, time()))


def month_after(month):
    """First day of the month after the one that starts on `month`."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_from(first, last):
    """First days of the months from that of `first` to that of `last`."""
    found, month = [], first.replace(day=1)
    while month <= last:
        found.append(month)
        month = month_after(month)
    return found


class MonthField(forms.CharField):
    """A month in the address, such as 2024-06; anything else filters nothing."""

    widget = forms.DateInput({"type": "month"}, format="%Y-%m")

    def clean(self, value):
        return month_of(super().clean(value))


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


def change(now, then):
    """A count against an earlier one in per cent, "—" when there was none."""
    return f"{100 * (now - then) / then:+.1f}%" if then else "—"


def gap(now, then, unit):
    """A rate, days or score against an earlier one, in its own unit."""
    if now is None or then is None:
        return "—"
    words = {"%": f"{now - then:+.1f} 个百分点", "分": f"{now - then:+.2f} 分"}
    return words.get(unit, f"{now - then:+.1f} 个{unit}")


def period_words(since, until):
    """2026年1月至3月."""
    if since == until:
        return f"{since.year}年{since.month}月"
    end = f"{until.month}月" if since.year == until.year else f"{until.year}年{until.month}月"
    return f"{since.year}年{since.month}月至{end}"
