"""Fields that several forms of concerns share."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from fedhub.reference.lookup import choices
from households.forms.fields import ResidentPick
from households.models import Resident

LONG = {"rows": 3}
DAY = {"widget": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

# Days beyond these are slips of the pen.
YEARS_BACK, FARTHEST = 10, timedelta(days=366)


def check_past(day, name):
    """Returns the `day` on which something happened; raises ValidationError for a year that cannot be meant."""
    if day.year < timezone.localdate().year - YEARS_BACK:
        raise ValidationError(f"{name}太早了，请核对年份。")
    return day


def check_deadline(day, name="期限"):
    """Returns the `day` by which something shall be done; raises ValidationError when it is past or years away."""
    if day < timezone.localdate():
        raise ValidationError(f"{name}不能早于今天。")
    if day > timezone.localdate() + FARTHEST:
        raise ValidationError(f"{name}太远了，请核对年份。")
    return day


def topics(first, keep=""):
    """Choices of the fields; `keep` stays choosable when it is out of use."""
    return [("", first), *choices("survey_topic", keep=keep)]


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
