"""Fields that several forms of concerns share."""

from datetime import date, datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from fedhub.reference.lookup import choices
from households.forms.fields import ResidentPick
from households.models import Resident

LONG = {"rows": 3}
# Nothing that is registered here happened before there were federations.
EARLIEST_YEAR = 1949
DAY = {"widget": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}


def topics(first):
    return [("", first), *choices("survey_topic")]


class ResidentField(ResidentPick):
    """One person of the user's scope, chosen by searching; may stay empty. Words that fit nobody are never dropped."""

    def __init__(self, label="居民", help_text="按姓名、拼音首字母、电话尾号找。没有登记过的人空着。"):
        super().__init__(
            label=label, required=False, help_text=help_text,
            error_messages={"invalid_choice": "没有找到这个人，请从列表里选一个，或者空着。"},
        )  # fmt: skip

    def limit_to(self, user, permission):
        """Only people where `user` holds `permission`."""
        self.open_to(user, Resident.objects.visible_to(user, permission))


def month_of(text):
    """First day of "2024-06", or None; so near the ends of the calendar that nothing lies beside it, it is no month."""
    try:
        day = date.fromisoformat(f"{text}-01")
    except (TypeError, ValueError):
        return None
    return day if 1900 <= day.year <= 2999 else None


def check_year(day):
    """Raises ValidationError for a day (or moment) of a year that is only a slip of the hand, such as 0204."""
    if day.year < EARLIEST_YEAR:
        raise ValidationError("请核对年份。")


def start_of(day):
    """The moment in local time at which `day` begins."""
    return timezone.make_aware(datetime.combine(day, time()))


class MonthField(forms.CharField):
    """A month in the address, such as 2024-06; anything else filters nothing."""

    widget = forms.DateInput({"type": "month"}, format="%Y-%m")

    def clean(self, value):
        return month_of(super().clean(value))
