"""Work that is hung on a campaign."""

from datetime import datetime

from django import forms
from django.utils import timezone

from fedhub.core.forms import StaffForm, TicksField
from households.campaign_work import OFFERED


def day_of(row, kind):
    """The day of a row here."""
    found = getattr(row, kind.day)
    return timezone.localdate(found) if isinstance(found, datetime) else found


class WorkForm(StaffForm):
    """The newest rows of one kind around the days of the campaign, to tick."""

    rows = TicksField(
        None, label="哪些", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请至少勾一条。"}
    )

    sections = [("", ["rows"])]

    def __init__(self, *args, kind, rows, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["rows"]
        field.queryset = rows
        field.label_from_instance = lambda one: f"{day_of(one, kind):%Y-%m-%d}　{kind.words(one)}"
        first = list(rows[:OFFERED])
        field.choices = [(one.pk, field.label_from_instance(one)) for one in first]
        field.help_text = (
            f"专项前后三十天里、您看得到的，最近 {OFFERED} 条。" if first else "专项前后三十天里没有可以挂的。"
        )
